//! Seats are never oversold, parties are never split, and nobody holds two seats for one dose.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use pramaan_domain::booking::{Board, Outcome, ParseParty, Party, Request, Seat, SeatKey, decide};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{PersonId, SessionId};
use pramaan_domain::session::{Quota, SessionStatus};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use proptest::prelude::*;

const SLOTS: [&str; 2] = ["09:00AM-11:00AM", "11:00AM-01:00PM"];

fn date() -> CivilDate {
    CivilDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn clock(hour: u32, minute: u32) -> Timestamp {
    Timestamp::from_local(date(), chrono::NaiveTime::from_hms_opt(hour, minute, 0).unwrap())
}

fn person(n: u8) -> PersonId {
    PersonId::from_random([n; 16])
}

fn party(members: &[u8]) -> Party {
    Party::new(members.iter().map(|n| person(*n)).collect()).unwrap()
}

fn session(n: u8) -> SessionId {
    SessionId::from_random([n; 16])
}

fn seat(session_number: u8, slot: usize) -> SeatKey {
    SeatKey {
        session: session(session_number),
        slot: Slot::parse(SLOTS[slot]).unwrap(),
        dose: DoseNumber::First,
        quota: Quota::Online,
    }
}

/// Session 1 with two slots; session 2 is a draft, session 3 cancelled.
fn board(capacity: u32) -> Board {
    let statuses = [
        (1, SessionStatus::Published),
        (2, SessionStatus::Draft),
        (3, SessionStatus::Cancelled),
    ];
    Board {
        sessions: statuses.map(|(n, status)| (session(n), (status, date()))).into(),
        seats: [seat(1, 0), seat(1, 1), seat(2, 0), seat(3, 0)]
            .map(|key| (key, Seat::new(capacity, 0).unwrap()))
            .into(),
        claims: [].into(),
    }
}

fn book(members: &[u8], seat: SeatKey) -> Request {
    Request::Book {
        party: party(members),
        seat,
    }
}

fn taken(board: &Board, key: SeatKey) -> u32 {
    board.seats[&key].taken()
}

#[test]
fn first_come_first_served_and_all_or_nothing() {
    let mut board = board(4);
    let requests = [
        book(&[1, 2, 3], seat(1, 0)),
        book(&[4, 5], seat(1, 0)),
        book(&[6], seat(1, 0)),
    ];
    let outcomes = decide(&requests, &mut board, clock(8, 0));
    assert_eq!(outcomes, [Outcome::Booked, Outcome::Full, Outcome::Booked]);
    assert_eq!(taken(&board, seat(1, 0)), 4);
    assert_eq!(board.claims.len(), 4);
}

#[test]
fn one_live_appointment_per_person_and_dose() {
    let mut board = board(10);
    let mut second_dose = seat(1, 1);
    second_dose.dose = DoseNumber::Second;
    board.seats.insert(second_dose, Seat::new(10, 0).unwrap());
    let requests = [
        book(&[1, 2], seat(1, 0)),
        book(&[1, 2], seat(1, 0)),
        book(&[3, 2], seat(1, 1)),
        book(&[2], second_dose),
    ];
    let again = Outcome::AlreadyBooked(person(1));
    let member = Outcome::AlreadyBooked(person(2));
    assert_eq!(
        decide(&requests, &mut board, clock(8, 0)),
        [Outcome::Booked, again, member, Outcome::Booked]
    );
    assert_eq!(taken(&board, seat(1, 1)), 0);
}

#[test]
fn what_cannot_be_booked_says_why() {
    let mut board = board(10);
    let mut walk_in = seat(1, 0);
    walk_in.quota = Quota::WalkIn;
    let requests = [
        book(&[1], seat(9, 0)),
        book(&[1], seat(2, 0)),
        book(&[1], seat(3, 0)),
        book(&[1], walk_in),
        book(&[1], seat(1, 0)),
    ];
    let expected = [
        Outcome::UnknownSession,
        Outcome::SessionNotOpen,
        Outcome::SessionNotOpen,
        Outcome::UnknownSlot,
        Outcome::SlotEnded,
    ];
    assert_eq!(decide(&requests, &mut board, clock(11, 0)), expected);
    assert_eq!(
        decide(&[book(&[1], seat(1, 0))], &mut board, clock(10, 59)),
        [Outcome::Booked]
    );
}

#[test]
fn moves_and_cancellations_free_their_seats() {
    let mut board = board(2);
    let at = clock(8, 0);
    assert_eq!(
        decide(
            &[book(&[1, 2], seat(1, 0)), book(&[3], seat(1, 1))],
            &mut board,
            at
        ),
        [Outcome::Booked; 2]
    );
    let relocate = |members: &[u8], from, to| Request::Move {
        party: party(members),
        from,
        to,
    };
    let requests = [
        relocate(&[1, 2], seat(1, 0), seat(1, 0)),
        relocate(&[1, 2], seat(1, 0), seat(1, 1)),
        relocate(&[3], seat(1, 1), seat(1, 0)),
        relocate(&[9], seat(1, 1), seat(1, 0)),
        Request::Cancel {
            party: party(&[2]),
            seat: seat(1, 0),
        },
        Request::Cancel {
            party: party(&[2]),
            seat: seat(1, 0),
        },
        relocate(&[3], seat(1, 1), seat(1, 0)),
    ];
    let expected = [
        Outcome::Unchanged,
        Outcome::Full,
        Outcome::Full,
        Outcome::NotBooked(person(9)),
        Outcome::Cancelled,
        Outcome::NotBooked(person(2)),
        Outcome::Moved,
    ];
    assert_eq!(decide(&requests, &mut board, at), expected);
    assert_eq!((taken(&board, seat(1, 0)), taken(&board, seat(1, 1))), (2, 0));
    let mut other = seat(1, 1);
    other.dose = DoseNumber::Second;
    assert_eq!(
        decide(&[relocate(&[3], seat(1, 0), other)], &mut board, at),
        [Outcome::OtherDose]
    );
}

#[test]
fn a_party_is_one_to_six_different_people() {
    let of =
        |members: &[u8]| Party::new(members.iter().map(|n| person(*n)).collect()).map(|p| p.members().len());
    assert_eq!(of(&[]), Err(ParseParty::Empty));
    assert_eq!(of(&[1, 2, 3, 4, 5, 6]), Ok(6));
    assert_eq!(of(&[1, 2, 3, 4, 5, 6, 7]), Err(ParseParty::TooMany));
    assert_eq!(of(&[1, 2, 1]), Err(ParseParty::Twice));
    assert!(Seat::new(3, 4).is_err());
}

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let members = proptest::collection::btree_set(0u8..40, 1..=6);
    let one = (members, 0u8..5, 0usize..2, 0usize..2).prop_map(|(members, kind, a, b)| {
        let party = party(&members.into_iter().collect::<Vec<_>>());
        match kind {
            0 => Request::Cancel {
                party,
                seat: seat(1, a),
            },
            1 => Request::Move {
                party,
                from: seat(1, a),
                to: seat(1, b),
            },
            _ => Request::Book {
                party,
                seat: seat(1, a),
            },
        }
    });
    proptest::collection::vec(one, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

    /// The caller only moves and cancels appointments that exist, so requests that name none are left out; what is left
    /// is replayed by a model that remembers where each person sits.
    #[test]
    fn never_oversold_never_split_never_twice(stream in requests(), capacity in 0u32..12) {
        let mut board = board(capacity);
        let mut sits: BTreeMap<PersonId, SeatKey> = BTreeMap::new();
        for request in stream {
            let (party, from) = match &request {
                Request::Book { party, .. } => (party.clone(), None),
                Request::Move { party, from, .. } => (party.clone(), Some(*from)),
                Request::Cancel { party, seat } => (party.clone(), Some(*seat)),
            };
            if from.is_some_and(|from| party.members().iter().any(|p| sits.get(p) != Some(&from))) {
                continue;
            }
            let outcome = decide(std::slice::from_ref(&request), &mut board, clock(8, 0))[0];
            for member in party.members() {
                match (&request, outcome) {
                    (Request::Book { seat, .. }, Outcome::Booked) => {
                        prop_assert_eq!(sits.insert(*member, *seat), None);
                    }
                    (Request::Move { to, .. }, Outcome::Moved) => {
                        sits.insert(*member, *to);
                    }
                    (Request::Cancel { .. }, Outcome::Cancelled) => {
                        sits.remove(member);
                    }
                    _ => {}
                }
            }
            for (key, seat) in &board.seats {
                let seated = sits.values().filter(|at| *at == key).count();
                prop_assert!(seat.taken() <= capacity);
                prop_assert_eq!(seat.taken() as usize, seated);
            }
            prop_assert_eq!(board.claims.len(), sits.len());
        }
    }

    /// A batch decides as its requests would one by one.
    #[test]
    fn a_batch_is_its_requests_in_order(stream in requests(), capacity in 0u32..12) {
        let (mut whole, mut single) = (board(capacity), board(capacity));
        let together = decide(&stream, &mut whole, clock(8, 0));
        let apart: Vec<Outcome> = stream
            .iter()
            .flat_map(|request| decide(std::slice::from_ref(request), &mut single, clock(8, 0)))
            .collect();
        prop_assert_eq!(together, apart);
        prop_assert_eq!(whole.seats, single.seats);
    }
}
