//! The scale of a simulation: which part of the real day's doses is given.

use std::fmt;

/// A part of the whole, above 0 and at most 1, exact to seven decimals: so that what it makes of a count is exact too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scale(u32);

/// The scale 1, in parts. The least scale, one part, still makes three doses of the 26.5 million.
const WHOLE: u32 = 10_000_000;
const DECIMALS: usize = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a scale: give a number above 0 and at most 1 with at most seven decimals, such as 1, 0.05 or 0.00001 (1 is the whole day, 26.5 million doses)"
)]
pub struct ParseScale;

impl Scale {
    /// The whole day.
    pub const FULL: Self = Self(WHOLE);

    /// `1`, `1.0`, `0.05`, `.5`: digits and at most one point, no sign and no exponent.
    pub fn parse(text: &str) -> Result<Self, ParseScale> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if text.starts_with('.') == whole.is_empty()
            && !decimals.is_empty()
            && whole.len() <= 1
            && decimals.len() <= DECIMALS
            && digits(whole)
            && digits(decimals)
        {
            format!("{whole:0>1}{decimals:0<DECIMALS$}")
                .parse()
                .map_err(|_| ParseScale)
                .and_then(Self::from_parts)
        } else {
            Err(ParseScale)
        }
    }

    fn from_parts(parts: u32) -> Result<Self, ParseScale> {
        if (1..=WHOLE).contains(&parts) {
            Ok(Self(parts))
        } else {
            Err(ParseScale)
        }
    }

    /// This part of `count`, and what is left over in parts of [`Scale::parts_of_one`].
    pub(crate) fn share(self, count: u64) -> (u64, u64) {
        let parts = count * u64::from(self.0);
        (parts / Self::parts_of_one(), parts % Self::parts_of_one())
    }

    /// This part of `count`, rounded half up.
    pub fn of(self, count: u64) -> u64 {
        let (whole, left) = self.share(count);
        whole + u64::from(left * 2 >= Self::parts_of_one())
    }

    /// As a number for reports; counts are made of the exact parts.
    pub fn number(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }

    pub(crate) const fn parts_of_one() -> u64 {
        WHOLE as u64
    }
}

/// The shortest text that [`Scale::parse`] reads back: `1`, `0.05`.
impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:0>DECIMALS$}", self.0 % WHOLE);
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{}", self.0 / WHOLE),
            decimals => write!(f, "{}.{decimals}", self.0 / WHOLE),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_scale_is_a_number_above_nought_and_at_most_one() {
        for (good, shown) in [
            ("1", "1"),
            ("1.0", "1"),
            ("0.05", "0.05"),
            (".5", "0.5"),
            ("0.0000001", "0.0000001"),
            ("0.10", "0.1"),
        ] {
            assert_eq!(Scale::parse(good).unwrap().to_string(), shown, "{good}");
        }
        for bad in [
            "",
            ".",
            "0",
            "0.0",
            "1.",
            "1.0000001",
            "2",
            "-0.5",
            "+1",
            "1e-3",
            "0.00000001",
            "0,5",
            " 1",
            "1 ",
            "nan",
            "inf",
            "01",
            "०.५",
            "1.0.0",
        ] {
            assert_eq!(Scale::parse(bad), Err(ParseScale), "{bad:?}");
        }
        assert!(ParseScale.to_string().contains("above 0 and at most 1"));
    }

    #[test]
    fn a_half_is_rounded_up() {
        let half = Scale::parse("0.5").unwrap();
        assert_eq!([0, 1, 2, 3].map(|count| half.of(count)), [0, 1, 1, 2]);
        assert_eq!(Scale::parse("0.0000001").unwrap().of(26_521_425), 3);
    }

    proptest! {
        #[test]
        fn a_scale_reads_back(parts in 1..=WHOLE) {
            let scale = Scale::from_parts(parts).unwrap();
            prop_assert_eq!(Scale::parse(&scale.to_string()), Ok(scale));
        }

        #[test]
        fn no_text_is_a_panic(text in any::<String>()) {
            let _ = Scale::parse(&text);
        }
    }
}
