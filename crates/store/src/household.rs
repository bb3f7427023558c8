//! A mobile number and the household behind it. The number is found by its blind index, and opened under a receipt only.

use pramaan_domain::id::HouseholdId;
use pramaan_domain::language::Language;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::IndexKind;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::db::{ColumnType, Rows, Tx, Value, for_update};
use crate::mobile_index::{self, Number};
use crate::person_key;
use crate::sealer::{Sealer, context};
use crate::{known_device, member, rekey};

/// The household of a mobile number whose owner has just proved it; `None` when the number is new, or has been silent for
/// so long that it opens nothing by itself.
///
/// Equality of blind indexes opens nothing. Call it after the one-time password was right, never before: what it answers
/// depends on the number. It is no proof that wakes a number: see [`prove`].
///
/// # Errors
/// `Misplaced`, with an alarm, when the row was changed to name another household.
pub async fn find(
    tx: &mut Tx,
    sealer: &Sealer,
    mobile: &Mobile,
    (silence, today): (Silence, CivilDate),
) -> Result<Option<HouseholdId>, StoreError> {
    let ix = index_of(tx, sealer, mobile).await?;
    let number = mobile_index::find(tx, sealer, &ix).await?;
    let awake = number.filter(|number| !silence.has_passed(number.proved_on, today));
    Ok(awake.map(|number| number.household))
}

/// After how many days without a one-time password a number opens nothing by the password alone: it may have been given to
/// somebody else meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence(u16);

impl Silence {
    pub const fn days(days: u16) -> Self {
        Self(days)
    }

    pub const fn in_days(self) -> u16 {
        self.0
    }

    /// The day of the last proof does not count, today does.
    fn has_passed(self, proved_on: CivilDate, today: CivilDate) -> bool {
        (today - proved_on).num_days() >= i64::from(self.0)
    }
}

/// The household of a number that was just proved by a one-time password: the one it has, a new one for a new number, and
/// a new one for a number that was silent for long. Whoever the latter showed before sleeps until a second proof, which
/// `member::guess` judges; nobody is told whether there is anybody.
///
/// # Errors
/// As [`find_or_create`].
pub async fn prove(
    tx: &mut Tx,
    sealer: &Sealer,
    mobile: &Mobile,
    (silence, now): (Silence, Timestamp),
) -> Result<HouseholdId, StoreError> {
    find_or_create(tx, sealer, mobile, now).await?;
    let ix = mobile_ix(sealer, mobile);
    let number = mobile_index::lock(tx, sealer, &ix).await?;
    let number = number.ok_or(StoreError::Serialization)?;
    let today = now.date();
    if number.proved_on == today {
        return Ok(number.household);
    }
    let members = member::of_household(tx, sealer, number.household).await?;
    if members.is_empty() || !silence.has_passed(number.proved_on, today) {
        let proved = Number {
            proved_on: number.proved_on.max(today),
            ..number
        };
        mobile_index::update(tx, sealer, &ix, &proved).await?;
        return Ok(number.household);
    }
    let fresh = HouseholdId::from_random(sealer.random());
    member::silence(tx, sealer, (number.household, number.former), now).await?;
    insert(tx, sealer, fresh, mobile.as_str(), now).await?;
    // It stays while somebody sleeps, though nobody may ever be registered in it: it alone knows who slept.
    move_in(tx, fresh).await?;
    recount(tx, &number.household.to_string(), &fresh.to_string()).await?;
    known_device::forget_all(tx, &ix).await?;
    let begun = Number {
        household: fresh,
        proved_on: today,
        former: Some(number.household),
    };
    mobile_index::update(tx, sealer, &ix, &begun).await?;
    Ok(fresh)
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
    let numbers = mobile_index::of_household(tx, sealer, household).await?;
    Ok(numbers.into_iter().map(|(ix, _)| ix).collect())
}

/// The household that this one's number had before it fell silent, if it did.
///
/// # Errors
/// As [`indexes_of`].
pub async fn former_of(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
) -> Result<Option<HouseholdId>, StoreError> {
    let numbers = mobile_index::of_household(tx, sealer, household).await?;
    Ok(numbers.into_iter().find_map(|(_, number)| number.former))
}

