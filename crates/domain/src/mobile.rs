//! The mobile number a household registers with: ten digits, as CoWIN's clients send it.
//!
//! Country codes, blanks and leading zeros are refused, so that one number has one spelling and one blind index.

use std::fmt;

/// Ten digits, the first 6–9. Personal data: `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseMobile {
    #[error("a mobile number is needed: ten digits")]
    Missing,
    #[error("not an Indian mobile number: give ten digits, the first from 6 to 9, without +91 or blanks")]
    Malformed,
}

impl Mobile {
    pub fn parse(text: &str) -> Result<Self, ParseMobile> {
        let bytes = text.as_bytes();
        match bytes.first() {
            None => Err(ParseMobile::Missing),
            Some(b'6'..=b'9') if bytes.len() == 10 && bytes.iter().all(u8::is_ascii_digit) => {
                Ok(Self(text.into()))
            }
            Some(_) => Err(ParseMobile::Malformed),
        }
    }

    /// The ten digits. Whoever calls this is responsible for where they go.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits, which is all that a beneficiary list shows.
    pub fn last_four(&self) -> &str {
        self.0.get(6..).unwrap_or_default()
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ten_digits_starting_with_six_to_nine() {
        assert_eq!(Mobile::parse("9876543210").unwrap().last_four(), "3210");
        assert_eq!(Mobile::parse(""), Err(ParseMobile::Missing));
        for bad in [
            "5876543210",
            "98765432",
            "98765432101",
            "+919876543210",
            "09876543210",
            " 9876543210",
            "98765 43210",
            "९८७६५४३२१०",
            "987654321x",
        ] {
            assert_eq!(Mobile::parse(bad), Err(ParseMobile::Malformed), "{bad}");
        }
    }

    #[test]
    fn debug_hides_the_number() {
        let shown = format!("{:?}", Mobile::parse("9876543210").unwrap());
        assert!(!shown.contains("3210"), "{shown}");
    }
}
