//! The links as they hold now, and the courses that they make.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::merge::{Links, MergeRefusal};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use super::event::note_other_erased;
use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx, pair};
use crate::person_key;
use crate::sealer::Sealer;

pub type Subject = (HouseholdId, PersonId);

/// A link as one of its ends sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub other: Subject,
    pub joined_at: Timestamp,
}

/// The links of one person, the oldest first. Opens nothing.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row is not as it was written.
pub async fn links(tx: &mut Tx, sealer: &Sealer, of: Subject) -> Result<Vec<Link>, StoreError> {
    let rows = rows(tx, sealer, &[of]).await?;
    let mut links: Vec<_> = rows
        .into_iter()
        .map(|(_, other, joined_at)| Link { other, joined_at })
        .collect();
    links.sort_by_key(|link| (link.joined_at, link.other));
    Ok(links)
}

/// The other members of each person's course, in order; who is in none is left out. Opens nothing. One statement for people
/// without links, and one more for each step of a chain.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row is not as it was written, or stands without its other end.
pub async fn courses(
    tx: &mut Tx,
    sealer: &Sealer,
    of: &[Subject],
) -> Result<HashMap<PersonId, Vec<Subject>>, StoreError> {
    let links = closure(tx, sealer, of).await?;
    Ok(of
        .iter()
        .filter_map(|one| {
            let mut course = links.course(*one);
            course.remove(one);
            (!course.is_empty()).then(|| (one.1, course.into_iter().collect()))
        })
        .collect())
}

/// Every link of the courses of these.
async fn closure(tx: &mut Tx, sealer: &Sealer, of: &[Subject]) -> Result<Links<Subject>, StoreError> {
    let mut seen = Seen::new();
    let mut asked: BTreeSet<Subject> = BTreeSet::new();
    let mut next: Vec<Subject> = of.to_vec();
    next.sort_unstable();
    next.dedup();
    while !next.is_empty() {
        asked.extend(&next);
        for (one, other, joined_at) in rows(tx, sealer, &next).await? {
            seen.insert((one, other), joined_at);
        }
        let others: BTreeSet<_> = seen.keys().map(|(_, other)| *other).collect();
        next = others.difference(&asked).copied().collect();
    }
    let apart = lonely(&seen);
    if apart.is_empty() {
        return Ok(Links::of(seen.into_keys()));
    }
    // Both ends in one statement. Each has a snapshot of its own on PostgreSQL: what was parted between two is no alarm.
    let ends: BTreeSet<Subject> = apart.iter().flat_map(|(one, other)| [*one, *other]).collect();
    let ends: Vec<Subject> = ends.into_iter().collect();
    let again = rows(tx, sealer, &ends).await?.into_iter();
    let again = again
        .map(|(one, other, joined_at)| ((one, other), joined_at))
        .collect();
    Err(match still_lonely(&apart, &again) {
        true => StoreError::misplaced("merge_link"),
        false => StoreError::Serialization,
    })
}

type Seen = BTreeMap<(Subject, Subject), Timestamp>;

/// Rows that stand without the one of their other end.
fn lonely(seen: &Seen) -> BTreeSet<(Subject, Subject)> {
    let alone =
        |((one, other), at): &(&(Subject, Subject), &Timestamp)| seen.get(&(*other, *one)) != Some(at);
    seen.iter().filter(alone).map(|(ends, _)| *ends).collect()
}

/// Whether any of these stands alone in a later look at both ends, too.
fn still_lonely(apart: &BTreeSet<(Subject, Subject)>, again: &Seen) -> bool {
    !lonely(again).is_disjoint(apart)
}

async fn rows(
    tx: &mut Tx,
    sealer: &Sealer,
    of: &[Subject],
) -> Result<Vec<(Subject, Subject, Timestamp)>, StoreError> {
    let mut found = Vec::new();
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], of.iter().map(pair)) {
        let sql = format!(
            "-- store::merge::links
             with v (household, person) as ({rows})
             select l.household, l.person, l.other_household, l.other_person, l.joined_at, l.binding_mac
             from merge_link l join v on v.household = l.household and v.person = l.person"
        );
        for row in tx.query(&sql, rows.params()).await? {
            found.push(read(&row, sealer)?);
        }
    }
    Ok(found)
}

/// Locks these people and everybody of their courses until the transaction ends; answers the others of each course.
///
/// # Errors
/// `Erased` when one of these is gone; `Serialization` when a course changed meanwhile: run the work again.
pub async fn lock(
    tx: &mut Tx,
    sealer: &Sealer,
    of: &[Subject],
) -> Result<HashMap<PersonId, Vec<Subject>>, StoreError> {
    let before = courses(tx, sealer, of).await?;
    let all: Vec<_> = of.iter().chain(before.values().flatten()).copied().collect();
    let present = person_key::lock(tx, &all).await?;
    if of.iter().any(|(_, person)| !present.contains(person)) {
        return Err(StoreError::Erased);
    }
    match courses(tx, sealer, of).await? == before {
        true => Ok(before),
        false => Err(StoreError::Serialization),
    }
}

