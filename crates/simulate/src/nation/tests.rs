//! The parts of the nation agree with each other, with the counts and with the rules of the day.

use std::collections::{BTreeMap, BTreeSet};

use pramaan_domain::birth::Birth;
use pramaan_domain::booking::{Board, Outcome, Request, Seat, SeatKey, decide};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::place;
use pramaan_domain::rules::{self, Question, Verdict};
use pramaan_domain::session::{Quota, SessionStatus};
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use proptest::prelude::*;

use super::*;
use crate::DAY;

fn nation(scale: &str, seed: u64) -> Nation {
    Nation::new(Scale::parse(scale).unwrap(), Seed::new(seed))
}

/// About 13,000 people.
fn small() -> Nation {
    nation("0.0005", 17)
}

#[test]
fn at_scale_one_the_districts_have_the_counts_of_the_day() {
    let whole = nation("1", 1);
    let mut sum = 0;
    for (district, count) in whole.districts().iter().zip(counts::districts()) {
        let doses = DoseNumber::ALL.map(|dose| u64::from(district.doses(dose)));
        assert_eq!(doses, [count.first, count.second, 0, 0], "{}", district.name());
        sum += count.first + count.second;
    }
    assert_eq!((whole.districts().len(), sum), (719, 26_521_425));
    assert_eq!(u64::from(whole.people()), sum);
    // Of that day 110,595 sites are reported; there is a session for each 250 doses here.
    assert!(
        (100_000..115_000).contains(&whole.sessions()),
        "{}",
        whole.sessions()
    );
    let size = f64::from(whole.people()) / f64::from(whole.households());
    assert!((3.4..3.6).contains(&size), "{size}");
}

#[test]
fn the_nation_takes_no_more_memory_the_larger_it_is() {
    let (whole, part) = (nation("1", 1), nation("0.001", 1));
    assert_eq!(whole.held_bytes(), part.held_bytes());
    assert!(whole.held_bytes() < 110_000, "{}", whole.held_bytes());
}

#[test]
fn everybody_is_in_one_household_and_every_household_in_one_session() {
    let nation = small();
    let (mut households, mut people) = (0, 0);
    for number in 0..nation.sessions() {
        let session = nation.session(number).unwrap();
        assert_eq!((session.number, session.day), (number, DAY));
        let mut seats: BTreeMap<(usize, DoseNumber), u32> = BTreeMap::new();
        for (dose, range) in [
            (DoseNumber::First, session.first_households.clone()),
            (DoseNumber::Second, session.second_households.clone()),
        ] {
            for at in range {
                let household = nation.household(at).unwrap();
                assert_eq!(
                    (household.number, household.session, household.dose),
                    (at, number, dose)
                );
                *seats.entry((household.slot as usize, dose)).or_default() += household.members.len() as u32;
                households += 1;
                for member in household.members {
                    let person = nation.person(member).unwrap();
                    assert_eq!(
                        (person.number, person.household, person.session),
                        (member, at, number)
                    );
                    assert_eq!((person.dose, person.vaccine), (dose, session.vaccine));
                    people += 1;
                }
            }
        }
        for (at, slot) in session.slots.iter().enumerate() {
            let taken = |dose| seats.get(&(at, dose)).copied().unwrap_or_default();
            assert_eq!(taken(DoseNumber::First), u32::from(slot.first));
            assert_eq!(taken(DoseNumber::Second), u32::from(slot.second));
            assert!(slot.first + slot.second > 0);
        }
        assert_eq!(seats.values().sum::<u32>(), session.doses());
    }
    assert_eq!((households, people), (nation.households(), nation.people()));
}

#[test]
fn what_is_behind_the_last_is_not_there() {
    let nation = small();
    assert!(nation.person(nation.people() - 1).is_some() && nation.person(nation.people()).is_none());
    assert!(nation.household(nation.households() - 1).is_some());
    assert!(nation.household(nation.households()).is_none() && nation.booking(u32::MAX).is_none());
    assert!(nation.session(nation.sessions() - 1).is_some() && nation.session(nation.sessions()).is_none());
    let least = self::nation("0.0000001", 1);
    assert_eq!((least.people(), least.sessions(), least.households()), (3, 3, 3));
    assert!((0..3).all(|number| least.person(number).is_some()));
}

