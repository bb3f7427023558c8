//! Printed one-time codes for a member of staff without a phone: each is good once instead of the authenticator's digits.

use std::fmt;

/// Codes of one sheet.
pub const SHEET_CODES: u8 = 10;
/// A sheet is good for so many days.
pub const SHEET_DAYS: i64 = 90;
const DIGITS: usize = 8;

/// Eight digits, which the six of an authenticator app are not. `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct SheetCode(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a printed code: give its eight digits")]
pub struct ParseSheetCode;

impl SheetCode {
    /// Too many bits for the bias to matter.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(format!("{:08}", u64::from_be_bytes(bytes) % 100_000_000).into())
    }

    /// With or without blanks.
    pub fn parse(text: &str) -> Result<Self, ParseSheetCode> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let fits = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits {
            Ok(Self(digits.into()))
        } else {
            Err(ParseSheetCode)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `1234 5678`, as it is printed.
    pub fn spelled(&self) -> String {
        let (first, second) = self.0.split_at_checked(DIGITS / 2).unwrap_or((&self.0, ""));
        format!("{first} {second}")
    }
}

impl fmt::Debug for SheetCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SheetCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_code_reads_back_and_is_no_authenticators() {
        let code = SheetCode::from_random([0, 0, 0, 0, 0, 0, 4, 210]);
        assert_eq!(code.spelled(), "0000 1234");
        assert_eq!(SheetCode::parse(" 0000 1234"), Ok(code));
        for bad in ["123456", "123456789", "1234567a", ""] {
            assert_eq!(SheetCode::parse(bad), Err(ParseSheetCode), "{bad}");
        }
    }
}
