//! What is never collected cannot leak: the list of every stored field is made from the schema and compared with
//! docs/fields.md, so that a new field is a change that somebody reviews.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt::Write;

use pramaan_store::StoreError;
use pramaan_store::testing::{TestDb, store_test};

const INTRODUCTION: &str = "\
# Every field that is stored

Made from the schema by `crates/store/tests/fields.rs`, which fails when this page is not what the code stores. Bytes are
sealed, a keyed index or MAC, or public parts of the log; words and numbers are in clear, and tell nobody's name, number,
address or birth date. No field holds an address of a person, the birth date of an adult or a whole document number.

| table | field | form | what it is |
|---|---|---|---|
";

/// Words in clear, by their name or by table and name; one without a line here fails the test.
const WORDS: &[(&str, &str)] = &[
    ("household", "random id"),
    ("person", "random id"),
    ("subject", "random id"),
    ("session", "random id"),
    ("appointment", "random id"),
    ("event", "random id"),
    ("supersedes", "random id"),
    ("staff", "random id"),
    ("login", "random id"),
    ("txn", "random id"),
    ("id", "random id"),
    ("state", "one of a few words"),
    ("kind", "one of a few words"),
    ("role", "one of a few words"),
    ("quota", "one of a few words"),
    ("basis", "one of a few words"),
    ("face", "one of a few words"),
    ("document_state", "one of a few words"),
    ("consent_version", "which notice was shown"),
    ("vaccine", "a product"),
    ("batch", "a batch, in counts only"),
    ("origin", "the name of the log"),
    ("checkpoint", "the signed head of the log, public"),
    ("meta.name", "a setting of the database"),
    ("meta.value", "a setting of the database"),
    ("schema_version.name", "a migration"),
    ("schema_version.digest", "of the migration's text"),
    ("reference_block.name", "a constant"),
    ("known_device.name", "random id"),
    ("centre.name", "a public place"),
    ("centre.location", "a public place"),
    ("centre.block", "a public place"),
    ("cohort.member_group", "one of three words"),
    ("partner.name", "an organisation"),
    ("staff.code", "printed instead of a name"),
    ("staff.ended_by", "printed instead of a name"),
    ("staff.password_hash", "Argon2id over a keyed hash"),
];

/// Parts of names that no stored field may have.
const NEVER: &[&str] = &[
    "address", "street", "house_no", "email", "father", "religion", "caste", "photo", "aadhaar",
];

#[store_test]
async fn inventory_is_what_the_code_stores(db: TestDb) {
    let columns = columns(&db).await;
    assert!(columns.len() > 150, "{} columns", columns.len());
    let mut page = INTRODUCTION.to_owned();
    for (table, column, form) in &columns {
        for never in NEVER {
            assert!(!column.contains(never), "{table}.{column} is never collected");
        }
        let what = meaning(table, column, form);
        writeln!(page, "| {table} | {column} | {form} | {what} |").unwrap();
    }
    let written = include_str!("../../../docs/fields.md");
    assert_eq!(
        written, page,
        "docs/fields.md is not what the code stores; it should be:\n{page}"
    );
    let is_used = |name: &str| {
        let named = |(table, column, _): &(String, String, String)| {
            name == column || name == format!("{table}.{column}")
        };
        columns.iter().any(named)
    };
    let gone: Vec<_> = WORDS.iter().filter(|(name, _)| !is_used(name)).collect();
    assert!(gone.is_empty(), "no such field any more: {gone:?}");
}

/// Birth dates: of a minor who gave one, sealed, and the day of its erasure keyed; of nobody else.
#[store_test]
async fn no_date_of_anybodys_life_is_a_number(db: TestDb) {
    for (table, column, form) in columns(&db).await {
        let is_date = ["birth", "dob", "erase"].iter().any(|part| column.contains(part));
        assert!(!is_date || form == "bytes", "{table}.{column} is {form}");
    }
}

fn meaning(table: &str, column: &str, form: &str) -> String {
    let qualified = format!("{table}.{column}");
    let known = WORDS
        .iter()
        .find(|(name, _)| *name == qualified)
        .or_else(|| WORDS.iter().find(|(name, _)| *name == column));
    match (form, known) {
        ("words", Some((_, what))) => (*what).to_owned(),
        ("words", None) => panic!("{qualified} holds words in clear: say in WORDS why it may"),
        ("bytes", _) if column.ends_with("_ix") => "keyed index".to_owned(),
        ("bytes", _) if column.ends_with("_mac") => "keyed hash".to_owned(),
        ("bytes", _) if ["leaf", "edge"].contains(&column) => "public part of the log".to_owned(),
        ("bytes", _) if table == "person_key" => "key, wrapped".to_owned(),
        ("bytes", _) => "sealed".to_owned(),
        _ => "instant, count or number of something public".to_owned(),
    }
}

/// Table, column and form, in order; the same on both engines.
async fn columns(db: &TestDb) -> Vec<(String, String, String)> {
    let sql = match db.engine() {
        pramaan_store::Engine::Sqlite => {
            "select m.name, p.name, lower(p.type) from sqlite_master m join pragma_table_info(m.name) p
             where m.type = 'table' and m.name not like 'sqlite%'"
        }
        pramaan_store::Engine::Postgres => {
            "select cast(table_name as text), cast(column_name as text), cast(data_type as text)
             from information_schema.columns where table_schema = 'public'"
        }
    };
    let rows = db.read("test::columns", move |tx| {
        Box::pin(async move { tx.query(sql, &[]).await })
    });
    let rows: Result<Vec<_>, StoreError> = rows.await;
    let mut columns: Vec<_> = rows
        .unwrap()
        .iter()
        .map(|row| {
            let form = match row.text(2).unwrap() {
                "text" => "words",
                "bigint" => "number",
                "blob" | "bytea" => "bytes",
                other => panic!("{other}"),
            };
            let text = |column| row.text(column).unwrap().to_owned();
            (text(0), text(1), form.to_owned())
        })
        .collect();
    columns.sort();
    columns
}
