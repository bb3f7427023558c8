//! That nothing is left unsaid: how long each table is kept, where each sealed value is, of what class what a receipt opens is;
//! and that nothing is said of what is not there.

use super::declared::Declared;
use super::field::{Field, Kind};
use super::retention::Retention;

/// Every table says how long, every sealed value where it is kept, and neither says it of what is not there.
pub(super) fn kept(fields: &[Field], declared: &Declared) -> Vec<String> {
    let is_column = |table: &str, column: &str| {
        fields
            .iter()
            .any(|field| field.kind == Kind::Stored && field.owner == table && field.name == column)
    };
    let is_table = |table: &str| {
        fields
            .iter()
            .any(|field| field.kind == Kind::Stored && field.owner == table)
    };
    let mut found = Vec::new();
    for field in fields {
        match field.kind {
            Kind::Stored if declared.retention(&field.owner).is_none() => found.push(format!(
                "{}: table {} does not say how long it is kept: say it under [retention] in crates/xtask/fields.toml",
                field.path, field.owner
            )),
            Kind::Inside if declared.within(&field.owner).is_none() => found.push(format!(
                "{}: {} does not say where it is kept: say it under [within] in crates/xtask/fields.toml",
                field.path, field.owner
            )),
            Kind::File | Kind::Cookie if declared.kept(kept_by(field)).is_none() => found.push(format!(
                "{}: {field} does not say how long it is kept: say it of {} under [kept] in crates/xtask/fields.toml",
                field.path,
                kept_by(field)
            )),
            _ => {}
        }
    }
    for of in declared.kepts() {
        let outside = |field: &Field| matches!(field.kind, Kind::File | Kind::Cookie) && kept_by(field) == of;
        if !fields.iter().any(outside) {
            found.push(format!(
                "crates/xtask/fields.toml: no file or cookie is {of}: take its line under [kept] out"
            ));
        }
    }
    for (of, said) in declared.retentions() {
        let known = match of.split_once('.') {
            Some((table, column)) => is_column(table, column),
            None => is_table(of),
        };
        let counted = match said {
            Retention::Days { after, .. } => is_column(of, after),
            Retention::Stays(_) | Retention::Until(_) => true,
        };
        if !known || !counted {
            found.push(format!(
                "crates/xtask/fields.toml: retention of {of}, `{said}`: there is no such table or column"
            ));
        }
    }
    for prefix in declared.withins() {
        let used = |field: &Field| field.kind == Kind::Inside && field.owner.starts_with(prefix.as_str());
        if !fields.iter().any(used) {
            found.push(format!(
                "crates/xtask/fields.toml: nothing begins with {prefix}: take its line out"
            ));
        }
    }
    found
}

/// By what a field outside the database says how long it is kept: a file by its module, a cookie by its name.
pub(super) fn kept_by(field: &Field) -> &str {
    match field.kind {
        Kind::Cookie => &field.name,
        _ => &field.owner,
    }
}

/// What a receipt opens has a class, and nothing else has.
pub(super) fn classes(declared: &Declared, openable: &[&str]) -> Vec<String> {
    let without = openable.iter().filter(|field| declared.class(field).is_none());
    let mut found: Vec<_> = without
        .map(|field| {
            format!("a receipt opens {field}: say its class under [opened] in crates/xtask/fields.toml")
        })
        .collect();
    let gone = declared
        .classes()
        .filter(|field| !openable.contains(&field.as_str()));
    found.extend(
        gone.map(|field| format!("crates/xtask/fields.toml: no receipt opens {field}: take its line out")),
    );
    found
}
