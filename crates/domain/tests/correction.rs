#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Any sequence of corrections, voids and moves leaves exactly the doses that stand, and every prefix of a history reads
//! back.

use std::collections::BTreeMap;

use pramaan_domain::correction::{Event, EventKind, standing};
use proptest::prelude::*;

/// What somebody does, each to one of the doses that stand (by its place among them), if there is one.
#[derive(Debug, Clone, Copy)]
enum Act {
    Give {
        person: usize,
    },
    Correct {
        at: usize,
    },
    Void {
        at: usize,
    },
    Move {
        at: usize,
        to: usize,
    },
    /// A void written beside another of the same event, its seal as genuine as the first's.
    VoidAgain {
        at: usize,
    },
}

const PEOPLE: usize = 3;

fn act() -> impl Strategy<Value = Act> {
    let (place, person) = (0..64_usize, 0..PEOPLE);
    prop_oneof![
        3 => person.clone().prop_map(|person| Act::Give { person }),
        3 => place.clone().prop_map(|at| Act::Correct { at }),
        2 => place.clone().prop_map(|at| Act::Void { at }),
        2 => (place.clone(), person).prop_map(|(at, to)| Act::Move { at, to }),
        1 => place.prop_map(|at| Act::VoidAgain { at }),
    ]
}

/// The ledger, and beside it the truth as a person with pencil and rubber would keep it.
#[derive(Default)]
struct Histories {
    events: [Vec<Event<u32>>; PEOPLE],
    truth: BTreeMap<u32, usize>,
    voided: Vec<(u32, usize)>,
    next: u32,
}

impl Histories {
    fn append(&mut self, person: usize, kind: EventKind, supersedes: Option<u32>) -> u32 {
        self.next += 1;
        let id = self.next;
        self.events[person].push(Event { id, kind, supersedes });
        id
    }

    fn chosen(&self, at: usize) -> Option<(u32, usize)> {
        let place = at.checked_rem(self.truth.len())?;
        self.truth.iter().nth(place).map(|(id, person)| (*id, *person))
    }

    fn give(&mut self, person: usize) {
        let id = self.append(person, EventKind::Given, None);
        self.truth.insert(id, person);
    }

    fn void(&mut self, (id, person): (u32, usize)) {
        self.append(person, EventKind::Voided, Some(id));
        self.truth.remove(&id);
        self.voided.push((id, person));
    }

    fn play(&mut self, act: Act) {
        match act {
            Act::Give { person } => self.give(person),
            Act::Correct { at } => {
                if let Some((id, person)) = self.chosen(at) {
                    let new = self.append(person, EventKind::Corrected, Some(id));
                    self.truth.remove(&id);
                    self.truth.insert(new, person);
                }
            }
            Act::Void { at } => {
                if let Some(chosen) = self.chosen(at) {
                    self.void(chosen);
                }
            }
            Act::Move { at, to } => {
                if let Some(chosen) = self.chosen(at) {
                    self.void(chosen);
                    self.give(to);
                }
            }
            Act::VoidAgain { at } => {
                if let Some(place) = at.checked_rem(self.voided.len()) {
                    let (id, person) = self.voided[place];
                    self.append(person, EventKind::Voided, Some(id));
                }
            }
        }
    }

    fn live(&self, person: usize) -> Vec<u32> {
        let theirs = self.truth.iter().filter(|(_, of)| **of == person);
        theirs.map(|(id, _)| *id).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

    #[test]
    fn any_sequence_of_correction_void_and_move_leaves_exactly_what_stands(
        acts in proptest::collection::vec(act(), 0..40),
    ) {
        let mut histories = Histories::default();
        for act in acts {
            histories.play(act);
            // After each act: every prefix of the whole.
            for person in 0..PEOPLE {
                let mut stands = standing(&histories.events[person]);
                stands.sort_unstable();
                prop_assert_eq!(stands, histories.live(person), "after {:?}", act);
            }
        }
    }
}

#[test]
fn a_void_of_what_was_corrected_before_does_not_end_the_correction() {
    let event = |id, kind, supersedes| Event { id, kind, supersedes };
    let chain = [
        event(1, EventKind::Given, None),
        event(2, EventKind::Corrected, Some(1)),
        event(3, EventKind::Voided, Some(1)),
    ];
    assert_eq!(standing(&chain), [2]);
    let names_nobody = [
        event(1, EventKind::Given, None),
        event(2, EventKind::Voided, Some(9)),
    ];
    assert_eq!(standing(&names_nobody), [1]);
}
