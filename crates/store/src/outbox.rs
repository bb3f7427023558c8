//! The transactional outbox: a message is queued in the transaction that causes it, and delivered after.
//!
//! A message is opaque here: bytes that `app` can read, sealed together with the number. Delivery is at least once: a
//! process that dies between sending and [`finish`] sends again.

use std::fmt;

use pramaan_domain::id::MessageId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;
use pramaan_keys::SealPurpose;

use crate::db::{ColumnType, Row, Rows, Tx, Value};
use crate::sealer::context;
use crate::{Sealer, StoreError};

use ColumnType::{Blob, Int, Text};

/// A message about to be queued.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub to: Mobile,
    pub body: Vec<u8>,
    /// After this it is not worth sending.
    pub expires_at: Timestamp,
}

/// Neither to whom nor what.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A message taken for delivery.
pub struct Claimed {
    pub id: MessageId,
    pub to: Mobile,
    pub body: Vec<u8>,
    /// Deliveries begun, this one included.
    pub attempts: i64,
    pub expires_at: Timestamp,
    pub queued_at: Timestamp,
}

/// Which messages to take.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// The `most` that have been due longest.
    Due { most: u32 },
    /// These, if they are due.
    These(&'a [MessageId]),
}

/// How a delivery ended for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Sent,
    /// Given up: too many attempts, or no longer worth sending.
    Failed,
}

/// Queues a message; it is due at once.
pub async fn queue(
    tx: &mut Tx,
    sealer: &Sealer,
    message: &Outgoing,
    now: Timestamp,
) -> Result<MessageId, StoreError> {
    let id = MessageId::from_random(sealer.random());
    insert(tx, vec![row(sealer, id, message, now)]).await?;
    Ok(id)
}

/// Queues messages together; answers their ids in their order.
pub async fn queue_all(
    tx: &mut Tx,
    sealer: &Sealer,
    messages: &[Outgoing],
    now: Timestamp,
) -> Result<Vec<MessageId>, StoreError> {
    let (mut ids, mut rows) = (Vec::with_capacity(messages.len()), Vec::new());
    for message in messages {
        let id = MessageId::from_random(sealer.random());
        ids.push(id);
        rows.push(row(sealer, id, message, now));
    }
    insert(tx, rows).await?;
    Ok(ids)
}

/// The columns id, sealed, state, attempts, next_attempt_at, expires_at, queued_at.
fn row(sealer: &Sealer, id: MessageId, message: &Outgoing, now: Timestamp) -> [Value; 7] {
    let mut plain = message.to.as_str().as_bytes().to_vec();
    plain.extend_from_slice(&message.body);
    let sealed = sealer
        .keys
        .seal(SealPurpose::Outbox, &bound(id), &plain, &*sealer.entropy);
    [
        id.into(),
        sealed.into(),
        "queued".into(),
        0_i64.into(),
        now.into(),
        message.expires_at.into(),
        now.into(),
    ]
}

async fn insert(tx: &mut Tx, rows: Vec<[Value; 7]>) -> Result<(), StoreError> {
    const COLUMNS: [ColumnType; 7] = [Text, Blob, Text, Int, Int, Int, Int];
    for rows in Rows::cut(tx.engine(), &[], COLUMNS, rows) {
        let sql = format!(
            "-- store::outbox::queue
             insert into outbox (id, sealed, state, attempts, next_attempt_at, expires_at, queued_at)
             {rows}"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    Ok(())
}

/// Takes due messages for delivery. Nobody else gets them for `lease_seconds`, after which they are due again.
pub async fn claim(
    tx: &mut Tx,
    sealer: &Sealer,
    wanted: Wanted<'_>,
    lease_seconds: i64,
    now: Timestamp,
) -> Result<Vec<Claimed>, StoreError> {
    let times: [Value; 2] = [now.into(), now.plus_seconds(lease_seconds).into()];
    let (which, params) = match wanted {
        Wanted::These([]) => return Ok(Vec::new()),
        Wanted::These(ids) => {
            let rows = Rows::new(tx.engine(), &times, [Text], ids.iter().map(|id| [(*id).into()]));
            (rows.to_string(), rows.params().to_vec())
        }
        Wanted::Due { most } => {
            let which = "select id from outbox where state = 'queued' and next_attempt_at <= $1
             order by next_attempt_at limit $3";
            let [now, until] = times;
            (which.to_owned(), vec![now, until, most.into()])
        }
    };
    let sql = format!(
        "-- store::outbox::claim
         update outbox set attempts = attempts + 1, next_attempt_at = $2
         where id in ({which}) and state = 'queued' and next_attempt_at <= $1
         returning id, sealed, attempts, expires_at, queued_at"
    );
    let rows = tx.query(&sql, &params).await?;
    let mut claimed = rows
        .iter()
        .map(|row| opened(sealer, row))
        .collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by_key(|message| message.queued_at);
    Ok(claimed)
}

/// Ends a delivery for good and blanks the message.
pub async fn finish(tx: &mut Tx, id: MessageId, end: End, now: Timestamp) -> Result<(), StoreError> {
    let state = match end {
        End::Sent => "sent",
        End::Failed => "failed",
    };
    tx.execute(
        "-- store::outbox::finish
         update outbox set state = $2, sealed = null, done_at = $3 where id = $1",
        &[id.into(), state.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Puts a claimed message back until `next_attempt_at`.
pub async fn retry(tx: &mut Tx, id: MessageId, next_attempt_at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::outbox::retry
         update outbox set next_attempt_at = $2 where id = $1 and state = 'queued'",
        &[id.into(), next_attempt_at.into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` messages that ended before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::outbox::purge
         delete from outbox where id in (
             select id from outbox where state in ('sent', 'failed') and done_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

/// A number is ten bytes; what follows is the message.
const NUMBER: usize = 10;

fn opened(sealer: &Sealer, row: &Row) -> Result<Claimed, StoreError> {
    let id: MessageId = row.parse(0)?;
    let plain = sealer.keys.open(SealPurpose::Outbox, &bound(id), row.blob(1)?)?;
    let (number, body) = plain
        .split_at_checked(NUMBER)
        .ok_or_else(|| row.inconsistent(1, "a sealed message"))?;
    let to = std::str::from_utf8(number)
        .ok()
        .and_then(|text| Mobile::parse(text).ok());
    Ok(Claimed {
        id,
        to: to.ok_or_else(|| row.inconsistent(1, "a sealed message"))?,
        body: body.to_vec(),
        attempts: row.int(2)?,
        expires_at: row.timestamp(3)?,
        queued_at: row.timestamp(4)?,
    })
}

fn bound(id: MessageId) -> Vec<u8> {
    context("outbox", "sealed", id)
}
