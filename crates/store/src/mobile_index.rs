//! Which household has a number, by the number's blind index, and when somebody last proved it.

use pramaan_domain::id::HouseholdId;
use pramaan_domain::time::CivilDate;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{Row, Tx, Value, date, days, for_update};
use crate::sealer::Sealer;

/// What stands at a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) household: HouseholdId,
    /// The day of the last one-time password.
    pub(crate) proved_on: CivilDate,
    /// The household before the number fell silent.
    pub(crate) former: Option<HouseholdId>,
}

/// # Errors
/// `Misplaced`, with an alarm, when the row was not written by us as it stands.
pub(crate) async fn find(tx: &mut Tx, sealer: &Sealer, ix: &[u8]) -> Result<Option<Number>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::mobile_index::find
             select mobile_ix, household, proved_on, former, binding_mac from mobile_index where mobile_ix = $1",
            &[ix.into()],
        )
        .await?;
    row.map(|row| read(sealer, &row)).transpose()
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// As [`find`].
pub(crate) async fn lock(tx: &mut Tx, sealer: &Sealer, ix: &[u8]) -> Result<Option<Number>, StoreError> {
    let sql = for_update(
        tx.engine(),
        "-- store::mobile_index::lock
         select mobile_ix, household, proved_on, former, binding_mac from mobile_index where mobile_ix = $1",
    );
    let row = tx.query_opt(&sql, &[ix.into()]).await?;
    row.map(|row| read(sealer, &row)).transpose()
}

/// The numbers of a household with their indexes: one, or none for people who never proved one.
///
/// # Errors
/// As [`find`].
pub(crate) async fn of_household(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
) -> Result<Vec<(Vec<u8>, Number)>, StoreError> {
    let rows = tx
        .query(
            "-- store::mobile_index::of_household
             select mobile_ix, household, proved_on, former, binding_mac from mobile_index where household = $1",
            &[household.into()],
        )
        .await?;
    let number = |row: &Row| Ok((row.blob(0)?.to_vec(), read(sealer, row)?));
    rows.iter().map(number).collect()
}

fn read(sealer: &Sealer, row: &Row) -> Result<Number, StoreError> {
    let number = Number {
        household: row.parse(1)?,
        proved_on: date(row.int(2)?).ok_or_else(|| row.inconsistent(2, "a day"))?,
        former: row.opt_parse(3)?,
    };
    match equal(&binding(sealer, row.blob(0)?, &number), row.blob(4)?) {
        true => Ok(number),
        false => Err(StoreError::misplaced("mobile_index")),
    }
}

pub(crate) fn binding(sealer: &Sealer, ix: &[u8], number: &Number) -> [u8; 32] {
    let former = number.former.map(|former| former.as_bytes().to_vec());
    sealer.keys.mac(
        MacKind::HouseholdOfMobile,
        &[
            ix,
            number.household.as_bytes(),
            &days(number.proved_on).to_be_bytes(),
            &former.unwrap_or_default(),
        ],
    )
}

/// Takes a number for a household unless another has it.
pub(crate) async fn claim(
    tx: &mut Tx,
    sealer: &Sealer,
    ix: &[u8],
    number: &Number,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::mobile_index::claim
         insert into mobile_index (mobile_ix, key_epoch, household, proved_on, former, binding_mac)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (mobile_ix) do nothing",
        &[
            ix.into(),
            i64::from(sealer.keys.index_epoch().0).into(),
            number.household.into(),
            days(number.proved_on).into(),
            number.former.into(),
            binding(sealer, ix, number).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Writes what stands at a number from now on. Lock it first.
pub(crate) async fn update(
    tx: &mut Tx,
    sealer: &Sealer,
    ix: &[u8],
    number: &Number,
) -> Result<(), StoreError> {
    let params: [Value; 5] = [
        ix.into(),
        number.household.into(),
        days(number.proved_on).into(),
        number.former.into(),
        binding(sealer, ix, number).into(),
    ];
    tx.execute(
        "-- store::mobile_index::update
         update mobile_index set household = $2, proved_on = $3, former = $4, binding_mac = $5 where mobile_ix = $1",
        &params,
    )
    .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut Tx, ix: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "-- store::mobile_index::delete
         delete from mobile_index where mobile_ix = $1",
        &[ix.into()],
    )
    .await?;
    Ok(())
}
