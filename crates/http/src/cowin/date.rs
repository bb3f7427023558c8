//! Dates of the CoWIN wire: out as `DD-MM-YYYY`, in as clients really write them.

use pramaan_domain::time::CivilDate;

use super::code::{self, Code};

/// Reads `D-M-YYYY` with one or two digits for day and month, two or four for the year, and any of `-`, `/`, `:`, `.`
/// between them. A two-digit year is of this century.
///
/// # Errors
/// [`code::MALFORMED_DATE`] for everything else, impossible dates included.
pub fn parse(text: &str) -> Result<CivilDate, Code> {
    read(text.trim()).ok_or(code::MALFORMED_DATE)
}

/// `DD-MM-YYYY`.
pub fn print(date: CivilDate) -> String {
    date.format("%d-%m-%Y").to_string()
}

fn read(text: &str) -> Option<CivilDate> {
    let mut parts = text.split(['-', '/', ':', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || day.len() > 2 || month.len() > 2 {
        return None;
    }
    let century = match year.len() {
        2 => 2000,
        4 => 0,
        _ => return None,
    };
    CivilDate::from_ymd_opt(
        century + i32::try_from(digits(year)?).ok()?,
        digits(month)?,
        digits(day)?,
    )
}

/// Digits only: `u32::from_str` alone would take a sign.
fn digits(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_that_a_client_sends_is_read() {
        for text in [
            "05-06-2021",
            "5-6-2021",
            "05-06-21",
            "05/06/2021",
            "05:06:2021",
            "5.6.21",
            " 05-06-2021 ",
        ] {
            assert_eq!(
                parse(text),
                Ok(CivilDate::from_ymd_opt(2021, 6, 5).unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "31-02-2021",
            "2021-06-05",
            "05-06",
            "05-06-021",
            "+5-06-2021",
            "05-06-2021-1",
            "٥-06-2021",
            "today",
        ] {
            assert_eq!(parse(text), Err(code::MALFORMED_DATE), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

        #[test]
        fn what_is_printed_is_read(days in 0i32..60_000) {
            let date = CivilDate::from_num_days_from_ce_opt(700_000 + days).unwrap();
            prop_assert_eq!(parse(&print(date)), Ok(date));
        }

        #[test]
        fn any_input_is_answered(text in ".{0,20}") {
            let _ = parse(&text);
        }
    }
}
