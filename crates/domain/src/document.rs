//! The photo identity document shown at registration: its kind, and the number that is seen once and never kept.
//!
//! Only the kind, a keyed index over [`DocumentNumber::canonical`] and the sealed last four characters are stored.

use std::fmt;

macro_rules! kinds {
    ($($variant:ident = $id:literal, $name:literal;)+) => {
        /// The kinds of documents, with CoWIN's `photo_id_type` ids.
        ///
        /// 1–12 are CoWIN's; 13–15 are ours, because nobody recorded the ids under which CoWIN added those kinds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DocumentType { $($variant),+ }

        impl DocumentType {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn id(self) -> i64 {
                match self { $(Self::$variant => $id),+ }
            }

            /// The name as CoWIN's `idTypes` prints it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

kinds! {
    Aadhaar = 1, "Aadhaar Card";
    DrivingLicence = 2, "Driving License";
    Pan = 6, "PAN Card";
    Passport = 8, "Passport";
    PensionPassbook = 9, "Pension Passbook";
    NprSmartCard = 11, "NPR Smart Card";
    VoterId = 12, "Voter ID";
    DisabilityId = 13, "Unique Disability ID";
    RationCard = 14, "Ration Card";
    StudentId = 15, "Student Photo ID Card";
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of identity document: give one of the ids or names that idTypes lists")]
pub struct ParseDocumentType;

/// Whom one number of a document names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Person,
    /// All who live together, as a ration card does.
    Family,
}

impl DocumentType {
    pub const fn holder(self) -> Holder {
        match self {
            Self::RationCard => Holder::Family,
            Self::Aadhaar
            | Self::DrivingLicence
            | Self::Pan
            | Self::Passport
            | Self::PensionPassbook
            | Self::NprSmartCard
            | Self::VoterId
            | Self::DisabilityId
            | Self::StudentId => Holder::Person,
        }
    }

    pub fn from_id(id: i64) -> Result<Self, ParseDocumentType> {
        Self::ALL
            .iter()
            .copied()
            .find(|k| k.id() == id)
            .ok_or(ParseDocumentType)
    }

    /// The id in decimal digits, or the exact name.
    pub fn parse(text: &str) -> Result<Self, ParseDocumentType> {
        match text.parse::<i64>() {
            Ok(id) => Self::from_id(id),
            Err(_) => Self::ALL
                .iter()
                .copied()
                .find(|k| k.name() == text)
                .ok_or(ParseDocumentType),
        }
    }
}

/// Upper case, without blanks, 4–20 of A–Z, 0–9, `/` and `-`. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentNumber(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseDocumentNumber {
    #[error("the number of the identity document is needed")]
    Missing,
    #[error("the document number must have 4 to 20 characters, blanks not counted")]
    Length,
    #[error("the document number may hold only letters A–Z, digits, / and -")]
    Character,
}

/// Something to ask the person about; never a reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentHint {
    /// Not twelve digits, or the check digit does not fit.
    AadhaarLooksMistyped,
}

impl DocumentNumber {
    pub fn parse(text: &str) -> Result<Self, ParseDocumentNumber> {
        let number: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(21)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let length = number.chars().count();
        if length == 0 {
            return Err(ParseDocumentNumber::Missing);
        }
        if !(4..=20).contains(&length) {
            return Err(ParseDocumentNumber::Length);
        }
        if number
            .bytes()
            .any(|b| !matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-'))
        {
            return Err(ParseDocumentNumber::Character);
        }
        Ok(Self(number.into()))
    }

    /// As typed, in upper case and without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the keyed index is taken over: without separators, because `MH-14/2011` and `MH142011` are one document.
    /// A number of too few letters and digits stays whole.
    pub fn canonical(&self) -> String {
        let bare: String = self.0.chars().filter(char::is_ascii_alphanumeric).collect();
        if bare.len() < 4 { self.0.to_string() } else { bare }
    }

    /// The last characters of [`DocumentNumber::canonical`], four at most and never more than half of it: all that is
    /// kept. Four of a number of four would be the whole number.
    pub fn last_four(&self) -> String {
        let canonical = self.canonical();
        let shown = (canonical.len() / 2).min(4);
        canonical
            .get(canonical.len().saturating_sub(shown)..)
            .unwrap_or_default()
            .to_owned()
    }

    /// A wrong Aadhaar check digit is usually a typing mistake, but the document in hand decides, so this only hints.
    pub fn hint(&self, kind: DocumentType) -> Option<DocumentHint> {
        let plausible = kind != DocumentType::Aadhaar || is_aadhaar(&self.canonical());
        (!plausible).then_some(DocumentHint::AadhaarLooksMistyped)
    }
}

impl fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentNumber(redacted)")
    }
}

