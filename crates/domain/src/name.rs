//! A person's name as written on the document, in any script.
//!
//! Not a check of who somebody is: apostrophes, dots, hyphens, single letters and single names are all somebody's name.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// Trimmed, in Unicode normal form C, 1–100 characters, at least one letter. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePersonName {
    #[error("a name is needed, as on the photo identity document")]
    Missing,
    #[error("the name is longer than 100 characters: shorten it as the document does")]
    TooLong,
    #[error("the name holds a control character: type it again without line breaks and tabs")]
    Control,
    #[error("the name holds no letter: write it as on the photo identity document")]
    NoLetter,
}

const MAX_CHARS: usize = 100;
/// A character takes at most four bytes, and composing can shorten a text to about a third.
const MAX_RAW_BYTES: usize = MAX_CHARS * 4 * 3;

impl PersonName {
    pub fn parse(text: &str) -> Result<Self, ParsePersonName> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ParsePersonName::Missing);
        }
        if text.len() > MAX_RAW_BYTES {
            return Err(ParsePersonName::TooLong);
        }
        let name: String = text.nfc().collect();
        if name.chars().count() > MAX_CHARS {
            return Err(ParsePersonName::TooLong);
        }
        if name.chars().any(breaks_a_line) {
            return Err(ParsePersonName::Control);
        }
        if !name.chars().any(char::is_alphabetic) {
            return Err(ParsePersonName::NoLetter);
        }
        Ok(Self(name.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Controls, line separators, and the direction overrides that would let a name rewrite the certificate around it.
/// Zero-width joiners stay: Indic and Arabic spelling needs them.
fn breaks_a_line(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_kind_are_names() {
        for name in [
            "O'Brien",
            "K. R. Meera",
            "Anne-Marie",
            "मीरा देवी",
            "க. சுந்தரம்",
            "محمد",
            "D'Souza, Jr.",
            "X",
            "ശ്രീ\u{200D}",
            "Asha 2nd",
        ] {
            assert_eq!(
                PersonName::parse(name).map(|n| n.as_str().to_owned()),
                Ok(name.nfc().collect())
            );
        }
    }

    #[test]
    fn two_spellings_of_one_name_become_one() {
        assert_eq!(PersonName::parse(" Jose\u{301} "), PersonName::parse("José"));
    }

    #[test]
    fn each_refusal_has_its_reason() {
        assert_eq!(PersonName::parse("  "), Err(ParsePersonName::Missing));
        assert_eq!(PersonName::parse(&"अ".repeat(101)), Err(ParsePersonName::TooLong));
        assert_eq!(
            PersonName::parse(&"a".repeat(5000)),
            Err(ParsePersonName::TooLong)
        );
        assert!(PersonName::parse(&"अ".repeat(100)).is_ok());
        assert_eq!(PersonName::parse("Asha\nRao"), Err(ParsePersonName::Control));
        assert_eq!(
            PersonName::parse("Asha\u{202E}oaR"),
            Err(ParsePersonName::Control)
        );
        assert_eq!(PersonName::parse("1234"), Err(ParsePersonName::NoLetter));
        assert_eq!(PersonName::parse("-'."), Err(ParsePersonName::NoLetter));
    }

    #[test]
    fn debug_hides_the_name() {
        assert!(!format!("{:?}", PersonName::parse("Meera").unwrap()).contains("Meera"));
    }
}
