//! Records that were opened without evidence, for the district to look at. Nothing here says whose.

use pramaan_domain::id::MatterId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use pramaan_keys::{MacKind, SealPurpose};

use crate::StoreError;
use crate::db::{Row, Tx, days};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};
use crate::session::day_of;
use crate::staff_binding::check;

/// Three hundred letters of any Indian script.
const REASON_BLOCK: usize = 1_024;

/// For what a record was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpeningKind {
    Vaccination,
    Correction,
}

impl OpeningKind {
    const ALL: [Self; 2] = [Self::Vaccination, Self::Correction];

    const fn code(self) -> &'static str {
        match self {
            Self::Vaccination => "vaccination",
            Self::Correction => "correction",
        }
    }
}

/// One of them. `staff` is a staff code, `hour` the hour of the day by India's clocks, 0 to 23.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub id: MatterId,
    pub district: i64,
    pub centre: i64,
    pub day: CivilDate,
    pub hour: i64,
    pub kind: OpeningKind,
    pub staff: String,
    pub reason: Reason,
}

pub async fn insert(tx: &mut Tx, sealer: &Sealer, opening: &Opening) -> Result<(), StoreError> {
    let reason = sealer.keys.seal(
        SealPurpose::Staff,
        &context("opening", "reason", opening.id),
        &padded(opening.reason.as_str().as_bytes(), REASON_BLOCK),
        &*sealer.entropy,
    );
    tx.execute(
        "-- store::opening::insert
         insert into opening (district, id, centre, day, hour, kind, staff, reason, binding_mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            opening.district.into(),
            opening.id.into(),
            opening.centre.into(),
            days(opening.day).into(),
            opening.hour.into(),
            opening.kind.code().into(),
            opening.staff.as_str().into(),
            reason.into(),
            binding(sealer, opening).into(),
        ],
    )
    .await?;
    Ok(())
}

const COLUMNS: &str = "district, id, centre, day, hour, kind, staff, reason, binding_mac";

/// One of a district.
///
/// # Errors
/// `Misplaced`, with an alarm, when it is not as we wrote it; so for the list.
pub async fn find(
    tx: &mut Tx,
    sealer: &Sealer,
    (district, id): (i64, MatterId),
) -> Result<Option<Opening>, StoreError> {
    let sql = format!(
        "-- store::opening::find
         select {COLUMNS} from opening where district = $1 and id = $2"
    );
    let row = tx.query_opt(&sql, &[district.into(), id.into()]).await?;
    row.map(|row| read(sealer, &row)).transpose()
}

/// Those of a district since a day that nobody of the district has marked as seen, the oldest `most`.
pub async fn unseen(
    tx: &mut Tx,
    sealer: &Sealer,
    (district, since): (i64, CivilDate),
    most: u32,
) -> Result<Vec<Opening>, StoreError> {
    let sql = format!(
        "-- store::opening::unseen
         select {COLUMNS} from opening where district = $1 and day >= $2 {UNSEEN} order by day, hour, id limit $3"
    );
    let params = [district.into(), days(since).into(), most.into()];
    let rows = tx.query(&sql, &params).await?;
    rows.iter().map(|row| read(sealer, row)).collect()
}

const UNSEEN: &str = "and not exists (
    select 1 from review r where r.district = opening.district and r.matter = opening.id and r.act = 'seen')";

/// How many of them each centre has.
pub async fn count_unseen(
    tx: &mut Tx,
    (district, since): (i64, CivilDate),
) -> Result<Vec<(i64, i64)>, StoreError> {
    let sql = format!(
        "-- store::opening::count_unseen
         select centre, count(*) from opening where district = $1 and day >= $2 {UNSEEN}
         group by centre order by centre"
    );
    let rows = tx.query(&sql, &[district.into(), days(since).into()]).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?))).collect()
}

/// Deletes up to `most` of days before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::opening::purge
         delete from opening where (district, id) in (
             select district, id from opening where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}

fn read(sealer: &Sealer, row: &Row) -> Result<Opening, StoreError> {
    let id: MatterId = row.parse(1)?;
    let kind = OpeningKind::ALL
        .into_iter()
        .find(|kind| row.text(5).is_ok_and(|text| text == kind.code()));
    let opening = Opening {
        id,
        district: row.int(0)?,
        centre: row.int(2)?,
        day: day_of(row, 3)?,
        hour: row.int(4)?,
        kind: kind.ok_or_else(|| row.inconsistent(5, "a kind of opening"))?,
        staff: row.text(6)?.to_owned(),
        reason: reason(sealer, row, id)?,
    };
    check("opening", row.blob(8)?, &binding(sealer, &opening))?;
    Ok(opening)
}

fn reason(sealer: &Sealer, row: &Row, id: MatterId) -> Result<Reason, StoreError> {
    let context = context("opening", "reason", id);
    let opened = sealer.keys.open(SealPurpose::Staff, &context, row.blob(7)?)?;
    let reason = unpadded(&opened).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let reason = reason.and_then(|reason| Reason::parse(reason).ok());
    reason.ok_or_else(|| row.inconsistent(7, "a reason"))
}

/// The reason is sealed to its row by its context.
fn binding(sealer: &Sealer, opening: &Opening) -> [u8; 32] {
    let (district, centre) = (opening.district.to_be_bytes(), opening.centre.to_be_bytes());
    let (day, hour) = (days(opening.day).to_be_bytes(), opening.hour.to_be_bytes());
    let parts: [&[u8]; 7] = [
        &district,
        opening.id.as_bytes(),
        &centre,
        &day,
        &hour,
        opening.kind.code().as_bytes(),
        opening.staff.as_bytes(),
    ];
    sealer.keys.mac(MacKind::Opening, &parts)
}
