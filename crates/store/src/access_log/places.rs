//! Where a person's entries are: for each day, in parts of 64 entries, how many there are and their positions in the log.
//!
//! One short row of a person's own is all that an entry changes at a random place of the database; entries and their details
//! are only ever written at the end. Who can write the database can alter these rows too. So a number is given only when the
//! leaf of the entry before it has the tag of the number before it: nobody can make an entry be numbered where its person
//! does not look. And a list is compared with the numbers that its entries carry and with their leaves (`compared.rs`).

use std::collections::{BTreeMap, HashMap};

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_tlog::Leaf;
use pramaan_tlog::leaf::Day;

use super::compared::leaves;
use crate::StoreError;
use crate::db::{ColumnType, Engine, Row, Rows, Tx, Value, pair, typed};
use crate::public_log::number;
use crate::tag_key::TagKey;

/// Entries of a part: bounds what is written anew for each entry of somebody whose record is opened all day.
const IN_PART: u32 = 64;

type Subject = (HouseholdId, PersonId);

/// What becomes of entries of somebody whose counts are not those of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Altered {
    /// They are not written, so nothing is opened.
    Refused,
    /// They are written: an erasure goes on, and nobody can look for its number any more.
    GoneOnWith,
}

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
        Self::with(row, positions(row.text(3)?))
    }

    fn with(row: &Row, places: Vec<u64>) -> Result<Self, StoreError> {
        Ok(Self {
            day: row.int(0)?,
            first: first_of(row.int(1)?),
            n: u32::try_from(row.int(2)?).unwrap_or(u32::MAX),
            places,
        })
    }

    /// The position of its last entry, when there are as many positions as were counted.
    fn last(&self) -> Option<u64> {
        let whole = u32::try_from(self.places.len()) == Ok(self.n) && self.n <= IN_PART;
        self.places.last().filter(|_| whole).copied()
    }

    /// The number that the day's next entry would have.
    pub(super) fn end(&self) -> u32 {
        self.first.saturating_add(self.n)
    }
}

fn first_of(part: i64) -> u32 {
    u32::try_from(part).unwrap_or(u32::MAX).saturating_mul(IN_PART)
}

/// How far somebody has read in the order of all parts of days: up to the last row whose key can be named in a statement, and
/// how many behind it whose key cannot, because of values of other types.
pub(super) struct Behind {
    key: [Value; 4],
    unnamed: u32,
}

impl Behind {
    pub(super) fn nothing() -> Self {
        Self {
            key: ["".into(), "".into(), i64::MIN.into(), i64::MIN.into()],
            unnamed: 0,
        }
    }

    fn went_over(&mut self, row: &Row) -> Result<(), StoreError> {
        match named(row)? {
            Some(key) => *self = Self { key, unnamed: 0 },
            None => self.unnamed = self.unnamed.saturating_add(1),
        }
        Ok(())
    }
}

/// The key of a row of [`columns`], where it is what it was read as.
fn named(row: &Row) -> Result<Option<[Value; 4]>, StoreError> {
    let text = |column| {
        let text = std::str::from_utf8(row.blob(column)?).ok();
        Ok::<_, StoreError>(text.filter(|text| !text.is_empty() && !text.contains('\0')))
    };
    let texts = text(4)?.zip(text(5)?).filter(|_| is_of_a_part(row));
    let (day, part) = (row.int(0)?, row.int(1)?);
    Ok(texts.map(|(household, person)| [household.into(), person.into(), day.into(), part.into()]))
}

/// Whether a row of [`columns`] has the numbers of a day and of a part.
fn is_of_a_part(row: &Row) -> bool {
    let is_number = |column| row.int(column).is_ok_and(|number| number != typed::NO_NUMBER);
    is_number(0) && is_number(1)
}

/// Day, part, count, positions, household and person, as these types whatever somebody wrote.
fn columns(engine: Engine) -> String {
    let [day, part, n] = ["day", "part", "n"].map(typed::whole);
    let [places, household, person] =
        ["places", "household", "person"].map(|column| typed::text_bytes(engine, column));
    format!("{day}, {part}, {n}, {places}, {household}, {person}")
}

/// The next parts of everybody's days, in order; `None` for whose they are when the row names nobody, or no part of a day.
pub(super) async fn of_all(
    tx: &mut Tx,
    behind: &mut Behind,
    most: u32,
) -> Result<Vec<(Option<Subject>, DayPart)>, StoreError> {
    let sql = format!(
        "-- store::access_log::parts_of_all
         select {} from access_count
         where (household, person, day, part) > ($1, $2, $3, $4)
         order by household, person, day, part limit $5 offset $6",
        columns(tx.engine())
    );
    let mut params = behind.key.to_vec();
    params.extend([most.into(), behind.unnamed.into()]);
    let rows = tx.query(&sql, &params).await?;
    let mut parts = Vec::with_capacity(rows.len());
    for row in &rows {
        behind.went_over(row)?;
        let subject = typed::parsed(row, 4).ok().zip(typed::parsed(row, 5).ok());
        let subject = subject.filter(|_| is_of_a_part(row));
        let places = positions(&String::from_utf8_lossy(row.blob(3)?));
        parts.push((subject, DayPart::with(row, places)?));
    }
    Ok(parts)
}

/// What is no position was put there by somebody else, and the entry that was there is missed.
fn positions(text: &str) -> Vec<u64> {
    text.split_terminator(',').flat_map(str::parse).collect()
}

