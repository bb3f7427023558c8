//! What a centre has: balances, open vials, entries, and the sums of a day.

use std::collections::BTreeMap;

use pramaan_domain::id::StaffId;
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::{Account, Batch, BatchKey, Doses, Ledger, Movement, OpenVial, Shelf};
use pramaan_domain::time::{CivilDate, Timestamp};

use super::batch::batch_of;
use super::{at, find, key_of, note, recall, recalls};
use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::sealer::Sealer;

/// What a centre has of each batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    /// None for a centre that never received anything.
    pub kept_since: Option<Timestamp>,
    /// By vaccine, then by the day of expiry, then by batch.
    pub shelves: Vec<Shelf>,
}

/// Everything of a centre; opens nothing.
pub async fn of_centre(tx: &mut Tx, centre: i64) -> Result<Stock, StoreError> {
    let head = tx
        .query_opt(
            "-- store::stock::kept_since
             select kept_since from stock_head where centre = $1",
            &[centre.into()],
        )
        .await?;
    let kept_since = head.map_or(Ok(None), |row| row.opt_timestamp(0))?;
    let rows = tx
        .query(
            "-- store::stock::of_centre
             select l.vaccine, l.batch, l.account, l.n, b.expires_on, b.doses_per_vial from stock_balance l
             left join stock_batch b on b.centre = l.centre and b.vaccine = l.vaccine and b.batch = l.batch
             where l.centre = $1",
            &[centre.into()],
        )
        .await?;
    let mut found: BTreeMap<BatchKey, Kept> = BTreeMap::new();
    for row in &rows {
        let key = key_of(row, 0)?;
        let balance = (account_of(row, 2)?, row.int(3)?);
        let batch = match row.opt_int(4)? {
            Some(_) => Some(batch_of(row, 4, key.clone())?),
            None => None,
        };
        found
            .entry(key)
            .or_insert_with(|| Kept {
                batch,
                balances: Vec::new(),
            })
            .balances
            .push(balance);
    }
    let (mut vials, recalls) = (vials_of(tx, centre).await?, recalls(tx).await?);
    let shelves = found.into_iter().map(|(key, kept)| Shelf {
        vials: vials.remove(&key).unwrap_or_default(),
        recall: recalls.iter().find(|recall| recall.key == key).cloned(),
        ledger: Ledger::of(kept.balances),
        batch: kept.batch,
        key,
    });
    let mut shelves: Vec<Shelf> = shelves.collect();
    shelves.sort_by_key(|one| {
        let expires = one.batch.as_ref().map(|batch| batch.expires_on);
        (one.key.vaccine, expires, one.key.batch.clone())
    });
    Ok(Stock { kept_since, shelves })
}

/// What is kept of one batch.
struct Kept {
    batch: Option<Batch>,
    balances: Vec<(Account, i64)>,
}

async fn vials_of(tx: &mut Tx, centre: i64) -> Result<BTreeMap<BatchKey, Vec<OpenVial>>, StoreError> {
    let rows = tx
        .query(
            "-- store::stock::vials_of
             select vial, opened_at, doses_left, vaccine, batch from stock_vial
             where centre = $1 and doses_left > 0 order by opened_at, vial",
            &[centre.into()],
        )
        .await?;
    let mut found: BTreeMap<BatchKey, Vec<OpenVial>> = BTreeMap::new();
    for row in &rows {
        found.entry(key_of(row, 3)?).or_default().push(vial_of(row)?);
    }
    Ok(found)
}

/// One batch of a centre, whether there is any of it or not.
pub async fn shelf(tx: &mut Tx, centre: i64, key: &BatchKey) -> Result<Shelf, StoreError> {
    Ok(Shelf {
        key: key.clone(),
        batch: find(tx, centre, key).await?,
        ledger: ledger(tx, centre, key).await?,
        vials: open_vials(tx, centre, key).await?,
        recall: recall::of_batch(tx, key).await?,
    })
}

