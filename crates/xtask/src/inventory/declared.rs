//! What people said each field is: `crates/xtask/fields.toml`, read and made one list.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::field::{Field, Kind};
use super::retention::Retention;

pub(super) const NOBODY: &str = "not about a person";
pub(super) const PLACE: &str = "place, not person";
/// What the wire wants and we have nothing for: the program writes the same in every message.
pub(super) const CONSTANT: &str = "constant";
const CLASSES: [&str; 5] = ["identity", "contact", "clinical", "access", "credential"];
/// In a column, and in a value that is sealed as a whole.
const KEPT: [&str; 4] = ["sealed", "keyed", "random id", "clear"];
/// On its way: a request's field may also be forgotten, a response's masked, or opened only after an access entry.
const SENT: [&str; 7] = [
    "sealed",
    "keyed",
    "random id",
    "clear",
    "not kept",
    "masked",
    "receipt",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    About {
        class: String,
        protection: String,
        purpose: String,
    },
    Nobody,
    Place,
    Constant,
    /// Of a row, not of a person: by the pattern of its name.
    Bookkeeping(String),
    Logged(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    bookkeeping: BTreeMap<String, String>,
    stored: BTreeMap<String, BTreeMap<String, Said>>,
    inside: BTreeMap<String, BTreeMap<String, Said>>,
    sent: BTreeMap<String, BTreeMap<String, Said>>,
    file: BTreeMap<String, BTreeMap<String, Said>>,
    cookie: BTreeMap<String, Said>,
    kept: BTreeMap<String, String>,
    logged: BTreeMap<String, String>,
    retention: BTreeMap<String, String>,
    within: BTreeMap<String, String>,
    opened: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    About(String),
    These(Vec<String>),
}

/// Kind, owner, name.
pub(super) type Key = (Kind, String, String);

pub(super) struct Declared {
    fields: BTreeMap<Key, Meaning>,
    bookkeeping: BTreeMap<String, String>,
    /// By table, and by column where it differs.
    retention: BTreeMap<String, Retention>,
    /// The column, or else the sentence, of a value that is sealed as a whole; by the beginning of its name.
    within: BTreeMap<String, String>,
    /// The class of what a receipt can open.
    opened: BTreeMap<String, String>,
    /// Of files and cookies.
    kept: BTreeMap<String, String>,
}

impl Declared {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text)?;
        let mut fields = BTreeMap::new();
        for (kind, owners) in [
            (Kind::Stored, file.stored),
            (Kind::Inside, file.inside),
            (Kind::Sent, file.sent),
            (Kind::File, file.file),
            (
                Kind::Cookie,
                BTreeMap::from([("browser".to_owned(), file.cookie)]),
            ),
        ] {
            for (owner, said) in owners {
                for (name, meaning) in meanings(kind, said).with_context(|| owner.clone())? {
                    let key = (kind, owner.clone(), name);
                    if let Some((_, owner, name)) = insert(&mut fields, key, meaning) {
                        bail!("{} {owner}.{name} is classified twice", kind.name());
                    }
                }
            }
        }
        for (name, sentence) in file.logged {
            fields.insert((Kind::Logged, String::new(), name), Meaning::Logged(sentence));
        }
        for (of, said) in &file.kept {
            Retention::parse(said).with_context(|| format!("how long {of} is kept"))?;
        }
        let mut retention = BTreeMap::new();
        for (of, said) in file.retention {
            let parsed = Retention::parse(&said).with_context(|| format!("the retention of {of}"))?;
            retention.insert(of, parsed);
        }
        for (field, class) in &file.opened {
            if !CLASSES.contains(&class.as_str()) {
                bail!("{field}: `{class}` is none of the classes {}", CLASSES.join(", "));
            }
        }
        Ok(Self {
            fields,
            bookkeeping: file.bookkeeping,
            retention,
            within: file.within,
            opened: file.opened,
            kept: file.kept,
        })
    }

    /// How long a file or a cookie is kept, by the module that writes it or by its name.
    pub(super) fn kept(&self, of: &str) -> Option<&str> {
        self.kept.get(of).map(String::as_str)
    }

    pub(super) fn kepts(&self) -> impl Iterator<Item = &String> {
        self.kept.keys()
    }

    /// The fields that are declared of an owner.
    pub(super) fn names<'a>(&'a self, kind: Kind, owner: &'a str) -> impl Iterator<Item = &'a str> {
        let of = move |key: &&'a Key| key.0 == kind && key.1 == owner;
        self.fields.keys().filter(of).map(|(_, _, name)| name.as_str())
    }

    /// How long a table's rows are kept, or one column of them.
    pub(super) fn retention(&self, of: &str) -> Option<&Retention> {
        self.retention.get(of)
    }

    pub(super) fn retentions(&self) -> impl Iterator<Item = (&String, &Retention)> {
        self.retention.iter()
    }

    /// Where a sealed value is kept.
    pub(super) fn within(&self, owner: &str) -> Option<&str> {
        let mut prefixes = self.within.iter();
        let (_, place) = prefixes.find(|(prefix, _)| owner.starts_with(prefix.as_str()))?;
        Some(place)
    }

    pub(super) fn withins(&self) -> impl Iterator<Item = &String> {
        self.within.keys()
    }

    /// The class of what a receipt opens.
    pub(super) fn class(&self, openable: &str) -> Option<&str> {
        self.opened.get(openable).map(String::as_str)
    }

    pub(super) fn classes(&self) -> impl Iterator<Item = &String> {
        self.opened.keys()
    }

    pub(super) fn meaning(&self, field: &Field) -> Option<Meaning> {
        let key = (field.kind, field.owner.clone(), field.name.clone());
        let said = self.fields.get(&key).cloned();
        said.or_else(|| self.bookkeeping(field))
    }

    /// Patterns spare boilerplate: instants and counters of rows. They never cover what holds text or bytes.
    fn bookkeeping(&self, field: &Field) -> Option<Meaning> {
        if field.kind != Kind::Stored || field.form != "bigint" {
            return None;
        }
        let matches = |pattern: &str| match pattern.strip_prefix('*') {
            Some(end) => field.name.ends_with(end),
            None => field.name == pattern,
        };
        let mut patterns = self.bookkeeping.iter();
        let (_, sentence) = patterns.find(|(pattern, _)| matches(pattern))?;
        Some(Meaning::Bookkeeping(sentence.clone()))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.fields.keys()
    }
}

