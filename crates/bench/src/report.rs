//! What a run found: a plain table for people, JSON for programs.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::spread::Spread;

/// Rows in the order in which they were measured.
#[derive(Debug)]
pub struct Report {
    meaning: Meaning,
    terms: Vec<(String, String)>,
    rows: Vec<Row>,
}

/// What a figure is measured against.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    AtLeast(f64),
    Below(f64),
    AtMost(f64),
    /// Nobody asked for a limit.
    None,
}

/// Whether the figures are to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Figures,
    /// Only that there are figures: bounds are left out.
    Smoke,
}

#[derive(Debug)]
struct Row {
    name: String,
    figure: Spread,
    digits: usize,
    unit: &'static str,
    bound: Bound,
}

impl Bound {
    /// Judged by the median; `None` where there is nothing to judge.
    fn holds(self, figure: &Spread) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(figure.median >= least),
            Self::Below(limit) => Some(figure.median < limit),
            Self::AtMost(limit) => Some(figure.median <= limit),
            Self::None => None,
        }
    }

    fn words(self, figure: &Spread) -> String {
        let verdict = match self.holds(figure) {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => return String::new(),
        };
        match self {
            Self::AtLeast(least) => format!("at least {least}: {verdict}"),
            Self::Below(limit) => format!("below {limit}: {verdict}"),
            Self::AtMost(limit) => format!("at most {limit}: {verdict}"),
            Self::None => String::new(),
        }
    }
}

impl Report {
    pub fn new(meaning: Meaning) -> Self {
        Self {
            meaning,
            terms: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// A circumstance under which all figures were taken.
    pub fn term(&mut self, name: &str, value: impl Into<String>) {
        self.terms.push((name.to_owned(), value.into()));
    }

    pub fn row(&mut self, name: &str, figure: Spread, digits: usize, unit: &'static str) {
        self.judged(name, figure, digits, unit, Bound::None);
    }

    pub fn judged(&mut self, name: &str, figure: Spread, digits: usize, unit: &'static str, bound: Bound) {
        let bound = match self.meaning {
            Meaning::Figures => bound,
            Meaning::Smoke => Bound::None,
        };
        self.rows.push(Row {
            name: name.to_owned(),
            figure,
            digits,
            unit,
            bound,
        });
    }

    /// Names of the figures so far.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.name.as_str())
    }

    pub fn table(&self) -> String {
        let mut text = String::new();
        let width =
            |names: &mut dyn Iterator<Item = &str>| names.map(|name| name.chars().count()).max().unwrap_or(0);
        let terms = width(&mut self.terms.iter().map(|(name, _)| name.as_str()));
        for (name, value) in &self.terms {
            let _ = writeln!(text, "{name:<terms$}  {value}");
        }
        text.push('\n');
        let names = width(&mut self.names());
        for row in &self.rows {
            let figure = format!("{:.*} {}", row.digits, row.figure, row.unit);
            let line = format!(
                "{:<names$}  {figure:<44} {}",
                row.name,
                row.bound.words(&row.figure)
            );
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }

    /// Writes `report.txt` and `report.json` into a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        std::fs::write(folder.join("report.txt"), self.table()).context("writing report.txt")?;
        let json = serde_json::to_string_pretty(&self.json()).context("writing report.json")?;
        std::fs::write(folder.join("report.json"), json + "\n").context("writing report.json")
    }

    fn json(&self) -> Value {
        let terms: serde_json::Map<String, Value> = self
            .terms
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        json!({ "terms": terms, "figures": rows })
    }
}

impl Row {
    fn json(&self) -> Value {
        let Spread { median, least, most } = self.figure;
        json!({
            "name": self.name, "unit": self.unit, "median": median, "least": least, "most": most,
            "met": self.bound.holds(&self.figure),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_judged_by_the_median() {
        let mut report = Report::new(Meaning::Figures);
        report.term("disk", "one");
        let figure = Spread::of([0.6, 0.71, 0.9]).unwrap();
        report.judged("ratio", figure, 2, "of nginx", Bound::AtLeast(0.7));
        report.judged("memory", figure, 1, "MB", Bound::Below(0.5));
        report.judged("size", figure, 2, "kB", Bound::AtMost(0.71));
        report.row("rate", figure, 0, "/s");
        let table = report.table();
        assert!(table.contains("0.71 [0.60-0.90] of nginx"), "{table}");
        assert!(
            table.contains("at least 0.7: met") && table.contains("below 0.5: NOT MET"),
            "{table}"
        );
        let json = report.json();
        assert_eq!(json["figures"][1]["met"], false);
        assert_eq!(json["figures"][2]["met"], true);
        assert_eq!(json["figures"][3]["met"], Value::Null);
        assert_eq!(json["terms"]["disk"], "one");
    }
}
