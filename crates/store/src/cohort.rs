//! Who is on a bulk list of health care workers, front-line workers or travellers, found by number and year of birth.
//!
//! Not a record of anybody: rows are keyed indexes, so a list can be asked about a household that is at hand and cannot be
//! read back. Being found proves nothing; the person's own one-time password and document do.

use std::collections::HashMap;

use pramaan_domain::birth::BirthYear;
use pramaan_domain::id::HouseholdId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::rules::{Group, Membership};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::{IndexKind, context};

use crate::db::{ColumnType, Row, Rows, Tx, date, days};
use crate::household::{self, mobile_ix};
use crate::{Sealer, StoreError};

use ColumnType::{Blob, Int, Text};

const COLUMNS: [ColumnType; 5] = [Blob, Text, Int, Int, Int];

/// One row of a list, its number and year already blinded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    ix: [u8; 16],
    membership: Membership,
}

impl Listed {
    /// `valid_until` is the last day on which the row counts; `None` when there is none.
    pub fn new(
        sealer: &Sealer,
        (mobile, born): (&Mobile, BirthYear),
        group: Group,
        valid_until: Option<CivilDate>,
    ) -> Self {
        Self {
            ix: cohort_ix(sealer, &mobile_ix(sealer, mobile), born),
            membership: Membership { group, valid_until },
        }
    }
}

/// Adds rows to the lists. The same number, year and group again replaces the last day; of several here, the last counts.
pub async fn put(tx: &mut Tx, sealer: &Sealer, listed: &[Listed], now: Timestamp) -> Result<(), StoreError> {
    // A statement must not meet one row twice.
    let rows: HashMap<_, _> = listed
        .iter()
        .map(|row| ((row.ix, row.membership.group), row.membership.valid_until))
        .collect();
    let mut rows: Vec<_> = rows.into_iter().collect();
    // In order of the index, which is the order of the table; it tells nothing of the order in the file.
    rows.sort_unstable();
    let epoch = i64::from(sealer.keys.epoch().0);
    let each = rows.into_iter().map(|((ix, group), until)| {
        [
            ix.into(),
            group.code().into(),
            epoch.into(),
            until.map(days).into(),
            now.into(),
        ]
    });
    for rows in Rows::cut(tx.engine(), &[], COLUMNS, each) {
        let sql = format!(
            "-- store::cohort::put
             insert into cohort (cohort_ix, member_group, key_epoch, valid_until, imported_at) {rows}
             on conflict (cohort_ix, member_group) do update set key_epoch = excluded.key_epoch
               , valid_until = excluded.valid_until, imported_at = excluded.imported_at"
        );
        tx.execute(&sql, rows.params()).await?;
    }
    Ok(())
}

/// Deletes up to `most` rows that counted last before `before`; answers how many. Rows without a last day stay.
pub async fn purge(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::cohort::purge
         delete from cohort where (cohort_ix, member_group) in (
             select cohort_ix, member_group from cohort where valid_until < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}

/// On which lists members of a household with these years of birth are, ended ones included. Opens nothing: the years are
/// the caller's, from a receipt, and of the number only its index is used.
pub async fn of_household(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    born: &[BirthYear],
) -> Result<HashMap<BirthYear, Vec<Membership>>, StoreError> {
    let mut years: HashMap<Vec<u8>, BirthYear> = HashMap::new();
    for number in household::indexes_of(tx, sealer, household).await? {
        years.extend(
            born.iter()
                .map(|year| (cohort_ix(sealer, &number, *year).to_vec(), *year)),
        );
    }
    let indexes: Vec<&Vec<u8>> = years.keys().collect();
    let mut found: HashMap<BirthYear, Vec<Membership>> = HashMap::new();
    for rows in Rows::cut(tx.engine(), &[], [Blob], indexes.iter().map(|ix| [(*ix).into()])) {
        let sql = format!(
            "-- store::cohort::of_household
             with v (ix) as ({rows})
             select c.cohort_ix, c.member_group, c.valid_until from cohort c join v on v.ix = c.cohort_ix"
        );
        for row in tx.query(&sql, rows.params()).await? {
            if let Some(year) = years.get(row.blob(0)?) {
                found.entry(*year).or_default().push(membership(&row)?);
            }
        }
    }
    Ok(found)
}

fn membership(row: &Row) -> Result<Membership, StoreError> {
    let group = Group::parse(row.text(1)?).map_err(|_| row.inconsistent(1, "a group"))?;
    let until = row.opt_int(2)?;
    let valid_until = until.map(|until| date(until).ok_or_else(|| row.inconsistent(2, "a date")));
    Ok(Membership {
        group,
        valid_until: valid_until.transpose()?,
    })
}

/// Over the number's index, not the number: so it can be made for a household whose number stays sealed.
fn cohort_ix(sealer: &Sealer, mobile_ix: &[u8], born: BirthYear) -> [u8; 16] {
    let pair = context(&[mobile_ix, &born.get().to_be_bytes()]);
    *sealer.keys.index(IndexKind::Cohort, &pair).as_bytes()
}
