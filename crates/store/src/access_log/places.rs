//! Where a person's entries are: for each day, in parts of 256 entries, how many there are and their positions in the log.
//!
//! One short row of a person's own is all that an entry changes at a random place of the database; entries and their details
//! are only ever written at the end. Who can write the database can alter these rows too: a list is compared with the
//! numbers that its entries carry and with their leaves (`compared.rs`).

use std::collections::{BTreeMap, HashMap};

use pramaan_domain::id::{HouseholdId, PersonId};

use crate::StoreError;
use crate::db::{ColumnType, Row, Tx, Value, batches, rows_placeholders};
use crate::public_log::number;

/// Entries of a part: bounds what is written anew for each entry of somebody whose record is opened all day.
const IN_PART: u32 = 256;

type Subject = (HouseholdId, PersonId);

/// One part of a person's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DayPart {
    /// Days since 1970-01-01, Asia/Kolkata.
    pub(super) day: i64,
    /// The number within the day of its first entry.
    pub(super) first: u32,
    /// How many entries were counted.
    pub(super) n: u32,
    /// Their positions, oldest first: one for each that was counted, unless the row was altered.
    pub(super) places: Vec<u64>,
}

impl DayPart {
    fn read(row: &Row) -> Result<Self, StoreError> {
        // What is no position was put there by somebody else, and the entry that was there is missed.
        let places = row.text(3)?.split_terminator(',').flat_map(str::parse);
        Ok(Self {
            day: row.int(0)?,
            first: first_of(row.int(1)?),
            n: u32::try_from(row.int(2)?).unwrap_or(u32::MAX),
            places: places.collect(),
        })
    }

    /// Whether entry `i` of the day belongs into this part.
    pub(super) fn has(&self, i: i64) -> bool {
        i >= i64::from(self.first) && i - i64::from(self.first) < i64::from(IN_PART)
    }

    /// The number that the day's next entry would have.
    pub(super) fn end(&self) -> u32 {
        self.first.saturating_add(self.n)
    }
}

fn first_of(part: i64) -> u32 {
    u32::try_from(part).unwrap_or(u32::MAX).saturating_mul(IN_PART)
}

/// Parts of everybody's days behind `after`, in order, with whose they are.
pub(super) async fn of_all(
    tx: &mut Tx,
    after: Option<&(Subject, DayPart)>,
    most: u32,
) -> Result<Vec<(Subject, DayPart)>, StoreError> {
    let mut params: Vec<Value> = match after {
        Some(((household, person), part)) => vec![
            (*household).into(),
            (*person).into(),
            part.day.into(),
            i64::from(part.first / IN_PART).into(),
        ],
        None => vec!["".into(), "".into(), i64::MIN.into(), i64::MIN.into()],
    };
    params.push(most.into());
    let rows = tx
        .query(
            "-- store::access_log::parts_of_all
             select day, part, n, places, household, person from access_count
             where (household, person, day, part) > ($1, $2, $3, $4)
             order by household, person, day, part limit $5",
            &params,
        )
        .await?;
    rows.iter()
        .map(|row| Ok(((row.parse(4)?, row.parse(5)?), DayPart::read(row)?)))
        .collect()
}

/// Gives each person's new entries, at these positions, the next numbers of the day; returns the first number of each.
///
/// # Errors
/// `Corrupt`, with an alarm, for a count that no entries gave, or after which there are no numbers left.
pub(super) async fn add(
    tx: &mut Tx,
    day: i64,
    added: &BTreeMap<Subject, Vec<u64>>,
) -> Result<HashMap<PersonId, u32>, StoreError> {
    let next = next(tx, day, added).await?;
    let mut rows = Vec::with_capacity(added.len());
    for (subject, places) in added {
        let first = next.get(&subject.1).copied().unwrap_or(0);
        let end = u32::try_from(places.len())
            .ok()
            .and_then(|n| first.checked_add(n));
        end.ok_or_else(altered)?;
        rows.extend(parts_of(*subject, first, places));
    }
    write(tx, day, &rows).await?;
    let first = added
        .keys()
        .map(|(_, person)| (*person, next.get(person).copied().unwrap_or(0)));
    Ok(first.collect())
}

/// The number of the next entry of each who has entries on the day.
async fn next(
    tx: &mut Tx,
    day: i64,
    added: &BTreeMap<Subject, Vec<u64>>,
) -> Result<HashMap<PersonId, u32>, StoreError> {
    let subjects: Vec<Subject> = added.keys().copied().collect();
    let mut next = HashMap::with_capacity(subjects.len());
    for chunk in batches(tx.engine(), &subjects, 2, 1) {
        let sql = format!(
            "-- store::access_log::next_of_day
             with v (household, person) as (values {})
             select c.person, c.part, c.n from v
             join access_count c on c.household = v.household and c.person = v.person and c.day = $1
             where c.part = (select max(m.part) from access_count m
                 where m.household = v.household and m.person = v.person and m.day = $1)",
            rows_placeholders(tx.engine(), 2, &[ColumnType::Text, ColumnType::Text], chunk.len())
        );
        let mut params = vec![day.into()];
        params.extend(
            chunk
                .iter()
                .flat_map(|(household, person)| [(*household).into(), (*person).into()]),
        );
        for row in tx.query(&sql, &params).await? {
            next.insert(row.parse(0)?, number_after(row.int(1)?, row.int(2)?)?);
        }
    }
    Ok(next)
}

