//! What the log says about one person, opened for that person.

use pramaan_domain::access::Field;
use pramaan_domain::time::Timestamp;
use pramaan_keys::SecretKey;

use super::compared::{Counts, InLog, Missing, Wanted, with_leaves};
use super::detail::AccessDetail;
use super::places;
use super::receipt::{Opening, Receipt};
use crate::StoreError;
use crate::db::{Row, Tx};
use crate::desk_registration::{self, DeskRegistration};
use crate::objection::{self, Objection};
use crate::person_key;
use crate::sealer::{Sealer, context};

/// One entry of a person's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAccess {
    /// Position in the log.
    pub index: u64,
    /// Days since 1970-01-01, Asia/Kolkata.
    pub day: i64,
    /// Number within the person's day.
    pub i: u32,
    pub salt: [u8; 32],
    pub detail: AccessDetail,
    pub in_log: InLog,
}

/// Where a page ended: the oldest entry on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Days since 1970-01-01, Asia/Kolkata.
    pub day: i64,
    /// Number within the person's day.
    pub i: u32,
}

/// Which part of a person's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The newest when `None`.
    pub before: Option<Cursor>,
    pub limit: u32,
}

/// One part of a person's list, newest first, and what there is beyond it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    pub entries: Vec<ListedAccess>,
    /// Where the next part begins; `None` when this one reaches the first entry.
    pub older: Option<Cursor>,
    /// What was counted in this part and is gone, newest day first.
    pub missing: Vec<Missing>,
    /// Who registered the person at a desk; in the newest part only.
    pub registered: Option<DeskRegistration>,
    /// What the person objected to, newest first, where the receipt names it.
    pub objections: Vec<Objection>,
}

/// A part of the list of the receipt's person, the entry for this very look included in the newest. The part is
/// compared with the counts of its days and with the leaves of the log.
pub async fn list(
    tx: &mut Tx,
    sealer: &Sealer,
    receipt: Receipt,
    part: Part,
    now: Timestamp,
) -> Result<Listed, StoreError> {
    let opening = receipt.spend(now)?;
    if !opening.fields.contains(Field::AccessList) {
        return Err(StoreError::NotNamed {
            field: Field::AccessList.name(),
        });
    }
    let subject = [(opening.household, opening.person)];
    let Some(tags) = person_key::tags(tx, sealer, &subject)
        .await?
        .remove(&opening.person)
    else {
        return Ok(Listed::default());
    };
    let registered = match part.before {
        None => desk_registration::open(tx, sealer, opening).await?,
        Some(_) => None,
    };
    let objections = match opening.fields.contains(Field::Objections) {
        true => objection::open_all(tx, sealer, opening).await?,
        false => Vec::new(),
    };
    let key = tags.derive("detail");
    let counts = Counts::read(tx, opening, part.before, part.limit.saturating_add(1)).await?;
    // One more than is shown tells whether there is anything older.
    let shown = usize::try_from(part.limit).unwrap_or(usize::MAX);
    let mut wanted = counts.wanted(part.before, shown.saturating_add(1));
    let is_more = wanted.len() > shown;
    wanted.truncate(shown);
    let mut entries = chunk(tx, opening, &key, &wanted).await?;
    with_leaves(tx, &tags, &mut entries).await?;
    let mut listed = Listed {
        older: wanted.last().map(|oldest| oldest.cursor).filter(|_| is_more),
        entries,
        registered,
        objections,
        ..Listed::default()
    };
    listed.missing = counts.missing(&listed.entries, part.before, listed.older);
    alarm(&listed);
    Ok(listed)
}

fn alarm(listed: &Listed) {
    let altered = |entry: &&ListedAccess| entry.in_log == InLog::Otherwise;
    let altered = listed.entries.iter().filter(altered).count();
    if altered > 0 || !listed.missing.is_empty() {
        tracing::error!(
            altered,
            missing = listed.missing.len(),
            "ALARM: a person's list of accesses is not the one that was written; look for who can write the database"
        );
    }
}

/// What is there of the wanted entries, newest first.
async fn chunk(
    tx: &mut Tx,
    opening: Opening,
    key: &SecretKey,
    wanted: &[Wanted],
) -> Result<Vec<ListedAccess>, StoreError> {
    let mut places: Vec<u64> = wanted.iter().map(|wanted| wanted.place).collect();
    places.sort_unstable();
    places.dedup();
    let rows = places::details(tx, (opening.household, opening.person), &places).await?;
    let mut entries = rows
        .iter()
        .map(|row| listed(row, key))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.day, entry.i)));
    Ok(entries)
}

fn listed(row: &Row, key: &SecretKey) -> Result<ListedAccess, StoreError> {
    let index = u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a position"))?;
    let committed = key.open(&context("access_detail", "sealed", index), row.blob(3)?)?;
    let Some((salt, detail)) = committed.split_first_chunk::<32>() else {
        return Err(row.inconsistent(3, "a salted detail"));
    };
    Ok(ListedAccess {
        index,
        day: row.int(1)?,
        i: u32::try_from(row.int(2)?).map_err(|_| row.inconsistent(2, "a number of a day"))?,
        salt: *salt,
        detail: AccessDetail::decode(detail)?,
        // Until it is compared.
        in_log: InLog::Otherwise,
    })
}
