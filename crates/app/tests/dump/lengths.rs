//! What the length of a sealed value tells: nothing, but for the columns named here, with the reason.
//!
//! The columns are those that the inventory of fields calls sealed, so that a new one is looked at too.

use std::collections::BTreeSet;
use std::path::Path;

use pramaan_store::testing::{TestDb, store_test};

use crate::run;
use crate::story::Story;

/// Sealed columns whose rows differ in length, and why they may.
const DIFFER: &[(&str, &str)] = &[
    (
        "access_detail.sealed",
        "holds names of places and routes, and a reason: docs/known-gaps.md",
    ),
    ("encounter.reason", "what a vaccinator wrote: docs/known-gaps.md"),
    (
        "otp.typed",
        "with the name that was typed at one of the doors: docs/known-gaps.md",
    ),
    (
        "outbox.sealed",
        "a message waits for seconds and is blanked: docs/known-gaps.md",
    ),
];

/// What is in them is random or of one length by its nature: few rows show enough.
const BY_NATURE: &[&str] = &["staff.totp"];

#[store_test]
async fn sealed_columns_have_one_length_or_a_reason(db: TestDb) {
    let story = Story::varied(db).await;
    let columns = sealed_columns();
    assert!(columns.len() > 20, "{columns:?}");
    let mut wrong = Vec::new();
    for column in &columns {
        let (table, name) = column.split_once('.').unwrap();
        // What was blanked tells by its state, in clear, that it was.
        let sql = format!("select cast(length({name}) as bigint) from {table} where length({name}) > 0");
        let lengths: Vec<i64> = run(&story.app.db, sql)
            .await
            .iter()
            .map(|row| row.int(0).unwrap())
            .collect();
        let distinct: BTreeSet<i64> = lengths.iter().copied().collect();
        let differs = DIFFER.iter().any(|(named, _)| named == column);
        let enough = lengths.len() >= 2 || BY_NATURE.contains(&column.as_str());
        match (differs, distinct.len()) {
            (false, 1) if enough => {}
            (true, 2..) => {}
            (true, _) => wrong.push(format!("{column} no longer differs: take it off the list")),
            (false, _) => wrong.push(format!("{column}: {} rows of {distinct:?} bytes", lengths.len())),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let known = DIFFER
        .iter()
        .map(|(column, _)| *column)
        .chain(BY_NATURE.iter().copied());
    for column in known {
        assert!(columns.contains(column), "{column} is no sealed column");
    }
}

/// `table.column` of everything stored that the inventory calls sealed.
fn sealed_columns() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/fields.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let mut table = None;
    let mut columns = BTreeSet::new();
    for line in text.lines() {
        if let Some(section) = line.strip_prefix('[') {
            table = section
                .strip_prefix("stored.")
                .map(|rest| rest.trim_end_matches(']'));
        } else if let (Some(table), Some((column, said))) = (table, line.split_once(" = ")) {
            let protection = said.split_once(", ").map_or("", |(_, rest)| rest);
            if protection.starts_with("sealed:") {
                columns.insert(format!("{table}.{column}"));
            }
        }
    }
    columns
}
