//! A beneficiary's reference id: fourteen digits. How it is made and its keyed check digits are not this module's matter.

use std::fmt;

/// Fourteen digits, the first 1–9. It names a person, so `Debug` shows nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceId(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a beneficiary reference id: give its fourteen digits")]
pub struct ParseReferenceId;

const LEAST: u64 = 10_000_000_000_000;
const GREATEST: u64 = 99_999_999_999_999;

impl ReferenceId {
    pub fn parse(text: &str) -> Result<Self, ParseReferenceId> {
        if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
            text.parse()
                .map_err(|_| ParseReferenceId)
                .and_then(Self::from_number)
        } else {
            Err(ParseReferenceId)
        }
    }

    pub fn from_number(number: u64) -> Result<Self, ParseReferenceId> {
        if (LEAST..=GREATEST).contains(&number) {
            Ok(Self(number))
        } else {
            Err(ParseReferenceId)
        }
    }

    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ReferenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ReferenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReferenceId(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fourteen_digits_and_nothing_else() {
        assert_eq!(
            ReferenceId::parse("65364877093140").map(ReferenceId::number),
            Ok(65_364_877_093_140)
        );
        assert_eq!(
            ReferenceId::parse("10000000000000").unwrap().to_string(),
            "10000000000000"
        );
        for bad in [
            "",
            "6536487709314",
            "653648770931400",
            "05364877093140",
            "+5364877093140",
            "6536487709314x",
        ] {
            assert_eq!(ReferenceId::parse(bad), Err(ParseReferenceId), "{bad}");
        }
        assert!(!format!("{:?}", ReferenceId::parse("65364877093140").unwrap()).contains("3140"));
    }
}
