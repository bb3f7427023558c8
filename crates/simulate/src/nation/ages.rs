//! Years of birth: the groups of ages as the day's doses had them, and within a group as people are.

use std::sync::LazyLock;

use chrono::Datelike;
use pramaan_domain::birth::{ADULT, BirthYear};

use crate::chance::Draw;
use crate::counts::{Ages, DAY, Shares, shares};

/// Whoever completes this age during the year is an adult on every day of it: a year of birth leaves no doubt.
const YOUNGEST: i32 = ADULT + 1;

pub(super) fn birth_year(draw: Draw) -> Option<BirthYear> {
    let ages = draw.weighted(AGES.iter().map(|(ages, weight)| (ages, *weight)))?;
    let span = u64::try_from(ages.end() - ages.start() + 1).ok()?;
    let age = ages.start() + i32::try_from(draw.next().below(span)).ok()?;
    BirthYear::new(DAY.year() - age, DAY).ok()
}

/// Ages of which each is as likely as another, with the doses of the day that they got.
static AGES: LazyLock<Vec<(Ages, u64)>> = LazyLock::new(|| cells(shares()));

fn cells(shares: &Shares) -> Vec<(Ages, u64)> {
    let mut cells = Vec::new();
    for (group, doses) in &shares.doses_by_age {
        let parts: Vec<(Ages, u64)> = shares
            .people_by_age
            .iter()
            .filter_map(|(ages, people)| part(group, ages, *people))
            .collect();
        let people: u64 = parts.iter().map(|(_, people)| people).sum();
        let doses = |part: u64| (doses * part).checked_div(people).unwrap_or_default();
        cells.extend(parts.into_iter().map(|(ages, part)| (ages, doses(part))));
    }
    cells
}

/// The ages of a group within five years of ages, and how many people they are: `None` when none is in both.
fn part(group: &Ages, ages: &Ages, people: u64) -> Option<(Ages, u64)> {
    let least = (*group.start()).max(*ages.start()).max(YOUNGEST);
    let most = (*group.end()).min(*ages.end());
    let years = |least: i32, most: i32| u64::try_from(most - least + 1).ok().filter(|years| *years > 0);
    let of = years(*ages.start(), *ages.end())?;
    Some((least..=most, people * years(least, most)? / of))
}

#[cfg(test)]
mod tests {
    use pramaan_domain::birth::Birth;
    use pramaan_domain::tally::Cell;

    use super::*;
    use crate::chance::{Seed, Topic};

    #[test]
    fn ages_are_those_of_the_day_and_all_are_adults() {
        const PEOPLE: u64 = 40_000;
        let born: Vec<BirthYear> = (0..PEOPLE)
            .filter_map(|n| birth_year(Seed::new(5).draw(Topic::Age, n)))
            .collect();
        assert_eq!(born.len() as u64, PEOPLE);
        assert!(born.iter().all(|year| Birth::Year(*year).is_surely_adult(DAY)));
        let share = |cell| {
            let of_it = born
                .iter()
                .filter(|year| Cell::of_age(**year, DAY) == cell)
                .count();
            of_it as f64 / PEOPLE as f64
        };
        for (cell, expected) in [
            (Cell::From18, 0.690),
            (Cell::From45, 0.205),
            (Cell::From60, 0.105),
        ] {
            assert!((share(cell) - expected).abs() < 0.01, "{cell:?}: {}", share(cell));
        }
        let oldest = born.iter().map(|year| year.get()).min();
        let youngest = born.iter().map(|year| year.get()).max();
        assert_eq!((oldest, youngest), (Some(1932), Some(2002)));
    }

    #[test]
    fn a_group_is_cut_where_it_begins_and_ends() {
        assert_eq!(part(&(18..=44), &(15..=19), 500), Some((19..=19, 100)));
        assert_eq!(part(&(18..=44), &(40..=44), 500), Some((40..=44, 500)));
        assert_eq!(part(&(18..=44), &(45..=49), 500), None);
    }
}