/// Joins two records. [`lock`] them first.
///
/// # Errors
/// `Ok(Err(…))` when they are one course already, or would be too long a one.
pub async fn join(
    tx: &mut Tx,
    sealer: &Sealer,
    (one, other): (Subject, Subject),
    now: Timestamp,
) -> Result<Result<(), MergeRefusal>, StoreError> {
    let mut links = closure(tx, sealer, &[one, other]).await?;
    if let Err(refused) = links.join(one, other) {
        return Ok(Err(refused));
    }
    for (one, other) in [(one, other), (other, one)] {
        tx.execute(
            "-- store::merge::join
             insert into merge_link (household, person, other_household, other_person, joined_at, binding_mac)
             values ($1, $2, $3, $4, $5, $6)",
            &[
                one.0.into(),
                one.1.into(),
                other.0.into(),
                other.1.into(),
                now.into(),
                mac(sealer, (one, other), now).into(),
            ],
        )
        .await?;
    }
    Ok(Ok(()))
}

/// Takes the link between two records away: both are what they were. [`lock`] them first.
///
/// # Errors
/// `Ok(Err(NotJoined))` when no link joins them.
pub async fn part(
    tx: &mut Tx,
    (one, other): (Subject, Subject),
) -> Result<Result<(), MergeRefusal>, StoreError> {
    let mut gone = 0;
    for (one, other) in [(one, other), (other, one)] {
        gone += tx
            .execute(
                "-- store::merge::part
                 delete from merge_link
                 where household = $1 and person = $2 and other_household = $3 and other_person = $4",
                &[one.0.into(), one.1.into(), other.0.into(), other.1.into()],
            )
            .await?;
    }
    match gone {
        0 => Ok(Err(MergeRefusal::NotJoined)),
        2 => Ok(Ok(())),
        _ => Err(StoreError::misplaced("merge_link")),
    }
}

/// Takes a person who is being deleted out of every link and proposal, with what is told of theirs. The other end of each
/// link says so.
pub(crate) async fn forget(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): Subject,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = tx
        .query(
            "-- store::merge::ends
             select other_household, other_person from merge_link where household = $1 and person = $2",
            &[household.into(), person.into()],
        )
        .await?;
    let others: Vec<Subject> = rows
        .iter()
        .map(|row| Ok((row.parse(0)?, row.parse(1)?)))
        .collect::<Result<_, StoreError>>()?;
    let present = person_key::lock(tx, &others).await?;
    for other in others {
        if present.contains(&other.1) {
            note_other_erased(tx, sealer, other, now).await?;
        }
        tx.execute(
            "-- store::merge::forget_end
             delete from merge_link
             where household = $1 and person = $2 and other_household = $3 and other_person = $4",
            &[other.0.into(), other.1.into(), household.into(), person.into()],
        )
        .await?;
    }
    for sql in [
        // Nobody could decide on them any more: each look opens both records.
        "-- store::merge::forget_proposals
         delete from merge where household = $1 and person = $2 or other_household = $1 and other_person = $2",
        "-- store::merge::forget_links
         delete from merge_link where household = $1 and person = $2",
        "-- store::merge::forget_events
         delete from merge_event where household = $1 and person = $2",
    ] {
        tx.execute(sql, &[household.into(), person.into()]).await?;
    }
    Ok(())
}

fn read(row: &Row, sealer: &Sealer) -> Result<(Subject, Subject, Timestamp), StoreError> {
    let (one, other) = ((row.parse(0)?, row.parse(1)?), (row.parse(2)?, row.parse(3)?));
    let joined_at = row.timestamp(4)?;
    match equal(&mac(sealer, (one, other), joined_at), row.blob(5)?) {
        true => Ok((one, other, joined_at)),
        false => Err(StoreError::misplaced("merge_link")),
    }
}

fn mac(sealer: &Sealer, (one, other): (Subject, Subject), joined_at: Timestamp) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::MergeLink,
        &[
            one.0.as_bytes(),
            one.1.as_bytes(),
            other.0.as_bytes(),
            other.1.as_bytes(),
            &joined_at.micros().to_be_bytes(),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(n: u8) -> Subject {
        (HouseholdId::from_bytes([n; 16]), PersonId::from_bytes([n; 16]))
    }

    fn seen(rows: &[(u8, u8, i64)]) -> Seen {
        let row = |(one, other, at): &(u8, u8, i64)| {
            ((subject(*one), subject(*other)), Timestamp::from_seconds(*at))
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn a_link_that_was_parted_between_two_looks_is_no_alarm_and_half_a_link_is() {
        let first = lonely(&seen(&[(1, 2, 7), (2, 3, 7), (3, 2, 7)]));
        assert_eq!(first.len(), 1, "the other end was read later");
        assert!(
            !still_lonely(&first, &seen(&[(2, 3, 7), (3, 2, 7)])),
            "parted meanwhile"
        );
        assert!(
            !still_lonely(&first, &seen(&[(1, 2, 9), (2, 1, 9)])),
            "and joined again"
        );
        assert!(still_lonely(&first, &seen(&[(1, 2, 7), (2, 3, 7), (3, 2, 7)])));
        assert!(
            still_lonely(&first, &seen(&[(1, 2, 7), (2, 1, 8)])),
            "of another moment"
        );
        assert!(lonely(&seen(&[(1, 2, 7), (2, 1, 7)])).is_empty());
    }
}
