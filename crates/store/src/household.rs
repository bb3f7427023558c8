//! A mobile number and the household behind it. The number is found by its blind index, and opened under a receipt only.

use pramaan_domain::id::HouseholdId;
use pramaan_domain::language::Language;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{IndexKind, MacKind, equal};

use crate::StoreError;
use crate::db::{Row, Tx};
use crate::person_key;
use crate::sealer::{Sealer, context};

/// The household of a mobile number whose owner has just proved it; `None` when the number is new.
///
/// Equality of blind indexes opens nothing. Call it after the one-time password was right, never before: what it answers
/// depends on the number.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row was changed to name another household.
pub async fn find(tx: &mut Tx, sealer: &Sealer, mobile: &Mobile) -> Result<Option<HouseholdId>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::household::find
             select household, binding_mac from mobile_index where mobile_ix = $1",
            &[mobile_ix(sealer, mobile).into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let household: HouseholdId = row.parse(0)?;
    check_binding(sealer, (&mobile_ix(sealer, mobile), household), row.blob(1)?)?;
    Ok(Some(household))
}

/// The blind indexes of a household's numbers: one, or none for people who never proved one.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row was changed to name this household.
pub async fn indexes_of(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = tx
        .query(
            "-- store::household::indexes_of
             select mobile_ix, binding_mac from mobile_index where household = $1",
            &[household.into()],
        )
        .await?;
    let index = |row: &Row| {
        check_binding(sealer, (row.blob(0)?, household), row.blob(1)?)?;
        Ok(row.blob(0)?.to_vec())
    };
    rows.iter().map(index).collect()
}

/// Whether a row of `mobile_index` was written by us as it stands.
pub(crate) fn check_binding(
    sealer: &Sealer,
    (mobile_ix, household): (&[u8], HouseholdId),
    found: &[u8],
) -> Result<(), StoreError> {
    match equal(&binding(sealer, mobile_ix, household), found) {
        true => Ok(()),
        false => Err(StoreError::misplaced("mobile_index")),
    }
}

fn binding(sealer: &Sealer, mobile_ix: &[u8], household: HouseholdId) -> [u8; 32] {
    sealer
        .keys
        .mac(MacKind::HouseholdOfMobile, &[mobile_ix, household.as_bytes()])
}

/// Finds the household of a proven number or makes it, with the default language.
pub async fn find_or_create(
    tx: &mut Tx,
    sealer: &Sealer,
    mobile: &Mobile,
    now: Timestamp,
) -> Result<HouseholdId, StoreError> {
    let fresh = HouseholdId::from_random(sealer.random());
    tx.execute(
        "-- store::household::claim_number
         insert into mobile_index (mobile_ix, key_epoch, household, binding_mac) values ($1, $2, $3, $4)
         on conflict (mobile_ix) do nothing",
        &[
            mobile_ix(sealer, mobile).into(),
            i64::from(sealer.keys.epoch().0).into(),
            fresh.to_string().into(),
            binding(sealer, &mobile_ix(sealer, mobile), fresh).into(),
        ],
    )
    .await?;
    match find(tx, sealer, mobile).await? {
        Some(household) if household != fresh => Ok(household),
        _ => {
            insert(tx, sealer, fresh, mobile.as_str(), now).await?;
            Ok(fresh)
        }
    }
}

/// What is sealed where there is no number: as long as one, so that a dump does not show who has no telephone.
pub(crate) const NO_MOBILE: &str = "----------";

/// Makes a household without a number, for somebody who proved none. Nobody can log in to it.
pub async fn create_without_mobile(
    tx: &mut Tx,
    sealer: &Sealer,
    now: Timestamp,
) -> Result<HouseholdId, StoreError> {
    let fresh = HouseholdId::from_random(sealer.random());
    insert(tx, sealer, fresh, NO_MOBILE, now).await?;
    Ok(fresh)
}

async fn insert(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    mobile: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = sealer.new_key();
    person_key::insert_household(tx, sealer, household, &key, now).await?;
    let sealed = key.seal(
        &context("household", "mobile", household),
        mobile.as_bytes(),
        &*sealer.entropy,
    );
    tx.execute(
        "-- store::household::insert
         insert into household (id, mobile, language, created_at) values ($1, $2, $3, $4)",
        &[
            household.to_string().into(),
            sealed.into(),
            Language::default().code().into(),
            now.micros().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Keeps the language in which the household's owner has just spoken to us, for the messages to come.
pub async fn keep_language(
    tx: &mut Tx,
    household: HouseholdId,
    language: Language,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::household::keep_language
         update household set language = $2 where id = $1 and language <> $2",
        &[household.to_string().into(), language.code().into()],
    )
    .await?;
    Ok(())
}

pub(crate) fn mobile_ix(sealer: &Sealer, mobile: &Mobile) -> [u8; 16] {
    *sealer
        .keys
        .index(IndexKind::Mobile, mobile.as_str().as_bytes())
        .as_bytes()
}
