//! The values a certificate is made of, each parsed once.

use std::fmt;
use std::str::FromStr;

use pramaan_domain::time::CivilDate;

use crate::error::ValueError;

const LINE_LIMIT: usize = 200;
const MASK: &str = " XXXX XXXX ";
/// What stands in the place of a document that nobody has.
const NO_DOCUMENT: &str = "No identity document shown";

/// One line of text as a person would write it: at most 200 characters, no control characters and none that change the
/// direction of what follows (they could make a printed name read as another). May be empty.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Line(String);

impl Line {
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        if text.chars().any(|c| c.is_control() || changes_layout(c)) {
            return Err(ValueError::ControlCharacter);
        }
        if text.chars().nth(LINE_LIMIT).is_some() {
            return Err(ValueError::TooLong { limit: LINE_LIMIT });
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

/// Line and paragraph separators, direction marks and overrides, byte order mark, noncharacters.
fn changes_layout(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{061C}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Lines hold names; Debug shows their length only.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} bytes)", self.0.len())
    }
}

macro_rules! fourteen_digits {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn parse(text: &str) -> Result<Self, ValueError> {
                if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(ValueError::FourteenDigits)
                }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}

fourteen_digits! {
    /// The number of one certificate, 14 digits.
    CertificateId;
    /// The beneficiary's reference id, 14 digits. Its check digits are the registry's business, not the certificate's.
    ReferenceId;
}

/// A postal code of a centre: six digits, or empty where it is not known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pincode(String);

impl Pincode {
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let six = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        if six || text.is_empty() {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValueError::Pincode)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Age in completed or running years. A year of birth does not tell which; it is the difference of the two years.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Age(u8);

impl Age {
    pub fn from_years(years: u8) -> Result<Self, ValueError> {
        if years <= 130 {
            Ok(Self(years))
        } else {
            Err(ValueError::Age)
        }
    }

    /// The age reached in the year of `on` by somebody born in `year_of_birth`.
    pub fn in_year_of(year_of_birth: i32, on: CivilDate) -> Result<Self, ValueError> {
        let years = i64::from(chrono::Datelike::year(&on)) - i64::from(year_of_birth);
        u8::try_from(years)
            .map_err(|_| ValueError::Age)
            .and_then(Self::from_years)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        let age = text
            .parse()
            .map_err(|_| ValueError::Age)
            .and_then(Self::from_years)?;
        if age.to_string() == text {
            Ok(age)
        } else {
            Err(ValueError::Age)
        }
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Age(..)")
    }
}

/// Which document was shown, and its last characters: `Aadhaar Card XXXX XXXX 1234`. The full number cannot be held.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MaskedIdentity {
    document: Line,
    last: String,
}

impl MaskedIdentity {
    /// `last` is what is kept of the number: one to four characters of A–Z, 0–9, `/` and `-`.
    pub fn new(document: Line, last: &str) -> Result<Self, ValueError> {
        let kept = (1..=4).contains(&last.len())
            && last
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'/' | b'-'));
        if !kept || document.is_blank() || document.as_str().contains(MASK) {
            return Err(ValueError::MaskedIdentity);
        }
        Ok(Self {
            document,
            last: last.to_owned(),
        })
    }

    /// Of somebody who was vaccinated without any document, as the rules allow: the certificate says so.
    pub fn none() -> Self {
        Self {
            document: Line(NO_DOCUMENT.into()),
            last: String::new(),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        if text == NO_DOCUMENT {
            return Ok(Self::none());
        }
        let (document, last) = text.split_once(MASK).ok_or(ValueError::MaskedIdentity)?;
        Self::new(Line::parse(document)?, last)
    }
}

impl fmt::Display for MaskedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last.as_str() {
            "" => f.write_str(self.document.as_str()),
            last => write!(f, "{}{MASK}{last}", self.document.as_str()),
        }
    }
}

impl fmt::Debug for MaskedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskedIdentity(..)")
    }
}

/// Which dose was given. On the wire a precaution dose is the dose after the last of the primary series
/// (`dose` 3 of `totalDoses` 2), as CoWIN and the EU certificate write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoseGiven {
    Primary { number: u8, total: u8 },
    Precaution { primary_total: u8 },
}

