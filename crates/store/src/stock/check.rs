//! Whether a centre's balances and vials are the sums of its entries.

use std::collections::BTreeMap;

use pramaan_domain::stock::{Account, BatchKey};

use super::key_of;
use super::read::account_of;
use crate::StoreError;
use crate::db::{Row, Tx};

/// A balance, or what the vials hold, that is not what the entries come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    pub key: BatchKey,
    pub account: Account,
    pub by_entries: i64,
    pub kept: i64,
}

/// Adds up a centre's entries and compares; empty when all is well.
pub async fn check(tx: &mut Tx, centre: i64) -> Result<Vec<Discrepancy>, StoreError> {
    let by_entries = sums(
        tx,
        "-- store::stock::check_entries
         select vaccine, batch, account, cast(sum(n) as bigint) from (
             select vaccine, batch, target as account, n from stock_entry where centre = $1
             union all
             select vaccine, batch, source as account, -n from stock_entry where centre = $1) as moved
         group by vaccine, batch, account",
        centre,
    )
    .await?;
    let balances = sums(
        tx,
        "-- store::stock::check_balances
         select vaccine, batch, account, n from stock_balance where centre = $1",
        centre,
    )
    .await?;
    let vials = sums(
        tx,
        "-- store::stock::check_vials
         select vaccine, batch, 'open', cast(sum(doses_left) as bigint) from stock_vial where centre = $1
         group by vaccine, batch",
        centre,
    )
    .await?;
    let mut found = differing(&by_entries, &balances);
    let open = |sums: &Sums| {
        let open = sums.iter().filter(|((_, account), _)| *account == Account::Open);
        open.map(|(at, sum)| (at.clone(), *sum)).collect::<Sums>()
    };
    found.extend(differing(&open(&by_entries), &vials));
    Ok(found)
}

type Sums = BTreeMap<(BatchKey, Account), i64>;

async fn sums(tx: &mut Tx, sql: &str, centre: i64) -> Result<Sums, StoreError> {
    let rows = tx.query(sql, &[centre.into()]).await?;
    let sum = |row: &Row| Ok(((key_of(row, 0)?, account_of(row, 2)?), row.int(3)?));
    rows.iter().map(sum).collect()
}

fn differing(by_entries: &Sums, kept: &Sums) -> Vec<Discrepancy> {
    let of = |sums: &Sums, at: &(BatchKey, Account)| sums.get(at).copied().unwrap_or(0);
    let mut all: Vec<&(BatchKey, Account)> = by_entries.keys().chain(kept.keys()).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
        .filter(|at| of(by_entries, at) != of(kept, at))
        .map(|at| Discrepancy {
            key: at.0.clone(),
            account: at.1,
            by_entries: of(by_entries, at),
            kept: of(kept, at),
        })
        .collect()
}
