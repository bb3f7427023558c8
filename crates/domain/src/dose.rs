//! A dose: which one of the course it is, what was given, from which batch and where in the body.
//!
//! Whether a dose may be given is `rules`' question; these types also carry doses that no rule allowed.

use std::fmt;

use crate::time::CivilDate;
use crate::vaccine::Vaccine;

/// Which dose of the course. `Third` exists for ZyCoV-D's series of three only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoseNumber {
    First,
    Second,
    Third,
    Precaution,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown dose: give 1, 2, 3 or precaution")]
pub struct ParseDoseNumber;

impl DoseNumber {
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Precaution];

    pub fn parse(text: &str) -> Result<Self, ParseDoseNumber> {
        match text {
            "1" => Ok(Self::First),
            "2" => Ok(Self::Second),
            "3" => Ok(Self::Third),
            "precaution" => Ok(Self::Precaution),
            _ => Err(ParseDoseNumber),
        }
    }

    /// A number that tells the four apart in storage: 1, 2, 3, and 4 for the precaution dose.
    pub fn code(self) -> i64 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
            Self::Precaution => 4,
        }
    }

    pub fn from_code(code: i64) -> Result<Self, ParseDoseNumber> {
        Self::ALL
            .into_iter()
            .find(|d| d.code() == code)
            .ok_or(ParseDoseNumber)
    }

    /// The number on CoWIN's wire, where the precaution dose is a third dose.
    pub fn cowin_number(self) -> i64 {
        self.code().min(3)
    }
}

impl fmt::Display for DoseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "1",
            Self::Second => "2",
            Self::Third => "3",
            Self::Precaution => "precaution",
        })
    }
}

/// `1`, `2`, `3` as numbers, `"precaution"` as text.
impl serde::Serialize for DoseNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Precaution => serializer.serialize_str("precaution"),
            numbered => serializer.serialize_i64(numbered.code()),
        }
    }
}

/// One dose that was given. Its place in the course follows from the dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GivenDose {
    pub on: CivilDate,
    pub vaccine: Vaccine,
}

/// How far a person's primary series is. Precaution doses do not change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaccinationStatus {
    NotVaccinated,
    PartiallyVaccinated,
    Vaccinated,
}

impl VaccinationStatus {
    pub fn from_doses(doses: &[GivenDose]) -> Self {
        match doses.iter().min() {
            None => Self::NotVaccinated,
            Some(first) if doses.len() < primary_doses(*first) => Self::PartiallyVaccinated,
            Some(_) => Self::Vaccinated,
        }
    }

    /// The words of CoWIN's `vaccination_status` in the list of beneficiaries.
    pub fn cowin_name(self) -> &'static str {
        match self {
            Self::NotVaccinated => "Not Vaccinated",
            Self::PartiallyVaccinated => "Partially Vaccinated",
            Self::Vaccinated => "Vaccinated",
        }
    }

    /// The number of the KYC-VS answer: 0, 1 or 2.
    pub fn cowin_number(self) -> i64 {
        match self {
            Self::NotVaccinated => 0,
            Self::PartiallyVaccinated => 1,
            Self::Vaccinated => 2,
        }
    }
}

/// How many doses the primary series that began with `first` has.
///
/// Two, but three for ZyCoV-D begun before 26 April 2022 (three doses of 2 mg; two of 3 mg afterwards).
pub fn primary_doses(first: GivenDose) -> usize {
    const TWO_DOSE_ZYCOV_D: Option<CivilDate> = CivilDate::from_ymd_opt(2022, 4, 26);
    match first.vaccine {
        Vaccine::ZycovD if TWO_DOSE_ZYCOV_D.is_some_and(|change| first.on < change) => 3,
        _ => 2,
    }
}

/// A batch number as printed on the vial: 1–20 visible ASCII characters, upper case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaccineBatch(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a batch number: give the 1 to 20 letters, digits and signs printed on the vial")]
pub struct ParseVaccineBatch;

impl VaccineBatch {
    pub fn parse(text: &str) -> Result<Self, ParseVaccineBatch> {
        let text = text.trim();
        if (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(text.to_ascii_uppercase().into()))
        } else {
            Err(ParseVaccineBatch)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where in the body a dose was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodySite {
    LeftUpperArm,
    RightUpperArm,
    LeftThigh,
    RightThigh,
    Nose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown body site: give left_upper_arm, right_upper_arm, left_thigh, right_thigh or nose")]
pub struct ParseBodySite;

impl BodySite {
    pub const ALL: [Self; 5] = [
        Self::LeftUpperArm,
        Self::RightUpperArm,
        Self::LeftThigh,
        Self::RightThigh,
        Self::Nose,
    ];

    pub fn parse(text: &str) -> Result<Self, ParseBodySite> {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == text)
            .ok_or(ParseBodySite)
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::LeftUpperArm => "left_upper_arm",
            Self::RightUpperArm => "right_upper_arm",
            Self::LeftThigh => "left_thigh",
            Self::RightThigh => "right_thigh",
            Self::Nose => "nose",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(vaccine: Vaccine, y: i32, m: u32, d: u32) -> GivenDose {
        GivenDose {
            on: CivilDate::from_ymd_opt(y, m, d).unwrap(),
            vaccine,
        }
    }

    #[test]
    fn doses_read_back_and_serialise_as_the_contract_says() {
        for dose in DoseNumber::ALL {
            assert_eq!(DoseNumber::parse(&dose.to_string()), Ok(dose));
            assert_eq!(DoseNumber::from_code(dose.code()), Ok(dose));
        }
        assert_eq!(
            serde_json::to_string(&DoseNumber::ALL).unwrap(),
            r#"[1,2,3,"precaution"]"#
        );
        assert_eq!(DoseNumber::Precaution.cowin_number(), 3);
        assert_eq!(DoseNumber::parse("0"), Err(ParseDoseNumber));
    }

    #[test]
    fn status_counts_the_primary_series() {
        let covishield = given(Vaccine::Covishield, 2021, 5, 1);
        let old = given(Vaccine::ZycovD, 2022, 4, 25);
        let new = given(Vaccine::ZycovD, 2022, 4, 26);
        let status = |doses: &[GivenDose]| VaccinationStatus::from_doses(doses).cowin_name();
        assert_eq!(status(&[]), "Not Vaccinated");
        assert_eq!(status(&[covishield]), "Partially Vaccinated");
        assert_eq!(status(&[covishield; 2]), "Vaccinated");
        assert_eq!(status(&[covishield; 3]), "Vaccinated");
        assert_eq!(status(&[old; 2]), "Partially Vaccinated");
        assert_eq!(status(&[old; 3]), "Vaccinated");
        assert_eq!(status(&[new; 2]), "Vaccinated");
    }

    #[test]
    fn batches_and_sites_are_bounded() {
        assert_eq!(VaccineBatch::parse(" 4121z025 ").unwrap().as_str(), "4121Z025");
        for bad in ["", "  ", "A B", "A\u{7}B", "१२", "123456789012345678901"] {
            assert_eq!(VaccineBatch::parse(bad), Err(ParseVaccineBatch), "{bad:?}");
        }
        for site in BodySite::ALL {
            assert_eq!(BodySite::parse(site.code()), Ok(site));
        }
        assert_eq!(BodySite::parse("left arm"), Err(ParseBodySite));
    }
}
