//! What stands in a record, and what an entry says of it.

use std::collections::BTreeSet;

use pramaan_domain::access::{Field, FieldSet};

/// A value that tells something of somebody.
///
/// What several people have, as a name or a year, is of each of them: their entries are summed. What is short is planted with
/// the words that stand around it where it is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marker {
    /// People, each by something that is theirs alone and may be printed.
    pub whose: BTreeSet<String>,
    pub field: Field,
    /// As it is told. Four bytes at least.
    pub value: Vec<u8>,
    /// As a question types it, without the words around it.
    pub bare: Vec<u8>,
}

impl Marker {
    /// Field and people, for a message.
    pub fn what(&self) -> String {
        let whose: Vec<&str> = self.whose.iter().map(String::as_str).collect();
        format!("{} of {}", self.field.name(), whose.join("/"))
    }

    /// Whether whoever asked typed it.
    pub(super) fn is_typed(&self, asked: &[u8]) -> bool {
        asked
            .windows(self.bare.len().max(1))
            .any(|window| window == self.bare)
    }

    /// Whether an entry is one for it. A certificate holds some of the person's other fields.
    pub(super) fn is_in(&self, entry: &Disclosed) -> bool {
        let is_named = |field| entry.fields.contains(field);
        let born = self.field == Field::BirthYear && is_named(Field::BirthDate);
        let certified = CERTIFIED.contains(self.field) && is_named(Field::Certificate);
        self.whose.contains(&entry.whose) && (is_named(self.field) || born || certified)
    }
}

/// What a certificate tells.
const CERTIFIED: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::Gender,
    Field::DocumentType,
    Field::DocumentLastFour,
    Field::ReferenceId,
    Field::Doses,
    Field::Certificate,
]);

/// A disclosure that stands in the verified log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// As in [`Marker::whose`].
    pub whose: String,
    pub fields: FieldSet,
    /// Method and route of the request that it was written for, as `GET /household/{place}`; several with ` | ` between them
    /// when it may have been any of them; of a job its name.
    pub request: String,
}