/// The number after the `n` entries of a part.
///
/// # Errors
/// `Corrupt`, with an alarm, when no part has so many entries, or no tag can be made of that number: nobody's record is opened
/// so often. Only entries about this person are refused.
fn number_after(part: i64, n: i64) -> Result<u32, StoreError> {
    let counted = (0..=i64::from(IN_PART)).contains(&n).then_some(n);
    let before = part.checked_mul(i64::from(IN_PART)).filter(|first| *first >= 0);
    let after = before.zip(counted).map(|(first, n)| first.saturating_add(n));
    after
        .and_then(|after| u32::try_from(after).ok())
        .ok_or_else(altered)
}

fn altered() -> StoreError {
    tracing::error!("ALARM: a count of somebody's entries was altered; look for who can write the database");
    StoreError::corrupt("access_count", "n")
}

/// What is added to one row.
struct Added {
    subject: Subject,
    part: u32,
    n: i64,
    places: String,
}

/// Cuts the positions of entries numbered from `first` into their parts.
fn parts_of(subject: Subject, first: u32, places: &[u64]) -> Vec<Added> {
    let mut parts: Vec<Added> = Vec::new();
    for (place, i) in places.iter().zip(first..=u32::MAX) {
        let part = i / IN_PART;
        let text = format!("{place},");
        match parts.last_mut().filter(|last| last.part == part) {
            Some(last) => {
                last.n += 1;
                last.places.push_str(&text);
            }
            None => parts.push(Added {
                subject,
                part,
                n: 1,
                places: text,
            }),
        }
    }
    parts
}

async fn write(tx: &mut Tx, day: i64, rows: &[Added]) -> Result<(), StoreError> {
    use ColumnType::{Int, Text};
    for chunk in batches(tx.engine(), rows, 6, 0) {
        let sql = format!(
            "-- store::access_log::count
             insert into access_count (household, person, day, part, n, places) values {}
             on conflict (household, person, day, part) do update
             set n = access_count.n + excluded.n, places = access_count.places || excluded.places",
            rows_placeholders(tx.engine(), 1, &[Text, Text, Int, Int, Int, Text], chunk.len())
        );
        let params: Vec<Value> = chunk.iter().flat_map(|row| values(day, row)).collect();
        tx.execute(&sql, &params).await?;
    }
    Ok(())
}

fn values(day: i64, row: &Added) -> [Value; 6] {
    [
        row.subject.0.into(),
        row.subject.1.into(),
        day.into(),
        i64::from(row.part).into(),
        row.n.into(),
        row.places.as_str().into(),
    ]
}

/// The newest parts of a person's days, newest first: those with entries before entry `i` of `day`, and older ones.
pub(super) async fn newest(
    tx: &mut Tx,
    (household, person): Subject,
    (day, i): (i64, u32),
    most: u32,
) -> Result<Vec<DayPart>, StoreError> {
    let rows = tx
        .query(
            "-- store::access_log::newest_parts
             select day, part, n, places from access_count
             where household = $1 and person = $2 and (day < $3 or (day = $3 and part <= $4))
             order by day desc, part desc limit $5",
            &[
                household.into(),
                person.into(),
                day.into(),
                i64::from(i / IN_PART).into(),
                most.into(),
            ],
        )
        .await?;
    rows.iter().map(DayPart::read).collect()
}

/// The positions of a person's entries from one day to another.
pub(crate) async fn between(
    tx: &mut Tx,
    (household, person): Subject,
    (from, to): (i64, i64),
) -> Result<Vec<u64>, StoreError> {
    let rows = tx
        .query(
            "-- store::access_log::parts_between
             select day, part, n, places from access_count
             where household = $1 and person = $2 and day >= $3 and day <= $4 order by day, part",
            &[household.into(), person.into(), from.into(), to.into()],
        )
        .await?;
    let mut places = Vec::new();
    for row in &rows {
        places.append(&mut DayPart::read(row)?.places);
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// The person's own details at these positions, in any order: `idx`, `day`, `i`, `sealed`.
pub(crate) async fn details(
    tx: &mut Tx,
    (household, person): Subject,
    places: &[u64],
) -> Result<Vec<Row>, StoreError> {
    let mut details = Vec::with_capacity(places.len());
    for chunk in batches(tx.engine(), places, 1, 2) {
        let sql = format!(
            "-- store::access_log::details_at
             with v (idx) as (values {})
             select d.idx, d.day, d.i, d.sealed from access_detail d join v on v.idx = d.idx
             where d.household = $1 and d.person = $2",
            rows_placeholders(tx.engine(), 3, &[ColumnType::Int], chunk.len())
        );
        let mut params = vec![household.into(), person.into()];
        params.extend(chunk.iter().map(|place| Value::from(number(*place))));
        details.append(&mut tx.query(&sql, &params).await?);
    }
    Ok(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_cut_where_a_part_ends() {
        let subject = (HouseholdId::from_bytes([1; 16]), PersonId::from_bytes([2; 16]));
        let parts = parts_of(subject, 254, &[7, 9, 12, 90]);
        let parts: Vec<_> = parts
            .iter()
            .map(|part| (part.part, part.n, part.places.as_str()))
            .collect();
        assert_eq!(parts, [(0, 2, "7,9,"), (1, 2, "12,90,")]);
        assert_eq!(parts_of(subject, 0, &[]).len(), 0);
        assert_eq!(parts_of(subject, 512, &[1])[0].part, 2);
    }

    #[test]
    fn a_count_that_no_entries_gave_has_no_next_number() {
        assert_eq!(
            [(0, 0), (0, 256), (3, 7)].map(|(part, n)| number_after(part, n)),
            [Ok(0), Ok(256), Ok(775)]
        );
        for (part, n) in [
            (0, -1),
            (0, 257),
            (-1, 3),
            (1 << 24, 0),
            (i64::MAX, 1),
            (0, i64::MAX),
        ] {
            let refused = Err(StoreError::corrupt("access_count", "n"));
            assert_eq!(number_after(part, n), refused, "{part} {n}");
        }
    }
}
