//! Row by row, what another row would hide: the birthday and the day before, the last day too early and the first, the
//! other kind of centre, each vaccine of a list. Where several rows cover somebody, the row named is part of what is
//! expected.

use pramaan_domain::rules::{Status, by_id};

use super::{check, date, explained};

#[test]
fn listed_workers_are_eighteen_on_the_day_and_come_to_government_centres() {
    check(
        "2021-01-16 2003-01-16 hcw          => yes 1 E1 2021-01-16
         2021-01-16 2003-01-17 hcw          => no 1 E1 2021-01-17
         2021-02-02 2003-02-02 flw          => yes 1 E2 2021-02-02
         2021-02-02 2003-02-03 flw          => no 1 E2 2021-02-03
         2021-02-02 1985-06-01 flw govt     => yes 1 E2 2021-02-02
         2021-02-02 1985-06-01 flw private  => no 1 E2 -",
    );
}

#[test]
fn sixty_is_counted_on_1_january_2022_with_no_day_more() {
    check(
        "2021-03-01 1962-01-01          => yes 1 E3 2021-03-01
         2021-03-01 1962-01-02          => no 1 E3 -
         2021-03-01 1977-01-01 comorbid => yes 1 E3 2021-03-01
         2021-03-01 1977-01-02 comorbid => no 1 E3 -",
    );
}

#[test]
fn twelve_to_fourteen_have_their_own_sessions_at_government_centres() {
    check(
        "2022-03-16 2009-06-01 govt                  => yes 1 E10 2022-03-16
         2022-03-16 2009-06-01 private               => no 1 E10 -
         2022-03-16 2009-06-01 private want:CORBEVAX => no 1 E10 -",
    );
}

#[test]
fn who_begins_may_choose_among_the_vaccines_of_the_day() {
    check(
        "2021-01-16 1985 hcw want:COVISHIELD       => yes 1 E1 2021-01-16
         2021-01-16 1985 hcw want:COVAXIN          => yes 1 E1 2021-01-16
         2021-01-16 1985 hcw want:CORBEVAX         => no 1 E1 -
         2021-02-02 1985 flw want:COVISHIELD       => yes 1 E2 2021-02-02
         2021-02-02 1985 flw want:COVAXIN          => yes 1 E2 2021-02-02
         2021-03-01 1950 want:COVISHIELD           => yes 1 E3 2021-03-01
         2021-03-01 1950 want:COVAXIN              => yes 1 E3 2021-03-01
         2021-03-01 1970 comorbid want:COVISHIELD  => yes 1 E3 2021-03-01
         2021-03-01 1970 comorbid want:COVAXIN     => yes 1 E3 2021-03-01
         2021-04-01 1970 want:COVISHIELD           => yes 1 E4 2021-04-01
         2021-04-01 1970 want:COVAXIN              => yes 1 E4 2021-04-01
         2021-05-01 1990 want:COVISHIELD           => yes 1 E5 2021-05-01
         2021-05-01 1990 want:COVAXIN              => yes 1 E5 2021-05-01
         2021-05-01 1990 want:SPUTNIK-V private    => yes 1 E5 2021-05-01
         2021-08-01 1990 want:ZYCOV-D              => yes 1 E5 2021-08-01
         2021-12-28 1990 want:COVOVAX              => yes 1 E5 2021-12-28
         2022-11-01 1990 want:iNCOVACC             => yes 1 E5 2022-11-01",
    );
}

#[test]
fn the_first_two_vaccines_are_used_from_16_january_2021() {
    check(
        "2021-01-15 1985 COVISHIELD@2020-12-18 => no 2 P1 2021-01-16
         2021-01-16 1985 COVISHIELD@2020-12-18 => yes 2 P1 2021-01-16
         2021-01-15 1985 COVAXIN@2020-12-18    => no 2 P4 2021-01-16
         2021-01-16 1985 COVAXIN@2020-12-18    => yes 2 P4 2021-01-16",
    );
}