/// `XXXXXXXX3445`: how lists and certificates show a document of which only the last four characters are known.
pub fn masked(last_four: &str) -> String {
    format!("XXXXXXXX{last_four}")
}

fn is_aadhaar(number: &str) -> bool {
    number.len() == 12 && !number.starts_with(['0', '1']) && verhoeff_valid(number)
}

/// Verhoeff's check over the dihedral group D5: multiplication is computed, the permutation is iterated.
fn verhoeff_valid(digits: &str) -> bool {
    let mut check = 0;
    for (place, byte) in digits.bytes().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        check = multiply(check, permute(byte - b'0', place % 8));
    }
    check == 0
}

fn permute(digit: u8, times: usize) -> u8 {
    (0..times).fold(digit, |digit, _| match digit {
        0 => 1,
        1 => 5,
        2 => 7,
        3 => 6,
        4 => 2,
        5 => 8,
        6 => 3,
        7 => 0,
        8 => 9,
        _ => 4,
    })
}

/// 0–4 are rotations, 5–9 reflections of a pentagon.
fn multiply(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - 5 + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_read_back() {
        for kind in DocumentType::ALL {
            assert_eq!(DocumentType::from_id(kind.id()), Ok(*kind));
            assert_eq!(DocumentType::parse(kind.name()), Ok(*kind));
            assert_eq!(DocumentType::parse(&kind.id().to_string()), Ok(*kind));
        }
        assert_eq!(DocumentType::from_id(3), Err(ParseDocumentType));
    }

    #[test]
    fn a_number_is_cleaned_and_bounded() {
        let number = DocumentNumber::parse(" mh-14/2011 0062821 ").unwrap();
        assert_eq!(number.as_str(), "MH-14/20110062821");
        assert_eq!(number.canonical(), "MH1420110062821");
        assert_eq!(number.last_four(), "2821");
        assert_eq!(masked(&number.last_four()), "XXXXXXXX2821");
        assert_eq!(DocumentNumber::parse(" "), Err(ParseDocumentNumber::Missing));
        assert_eq!(DocumentNumber::parse("123"), Err(ParseDocumentNumber::Length));
        assert!(DocumentNumber::parse("9999").is_ok());
        assert!(DocumentNumber::parse(&"7".repeat(20)).is_ok());
        assert_eq!(
            DocumentNumber::parse(&"7".repeat(21)),
            Err(ParseDocumentNumber::Length)
        );
        assert_eq!(
            DocumentNumber::parse("AB_1234"),
            Err(ParseDocumentNumber::Character)
        );
        assert_eq!(
            DocumentNumber::parse("१२३४५"),
            Err(ParseDocumentNumber::Character)
        );
        assert_eq!(DocumentNumber::parse("----").unwrap().canonical(), "----");
    }

    #[test]
    fn a_wrong_check_digit_is_only_a_hint() {
        let hint = |text| DocumentNumber::parse(text).unwrap().hint(DocumentType::Aadhaar);
        for published in ["999941057058", "9999 7165 8847"] {
            assert_eq!(hint(published), None, "{published}");
        }
        for mistyped in [
            "999941057059",
            "999914057058",
            "99994105705",
            "9999",
            "ABCD12345678",
        ] {
            assert_eq!(
                hint(mistyped),
                Some(DocumentHint::AadhaarLooksMistyped),
                "{mistyped}"
            );
        }
        assert_eq!(
            DocumentNumber::parse("999941057059")
                .unwrap()
                .hint(DocumentType::Pan),
            None
        );
    }

    #[test]
    fn debug_hides_the_number() {
        assert!(!format!("{:?}", DocumentNumber::parse("999941057058").unwrap()).contains("7058"));
    }
}
