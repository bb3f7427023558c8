#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A database dump shows nobody: the whole story is played with values that are written down, and then everything that
//! was written to disk or log is searched for them, in every form that the scanner knows.
//!
//! What may stand in clear, and why: see [`story::IN_CLEAR`]. It is searched for too, and must be found: it is the
//! control that the scan really reads what it is given.

mod aefi;
mod correction;
mod desk;
mod device;
mod dose;
mod held_dose;
mod import;
mod lengths;
mod log;
mod merge;
mod objection;
mod office;
mod person;
mod places;
mod staff;
mod stock;
mod story;

use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{DatabaseUrl, Db};
use pramaan_testkit::scan::{Finding, Planted, Scanner};

use crate::story::Story;

#[store_test]
async fn a_dump_shows_nobody(db: TestDb) {
    let log = log::capture();
    let story = Story::play(db).await;
    let db = &story.app.db;
    let scanner = Scanner::new(&story.planted);
    let control = control();

    let mut found = Vec::new();
    let mut controls = Vec::new();
    for (place, bytes) in places::everything(db).await {
        found.extend(scanner.scan(&place, &bytes));
        controls.extend(control.scan(&place, &bytes));
    }
    let (cells, numbers) = places::cells(db).await;
    for (place, bytes) in &cells {
        found.extend(scanner.scan(place, bytes));
        controls.extend(control.scan(place, bytes));
    }
    let codes = story.staff_codes().await;
    let scanner_of_codes = Scanner::new(&codes);
    let objected = cells
        .iter()
        .filter(|(place, _)| place.starts_with("cell objection_case."));
    let named: Vec<_> = objected
        .flat_map(|(place, bytes)| scanner_of_codes.scan(place, bytes))
        .collect();
    assert!(
        named.is_empty(),
        "a staff code beside whoever complained: {}",
        told(&named)
    );
    found.extend(scanner.scan("rejects", &story.rejects));
    found.extend(scanner.scan("log", log.text().as_bytes()));

    assert!(
        story.planted.len() > 60,
        "the story planted {} values",
        story.planted.len()
    );
    assert!(found.is_empty(), "{}", told(&found));
    for (column, number) in numbers {
        assert!(
            !story.numbers.contains(&number),
            "{column} holds a planted number"
        );
    }
    for (what, _, _) in story::IN_CLEAR {
        let is_found = |prefix: &str| {
            let here = |finding: &&Finding| finding.what == *what && finding.place.starts_with(prefix);
            controls.iter().find(here).is_some()
        };
        assert!(
            is_found("file") && is_found("cell"),
            "the scan did not see {what}"
        );
    }
    assert!(
        log.text().contains("a message waits"),
        "the log was captured, with its warnings"
    );
}

/// What is erased leaves nothing behind, neither in tables nor in free pages: not even the bytes that were stored sealed.
#[store_test]
async fn a_deleted_person_is_gone_from_free_pages(db: TestDb) {
    let story = Story::one_person(db).await;
    let mut sealed = Planted::default();
    for (place, bytes) in places::blobs_of(&story.app.db, "person_key", "household <> subject").await {
        sealed.add(place, bytes);
    }
    for (place, bytes) in places::blobs_of(&story.app.db, "person", "1 = 1").await {
        sealed.add(place, bytes);
    }
    assert!(sealed.len() > 8, "{}", sealed.len());
    let scanner = Scanner::new(&sealed);
    let before: usize = scan_files(&story.app.db, &scanner).await.len();
    assert!(
        before >= sealed.len(),
        "before the deletion everything is there: {before}"
    );

    let (citizen, id) = story.people[0].clone();
    story.app.app.delete_beneficiary(&citizen, id).await.unwrap();
    places::settle(&story.app.db).await;
    let after = scan_files(&story.app.db, &scanner).await;
    assert!(after.is_empty(), "{}", told(&after));
    let plain = scan_files(&story.app.db, &Scanner::new(&story.planted)).await;
    assert!(plain.is_empty(), "{}", told(&plain));
}

async fn scan_files(db: &TestDb, scanner: &Scanner) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, bytes) in places::table_files(db).await {
        found.extend(scanner.scan(&place, &bytes));
    }
    found
}

fn control() -> Scanner {
    let mut planted = Planted::default();
    for (what, value, _) in story::IN_CLEAR {
        planted.add(*what, value);
    }
    Scanner::new(&planted)
}

fn told(found: &[Finding]) -> String {
    let lines = found
        .iter()
        .map(|finding| format!("{} as {:?} in {}", finding.what, finding.form, finding.place));
    lines.collect::<Vec<_>>().join("\n")
}

/// So that both modules speak of databases in one way.
fn sqlite_folder(db: &TestDb) -> Option<std::path::PathBuf> {
    match db.url() {
        DatabaseUrl::Sqlite(path) => path.parent().map(std::path::Path::to_owned),
        DatabaseUrl::Postgres(_) => None,
    }
}

/// Runs a statement.
async fn run(db: &Db, sql: String) -> Vec<pramaan_store::db::Row> {
    let rows = db.write("test::dump", move |tx| {
        Box::pin(async move { tx.query(&sql, &[]).await })
    });
    rows.await.unwrap()
}
