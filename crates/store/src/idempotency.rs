//! What was answered to a request that carried an `Idempotency-Key`, so that its repetition is answered alike.
//!
//! Keys and requests are kept as keyed indexes, answers sealed. A key belongs to its household: nobody else meets it.

use std::collections::HashMap;

use pramaan_domain::id::HouseholdId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::{IndexKind, SealPurpose};

use crate::StoreError;
use crate::db::{ColumnType, Rows, Tx, Value, days};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};
use crate::session::insert;

use ColumnType::{Blob, Int, Text};

/// A reference id and the id of an appointment are of one length in the table.
const BLOCK: usize = 24;

/// A client's key for one request, and what the request said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestKey {
    household: HouseholdId,
    key: [u8; 16],
    request: [u8; 16],
}

impl RequestKey {
    /// `request` is everything that the answer depends on, the operation's name included.
    pub fn new(sealer: &Sealer, household: HouseholdId, key: &str, request: &[u8]) -> Self {
        let index = |kind: &str, bytes: &[u8]| {
            let labelled = pramaan_keys::context(&[kind.as_bytes(), household.as_bytes(), bytes]);
            *sealer.keys.index(IndexKind::Idempotency, &labelled).as_bytes()
        };
        Self {
            household,
            key: index("key", key.as_bytes()),
            request: index("request", request),
        }
    }

    /// The key of a request without a key of its client's: what it says names it. It belongs to a centre's desk, which stands
    /// where a household would, on one day.
    pub fn of_desk(sealer: &Sealer, (centre, day): (i64, CivilDate), request: &[u8]) -> Self {
        let desk = pramaan_keys::context(&[b"desk", &centre.to_be_bytes(), &days(day).to_be_bytes()]);
        let desk = sealer.keys.index(IndexKind::Idempotency, &desk);
        Self::of_content(sealer, HouseholdId::from_bytes(*desk.as_bytes()), request)
    }

    /// The key of a request that is named by what it says.
    pub fn of_content(sealer: &Sealer, household: HouseholdId, request: &[u8]) -> Self {
        let new = Self::new(sealer, household, "", request);
        Self {
            key: new.request,
            ..new
        }
    }

    pub(crate) fn place(&self) -> (HouseholdId, [u8; 16]) {
        (self.household, self.key)
    }

    pub(crate) fn is_for_the_same_request_as(&self, other: &[u8; 16]) -> bool {
        pramaan_keys::equal(&self.request, other)
    }

    pub(crate) fn request(&self) -> [u8; 16] {
        self.request
    }
}

/// A key's place in the table, and what is kept there: the request, and the answer in clear.
pub(crate) type Answers = HashMap<(HouseholdId, [u8; 16]), ([u8; 16], Vec<u8>)>;

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recalled {
    /// The same request was answered with this.
    Answer(Vec<u8>),
    /// The key was used for another request.
    OtherRequest,
}

/// What is known of each key; keys never seen are left out.
pub(crate) async fn load(tx: &mut Tx, sealer: &Sealer, keys: &[RequestKey]) -> Result<Answers, StoreError> {
    let mut found = HashMap::with_capacity(keys.len());
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [Text, Blob],
        keys.iter().map(|key| [key.household.into(), key.key.into()]),
    ) {
        let sql = format!(
            "-- store::idempotency::load
             with v (household, key_ix) as ({rows})
             select i.household, i.key_ix, i.request_mac, i.sealed
             from idempotency i join v on v.household = i.household and v.key_ix = i.key_ix"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let (household, key) = (row.parse(0)?, row.array(1)?);
            let sealed = row.blob(3)?;
            let answer = sealer
                .keys
                .open(SealPurpose::Idempotency, &bound_to(household, &key), sealed)?;
            let corrupt = || StoreError::corrupt("idempotency", "sealed");
            let answer = unpadded(&answer).ok_or_else(corrupt)?.to_vec();
            found.insert((household, key), (row.array(2)?, answer));
        }
    }
    Ok(found)
}

/// What was answered to `key` before, if it was used before.
pub async fn recall(tx: &mut Tx, sealer: &Sealer, key: &RequestKey) -> Result<Option<Recalled>, StoreError> {
    let found = load(tx, sealer, &[*key]).await?.remove(&key.place());
    Ok(found.map(
        |(request, answer)| match key.is_for_the_same_request_as(&request) {
            true => Recalled::Answer(answer),
            false => Recalled::OtherRequest,
        },
    ))
}

/// Keeps answers, in the transaction that did what they tell.
///
/// # Errors
/// `UniqueViolation` when the same key was answered by another node meanwhile: run the whole work again.
pub async fn remember(
    tx: &mut Tx,
    sealer: &Sealer,
    answers: &[(RequestKey, Vec<u8>)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows: Vec<[Value; 5]> = answers
        .iter()
        .map(|(key, answer)| {
            let context = bound_to(key.household, &key.key);
            let padded = padded(answer, BLOCK);
            let sealed = sealer
                .keys
                .seal(SealPurpose::Idempotency, &context, &padded, &*sealer.entropy);
            [
                key.household.into(),
                key.key.into(),
                key.request.into(),
                sealed.into(),
                now.into(),
            ]
        })
        .collect();
    insert(
        tx,
        "-- store::idempotency::remember
         insert into idempotency (household, key_ix, request_mac, sealed, created_at)",
        [Text, Blob, Blob, Blob, Int],
        rows,
    )
    .await
}

/// Deletes up to `most` answers older than `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::idempotency::purge
         delete from idempotency where (household, key_ix) in (
             select household, key_ix from idempotency where created_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn bound_to(household: HouseholdId, key: &[u8; 16]) -> Vec<u8> {
    let mut bound = context("idempotency", "sealed", household);
    bound.extend_from_slice(key);
    bound
}
