//! Every boundary of the dated rules, the day before, the day itself and the day after. Expectations are written by
//! hand from the orders, never taken from the engine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod rows;

use pramaan_domain::birth::{Birth, BirthDate, BirthYear};
use pramaan_domain::dose::GivenDose;
use pramaan_domain::rules::{self, Channel, Comorbid, Group, Question};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

fn date(text: &str) -> CivilDate {
    text.parse().unwrap_or_else(|_| panic!("not a date: {text}"))
}

/// `DAY BIRTH [word…]`: words are a group, a channel, `comorbid`, `booked:DATE`, `recovered:DATE`, `want:VACCINE` and
/// `VACCINE@DATE` for a dose given.
fn question(line: &str) -> Question {
    let mut words = line.split_whitespace();
    let on = date(words.next().unwrap());
    let birth = words.next().unwrap();
    let late = date("2030-01-01");
    let birth = if birth.len() == 4 {
        Birth::Year(BirthYear::parse(birth, late).unwrap())
    } else {
        Birth::Date(BirthDate::parse(birth, late).unwrap())
    };
    let mut question = Question::new(on, birth);
    for word in words {
        if word == "comorbid" {
            question.comorbid = Comorbid::Yes;
        } else if let Some(day) = word.strip_prefix("booked:") {
            question.booked_on = Some(date(day));
        } else if let Some(day) = word.strip_prefix("recovered:") {
            question.recovered = Some(date(day));
        } else if let Some(name) = word.strip_prefix("want:") {
            question.vaccine = Some(Vaccine::parse(name).unwrap());
        } else if let Some((name, day)) = word.split_once('@') {
            question.doses.push(GivenDose {
                on: date(day),
                vaccine: Vaccine::parse(name).unwrap(),
            });
        } else if let Ok(channel) = Channel::parse(word) {
            question.channel = Some(channel);
        } else {
            question.group = Group::parse(word).unwrap();
        }
    }
    question
}

