//! Counts about adverse events that open nobody: doses from one vial, and cases for the public report.

use pramaan_domain::aefi::Seriousness;
use pramaan_domain::id::SessionId;
use pramaan_domain::place::DistrictId;
use pramaan_domain::tally::{STEP, published};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::MacKind;

use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::dose::DoseFacts;
use crate::sealer::Sealer;
use crate::session::day_of;

/// What is known of a vial at a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vial {
    /// Doses from it, the one asked about included.
    pub doses: u32,
    pub first_given_at: Timestamp,
}

fn vial_mac(sealer: &Sealer, session: SessionId, facts: &DoseFacts) -> [u8; 32] {
    let parts: [&[u8]; 4] = [
        session.as_bytes(),
        facts.vaccine.name().as_bytes(),
        facts.batch.as_str().as_bytes(),
        facts.vial.as_bytes(),
    ];
    sealer.keys.mac(MacKind::Vial, &parts)
}

/// Counts a dose for its vial; nothing when no vial was named.
pub async fn count_vial(
    tx: &mut Tx,
    sealer: &Sealer,
    session: SessionId,
    facts: &DoseFacts,
) -> Result<(), StoreError> {
    if facts.vial.is_empty() {
        return Ok(());
    }
    tx.execute(
        "-- store::aefi::count_vial
         insert into vial_count (session, vial_mac, n, first_given_at) values ($1, $2, 1, $3)
         on conflict (session, vial_mac) do update set n = vial_count.n + 1
           , first_given_at = case when $3 < vial_count.first_given_at then $3 else vial_count.first_given_at end",
        &[
            session.into(),
            vial_mac(sealer, session, facts).into(),
            facts.given_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// One dose less of its vial: it was not given, or not from this one. When the vial was first used stays as it was said.
pub async fn uncount_vial(
    tx: &mut Tx,
    sealer: &Sealer,
    session: SessionId,
    facts: &DoseFacts,
) -> Result<(), StoreError> {
    if facts.vial.is_empty() {
        return Ok(());
    }
    tx.execute(
        "-- store::aefi::uncount_vial
         update vial_count set n = n - 1 where session = $1 and vial_mac = $2 and n > 0",
        &[session.into(), vial_mac(sealer, session, facts).into()],
    )
    .await?;
    Ok(())
}

/// The vial of a dose; none when it was not named.
pub async fn vial(
    tx: &mut Tx,
    sealer: &Sealer,
    session: SessionId,
    facts: &DoseFacts,
) -> Result<Option<Vial>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::aefi::vial
             select n, first_given_at from vial_count where session = $1 and vial_mac = $2",
            &[session.into(), vial_mac(sealer, session, facts).into()],
        )
        .await?;
    let read = |row: Row| {
        Ok(Vial {
            doses: u32::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a count"))?,
            first_given_at: row.timestamp(1)?,
        })
    };
    row.map(read).transpose()
}

/// A cell of the public report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// Every case, once.
    Case,
    /// Every case that was ever said to be this.
    Said(Seriousness),
}

impl Cell {
    const fn code(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Said(seriousness) => seriousness.code(),
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code {
            "case" => Some(Self::Case),
            other => Seriousness::from_code(other).map(Self::Said),
        }
    }
}

/// Cases of one district in one cell, as they are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub district: DistrictId,
    pub cell: Cell,
    pub count: u64,
}

/// Counts a case in a cell of its district's day. What is published of a day that is over never changes.
///
/// Call it last in its transaction: until that ends, others in the district wait for the row.
pub async fn tally(
    tx: &mut Tx,
    (district, day): (DistrictId, CivilDate),
    cell: Cell,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::aefi::tally
         insert into aefi_tally (district, day, cell, n) values ($1, $2, $3, 1)
         on conflict (district, day, cell) do update set n = aefi_tally.n + 1",
        &[district.number().into(), days(day).into(), cell.code().into()],
    )
    .await?;
    Ok(())
}

/// The cells of all days before `end`, what is published of each summed.
pub async fn tallies(tx: &mut Tx, end: CivilDate) -> Result<Vec<Tally>, StoreError> {
    let rows = tx
        .query(
            "-- store::aefi::tallies
             select district, cell, cast(sum(n - n % $2) as bigint) from aefi_tally where day < $1
             group by district, cell",
            &[days(end).into(), i64::try_from(STEP).unwrap_or(i64::MAX).into()],
        )
        .await?;
    rows.iter().map(tally_of).collect()
}

/// The cells of each day from `from` until before `end`.
pub async fn tallies_of_days(
    tx: &mut Tx,
    (from, end): (CivilDate, CivilDate),
) -> Result<Vec<(CivilDate, Tally)>, StoreError> {
    let rows = tx
        .query(
            "-- store::aefi::tallies_of_days
             select district, cell, n, day from aefi_tally where day >= $1 and day < $2",
            &[days(from).into(), days(end).into()],
        )
        .await?;
    let rounded = |row: &Row| {
        let tally = tally_of(row)?;
        let count = published(tally.count);
        Ok((day_of(row, 3)?, Tally { count, ..tally }))
    };
    rows.iter().map(rounded).collect()
}

fn tally_of(row: &Row) -> Result<Tally, StoreError> {
    Ok(Tally {
        district: DistrictId::from_number(row.int(0)?).map_err(|_| row.inconsistent(0, "a district's id"))?,
        cell: Cell::from_code(row.text(1)?).ok_or_else(|| row.inconsistent(1, "a cell of the report"))?,
        count: u64::try_from(row.int(2)?).map_err(|_| row.inconsistent(2, "a count"))?,
    })
}
