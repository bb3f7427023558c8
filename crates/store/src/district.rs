//! A district's day in counts: sessions and their seats, who is on duty, what was begun, what waits. Opens nothing.

use std::collections::{BTreeMap, BTreeSet};

use pramaan_domain::id::SessionId;
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::{CivilDate, Timestamp};

use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::encounter::Counted;
use crate::held_dose::{NEEDS_ATTENTION, NEEDS_SECOND, WAITING};
use crate::session::{self, SessionSeats, SessionState, day_of};
use crate::staff::StaffState;

/// The published sessions of a district on a day with all their seats, by id.
pub async fn sessions(tx: &mut Tx, district: i64, day: CivilDate) -> Result<Vec<SessionSeats>, StoreError> {
    let rows = tx
        .query(
            "-- store::district::sessions
             select id from session where district = $1 and day = $2 and state = $3 order by id",
            &[
                district.into(),
                days(day).into(),
                SessionState::Published.code().into(),
            ],
        )
        .await?;
    let ids = rows.iter().map(|row| row.parse(0));
    let ids = ids.collect::<Result<Vec<SessionId>, _>>()?;
    session::with_seats(tx, &ids).await
}

/// The centres of a district with an active vaccinator on the list of a day.
pub async fn with_vaccinator(
    tx: &mut Tx,
    district: i64,
    day: CivilDate,
) -> Result<BTreeSet<i64>, StoreError> {
    let rows = tx
        .query(
            "-- store::district::with_vaccinator
             select distinct r.centre from centre c join roster r on r.centre = c.id join staff s on s.id = r.staff
             where c.district = $1 and r.day = $2 and s.role = $3 and s.state = $4",
            &[
                district.into(),
                days(day).into(),
                StaffRole::Vaccinator.code().into(),
                StaffState::Active.code().into(),
            ],
        )
        .await?;
    rows.iter().map(|row| row.int(0)).collect()
}

/// The centres of a district at which somebody on the list of a day has logged in since an instant.
pub async fn logged_in(
    tx: &mut Tx,
    district: i64,
    (day, since): (CivilDate, Timestamp),
) -> Result<BTreeSet<i64>, StoreError> {
    let rows = tx
        .query(
            "-- store::district::logged_in
             select distinct l.centre from centre c join staff_login l on l.centre = c.id
             join roster r on r.centre = l.centre and r.staff = l.staff and r.day = $2
             where c.district = $1 and l.created_at >= $3",
            &[district.into(), days(day).into(), since.into()],
        )
        .await?;
    rows.iter().map(|row| row.int(0)).collect()
}

/// The sessions of a district's day at which a record was opened.
pub async fn begun(tx: &mut Tx, district: i64, day: CivilDate) -> Result<BTreeSet<SessionId>, StoreError> {
    let rows = tx
        .query(
            "-- store::district::begun
             select s.id from session s where s.district = $1 and s.day = $2
               and exists (select 1 from encounter e where e.session = s.id)",
            &[district.into(), days(day).into()],
        )
        .await?;
    rows.iter().map(|row| row.parse(0)).collect()
}

/// Held doses of a centre that are not recorded yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub centre: i64,
    pub waiting: i64,
    /// Entered so late that somebody else has to vouch for them.
    pub need_second: i64,
    pub need_attention: i64,
    pub oldest: Timestamp,
}

/// Those of every centre of a district that has some.
pub async fn held(tx: &mut Tx, district: i64) -> Result<Vec<Held>, StoreError> {
    let rows = tx
        .query(
            "-- store::district::held
             select h.centre, cast(sum(case when h.state = $2 then 1 else 0 end) as bigint)
               , cast(sum(case when h.state = $3 then 1 else 0 end) as bigint)
               , cast(sum(case when h.state = $4 then 1 else 0 end) as bigint), min(h.held_at)
             from held_dose h join centre c on c.id = h.centre
             where c.district = $1 and h.state in ($2, $3, $4) group by h.centre order by h.centre",
            &[
                district.into(),
                WAITING.into(),
                NEEDS_SECOND.into(),
                NEEDS_ATTENTION.into(),
            ],
        )
        .await?;
    let read = |row: &Row| {
        Ok(Held {
            centre: row.int(0)?,
            waiting: row.int(1)?,
            need_second: row.int(2)?,
            need_attention: row.int(3)?,
            oldest: row.timestamp(4)?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many doses were corrected, or proposed to be, on a day at each centre of a district.
pub async fn corrected(tx: &mut Tx, district: i64, day: CivilDate) -> Result<Vec<(i64, i64)>, StoreError> {
    counts(
        tx.query(
            "-- store::district::corrected
             select s.centre, cast(sum(e.n) as bigint) from staff s join evidence_count e on e.staff = s.id
             where s.district = $1 and e.day = $2 and e.kind = $3 group by s.centre order by s.centre",
            &[
                district.into(),
                days(day).into(),
                Counted::Correction.code().into(),
            ],
        )
        .await?,
    )
}

/// How many doses of earlier days' sessions, of the days from `from` until before `to`, were recorded since an instant.
pub async fn back_dated(
    tx: &mut Tx,
    district: i64,
    (from, to): (CivilDate, CivilDate),
    since: Timestamp,
) -> Result<Vec<(i64, i64)>, StoreError> {
    counts(
        tx.query(
            "-- store::district::back_dated
             select s.centre, count(*) from session s join dose d on d.session = s.id
             where s.district = $1 and s.day >= $2 and s.day < $3 and d.recorded_at >= $4 and d.kind = 'given'
             group by s.centre order by s.centre",
            &[district.into(), days(from).into(), days(to).into(), since.into()],
        )
        .await?,
    )
}

fn counts(rows: Vec<Row>) -> Result<Vec<(i64, i64)>, StoreError> {
    rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect()
}

/// What a centre offers on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CentreDay {
    pub centre: i64,
    pub day: CivilDate,
    /// Published ones.
    pub sessions: i64,
    pub cancelled: i64,
    /// Of the published ones.
    pub seats: i64,
    pub taken: i64,
}

/// Every centre's days from `from` to `to` on which there are sessions, by day and centre.
pub async fn calendar(
    tx: &mut Tx,
    district: i64,
    (from, to): (CivilDate, CivilDate),
) -> Result<Vec<CentreDay>, StoreError> {
    let rows = tx
        .query(
            "-- store::district::calendar
             select s.day, s.centre, s.state, count(distinct s.id), cast(coalesce(sum(t.capacity), 0) as bigint)
               , cast(coalesce(sum(t.taken), 0) as bigint)
             from session s left join seat t on t.session = s.id
             where s.district = $1 and s.day >= $2 and s.day <= $3
             group by s.day, s.centre, s.state order by s.day, s.centre",
            &[district.into(), days(from).into(), days(to).into()],
        )
        .await?;
    let mut found: BTreeMap<(CivilDate, i64), CentreDay> = BTreeMap::new();
    for row in &rows {
        let (day, centre) = (day_of(row, 0)?, row.int(1)?);
        let one = found.entry((day, centre)).or_insert(CentreDay {
            centre,
            day,
            sessions: 0,
            cancelled: 0,
            seats: 0,
            taken: 0,
        });
        match SessionState::from_code(row.text(2)?) {
            Some(SessionState::Published) => {
                (one.sessions, one.seats, one.taken) = (row.int(3)?, row.int(4)?, row.int(5)?);
            }
            Some(SessionState::Cancelled) => one.cancelled = row.int(3)?,
            None => return Err(row.inconsistent(2, "a session's state")),
        }
    }
    Ok(found.into_values().collect())
}