/// Finds the household of a number or makes it, with the default language, however long the number was silent: what was
/// proved a moment ago goes to [`prove`].
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
    rekey::number(tx, sealer, mobile).await?;
    for _ in 0..ATTEMPTS {
        let ix = mobile_ix(sealer, mobile);
        let new = Number {
            household: fresh,
            proved_on: now.date(),
            former: None,
        };
        mobile_index::claim(tx, sealer, &ix, &new).await?;
        match mobile_index::find(tx, sealer, &ix).await? {
            Some(number) if number.household != fresh => return Ok(number.household),
            Some(_) => {
                insert(tx, sealer, fresh, mobile.as_str(), now).await?;
                recount(tx, &of_number(&ix), &fresh.to_string()).await?;
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

/// Notes that somebody left a household: when nobody is in it any more, nor sleeps under its number, it goes like one in
/// which nobody ever was.
pub(crate) async fn move_out(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    now: Timestamp,
) -> Result<(), StoreError> {
    if sleepers_of(tx, sealer, household).await? == Sleepers::Some {
        return Ok(());
    }
    tx.execute(
        "-- store::household::move_out
         update household set unused_since = $2 where id = $1
           and not exists (select 1 from person where household = $1)
           and not exists (select 1 from member where holder = $1)",
        &[household.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Notes that somebody sleeps no more since the number of this household fell silent: with the last one goes what the number
/// was kept for.
pub(crate) async fn wake(
    tx: &mut Tx,
    sealer: &Sealer,
    former: HouseholdId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = tx
        .query(
            "-- store::household::wake
             select household from mobile_index where former = $1",
            &[former.into()],
        )
        .await?;
    for row in rows {
        move_out(tx, sealer, row.parse(0)?, now).await?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sleepers {
    None,
    Some,
}

/// Whether anybody sleeps under the number of a household.
async fn sleepers_of(tx: &mut Tx, sealer: &Sealer, household: HouseholdId) -> Result<Sleepers, StoreError> {
    match former_of(tx, sealer, household).await? {
        Some(former) if member::has_sleepers(tx, sealer, former).await? => Ok(Sleepers::Some),
        Some(_) | None => Ok(Sleepers::None),
    }
}

/// Takes its number from a household, with the devices that logged in by it. What was counted of a day stays the number's.
pub(crate) async fn lose_number(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    mobile_ix: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    recount(tx, &household.to_string(), &of_number(mobile_ix)).await?;
    known_device::forget_all(tx, mobile_ix).await?;
    mobile_index::delete(tx, mobile_ix).await?;
    move_out(tx, sealer, household, now).await
}

/// Locks the numbers of two households until the transaction ends: before the people whom they show and before the log's head,
/// as a login, a change of phone and a report of a number have it.
pub async fn lock_numbers(tx: &mut Tx, households: [HouseholdId; 2]) -> Result<(), StoreError> {
    let sql = for_update(
        tx.engine(),
        "-- store::household::lock_numbers
         select mobile_ix from mobile_index where household in ($1, $2) order by mobile_ix",
    );
    tx.query(&sql, &households.map(Value::from)).await.map(drop)
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
    /// Somebody is there.
    WithMembers,
    /// Nothing: number, indexes, key and devices went with the last member. Whoever sleeps under the number does so under a
    /// new household, of which nobody is told.
    Nothing,
}

/// Deletes a household that has no members any more. Lock it first.
pub(crate) async fn delete_if_empty(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    now: Timestamp,
) -> Result<HouseholdLeft, StoreError> {
    let members = tx
        .query_one(
            "-- store::household::members
             select (select count(*) from person where household = $1)
                  + (select count(*) from member where holder = $1)",
            &[household.into()],
        )
        .await?;
    if members.int(0)? > 0 {
        return Ok(HouseholdLeft::WithMembers);
    }
    if sleepers_of(tx, sealer, household).await? == Sleepers::Some {
        hand_on(tx, sealer, household, now).await?;
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

/// Gives the number of a household that goes to a new and empty one, as when it fell silent: whoever sleeps under it can be
/// brought back, and whoever deleted the last member is told what they would be if nobody slept.
async fn hand_on(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let numbers = mobile_index::of_household(tx, sealer, household).await?;
    let (Some((ix, _)), Some(mobile)) = (
        numbers.into_iter().next(),
        sealed_again(tx, sealer, household).await?,
    ) else {
        return Ok(());
    };
    let number = mobile_index::lock(tx, sealer, &ix).await?;
    // At a login of this moment the number fell silent again, and has its new household.
    let Some(number) = number.filter(|number| number.household == household) else {
        return Ok(());
    };
    let fresh = HouseholdId::from_random(sealer.random());
    insert(tx, sealer, fresh, &mobile, now).await?;
    move_in(tx, fresh).await?;
    recount(tx, &household.to_string(), &fresh.to_string()).await?;
    known_device::forget_all(tx, &ix).await?;
    let handed = Number {
        household: fresh,
        ..number
    };
    mobile_index::update(tx, sealer, &ix, &handed).await
}

/// The number of a household, to be sealed again for the one that comes in its place.
async fn sealed_again(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
) -> Result<Option<Zeroizing<String>>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::household::sealed_number
             select mobile from household where id = $1",
            &[household.into()],
        )
        .await?;
    let (Some(row), Some(key)) = (row, person_key::household(tx, sealer, household).await?) else {
        return Ok(None);
    };
    let plain = key.open(&context("household", "mobile", household), row.blob(0)?)?;
    let mobile = std::str::from_utf8(&plain).map_err(|_| StoreError::corrupt("household", "mobile"))?;
    Ok(Some(Zeroizing::new(mobile.to_owned())))
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
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [ColumnType::Text],
        households.iter().map(|household| [(*household).into()]),
    ) {
        let these = rows.to_string();
        for sql in [
            "-- store::household::delete_devices
             delete from known_device where mobile_ix in (
                 select mobile_ix from mobile_index where household in ({these}))",
            "-- store::household::delete_index
             delete from mobile_index where household in ({these})",
            "-- store::household::delete_key
             delete from person_key where subject = household and household in ({these})",
            "-- store::household::delete
             delete from household where id in ({these})",
        ] {
            tx.execute(&sql.replace("{these}", &these), rows.params()).await?;
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

/// The blind index of a number, which its rows have from now on. Equality opens nothing.
pub async fn index_of(tx: &mut Tx, sealer: &Sealer, mobile: &Mobile) -> Result<Vec<u8>, StoreError> {
    rekey::number(tx, sealer, mobile).await?;
    Ok(mobile_ix(sealer, mobile).to_vec())
}

pub(crate) fn mobile_ix(sealer: &Sealer, mobile: &Mobile) -> [u8; 16] {
    let index = sealer
        .keys
        .directory(IndexKind::Mobile, mobile.as_str().as_bytes());
    *index.now.as_bytes()
}