fn insert(fields: &mut BTreeMap<Key, Meaning>, key: Key, meaning: Meaning) -> Option<Key> {
    let before = fields.insert(key.clone(), meaning);
    before.map(|_| key)
}

fn meanings(kind: Kind, said: BTreeMap<String, Said>) -> Result<Vec<(String, Meaning)>> {
    let mut found = Vec::new();
    for (name, said) in said {
        match (name.as_str(), said) {
            (NOBODY, Said::These(names)) => {
                found.extend(names.into_iter().map(|name| (name, Meaning::Nobody)));
            }
            (PLACE, Said::These(names)) => {
                found.extend(names.into_iter().map(|name| (name, Meaning::Place)));
            }
            (CONSTANT, Said::These(names)) => {
                found.extend(names.into_iter().map(|name| (name, Meaning::Constant)));
            }
            (_, Said::About(text)) => {
                let meaning = about(kind, &text).with_context(|| name.clone())?;
                found.push((name, meaning));
            }
            (_, Said::These(_)) => bail!("`{name}` is none of \"{NOBODY}\", \"{PLACE}\" and \"{CONSTANT}\""),
        }
    }
    Ok(found)
}

/// `CLASS, PROTECTION: PURPOSE`; after `clear` the purpose says why it need not be hidden.
fn about(kind: Kind, text: &str) -> Result<Meaning> {
    let parts = text
        .split_once(": ")
        .and_then(|(head, purpose)| Some((head.split_once(", ")?, purpose)));
    let ((class, protection), purpose) =
        parts.with_context(|| format!("`{text}` is not written as `CLASS, PROTECTION: PURPOSE`"))?;
    let known: &[&str] = if kind == Kind::Sent { &SENT } else { &KEPT };
    if !CLASSES.contains(&class) {
        bail!("`{class}` is none of the classes {}", CLASSES.join(", "));
    }
    if !known.contains(&protection) {
        bail!("`{protection}` is none of {}", known.join(", "));
    }
    if purpose.trim().is_empty() {
        bail!("it has no purpose: what nobody needs is not collected");
    }
    Ok(Meaning::About {
        class: class.to_owned(),
        protection: protection.to_owned(),
        purpose: purpose.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "[bookkeeping]\n[inside]\n[sent]\n[file]\n[cookie]\n[kept]\n[logged]\n[within]\n[opened]\n[retention]\n";

    fn problem(stored: &str) -> String {
        let parsed = Declared::parse(&format!("{EMPTY}[stored.a]\n{stored}"));
        parsed
            .err()
            .map_or_else(String::new, |error| format!("{error:#}"))
    }

    #[test]
    fn a_classification_has_class_protection_and_purpose() {
        assert_eq!(problem(r#"x = "identity, sealed: to know who comes""#), "");
        assert!(problem(r#"x = "identity, sealed""#).contains("is not written as"));
        assert!(problem(r#"x = "home, sealed: a""#).contains("none of the classes"));
        assert!(problem(r#"x = "identity, masked: a""#).contains("none of sealed"));
        assert!(problem(r#"x = "identity, sealed:  ""#).contains("no purpose"));
        assert!(problem(r#"other = ["x"]"#).contains("none of"));
    }

    #[test]
    fn one_field_has_one_classification() {
        let twice = "x = \"identity, sealed: a\"\n\"not about a person\" = [\"x\"]";
        assert!(problem(twice).contains("stored a.x is classified twice"));
    }
}
