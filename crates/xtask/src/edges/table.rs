//! The crate table of ARCHITECTURE.md: `crate | one line | may use`.
//!
//! The first cell is the folder in backticks, with `(later)` behind it when the crate does not exist yet, or `(dev only)`
//! when nothing shipped may use it. The last one is `–` for nothing, `all` for every crate that is not dev only, or names
//! with commas between them.

use anyhow::{Context, Result, bail};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Shipped,
    DevOnly,
    Later,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    All,
    These(Vec<String>),
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) mark: Mark,
    pub(super) allowed: Allowed,
}

pub(super) fn parse(document: &str) -> Result<Vec<Row>> {
    let mut lines = document
        .lines()
        .skip_while(|line| cells(line) != ["crate", "one line", "may use"]);
    lines
        .next()
        .context("ARCHITECTURE.md has no table with the heading `crate | one line | may use`")?;
    lines
        .skip(1)
        .take_while(|line| line.trim_start().starts_with('|'))
        .map(|line| row(line).with_context(|| format!("could not read this row of the crate table: {line}")))
        .collect()
}

fn row(line: &str) -> Result<Row> {
    let [name, _, allowed] = cells(line)[..] else {
        bail!("it has not three cells");
    };
    let (name, mark) = match name.split_once('(') {
        None => (name, Mark::Shipped),
        Some((name, "later)")) => (name, Mark::Later),
        Some((name, "dev only)")) => (name, Mark::DevOnly),
        Some((_, mark)) => bail!("the mark ({mark} is neither (later) nor (dev only)"),
    };
    Ok(Row {
        name: bare(name)?,
        mark,
        allowed: allowed_in(allowed)?,
    })
}

fn allowed_in(cell: &str) -> Result<Allowed> {
    match cell {
        "all" => Ok(Allowed::All),
        "–" => Ok(Allowed::These(Vec::new())),
        names => Ok(Allowed::These(names.split(',').map(bare).collect::<Result<_>>()?)),
    }
}

fn bare(name: &str) -> Result<String> {
    let name = name.trim().trim_matches('`');
    let fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(fit) {
        bail!("{name:?} is not the name of a crate");
    }
    Ok(name.to_owned())
}

fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    match line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
        Some(inner) => inner.split('|').map(str::trim).collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_names_and_marks_are_read() {
        let rows = parse(
            "# Words\n\n| crate | one line | may use |\n|---|---|---|\n| `domain` | pure | – |\n\
             | `app` | use cases | `domain`, policy |\n| `pramaan` | binary | all |\n| `bot` (later) | chat | `client` |\n\
             | `testkit` (dev only) | tests | all |\n\nAfter | the | table\n",
        )
        .unwrap();
        let read: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.mark)).collect();
        let expected = [
            ("domain", Mark::Shipped),
            ("app", Mark::Shipped),
            ("pramaan", Mark::Shipped),
            ("bot", Mark::Later),
            ("testkit", Mark::DevOnly),
        ];
        assert_eq!(read, expected);
        assert_eq!(rows[0].allowed, Allowed::These(vec![]));
        assert_eq!(
            rows[1].allowed,
            Allowed::These(vec!["domain".into(), "policy".into()])
        );
        assert_eq!(rows[2].allowed, Allowed::All);
    }

    #[test]
    fn a_missing_table_and_a_broken_row_are_errors() {
        assert!(parse("no table").is_err());
        let heading = "| crate | one line | may use |\n|---|---|---|\n";
        for row in [
            "| `a` | b |",
            "| `a` (soon) | b | – |",
            "| `a` | b | every thing |",
            "| `a` | b | |",
        ] {
            assert!(parse(&format!("{heading}{row}\n")).is_err(), "{row}");
        }
    }
}
