//! The inventory of fields, `policy/fields.txt` and `policy/register.json`: what is stored, sent and logged, found in the
//! code, with what each field is for and how long it is kept. It fails when somebody adds a field and does not say what it is, and when the field is one that invariant 4
//! forbids.
//!
//! It reads names, not data: that a column named sealed is sealed is what `a_dump_shows_nobody` tests.

mod complete;
mod declared;
mod field;
mod logged;
mod outside;
mod print;
mod register;
mod retention;
mod rules;
mod schema;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use pramaan_domain::access;

use crate::tree::{self, TextFile};
use declared::Declared;
use field::Field;

const DECLARED: &str = "crates/xtask/fields.toml";
const OPENINGS: &str = "policy/openings.txt";
const MIGRATIONS: &str = "crates/store/migrations/";
const CRATES: &str = "crates/";
/// Folders and files whose structs with serde or minicbor are about nobody, and why. Every other struct of every crate is listed.
const NOT_SENT: [(&str, &str); 9] = [
    ("crates/bench/", "not part of the product"),
    ("crates/fuzz/", "not part of the product"),
    ("crates/testkit/", "not part of the product"),
    ("crates/xtask/", "not part of the product"),
    (
        "crates/domain/src/rules/rule.rs",
        "the rules of vaccination, from a table in the program",
    ),
    (
        "crates/domain/src/stock/vial.rs",
        "facts of products, from a table in the program",
    ),
    (
        "crates/domain/src/vaccine.rs",
        "codes of products, from a table in the program",
    ),
    ("crates/pramaan/src/config/", "the operator's settings"),
    ("crates/pramaan/src/data.rs", "the operator's settings"),
];
const LOGGED: [&str; 5] = [
    "crates/app/src/",
    "crates/http/src/",
    "crates/pramaan/src/",
    "crates/store/src/",
    "crates/witness/src/",
];

/// policy/fields.txt, for people.
pub(crate) fn text() -> Result<String> {
    Ok(inventory(&tree::text_files()?)?.fields)
}

/// policy/register.json, for programs.
pub(crate) fn register() -> Result<String> {
    Ok(inventory(&tree::text_files()?)?.register)
}

struct Inventory {
    fields: String,
    register: String,
}

fn inventory(files: &[TextFile]) -> Result<Inventory> {
    let declared = files.iter().find(|file| file.path == DECLARED);
    let declared = declared.with_context(|| format!("there is no {DECLARED}"))?;
    let declared = Declared::parse(&declared.text).with_context(|| format!("could not read {DECLARED}"))?;
    let fields = fields(files, &declared)?;
    let openable = access::Field::ALL.map(access::Field::name);
    let mut violations = rules::violations(&fields, &declared, &openable);
    violations.extend(outside::stale(files));
    if !violations.is_empty() {
        bail!("the inventory of fields is not right:\n{}", violations.join("\n"));
    }
    let openings = files.iter().find(|file| file.path == OPENINGS);
    let openings = openings.with_context(|| format!("there is no {OPENINGS}"))?;
    let ways = (openings.text.as_str(), &*pramaan_policy::matrix());
    Ok(Inventory {
        register: register::text(&fields, &declared, &openable, ways)?,
        fields: print::text(&fields, &declared, &openable),
    })
}

/// Files without the words that lead to a field are not parsed: that is most of them.
fn fields(files: &[TextFile], declared: &Declared) -> Result<Vec<Field>> {
    let within = |folders: &[&str], ending: &str, path: &str| {
        folders.iter().any(|folder| path.starts_with(folder)) && path.ends_with(ending)
    };
    let migrations = files
        .iter()
        .filter(|file| within(&[MIGRATIONS], ".sql", &file.path))
        .map(|file| (file.path.as_str(), file.text.as_str()));
    let mut found = schema::columns(migrations)?;
    if found.is_empty() {
        bail!("no column was found under {MIGRATIONS}: the inventory looks in the wrong place");
    }
    found.extend(messages(files)?);
    let shipped = |file: &&TextFile| is_source(&file.path) && !is_for_tests(&file.path);
    found.extend(outside::written(files.iter().filter(shipped), declared));
    found.extend(outside::cookies(files.iter().filter(shipped)));
    for file in files.iter().filter(|file| within(&LOGGED, ".rs", &file.path)) {
        if !["tracing", "record("].iter().any(|word| file.text.contains(word)) {
            continue;
        }
        found.extend(logged::fields(&file.path, &file.text)?);
    }
    Ok(found)
}

/// What is sent, and what is inside sealed values.
fn messages(files: &[TextFile]) -> Result<Vec<Field>> {
    let mut found = Vec::new();
    let mut spared = BTreeSet::new();
    for file in files.iter().filter(|file| is_source(&file.path)) {
        if !["Serialize", "Deserialize", "Encode", "Decode"]
            .iter()
            .any(|derived| file.text.contains(derived))
        {
            continue;
        }
        let members = wire::members(&file.path, &file.text)?;
        match NOT_SENT.iter().position(|(path, _)| file.path.starts_with(path)) {
            Some(number) => spared.extend((!members.is_empty()).then_some(number)),
            None => found.extend(members),
        }
    }
    let mut idle = (0..).zip(NOT_SENT).filter(|(number, _)| !spared.contains(number));
    // Of what is no part of the product nothing has to be there.
    match idle.find(|(_, (path, _))| !is_for_tests(path)) {
        Some((_, (path, _))) => bail!("nothing of {path} is a message: take its line out of NOT_SENT"),
        None => Ok(found),
    }
}

/// Of any crate, whether it is shipped or not.
fn is_source(path: &str) -> bool {
    let inside = path.strip_prefix(CRATES).and_then(|path| path.split_once('/'));
    inside.is_some_and(|(_, path)| path.starts_with("src/") && path.ends_with(".rs"))
}

/// Of a crate, or a part of one, that is built for tests only.
fn is_for_tests(path: &str) -> bool {
    let dev = NOT_SENT
        .iter()
        .filter(|(_, why)| *why == "not part of the product");
    dev.map(|(folder, _)| *folder)
        .chain(["crates/powercut/", "crates/testkit-macros/"])
        .any(|folder| path.starts_with(folder))
        || path.contains("/src/testing/")
        || path.ends_with("/tests.rs")
}
