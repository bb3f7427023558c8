//! A mobile number and the household behind it. The number is found by its blind index, and opened under a receipt only.

use pramaan_domain::id::HouseholdId;
use pramaan_domain::language::Language;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{IndexKind, MacKind, equal};

use crate::StoreError;
use crate::db::{ColumnType, Row, Tx, Value, batches, for_update, rows_placeholders};
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
///
/// # Errors
/// `Serialization` when it is being deleted at this moment, again and again.
pub async fn find_or_create(
    tx: &mut Tx,
    sealer: &Sealer,
    mobile: &Mobile,
    now: Timestamp,
) -> Result<HouseholdId, StoreError> {
    let fresh = HouseholdId::from_random(sealer.random());
    for _ in 0..ATTEMPTS {
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
            Some(household) if household != fresh => return Ok(household),
            Some(_) => {
                insert(tx, sealer, fresh, mobile.as_str(), now).await?;
                recount(tx, &of_number(&mobile_ix(sealer, mobile)), &fresh.to_string()).await?;
                return Ok(fresh);
            }
            // It was there a moment ago, and went with its last member.
            None => {}
        }
    }
    Err(StoreError::Serialization)
}

/// How often a number is claimed whose household goes meanwhile.
const ATTEMPTS: u8 = 3;

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
         insert into household (id, mobile, language, unused_since, created_at) values ($1, $2, $3, $4, $4)",
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

/// Notes that somebody is registered in a household, which stays from now on; it is locked until the transaction ends.
///
/// # Errors
/// `Erased` when it went with its last member, or unused: whoever comes has to prove the number again.
pub(crate) async fn move_in(tx: &mut Tx, household: HouseholdId) -> Result<(), StoreError> {
    let there = tx
        .execute(
            "-- store::household::move_in
             update household set unused_since = null where id = $1",
            &[household.into()],
        )
        .await?;
    match there {
        0 => Err(StoreError::Erased),
        _ => Ok(()),
    }
}

/// Locks a household until the transaction ends, so that nobody is registered in it while its last member goes. Its devices
/// come first, as in a login, and the counts of its registrations after, as in a registration.
pub async fn lock(tx: &mut Tx, household: HouseholdId) -> Result<(), StoreError> {
    let devices = for_update(
        tx.engine(),
        "-- store::household::lock_devices
         select name from known_device where mobile_ix in (
             select mobile_ix from mobile_index where household = $1) order by mobile_ix, device_ix",
    );
    tx.query(&devices, &[household.into()]).await?;
    lock_row(tx, household).await
}

pub(crate) async fn lock_row(tx: &mut Tx, household: HouseholdId) -> Result<(), StoreError> {
    let sql = for_update(
        tx.engine(),
        "-- store::household::lock
         select id from household where id = $1",
    );
    tx.query_opt(&sql, &[household.into()]).await.map(drop)
}

/// What is left of a household after one of its members was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HouseholdLeft {
    WithMembers,
    /// Nothing: number, indexes, key and devices went with the last member.
    Nothing,
}

/// Deletes a household that has no members any more. Lock it first.
pub(crate) async fn delete_if_empty(
    tx: &mut Tx,
    household: HouseholdId,
) -> Result<HouseholdLeft, StoreError> {
    let members = tx
        .query_one(
            "-- store::household::members
             select count(*) from person where household = $1",
            &[household.into()],
        )
        .await?;
    if members.int(0)? > 0 {
        return Ok(HouseholdLeft::WithMembers);
    }
    let number = tx
        .query_opt(
            "-- store::household::number
             select mobile_ix from mobile_index where household = $1",
            &[household.into()],
        )
        .await?;
    if let Some(number) = number {
        recount(tx, &household.to_string(), &of_number(number.blob(0)?)).await?;
    }
    delete(tx, &[household]).await?;
    Ok(HouseholdLeft::Nothing)
}

/// Under what the registrations of a day are counted while a number has no household.
fn of_number(mobile_ix: &[u8]) -> String {
    let hex: String = mobile_ix.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("number {hex}")
}

/// Carries what was counted of a day from a household that goes to the one that comes: deleting everybody and logging in
/// again starts no new count.
async fn recount(tx: &mut Tx, from: &str, to: &str) -> Result<(), StoreError> {
    tx.execute(
        "-- store::household::recount
         update registration_count set household = $2 where household = $1",
        &[from.into(), to.into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` households in which nobody was registered since they were made before `before`; answers how many.
pub async fn purge_unused(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    // Who is registered at this moment changes the row, so that it is found no more once the lock is there.
    let sql = for_update(
        tx.engine(),
        "-- store::household::unused
         select id from household where unused_since < $1 order by unused_since, id limit $2",
    );
    let rows = tx.query(&sql, &[before.into(), most.into()]).await?;
    let households = rows.iter().map(|row| row.parse(0));
    let households: Vec<HouseholdId> = households.collect::<Result<_, _>>()?;
    delete(tx, &households).await?;
    Ok(households.len() as u64)
}

/// Numbers, their indexes, the keys and the devices that logged in with them.
async fn delete(tx: &mut Tx, households: &[HouseholdId]) -> Result<(), StoreError> {
    for chunk in batches(tx.engine(), households, 1, 0) {
        let which: Vec<Value> = chunk.iter().map(|household| (*household).into()).collect();
        let these = rows_placeholders(tx.engine(), 1, &[ColumnType::Text], chunk.len());
        for sql in [
            "-- store::household::delete_devices
             delete from known_device where mobile_ix in (
                 select mobile_ix from mobile_index where household in (values {these}))",
            "-- store::household::delete_index
             delete from mobile_index where household in (values {these})",
            "-- store::household::delete_key
             delete from person_key where subject = household and household in (values {these})",
            "-- store::household::delete
             delete from household where id in (values {these})",
        ] {
            tx.execute(&sql.replace("{these}", &these), &which).await?;
        }
    }
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
