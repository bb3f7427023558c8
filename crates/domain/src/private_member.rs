//! What keeps a member's record from the phone that they share with others: a PIN of their own, and the code that is printed
//! for them at a site so that they can choose it at home.
//!
//! Neither is kept anywhere as it stands here.

use std::fmt;

/// Digits of a PIN.
pub const PIN_DIGITS: usize = 6;
/// Digits of a code to set one.
pub const SETTING_CODE_DIGITS: usize = 10;

/// Six digits that somebody chose and only they know. `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivatePin([u8; PIN_DIGITS]);

/// Ten digits printed at a site, good once. `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct SettingCode([u8; SETTING_CODE_DIGITS]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePin {
    #[error("a PIN has six digits")]
    Shape,
    #[error("this PIN is among the first that anybody tries: choose another")]
    Trivial,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a setting code has ten digits")]
pub struct ParseSettingCode;

impl PrivatePin {
    /// A PIN as it is chosen: one that everybody tries first is refused.
    pub fn choose(text: &str) -> Result<Self, ParsePin> {
        let pin = Self::parse(text)?;
        match pin.is_trivial() {
            true => Err(ParsePin::Trivial),
            false => Ok(pin),
        }
    }

    /// A PIN as it is typed to be compared: six digits, blanks around them allowed.
    pub fn parse(text: &str) -> Result<Self, ParsePin> {
        digits(text).map(Self).ok_or(ParsePin::Shape)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Five or more of one digit, a run up or down, or one, two or three digits that are repeated or doubled.
    fn is_trivial(&self) -> bool {
        let Self(pin) = self;
        let most = pin
            .iter()
            .map(|digit| pin.iter().filter(|other| *other == digit).count())
            .max();
        let step = |by: u8| {
            pin.iter()
                .zip(pin.iter().skip(1))
                .all(|(one, next)| (one - b'0' + by) % 10 == next - b'0')
        };
        let repeats = |period: usize| {
            pin.iter()
                .zip(pin.iter().skip(period))
                .all(|(one, again)| one == again)
        };
        let [a, b, c, d, e, f] = pin;
        let doubled = a == b && c == d && e == f;
        most >= Some(5) || step(1) || step(9) || repeats(2) || repeats(3) || doubled
    }
}

impl SettingCode {
    /// From chance: every code is as likely, but for a bias that nobody could see.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let mut rest = u128::from_be_bytes(bytes);
        let digit = |_| {
            let digit = u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
            b'0' + digit
        };
        Self(std::array::from_fn(digit))
    }

    /// As it is typed from paper, blanks and hyphens anywhere.
    pub fn parse(text: &str) -> Result<Self, ParseSettingCode> {
        let kept: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .collect();
        digits(&kept).map(Self).ok_or(ParseSettingCode)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is printed: two groups of five.
    pub fn shown(&self) -> String {
        let (left, right) = self.0.split_at(SETTING_CODE_DIGITS / 2);
        format!(
            "{} {}",
            String::from_utf8_lossy(left),
            String::from_utf8_lossy(right)
        )
    }
}

fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = <[u8; N]>::try_from(text.trim().as_bytes()).ok()?;
    digits.iter().all(u8::is_ascii_digit).then_some(digits)
}

impl fmt::Debug for PrivatePin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivatePin(redacted)")
    }
}

impl fmt::Debug for SettingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SettingCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_pin_that_everybody_tries_first_is_refused() {
        for trivial in [
            "000000", "111112", "911111", "123456", "654321", "345678", "890123", "210987", "121212",
            "696969", "123123", "112233", "991188",
        ] {
            assert_eq!(PrivatePin::choose(trivial), Err(ParsePin::Trivial), "{trivial}");
        }
        for fine in ["274913", "100205", "135791", "123457", " 908172 "] {
            assert!(PrivatePin::choose(fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn almost_every_private_pin_may_be_chosen() {
        let chosen = (0..1_000_000).filter(|pin| PrivatePin::choose(&format!("{pin:06}")).is_ok());
        assert!(chosen.count() > 997_000);
    }

    #[test]
    fn a_private_pin_is_six_digits_and_nothing_else() {
        for bad in ["", "12345", "1234567", "12a456", "१२३४५६", "12 456"] {
            assert_eq!(PrivatePin::parse(bad), Err(ParsePin::Shape), "{bad}");
        }
        assert!(!format!("{:?}", PrivatePin::parse("274913")).contains('7'));
    }

    #[test]
    fn a_setting_code_is_typed_as_it_is_printed() {
        let code = SettingCode::from_random([7; 16]);
        assert_eq!(SettingCode::parse(&code.shown()), Ok(code.clone()));
        assert_eq!(
            SettingCode::parse(&format!(" {} ", code.shown().replace(' ', "-"))),
            Ok(code)
        );
        assert_eq!(SettingCode::parse("12345"), Err(ParseSettingCode));
    }
}
