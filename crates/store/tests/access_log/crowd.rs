//! The observer of the public log, in a small district as it is: six centres with crowds and quiet hours, a visit a day with two
//! entries, and who likes looks at their list at home in the evening. The observer knows where and when a person was, on
//! fifty days, and looks for the person's entries: of the visits, by centre and hour; of the evenings at home, by likeness
//! to entries of visits of which they are sure.
//!
//! What hour and centre tell by themselves is the crowd: of k people in an hour, one in k. That is in the public leaf on
//! purpose, so that the press can ask why a centre reads at night. This test holds that there is nothing beyond.

use std::collections::BTreeMap;

use pramaan_domain::access::{ActorClass, Field, Purpose};
use pramaan_store::AccessEntry;
use pramaan_store::Engine;
use pramaan_store::testing::{MIGRATED, TestDb};
use pramaan_tlog::leaf::Access;

use super::observer::{IDEAS, Visit, append, guessed, public};
use super::support::{Fixture, NOW, entry, fixture};

const PEOPLE: usize = 40;
const DAYS: usize = 50;
const CENTRES: u64 = 6;
const HOURS: i64 = 4;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Hits above chance that are allowed, in standard deviations.
const BOUND: f64 = 3.3;

/// A person's day at a centre, in the public log.
#[derive(Debug, Clone, Copy)]
struct Day {
    person: usize,
    /// Entries of the visit: the record opened, the certificate made.
    visit: [usize; 2],
    /// A look at home in the evening.
    home: Option<usize>,
}

/// Pseudo-random numbers below `n`, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % n
    }
}

fn at_centre(person: AccessEntry, centre: u64, purpose: Purpose) -> AccessEntry {
    let mut entry = person;
    entry.actor.organisation = centre;
    entry.purpose = purpose;
    entry
}

fn at_home(person: AccessEntry) -> AccessEntry {
    let mut entry = at_centre(person, 0, Purpose::OwnRecord);
    entry.actor.class = ActorClass::Citizen;
    entry.actor.staff = String::new();
    entry
}

/// Writes the days; each hour's visits in a new order, everybody at a centre and an hour of their own choice.
async fn days(fixture: &Fixture) -> Vec<Day> {
    let mut dice = Dice(7);
    let mut days = Vec::new();
    for day in 0..DAYS {
        let mut order: Vec<(i64, u64, usize)> = (0..PEOPLE)
            .map(|person| (dice.below(HOURS as u64) as i64, dice.below(1 << 20), person))
            .collect();
        order.sort_unstable();
        let begin = NOW.plus_seconds(day as i64 * DAY);
        let mut today = Vec::new();
        for (hour, _, person) in order {
            // Half of all go to the first centre: a crowd there, quiet hours elsewhere.
            let centre = 4_711 + dice.below(2 * CENTRES).saturating_sub(CENTRES);
            let someone = || entry(fixture.people[person], &[Field::Name]);
            let at = begin.plus_seconds(hour * HOUR);
            let opened = append(fixture, at_centre(someone(), centre, Purpose::Vaccination), at).await;
            let made = append(fixture, at_centre(someone(), centre, Purpose::Certificate), at).await;
            today.push(Day {
                person,
                visit: [opened, made],
                home: None,
            });
        }
        for visit in &mut today {
            if dice.below(4) == 0 {
                let evening = begin.plus_seconds((HOURS + dice.below(2) as i64) * HOUR);
                let look = at_home(entry(fixture.people[visit.person], &[Field::Name]));
                visit.home = Some(append(fixture, look, evening).await);
            }
        }
        days.extend(today);
    }
    days
}

/// The entries that an entry may be, by all that is public of it.
fn among(leaves: &[Access], index: usize, same: impl Fn(&Access, &Access) -> bool) -> Visit {
    let candidates: Vec<Access> = leaves
        .iter()
        .filter(|leaf| same(leaf, &leaves[index]))
        .cloned()
        .collect();
    let right = candidates.iter().position(|leaf| *leaf == leaves[index]).unwrap();
    Visit { candidates, right }
}

