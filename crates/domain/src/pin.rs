//! The six digits with which a member of staff takes over a shared device, after the day's login on it.
//!
//! Not a login: it works on one device, for one shift, after password and second factor.

use std::fmt;

use crate::staff::StaffCode;

const DIGITS: usize = 6;

/// Six digits. `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Box<str>);

/// Why six digits, or what was typed instead of them, cannot be a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParsePin {
    #[error("give six digits")]
    Shape,
    #[error("these digits are tried first by whoever finds the device: choose others")]
    Easy,
    #[error("the digits of the staff code are no secret: choose others")]
    OwnCode,
}

impl Pin {
    /// As typed to unlock: any six digits, blanks among them left out.
    ///
    /// # Errors
    /// [`ParsePin::Shape`].
    pub fn parse(text: &str) -> Result<Self, ParsePin> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let fits = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits {
            Ok(Self(digits.into()))
        } else {
            Err(ParsePin::Shape)
        }
    }

    /// As chosen by the owner of `code`: what is easily guessed is refused.
    ///
    /// # Errors
    /// [`ParsePin`], whichever fits first.
    pub fn choose(text: &str, code: &StaffCode) -> Result<Self, ParsePin> {
        let pin = Self::parse(text)?;
        if is_easy(pin.0.as_bytes()) {
            return Err(ParsePin::Easy);
        }
        if tells(&pin.0, code) {
            return Err(ParsePin::OwnCode);
        }
        Ok(pin)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(redacted)")
    }
}

/// One or two different digits, a staircase (`123456`, `975310` too), or a half or a third repeated.
fn is_easy(digits: &[u8]) -> bool {
    let mut different = digits.to_vec();
    different.sort_unstable();
    different.dedup();
    let steps: Vec<u8> = digits
        .iter()
        .zip(digits.iter().skip(1))
        .map(|(one, next)| (10 + next - one) % 10)
        .collect();
    let staircase = steps
        .iter()
        .zip(steps.iter().skip(1))
        .all(|(one, next)| one == next);
    let (first, second) = digits.split_at(DIGITS / 2);
    let pairs: Vec<&[u8]> = digits.chunks(2).collect();
    let repeated = first == second
        || pairs
            .iter()
            .zip(pairs.iter().skip(1))
            .all(|(one, next)| one == next);
    let doubled = pairs.iter().all(|pair| pair.first() == pair.last());
    different.len() < 3 || staircase || repeated || doubled
}

/// Whether the digits of a staff code, with or without zeros in front, are the PIN or a good part of it.
fn tells(pin: &str, code: &StaffCode) -> bool {
    let digits: String = code.as_str().chars().filter(char::is_ascii_digit).collect();
    let bare = |text: &str| text.trim_start_matches('0').to_owned();
    let same = !bare(&digits).is_empty() && bare(pin) == bare(&digits);
    let within = digits.len() >= 4 && (pin.contains(&digits) || digits.contains(pin));
    same || within
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> StaffCode {
        StaffCode::parse(text).unwrap()
    }

    #[test]
    fn a_pin_that_is_guessed_first_is_refused() {
        for easy in [
            "000000", "111111", "123456", "654321", "012345", "890123", "135791", "121212", "123123",
            "112233", "100000", "010101", "987654",
        ] {
            assert_eq!(Pin::choose(easy, &code("MH-0001")), Err(ParsePin::Easy), "{easy}");
        }
        for good in ["371904", " 37 19 04 ", "205813"] {
            assert!(Pin::choose(good, &code("MH-0001")).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_pin_is_not_the_staff_codes_digits() {
        for (own, pin) in [
            ("MH-4711", "004711"),
            ("MH-4711", "471192"),
            ("MH-39", "000039"),
            ("MH395-0827", "395082"),
            ("MH-0829", "082951"),
        ] {
            let refused = Pin::choose(pin, &code(own));
            assert!(
                matches!(refused, Err(ParsePin::OwnCode | ParsePin::Easy)),
                "{own} {pin}"
            );
        }
        assert_eq!(Pin::choose("471192", &code("MH-4711")), Err(ParsePin::OwnCode));
        assert!(
            Pin::choose("371904", &code("MH-ABC")).is_ok(),
            "a code without digits tells nothing"
        );
    }

    #[test]
    fn whatever_is_not_six_digits_is_no_pin_and_shows_nowhere() {
        for bad in ["", "12345", "1234567", "१२३४५६", "12 45x6", "-12345"] {
            assert_eq!(Pin::parse(bad), Err(ParsePin::Shape), "{bad}");
        }
        assert_eq!(format!("{:?}", Pin::parse("371904").unwrap()), "Pin(redacted)");
    }
}
