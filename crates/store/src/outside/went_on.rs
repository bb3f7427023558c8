//! Whether somebody on the list of erasures went on: was vaccinated, or booked an appointment after the erasure.
//!
//! Rows alone prove nothing: who can write the database and has an old copy puts a person back, and a row beside them. So
//! a dose counts when its sealed part opens under the person's key, and a booking when the entry that it made is in the log.

use pramaan_domain::access::Purpose;
use pramaan_domain::time::Timestamp;
use pramaan_keys::SecretKey;
use pramaan_tlog::Leaf;
use pramaan_tlog::leaf::{AccessKind, Salt};

use super::erasure::Listed;
use crate::access_log::AccessDetail;
use crate::access_log::leaf::hour;
use crate::access_log::places;
use crate::claim::ClaimState;
use crate::db::{Row, Tx, days};
use crate::person_key;
use crate::sealer::{Sealer, context};
use crate::tag_key::TagKey;
use crate::{StoreError, dose};

pub(super) async fn went_on(
    tx: &mut Tx,
    sealer: &Sealer,
    listed: &Listed,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if dose::has_genuine(tx, sealer, listed.subject).await? {
        return Ok(true);
    }
    Ok(booked_since(tx, listed, now).await? && booking_is_logged(tx, sealer, listed).await?)
}

/// Whether there is a live appointment that says that it was booked after the erasure.
async fn booked_since(tx: &mut Tx, listed: &Listed, now: Timestamp) -> Result<bool, StoreError> {
    let (household, person) = listed.subject;
    let row = tx
        .query_one(
            "-- store::outside::booked_since
             select count(*) from claim c
             join appointment a on a.session = c.session and a.id = c.appointment and a.person = c.person
             where c.household = $1 and c.person = $2 and c.state = $3 and c.ends_at > $4 and a.booked_at > $5",
            &[
                household.into(),
                person.into(),
                ClaimState::Booked.code().into(),
                now.into(),
                listed.at.into(),
            ],
        )
        .await?;
    Ok(row.int(0)? > 0)
}

/// Whether the log has an entry of a booking by this person after the erasure: nobody books without one.
async fn booking_is_logged(tx: &mut Tx, sealer: &Sealer, listed: &Listed) -> Result<bool, StoreError> {
    let (_, person) = listed.subject;
    let keys = person_key::tags(tx, sealer, &[listed.subject]).await?;
    let Some(tags) = keys.get(&person) else {
        return Ok(false);
    };
    let since = (days(listed.at.date()), i64::MAX);
    let places = places::between(tx, listed.subject, since).await?;
    let rows = places::details(tx, listed.subject, &places).await?;
    for row in &rows {
        let Some(entry) = entry_of(row, &tags.derive("detail")) else {
            continue;
        };
        let later = entry.detail.at() > listed.at && entry.detail.purpose() == Some(Purpose::Booking);
        if later && is_in_log(tx, tags, row, &entry).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a leaf commits to.
struct Entry {
    salt: Salt,
    bytes: Vec<u8>,
    detail: AccessDetail,
}

/// None for a row that was not written under this person's key at this place of the log.
fn entry_of(row: &Row, key: &SecretKey) -> Option<Entry> {
    let index = u64::try_from(row.int(0).ok()?).ok()?;
    let committed = key
        .open(&context("access_detail", "sealed", index), row.blob(3).ok()?)
        .ok()?;
    let (salt, bytes) = committed.split_first_chunk::<32>()?;
    Some(Entry {
        salt: Salt::from_bytes(*salt),
        detail: AccessDetail::decode(bytes).ok()?,
        bytes: bytes.to_vec(),
    })
}

async fn is_in_log(tx: &mut Tx, tags: &TagKey, row: &Row, entry: &Entry) -> Result<bool, StoreError> {
    let found = tx
        .query_opt(
            "-- store::outside::leaf
             select leaf from access_leaf where idx = $1",
            &[row.int(0)?.into()],
        )
        .await?;
    let Some(found) = found else { return Ok(false) };
    let Ok(Leaf::Access(access)) = Leaf::from_bytes(found.blob(0)?) else {
        return Ok(false);
    };
    let Ok(i) = u32::try_from(row.int(2)?) else {
        return Ok(false);
    };
    let ours = tags.tag(hour(entry.detail.at())?.day(), i)?;
    Ok(access.kind == AccessKind::Disclosure
        && access.subject == ours
        && access.circumstances.detail.holds(&entry.salt, &entry.bytes))
}
