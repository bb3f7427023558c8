//! Private members: the PIN's hash in their row, codes to set one, wrong tries, and which login has opened whom.
//!
//! It decides nothing: who sees whom is `app`'s. What decides is bound by MACs, and what was wrong is counted in the
//! transaction that finds it so. Nothing sealed is opened here.

use std::collections::HashMap;

use pramaan_domain::id::{LoginId, PersonId};
use pramaan_domain::private_member::SettingCode;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx, Value, date, days};
use crate::member::Subject;
use crate::person::Member;
use crate::sealer::Sealer;

/// Whether a person's record opens to the phone alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    Open,
    /// With the person's own PIN only.
    Private,
}

/// How many people read what is sent to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The one person who is registered with it, and who keeps nothing from its phone.
    Alone,
    /// Several members, or a private one.
    Shared,
}

impl Audience {
    /// Of everybody whom a phone shows; nobody's is as discreet as a shared one.
    pub(crate) fn of(members: &[Member]) -> Self {
        match members {
            [only] if only.privacy == Privacy::Open => Self::Alone,
            _ => Self::Shared,
        }
    }
}

/// What a person's row keeps beside the hash of their PIN, or beside there being none.
pub(crate) fn privacy_mac(sealer: &Sealer, (household, person): Subject, pin_hash: Option<&str>) -> [u8; 32] {
    let state: &[u8] = match pin_hash {
        Some(_) => b"private",
        None => b"open",
    };
    let hash = pin_hash.unwrap_or_default().as_bytes();
    let parts = [household.as_bytes().as_slice(), person.as_bytes(), state, hash];
    sealer.keys.mac(MacKind::PrivateMember, &parts)
}

/// The hash in two columns of a person's row.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row was not written by us as it stands.
pub(crate) fn pin_hash_in<'r>(
    sealer: &Sealer,
    subject: Subject,
    row: &'r Row,
    (hash, mac): (usize, usize),
) -> Result<Option<&'r str>, StoreError> {
    let hash = row.opt_text(hash)?;
    match equal(&privacy_mac(sealer, subject, hash), row.blob(mac)?) {
        true => Ok(hash),
        false => Err(StoreError::misplaced("person")),
    }
}

/// The hash of a person's PIN; `None` for somebody who is not private.
///
/// # Errors
/// `Erased` when the person is gone; `Misplaced`, with an alarm, when the row was changed.
pub async fn pin_hash(tx: &mut Tx, sealer: &Sealer, subject: Subject) -> Result<Option<String>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::private_member::pin_hash
             select pin_hash, privacy_mac from person where household = $1 and id = $2",
            &of(subject),
        )
        .await?
        .ok_or(StoreError::Erased)?;
    Ok(pin_hash_in(sealer, subject, &row, (0, 1))?.map(str::to_owned))
}

/// Makes a person private, changes their PIN, or with `None` makes them open again. What a login had opened is closed, and
/// the code that was printed is spent. Lock the person first.
///
/// # Errors
/// `Erased` when the person is gone.
pub async fn set(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    pin_hash: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let [household, person] = of(subject);
    let mac = privacy_mac(sealer, subject, pin_hash);
    let hash = pin_hash.map_or(Value::Null, Value::from);
    let changed = tx
        .execute(
            "-- store::private_member::set
             update person set pin_hash = $3, privacy_mac = $4, updated_at = $5 where household = $1 and id = $2",
            &[household, person, hash, mac.into(), now.into()],
        )
        .await?;
    if changed == 0 {
        return Err(StoreError::Erased);
    }
    for sql in [
        "-- store::private_member::spend_code
         delete from private_code where household = $1 and person = $2",
        "-- store::private_member::close_all
         delete from private_opening where household = $1 and person = $2",
    ] {
        tx.execute(sql, &of(subject)).await?;
    }
    Ok(())
}

/// Keeps a code to set a PIN with; the one before is good no longer.
pub async fn put_code(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    code: &SettingCode,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let [household, person] = of(subject);
    let mac = code_mac(sealer, subject, code, expires_at);
    tx.execute(
        "-- store::private_member::put_code
         insert into private_code (household, person, code_mac, expires_at) values ($1, $2, $3, $4)
         on conflict (household, person) do update set code_mac = excluded.code_mac
           , expires_at = excluded.expires_at",
        &[household, person, mac.into(), expires_at.into()],
    )
    .await?;
    Ok(())
}

