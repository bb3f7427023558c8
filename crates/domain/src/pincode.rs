//! India Post's six-digit postal code. Whether one is in use is `place`'s question, not this type's.

use std::fmt;

/// Six digits, the first 1–9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pincode(u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a pincode: give six digits, the first not 0")]
pub struct ParsePincode;

impl Pincode {
    pub fn parse(text: &str) -> Result<Self, ParsePincode> {
        if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
            text.parse().map_err(|_| ParsePincode).and_then(Self::from_number)
        } else {
            Err(ParsePincode)
        }
    }

    pub fn from_number(number: i64) -> Result<Self, ParsePincode> {
        match u32::try_from(number) {
            Ok(number @ 100_000..=999_999) => Ok(Self(number)),
            _ => Err(ParsePincode),
        }
    }

    /// CoWIN's clients want it as a JSON integer.
    pub fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Pincode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl serde::Serialize for Pincode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_not_starting_with_zero() {
        assert_eq!(Pincode::parse("400001").map(Pincode::number), Ok(400_001));
        for bad in [
            "",
            "40001",
            "4000011",
            "040001",
            "40000a",
            "+40001",
            " 400001",
            "४००००१",
        ] {
            assert_eq!(Pincode::parse(bad), Err(ParsePincode), "{bad}");
        }
    }
}