fn at_the_same_place(one: &Access, other: &Access) -> bool {
    let (one, other) = (&one.circumstances, &other.circumstances);
    (one.hour, one.actor, one.purpose) == (other.hour, other.actor, other.purpose)
}

fn on_the_same_evening(one: &Access, other: &Access) -> bool {
    let (one, other) = (&one.circumstances, &other.circumstances);
    one.hour.day() == other.hour.day() && (one.actor, one.purpose) == (other.actor, other.purpose)
}

/// Hits by chance and their variance, when one in so many is right each time.
fn chance(wanted: &[Visit]) -> (f64, f64) {
    let odds = wanted.iter().map(|visit| 1.0 / visit.candidates.len() as f64);
    odds.fold((0.0, 0.0), |(mean, variance), p| {
        (mean + p, variance + p * (1.0 - p))
    })
}

fn holds(what: &str, found: usize, wanted: &[Visit]) {
    let (mean, variance) = chance(wanted);
    let bound = BOUND.mul_add(variance.sqrt(), mean);
    assert!(
        found as f64 <= bound,
        "{what}: {found} of {}, and chance with its bound is {bound:.1}",
        wanted.len()
    );
}

#[tokio::test]
async fn in_a_district_with_quiet_hours_nothing_links_beyond_the_crowd() {
    let fixture = fixture(TestDb::fresh(Engine::Sqlite, MIGRATED).await, PEOPLE).await;
    let days = days(&fixture).await;
    let leaves = public(&fixture.db).await;
    let mut theirs: BTreeMap<usize, Vec<Day>> = BTreeMap::new();
    for day in days {
        theirs.entry(day.person).or_default().push(day);
    }
    for (idea, alike) in IDEAS {
        let (mut visits, mut homes) = (Vec::new(), Vec::new());
        let (mut of_visits, mut of_homes) = (0, 0);
        for days in theirs.values() {
            let (sure, others) = days.split_at(DAYS / 2);
            let known: Vec<&Access> = sure
                .iter()
                .flat_map(|day| day.visit)
                .map(|index| &leaves[index])
                .collect();
            let wanted = others
                .iter()
                .map(|day| among(&leaves, day.visit[0], at_the_same_place));
            let wanted: Vec<Visit> = wanted.collect();
            of_visits += guessed(&known, &wanted, alike);
            visits.extend(wanted);
            let evenings = days.iter().filter_map(|day| day.home);
            let evenings: Vec<Visit> = evenings
                .map(|index| among(&leaves, index, on_the_same_evening))
                .collect();
            of_homes += guessed(&known, &evenings, alike);
            homes.extend(evenings);
        }
        holds(&format!("visits, {idea}"), of_visits, &visits);
        holds(&format!("evenings at home, {idea}"), of_homes, &homes);
    }
}

/// One key for everybody's days would be found here: the tag of the visit again in the evening.
#[tokio::test]
async fn an_evening_that_wears_the_tag_of_the_visit_is_found() {
    let fixture = fixture(TestDb::fresh(Engine::Sqlite, MIGRATED).await, PEOPLE).await;
    let days = days(&fixture).await;
    let mut leaves = public(&fixture.db).await;
    for day in &days {
        if let Some(home) = day.home {
            leaves[home].subject = leaves[day.visit[1]].subject;
        }
    }
    let (_, alike) = IDEAS.iter().find(|(name, _)| *name == "the same tag").unwrap();
    let (mut found, mut all) = (0, 0);
    for day in days.iter().filter(|day| day.home.is_some()) {
        let known: Vec<&Access> = day.visit.map(|index| &leaves[index]).into();
        let wanted = [among(&leaves, day.home.unwrap(), on_the_same_evening)];
        found += guessed(&known, &wanted, *alike);
        all += 1;
    }
    assert!(all > 0);
    assert_eq!(found, all);
}
