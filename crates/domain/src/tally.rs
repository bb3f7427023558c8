//! What is counted about people without saying who they are: one gender and one age group for each dose.

use crate::birth::BirthYear;
use crate::gender::Gender;
use crate::time::CivilDate;

/// A cell of the public report. Gender and age are counted apart: no cell says both, and none says the dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    Male,
    Female,
    /// As CoWIN's report has it, so that the smallest groups are not counted apart.
    Others,
    Below15,
    From15,
    From18,
    From45,
    From60,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cell of the report")]
pub struct ParseCell;

impl Cell {
    pub const ALL: [Self; 8] = [
        Self::Male,
        Self::Female,
        Self::Others,
        Self::Below15,
        Self::From15,
        Self::From18,
        Self::From45,
        Self::From60,
    ];

    pub fn of_gender(gender: Gender) -> Self {
        match gender {
            Gender::Male => Self::Male,
            Gender::Female => Self::Female,
            Gender::Transgender | Gender::Other => Self::Others,
        }
    }

    /// By the age that is completed in the year of the dose: of adults no more is known than the year.
    pub fn of_age(born: BirthYear, on: CivilDate) -> Self {
        use chrono::Datelike;
        match on.year() - born.get() {
            ..15 => Self::Below15,
            15..18 => Self::From15,
            18..45 => Self::From18,
            45..60 => Self::From45,
            60.. => Self::From60,
        }
    }

    /// The word that [`Self::parse`] reads.
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Others => "others",
            Self::Below15 => "below-15",
            Self::From15 => "15-17",
            Self::From18 => "18-44",
            Self::From45 => "45-59",
            Self::From60 => "60-up",
        }
    }

    pub fn parse(text: &str) -> Result<Self, ParseCell> {
        Self::ALL
            .into_iter()
            .find(|cell| cell.code() == text)
            .ok_or(ParseCell)
    }
}

/// The step in which such counts are published.
pub const STEP: u64 = 5;

/// The count of one cell, day and district as it is published: rounded down to a multiple of [`STEP`], so that fewer show as
/// none. Every other figure is a sum of these, so that no two of them can be subtracted to tell more.
pub fn published(count: u64) -> u64 {
    count - count % STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_groups_begin_at_their_first_year() {
        let on = CivilDate::from_ymd_opt(2022, 3, 16).unwrap_or_default();
        let group = |year| BirthYear::new(year, on).map(|born| Cell::of_age(born, on));
        for (year, cell) in [
            (2008, Cell::Below15),
            (2007, Cell::From15),
            (2005, Cell::From15),
            (2004, Cell::From18),
            (1978, Cell::From18),
            (1977, Cell::From45),
            (1963, Cell::From45),
            (1962, Cell::From60),
        ] {
            assert_eq!(group(year), Ok(cell), "{year}");
        }
    }

    #[test]
    fn fewer_than_five_show_as_none() {
        assert_eq!(
            [0, 1, 4, 5, 9, 10, 1_003].map(published),
            [0, 0, 0, 5, 5, 10, 1_000]
        );
    }

    #[test]
    fn a_code_reads_back() {
        for cell in Cell::ALL {
            assert_eq!(Cell::parse(cell.code()), Ok(cell));
        }
        assert_eq!(Cell::parse("transgender"), Err(ParseCell));
    }
}
