//! An observer of the public log who knows when and where somebody was, fifty times, and wants to know which entries are
//! theirs: of those at the same centre in the same hour none is likelier than the others.
//!
//! What this does not say: whoever was alone at a centre in an hour is known by that, and the entries of one visit stand
//! next to each other. How much that is, in a district of days with crowds and quiet hours, crowd.rs measures.

use std::collections::BTreeMap;

use pramaan_domain::access::Field;
use pramaan_domain::time::Timestamp;
use pramaan_store::testing::{MIGRATED, TestDb};
use pramaan_store::{AccessEntry, Db, Engine};
use pramaan_tlog::leaf::{Access, Leaf};

use super::support::{Fixture, NOW, entry, fixture, stored};

const PEOPLE: usize = 12;
const VISITS: usize = 50;
/// Of the fifty, the observer knows so many entries for certain, and looks for the others.
const KNOWN: usize = 25;
/// Guesses over all people: every person is the target once.
const GUESSES: usize = PEOPLE * (VISITS - KNOWN);
/// What is allowed above chance, in hits: 3.3 standard deviations of so many guesses at one in twelve.
const BOUND: f64 = 3.3;
const DAY: i64 = 86_400;

/// What the observer holds: for each visit the entries that it may be, as the public log has them, and the right one.
pub(super) struct Visit {
    pub(super) candidates: Vec<Access>,
    pub(super) right: usize,
}

/// Everybody is at the centre in the same hour of fifty days, in another order each time.
async fn log() -> (Fixture, BTreeMap<usize, Vec<usize>>) {
    let fixture = fixture(TestDb::fresh(Engine::Sqlite, MIGRATED).await, PEOPLE).await;
    let mut theirs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for visit in 0..VISITS {
        let mut order: Vec<usize> = (0..PEOPLE).collect();
        for place in (1..PEOPLE).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            order.swap(place, (seed >> 33) as usize % (place + 1));
        }
        let at = NOW.plus_seconds(visit as i64 * DAY);
        for person in order {
            let index = append(&fixture, entry(fixture.people[person], &[Field::Name]), at).await;
            theirs.entry(person).or_default().push(index);
        }
    }
    (fixture, theirs)
}

pub(super) async fn append(fixture: &Fixture, entry: AccessEntry, at: Timestamp) -> usize {
    let receipts = fixture.log.append(vec![entry], at).await.unwrap();
    receipts[0].index() as usize
}

pub(super) async fn public(db: &Db) -> Vec<Access> {
    let access = |leaf: &Vec<u8>| match Leaf::from_bytes(leaf) {
        Ok(Leaf::Access(access)) => access,
        other => panic!("{other:?}"),
    };
    stored(db).await.0.iter().map(access).collect()
}

fn visits(leaves: &[Access], theirs: &[usize]) -> Vec<Visit> {
    let visit = |index: &usize| {
        let seen = |access: &&Access| {
            let (one, other) = (&access.circumstances, &leaves[*index].circumstances);
            (one.hour, one.actor, one.purpose) == (other.hour, other.actor, other.purpose)
        };
        let candidates: Vec<Access> = leaves.iter().filter(seen).cloned().collect();
        let right = candidates
            .iter()
            .position(|access| *access == leaves[*index])
            .unwrap();
        Visit { candidates, right }
    };
    theirs.iter().map(visit).collect()
}

/// How alike a candidate and an entry that is known to be the target's are, by one idea of what could link them.
pub(super) type Likeness = fn(&Access, &Access) -> u32;

pub(super) const IDEAS: [(&str, Likeness); 6] = [
    ("the same tag", |one, other| {
        u32::from(one.subject == other.subject)
    }),
    ("tags with a common beginning", |one, other| {
        (number(one) ^ number(other)).leading_zeros()
    }),
    ("tags with a common end", |one, other| {
        (number(one) ^ number(other)).trailing_zeros()
    }),
    ("tags that differ in few bits", |one, other| {
        128 - (number(one) ^ number(other)).count_ones()
    }),
    ("tags that count on", |one, other| {
        number(one).abs_diff(number(other)).leading_zeros()
    }),
    ("details alike", |one, other| {
        let bytes = |access: &Access| *access.circumstances.detail.as_bytes();
        let same = bytes(one)
            .into_iter()
            .zip(bytes(other))
            .filter(|(one, other)| one == other);
        u32::try_from(same.count()).unwrap()
    }),
];

fn number(access: &Access) -> u128 {
    u128::from_be_bytes(*access.subject.as_bytes())
}

/// How many of the visits that are looked for are guessed right.
fn hits(visits: &[Visit], alike: Likeness) -> usize {
    let (known, wanted) = visits.split_at(KNOWN);
    let known: Vec<&Access> = known.iter().map(|visit| &visit.candidates[visit.right]).collect();
    guessed(&known, wanted, alike)
}

/// How many are guessed right by likeness to entries that are known.
pub(super) fn guessed(known: &[&Access], wanted: &[Visit], alike: Likeness) -> usize {
    let guess = |visit: &Visit| {
        let score = |access: &Access| known.iter().map(|known| alike(access, known)).max().unwrap();
        let best = visit
            .candidates
            .iter()
            .enumerate()
            .max_by_key(|(_, access)| score(access));
        best.unwrap().0
    };
    wanted.iter().filter(|visit| guess(visit) == visit.right).count()
}

fn bound() -> f64 {
    let chance = 1.0 / PEOPLE as f64;
    let guesses = GUESSES as f64;
    guesses * chance + BOUND * (guesses * chance * (1.0 - chance)).sqrt()
}

#[tokio::test]
async fn fifty_known_visits_link_no_more_entries_than_chance() {
    let (fixture, theirs) = log().await;
    let leaves = public(&fixture.db).await;
    assert_eq!(leaves.len(), PEOPLE * VISITS);
    for (idea, alike) in IDEAS {
        let found: usize = theirs
            .values()
            .map(|theirs| {
                let visits = visits(&leaves, theirs);
                assert!(visits.iter().all(|visit| visit.candidates.len() == PEOPLE));
                hits(&visits, alike)
            })
            .sum();
        assert!(
            (found as f64) <= bound(),
            "{idea}: {found} of {GUESSES} visits were guessed, and chance with its bound is {:.1}",
            bound()
        );
    }
}

/// The attack finds what is there to be found: a tag that stays the same, and one that counts on.
#[tokio::test]
async fn tags_that_could_be_linked_are_linked_by_this_attack() {
    let (fixture, theirs) = log().await;
    let leaves = public(&fixture.db).await;
    for (planted, idea) in [(0, "the same tag"), (1, "tags that count on")] {
        let mut linked = leaves.clone();
        for (person, theirs) in &theirs {
            for (visit, index) in theirs.iter().enumerate() {
                let tag = (*person as u128 + 1) << 100 | (visit * planted) as u128;
                linked[*index].subject = pramaan_tlog::SubjectTag::from_bytes(tag.to_be_bytes());
            }
        }
        let alike = IDEAS.iter().find(|(name, _)| *name == idea).unwrap().1;
        let found: usize = theirs
            .values()
            .map(|theirs| hits(&visits(&linked, theirs), alike))
            .sum();
        assert_eq!(found, GUESSES, "{idea}");
    }
}