#[test]
fn each_precaution_dose_waits_its_days() {
    check(
        "# 273 days after 2021-07-01, after 2021-09-01.
         2022-03-30 1950 COVAXIN@2021-06-01 COVAXIN@2021-07-01                => no precaution B2 2022-03-31
         2022-03-31 1950 COVAXIN@2021-06-01 COVAXIN@2021-07-01                => yes precaution B2 2022-03-31
         2022-05-31 1985 SPUTNIK-V@2021-08-01 SPUTNIK-V@2021-09-01            => no precaution B5 2022-06-01
         2022-06-01 1985 SPUTNIK-V@2021-08-01 SPUTNIK-V@2021-09-01            => yes precaution B5 2022-06-01
         # 182 days after 2022-07-01, after 2022-10-15.
         2022-12-29 1985 COVISHIELD@2022-04-01 COVISHIELD@2022-07-01 private want:iNCOVACC => no precaution B9 2022-12-30
         2022-12-30 1985 COVISHIELD@2022-04-01 COVISHIELD@2022-07-01 private want:iNCOVACC => yes precaution B9 2022-12-30
         2023-04-14 1985 COVAXIN@2022-09-01 COVAXIN@2022-10-15 want:COVOVAX   => no precaution B10 2023-04-15
         2023-04-15 1985 COVAXIN@2022-09-01 COVAXIN@2022-10-15 want:COVOVAX   => yes precaution B10 2023-04-15",
    );
}

#[test]
fn each_precaution_dose_is_for_adults_from_their_birthday() {
    check(
        "2022-01-10 2004-01-10 hcw COVISHIELD@2021-02-01 COVISHIELD@2021-04-01 => yes precaution B1 2022-01-10
         2022-01-10 2004-01-11 hcw COVISHIELD@2021-02-01 COVISHIELD@2021-04-01 => no precaution B1 2022-01-11
         2022-04-10 2004-04-10 private COVAXIN@2021-03-01 COVAXIN@2021-04-01   => yes precaution B3 2022-04-10
         2022-04-10 2004-04-11 private COVAXIN@2021-03-01 COVAXIN@2021-04-01   => no precaution B3 2022-04-11
         2022-05-13 2004-05-13 traveller COVAXIN@2021-11-01 COVAXIN@2022-01-01 => yes precaution B4 2022-05-13
         2022-05-13 2004-05-14 traveller COVAXIN@2021-11-01 COVAXIN@2022-01-01 => no precaution B4 2022-05-14
         2022-06-01 2004-06-01 SPUTNIK-V@2021-08-01 SPUTNIK-V@2021-09-01       => yes precaution B5 2022-06-01
         2022-06-01 2004-06-02 SPUTNIK-V@2021-08-01 SPUTNIK-V@2021-09-01       => no precaution B5 2022-06-02
         2022-07-10 2004-07-10 hcw govt COVAXIN@2021-03-01 COVAXIN@2021-04-01  => yes precaution B6 2022-07-10
         2022-07-10 2004-07-11 hcw govt COVAXIN@2021-03-01 COVAXIN@2021-04-01  => no precaution B6 2022-07-11
         2022-07-10 2004-07-10 private COVAXIN@2021-03-01 COVAXIN@2021-04-01   => yes precaution B6 2022-07-10
         2022-07-10 2004-07-11 private COVAXIN@2021-03-01 COVAXIN@2021-04-01   => no precaution B6 2022-07-11
         2022-07-10 2004-07-10 SPUTNIK-V@2021-08-01 SPUTNIK-V@2021-09-01       => yes precaution B6 2022-07-10
         2022-07-10 2004-07-11 SPUTNIK-V@2021-08-01 SPUTNIK-V@2021-09-01       => no precaution B6 2022-07-11
         2022-07-15 2004-07-15 govt COVAXIN@2021-03-01 COVAXIN@2021-04-01      => yes precaution B7 2022-07-15
         2022-07-15 2004-07-16 govt COVAXIN@2021-03-01 COVAXIN@2021-04-01      => no precaution B7 2022-07-16
         2022-08-12 2004-08-12 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:CORBEVAX         => yes precaution B8 2022-08-12
         2022-08-12 2004-08-13 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 want:CORBEVAX         => no precaution B8 2022-08-13
         2022-12-23 2004-12-23 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 private want:iNCOVACC => yes precaution B9 2022-12-23
         2022-12-23 2004-12-24 COVISHIELD@2021-06-01 COVISHIELD@2021-09-01 private want:iNCOVACC => no precaution B9 2022-12-24
         2023-04-10 2005-04-10 COVAXIN@2021-06-01 COVAXIN@2021-09-01 want:COVOVAX                => yes precaution B10 2023-04-10
         2023-04-10 2005-04-11 COVAXIN@2021-06-01 COVAXIN@2021-09-01 want:COVOVAX                => no precaution B10 2023-04-11",
    );
}

