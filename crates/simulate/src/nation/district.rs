//! One district of the nation: its doses, and where its people, households and sessions are in the nation's numbering.

use std::ops::Range;

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::place::{self, DistrictId, StateId};

use super::block::{self, Block};
use super::schedule::{Round, Schedule};
use crate::chance::Seed;
use crate::counts::DistrictCount;

/// A district as the counts know it: nearly always one of CoWIN's, for Delhi the state.
#[derive(Debug)]
pub struct District {
    count: &'static DistrictCount,
    first: Block,
    second: Block,
    pub(super) schedule: Schedule,
    pub(super) starts: Starts,
    /// Its places in the nation's list of pincodes.
    pub(super) pincodes: Range<u32>,
}

/// How many of each there are, or are in the districts before.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Starts {
    pub(super) people: u32,
    pub(super) households: u32,
    pub(super) sessions: u32,
}

/// A household and where it goes, in the numbers of its district.
pub(super) struct Visit {
    pub(super) round: Round,
    pub(super) members: Range<u32>,
    pub(super) session: u32,
    pub(super) slot: u32,
}

impl District {
    pub(super) fn new(
        seed: Seed,
        number: u32,
        count: &'static DistrictCount,
        (first, second): (u32, u32),
        starts: Starts,
    ) -> Self {
        let first = Block::new(seed, number * 2, first);
        let second = Block::new(seed, number * 2 + 1, second);
        Self {
            count,
            schedule: Schedule::new(first.cycles(), second.cycles()),
            first,
            second,
            starts,
            pincodes: 0..0,
        }
    }

    /// As the source of the counts calls it.
    pub fn name(&self) -> &'static str {
        self.count.name
    }

    /// The districts of CoWIN that it is, in order. A dose in any of them is one of this district.
    pub fn ids(&self) -> &'static [DistrictId] {
        &self.count.ids
    }

    pub fn state(&self) -> Option<StateId> {
        self.ids()
            .first()
            .and_then(|id| place::district(*id))
            .map(|district| district.state)
    }

    /// The doses of the simulated day; none of a third or precaution dose.
    pub fn doses(&self, dose: DoseNumber) -> u32 {
        match dose {
            DoseNumber::First => self.first.people(),
            DoseNumber::Second => self.second.people(),
            DoseNumber::Third | DoseNumber::Precaution => 0,
        }
    }

    /// What begins behind it.
    pub(super) fn ends(&self) -> Starts {
        Starts {
            people: self.starts.people + self.first.people() + self.second.people(),
            households: self.starts.households + self.first.households() + self.second.households(),
            sessions: self.starts.sessions + self.schedule.sessions(),
        }
    }

    /// The household of a person, both in the numbers of this district.
    pub(super) fn household_of(&self, person: u32) -> u32 {
        match person.checked_sub(self.first.people()) {
            None => self.first.household_of(person),
            Some(person) => self.first.households() + self.second.household_of(person),
        }
    }

    pub(super) fn visit(&self, household: u32) -> Visit {
        let (round, household) = match household.checked_sub(self.first.households()) {
            None => (Round::First, household),
            Some(household) => (Round::Second, household),
        };
        let position = self.schedule.position(round, block::cycle_of(household));
        Visit {
            round,
            members: self.people_from(round, self.block(round).members(household)),
            session: self.schedule.session_at(position),
            slot: self.schedule.slot_at(position),
        }
    }

    /// The people of a round at the positions of the schedule.
    pub(super) fn people_at(&self, round: Round, positions: Range<u32>) -> Range<u32> {
        let cycles = self.schedule.cycles(round, positions);
        self.people_from(round, self.block(round).people_of(cycles))
    }

    /// The households of a round at the positions of the schedule.
    pub(super) fn households_at(&self, round: Round, positions: Range<u32>) -> Range<u32> {
        let cycles = self.schedule.cycles(round, positions);
        let before = match round {
            Round::First => 0,
            Round::Second => self.first.households(),
        };
        shifted(self.block(round).households_of(cycles), before)
    }

    fn people_from(&self, round: Round, people: Range<u32>) -> Range<u32> {
        match round {
            Round::First => people,
            Round::Second => shifted(people, self.first.people()),
        }
    }

    fn block(&self, round: Round) -> &Block {
        match round {
            Round::First => &self.first,
            Round::Second => &self.second,
        }
    }
}

pub(super) fn shifted(range: Range<u32>, by: u32) -> Range<u32> {
    range.start + by..range.end + by
}
