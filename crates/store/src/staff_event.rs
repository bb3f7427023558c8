//! What happened to shared devices, PINs, printed codes, second factors and logins. Added to and never changed.

use pramaan_domain::id::{SiteDeviceId, StaffEventId};
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{Row, Tx, Value};
use crate::sealer::Sealer;

/// One event. `staff` and `by` are staff codes; empty for nobody in particular, and for who runs the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffEvent {
    pub at: Timestamp,
    pub district: i64,
    pub centre: i64,
    pub kind: StaffEventKind,
    pub staff: String,
    pub by: String,
    pub device: Option<SiteDeviceId>,
    pub elsewhere: Option<Elsewhere>,
}

/// Another centre at which a login of the same account went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    pub centre: i64,
    /// When that login was last used.
    pub seen_at: Timestamp,
}

/// An event as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEvent {
    pub event: StaffEvent,
    pub genuine: Genuine,
}

/// Whether we wrote a row as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genuine {
    Yes,
    /// Somebody changed it who can write the database.
    No,
}

pub async fn insert(tx: &mut Tx, sealer: &Sealer, event: &StaffEvent) -> Result<(), StoreError> {
    let id = StaffEventId::from_random(sealer.random());
    tx.execute(
        "-- store::staff_event::insert
         insert into staff_event (district, id, centre, at, kind, staff, by_staff, device, other_centre, other_at
           , binding_mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            event.district.into(),
            id.into(),
            event.centre.into(),
            event.at.into(),
            event.kind.code().into(),
            event.staff.as_str().into(),
            event.by.as_str().into(),
            device_text(event).into(),
            event.elsewhere.map(|other| other.centre).into(),
            event.elsewhere.map(|other| other.seen_at).into(),
            binding(sealer, id, event).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Whose events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    District(i64),
    /// District and centre.
    Centre(i64, i64),
}

const COLUMNS: &str =
    "id, district, centre, at, kind, staff, by_staff, device, other_centre, other_at, binding_mac";

/// The newest events, the newest first. What happened at two centres is of both.
pub async fn newest(
    tx: &mut Tx,
    sealer: &Sealer,
    reach: Reach,
    most: u32,
) -> Result<Vec<ListedEvent>, StoreError> {
    let (district, from, to) = match reach {
        Reach::District(district) => (district, 0, i64::MAX),
        Reach::Centre(district, centre) => (district, centre, centre),
    };
    let params: [Value; 4] = [district.into(), from.into(), to.into(), most.into()];
    let sql = format!(
        "-- store::staff_event::newest
         select {COLUMNS} from staff_event
         where (district = $1 and centre >= $2 and centre <= $3)
            or (district = $1 and other_centre >= $2 and other_centre <= $3)
         order by at desc, id limit $4"
    );
    let rows = tx.query(&sql, &params).await?;
    rows.iter().map(|row| read(sealer, row)).collect()
}

/// Whether the same was noted of the same account and the same two centres, in either order, after `since`.
pub async fn was_noted(
    tx: &mut Tx,
    sealer: &Sealer,
    (event, other): (&StaffEvent, Elsewhere),
    since: Timestamp,
) -> Result<bool, StoreError> {
    let sql = format!(
        "-- store::staff_event::was_noted
         select {COLUMNS} from staff_event
         where district = $1 and centre in ($2, $3) and at > $4 and other_centre in ($2, $3) and kind = $5
           and staff = $6"
    );
    let params: [Value; 6] = [
        event.district.into(),
        event.centre.into(),
        other.centre.into(),
        since.into(),
        event.kind.code().into(),
        event.staff.as_str().into(),
    ];
    let rows = tx.query(&sql, &params).await?;
    let noted: Result<Vec<_>, _> = rows.iter().map(|row| read(sealer, row)).collect();
    // A line that somebody wrote into the database keeps no true one away.
    Ok(noted?.iter().any(|one| one.genuine == Genuine::Yes))
}

/// Deletes up to `most` events from before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::staff_event::purge
         delete from staff_event where (district, id) in (
             select district, id from staff_event where at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn read(sealer: &Sealer, row: &Row) -> Result<ListedEvent, StoreError> {
    let device = match row.text(7)? {
        "" => None,
        _ => Some(row.parse(7)?),
    };
    let event = StaffEvent {
        district: row.int(1)?,
        centre: row.int(2)?,
        at: row.timestamp(3)?,
        kind: StaffEventKind::from_code(row.text(4)?)
            .ok_or_else(|| row.inconsistent(4, "a kind of event"))?,
        staff: row.text(5)?.to_owned(),
        by: row.text(6)?.to_owned(),
        device,
        elsewhere: row
            .opt_int(8)?
            .zip(row.opt_timestamp(9)?)
            .map(|(centre, seen_at)| Elsewhere { centre, seen_at }),
    };
    let genuine = match equal(&binding(sealer, row.parse(0)?, &event), row.blob(10)?) {
        true => Genuine::Yes,
        false => Genuine::No,
    };
    Ok(ListedEvent { event, genuine })
}

fn device_text(event: &StaffEvent) -> String {
    event.device.map_or_else(String::new, |device| device.to_string())
}

fn binding(sealer: &Sealer, id: StaffEventId, event: &StaffEvent) -> [u8; 32] {
    let (district, centre) = (event.district.to_be_bytes(), event.centre.to_be_bytes());
    let at = event.at.micros().to_be_bytes();
    let device = device_text(event);
    let elsewhere = event.elsewhere.map_or_else(Vec::new, |other| {
        [other.centre.to_be_bytes(), other.seen_at.micros().to_be_bytes()].concat()
    });
    let parts: [&[u8]; 9] = [
        id.as_bytes(),
        &district,
        &centre,
        &at,
        event.kind.code().as_bytes(),
        event.staff.as_bytes(),
        event.by.as_bytes(),
        device.as_bytes(),
        &elsewhere,
    ];
    sealer.keys.mac(MacKind::StaffEvent, &parts)
}
