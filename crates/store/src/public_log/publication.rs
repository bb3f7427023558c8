//! Heads that were published, numbered from 1.
//!
//! A number is a promise: whoever has read its text is to find the same text for ever, and nothing older as the newest. So
//! each row is bound by a MAC, and the last one that a node knows of is kept outside the database
//! ([`crate::outside::Published`]): who can write the database alone cannot end publication unseen.

use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};
use pramaan_tlog::{Checkpoint, Verifier};
use sha2::{Digest, Sha256};

use super::number;
use crate::StoreError;
use crate::access_log::head;
use crate::db::{Engine, Row, Tx, typed};
use crate::outside::{Fork, KeptHead};
use crate::sealer::Sealer;

/// A head that anybody may have seen: the log never goes back behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// From 1, without gaps.
    pub number: u64,
    /// Entries that it covers.
    pub size: u64,
    pub at: Timestamp,
    /// The signed checkpoint, with the cosignatures that it was published with.
    pub note: String,
}

/// What is remembered of a publication: its number never gets another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub number: u64,
    /// SHA-256 of the note.
    pub hash: [u8; 32],
}

impl Publication {
    /// What is to be remembered of it.
    pub fn mark(&self) -> Mark {
        Mark {
            number: self.number,
            hash: Sha256::digest(self.note.as_bytes()).into(),
        }
    }
}

/// Whose log, and what binds its rows.
pub type Of<'a> = (&'a Sealer, &'a str);

/// The newest publication of the log; `None` before the first.
///
/// # Errors
/// `Fork::Publication` for a row that was not written by this software as it stands.
pub async fn newest(tx: &mut Tx, of: Of<'_>) -> Result<Option<Publication>, StoreError> {
    let sql = format!(
        "-- store::public_log::newest
         select {} from access_publication where origin = $1 order by n desc limit 1",
        columns(tx.engine())
    );
    let row = tx.query_opt(&sql, &[of.1.into()]).await?;
    row.map(|row| read(&row, of)).transpose()
}

/// The publication of this number.
///
/// # Errors
/// As [`newest`].
pub async fn numbered(tx: &mut Tx, of: Of<'_>, n: u64) -> Result<Option<Publication>, StoreError> {
    let sql = format!(
        "-- store::public_log::numbered
         select {} from access_publication where origin = $1 and n = $2",
        columns(tx.engine())
    );
    let row = tx.query_opt(&sql, &[of.1.into(), number(n).into()]).await?;
    row.map(|row| read(&row, of)).transpose()
}

/// The newest publication, compared with what is `known` to have been published, with its own signature, and with the log.
///
/// # Errors
/// `Fork::Publication` when the known one is missing or another, and when the newest is not a head of this log.
pub async fn last(tx: &mut Tx, of: Of<'_>, known: Option<Mark>) -> Result<Option<Publication>, StoreError> {
    let newest = newest(tx, of).await?;
    if let Some(known) = known {
        let there = match &newest {
            Some(newest) if newest.number == known.number => Some(newest.mark()),
            Some(newest) if newest.number > known.number => {
                numbered(tx, of, known.number).await?.map(|there| there.mark())
            }
            _ => None,
        };
        if there != Some(known) {
            return Err(altered(known.number));
        }
    }
    if let Some(newest) = &newest {
        // Read after the publication, so that another node's is never above it.
        let head = head::head(tx, of.1).await?.ok_or(StoreError::NoLog)?;
        let signed = signed(&newest.note, of).map(|signed| signed.size());
        if newest.size > head.edge.size() || signed != Some(newest.size) {
            return Err(altered(newest.number));
        }
    }
    Ok(newest)
}

fn altered(number: u64) -> StoreError {
    Fork::Publication { number }.into()
}

/// The head of a note, when our key signed it.
fn signed(note: &str, (sealer, origin): Of<'_>) -> Option<Checkpoint> {
    let verifier = Verifier::new(origin, &sealer.keys.log_public_key()).ok()?;
    Checkpoint::open(note.as_bytes(), &verifier).ok()
}

/// Number, size, time, the note's bytes and what binds the row, as these types whatever somebody wrote: the row is then one that
/// was altered, and the others are read.
pub(crate) fn columns(engine: Engine) -> String {
    let [n, size, at] = ["n", "size", "at"].map(typed::whole);
    let (note, mac) = (
        typed::text_bytes(engine, "note"),
        typed::bytes(engine, "binding_mac"),
    );
    format!("{n}, {size}, {at}, {note}, {mac}")
}

pub(crate) fn mac((sealer, origin): Of<'_>, [n, size, at]: [i64; 3], note: &[u8]) -> [u8; 32] {
    let numbers = [n, size, at].map(i64::to_be_bytes).concat();
    let parts = [origin.as_bytes(), &numbers, note];
    sealer.keys.mac(MacKind::LogPublication, &parts)
}

fn read(row: &Row, of: Of<'_>) -> Result<Publication, StoreError> {
    let number = u64::try_from(row.int(0)?).unwrap_or_default();
    let note = row.blob(3)?;
    let bound = mac(of, [row.int(0)?, row.int(1)?, row.int(2)?], note);
    if !equal(&bound, row.blob(4)?) {
        return Err(altered(number));
    }
    Ok(Publication {
        number,
        size: u64::try_from(row.int(1)?).map_err(|_| row.inconsistent(1, "a count"))?,
        at: row.timestamp(2)?,
        note: String::from_utf8(note.to_vec()).map_err(|_| altered(number))?,
    })
}

