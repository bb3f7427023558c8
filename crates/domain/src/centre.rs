//! A vaccination centre: who runs it and what it charges. Its sessions are `session`'s matter.

pub use crate::number_id::CentreId;

/// Who runs the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CentreKind {
    Government,
    Private,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of centre: give government or private")]
pub struct ParseCentreKind;

impl CentreKind {
    pub fn parse(text: &str) -> Result<Self, ParseCentreKind> {
        match text {
            "government" => Ok(Self::Government),
            "private" => Ok(Self::Private),
            _ => Err(ParseCentreKind),
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Government => "government",
            Self::Private => "private",
        }
    }
}

/// What CoWIN's `fee_type` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum FeeType {
    Free,
    Paid,
}

impl FeeType {
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::Paid => "Paid",
        }
    }
}

/// What one dose costs the person, in whole rupees; 0 is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fee(u16);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a fee: give whole rupees from 0 to 10000")]
pub struct ParseFee;

impl Fee {
    pub const FREE: Self = Self(0);

    pub fn parse(text: &str) -> Result<Self, ParseFee> {
        if text.bytes().all(|b| b.is_ascii_digit()) {
            text.parse().map_err(|_| ParseFee).and_then(Self::from_rupees)
        } else {
            Err(ParseFee)
        }
    }

    pub fn from_rupees(rupees: i64) -> Result<Self, ParseFee> {
        match u16::try_from(rupees) {
            Ok(rupees @ 0..=10_000) => Ok(Self(rupees)),
            _ => Err(ParseFee),
        }
    }

    pub fn rupees(self) -> i64 {
        self.0.into()
    }

    pub fn fee_type(self) -> FeeType {
        if self.0 == 0 { FeeType::Free } else { FeeType::Paid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_whole_rupees() {
        assert_eq!(Fee::parse("780").map(Fee::rupees), Ok(780));
        assert_eq!(Fee::parse("0").map(Fee::fee_type), Ok(FeeType::Free));
        assert_eq!(Fee::parse("1").map(Fee::fee_type), Ok(FeeType::Paid));
        for bad in ["", "-1", "+1", "7.80", "10001", "99999"] {
            assert_eq!(Fee::parse(bad), Err(ParseFee), "{bad}");
        }
    }

    #[test]
    fn kinds_read_back() {
        for kind in [CentreKind::Government, CentreKind::Private] {
            assert_eq!(CentreKind::parse(kind.code()), Ok(kind));
        }
        assert_eq!(CentreKind::parse("Private"), Err(ParseCentreKind));
    }
}
