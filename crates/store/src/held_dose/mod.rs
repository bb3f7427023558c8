//! Held doses: what was typed while no record could be opened, sealed until it is matched with its person.
//!
//! Nothing here touches the access log. A held dose says who is meant only in its sealed part.

mod attention;
mod sealed;
mod turn;

use pramaan_domain::id::StaffId;
use pramaan_domain::time::{CivilDate, Timestamp};

use crate::StoreError;
use crate::db::{Row, Tx, Value, days, for_update};
use crate::sealer::Sealer;
use crate::session::day_of;

pub use attention::{
    HeldState, Listed, Trouble, count_of_centre, dismiss, needs_attention, of_centre, purge, try_again,
};
pub use sealed::{Typed, Unread, Waiting};
pub use turn::{Turn, claim, postpone};

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

/// A held dose about to be stored.
pub struct NewHeldDose {
    pub centre: i64,
    pub day: CivilDate,
    pub staff: StaffId,
    /// Over what was given, and by whom.
    pub typed_mac: [u8; 32],
    pub typed: Typed,
}

pub(crate) const WAITING: &str = "waiting";
const RECORDED: &str = "recorded";
pub(crate) const NEEDS_ATTENTION: &str = "needs_attention";
const DISMISSED: &str = "dismissed";

/// The number under which the same was held before.
pub async fn number_of(tx: &mut Tx, new: &NewHeldDose) -> Result<Option<i64>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::held_dose::number_of
             select number from held_dose where centre = $1 and day = $2 and typed_mac = $3",
            &[new.centre.into(), days(new.day).into(), new.typed_mac.into()],
        )
        .await?;
    row.map(|row| row.int(0)).transpose()
}

/// Stores it under the next number of its centre and day, and answers the number.
///
/// # Errors
/// `Serialization` when somebody else took the number meanwhile: run the work again.
pub async fn hold(
    tx: &mut Tx,
    sealer: &Sealer,
    new: &NewHeldDose,
    now: Timestamp,
) -> Result<i64, StoreError> {
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
             insert into held_dose (centre, day, number, staff, vaccine, typed_mac, sealed, state, attempts, held_at, due_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9)",
            &key.and([
                new.staff.into(),
                new.typed.vaccine.name().into(),
                new.typed_mac.into(),
                sealed.into(),
                WAITING.into(),
                now.into(),
            ]),
        )
        .await;
    match held {
        Err(StoreError::UniqueViolation { .. }) => Err(StoreError::Serialization),
        other => other.map(|_| key.number),
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
         select staff, held_at, sealed from held_dose
         where centre = $1 and day = $2 and number = $3 and state = $4",
    );
    let row = tx.query_opt(&sql, &key.and([WAITING.into()])).await?;
    row.map(|row| sealed::read(&row, sealer, key)).transpose()
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
