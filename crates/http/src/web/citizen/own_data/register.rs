//! "Everything that is kept" is everything: each stored column about a person is in an element of the file, or is one of what is left
//! out with a reason.

use std::collections::{BTreeMap, BTreeSet};

use super::json::{File, left_out};
use crate::web::i18n::Locale;

const REGISTER: &str = include_str!("../../../../../../policy/fields.txt");

/// Where a person finds a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// An element of the file, such as `patient.name`.
    In(&'static str),
    /// A line of what is left out.
    Left(&'static str),
}

use Found::{In, Left};

const CLOCKS: Found = Left("data-left-clocks");
const STEPS: Found = Left("data-left-steps");
const CASES: Found = Left("data-left-cases");
const MESSAGES: Found = Left("data-left-messages");
const ACCESSES: Found = Left("data-left-accesses");

/// Tables about staff, or about nobody who is a beneficiary, though they have a column that names somebody.
const OF_OTHERS: [&str; 3] = ["staff_mobile", "budget", "facilitator_count"];

/// A whole table, or one of its columns, which then counts before the table.
const WHERE: &[(&str, Found)] = &[
    ("household.mobile", In("patient.telecom")),
    ("household.language", In("patient.communication")),
    ("household.unused_since", CLOCKS),
    ("mobile_index.proved_on", CLOCKS),
    ("departure", CLOCKS),
    ("member", CLOCKS),
    ("cohort", In("patient.group")),
    ("person.name", In("patient.name")),
    ("person.birth_year", In("patient.birthYear")),
    ("person.birth_date", In("patient.birthDate")),
    ("person.gender", In("patient.gender")),
    ("person.document_type", In("patient.identifier")),
    ("person.document_last_four", In("patient.identifier")),
    ("person.reference_id", In("patient.identifier")),
    ("person.comorbidity", In("patient.comorbidity")),
    ("person.guardian", In("patient.guardian")),
    ("person.document_state", Left("data-left-document")),
    ("person.consent_version", In("consent.policy")),
    ("person_key.tags_since", CLOCKS),
    ("private_code", CLOCKS),
    ("private_try", CLOCKS),
    ("private_opening", CLOCKS),
    ("document_index", Left("data-left-document")),
    ("document_count", Left("data-left-document")),
    ("card.number", In("card.number")),
    ("card_try", CLOCKS),
    ("desk_registration.centre", In("registration.centre")),
    ("desk_registration.sealed", In("registration.performer")),
    ("desk_registration.registered_at", In("registration.date")),
    ("withdrawal", STEPS),
    ("registration_count", CLOCKS),
    ("access_detail", ACCESSES),
    ("access_count", In("auditEvent.total")),
    ("known_device.face", In("device.door")),
    ("known_device.partner", In("device.door")),
    ("known_device.last_login_at", In("device.last")),
    ("known_device.confirmed_at", In("device.confirmed")),
    ("ended_household", CLOCKS),
    ("objection", In("objection.note")),
    ("objection_case", CASES),
    ("appointment.code_tries", CLOCKS),
    ("appointment", In("appointment.slot")),
    ("claim.code", Left("data-left-code")),
    ("claim", In("appointment.slot")),
    ("idempotency", MESSAGES),
    ("visit_code", CLOCKS),
    ("encounter", STEPS),
    ("dose.change", In("immunization.correction")),
    ("dose", In("immunization.lotNumber")),
    ("visit", STEPS),
    ("visit_event", STEPS),
    ("aefi_case", CASES),
    ("aefi", In("adverseEvent.entries")),
    ("certificate.sealed", Left("data-left-certificates")),
    ("certificate", In("documentReference.date")),
    ("correction_visit", STEPS),
    ("correction", STEPS),
    ("merge_link", STEPS),
    ("merge_event", STEPS),
    ("merge", STEPS),
];

/// What makes a table one about a beneficiary.
const NAMES: [&str; 9] = [
    "person",
    "household",
    "subject",
    "holder",
    "mobile_ix",
    "document_ix",
    "reference_ix",
    "cohort_ix",
    "subject_ix",
];

struct Column<'a> {
    table: &'a str,
    name: &'a str,
    class: &'a str,
    protection: &'a str,
}

