//! The people of one district who get the same dose, cut into cycles.

use std::ops::Range;

use super::cycle::{self, Cycle};
use crate::chance::{Seed, Topic};

/// Numbers of people, households and cycles in it count from 0.
#[derive(Debug)]
pub(super) struct Block {
    seed: Seed,
    /// What tells its cycles from those of other blocks.
    number: u32,
    people: u32,
    households: u32,
}

impl Block {
    pub(super) fn new(seed: Seed, number: u32, people: u32) -> Self {
        let mut block = Self {
            seed,
            number,
            people,
            households: 0,
        };
        if let Some(last) = block.cycles().checked_sub(1) {
            block.households = last * cycle::HOUSEHOLDS + block.cycle(last).households();
        }
        block
    }

    pub(super) fn people(&self) -> u32 {
        self.people
    }

    pub(super) fn households(&self) -> u32 {
        self.households
    }

    pub(super) fn cycles(&self) -> u32 {
        self.people.div_ceil(cycle::PEOPLE)
    }

    pub(super) fn people_of(&self, cycles: Range<u32>) -> Range<u32> {
        let person = |cycle: u32| self.people.min(cycle * cycle::PEOPLE);
        person(cycles.start)..person(cycles.end)
    }

    pub(super) fn households_of(&self, cycles: Range<u32>) -> Range<u32> {
        let household = |cycle: u32| self.households.min(cycle * cycle::HOUSEHOLDS);
        household(cycles.start)..household(cycles.end)
    }

    pub(super) fn household_of(&self, person: u32) -> u32 {
        let (number, within) = (person / cycle::PEOPLE, person % cycle::PEOPLE);
        number * cycle::HOUSEHOLDS + self.cycle(number).household_of(within)
    }

    pub(super) fn members(&self, household: u32) -> Range<u32> {
        let number = cycle_of(household);
        let within = self.cycle(number).members(household % cycle::HOUSEHOLDS);
        let before = number * cycle::PEOPLE;
        before + within.start..before + within.end
    }

    fn cycle(&self, number: u32) -> Cycle {
        let index = u64::from(self.number) << 32 | u64::from(number);
        let people = self.people_of(number..number + 1);
        Cycle::new(
            self.seed.draw(Topic::HouseholdSizes, index),
            people.end - people.start,
        )
    }
}

/// The cycle that a household is of.
pub(super) fn cycle_of(household: u32) -> u32 {
    household / cycle::HOUSEHOLDS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn everybody_is_in_one_household(seed in any::<u64>(), people in 0..200_u32) {
            let block = Block::new(Seed::new(seed), 7, people);
            let members: Vec<u32> = (0..block.households()).flat_map(|at| block.members(at)).collect();
            prop_assert_eq!(members, (0..people).collect::<Vec<_>>());
            for person in 0..people {
                let household = block.household_of(person);
                prop_assert!(block.members(household).contains(&person));
                let cycle = cycle_of(household)..cycle_of(household) + 1;
                prop_assert!(block.people_of(cycle.clone()).contains(&person));
                prop_assert!(block.households_of(cycle).contains(&household));
            }
            prop_assert!((0..block.households()).all(|at| (1..=6).contains(&block.members(at).len())));
        }
    }
}