#[test]
fn sixty_and_fifty_nine_meet_without_a_gap() {
    check(
        "2022-02-01 1962-02-01 comorbid COVAXIN@2021-03-01 COVAXIN@2021-04-01 => yes precaution B1 2022-02-01
         2022-02-01 1962-02-02 comorbid COVAXIN@2021-03-01 COVAXIN@2021-04-01 => no precaution B1 2022-02-02
         # From 60 on by the rule for all of that age, at 59 by the paid one.
         2022-04-10 1962-04-10 private COVAXIN@2021-03-01 COVAXIN@2021-04-01  => yes precaution B2 2022-04-10
         2022-04-10 1962-04-11 private COVAXIN@2021-03-01 COVAXIN@2021-04-01  => yes precaution B3 2022-04-10
         # At 60 free at a government centre, at 59 at a private one.
         2022-07-10 1962-07-10 govt COVAXIN@2021-11-01 COVAXIN@2021-12-01     => yes precaution B6 2022-07-10
         2022-07-10 1962-07-11 govt COVAXIN@2021-11-01 COVAXIN@2021-12-01     => no precaution B6 -
         2022-07-10 1962-07-11 private COVAXIN@2021-11-01 COVAXIN@2021-12-01  => yes precaution B6 2022-07-06
         # A worker had the right before turning sixty.
         2022-10-10 1962-10-01 hcw govt COVAXIN@2021-11-01 COVAXIN@2021-12-01 => yes precaution B6 2022-07-06",
    );
}

#[test]
fn sputnik_light_is_given_at_private_centres() {
    check(
        "2022-06-01 1985 SPUTNIK-V@2021-08-01 SPUTNIK-V@2021-09-01 private => yes precaution B5 2022-06-01
         2022-06-01 1985 SPUTNIK-V@2021-08-01 SPUTNIK-V@2021-09-01 govt    => no precaution B5 -
         2022-08-01 1985 SPUTNIK-V@2021-11-01 SPUTNIK-V@2021-12-01 private => yes precaution B6 2022-07-06
         2022-08-01 1985 SPUTNIK-V@2021-11-01 SPUTNIK-V@2021-12-01 govt    => no precaution B6 -",
    );
}

/// Only in the weeks of the second rule did CoWIN itself wait longer than the letter.
#[test]
fn what_cowin_enforced_is_told_only_where_it_differed() {
    let words = "CoWIN itself offered appointments only after";
    let alike = [
        "2021-03-21 1950 COVISHIELD@2021-02-21",
        "2021-03-20 1950 COVISHIELD@2021-02-21",
        "2021-08-07 1980 COVISHIELD@2021-05-15",
        "2021-08-06 1980 COVISHIELD@2021-05-15",
        "2021-02-13 1985 hcw COVAXIN@2021-01-16",
        "2021-06-21 1985 SPUTNIK-V@2021-05-31",
    ];
    for asked in alike {
        assert!(!explained(asked).contains(words), "{asked}");
    }
    for asked in [
        "2021-04-29 1950 COVISHIELD@2021-04-01",
        "2021-04-28 1950 COVISHIELD@2021-04-01",
    ] {
        assert!(explained(asked).contains(&format!("{words} 42 days")), "{asked}");
    }
}

/// Rows that are shown and cited but decide nothing; what they say is their date and how far they hold.
#[test]
fn rows_that_only_explain_have_their_date_and_status() {
    let rows = [
        ("E6", "2021-05-19", Status::InForce),
        ("E7", "2021-07-02", Status::InForce),
        ("E8", "2021-08-09", Status::InForce),
        ("P3k", "2021-09-03", Status::SetAside),
        ("P3n", "2022-03-20", Status::Recommended),
        ("D2", "2021-05-19", Status::InForce),
        ("D3", "2021-05-19", Status::InForce),
        ("D4", "2021-05-19", Status::InForce),
        ("D5", "2021-05-19", Status::InForce),
    ];
    for (id, from, status) in rows {
        let row = by_id(id).unwrap();
        assert_eq!((row.valid_from, row.status), (date(from), status), "{id}");
    }
}