fn columns() -> Vec<Column<'static>> {
    let mut table = "";
    let mut all = Vec::new();
    for line in REGISTER.lines() {
        if let Some(stored) = line.strip_prefix("stored ") {
            table = stored;
        } else if !line.starts_with(' ') {
            table = if line.is_empty() { table } else { "" };
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ([name, _, class, protection, _], false) = (cells.as_slice(), table.is_empty()) {
            all.push(Column {
                table,
                name,
                class,
                protection,
            });
        }
    }
    let about: BTreeSet<&str> = all
        .iter()
        .filter(|column| NAMES.contains(&column.name) || ["person", "household"].contains(&column.table))
        .map(|column| column.table)
        .collect();
    all.retain(|column| about.contains(column.table) && !OF_OTHERS.contains(&column.table));
    all
}

fn found(column: &Column<'_>, used: &mut BTreeSet<&'static str>) -> Option<Found> {
    let whole = format!("{}.{}", column.table, column.name);
    let listed = WHERE
        .iter()
        .find(|(what, _)| *what == whole)
        .or_else(|| WHERE.iter().find(|(what, _)| *what == column.table));
    // The words of a column say it best; what is no plain value is left out as its kind.
    let by_kind = match (column.class, column.protection) {
        ("credential", "sealed") if column.table == "person_key" => Some(Left("data-left-keys")),
        (_, "keyed") => Some(Left("data-left-indexes")),
        (_, "random id") => Some(Left("data-left-names")),
        ("credential", "clear") => Some(Left("data-left-secrets")),
        _ => None,
    };
    by_kind.or_else(|| {
        let (what, found) = listed?;
        used.insert(*what);
        Some(*found)
    })
}

#[test]
fn each_stored_field_of_a_person_is_told_or_left_out_with_a_reason() {
    let columns = columns();
    assert!(columns.len() > 100, "{} columns were read", columns.len());
    let mut used = BTreeSet::new();
    let mut told: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut nowhere = Vec::new();
    for column in &columns {
        let name = format!("{}.{}", column.table, column.name);
        match found(column, &mut used) {
            Some(In(element)) => told.entry(element).or_default().push(name),
            Some(Left(line)) => assert!(left_out_lines().contains(&line), "{line} is no line"),
            None => nowhere.push(name),
        }
    }
    assert!(
        nowhere.is_empty(),
        "stored about a person, and neither in the file nor among what is left out: {nowhere:#?}"
    );
    let stale: Vec<_> = WHERE.iter().filter(|(what, _)| !used.contains(what)).collect();
    assert!(stale.is_empty(), "no such column is stored: {stale:?}");
    let file = serde_json::to_value(File::sample()).unwrap();
    for (element, from) in told {
        assert!(
            is_in(&file, element),
            "{element}, which has {from:?}, is not in the file"
        );
    }
}

/// The keys of what is left out, found again by their words.
fn left_out_lines() -> Vec<&'static str> {
    let told = left_out(Locale::En);
    let keys = WHERE.iter().filter_map(|(_, found)| match found {
        Left(key) => Some(*key),
        In(_) => None,
    });
    let kinds = [
        "data-left-keys",
        "data-left-indexes",
        "data-left-names",
        "data-left-secrets",
    ];
    keys.chain(kinds)
        .filter(|key| told.iter().any(|(what, _)| *what == Locale::En.t(key)))
        .collect()
}

/// Whether a dotted path leads to something; lists are looked into.
fn is_in(value: &serde_json::Value, path: &str) -> bool {
    let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
    match path.split_once('.') {
        Some((first, rest)) => value.get(first).is_some_and(|inner| is_in(inner, rest)),
        None => value.get(path).is_some_and(|found| !found.is_null()),
    }
}
