//! The printed card of somebody without a telephone or without papers: the code that stands on it.

use std::fmt;
use std::str::FromStr;

/// Eight digits. `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct CardCode(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the code on the card has eight digits")]
pub struct ParseCardCode;

impl CardCode {
    /// From 64 random bits, which leave no bias that anybody could see.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(format!("{:08}", u64::from_be_bytes(bytes) % 100_000_000).into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Blanks and hyphens between the digits do not count: the card prints them in two groups.
impl FromStr for CardCode {
    type Err = ParseCardCode;
    fn from_str(text: &str) -> Result<Self, ParseCardCode> {
        let code: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(9)
            .collect();
        match code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Ok(Self(code.into())),
            false => Err(ParseCardCode),
        }
    }
}

impl fmt::Debug for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_in_groups_or_not_and_nothing_else() {
        let code: CardCode = " 0042 1337 ".parse().unwrap();
        assert_eq!(code.as_str(), "00421337");
        assert_eq!("0042-1337".parse(), Ok(code.clone()));
        assert!(!format!("{code:?}").contains("42"));
        for bad in ["", "0042133", "004213370", "0042133a", "००४२१३३७"] {
            assert_eq!(bad.parse::<CardCode>(), Err(ParseCardCode), "{bad}");
        }
        assert_eq!(CardCode::from_random([0; 8]).as_str(), "00000000");
    }
}