/// Each line: question `=>` verdict (`yes`, `no`, `verify`), dose, row, earliest day or `-`.
fn check(table: &str) {
    let mut wrong = Vec::new();
    for line in table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (asked, expected) = line.split_once("=>").unwrap_or_else(|| panic!("no => in {line}"));
        let answer = serde_json::to_value(rules::explain(&question(asked))).unwrap();
        let verdict = match answer["verdict"].as_str().unwrap() {
            "eligible" => "yes",
            "not_eligible" => "no",
            "verify_at_site" => "verify",
            other => other,
        };
        let dose = answer["dose"].to_string().replace('"', "");
        let rule = answer["rule"].as_str().unwrap();
        let earliest = answer["earliest"].as_str().unwrap_or("-");
        let got = format!("{verdict} {dose} {rule} {earliest}");
        let expected = expected.split_whitespace().collect::<Vec<_>>().join(" ");
        if got != expected {
            wrong.push(format!("{asked}\n   expected {expected}\n   got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn health_care_workers_from_16_january_and_front_line_workers_from_2_february_2021() {
    check(
        "2021-01-15 1985-06-01 hcw         => no 1 E1 2021-01-16
         2021-01-16 1985-06-01 hcw         => yes 1 E1 2021-01-16
         2021-01-17 1985 hcw govt          => yes 1 E1 2021-01-16
         2021-01-17 1985 hcw private       => no 1 E1 -
         2021-01-16 1985-06-01             => no 1 E1 -
         2021-01-08 1985-06-01 hcw         => no 1 E1 -
         2021-02-01 1985-06-01 flw         => no 1 E1 -
         2021-02-02 1985-06-01 flw         => yes 1 E2 2021-02-02
         2021-02-03 1985 flw               => yes 1 E2 2021-02-02",
    );
}

#[test]
fn sixty_and_comorbid_forty_five_count_on_1_january_2022() {
    check(
        "2021-02-28 1950-01-01             => no 1 E3 2021-03-01
         2021-03-01 1950-01-01             => yes 1 E3 2021-03-01
         2021-03-02 1950                   => yes 1 E3 2021-03-01
         2021-03-01 1961-12-31             => yes 1 E3 2021-03-01
         2021-03-01 1962-01-01             => yes 1 E3 2021-03-01
         2021-03-01 1962-01-02 comorbid    => yes 1 E3 2021-03-01
         2021-03-01 1962                   => verify 1 E3 2021-03-01
         2021-03-01 1963                   => no 1 E3 -
         2021-03-01 1961                   => yes 1 E3 2021-03-01
         2021-03-01 1976-12-31 comorbid    => yes 1 E3 2021-03-01
         2021-03-01 1977-01-01 comorbid    => yes 1 E3 2021-03-01
         2021-03-01 1977-01-02 comorbid    => no 1 E3 -
         2021-03-01 1977 comorbid          => verify 1 E3 2021-03-01
         2021-03-01 1978 comorbid          => no 1 E3 -
         2021-03-01 1976 comorbid private  => yes 1 E3 2021-03-01",
    );
}

#[test]
fn forty_five_and_above_from_1_april_2021_means_born_before_1977() {
    check(
        "2021-03-22 1970-05-05             => no 1 E3 -
         2021-03-31 1970-05-05             => no 1 E4 2021-04-01
         2021-04-01 1970-05-05             => yes 1 E4 2021-04-01
         2021-04-02 1970                   => yes 1 E4 2021-04-01
         2021-04-01 1976-12-30             => yes 1 E4 2021-04-01
         2021-04-01 1976-12-31             => yes 1 E4 2021-04-01
         # Born on 1 January 1977 somebody is 45 on 1 January 2022: only the comorbidity is missing.
         2021-04-01 1977-01-01             => no 1 E3 -
         2021-04-01 1977-01-02             => no 1 E4 -
         2021-04-01 1976                   => yes 1 E4 2021-04-01
         2021-04-01 1977                   => no 1 E4 -
         2021-04-01 1978                   => no 1 E4 -",
    );
}

#[test]
fn adults_from_1_may_2021() {
    check(
        "2021-04-18 1990-05-05             => no 1 E4 -
         2021-04-30 1990-05-05             => no 1 E5 2021-05-01
         2021-05-01 1990-05-05             => yes 1 E5 2021-05-01
         2021-05-02 1990                   => yes 1 E5 2021-05-01
         2021-05-01 2003-04-30             => yes 1 E5 2021-05-01
         2021-05-01 2003-05-01             => yes 1 E5 2021-05-01
         2021-05-01 2003-05-02             => no 1 E5 2021-05-02
         2021-05-01 2002                   => yes 1 E5 2021-05-01
         2021-05-01 2003                   => verify 1 E5 2021-05-01
         2021-05-01 2004                   => no 1 E5 2022-01-01
         2021-12-31 2003                   => yes 1 E5 2021-05-01
         2022-01-01 2004                   => verify 1 E5 2022-01-01
         2022-02-28 2004-02-29 want:COVISHIELD => no 1 E5 2022-03-01
         2022-03-01 2004-02-29 want:COVISHIELD => yes 1 E5 2022-03-01
         2026-11-22 1990 want:COVISHIELD govt  => yes 1 E5 2021-05-01
         2026-11-22 1990 want:CORBEVAX         => no 1 E5 -
         2026-11-22 1990 want:SPUTNIK-LIGHT    => no 1 S4 -",
    );
}

#[test]
fn fifteen_to_seventeen_from_3_january_2022_for_covaxin_by_year() {
    check(
        "2021-12-24 2006-06-01             => no 1 E5 2024-06-01
         2022-01-02 2006-06-01             => no 1 E9 2022-01-03
         2022-01-03 2006-06-01             => yes 1 E9 2022-01-03
         2022-01-04 2006 want:COVAXIN      => yes 1 E9 2022-01-03
         2022-01-03 2007-12-30             => yes 1 E9 2022-01-03
         2022-01-03 2007-12-31             => yes 1 E9 2022-01-03
         2022-01-03 2008-01-01             => no 1 E5 2026-01-01
         2022-01-03 2007                   => yes 1 E9 2022-01-03
         2022-01-03 2006 want:COVISHIELD   => no 1 E5 2024-01-01
         2022-01-10 2004 want:COVAXIN      => yes 1 E9 2022-01-01
         2022-01-10 2004 want:COVISHIELD   => verify 1 E5 2022-01-01",
    );
}

#[test]
fn twelve_to_fourteen_from_16_march_2022_for_corbevax_at_twelve_on_the_day() {
    check(
        "2022-03-15 2009-06-01             => no 1 E10 2022-03-16
         2022-03-16 2009-06-01             => yes 1 E10 2022-03-16
         2022-03-17 2009                   => yes 1 E10 2022-03-16
         2022-03-16 2010-03-15             => yes 1 E10 2022-03-16
         2022-03-16 2010-03-16             => yes 1 E10 2022-03-16
         2022-03-16 2010-03-17             => no 1 E10 2022-03-17
         2022-03-16 2010                   => verify 1 E10 2022-03-16
         2022-12-31 2010                   => yes 1 E10 2022-03-16
         2022-03-16 2008-01-01             => yes 1 E10 2022-03-16
         2022-03-16 2007-12-31 want:CORBEVAX => no 1 E9 -
         2022-03-16 2010-12-31             => no 1 E10 2022-12-31
         2022-03-16 2011-01-01             => no 1 E5 2029-01-01
         2022-03-16 2009 want:CORBEVAX govt    => yes 1 E10 2022-03-16
         2022-03-16 2009-06-01 want:COVAXIN    => no 1 E5 2027-06-01
         2022-03-15 2009-06-01 want:CORBEVAX   => no 1 E10 2022-03-16",
    );
}

#[test]
fn by_default_of_the_product_twelve_to_seventeen_from_2023() {
    check(
        "2022-12-31 2006-06-01 want:CORBEVAX    => no 1 E9 -
         2023-01-01 2006-06-01 want:CORBEVAX    => yes 1 E11 2023-01-01
         2023-01-02 2006 want:CORBEVAX          => yes 1 E11 2023-01-01
         2026-11-22 2014-11-21 want:COVAXIN     => yes 1 E11 2026-11-21
         2026-11-22 2014-11-22 want:COVAXIN     => yes 1 E11 2026-11-22
         2026-11-22 2014-11-23 want:COVAXIN     => no 1 E11 2026-11-23
         2026-11-22 2014 want:CORBEVAX          => verify 1 E11 2026-01-01
         2026-11-22 2013 want:CORBEVAX private  => yes 1 E11 2025-01-01
         2026-11-22 2010 want:CORBEVAX          => yes 1 E11 2023-01-01
         2026-11-22 2008-11-23 want:COVAXIN     => yes 1 E11 2023-01-01
         2026-11-22 2008-11-22 want:COVAXIN     => yes 1 E5 2026-11-22
         2026-11-22 2008-11-22 want:CORBEVAX    => no 1 E5 -
         2026-11-22 2010-05-05 want:COVISHIELD  => no 1 E5 2028-05-05",
    );
}

#[test]
fn covishield_28_days_until_13_may_2021_by_the_letter() {
    check(
        "2021-03-20 1950 COVISHIELD@2021-02-21 => no 2 P1 2021-03-21
         2021-03-21 1950 COVISHIELD@2021-02-21 => yes 2 P1 2021-03-21
         2021-03-21 1950 COVISHIELD@2021-02-22 => no 2 P1 2021-03-22
         2021-03-22 1950 COVISHIELD@2021-02-22 => yes 2 P2 2021-03-22
         2021-03-23 1950 COVISHIELD@2021-02-22 => yes 2 P2 2021-03-22
         2021-04-28 1950 COVISHIELD@2021-04-01 => no 2 P2 2021-04-29
         2021-04-29 1950 COVISHIELD@2021-04-01 => yes 2 P2 2021-04-29
         2021-04-30 1950 COVISHIELD@2021-04-01 => yes 2 P2 2021-04-29
         2021-05-12 1950 COVISHIELD@2021-04-15 => no 2 P2 2021-05-13
         2021-05-13 1950 COVISHIELD@2021-04-15 => yes 2 P2 2021-05-13
         2021-05-12 1950 COVISHIELD@2021-04-16 => no 2 P2 2021-05-14
         2021-05-13 1950 COVISHIELD@2021-04-16 => no 2 P2 2021-07-09",
    );
}

#[test]
fn covishield_84_days_across_13_to_16_may_2021() {
    check(
        "# 83, 84 and 85 days on each of the four days.
         2021-05-13 1950 COVISHIELD@2021-02-19 => yes 2 P2 2021-03-19
         2021-05-13 1950 COVISHIELD@2021-02-18 => yes 2 P2 2021-03-18
         2021-05-13 1950 COVISHIELD@2021-02-17 => yes 2 P2 2021-03-17
         2021-05-14 1950 COVISHIELD@2021-02-20 => no 2 P3 2021-05-15
         2021-05-14 1950 COVISHIELD@2021-02-19 => yes 2 P3 2021-05-14
         2021-05-14 1950 COVISHIELD@2021-02-18 => yes 2 P3 2021-05-13
         2021-05-15 1950 COVISHIELD@2021-02-21 => no 2 P3 2021-05-16
         2021-05-15 1950 COVISHIELD@2021-02-20 => yes 2 P3 2021-05-15
         2021-05-15 1950 COVISHIELD@2021-02-19 => yes 2 P3 2021-05-14
         2021-05-16 1950 COVISHIELD@2021-02-22 => no 2 P3 2021-05-17
         2021-05-16 1950 COVISHIELD@2021-02-21 => yes 2 P3 2021-05-16
         2021-05-16 1950 COVISHIELD@2021-02-20 => yes 2 P3 2021-05-15
         # The example of the contract.
         2021-08-06 1980 COVISHIELD@2021-05-15 => no 2 P3 2021-08-07
         2021-08-07 1980 COVISHIELD@2021-05-15 => yes 2 P3 2021-08-07
         2021-08-08 1980 COVISHIELD@2021-05-15 => yes 2 P3 2021-08-07",
    );
}

#[test]
fn bookings_made_before_the_change_stay_valid() {
    check(
        "2021-05-20 1950 COVISHIELD@2021-04-10 booked:2021-05-12 => yes 2 P2 2021-05-08
         2021-05-20 1950 COVISHIELD@2021-04-10 booked:2021-05-13 => yes 2 P2 2021-05-08
         2021-05-20 1950 COVISHIELD@2021-04-10 booked:2021-05-14 => no 2 P3 2021-07-03
         2021-05-20 1950 COVISHIELD@2021-04-10                   => no 2 P3 2021-07-03
         2021-05-20 1950 COVISHIELD@2021-04-23 booked:2021-05-13 => no 2 P3 2021-07-16
         2021-05-20 1950 COVISHIELD@2021-04-22 booked:2021-05-13 => yes 2 P2 2021-05-20
         2021-05-20 1950 COVISHIELD@2021-04-21 booked:2021-03-10 => yes 2 P1 2021-05-19",
    );
}

#[test]
fn travellers_after_28_days_from_7_june_to_31_august_2021() {
    check(
        "2021-06-06 1995 traveller COVISHIELD@2021-05-01 => no 2 P3 2021-07-24
         2021-06-07 1995 traveller COVISHIELD@2021-05-01 => yes 2 P3x 2021-05-29
         2021-06-08 1995 traveller COVISHIELD@2021-05-01 => yes 2 P3x 2021-05-29
         2021-06-07 1995 COVISHIELD@2021-05-01           => no 2 P3 2021-07-24
         2021-06-27 1995 traveller COVISHIELD@2021-05-31 => no 2 P3x 2021-06-28
         2021-06-28 1995 traveller COVISHIELD@2021-05-31 => yes 2 P3x 2021-06-28
         2021-06-29 1995 traveller COVISHIELD@2021-05-31 => yes 2 P3x 2021-06-28
         2021-08-30 1995 traveller COVISHIELD@2021-07-20 => yes 2 P3x 2021-08-17
         2021-08-31 1995 traveller COVISHIELD@2021-07-20 => yes 2 P3x 2021-08-17
         2021-09-01 1995 traveller COVISHIELD@2021-07-20 => no 2 P3 2021-10-12
         2021-08-31 1995 traveller COVISHIELD@2021-08-10 => no 2 P3 2021-11-02
         2021-08-31 1995 traveller COVISHIELD@2021-06-01 => yes 2 P3 2021-08-24",
    );
}

#[test]
fn other_vaccines_keep_their_intervals() {
    check(
        "2021-02-12 1985 hcw COVAXIN@2021-01-16       => no 2 P4 2021-02-13
         2021-02-13 1985 hcw COVAXIN@2021-01-16       => yes 2 P4 2021-02-13
         2021-02-14 1985 hcw COVAXIN@2021-01-16       => yes 2 P4 2021-02-13
         2021-06-20 1985 SPUTNIK-V@2021-05-31         => no 2 P5 2021-06-21
         2021-06-21 1985 SPUTNIK-V@2021-05-31         => yes 2 P5 2021-06-21
         2021-06-22 1985 SPUTNIK-V@2021-05-31 private => yes 2 P5 2021-06-21
         2021-06-22 1985 SPUTNIK-V@2021-05-31 govt    => no 2 P5 -
         2022-04-12 2009 CORBEVAX@2022-03-16          => no 2 P8 2022-04-13
         2022-04-13 2009 CORBEVAX@2022-03-16          => yes 2 P8 2022-04-13
         2022-04-14 2009 CORBEVAX@2022-03-16          => yes 2 P8 2022-04-13
         2022-06-20 1985 COVOVAX@2022-05-31           => no 2 P9 2022-06-21
         2022-06-21 1985 COVOVAX@2022-05-31           => yes 2 P9 2022-06-21
         2022-06-22 1985 COVOVAX@2022-05-31           => yes 2 P9 2022-06-21
         2023-02-27 1985 iNCOVACC@2023-01-31          => no 2 P10 2023-02-28
         2023-02-28 1985 iNCOVACC@2023-01-31          => yes 2 P10 2023-02-28
         2023-03-01 1985 iNCOVACC@2023-01-31          => yes 2 P10 2023-02-28",
    );
}

#[test]
fn vaccines_are_first_given_when_they_are_there() {
    check(
        "2021-04-30 1950 want:SPUTNIK-V   => no 1 P5 -
         2021-05-01 1950 want:SPUTNIK-V   => yes 1 E5 2021-05-01
         2021-05-02 1950 want:SPUTNIK-V   => yes 1 E5 2021-05-01
         2021-05-02 1950 want:SPUTNIK-V govt => no 1 P5 -
         2021-07-31 1950 want:ZYCOV-D     => no 1 P6 -
         2021-08-01 1950 want:ZYCOV-D     => yes 1 E5 2021-08-01
         2021-12-27 1950 want:COVOVAX     => no 1 P9 -
         2021-12-28 1950 want:COVOVAX     => yes 1 E5 2021-12-28
         2021-12-29 1950 want:COVOVAX     => yes 1 E5 2021-12-28
         2022-10-31 1950 want:iNCOVACC    => no 1 P10 -
         2022-11-01 1950 want:iNCOVACC    => yes 1 E5 2022-11-01",
    );
}

#[test]
fn zycov_d_has_three_doses_until_25_april_2022_and_two_afterwards() {
    check(
        "2021-12-28 1985 ZYCOV-D@2021-12-01                    => no 2 P6 2021-12-29
         2021-12-29 1985 ZYCOV-D@2021-12-01                    => yes 2 P6 2021-12-29
         2022-01-25 1985 ZYCOV-D@2021-12-01 ZYCOV-D@2021-12-29 => no 3 P6 2022-01-26
         2022-01-26 1985 ZYCOV-D@2021-12-01 ZYCOV-D@2021-12-29 => yes 3 P6 2022-01-26
         2022-01-27 1985 ZYCOV-D@2021-12-01 ZYCOV-D@2021-12-29 => yes 3 P6 2022-01-26
         2022-04-25 1985 ZYCOV-D@2022-03-28                    => yes 2 P6 2022-04-25
         2022-04-26 1985 ZYCOV-D@2022-03-28                    => yes 2 P7 2022-04-25
         2022-05-23 1985 ZYCOV-D@2022-04-25 ZYCOV-D@2022-04-26 => no 3 P7 2022-05-24
         2022-05-23 1985 ZYCOV-D@2022-04-26                    => no 2 P7 2022-05-24
         2022-05-24 1985 ZYCOV-D@2022-04-26                    => yes 2 P7 2022-05-24
         2022-11-21 1985 ZYCOV-D@2022-04-26 ZYCOV-D@2022-05-24 private => no precaution B6 2022-11-22
         2022-11-22 1985 ZYCOV-D@2022-04-26 ZYCOV-D@2022-05-24 private => yes precaution B6 2022-11-22",
    );
}

#[test]
fn the_second_dose_is_of_the_same_vaccine() {
    check(
        "2021-10-01 1980 want:COVAXIN COVISHIELD@2021-06-01    => no 2 S1 -
         2021-10-01 1980 want:COVISHIELD COVISHIELD@2021-06-01 => yes 2 P3 2021-08-24",
    );
}

#[test]
fn precaution_doses_for_workers_and_the_elderly() {
    check(
        "# 39 weeks after 2021-04-11 end on 2022-01-09.
         2022-01-09 1985 hcw COVISHIELD@2021-02-01 COVISHIELD@2021-04-01  => no precaution B1 2022-01-10
         2022-01-10 1985 hcw COVISHIELD@2021-02-01 COVISHIELD@2021-04-01  => yes precaution B1 2022-01-10
         2022-01-11 1985 flw COVISHIELD@2021-02-01 COVISHIELD@2021-04-01  => yes precaution B1 2022-01-10
         2022-02-28 1985 flw COVISHIELD@2021-02-01 COVISHIELD@2021-06-01  => no precaution B1 2022-03-01
         2022-03-01 1985 flw COVISHIELD@2021-02-01 COVISHIELD@2021-06-01  => yes precaution B1 2022-03-01
         2022-03-02 1985 flw COVISHIELD@2021-02-01 COVISHIELD@2021-06-01  => yes precaution B1 2022-03-01
         2022-02-01 1950 comorbid COVAXIN@2021-03-01 COVAXIN@2021-04-01   => yes precaution B1 2022-01-10
         2022-02-01 1950 COVAXIN@2021-03-01 COVAXIN@2021-04-01            => no precaution B1 -
         2022-02-01 1985 COVAXIN@2021-03-01 COVAXIN@2021-04-01            => no precaution B1 -
         2022-03-15 1950 COVAXIN@2021-03-01 COVAXIN@2021-04-01            => no precaution B2 2022-03-16
         2022-03-16 1950 COVAXIN@2021-03-01 COVAXIN@2021-04-01            => yes precaution B2 2022-03-16
         2022-03-17 1950 COVAXIN@2021-03-01 COVAXIN@2021-04-01            => yes precaution B2 2022-03-16
         2022-03-16 1962-03-16 COVAXIN@2021-03-01 COVAXIN@2021-04-01      => yes precaution B2 2022-03-16
         2022-03-16 1962-03-17 COVAXIN@2021-03-01 COVAXIN@2021-04-01      => no precaution B2 2022-03-17
         2022-03-16 1962 COVAXIN@2021-03-01 COVAXIN@2021-04-01            => verify precaution B2 2022-03-16",
    );
}

#[test]
fn precaution_doses_for_everybody() {
    check(
        "2022-04-09 1985 COVAXIN@2021-03-01 COVAXIN@2021-04-01 private       => no precaution B3 2022-04-10
         2022-04-10 1985 COVAXIN@2021-03-01 COVAXIN@2021-04-01 private       => yes precaution B3 2022-04-10
         2022-04-11 1985 COVAXIN@2021-03-01 COVAXIN@2021-04-01               => yes precaution B3 2022-04-10
         2022-04-10 1985 COVAXIN@2021-03-01 COVAXIN@2021-04-01 govt          => no precaution B3 -
         2022-05-12 1985 traveller COVAXIN@2022-01-01 COVAXIN@2022-02-01     => no precaution B3 2022-11-01
         2022-05-13 1985 traveller COVAXIN@2022-01-01 COVAXIN@2022-02-01     => yes precaution B4 2022-05-13
         2022-05-14 1985 traveller COVAXIN@2022-01-01 COVAXIN@2022-02-01     => yes precaution B4 2022-05-13
         2022-05-29 1985 traveller COVAXIN@2022-01-01 COVAXIN@2022-03-01     => no precaution B4 2022-05-30
         2022-05-30 1985 traveller COVAXIN@2022-01-01 COVAXIN@2022-03-01     => yes precaution B4 2022-05-30
         2022-05-31 1985 traveller COVAXIN@2022-01-01 COVAXIN@2022-03-01     => yes precaution B4 2022-05-30
         2022-05-14 1985 COVAXIN@2022-01-01 COVAXIN@2022-02-01               => no precaution B3 2022-11-01
         2022-07-05 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 private       => no precaution B3 2022-08-31
         2022-07-06 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 private       => yes precaution B6 2022-07-06
         2022-07-07 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 private       => yes precaution B6 2022-07-06
         2022-07-07 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt          => no precaution B6 -
         2022-07-07 1950 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt          => yes precaution B6 2022-07-06
         2022-08-30 1985 COVAXIN@2022-02-01 COVAXIN@2022-03-02               => no precaution B7 2022-08-31
         2022-08-31 1985 COVAXIN@2022-02-01 COVAXIN@2022-03-02               => yes precaution B7 2022-08-31
         2022-09-01 1985 COVAXIN@2022-02-01 COVAXIN@2022-03-02               => yes precaution B7 2022-08-31
         2022-07-14 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt          => no precaution B7 2022-07-15
         2022-07-15 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt          => yes precaution B7 2022-07-15
         2022-07-16 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt          => yes precaution B7 2022-07-15
         2022-09-29 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt          => yes precaution B7 2022-07-15
         2022-09-30 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt          => yes precaution B7 2022-07-15
         2022-10-01 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01               => yes precaution B6 2022-07-06",
    );
    check(
        "# After the free months a government centre offers 18–59 no third dose of Covaxin, but Corbevax.
         2022-10-01 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt                => yes precaution B8 2022-08-12
         2022-10-01 1985 COVAXIN@2021-11-01 COVAXIN@2021-12-01 govt want:COVAXIN   => no precaution B6 -
         2022-09-28 1985 COVAXIN@2022-02-01 COVAXIN@2022-03-31 govt want:COVAXIN   => no precaution B7 2022-09-29
         2022-09-29 1985 COVAXIN@2022-02-01 COVAXIN@2022-03-31 govt want:COVAXIN   => yes precaution B7 2022-09-29",
    );
}

#[test]
fn other_vaccines_as_precaution_dose() {
    check(
        "2022-04-30 1985 SPUTNIK-V@2021-06-01 SPUTNIK-V@2021-06-30                 => no precaution B3 -
         2022-05-01 1985 SPUTNIK-V@2021-06-01 SPUTNIK-V@2021-06-30                 => yes precaution B5 2022-05-01
         2022-05-02 1985 SPUTNIK-V@2021-06-01 SPUTNIK-V@2021-06-30 private want:SPUTNIK-LIGHT => yes precaution B5 2022-05-01
         2022-05-02 1985 SPUTNIK-V@2021-06-01 SPUTNIK-V@2021-06-30 want:SPUTNIK-V  => no precaution S2 -
         2022-08-09 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:CORBEVAX => no precaution S2 -
         2022-08-11 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:CORBEVAX => no precaution B8 2022-08-12
         2022-08-12 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:CORBEVAX => yes precaution B8 2022-08-12
         2022-08-13 1985 COVAXIN@2021-06-01 COVAXIN@2021-09-01 want:CORBEVAX govt  => yes precaution B8 2022-08-12
         2022-08-13 1985 SPUTNIK-V@2021-06-01 SPUTNIK-V@2021-09-01 want:CORBEVAX   => no precaution S2 -
         2022-08-30 1985 COVAXIN@2022-02-01 COVAXIN@2022-03-02 want:CORBEVAX       => no precaution B8 2022-08-31
         2022-08-31 1985 COVAXIN@2022-02-01 COVAXIN@2022-03-02 want:CORBEVAX       => yes precaution B8 2022-08-31
         2022-09-01 1985 COVAXIN@2022-02-01 COVAXIN@2022-03-02 want:CORBEVAX       => yes precaution B8 2022-08-31
         2022-12-22 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:iNCOVACC => no precaution S2 -
         2022-12-23 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:iNCOVACC => yes precaution B9 2022-12-23
         2022-12-24 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:iNCOVACC private => yes precaution B9 2022-12-23
         2022-12-24 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:iNCOVACC govt => no precaution B9 -
         2023-04-09 1985 COVAXIN@2021-06-01 COVAXIN@2021-09-01 want:COVOVAX        => no precaution S2 -
         2023-04-10 1985 COVAXIN@2021-06-01 COVAXIN@2021-09-01 want:COVOVAX        => yes precaution B10 2023-04-10
         2023-04-11 1985 COVAXIN@2021-06-01 COVAXIN@2021-09-01 want:COVOVAX        => yes precaution B10 2023-04-10
         2026-11-22 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 private       => yes precaution B6 2022-07-06
         2026-11-22 1985 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 COVISHIELD@2022-09-01 => no precaution S3 -
         2026-11-22 2010-05-05 COVAXIN@2023-06-01 COVAXIN@2023-07-01 private       => no precaution B6 2028-05-05",
    );
}

#[test]
fn three_months_after_recovery() {
    check(
        "2021-05-18 1980 recovered:2021-04-30                        => yes 1 E5 2021-05-01
         2021-05-19 1980 recovered:2021-04-30                        => no 1 D1 2021-07-30
         2021-05-20 1980 recovered:2021-04-30                        => no 1 D1 2021-07-30
         2021-07-29 1980 recovered:2021-04-30                        => no 1 D1 2021-07-30
         2021-07-30 1980 recovered:2021-04-30                        => yes 1 E5 2021-07-30
         2021-07-31 1980 recovered:2021-04-30                        => yes 1 E5 2021-07-30
         2021-10-01 1980 recovered:2021-08-15 COVISHIELD@2021-06-01  => no 2 D1 2021-11-15
         2021-07-01 1980 recovered:2021-06-15 COVISHIELD@2021-06-01  => no 2 P3 2021-09-15
         2021-12-01 1980 recovered:2021-11-30 COVISHIELD@2021-06-01  => no 2 D1 2022-02-28",
    );
}

fn explained(line: &str) -> String {
    rules::explain(&question(line)).explanation()
}

#[test]
fn what_does_not_decide_is_named() {
    let letter = explained("2021-05-01 1950 COVISHIELD@2021-04-01");
    assert!(
        letter.contains("28 days") && letter.contains("42 days"),
        "{letter}"
    );
    let court = explained("2021-10-01 1980 COVISHIELD@2021-08-15");
    assert!(
        court.contains("Kerala High Court") && court.contains("84 days"),
        "{court}"
    );
    for outside in ["2021-09-02", "2021-12-04"] {
        let text = explained(&format!("{outside} 1980 COVISHIELD@2021-08-15"));
        assert!(!text.contains("Kerala"), "{text}");
    }
    assert!(explained("2021-12-03 1980 COVISHIELD@2021-10-15").contains("Kerala"));
    assert!(explained("2021-09-03 1980 COVISHIELD@2021-08-15").contains("Kerala"));
    assert!(!explained("2022-03-19 1980 COVISHIELD@2022-01-15").contains("NTAGI"));
    let advised = explained("2022-03-20 1980 COVISHIELD@2022-01-15");
    assert!(advised.contains("NTAGI"), "{advised}");
    check(
        "2021-10-01 1980 COVISHIELD@2021-08-15 => no 2 P3 2021-11-07
         2022-03-20 1980 COVISHIELD@2022-01-15 => no 2 P3 2022-04-09",
    );
}

#[test]
fn the_answer_has_exactly_the_contracts_fields() {
    let answer = rules::explain(&question("2021-08-07 1980 COVISHIELD@2021-05-15"));
    let json = serde_json::to_string(&answer).unwrap();
    let head = r#"{"verdict":"eligible","dose":2,"rule":"P3","earliest":"2021-08-07","citation":""#;
    assert!(json.starts_with(head), "{json}");
    let fields = serde_json::to_value(&answer).unwrap();
    let fields: Vec<&String> = fields.as_object().unwrap().keys().collect();
    assert_eq!(fields.len(), 6, "{fields:?}");
    assert!(answer.rule.citation().contains("The Quint, 16 May 2021"));
}
