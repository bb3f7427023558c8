//! One row of the rule book: what applies to whom, from when to when, on whose word.
//!
//! Rows are read from `data/rules.json`, in which every row names its source. Nothing here decides anything.

use std::sync::LazyLock;

use serde::Deserialize;

use super::question::{Channel, Group};
use crate::time::CivilDate;
use crate::vaccine::Vaccine;

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    Eligibility,
    Primary,
    Precaution,
    Deferral,
    Product,
}

/// Only what is in force decides; the rest is named when it explains something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    InForce,
    Recommended,
    Ordered,
    SetAside,
}

/// On whose word a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Order,
    Court,
    Recommendation,
    ProductDefault,
}

/// Whether bookings made before the row began keep the rule under which they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarlierBookings {
    NotApplicable,
    Honoured,
}

/// An exception is named only when the general rule does not already allow the dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Exception,
    #[default]
    General,
}

/// `Month`: the sources name the month only, and `valid_from` is its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    Day,
    Month,
}

/// What may be given as precaution dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// One of `Case::vaccines`.
    Other,
    /// Sputnik Light after Sputnik V.
    FirstComponent,
    /// The vaccine of the last dose; not Sputnik V, whose second component is never a third dose.
    Homologous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comorbidity {
    Required,
}

/// One way to fall under a row; all that is given must hold. An empty list does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Completed years, both ends included, on `age_on`, or on the day of the dose when that is not given.
    pub min_age: Option<i32>,
    pub max_age: Option<i32>,
    #[serde(default, deserialize_with = "optional_date")]
    pub age_on: Option<CivilDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub born_from: Option<CivilDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub born_to: Option<CivilDate>,
    pub comorbidity: Option<Comorbidity>,
    #[serde(default)]
    pub channels: Vec<Channel>,
    #[serde(default)]
    pub vaccines: Vec<Vaccine>,
    /// The vaccines of which the primary series must consist.
    #[serde(default)]
    pub primary: Vec<Vaccine>,
    pub product: Option<Product>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    pub family: Family,
    /// First and last day on which the row applies.
    #[serde(deserialize_with = "date")]
    pub valid_from: CivilDate,
    #[serde(default, deserialize_with = "optional_date")]
    pub valid_to: Option<CivilDate>,
    /// When it became known that the row would begin, and that it would end.
    #[serde(default, deserialize_with = "optional_date")]
    pub decided_on: Option<CivilDate>,
    #[serde(default, deserialize_with = "optional_date")]
    pub end_decided_on: Option<CivilDate>,
    /// When CoWIN began to enforce it.
    #[serde(default, deserialize_with = "optional_date")]
    pub system_live_on: Option<CivilDate>,
    pub date_precision: Precision,
    pub status: Status,
    pub source: Source,
    pub earlier_bookings: EarlierBookings,
    #[serde(default)]
    pub kind: Kind,
    pub who: String,
    /// One English sentence: what the row says and from when.
    pub explanation: String,
    pub note: Option<String>,
    pub cite: Vec<String>,
    #[serde(default)]
    pub cases: Vec<Case>,
    /// Of a row of the primary series: the vaccine, and for whom and where.
    pub vaccine: Option<Vaccine>,
    #[serde(default)]
    pub groups: Vec<Group>,
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// Days after the dose before, by the letter.
    pub min_days: Option<i64>,
    /// The advised range in days.
    pub recommended: Option<[i64; 2]>,
    /// The days that CoWIN enforced, where known.
    pub system_days: Option<i64>,
    pub defer_months: Option<u32>,
}

impl Rule {
    pub fn in_force_on(&self, date: CivilDate) -> bool {
        self.status == Status::InForce && self.covers(date)
    }