/// Publishes a head that is known to be committed, as `note`, after what is `known`; `None` when nothing is new since the
/// last, or another node has published since: together they publish no more often than one.
///
/// # Errors
/// As [`last`]: then nothing is published.
pub async fn publish(
    tx: &mut Tx,
    of: Of<'_>,
    head: &KeptHead,
    note: &str,
    known: Option<Mark>,
    now: Timestamp,
) -> Result<Option<Publication>, StoreError> {
    let last = last(tx, of, known).await?;
    let size = head.edge.size();
    let is_newer = |last: &Publication| known.is_some_and(|known| last.number > known.number);
    if last
        .as_ref()
        .is_some_and(|last| last.size >= size || is_newer(last))
    {
        return Ok(None);
    }
    after(tx, of, last.map_or(0, |last| last.number), (size, note, now)).await
}

/// Publishes the head of the publication `lacking` once more, as `note`: with the cosignatures of witnesses that it lacks. `None`
/// when that is not the newest any more, or of another size.
///
/// # Errors
/// As [`last`], and `Fork::Publication` when it has another root than the head: then nothing is published.
pub async fn publish_anew(
    tx: &mut Tx,
    of: Of<'_>,
    head: &KeptHead,
    note: &str,
    lacking: Mark,
    now: Timestamp,
) -> Result<Option<Publication>, StoreError> {
    let last = last(tx, of, Some(lacking)).await?;
    let size = head.edge.size();
    let Some(last) = last.filter(|last| last.number == lacking.number && last.size == size) else {
        return Ok(None);
    };
    let root = signed(&last.note, of).map(|signed| *signed.root());
    if root != Some(head.edge.root()) {
        return Err(altered(last.number));
    }
    after(tx, of, last.number, (size, note, now)).await
}

/// The publication behind the one of this number; `None` when another node was first.
async fn after(
    tx: &mut Tx,
    of: Of<'_>,
    number: u64,
    (size, note, at): (u64, &str, Timestamp),
) -> Result<Option<Publication>, StoreError> {
    let publication = Publication {
        number: number + 1,
        size,
        at,
        note: note.to_owned(),
    };
    let inserted = insert(tx, of, &publication).await?;
    Ok((inserted == 1).then_some(publication))
}

async fn insert(tx: &mut Tx, of: Of<'_>, publication: &Publication) -> Result<u64, StoreError> {
    let (n, size) = (number(publication.number), number(publication.size));
    let (at, note) = (publication.at, &publication.note);
    tx.execute(
        "-- store::public_log::publish
         insert into access_publication (origin, n, size, at, note, binding_mac) values ($1, $2, $3, $4, $5, $6)
         on conflict (origin, n) do nothing",
        &[
            of.1.into(),
            n.into(),
            size.into(),
            at.into(),
            note.as_str().into(),
            mac(of, [n, size, at.micros()], note.as_bytes()).as_slice().into(),
        ],
    )
    .await
}

/// Has what was published stand under another name too, as that of a log before would.
#[cfg(feature = "testing")]
pub async fn publish_under(tx: &mut Tx, of: Of<'_>, origin: &str) -> Result<(), StoreError> {
    for n in 1.. {
        let Some(publication) = numbered(tx, of, n).await? else {
            break;
        };
        insert(tx, (of.0, origin), &publication).await?;
    }
    Ok(())
}

/// Publications that are looked at when a log ends, and how many at once behind the newest: with one a second, those of a day.
const LOOKED_AT: u32 = 100_000;
const AT_ONCE: u32 = 1_000;

/// Deletes the newest publications of a log that ends as far as they are not as they were published: what is served of it
/// from now on is what can be shown to be its own. Its numbers are given to nobody any more. When more are altered than are
/// looked at, all of them stay: the head is locked meanwhile.
pub(crate) async fn forget_altered(
    tx: &mut Tx,
    sealer: &Sealer,
    (ended, entries): (&Verifier, u64),
) -> Result<(), StoreError> {
    let (mut to, mut looked_at) = (i64::MAX, 0_u32);
    let after = 'good: loop {
        // Mostly the newest is as it was published, and no other is read.
        let at_once = match looked_at {
            0 => 1,
            _ => AT_ONCE.min(LOOKED_AT.saturating_sub(looked_at)),
        };
        let rows = newest_down(tx, ended.name(), (to, at_once)).await?;
        for row in &rows {
            let n = row.int(0)?;
            if is_as_published(row, sealer, (ended, entries)) {
                break 'good n;
            }
            to = n.saturating_sub(1);
        }
        let read = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        looked_at = looked_at.saturating_add(read);
        match (read < at_once, looked_at >= LOOKED_AT) {
            (true, _) => break 'good i64::MIN,
            (false, true) => return Ok(()),
            (false, false) => {}
        }
    };
    tx.execute(
        "-- store::public_log::forget_altered
         delete from access_publication where origin = $1 and n > $2",
        &[ended.name().into(), after.into()],
    )
    .await?;
    Ok(())
}

/// The next rows from this number down. One whose number is none is of no publication, and goes with those above the last good
/// one.
async fn newest_down(tx: &mut Tx, origin: &str, (to, at_once): (i64, u32)) -> Result<Vec<Row>, StoreError> {
    let sql = format!(
        "-- store::public_log::newest_down
         select {} from access_publication
         where origin = $1 and n <= $2 and n = cast(n as bigint) order by n desc limit $3",
        columns(tx.engine())
    );
    tx.query(&sql, &[origin.into(), to.into(), at_once.into()]).await
}

/// Whether a row is bound, and its note is a head of so many entries at most, signed by the log.
fn is_as_published(row: &Row, sealer: &Sealer, (log, entries): (&Verifier, u64)) -> bool {
    let Ok(publication) = read(row, (sealer, log.name())) else {
        return false;
    };
    let signed = Checkpoint::open(publication.note.as_bytes(), log).map(|signed| signed.size());
    publication.size <= entries && signed == Ok(publication.size)
}
