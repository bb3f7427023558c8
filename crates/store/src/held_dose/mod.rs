//! Held doses: what was typed while no record could be opened, sealed until it is matched with its person.
//!
//! Nothing here touches the access log. A held dose says who is meant only in its sealed part.

mod attention;
mod sealed;
mod turn;
mod walk_in;

use pramaan_domain::id::{HouseholdId, PersonId, StaffId};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{Row, Tx, Value, days, for_update};
use crate::sealer::Sealer;
use crate::session::day_of;

pub use attention::{
    Burst, Dismissed, HeldState, Listed, Trouble, approve, bursts, count_of_centre, dismiss, dismissed,
    needs_attention, of_centre, purge, try_again,
};
pub use sealed::{Dismissal, Typed, Unread, Waiting, Who};
pub use turn::{Turn, claim, postpone};
pub use walk_in::{HeldDocument, WalkIn};

/// Which one: the `number`th of a centre's day, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeldKey {
    pub centre: i64,
    pub day: CivilDate,
    pub number: i64,
}

impl HeldKey {
    /// The columns `centre, day, number`.
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            centre: row.int(0)?,
            day: day_of(row, 1)?,
            number: row.int(2)?,
        })
    }

    /// The parameters `$1, $2, $3`, and more.
    fn and<const N: usize>(self, more: [Value; N]) -> Vec<Value> {
        let mut params = vec![self.centre.into(), days(self.day).into(), self.number.into()];
        params.extend(more);
        params
    }
}

/// Where a held dose was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// On the page, at the moment.
    Form,
    /// On a phone that had no line, and sent later.
    Phone,
    /// From the paper on which it was written.
    Paper,
}

impl Source {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Phone => "phone",
            Self::Paper => "paper",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Form, Self::Phone, Self::Paper]
            .into_iter()
            .find(|source| source.code() == code)
    }
}

/// A held dose about to be stored.
pub struct NewHeldDose {
    pub centre: i64,
    /// On which it was given.
    pub day: CivilDate,
    pub staff: StaffId,
    /// Over what was given, and by whom, or over the name of a phone's request.
    pub typed_mac: [u8; 32],
    pub typed: Typed,
    pub vouched: Vouched,
}

/// Whether one word is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    Enough,
    /// Somebody else has to say that it is so before it is recorded.
    NeedsSecond,
}

/// Days from that on which it was given to that on which it was typed in.
fn late(day: CivilDate, held_at: Timestamp) -> i64 {
    held_at.date().signed_duration_since(day).num_days()
}

pub(crate) const WAITING: &str = "waiting";
pub(crate) const NEEDS_SECOND: &str = "needs_second";
const RECORDED: &str = "recorded";
pub(crate) const NEEDS_ATTENTION: &str = "needs_attention";
const DISMISSED: &str = "dismissed";

/// Under which day and number the same was held before.
pub async fn held_before(tx: &mut Tx, new: &NewHeldDose) -> Result<Option<HeldKey>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::held_dose::held_before
             select centre, day, number from held_dose where centre = $1 and typed_mac = $2",
            &[new.centre.into(), new.typed_mac.into()],
        )
        .await?;
    row.map(|row| HeldKey::read(&row)).transpose()
}

