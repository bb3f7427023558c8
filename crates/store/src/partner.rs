//! White-listed partners and their keys. A key is kept as a MAC only, so it can be checked and never shown again.

use std::collections::HashMap;

use pramaan_domain::id::PartnerId;
use pramaan_domain::time::Timestamp;
use pramaan_keys::MacKind;

use crate::db::{Row, Tx};
use crate::{Sealer, StoreError};

/// What a partner's key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartnerKind {
    /// Serves citizens with the citizens' own OTPs.
    Aggregator,
    /// A vaccination centre's own system, bound to this centre.
    Facility { centre: i64 },
}

/// A partner as stored. `number` is its short public name in access entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRow {
    pub id: PartnerId,
    pub number: i64,
    pub name: String,
    pub kind: PartnerKind,
}

/// Stores a partner under the next free number. Two at the same time: the second is a `UniqueViolation`; try again.
pub async fn insert(
    tx: &mut Tx,
    sealer: &Sealer,
    (name, kind): (&str, PartnerKind),
    key: &str,
    now: Timestamp,
) -> Result<PartnerRow, StoreError> {
    let id = PartnerId::from_random(sealer.random());
    let (word, centre) = match kind {
        PartnerKind::Aggregator => ("aggregator", 0),
        PartnerKind::Facility { centre } => ("facility", centre),
    };
    let row = tx
        .query_one(
            "-- store::partner::insert
             insert into partner (id, number, name, kind, centre, key_mac, state, created_at)
             select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, 'active', $6 from partner
             returning id, number, name, kind, centre",
            &[
                id.into(),
                name.into(),
                word.into(),
                centre.into(),
                key_mac(sealer, key).into(),
                now.into(),
            ],
        )
        .await?;
    partner(&row)
}

/// The active partner with this key.
pub async fn by_key(tx: &mut Tx, sealer: &Sealer, key: &str) -> Result<Option<PartnerRow>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::partner::by_key
             select id, number, name, kind, centre from partner where key_mac = $1 and state = 'active'",
            &[key_mac(sealer, key).into()],
        )
        .await?;
    row.as_ref().map(partner).transpose()
}

/// Everybody with a key that has not ended, by number.
pub async fn active(tx: &mut Tx) -> Result<Vec<PartnerRow>, StoreError> {
    let rows = tx
        .query(
            "-- store::partner::active
             select id, number, name, kind, centre from partner where state = 'active' order by number",
            &[],
        )
        .await?;
    rows.iter().map(partner).collect()
}

/// What every partner is called, those whose key has ended included, by number.
pub async fn names(tx: &mut Tx) -> Result<HashMap<i64, String>, StoreError> {
    let rows = tx
        .query(
            "-- store::partner::names
             select number, name from partner",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.int(0)?, row.text(1)?.to_owned())))
        .collect()
}

/// Ends a partner's key for good; answers whether there was one to end.
pub async fn disable(tx: &mut Tx, number: i64) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "-- store::partner::disable
             update partner set state = 'disabled' where number = $1 and state = 'active'",
            &[number.into()],
        )
        .await?;
    Ok(changed > 0)
}

fn partner(row: &Row) -> Result<PartnerRow, StoreError> {
    let kind = match row.text(3)? {
        "aggregator" => PartnerKind::Aggregator,
        "facility" => PartnerKind::Facility { centre: row.int(4)? },
        _ => return Err(row.inconsistent(3, "a kind of partner")),
    };
    Ok(PartnerRow {
        id: row.parse(0)?,
        number: row.int(1)?,
        name: row.text(2)?.to_owned(),
        kind,
    })
}

fn key_mac(sealer: &Sealer, key: &str) -> [u8; 32] {
    sealer.keys.mac(MacKind::PartnerKey, &[key.as_bytes()])
}