    /// Whether `date` lies between the row's first and last day, whatever its status.
    pub fn covers(&self, date: CivilDate) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|to| date <= to)
    }

    /// Whether somebody asking on `date` could know of the row.
    pub fn known_on(&self, date: CivilDate) -> bool {
        self.decided_on.unwrap_or(self.valid_from).min(self.valid_from) <= date
    }

    /// The row's last day, as far as it could be known on `date`.
    pub fn end_known_on(&self, date: CivilDate) -> Option<CivilDate> {
        self.valid_to
            .filter(|_| self.end_decided_on.is_none_or(|decided| decided <= date))
    }

    /// The publications behind the row, for people.
    pub fn citation(&self) -> String {
        let text = |key: &String| BOOK.sources.get(key).map(|source| format!("{source} [{key}]"));
        self.cite.iter().filter_map(text).collect::<Vec<_>>().join("; ")
    }
}

/// All rows, in the order of the file.
pub fn all() -> &'static [Rule] {
    &BOOK.rules
}

pub fn by_id(id: &str) -> Option<&'static Rule> {
    BOOK.rules.iter().find(|rule| rule.id == id)
}

/// The twenty comorbidities of March 2021, in the ministry's order, in our words.
pub fn comorbidities() -> &'static [String] {
    &COMORBIDITIES
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    sources: std::collections::BTreeMap<String, String>,
    rules: Vec<Rule>,
}

/// Stands in the answer of an empty book, so that answering cannot fail.
pub(super) static NO_RULE: Rule = Rule {
    id: String::new(),
    family: Family::Product,
    valid_from: CivilDate::MIN,
    valid_to: None,
    decided_on: None,
    end_decided_on: None,
    system_live_on: None,
    date_precision: Precision::Day,
    status: Status::InForce,
    source: Source::ProductDefault,
    earlier_bookings: EarlierBookings::NotApplicable,
    kind: Kind::General,
    who: String::new(),
    explanation: String::new(),
    note: None,
    cite: Vec::new(),
    cases: Vec::new(),
    vaccine: None,
    groups: Vec::new(),
    channels: Vec::new(),
    min_days: None,
    recommended: None,
    system_days: None,
    defer_months: None,
};

/// The files are part of the program; a test parses them, so the defaults are never taken.
static BOOK: LazyLock<Book> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/rules.json")).unwrap_or_default());
static COMORBIDITIES: LazyLock<Vec<String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/comorbidities.json")).unwrap_or_default());

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<CivilDate, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

fn optional_date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<CivilDate>, D::Error> {
    date(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_book_parses_and_every_row_is_cited() {
        let book: Book = serde_json::from_str(include_str!("../../data/rules.json")).unwrap();
        assert_eq!(book.rules.len(), all().len());
        let ids: BTreeSet<&str> = all().iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids.len(), all().len());
        let expected = [
            "E1", "E10", "E11", "P1", "P10", "P3x", "P3k", "P3n", "B1", "B10", "D1", "S1", "S2",
        ];
        assert!(expected.iter().all(|id| ids.contains(id)), "{ids:?}");
        for rule in all() {
            assert!(
                !rule.cite.is_empty() && rule.cite.iter().all(|key| book.sources.contains_key(key)),
                "{}",
                rule.id
            );
            assert!(
                rule.explanation.ends_with('.') && !rule.who.is_empty(),
                "{}",
                rule.id
            );
            assert!(
                rule.valid_to.is_none_or(|to| rule.valid_from <= to),
                "{}",
                rule.id
            );
        }
        assert_eq!(comorbidities().len(), 20);
    }

    #[test]
    fn what_only_explains_is_not_in_force() {
        let status = |id| by_id(id).map(|rule| rule.status);
        assert_eq!(status("P3k"), Some(Status::SetAside));
        assert_eq!(status("P3n"), Some(Status::Recommended));
        assert_eq!(by_id("P2").and_then(|rule| rule.system_days), Some(42));
        assert_eq!(by_id("E11").map(|rule| rule.source), Some(Source::ProductDefault));
    }
}