#[test]
fn every_booking_gets_its_seats_and_then_none_is_left() {
    let nation = small();
    let mut board = Board::default();
    for session in (0..nation.sessions()).filter_map(|number| nation.session(number)) {
        board
            .sessions
            .insert(session.id, (SessionStatus::Published, session.day));
        for seats in &session.slots {
            for (dose, capacity) in [
                (DoseNumber::First, seats.first),
                (DoseNumber::Second, seats.second),
            ] {
                let key = SeatKey {
                    session: session.id,
                    slot: seats.slot,
                    dose,
                    quota: Quota::Online,
                };
                board.seats.insert(key, Seat::new(capacity.into(), 0).unwrap());
            }
        }
    }
    let requests: Vec<Request> = (0..nation.households())
        .filter_map(|turn| nation.booking(nation.arrival(turn)?))
        .map(|booking| Request::Book {
            party: booking.party,
            seat: booking.seat,
        })
        .collect();
    assert_eq!(requests.len(), nation.households() as usize);
    let before = Timestamp::from_local(DAY, chrono::NaiveTime::MIN);
    let outcomes = decide(&requests, &mut board, before);
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Booked));
    assert!(board.seats.values().all(|seat| seat.free() == 0));
}

/// The dose is one that the rules of the day allow at the centre, and the one before was allowed on its day.
fn allowed(nation: &Nation, person: &Person) {
    let session = nation.session(person.session).unwrap();
    let channel = session.centre.kind.into();
    let born = Birth::Year(person.birth_year);
    let question = Question {
        doses: person.first_dose.into_iter().collect(),
        ..Question::new(DAY, born)
    };
    let answer = rules::for_session(&question, DAY, person.vaccine, channel);
    assert_eq!(
        (answer.verdict, answer.dose),
        (Verdict::Eligible, person.dose),
        "{answer:?}"
    );
    if let Some(first) = person.first_dose {
        let before = rules::for_session(&Question::new(first.on, born), first.on, first.vaccine, channel);
        assert_eq!(before.verdict, Verdict::Eligible, "{before:?}");
    }
    assert_eq!(person.first_dose.is_some(), person.dose == DoseNumber::Second);
}

#[test]
fn the_rules_of_the_day_allow_every_dose_and_allowed_every_dose_before() {
    let nation = small();
    for number in 0..nation.people() {
        allowed(&nation, &nation.person(number).unwrap());
    }
}

/// The rarest vaccine: one session in two thousand, so that a small nation has none.
#[test]
fn sputnik_v_is_given_where_the_rules_have_it() {
    let nation = nation("1", 1);
    let has_it = |number: &u32| session::vaccine(&nation, *number) == Some(Vaccine::SputnikV);
    let sessions: Vec<u32> = (0..nation.sessions()).filter(has_it).collect();
    assert!((30..65).contains(&sessions.len()), "{}", sessions.len());
    for session in sessions.into_iter().filter_map(|number| nation.session(number)) {
        for households in [session.first_households, session.second_households] {
            let members = households
                .clone()
                .filter_map(|number| nation.household(number))
                .flat_map(|at| at.members);
            members
                .filter_map(|number| nation.person(number))
                .for_each(|person| allowed(&nation, &person));
        }
    }
}

#[test]
fn nobody_has_what_somebody_else_has() {
    let nation = small();
    let people: Vec<Person> = (0..nation.people())
        .filter_map(|number| nation.person(number))
        .collect();
    let ids: BTreeSet<_> = people.iter().map(|person| person.id).collect();
    let documents: BTreeSet<_> = people
        .iter()
        .map(|person| person.document_number.canonical())
        .collect();
    assert_eq!((ids.len(), documents.len()), (people.len(), people.len()));
    let households = (0..nation.households()).filter_map(|number| nation.household(number));
    let (ids, mobiles): (BTreeSet<_>, BTreeSet<_>) = households
        .map(|household| (household.id, household.mobile))
        .unzip();
    let expected = nation.households() as usize;
    assert_eq!((ids.len(), mobiles.len()), (expected, expected));
    let names: BTreeSet<_> = people.iter().map(|person| person.name.as_str()).collect();
    assert!(names.len() > 8_000, "{}", names.len());
}

