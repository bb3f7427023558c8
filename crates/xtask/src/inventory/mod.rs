//! The inventory of fields, `policy/fields.txt` and `policy/register.json`: what is stored, sent and logged, found in the
//! code, with what each field is for and how long it is kept. It fails when somebody adds a field and does not say what it is, and when the field is one that invariant 4
//! forbids.
//!
//! It reads names, not data: that a column named sealed is sealed is what `a_dump_shows_nobody` tests.

mod complete;
mod declared;
mod field;
mod logged;
mod print;
mod register;
mod retention;
mod rules;
mod schema;
#[cfg(test)]
mod tests;
mod wire;

use anyhow::{Context, Result, bail};
use pramaan_domain::access;

use crate::tree::{self, TextFile};
use declared::Declared;
use field::Field;

const DECLARED: &str = "crates/xtask/fields.toml";
const OPENINGS: &str = "policy/openings.txt";
const MIGRATIONS: &str = "crates/store/migrations/";
/// Where structs are sent or sealed. `pramaan` has only its own settings.
const WIRE: [&str; 4] = [
    "crates/app/src/",
    "crates/cert/src/",
    "crates/http/src/",
    "crates/store/src/",
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
    let fields = fields(files)?;
    let openable = access::Field::ALL.map(access::Field::name);
    let violations = rules::violations(&fields, &declared, &openable);
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
fn fields(files: &[TextFile]) -> Result<Vec<Field>> {
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
    for file in files.iter().filter(|file| within(&WIRE, ".rs", &file.path)) {
        if !["Serialize", "Deserialize", "Encode", "Decode"]
            .iter()
            .any(|derived| file.text.contains(derived))
        {
            continue;
        }
        found.extend(wire::members(&file.path, &file.text)?);
    }
    for file in files.iter().filter(|file| within(&LOGGED, ".rs", &file.path)) {
        if !["tracing", "record("].iter().any(|word| file.text.contains(word)) {
            continue;
        }
        found.extend(logged::fields(&file.path, &file.text)?);
    }
    Ok(found)
}