/// Gives each person's new entries, at these positions, the next numbers of the day; returns the first number of each.
///
/// # Errors
/// `Corrupt`, with an alarm, for a person whose counts are not those of the log.
pub(super) async fn add(
    tx: &mut Tx,
    day: Day,
    added: &BTreeMap<Subject, Vec<u64>>,
    (keys, altered): (&HashMap<PersonId, TagKey>, Altered),
) -> Result<HashMap<PersonId, u32>, StoreError> {
    let newest = newest_of_day(tx, day, added).await.map_err(of_count)?;
    let next = continued(tx, day, &newest, (keys, altered)).await?;
    let mut rows = Vec::with_capacity(added.len());
    for (subject, places) in added {
        rows.extend(parts_of(
            *subject,
            next.get(&subject.1).copied().unwrap_or(0),
            places,
        ));
    }
    write(tx, i64::from(day.number()), &rows).await?;
    let first = added
        .keys()
        .map(|(_, person)| (*person, next.get(person).copied().unwrap_or(0)));
    Ok(first.collect())
}

/// The newest part of the day of each who has entries on it.
async fn newest_of_day(
    tx: &mut Tx,
    day: Day,
    added: &BTreeMap<Subject, Vec<u64>>,
) -> Result<Vec<(PersonId, DayPart)>, StoreError> {
    let mut newest = Vec::with_capacity(added.len());
    for rows in Rows::cut(
        tx.engine(),
        &[i64::from(day.number()).into()],
        [ColumnType::Text; 2],
        added.keys().map(pair),
    ) {
        let sql = format!(
            "-- store::access_log::newest_of_day
             with v (household, person) as ({rows})
             select c.day, c.part, c.n, c.places, c.person from v
             join access_count c on c.household = v.household and c.person = v.person and c.day = $1
             where c.part = (select max(m.part) from access_count m
                 where m.household = v.household and m.person = v.person and m.day = $1)"
        );
        for row in tx.query(&sql, rows.params()).await? {
            newest.push((row.parse(4)?, DayPart::read(&row)?));
        }
    }
    Ok(newest)
}

/// The number of each one's next entry, where the log has the one before it.
async fn continued(
    tx: &mut Tx,
    day: Day,
    newest: &[(PersonId, DayPart)],
    (keys, altered): (&HashMap<PersonId, TagKey>, Altered),
) -> Result<HashMap<PersonId, u32>, StoreError> {
    let last: Vec<u64> = newest.iter().filter_map(|(_, part)| part.last()).collect();
    let leaves = leaves(tx, &last).await?;
    let mut next = HashMap::with_capacity(newest.len());
    for (person, part) in newest {
        let leaf = part.last().and_then(|last| leaves.get(&last));
        let tagged = leaf.and_then(|leaf| match Leaf::from_bytes(leaf) {
            Ok(Leaf::Access(access)) => Some(access.subject),
            _ => None,
        });
        let expected = match (keys.get(person), part.end().checked_sub(1)) {
            (Some(key), Some(i)) => Some(key.tag(day, i)?),
            _ => None,
        };
        if tagged.is_none() || tagged != expected {
            let error = not_of_the_log();
            if altered == Altered::Refused {
                return Err(error);
            }
        }
        next.insert(*person, part.end());
    }
    Ok(next)
}

/// A value of another type is one that somebody else wrote.
fn of_count(error: StoreError) -> StoreError {
    match error {
        StoreError::Inconsistent { .. } => not_of_the_log(),
        other => other,
    }
}

/// The error for a count that is not that of the log, with an alarm.
fn not_of_the_log() -> StoreError {
    tracing::error!(
        "ALARM: the count of somebody's entries is not that of the log; look for who can write the database"
    );
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
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [Text, Text, Int, Int, Int, Text],
        rows.iter().map(|row| values(day, row)),
    ) {
        let sql = format!(
            "-- store::access_log::count
             insert into access_count (household, person, day, part, n, places) {rows}
             on conflict (household, person, day, part) do update
             set n = access_count.n + excluded.n, places = access_count.places || excluded.places"
        );
        tx.execute(&sql, rows.params()).await?;
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

/// The person's own details at these positions, in any order: `idx`, `day`, `i`, `sealed`, as these types whatever somebody
/// wrote.
pub(crate) async fn details(
    tx: &mut Tx,
    (household, person): Subject,
    places: &[u64],
) -> Result<Vec<Row>, StoreError> {
    let mut details = Vec::with_capacity(places.len());
    let [day, i] = ["d.day", "d.i"].map(typed::whole);
    let sealed = typed::bytes(tx.engine(), "d.sealed");
    for rows in Rows::cut(
        tx.engine(),
        &[household.into(), person.into()],
        [ColumnType::Int],
        places.iter().map(|place| [number(*place).into()]),
    ) {
        let sql = format!(
            "-- store::access_log::details_at
             with v (idx) as ({rows})
             select d.idx, {day}, {i}, {sealed} from access_detail d join v on v.idx = d.idx
             where d.household = $1 and d.person = $2"
        );
        details.append(&mut tx.query(&sql, rows.params()).await?);
    }
    Ok(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_cut_where_a_part_ends() {
        let subject = (HouseholdId::from_bytes([1; 16]), PersonId::from_bytes([2; 16]));
        let parts = parts_of(subject, IN_PART - 2, &[7, 9, 12, 90]);
        let parts: Vec<_> = parts
            .iter()
            .map(|part| (part.part, part.n, part.places.as_str()))
            .collect();
        assert_eq!(parts, [(0, 2, "7,9,"), (1, 2, "12,90,")]);
        assert_eq!(parts_of(subject, 0, &[]).len(), 0);
        assert_eq!(parts_of(subject, 2 * IN_PART, &[1])[0].part, 2);
    }
}
