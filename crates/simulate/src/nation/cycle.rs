//! A cycle: twenty-one people in six households, one of each size from one to six, in an order that chance has chosen.
//!
//! Because every cycle has as many people and households as any other, whose household a person is of can be computed and
//! need not be kept. That sizes are equally frequent is an assumption, not a statistic.

use std::ops::Range;

use crate::chance::Draw;

/// The people of a whole cycle.
pub(super) const PEOPLE: u32 = 21;
/// The households of a whole cycle, which are as many as a household may have members.
pub(super) const HOUSEHOLDS: u32 = 6;

/// The last cycle of a district may have fewer people: then its last household is smaller, and those behind it are not there.
pub(super) struct Cycle {
    /// After which person of the cycle each household ends.
    ends: [u32; HOUSEHOLDS as usize],
}

impl Cycle {
    pub(super) fn new(draw: Draw, people: u32) -> Self {
        let mut sizes = [1, 2, 3, 4, 5, 6];
        shuffle(&mut sizes, draw);
        let mut end = 0;
        let ends = sizes.map(|size| {
            end += size;
            people.min(end)
        });
        Self { ends }
    }

    /// How many households have members.
    pub(super) fn households(&self) -> u32 {
        let people = self.ends.iter().max().copied().unwrap_or_default();
        if people == 0 {
            0
        } else {
            self.household_of(people - 1) + 1
        }
    }

    pub(super) fn household_of(&self, person: u32) -> u32 {
        let before = self.ends.iter().filter(|end| **end <= person).count();
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// Empty for a household that is not there.
    pub(super) fn members(&self, household: u32) -> Range<u32> {
        let end = |at: Option<u32>| {
            at.and_then(|at| self.ends.get(usize::try_from(at).ok()?))
                .copied()
        };
        let start = end(household.checked_sub(1)).unwrap_or_default();
        start..end(Some(household)).unwrap_or(start)
    }
}

/// Fisher and Yates.
fn shuffle(sizes: &mut [u32; HOUSEHOLDS as usize], mut draw: Draw) {
    for (at, left) in (0..).zip((1..=u64::from(HOUSEHOLDS)).rev()) {
        sizes.swap(at, at + usize::try_from(draw.below(left)).unwrap_or_default());
        draw = draw.next();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chance::{Seed, Topic};

    fn cycle(seed: u64, people: u32) -> Cycle {
        Cycle::new(Seed::new(seed).draw(Topic::HouseholdSizes, 0), people)
    }

    #[test]
    fn a_whole_cycle_has_one_household_of_each_size() {
        let whole = cycle(4, PEOPLE);
        let mut sizes: Vec<u32> = (0..HOUSEHOLDS).map(|at| whole.members(at).len() as u32).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 2, 3, 4, 5, 6]);
        let orders: std::collections::BTreeSet<_> = (0..200).map(|seed| cycle(seed, PEOPLE).ends).collect();
        assert!(orders.len() > 100, "{}", orders.len());
    }

    proptest! {
        #[test]
        fn everybody_is_in_one_household(seed in any::<u64>(), people in 0..=PEOPLE) {
            let cycle = cycle(seed, people);
            let members: Vec<u32> = (0..cycle.households()).flat_map(|at| cycle.members(at)).collect();
            prop_assert_eq!(members, (0..people).collect::<Vec<_>>());
            for person in 0..people {
                prop_assert!(cycle.members(cycle.household_of(person)).contains(&person));
            }
            for at in 0..HOUSEHOLDS {
                prop_assert_eq!(cycle.members(at).is_empty(), at >= cycle.households());
            }
        }
    }
}
