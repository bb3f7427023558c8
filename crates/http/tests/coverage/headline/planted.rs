//! What stands in the records of the people of the story, and which fields of theirs it is.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pramaan_domain::access::{Field, FieldSet};
use pramaan_testkit::scan::{self, Coding, Finding, Scanner, Spelling};
use serde_json::Value;

use super::told::TOLD_OF;
use crate::story::DOCUMENT;

/// A value that tells something of somebody.
///
/// What has few values, as a gender, is planted with what stands around it where it is told: the same word in a list of choices
/// tells nothing.
#[derive(Debug, Clone)]
pub(crate) struct Marker {
    /// By first names. Empty for what nobody may ever be shown.
    whose: Vec<String>,
    pub(super) field: Field,
    value: Vec<u8>,
}

impl Marker {
    pub(crate) fn what(&self) -> String {
        format!("{} of {}", self.field.name(), self.whose.join("/"))
    }

    /// Whether an entry about these fields of this person is one for it. A certificate holds some of the person's other fields.
    pub(crate) fn is_in(&self, whose: &str, fields: FieldSet) -> bool {
        let is_named = |field| fields.contains(field);
        let born = self.field == Field::BirthYear && is_named(Field::BirthDate);
        let certified = is_certified(self.field) && is_named(Field::Certificate);
        self.whose.iter().any(|one| one == whose) && (is_named(self.field) || born || certified)
    }
}

/// Whether a certificate tells it.
const fn is_certified(field: Field) -> bool {
    match field {
        Field::Name
        | Field::BirthYear
        | Field::Gender
        | Field::DocumentType
        | Field::DocumentLastFour
        | Field::ReferenceId
        | Field::Doses
        | Field::Certificate => true,
        Field::BirthDate
        | Field::Mobile
        | Field::AppointmentCode
        | Field::AccessList
        | Field::Comorbidity
        | Field::Group
        | Field::AdverseEvents
        | Field::ViewKey
        | Field::Objections => false,
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Planted(Vec<Marker>);

impl Planted {
    /// What is known before anything happens; numbers that are given out are added when they are.
    pub(crate) fn of_the_story() -> Self {
        let mut planted = Self(Vec::new());
        for name in [
            "Aashabai", "Kamala", "Chandni", "Gangu", "Radha", "Leela", "Meena", "Lata", "Sita",
        ] {
            planted.add(name, Field::Name, name);
        }
        planted.add("Mistaken", Field::Name, "Mistaken Bai");
        let last_four = &DOCUMENT[DOCUMENT.len() - 4..];
        planted.add("Aashabai", Field::DocumentLastFour, last_four);
        for (whose, field, value) in TOLD_OF {
            planted.add_of(whose, *field, value.as_bytes());
        }
        for document in [DOCUMENT, crate::staff::SECOND, "W7654321", "VOTER12345"] {
            planted.add_of(&[], Field::DocumentLastFour, document.as_bytes());
        }
        planted
    }

    /// Every field of which something is planted.
    pub(crate) fn fields(&self) -> BTreeSet<Field> {
        self.0.iter().map(|marker| marker.field).collect()
    }

    /// The view keys in a person's extract, packed or not: by them their entries are recognised.
    pub(crate) fn add_extract(&mut self, whose: &str, file: &[u8]) {
        let unpacked = scan::decoded("gzip", file).filter(|_| file.starts_with(&[0x1f, 0x8b]));
        let json = unpacked.unwrap_or_else(|| file.to_vec());
        self.add_keys(whose, &serde_json::from_slice(&json).unwrap());
    }

    /// Every key of 32 bytes; the log's own is no plain Base64.
    fn add_keys(&mut self, whose: &str, part: &Value) {
        match part {
            Value::Array(items) => items.iter().for_each(|item| self.add_keys(whose, item)),
            Value::Object(fields) => {
                let key = fields.get("key").and_then(Value::as_str);
                let bytes = key.and_then(|text| STANDARD.decode(text).ok());
                if let Some(key) = bytes.filter(|key| key.len() == 32) {
                    self.add_of(&[whose], Field::ViewKey, &key);
                }
                fields.values().for_each(|value| self.add_keys(whose, value));
            }
            _ => {}
        }
    }

    pub(crate) fn add(&mut self, whose: &str, field: Field, value: &str) {
        self.add_of(&[whose], field, value.as_bytes());
    }

    fn add_of(&mut self, whose: &[&str], field: Field, value: &[u8]) {
        self.0.push(Marker {
            whose: whose.iter().map(|one| (*one).to_owned()).collect(),
            field,
            value: value.to_vec(),
        });
    }

    pub(crate) fn scanner(&self) -> Scanner {
        let mut planted = scan::Planted::default();
        for (number, marker) in self.0.iter().enumerate() {
            planted.add(number.to_string(), &marker.value);
        }
        Scanner::new(&planted)
    }

    /// The marker that was found. Four digits are found in any long number's hexadecimals or backwards; those count as they are.
    pub(crate) fn found(&self, finding: &Finding) -> Option<&Marker> {
        let marker = &self.0[finding.what.parse::<usize>().unwrap()];
        let as_it_is = finding.form.spelling == Spelling::AsIs && finding.form.coding == Coding::Utf8;
        (as_it_is || marker.value.len() > 5).then_some(marker)
    }
}
