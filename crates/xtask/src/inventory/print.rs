//! `policy/fields.txt`: one line a field, under its table or struct, for people who do not read Rust.

use super::declared::{CONSTANT, Declared, Meaning, NOBODY, PLACE};
use super::field::{Field, Kind};

const HEADER: &str = "\
# What is stored, sent and logged. Generated from the code and from crates/xtask/fields.toml by `cargo xtask generate`.
# stored: a column | inside: part of a value that is sealed as a whole | sent: part of a message in or out
# file: part of a file outside the database, by the module that writes it | cookie: kept by a browser
# logged: a field of a log line | opened: a sealed field that an access entry can name
# field | form | class | protection | purpose; above the fields of a table or a sealed value, how long it is kept
";

pub(super) fn text(fields: &[Field], declared: &Declared, openable: &[&str]) -> String {
    let mut text = String::from(HEADER);
    for kind in [Kind::Stored, Kind::Inside, Kind::Sent, Kind::File, Kind::Cookie] {
        let mut owner = "";
        for field in fields.iter().filter(|field| field.kind == kind) {
            if field.owner != owner {
                owner = &field.owner;
                text.push_str(&format!("\n{} {owner}\n", kind.name()));
                if let Some(kept) = super::register::kept_of_owner(kind, owner, declared) {
                    let kept = match kept.starts_with("stays: ") {
                        true => kept,
                        false => format!("kept: {kept}"),
                    };
                    text.push_str(&format!("  {kept}\n"));
                }
            }
            text.push_str(&line(field, declared));
        }
    }
    text.push_str("\nlogged\n");
    let mut logged: Vec<_> = fields.iter().filter(|field| field.kind == Kind::Logged).collect();
    logged.sort_by(|a, b| a.name.cmp(&b.name));
    logged.dedup_by(|a, b| a.name == b.name);
    for field in logged {
        text.push_str(&line(field, declared));
    }
    text.push_str("\nopened\n");
    for name in openable {
        text.push_str(&format!(
            "  {name:<27} | {}\n",
            declared.class(name).unwrap_or_default()
        ));
    }
    text
}

fn line(field: &Field, declared: &Declared) -> String {
    let said = match declared.meaning(field) {
        Some(Meaning::About {
            class,
            protection,
            purpose,
        }) => format!("{class:<10} | {protection:<9} | {purpose}"),
        Some(Meaning::Nobody) | None => NOBODY.to_owned(),
        Some(Meaning::Place) => PLACE.to_owned(),
        Some(Meaning::Constant) => CONSTANT.to_owned(),
        Some(Meaning::Bookkeeping(sentence)) => format!("of the row: {sentence}"),
        Some(Meaning::Logged(sentence)) => sentence,
    };
    match field.kind {
        Kind::Logged => format!("  {:<27} | {said}\n", field.name),
        _ => format!("  {:<27} | {:<8} | {said}\n", field.name, field.form),
    }
}
