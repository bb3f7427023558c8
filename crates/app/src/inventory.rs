//! The register of what is stored, sent and logged, and of every way by which a record can be opened: `policy/register.json`,
//! which is generated from the code of the release that holds it, and is part of the program. docs/inventory.md describes it.
//!
//! It says what the program does, not what is in a database: it needs neither data nor keys.

use std::sync::LazyLock;

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The register as it was generated; what [`hash`] is over.
pub const TEXT: &str = include_str!("../../../policy/register.json");

static REGISTER: LazyLock<Register> = LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());
static HASH: LazyLock<String> = LazyLock::new(|| hex::encode(Sha256::digest(TEXT)));

/// The register of this program.
pub fn register() -> &'static Register {
    // A test sees that the text is read whole: it can only change with the program.
    &REGISTER
}

/// SHA-256 of [`TEXT`], in hexadecimal digits: one for each release.
pub fn hash() -> &'static str {
    &HASH
}

/// What is in it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    pub format: String,
    pub fields: Vec<Line>,
    /// What a receipt can name.
    pub openable: Vec<Openable>,
    /// Everything that is allowed; what is not here is refused.
    pub matrix: Vec<Grant>,
    /// By which ways records were opened in the story that plays every route and every job.
    pub ways: Vec<Way>,
    /// Every command of the program.
    pub commands: Vec<Command>,
}

/// What a field is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum About {
    #[serde(rename = "person")]
    Person,
    /// The row of a table that has persons in it: when it was made, with which key.
    #[serde(rename = "row")]
    Row,
    #[serde(rename = "place")]
    Place,
    /// The same in every message.
    #[serde(rename = "constant")]
    Constant,
    #[serde(rename = "nobody")]
    Nobody,
    /// A line of the program's log, which names nobody.
    #[serde(rename = "log")]
    Log,
}

impl About {
    /// Whether it may say something about somebody.
    pub const fn is_about_persons(self) -> bool {
        match self {
            Self::Person | Self::Row | Self::Log => true,
            Self::Place | Self::Constant | Self::Nobody => false,
        }
    }
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// `stored`: a column. `inside`: part of a value that is sealed as a whole. `sent`: part of a message. `logged`.
    pub kind: String,
    /// The table, or the struct with its modules.
    pub of: String,
    pub field: String,
    /// The column's type; `request`, `response` or `both` of what is sent.
    pub form: String,
    pub about: About,
    pub class: String,
    pub protection: String,
    /// For how long.
    pub kept: String,
    /// What for; after `clear`, why it need not be hidden.
    pub purpose: String,
}

/// A sealed fact that a receipt opens, and its class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Openable {
    pub field: String,
    pub class: String,
}

/// One line of the policy matrix.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub actor: String,
    pub basis: String,
    pub purpose: String,
    pub fields: Vec<String>,
}

/// One way by which a record was opened.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    pub kind: WayKind,
    /// Method and path, or the name of the job.
    pub name: String,
    pub actor: String,
    pub basis: String,
    pub purpose: String,
    pub fields: Vec<String>,
}

/// A command of the program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    pub name: String,
    pub opens: CommandOpens,
}

/// What a command can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum CommandOpens {
    #[serde(rename = "nothing")]
    Nothing,
    /// Sealed details are opened to be compared with what the log commits to; what is in them goes nowhere, and no entry is
    /// left.
    #[serde(rename = "compares sealed details, tells nothing")]
    Compares,
    /// What the routes and the jobs open that it serves.
    #[serde(rename = "as the routes and jobs")]
    AsServed,
    /// The same, of people who are made up.
    #[serde(rename = "made-up people")]
    MadeUp,
}

/// What opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum WayKind {
    #[serde(rename = "route")]
    Route,
    #[serde(rename = "job")]
    Job,
}

impl Register {
    /// The classes of these fields, each once, in the order of the fields.
    pub fn classes<'a>(&'a self, fields: &[String]) -> Vec<&'a str> {
        let mut classes: Vec<&str> = Vec::new();
        for openable in self
            .openable
            .iter()
            .filter(|openable| fields.contains(&openable.field))
        {
            if !classes.contains(&openable.class.as_str()) {
                classes.push(&openable.class);
            }
        }
        classes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_is_read_whole() {
        let read: Register = serde_json::from_str(TEXT).unwrap();
        assert_eq!(read.format, "pramaan-register/1");
        assert!(read.fields.len() > 1_000 && read.ways.len() > 50 && read.matrix.len() > 30);
        assert_eq!(register().fields, read.fields);
        assert_eq!(hash().len(), 64);
        for line in read.fields.iter().filter(|line| line.about == About::Person) {
            assert!(
                !line.class.is_empty() && !line.kept.is_empty() && !line.purpose.is_empty(),
                "{line:?}"
            );
        }
    }

    #[test]
    fn every_way_is_within_the_matrix() {
        for way in &register().ways {
            let allowed = |grant: &&Grant| {
                (&grant.actor, &grant.basis, &grant.purpose) == (&way.actor, &way.basis, &way.purpose)
                    && way.fields.iter().all(|field| grant.fields.contains(field))
            };
            assert!(register().matrix.iter().any(|grant| allowed(&grant)), "{way:?}");
            assert!(!register().classes(&way.fields).is_empty(), "{way:?}");
        }
    }
}
