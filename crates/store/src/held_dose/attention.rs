//! The list of a centre's held doses, and those that need somebody's attention.

use pramaan_domain::id::StaffId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;

use super::sealed::Dismissal;
use super::{DISMISSED, HeldKey, NEEDS_ATTENTION, NEEDS_SECOND, RECORDED, Source, WAITING, sealed};
use crate::StoreError;
use crate::db::{Row, Tx, Value, days};
use crate::sealer::Sealer;
use crate::session::{day_of, vaccine_of};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldState {
    Waiting,
    /// Entered so late that somebody else has to vouch for it first.
    NeedsSecond,
    Recorded,
    /// It is not tried again by itself: somebody has to look.
    NeedsAttention(Trouble),
    /// A site manager took it from the list, with a reason.
    Dismissed,
}

/// Why a held dose could not be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The reference id or the code is wrong, the code was wrong too often, or nobody of that id was expected there on that
    /// day: which, is not told.
    NoMatch,
    /// The numbers fit, and the dose of this appointment was recorded otherwise.
    AlreadyRecorded,
    /// Two people registered the document; it has to be seen.
    DocumentAtSite,
    /// What was stored does not read back.
    Unreadable,
    /// Somebody without an appointment showed no document, which only the desk can register.
    NoDocument,
    /// Somebody without an appointment, where no session was published on that day.
    NoSession,
    /// It failed again and again while others were recorded.
    KeepsFailing,
}

impl Trouble {
    const ALL: [Self; 7] = [
        Self::NoMatch,
        Self::AlreadyRecorded,
        Self::DocumentAtSite,
        Self::Unreadable,
        Self::NoDocument,
        Self::NoSession,
        Self::KeepsFailing,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::NoMatch => "no_match",
            Self::AlreadyRecorded => "already_recorded",
            Self::DocumentAtSite => "document_at_site",
            Self::Unreadable => "unreadable",
            Self::NoDocument => "no_document",
            Self::NoSession => "no_session",
            Self::KeepsFailing => "keeps_failing",
        }
    }
}

/// One of a centre's list, with nothing opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub day: CivilDate,
    pub number: i64,
    pub vaccine: Vaccine,
    pub state: HeldState,
    pub held_at: Timestamp,
    pub source: Source,
    /// Days from that on which it was given to that on which it was typed in.
    pub late: i64,
    /// Seconds by which the clock of the phone was ahead.
    pub clock_off: i64,
}

/// One that was taken from the list, with who did and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dismissed {
    pub day: CivilDate,
    pub number: i64,
    pub dismissal: Dismissal,
}

/// How many doses of one past day a member of staff entered later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    pub staff: StaffId,
    /// On which they were given.
    pub day: CivilDate,
    pub doses: i64,
}

/// Leaves one that waits to somebody's attention; one that was recorded meanwhile stays recorded.
pub async fn needs_attention(
    tx: &mut Tx,
    key: HeldKey,
    trouble: Trouble,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::held_dose::needs_attention
         update held_dose set state = $4, settled_at = $5, trouble = $6
         where centre = $1 and day = $2 and number = $3 and state = $7",
        &key.and([
            NEEDS_ATTENTION.into(),
            now.into(),
            trouble.code().into(),
            WAITING.into(),
        ]),
    )
    .await?;
    Ok(())
}

/// Lets one that needs attention wait again, due at once; `false` when there is none of that number that does.
pub async fn try_again(tx: &mut Tx, key: HeldKey, now: Timestamp) -> Result<bool, StoreError> {
    let done = tx
        .execute(
            "-- store::held_dose::try_again
             update held_dose set state = $4, due_at = $5, attempts = 0, trouble = null, settled_at = null
             where centre = $1 and day = $2 and number = $3 and state = $6",
            &key.and([WAITING.into(), now.into(), NEEDS_ATTENTION.into()]),
        )
        .await?;
    Ok(done == 1)
}

/// Ends one that needs attention, with who decided so and why, sealed; `false` when there is none of that number that does.
pub async fn dismiss(
    tx: &mut Tx,
    sealer: &Sealer,
    key: HeldKey,
    (by, reason): (&str, &Reason),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let dismissal = sealed::seal_dismissal(sealer, key, by, reason);
    let done = tx
        .execute(
            "-- store::held_dose::dismiss
             update held_dose set state = $4, settled_at = $5, dismissal = $6
             where centre = $1 and day = $2 and number = $3 and state = $7",
            &key.and([
                DISMISSED.into(),
                now.into(),
                dismissal.into(),
                NEEDS_ATTENTION.into(),
            ]),
        )
        .await?;
    Ok(done == 1)
}

