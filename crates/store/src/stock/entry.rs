//! Adding to a centre's ledger: entries, balances and vials in one transaction, under the lock of the centre's head.

use std::collections::BTreeMap;

use pramaan_domain::id::StaffId;
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::{Account, Act, Batch, BatchKey, Doses, Ledger, Movement, OpenVial, Short};
use pramaan_domain::time::Timestamp;

use super::read::ledger;
use super::{at, note};
use crate::StoreError;
use crate::db::{ColumnType, Tx, Value, days};
use crate::sealer::Sealer;
use crate::session::insert;

use ColumnType::{Blob, Int, Text};

/// A line of the ledger about to be written.
#[derive(Debug, Clone)]
pub struct Entry {
    pub key: BatchKey,
    pub movement: Movement,
    pub vial: Option<i64>,
    /// None for what a dose did.
    pub staff: Option<StaffId>,
    pub note: Option<Reason>,
    pub at: Timestamp,
}

/// A centre's ledger, locked until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub kept_since: Option<Timestamp>,
}

/// Locks a centre's ledger: entries of a centre are added one after the other.
pub async fn lock(tx: &mut Tx, centre: i64) -> Result<Head, StoreError> {
    let row = tx
        .query_one(
            "-- store::stock::lock
             insert into stock_head (centre, seq) values ($1, 0)
             on conflict (centre) do update set seq = stock_head.seq returning seq, kept_since",
            &[centre.into()],
        )
        .await?;
    Ok(Head {
        seq: row.int(0)?,
        kept_since: row.opt_timestamp(1)?,
    })
}

/// Whether this form is sent for the first time. Sent again, it does nothing a second time.
pub async fn first_post(
    tx: &mut Tx,
    centre: i64,
    post_mac: [u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let new = tx
        .execute(
            "-- store::stock::first_post
             insert into stock_post (centre, post_mac, posted_at) values ($1, $2, $3)
             on conflict (centre, post_mac) do nothing",
            &[centre.into(), post_mac.into(), now.into()],
        )
        .await?;
    Ok(new == 1)
}

/// Adds entries to a centre's ledger, which the caller has [locked](lock), and keeps their sums; all or none.
///
/// # Errors
/// Inside: `Short` when there are fewer doses than were to be moved; nothing was written then.
pub async fn post(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, head): (i64, &mut Head),
    entries: &[Entry],
) -> Result<Result<(), Short>, StoreError> {
    let mut ledgers: BTreeMap<BatchKey, (Ledger, Ledger)> = BTreeMap::new();
    for entry in entries {
        if !ledgers.contains_key(&entry.key) {
            let before = ledger(tx, centre, &entry.key).await?;
            ledgers.insert(entry.key.clone(), (before.clone(), before));
        }
        if let Some((_, after)) = ledgers.get_mut(&entry.key)
            && let Err(short) = after.apply(entry.movement)
        {
            return Ok(Err(short));
        }
    }
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        head.seq += 1;
        rows.push(columns(sealer, (centre, head.seq), entry));
    }
    let inserted = insert(
        tx,
        "-- store::stock::post
         insert into stock_entry (centre, seq, day, vaccine, batch, source, target, n, vial, staff, note, at)",
        [Int, Int, Int, Text, Text, Text, Text, Int, Int, Text, Blob, Int],
        rows,
    )
    .await;
    match inserted {
        Err(StoreError::UniqueViolation { .. }) => return Err(StoreError::Serialization),
        other => other?,
    }
    for (key, (before, after)) in &ledgers {
        write_balances(tx, centre, key, (before, after)).await?;
    }
    tx.execute(
        "-- store::stock::advance
         update stock_head set seq = $2 where centre = $1",
        &[centre.into(), head.seq.into()],
    )
    .await?;
    Ok(Ok(()))
}

fn columns(sealer: &Sealer, (centre, seq): (i64, i64), entry: &Entry) -> [Value; 12] {
    let (source, target) = entry.movement.ends();
    let note = entry
        .note
        .as_ref()
        .map(|said| note::seal(sealer, (centre, seq), said));
    [
        centre.into(),
        seq.into(),
        days(entry.at.date()).into(),
        entry.key.vaccine.name().into(),
        entry.key.batch.as_str().into(),
        source.code().into(),
        target.code().into(),
        entry.movement.doses.get().into(),
        entry.vial.into(),
        entry.staff.map(|staff| staff.to_string()).into(),
        note.into(),
        entry.at.into(),
    ]
}

async fn write_balances(
    tx: &mut Tx,
    centre: i64,
    key: &BatchKey,
    (before, after): (&Ledger, &Ledger),
) -> Result<(), StoreError> {
    for account in Account::all().filter(|one| before.balance(*one) != after.balance(*one)) {
        tx.execute(
            "-- store::stock::write_balance
             insert into stock_balance (centre, vaccine, batch, account, n) values ($1, $2, $3, $4, $5)
             on conflict (centre, vaccine, batch, account) do update set n = excluded.n",
            &at(
                centre,
                key,
                [account.code().into(), after.balance(account).into()],
            ),
        )
        .await?;
    }
    Ok(())
}

/// Takes a vial of a batch from the closed ones: its doses, or what is left of the last. None when there is no dose.
///
/// Answers the vial and the movement, which the caller [posts](post) with what else it does.
pub async fn open_vial(
    tx: &mut Tx,
    centre: i64,
    (batch, on_hand): (&Batch, i64),
    opened_at: Timestamp,
) -> Result<Option<(OpenVial, Movement)>, StoreError> {
    let Ok(doses) = Doses::new(on_hand.min(batch.doses_per_vial.into())) else {
        return Ok(None);
    };
    let last = tx
        .query_one(
            "-- store::stock::last_vial
             select coalesce(max(vial), 0) from stock_vial where centre = $1 and vaccine = $2 and batch = $3",
            &at(centre, &batch.key, []),
        )
        .await?;
    let vial = OpenVial {
        number: last.int(0)? + 1,
        opened_at,
        left: doses.get(),
    };
    let params = at(
        centre,
        &batch.key,
        [vial.number.into(), opened_at.into(), vial.left.into()],
    );
    tx.execute(
        "-- store::stock::open_vial
         insert into stock_vial (centre, vaccine, batch, vial, opened_at, doses_left) values ($1, $2, $3, $4, $5, $6)",
        &params,
    )
    .await?;
    Ok(Some((vial, Act::OpenVial.of(doses))))
}

/// Takes doses from an open vial, or gives back what a negative number says. `false` when fewer are left.
pub async fn take_from_vial(
    tx: &mut Tx,
    (centre, key): (i64, &BatchKey),
    vial: i64,
    doses: i64,
) -> Result<bool, StoreError> {
    let params = at(centre, key, [vial.into(), doses.into()]);
    let taken = tx
        .execute(
            "-- store::stock::take_from_vial
             update stock_vial set doses_left = doses_left - $5
             where centre = $1 and vaccine = $2 and batch = $3 and vial = $4 and doses_left >= $5",
            &params,
        )
        .await?;
    Ok(taken == 1)
}