/// Whether this is the code that was printed for the person, and still good.
pub async fn code_fits(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    code: &SettingCode,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = tx
        .query_opt(
            "-- store::private_member::code
             select code_mac, expires_at from private_code where household = $1 and person = $2",
            &of(subject),
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    let expires_at = row.timestamp(1)?;
    let mac = code_mac(sealer, subject, code, expires_at);
    Ok(equal(&mac, row.blob(0)?) && now < expires_at)
}

fn code_mac(
    sealer: &Sealer,
    (household, person): Subject,
    code: &SettingCode,
    expires_at: Timestamp,
) -> [u8; 32] {
    let until = expires_at.micros().to_be_bytes();
    let parts = [
        household.as_bytes().as_slice(),
        person.as_bytes(),
        code.as_bytes(),
        &until,
    ];
    sealer.keys.mac(MacKind::PrivateSettingCode, &parts)
}

/// How often a PIN or code of this person was wrong on a day.
pub async fn wrong_on(tx: &mut Tx, subject: Subject, day: CivilDate) -> Result<i64, StoreError> {
    let [household, person] = of(subject);
    let row = tx
        .query_opt(
            "-- store::private_member::wrong_on
             select n from private_try where household = $1 and person = $2 and day = $3",
            &[household, person, days(day).into()],
        )
        .await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// Counts one more and answers how many there are of that day. Lock the person first.
pub async fn count_wrong(tx: &mut Tx, subject: Subject, day: CivilDate) -> Result<i64, StoreError> {
    let [household, person] = of(subject);
    let row = tx
        .query_one(
            "-- store::private_member::count_wrong
             insert into private_try (household, person, day, n) values ($1, $2, $3, 1)
             on conflict (household, person, day) do update set n = private_try.n + 1
             returning n",
            &[household, person, days(day).into()],
        )
        .await?;
    row.int(0)
}

/// The wrong tries of these people that are still known, newest day first.
pub async fn wrong_of(
    tx: &mut Tx,
    people: &[Subject],
) -> Result<Vec<(PersonId, CivilDate, i64)>, StoreError> {
    let mut wrong = Vec::new();
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], of_all(people)) {
        let sql = format!(
            "-- store::private_member::wrong_of
             with v (household, person) as ({rows})
             select t.person, t.day, t.n from private_try t join v on v.household = t.household and v.person = t.person"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let day = date(row.int(1)?).ok_or_else(|| row.inconsistent(1, "a day"))?;
            wrong.push((row.parse(0)?, day, row.int(2)?));
        }
    }
    wrong.sort_unstable_by_key(|(person, day, _)| (std::cmp::Reverse(*day), *person));
    Ok(wrong)
}

/// Lets a login see a private member until an instant.
pub async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    login: LoginId,
    until: Timestamp,
) -> Result<(), StoreError> {
    let [household, person] = of(subject);
    let mac = opening_mac(sealer, subject, login, until);
    tx.execute(
        "-- store::private_member::open
         insert into private_opening (household, person, login, until_at, opening_mac) values ($1, $2, $3, $4, $5)
         on conflict (household, person, login) do update set until_at = excluded.until_at
           , opening_mac = excluded.opening_mac",
        &[household, person, login.into(), until.into(), mac.into()],
    )
    .await?;
    Ok(())
}

/// Closes a private member to a login again.
pub async fn close(tx: &mut Tx, subject: Subject, login: LoginId) -> Result<(), StoreError> {
    let [household, person] = of(subject);
    tx.execute(
        "-- store::private_member::close
         delete from private_opening where household = $1 and person = $2 and login = $3",
        &[household, person, login.into()],
    )
    .await?;
    Ok(())
}

/// Those of these private members whom a login has open, and until when.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row was not written by us as it stands.
pub async fn opened_by(
    tx: &mut Tx,
    sealer: &Sealer,
    private: &[Subject],
    login: LoginId,
    now: Timestamp,
) -> Result<HashMap<PersonId, Timestamp>, StoreError> {
    let mut opened = HashMap::with_capacity(private.len());
    for rows in Rows::cut(
        tx.engine(),
        &[login.into(), now.into()],
        [ColumnType::Text; 2],
        of_all(private),
    ) {
        let sql = format!(
            "-- store::private_member::opened_by
             with v (household, person) as ({rows})
             select o.household, o.person, o.until_at, o.opening_mac
             from private_opening o join v on v.household = o.household and v.person = o.person
             where o.login = $1 and o.until_at > $2"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let subject: Subject = (row.parse(0)?, row.parse(1)?);
            let until = row.timestamp(2)?;
            if !equal(&opening_mac(sealer, subject, login, until), row.blob(3)?) {
                return Err(StoreError::misplaced("private_opening"));
            }
            opened.insert(subject.1, until);
        }
    }
    Ok(opened)
}

fn opening_mac(sealer: &Sealer, (household, person): Subject, login: LoginId, until: Timestamp) -> [u8; 32] {
    let until = until.micros().to_be_bytes();
    let parts = [
        household.as_bytes().as_slice(),
        person.as_bytes(),
        login.as_bytes(),
        &until,
    ];
    sealer.keys.mac(MacKind::PrivateOpening, &parts)
}

/// Takes everything about a person who is being deleted out of these tables.
pub(crate) async fn forget(tx: &mut Tx, subject: Subject) -> Result<(), StoreError> {
    for sql in [
        "-- store::private_member::forget_code
         delete from private_code where household = $1 and person = $2",
        "-- store::private_member::forget_tries
         delete from private_try where household = $1 and person = $2",
        "-- store::private_member::forget_openings
         delete from private_opening where household = $1 and person = $2",
    ] {
        tx.execute(sql, &of(subject)).await?;
    }
    Ok(())
}

/// Deletes up to `most` codes that ended before `before`; answers how many.
pub async fn purge_codes(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::private_member::purge_codes
         delete from private_code where (household, person) in (
             select household, person from private_code where expires_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

/// Deletes up to `most` counts of days before `before`; answers how many.
pub async fn purge_tries(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::private_member::purge_tries
         delete from private_try where (household, person, day) in (
             select household, person, day from private_try where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}

/// Deletes up to `most` openings that ended before `before`; answers how many.
pub async fn purge_openings(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::private_member::purge_openings
         delete from private_opening where (household, person, login) in (
             select household, person, login from private_opening where until_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn of((household, person): Subject) -> [Value; 2] {
    [household.into(), person.into()]
}

fn of_all(people: &[Subject]) -> impl Iterator<Item = [Value; 2]> {
    people.iter().map(|subject| of(*subject))
}