/// Lets one that needs a second person wait for its recording; `false` when there is none of that number that does, or when
/// `by` is who entered it.
pub async fn approve(
    tx: &mut Tx,
    sealer: &Sealer,
    key: HeldKey,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let approval = sealed::seal_approval(sealer, key, by);
    let done = tx
        .execute(
            "-- store::held_dose::approve
             update held_dose set state = $4, due_at = $5, approval = $6
             where centre = $1 and day = $2 and number = $3 and state = $7 and staff <> $8",
            &key.and([
                WAITING.into(),
                now.into(),
                approval.into(),
                NEEDS_SECOND.into(),
                by.into(),
            ]),
        )
        .await?;
    Ok(done == 1)
}

/// The newest `most` that were taken from a centre's list since an instant, with who did and why.
pub async fn dismissed(
    tx: &mut Tx,
    sealer: &Sealer,
    centre: i64,
    (since, most): (Timestamp, u32),
) -> Result<Vec<Dismissed>, StoreError> {
    let rows = tx
        .query(
            "-- store::held_dose::dismissed
             select centre, day, number, dismissal from held_dose where centre = $1 and state = $2 and settled_at >= $3
             order by settled_at desc, number desc limit $4",
            &[centre.into(), DISMISSED.into(), since.into(), most.into()],
        )
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let key = HeldKey::read(row)?;
        if let Some(dismissal) = sealed::read_dismissal(row, 3, sealer, key)? {
            found.push(Dismissed {
                day: key.day,
                number: key.number,
                dismissal,
            });
        }
    }
    Ok(found)
}

/// Who entered at least `many` doses of one past day at a centre, given on `from` or later; most first.
pub async fn bursts(tx: &mut Tx, centre: i64, from: CivilDate, many: u32) -> Result<Vec<Burst>, StoreError> {
    let rows = tx
        .query(
            "-- store::held_dose::bursts
             select staff, day, count(*) from held_dose where centre = $1 and day >= $2 and late > 0
             group by staff, day having count(*) >= $3 order by count(*) desc, day desc, staff",
            &[centre.into(), days(from).into(), many.into()],
        )
        .await?;
    let burst = |row: &Row| {
        Ok(Burst {
            staff: row.parse(0)?,
            day: day_of(row, 1)?,
            doses: row.int(2)?,
        })
    };
    rows.iter().map(burst).collect()
}

/// A centre's held doses of a day, and those of other days that wait or need attention.
const OF_CENTRE: &str = "from held_dose where centre = $1 and (day = $2 or state in ($3, $4, $5))";

fn of(centre: i64, day: CivilDate) -> Vec<Value> {
    vec![
        centre.into(),
        days(day).into(),
        WAITING.into(),
        NEEDS_ATTENTION.into(),
        NEEDS_SECOND.into(),
    ]
}

/// The newest `most` of a centre's list; opens nothing.
pub async fn of_centre(
    tx: &mut Tx,
    centre: i64,
    day: CivilDate,
    most: u32,
) -> Result<Vec<Listed>, StoreError> {
    let sql = format!(
        "-- store::held_dose::of_centre
         select day, number, vaccine, state, trouble, held_at, source, late, clock_off {OF_CENTRE}
         order by day desc, number desc limit $6"
    );
    let mut params = of(centre, day);
    params.push(most.into());
    tx.query(&sql, &params).await?.iter().map(listed).collect()
}

/// How many a centre's list has.
pub async fn count_of_centre(tx: &mut Tx, centre: i64, day: CivilDate) -> Result<i64, StoreError> {
    let sql = format!(
        "-- store::held_dose::count_of_centre
         select count(*) {OF_CENTRE}"
    );
    tx.query_one(&sql, &of(centre, day)).await?.int(0)
}

/// Deletes up to `most` that were recorded, dismissed or left to somebody's attention before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::held_dose::purge
         delete from held_dose where (centre, day, number) in (
             select centre, day, number from held_dose where settled_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        day: day_of(row, 0)?,
        number: row.int(1)?,
        vaccine: vaccine_of(row, 2)?,
        state: match row.text(3)? {
            WAITING => HeldState::Waiting,
            NEEDS_SECOND => HeldState::NeedsSecond,
            RECORDED => HeldState::Recorded,
            NEEDS_ATTENTION => HeldState::NeedsAttention(trouble(row)?),
            DISMISSED => HeldState::Dismissed,
            _ => return Err(row.inconsistent(3, "a state of a held dose")),
        },
        held_at: row.timestamp(5)?,
        source: Source::from_code(row.text(6)?).ok_or_else(|| row.inconsistent(6, "where it was typed"))?,
        late: row.int(7)?,
        clock_off: row.int(8)?,
    })
}

fn trouble(row: &Row) -> Result<Trouble, StoreError> {
    let code = row.opt_text(4)?;
    let known = Trouble::ALL
        .into_iter()
        .find(|trouble| Some(trouble.code()) == code);
    known.ok_or_else(|| row.inconsistent(4, "why a held dose was not recorded"))
}