impl DoseGiven {
    /// From the wire pair `dose`, `totalDoses`.
    pub fn from_numbers(dose: u8, total: u8) -> Result<Self, ValueError> {
        match (dose, total) {
            (1..=9, 1..=9) if dose <= total => Ok(Self::Primary { number: dose, total }),
            (2..=9, 1..=8) if dose == total.saturating_add(1) => {
                Ok(Self::Precaution { primary_total: total })
            }
            _ => Err(ValueError::Dose),
        }
    }

    /// The wire pair `dose`, `totalDoses`.
    pub fn numbers(self) -> (u8, u8) {
        match self {
            Self::Primary { number, total } => (number, total),
            Self::Precaution { primary_total } => (primary_total.saturating_add(1), primary_total),
        }
    }
}

/// Characters that may stand between `<` and `>` of an N-Quad without escapes.
pub(crate) fn is_iri(text: &str) -> bool {
    let scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    scheme
        && text.len() <= 300
        && text.bytes().all(|b| {
            b.is_ascii_graphic()
                && !matches!(b, b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'^' | b'`' | b'\\')
        })
}

/// The issuer's address, which begins every link in its certificates: `https://host/`, ending in a slash and without
/// query or fragment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IssuerUrl(String);

impl IssuerUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IssuerUrl {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let host = text
            .strip_prefix("https://")
            .and_then(|rest| rest.strip_suffix('/'));
        match host {
            Some(host)
                if !host.is_empty() && is_iri(text) && !host.contains(['?', '#']) && text.len() <= 100 =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(ValueError::IssuerUrl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_refuses_what_could_disguise_a_name() {
        assert_eq!(Line::parse("Asha\nRao"), Err(ValueError::ControlCharacter));
        assert_eq!(Line::parse("Asha\u{202E}oaR"), Err(ValueError::ControlCharacter));
        assert_eq!(
            Line::parse(&"a".repeat(201)),
            Err(ValueError::TooLong { limit: 200 })
        );
        assert!(Line::parse("क्षितिज \"Kshitij\" श्रीवास्तव").is_ok());
    }

    #[test]
    fn a_masked_identity_cannot_hold_a_full_number() {
        let card = Line::parse("Aadhaar Card").unwrap();
        assert_eq!(
            MaskedIdentity::new(card.clone(), "234567890123"),
            Err(ValueError::MaskedIdentity)
        );
        let masked = MaskedIdentity::new(card, "0123").unwrap();
        assert_eq!(masked.to_string(), "Aadhaar Card XXXX XXXX 0123");
        assert_eq!(MaskedIdentity::parse(&masked.to_string()), Ok(masked));
    }

    #[test]
    fn doses_beyond_the_precaution_dose_are_refused() {
        assert_eq!(
            DoseGiven::from_numbers(2, 2),
            Ok(DoseGiven::Primary { number: 2, total: 2 })
        );
        assert_eq!(
            DoseGiven::from_numbers(3, 2),
            Ok(DoseGiven::Precaution { primary_total: 2 })
        );
        assert_eq!(DoseGiven::from_numbers(4, 2), Err(ValueError::Dose));
        assert_eq!(DoseGiven::from_numbers(0, 2), Err(ValueError::Dose));
    }

    #[test]
    fn age_is_the_difference_of_years() {
        let on = CivilDate::from_ymd_opt(2021, 1, 16).unwrap();
        assert_eq!(Age::in_year_of(1976, on), Age::from_years(45));
        assert_eq!(Age::in_year_of(2022, on), Err(ValueError::Age));
        assert_eq!(Age::parse("045"), Err(ValueError::Age));
    }

    #[test]
    fn an_identifier_cannot_leave_its_angle_brackets() {
        assert!(is_iri("did:pramaan:12345678901234"));
        for bad in ["did:a> <b:c", "no scheme", "did:", "did:a\nb", "872550100V", ":x"] {
            assert!(!is_iri(bad), "{bad}");
        }
        assert!("https://pramaan.example".parse::<IssuerUrl>().is_err());
    }
}
