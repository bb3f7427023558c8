//! The logins of one account beside the one that begins or is moved.

use pramaan_domain::id::StaffId;
use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::db::{Tx, for_update};
use crate::staff::{LoginPlace, NewLogin};

/// A login that was neither ended nor locked by hand. Whether it has timed out is the caller's to say. Its row is taken as it
/// stands: what binds it needs its token, which nobody has here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenLogin {
    pub place: LoginPlace,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
}

/// Locks an account until the transaction ends: of two logins that begin at once, the second sees the first.
pub async fn lock(tx: &mut Tx, staff: StaffId) -> Result<(), StoreError> {
    let sql = for_update(
        tx.engine(),
        "-- store::staff_elsewhere::lock
         select id from staff where id = $1",
    );
    tx.query_opt(&sql, &[staff.into()]).await?;
    Ok(())
}

/// The other logins of an account at other centres than the one where `login` is, the one used last first.
pub async fn open_logins(tx: &mut Tx, login: &NewLogin) -> Result<Vec<OpenLogin>, StoreError> {
    let rows = tx
        .query(
            "-- store::staff_elsewhere::open_logins
             select centre, device, created_at, last_seen_at from staff_login
             where staff = $1 and login <> $2 and centre <> $3 and ended_at is null and locked_at is null
             order by last_seen_at desc",
            &[login.staff.into(), login.login.into(), login.place.centre.into()],
        )
        .await?;
    let read = |row: &crate::db::Row| {
        Ok(OpenLogin {
            place: LoginPlace {
                centre: row.int(0)?,
                device: row.opt_parse(1)?,
            },
            created_at: row.timestamp(2)?,
            last_seen_at: row.timestamp(3)?,
        })
    };
    rows.iter().map(read).collect()
}
