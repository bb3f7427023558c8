//! What waits for a second person at a centre. Nothing is opened.

use pramaan_domain::correction::Change;
use pramaan_domain::id::{ProposalId, StaffId};
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::Timestamp;

use super::proposal::WAITING;
use crate::StoreError;
use crate::db::{Row, Tx};

/// One that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: ProposalId,
    pub change: Change,
    pub staff: StaffId,
    pub staff_code: String,
    pub staff_role: StaffRole,
    pub proposed_at: Timestamp,
}

/// The oldest `most` that wait at a centre.
pub async fn listed(tx: &mut Tx, centre: i64, most: u32) -> Result<Vec<Listed>, StoreError> {
    let rows = tx
        .query(
            "-- store::correction::listed
             select id, change, staff, staff_code, staff_role, proposed_at from correction
             where centre = $1 and state = $2 order by proposed_at, id limit $3",
            &[centre.into(), WAITING.into(), most.into()],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// How many wait at a centre.
pub async fn count_waiting(tx: &mut Tx, centre: i64) -> Result<i64, StoreError> {
    let row = tx
        .query_one(
            "-- store::correction::count_waiting
             select count(*) from correction where centre = $1 and state = $2",
            &[centre.into(), WAITING.into()],
        )
        .await?;
    row.int(0)
}

fn read(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: row.parse(0)?,
        change: Change::parse(row.text(1)?).ok_or_else(|| row.inconsistent(1, "a change"))?,
        staff: row.parse(2)?,
        staff_code: row.text(3)?.to_owned(),
        staff_role: StaffRole::parse(row.text(4)?).map_err(|_| row.inconsistent(4, "a role"))?,
        proposed_at: row.timestamp(5)?,
    })
}