/// Stores it under the next number of its centre and day.
///
/// # Errors
/// `Serialization` when somebody else took the number meanwhile: run the work again.
pub async fn hold(
    tx: &mut Tx,
    sealer: &Sealer,
    new: &NewHeldDose,
    now: Timestamp,
) -> Result<HeldKey, StoreError> {
    let last = tx
        .query_one(
            "-- store::held_dose::last
             select coalesce(max(number), 0) from held_dose where centre = $1 and day = $2",
            &[new.centre.into(), days(new.day).into()],
        )
        .await?;
    let key = HeldKey {
        centre: new.centre,
        day: new.day,
        number: last.int(0)? + 1,
    };
    let sealed = sealed::seal(sealer, key, &new.typed, new.staff, now);
    let held = tx
        .execute(
            "-- store::held_dose::hold
             insert into held_dose (centre, day, number, staff, vaccine, source, late, clock_off, typed_mac, sealed, state
               , attempts, held_at, due_at, holder_mac)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $12, $13)",
            &key.and([
                new.staff.into(),
                new.typed.vaccine.name().into(),
                new.typed.source.code().into(),
                late(new.day, now).into(),
                new.typed.clock_off.into(),
                new.typed_mac.into(),
                sealed.into(),
                match new.vouched {
                    Vouched::Enough => WAITING.into(),
                    Vouched::NeedsSecond => NEEDS_SECOND.into(),
                },
                now.into(),
                sealer.random::<32>().into(),
            ]),
        )
        .await;
    match held {
        Err(StoreError::UniqueViolation { .. }) => Err(StoreError::Serialization),
        other => other.map(|_| key),
    }
}

/// One that still waits, locked until the transaction ends; none when another node was faster.
///
/// # Errors
/// `Corrupt`, `Unreadable` or `Misplaced` when it does not read back as it was held.
pub async fn take(tx: &mut Tx, sealer: &Sealer, key: HeldKey) -> Result<Option<Waiting>, StoreError> {
    let sql = for_update(
        tx.engine(),
        "-- store::held_dose::take
         select staff, held_at, sealed, approval, source, late, clock_off from held_dose
         where centre = $1 and day = $2 and number = $3 and state = $4",
    );
    let row = tx.query_opt(&sql, &key.and([WAITING.into()])).await?;
    row.map(|row| sealed::read(&row, sealer, key)).transpose()
}

/// Replaces who was given one that waits by the slip of who was registered for it; locked by [`take`].
pub async fn registered(
    tx: &mut Tx,
    sealer: &Sealer,
    key: HeldKey,
    (holder, waiting): ((HouseholdId, PersonId), &Waiting),
) -> Result<(), StoreError> {
    let sealed = sealed::seal(sealer, key, &waiting.typed, waiting.staff, waiting.held_at);
    tx.execute(
        "-- store::held_dose::registered
         update held_dose set sealed = $4, holder_mac = $6
         where centre = $1 and day = $2 and number = $3 and state = $5",
        &key.and([
            sealed.into(),
            WAITING.into(),
            holder_mac(sealer, key, holder).into(),
        ]),
    )
    .await?;
    Ok(())
}

/// Who of these was registered with the one of that number; also after it was recorded.
pub async fn holder(
    tx: &mut Tx,
    sealer: &Sealer,
    key: HeldKey,
    of: &[(HouseholdId, PersonId)],
) -> Result<Option<(HouseholdId, PersonId)>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::held_dose::holder
             select holder_mac from held_dose where centre = $1 and day = $2 and number = $3",
            &key.and([]),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let kept = row.blob(0)?;
    let is_holder = |one: &&(HouseholdId, PersonId)| equal(&holder_mac(sealer, key, **one), kept);
    Ok(of.iter().find(is_holder).copied())
}

fn holder_mac(sealer: &Sealer, key: HeldKey, (household, person): (HouseholdId, PersonId)) -> [u8; 32] {
    let which = format!("{}|{}|{}", key.centre, days(key.day), key.number);
    let parts: [&[u8]; 4] = [
        b"held for",
        which.as_bytes(),
        household.as_bytes(),
        person.as_bytes(),
    ];
    sealer.keys.mac(MacKind::Recording, &parts)
}

/// Ends one that waits because its dose is being recorded, and blanks whose it was; `false` when another was faster.
pub async fn recorded(tx: &mut Tx, key: HeldKey, now: Timestamp) -> Result<bool, StoreError> {
    let done = tx
        .execute(
            "-- store::held_dose::recorded
             update held_dose set state = $4, settled_at = $5, sealed = $6
             where centre = $1 and day = $2 and number = $3 and state = $7",
            &key.and([RECORDED.into(), now.into(), Vec::new().into(), WAITING.into()]),
        )
        .await?;
    Ok(done == 1)
}
