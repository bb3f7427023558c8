//! What a place is called: a centre, its address, its block. It is printed on slips and certificates.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// One line, trimmed, in Unicode normal form C, 1–200 characters, at least one letter or digit, and nothing that changes the
/// direction of what is printed around it: whatever is one can be printed on a certificate and is not blank there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceName(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("give one line of 1 to 200 characters with a letter or a digit, and without direction marks")]
pub struct ParsePlaceName;

const MAX_CHARS: usize = 200;
/// A character takes at most four bytes, and composing can shorten a text to about a third.
const MAX_RAW_BYTES: usize = MAX_CHARS * 4 * 3;

impl PlaceName {
    pub fn parse(text: &str) -> Result<Self, ParsePlaceName> {
        let text = text.trim();
        if text.len() > MAX_RAW_BYTES {
            return Err(ParsePlaceName);
        }
        let name: String = text.nfc().collect();
        let fits = name.chars().count() <= MAX_CHARS;
        let says_something = name.chars().any(char::is_alphanumeric);
        if fits && says_something && !name.chars().any(changes_layout) {
            Ok(Self(name.into()))
        } else {
            Err(ParsePlaceName)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Controls, line separators, direction marks and overrides, byte order mark, noncharacters: what no printed line may have.
fn changes_layout(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

impl fmt::Display for PlaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_called_something_that_can_be_printed() {
        for good in [
            "Fort Clinic",
            " Ward 7 ",
            "७",
            "जिला अस्पताल",
            "St. Mary's (annexe)",
        ] {
            assert_eq!(PlaceName::parse(good).unwrap().as_str(), good.trim());
        }
        let long = "a".repeat(201);
        for bad in [
            "",
            "   ",
            "\u{a0}\u{3000}",
            "-",
            "\u{200b}",
            "\u{200e}",
            "\u{2066}\u{2069}",
            "a\u{202e}b",
            "a\nb",
            &long,
        ] {
            assert_eq!(PlaceName::parse(bad), Err(ParsePlaceName), "{bad:?}");
        }
        assert!(PlaceName::parse(&"a".repeat(200)).is_ok());
    }
}
