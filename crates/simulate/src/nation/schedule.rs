//! Which cycles of a district go to which session and slot: those of the two doses evenly mixed, about twelve a session.
//!
//! A position counts the cycles of both doses in the order in which they are mixed. All is arithmetic both ways.

use std::ops::Range;

/// First or second dose: the day gave no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    First,
    Second,
}

/// Cycles of a session at most: 252 people, about the 250 doses of a centre's day.
const CYCLES: u32 = 12;
/// Slots of a session at most: six of two hours.
pub(super) const SLOTS: u32 = 6;

#[derive(Debug)]
pub(super) struct Schedule {
    first: u32,
    second: u32,
}

impl Schedule {
    /// Of so many cycles of each dose.
    pub(super) fn new(first: u32, second: u32) -> Self {
        Self { first, second }
    }

    pub(super) fn sessions(&self) -> u32 {
        self.all().div_ceil(CYCLES)
    }

    /// The positions of a session; sessions differ by one cycle at most.
    pub(super) fn session(&self, session: u32) -> Range<u32> {
        let from = |session| floor(session, self.all(), self.sessions());
        from(session)..from(session + 1)
    }

    pub(super) fn session_at(&self, position: u32) -> u32 {
        at(position, self.sessions(), self.all())
    }

    /// How many slots a session has: none is empty.
    pub(super) fn slots(&self, session: u32) -> u32 {
        let positions = self.session(session);
        SLOTS.min(positions.end - positions.start)
    }

    /// The positions of a slot.
    pub(super) fn slot(&self, session: u32, slot: u32) -> Range<u32> {
        let positions = self.session(session);
        let (slots, length) = (self.slots(session), positions.end - positions.start);
        let from = |slot| positions.start + floor(slot, length, slots);
        from(slot)..from(slot + 1)
    }

    /// The slot of its session that a position is in.
    pub(super) fn slot_at(&self, position: u32) -> u32 {
        let session = self.session_at(position);
        let positions = self.session(session);
        let length = positions.end - positions.start;
        at(position - positions.start, self.slots(session), length)
    }

    /// Which cycles of a round are at the positions.
    pub(super) fn cycles(&self, round: Round, positions: Range<u32>) -> Range<u32> {
        let before = |position| match round {
            Round::First => self.firsts_before(position),
            Round::Second => position - self.firsts_before(position),
        };
        before(positions.start)..before(positions.end)
    }

    /// Where a cycle of a round is.
    pub(super) fn position(&self, round: Round, cycle: u32) -> u32 {
        match round {
            // The least position behind which there are more than `cycle` firsts, and seconds.
            Round::First => at(cycle, self.all(), self.first),
            Round::Second => floor(cycle, self.all(), self.second),
        }
    }

    fn firsts_before(&self, position: u32) -> u32 {
        floor(position, self.first, self.all())
    }

    fn all(&self) -> u32 {
        self.first + self.second
    }
}

/// `number` · `times` ÷ `by`, rounded down; 0 when `by` is 0.
fn floor(number: u32, times: u32, by: u32) -> u32 {
    let product = u64::from(number) * u64::from(times);
    let floor = product.checked_div(u64::from(by)).unwrap_or_default();
    u32::try_from(floor).unwrap_or(u32::MAX)
}

/// The last of the parts that begin, by [`floor`], at `number` or before it: (`number` + 1) · `parts` ÷ `of`, rounded up, less 1.
fn at(number: u32, parts: u32, of: u32) -> u32 {
    let product = (u64::from(number) + 1) * u64::from(parts);
    let ceiling = product.div_ceil(u64::from(of.max(1)));
    u32::try_from(ceiling.saturating_sub(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_cycle_has_one_place_and_every_place_one_cycle(first in 0..90_u32, second in 0..90_u32) {
            let schedule = Schedule::new(first, second);
            let mut taken = vec![0; (first + second) as usize];
            for (round, cycles) in [(Round::First, first), (Round::Second, second)] {
                for cycle in 0..cycles {
                    let position = schedule.position(round, cycle);
                    prop_assert_eq!(schedule.cycles(round, position..position + 1), cycle..cycle + 1);
                    taken[position as usize] += 1;
                }
            }
            prop_assert!(taken.iter().all(|times| *times == 1), "{taken:?}");
        }

        #[test]
        fn sessions_and_slots_cover_every_position_once(first in 0..90_u32, second in 0..90_u32) {
            let schedule = Schedule::new(first, second);
            let mut position = 0;
            for session in 0..schedule.sessions() {
                prop_assert!((1..=CYCLES).contains(&(schedule.session(session).len() as u32)));
                for slot in 0..schedule.slots(session) {
                    let positions = schedule.slot(session, slot);
                    prop_assert!(!positions.is_empty());
                    for at in positions {
                        prop_assert_eq!(at, position);
                        prop_assert_eq!((schedule.session_at(at), schedule.slot_at(at)), (session, slot));
                        position += 1;
                    }
                }
            }
            prop_assert_eq!(position, first + second);
        }

        #[test]
        fn sessions_are_of_one_size_and_mixed_alike(first in 24..900_u32, second in 24..900_u32) {
            let schedule = Schedule::new(first, second);
            let sizes: Vec<usize> = (0..schedule.sessions()).map(|at| schedule.session(at).len()).collect();
            let spread = sizes.iter().max().unwrap() - sizes.iter().min().unwrap();
            prop_assert!(spread <= 1 && sizes.iter().all(|size| *size >= 9), "{sizes:?}");
            for session in 0..schedule.sessions() {
                let positions = schedule.session(session);
                let exact = positions.len() as f64 * f64::from(first) / f64::from(first + second);
                let firsts = schedule.cycles(Round::First, positions).len() as f64;
                prop_assert!((firsts - exact).abs() < 1.0, "{firsts} instead of {exact}");
            }
        }
    }
}
