//! One field that was found in the code, and the words of its name.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A column.
    Stored,
    /// A member of a value that is sealed before it is stored or sent.
    Inside,
    /// A member of a message that comes in or goes out.
    Sent,
    /// Part of a file outside the database.
    File,
    /// A cookie that a browser keeps.
    Cookie,
    /// A field of a log line. It has no owner.
    Logged,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Inside => "inside",
            Self::Sent => "sent",
            Self::File => "file",
            Self::Cookie => "cookie",
            Self::Logged => "logged",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) kind: Kind,
    /// A table, or a struct with its modules.
    pub(super) owner: String,
    pub(super) name: String,
    /// The column's type; `request`, `response` or `both` of what is sent.
    pub(super) form: String,
    pub(super) path: String,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Logged => write!(f, "logged {}", self.name),
            kind => write!(f, "{} {}.{}", kind.name(), self.owner, self.name),
        }
    }
}

/// `streetAddress2` and `street_address_2` are both street, address, 2.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for c in name.chars() {
        let begins = (c.is_ascii_uppercase() && before.is_ascii_lowercase())
            || (c.is_ascii_digit() != before.is_ascii_digit());
        if begins || !c.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("street_address_2"), words("streetAddress2"));
        assert_eq!(words("@context"), ["context"]);
        assert_eq!(words("dose1_date"), ["dose", "1", "date"]);
    }
}
