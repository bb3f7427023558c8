//! The number of a case, as the district gives it: `IND(CO-AEFI)/21/395/26/7`.

use std::fmt;

use chrono::Datelike;

use crate::place::{DistrictId, StateId, district};
use crate::time::CivilDate;

/// `IND(CO-AEFI)/ST/DST/YR/NUM`: CoWIN's numbers of state and district, two digits of the year, and a count from 1 within
/// district and year. It names nobody. Format: operational guidelines, AEFI case forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber {
    state: StateId,
    district: DistrictId,
    year: i32,
    number: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a case number such as IND(CO-AEFI)/21/395/26/7")]
pub struct ParseCaseNumber;

impl CaseNumber {
    /// None for a district that no state has, or a count below 1.
    pub fn new(of: DistrictId, on: CivilDate, number: i64) -> Option<Self> {
        let found = district(of)?;
        (number >= 1).then_some(Self {
            state: found.state,
            district: of,
            year: on.year(),
            number,
        })
    }

    /// # Errors
    /// Whatever [`fmt::Display`] does not write of a district that exists. The century is that of the programme.
    pub fn parse(text: &str) -> Result<Self, ParseCaseNumber> {
        let rest = text.strip_prefix("IND(CO-AEFI)/").ok_or(ParseCaseNumber)?;
        let parts: Vec<i64> = rest
            .split('/')
            .map(|part| part.parse().map_err(|_| ParseCaseNumber))
            .collect::<Result<_, _>>()?;
        let [_, of, year, number] = parts[..] else {
            return Err(ParseCaseNumber);
        };
        let of = DistrictId::from_number(of).map_err(|_| ParseCaseNumber)?;
        let year = i32::try_from(year).map_err(|_| ParseCaseNumber)?;
        let on = CivilDate::from_ymd_opt(2_000 + year, 1, 1).ok_or(ParseCaseNumber)?;
        let parsed = Self::new(of, on, number).ok_or(ParseCaseNumber)?;
        (parsed.to_string() == text)
            .then_some(parsed)
            .ok_or(ParseCaseNumber)
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "IND(CO-AEFI)/{}/{}/{:02}/{}",
            self.state.number(),
            self.district.number(),
            self.year.rem_euclid(100),
            self.number
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_number_names_state_district_year_and_count_and_reads_back() {
        let mumbai = DistrictId::from_number(395).unwrap();
        let on = CivilDate::from_ymd_opt(2026, 11, 22).unwrap();
        let number = CaseNumber::new(mumbai, on, 7).unwrap();
        assert_eq!(number.to_string(), "IND(CO-AEFI)/21/395/26/7");
        assert_eq!(CaseNumber::parse("IND(CO-AEFI)/21/395/26/7"), Ok(number));
        assert_eq!(CaseNumber::new(mumbai, on, 0), None);
        for other in [
            "",
            "IND(CO-AEFI)/20/395/26/7",
            "IND(CO-AEFI)/21/395/26/07",
            "IND(CO-AEFI)/21/395/26",
            "IND(CO-AEFI)/21/999999/26/7",
        ] {
            assert_eq!(CaseNumber::parse(other), Err(ParseCaseNumber), "{other}");
        }
    }
}
