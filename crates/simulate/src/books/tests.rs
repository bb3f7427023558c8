//! Each way in which books can be wrong is named, and sound ones are not.

use super::*;
use crate::{Scale, Seed};

fn nation() -> Nation {
    Nation::new(Scale::parse("0.001").unwrap(), Seed::new(1))
}

fn id(number: i64) -> DistrictId {
    DistrictId::from_number(number).unwrap()
}

/// As it should be counted: sums by the districts of the centres.
fn sound(nation: &Nation) -> Counted {
    let mut counted = Counted {
        doses: nation.people().into(),
        certificates: nation.people().into(),
        stock_used: nation.people().into(),
        openings: 7,
        log_entries: 7,
        ..Counted::default()
    };
    for session in (0..nation.sessions()).filter_map(|number| nation.session(number)) {
        for seats in session.slots {
            for (dose, count) in [
                (DoseNumber::First, seats.first),
                (DoseNumber::Second, seats.second),
            ] {
                let key = (session.centre.district, dose);
                *counted.by_district.entry(key).or_default() += u64::from(count);
            }
        }
    }
    counted
}

/// What is said when one figure of sound books is changed.
#[track_caller]
fn said(change: impl FnOnce(&mut Counted), sentences: &[&str]) {
    let nation = nation();
    let mut counted = sound(&nation);
    change(&mut counted);
    let books = Books::compare(&nation, &counted);
    let said: Vec<String> = books.imbalances().iter().map(ToString::to_string).collect();
    assert_eq!(said, sentences);
    assert_eq!(books.balance(), sentences.is_empty());
}

#[test]
fn sound_books_balance() {
    said(|_| (), &[]);
    said(
        |counted| {
            counted.by_district.insert((id(294), DoseNumber::Third), 0);
        },
        &[],
    );
}

#[test]
fn a_missing_certificate_is_named() {
    said(
        |counted| counted.certificates -= 1,
        &["26521 doses are recorded and 26520 certificates issued: 1 too few"],
    );
}

#[test]
fn stock_that_was_not_or_twice_taken_is_named() {
    said(
        |counted| counted.stock_used += 2,
        &["26521 doses are recorded and 26523 were taken from stock: 2 too many"],
    );
}

#[test]
fn an_opening_without_an_entry_is_named() {
    said(
        |counted| counted.log_entries = 4,
        &["7 records were opened and the access log has 4 entries: 3 too few"],
    );
    said(
        |counted| counted.openings = 4,
        &["4 records were opened and the access log has 7 entries: 3 too many"],
    );
}

#[test]
fn each_oversold_session_is_named() {
    let oversold = |byte| Oversold {
        session: SessionId::from_random([byte; 16]),
        capacity: 20,
        taken: 21,
    };
    said(
        |counted| counted.oversold = vec![oversold(7), oversold(8)],
        &[
            "session 07070707-0707-4707-8707-070707070707 has 20 seats and 21 are taken: it is oversold",
            "session 08080808-0808-4808-8808-080808080808 has 20 seats and 21 are taken: it is oversold",
        ],
    );
}

#[test]
fn a_lost_dose_is_missing_everywhere() {
    said(
        |counted| {
            counted.doses -= 1;
            let _ = counted.by_district.remove(&(id(395), DoseNumber::Second));
        },
        &[
            "26521 doses were to be given and 26520 are recorded: 1 too few",
            "26520 doses are recorded and 26521 certificates issued: 1 too many",
            "26520 doses are recorded and 26521 were taken from stock: 1 too many",
            "Mumbai: 157 doses with the number 2 were to be given and 0 are recorded: 157 too few",
        ],
    );
}

#[test]
fn a_dose_in_the_wrong_district_is_named_at_both_ends() {
    said(
        |counted| {
            for (district, by) in [(395, -1), (363, 1)] {
                let count = counted
                    .by_district
                    .entry((id(district), DoseNumber::First))
                    .or_default();
                *count = count.saturating_add_signed(by);
            }
        },
        &[
            "Mumbai: 118 doses with the number 1 were to be given and 117 are recorded: 1 too few",
            "Pune: 104 doses with the number 1 were to be given and 105 are recorded: 1 too many",
        ],
    );
}

#[test]
fn districts_that_share_a_count_are_added_up() {
    said(
        |counted| {
            let of = |number| (id(number), DoseNumber::First);
            let moved = counted.by_district.remove(&of(265)).unwrap();
            *counted.by_district.entry(of(294)).or_default() += moved;
        },
        &[],
    );
}

#[test]
fn a_dose_that_nobody_asked_for_is_named() {
    said(
        |counted| {
            counted.by_district.insert((id(395), DoseNumber::Precaution), 2);
            counted.by_district.insert((id(900), DoseNumber::First), 1);
        },
        &[
            "Mumbai (district 395): 2 doses with the number precaution are recorded and none was to be given",
            "an unknown district (district 900): 1 doses with the number 1 are recorded and none was to be given",
        ],
    );
}