async fn open_vials(tx: &mut Tx, centre: i64, key: &BatchKey) -> Result<Vec<OpenVial>, StoreError> {
    let rows = tx
        .query(
            "-- store::stock::open_vials
             select vial, opened_at, doses_left from stock_vial
             where centre = $1 and vaccine = $2 and batch = $3 and doses_left > 0 order by opened_at, vial",
            &at(centre, key, []),
        )
        .await?;
    rows.iter().map(vial_of).collect()
}

fn vial_of(row: &Row) -> Result<OpenVial, StoreError> {
    Ok(OpenVial {
        number: row.int(0)?,
        opened_at: row.timestamp(1)?,
        left: row.int(2)?,
    })
}

pub(super) async fn ledger(tx: &mut Tx, centre: i64, key: &BatchKey) -> Result<Ledger, StoreError> {
    let rows = tx
        .query(
            "-- store::stock::ledger
             select account, n from stock_balance where centre = $1 and vaccine = $2 and batch = $3",
            &at(centre, key, []),
        )
        .await?;
    let balances = rows.iter().map(|row| Ok((account_of(row, 0)?, row.int(1)?)));
    Ok(Ledger::of(balances.collect::<Result<Vec<_>, StoreError>>()?))
}

/// An entry as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub seq: i64,
    pub at: Timestamp,
    pub movement: Movement,
    pub vial: Option<i64>,
    pub staff: Option<StaffId>,
    pub note: Option<Reason>,
}

/// The newest `most` entries of a batch, with what was said of them.
pub async fn lines(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, key): (i64, &BatchKey),
    most: u32,
) -> Result<Vec<Line>, StoreError> {
    let rows = tx
        .query(
            "-- store::stock::lines
             select source, target, n, seq, at, vial, staff, note from stock_entry
             where centre = $1 and vaccine = $2 and batch = $3 order by seq desc limit $4",
            &at(centre, key, [most.into()]),
        )
        .await?;
    let line = |row: &Row| {
        let seq = row.int(3)?;
        let note = row
            .opt_blob(7)?
            .map(|sealed| note::read(sealer, (centre, seq), sealed));
        Ok(Line {
            seq,
            at: row.timestamp(4)?,
            movement: movement_of(row, row.int(2)?)?,
            vial: row.opt_int(5)?,
            staff: row.opt_parse(6)?,
            note: note.transpose()?,
        })
    };
    rows.iter().map(line).collect()
}

/// Doses that moved the same way: before a day, and on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub key: BatchKey,
    pub source: Account,
    pub target: Account,
    pub before: i64,
    pub on_day: i64,
}

/// What moved of every batch until the end of a day.
pub async fn day_sums(tx: &mut Tx, centre: i64, day: CivilDate) -> Result<Vec<Moved>, StoreError> {
    let rows = tx
        .query(
            "-- store::stock::day_sums
             select source, target, vaccine, batch
               , cast(sum(case when day < $2 then n else 0 end) as bigint)
               , cast(sum(case when day = $2 then n else 0 end) as bigint)
             from stock_entry where centre = $1 and day <= $2
             group by vaccine, batch, source, target order by vaccine, batch, source, target",
            &[centre.into(), days(day).into()],
        )
        .await?;
    let moved = |row: &Row| {
        Ok(Moved {
            key: key_of(row, 2)?,
            source: account_of(row, 0)?,
            target: account_of(row, 1)?,
            before: row.int(4)?,
            on_day: row.int(5)?,
        })
    };
    rows.iter().map(moved).collect()
}

/// The columns `source, target` at 0 and 1.
pub(super) fn movement_of(row: &Row, doses: i64) -> Result<Movement, StoreError> {
    let ends = (account_of(row, 0)?, account_of(row, 1)?);
    let doses = Doses::new(doses).map_err(|_| row.inconsistent(2, "a number of doses"))?;
    Movement::between(ends.0, ends.1, doses).ok_or_else(|| row.inconsistent(1, "where doses may move"))
}

pub(super) fn account_of(row: &Row, column: usize) -> Result<Account, StoreError> {
    Account::parse(row.text(column)?).map_err(|_| row.inconsistent(column, "an account of stock"))
}
