//! The vaccine products of the programme and their codes in other systems.
//!
//! Which product may be given to whom is the matter of `rules`, not of this list.

use std::fmt;
use std::sync::LazyLock;

/// A product, as CoWIN names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vaccine {
    Covishield,
    Covaxin,
    SputnikV,
    SputnikLight,
    Corbevax,
    ZycovD,
    Covovax,
    Incovacc,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown vaccine: give COVISHIELD, COVAXIN, SPUTNIK V, SPUTNIK LIGHT, CORBEVAX, ZYCOV-D, COVOVAX or iNCOVACC"
)]
pub struct ParseVaccine;

/// The codes of one product. `None` where the code system has none that could be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaccineCodes {
    pub name: String,
    pub manufacturer: String,
    /// EU digital certificate value sets `vaccines-covid-19-names`, `-auth-holders` and `sct-vaccines-covid-19`.
    pub eu_product: Option<String>,
    pub eu_manufacturer: Option<String>,
    pub eu_prophylaxis: Vec<String>,
    pub atc: Option<String>,
    /// CDC CVX.
    pub cvx: Option<String>,
    /// ICD-11 extension code.
    pub icd11: Option<String>,
    /// SNOMED CT virtual product.
    pub snomed: Option<String>,
}

impl Vaccine {
    pub const ALL: [Self; 8] = [
        Self::Covishield,
        Self::Covaxin,
        Self::SputnikV,
        Self::SputnikLight,
        Self::Corbevax,
        Self::ZycovD,
        Self::Covovax,
        Self::Incovacc,
    ];

    /// A name in any letter case, with or without blanks and hyphens: `SPUTNIK V`, `sputnik-v`, `ZyCoV-D`.
    pub fn parse(text: &str) -> Result<Self, ParseVaccine> {
        let wanted = bare(text);
        Self::ALL
            .into_iter()
            .find(|v| bare(v.name()) == wanted)
            .ok_or(ParseVaccine)
    }

    /// The name on CoWIN's wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Covishield => "COVISHIELD",
            Self::Covaxin => "COVAXIN",
            Self::SputnikV => "SPUTNIK V",
            Self::SputnikLight => "SPUTNIK LIGHT",
            Self::Corbevax => "CORBEVAX",
            Self::ZycovD => "ZYCOV-D",
            Self::Covovax => "COVOVAX",
            Self::Incovacc => "iNCOVACC",
        }
    }

    pub fn codes(self) -> Option<&'static VaccineCodes> {
        CODES.iter().find(|codes| codes.name == self.name())
    }

    pub fn manufacturer(self) -> &'static str {
        self.codes()
            .map(|codes| codes.manufacturer.as_str())
            .unwrap_or_default()
    }
}

impl fmt::Display for Vaccine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Vaccine {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Vaccine {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The file is part of the program; a test parses it, so the default is never taken.
static CODES: LazyLock<Vec<VaccineCodes>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../data/vaccines.json")).unwrap_or_default());

fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_has_its_codes() {
        assert_eq!(CODES.len(), Vaccine::ALL.len());
        for vaccine in Vaccine::ALL {
            assert!(!vaccine.manufacturer().is_empty(), "{vaccine}");
            assert_eq!(Vaccine::parse(vaccine.name()), Ok(vaccine));
        }
        let covishield = Vaccine::Covishield.codes().unwrap();
        assert_eq!(covishield.cvx.as_deref(), Some("210"));
        assert_eq!(covishield.eu_product.as_deref(), Some("Covishield"));
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        assert_eq!(Vaccine::parse("sputnik-v"), Ok(Vaccine::SputnikV));
        assert_eq!(Vaccine::parse("ZyCoV-D"), Ok(Vaccine::ZycovD));
        assert_eq!(Vaccine::parse("Pfizer"), Err(ParseVaccine));
        assert_eq!(Vaccine::parse(""), Err(ParseVaccine));
    }
}