#[test]
fn centres_are_at_real_pincodes_of_their_district() {
    let nation = nation("0.02", 3);
    let (mut inside, mut used) = (0, BTreeSet::new());
    for number in 0..nation.sessions() {
        let centre = nation.session(number).unwrap().centre;
        let district = nation.district_of_session(number).unwrap();
        assert!(district.ids().contains(&centre.district), "{centre:?}");
        let facts = place::pincode(centre.pincode).unwrap();
        inside += u32::from(facts.district == Some(centre.district));
        let state = facts
            .district
            .and_then(place::district)
            .map(|district| district.state);
        assert_eq!(state, district.state(), "{centre:?}");
        used.insert(centre.pincode);
        assert_eq!(centre.id.number(), i64::from(number) + 1);
        assert!(centre.name.as_str().starts_with("Simulated Centre "));
    }
    // Seven small districts have no pincode of their own.
    assert!(
        nation.sessions() - inside <= 7,
        "{inside} of {}",
        nation.sessions()
    );
    assert!(
        used.len() * 10 > nation.sessions() as usize * 9,
        "{} pincodes",
        used.len()
    );
}

#[test]
fn vaccines_and_genders_have_the_shares_of_the_day() {
    let nation = nation("0.02", 3);
    let mut doses: BTreeMap<Vaccine, u32> = BTreeMap::new();
    for session in (0..nation.sessions()).filter_map(|number| nation.session(number)) {
        *doses.entry(session.vaccine).or_default() += session.doses();
    }
    let share =
        |vaccine| f64::from(doses.get(&vaccine).copied().unwrap_or_default()) / f64::from(nation.people());
    assert!((share(Vaccine::Covishield) - 0.926).abs() < 0.004, "{doses:?}");
    assert!((share(Vaccine::Covaxin) - 0.074).abs() < 0.004, "{doses:?}");
    assert!(share(Vaccine::SputnikV) < 0.002, "{doses:?}");
    let people = (0..nation.people())
        .step_by(31)
        .filter_map(|number| nation.person(number));
    let women = people
        .clone()
        .filter(|person| person.gender == pramaan_domain::gender::Gender::Female)
        .count();
    let share = women as f64 / people.count() as f64;
    assert!((share - 0.5015).abs() < 0.015, "{share}");
}

#[test]
fn two_runs_agree_and_two_seeds_do_not() {
    let (one, again, other) = (small(), small(), nation("0.0005", 18));
    assert_eq!(one.people(), other.people());
    let sample = || (0..one.people()).step_by(101);
    assert!(sample().all(|number| one.person(number) == again.person(number)));
    let alike = sample()
        .filter(|number| one.person(*number).map(|p| p.name) == other.person(*number).map(|p| p.name));
    assert!(alike.count() < 5);
    assert_ne!(one.session(0).unwrap().id, other.session(0).unwrap().id);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_household_comes_once(parts in 1..20_000_u32, seed in any::<u64>()) {
        let nation = nation(&format!("0.{parts:07}"), seed);
        let households = nation.households();
        let come: BTreeSet<u32> = (0..households).filter_map(|turn| nation.arrival(turn)).collect();
        prop_assert_eq!(come.len() as u32, households);
        prop_assert_eq!(come.last().copied(), households.checked_sub(1));
        prop_assert_eq!(nation.arrival(households), None);
    }

    #[test]
    fn any_number_of_any_nation_is_answered(parts in 1..=9_999_999_u32, seed in any::<u64>(), part in 0.0..1.0_f64) {
        let nation = nation(&format!("0.{parts:07}"), seed);
        let at = |of: u32| (f64::from(of) * part) as u32;
        let person = nation.person(at(nation.people())).unwrap();
        let household = nation.household(person.household).unwrap();
        prop_assert!(household.members.contains(&person.number));
        let session = nation.session(person.session).unwrap();
        prop_assert!(session.first_households.contains(&person.household) || session.second_households.contains(&person.household));
        prop_assert!((1..=252).contains(&session.doses()));
        let booking = nation.booking(person.household).unwrap();
        prop_assert!(booking.party.members().contains(&person.id));
        prop_assert_eq!(booking.seat.session, session.id);
        prop_assert_eq!(session.slots[household.slot as usize].slot, booking.seat.slot);
        prop_assert!(nation.session(at(nation.sessions())).is_some());
    }
}
