//! Dates as CoWIN's clients write them: `DD-MM-YYYY` out, and every spelling seen in the wild in.

use std::fmt;

use crate::time::CivilDate;

/// A civil date that displays as `DD-MM-YYYY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WireDate(CivilDate);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date: give DD-MM-YYYY, such as 31-05-2021")]
pub struct ParseWireDate;

impl WireDate {
    /// `D-M-YYYY` with one or two digits for day and month, two or four for the year (`21` is 2021), separated by
    /// `-`, `/`, `:` or `.`. Some clients write two-digit years on purpose, to get past CoWIN's cache.
    pub fn parse(text: &str) -> Result<Self, ParseWireDate> {
        parse(text, &[2, 4])
    }

    /// The same with four digits for the year, for dates of birth, where `21` could be 1921.
    pub fn parse_full_year(text: &str) -> Result<Self, ParseWireDate> {
        parse(text, &[4])
    }

    pub fn date(self) -> CivilDate {
        self.0
    }
}

impl From<CivilDate> for WireDate {
    fn from(date: CivilDate) -> Self {
        Self(date)
    }
}

impl fmt::Display for WireDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%d-%m-%Y"))
    }
}

impl serde::Serialize for WireDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn parse(text: &str, year_digits: &[usize]) -> Result<WireDate, ParseWireDate> {
    let mut parts = text.split(['-', '/', ':', '.']);
    let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(ParseWireDate);
    };
    let (day, month) = (number(day, &[1, 2])?, number(month, &[1, 2])?);
    let century = if year.len() == 2 { 2000 } else { 0 };
    let year = i32::try_from(century + number(year, year_digits)?).map_err(|_| ParseWireDate)?;
    match CivilDate::from_ymd_opt(year, month, day) {
        Some(date) if year > 0 => Ok(WireDate(date)),
        _ => Err(ParseWireDate),
    }
}

fn number(text: &str, digits: &[usize]) -> Result<u32, ParseWireDate> {
    if digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().map_err(|_| ParseWireDate)
    } else {
        Err(ParseWireDate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_wild_is_one_date() {
        for spelling in [
            "05-06-2021",
            "5-6-2021",
            "05-06-21",
            "5/6/21",
            "05:06:2021",
            "5.6.2021",
            "05/06/2021",
        ] {
            assert_eq!(
                WireDate::parse(spelling).map(|d| d.to_string()),
                Ok("05-06-2021".into()),
                "{spelling}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "",
            "2021-06-05",
            "31-06-2021",
            "5-6",
            "5-6-2021-1",
            "005-6-2021",
            "5-6-021",
            "+5-6-2021",
            "5-6-0000",
            "5 6 2021",
            " 5-6-2021",
            "५-६-२०२१",
            "29-02-2021",
        ] {
            assert_eq!(WireDate::parse(bad), Err(ParseWireDate), "{bad}");
        }
        assert_eq!(WireDate::parse_full_year("05-06-21"), Err(ParseWireDate));
    }
}
