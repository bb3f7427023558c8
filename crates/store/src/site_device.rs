//! Devices that several members of staff of a centre work on: enrolled with a code that is good once, recognised by a
//! cookie's token, ended when they are lost.
//!
//! A device is no login: whoever holds it still needs a member of staff's PIN, and that member's login of the day.

use pramaan_domain::id::SiteDeviceId;
use pramaan_domain::site_device::{DeviceCode, DeviceName};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{IndexKind, MacKind, SealPurpose};

use crate::StoreError;
use crate::db::{Row, Tx, for_update};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};
use crate::staff_binding::check;

/// Forty letters of any Indian script.
const NAME_BLOCK: usize = 136;

/// A device as it is listed. `enrolled_by` and `ended_by` are staff codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteDevice {
    pub id: SiteDeviceId,
    pub centre: i64,
    pub name: DeviceName,
    pub enrolled_by: String,
    pub enrolled_at: Timestamp,
    pub ended: Option<(String, Timestamp)>,
}

/// A code about to be stored, or what one stood for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDevice {
    pub id: SiteDeviceId,
    pub centre: i64,
    pub name: DeviceName,
    /// The manager's staff code.
    pub by: String,
}

/// Stores the code that enrols a device.
pub async fn insert_code(
    tx: &mut Tx,
    sealer: &Sealer,
    (code, new): (&DeviceCode, &NewDevice),
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let name = sealed_name(sealer, "site_device_code", new.id, &new.name);
    tx.execute(
        "-- store::site_device::insert_code
         insert into site_device_code (code_mac, device, centre, name, made_by, expires_at, binding_mac)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            code_mac(sealer, code).into(),
            new.id.into(),
            new.centre.into(),
            name.into(),
            new.by.as_str().into(),
            expires_at.into(),
            code_binding(sealer, (code, new), expires_at).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Uses a code up; none when it is unknown, used or too old.
///
/// # Errors
/// `Misplaced`, with an alarm, when it is not as we wrote it.
pub async fn use_code(
    tx: &mut Tx,
    sealer: &Sealer,
    code: &DeviceCode,
    now: Timestamp,
) -> Result<Option<NewDevice>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::site_device::use_code
             update site_device_code set used_at = $2
             where code_mac = $1 and used_at is null and expires_at > $2
             returning device, centre, name, made_by, expires_at, binding_mac",
            &[code_mac(sealer, code).into(), now.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let id = row.parse(0)?;
    let new = NewDevice {
        id,
        centre: row.int(1)?,
        name: name_of(sealer, (&row, 2), "site_device_code", id)?,
        by: row.text(3)?.to_owned(),
    };
    let bound = code_binding(sealer, (code, &new), row.timestamp(4)?);
    check("site_device_code", row.blob(5)?, &bound)?;
    Ok(Some(new))
}

/// Stores a device that was just enrolled; `token` is its cookie's.
pub async fn insert(
    tx: &mut Tx,
    sealer: &Sealer,
    (new, token): (NewDevice, &str),
    now: Timestamp,
) -> Result<SiteDevice, StoreError> {
    let device = SiteDevice {
        id: new.id,
        centre: new.centre,
        name: new.name,
        enrolled_by: new.by,
        enrolled_at: now,
        ended: None,
    };
    let token_ix = token_ix(sealer, token);
    tx.execute(
        "-- store::site_device::insert
         insert into site_device (id, token_ix, centre, name, enrolled_by, enrolled_at, binding_mac)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            device.id.into(),
            token_ix.as_slice().into(),
            device.centre.into(),
            sealed_name(sealer, "site_device", device.id, &device.name).into(),
            device.enrolled_by.as_str().into(),
            now.into(),
            binding(sealer, &token_ix, &device).into(),
        ],
    )
    .await?;
    Ok(device)
}

const COLUMNS: &str = "id, centre, name, enrolled_by, enrolled_at, ended_by, ended_at, token_ix, binding_mac";

/// The device of a cookie, ended or not.
///
/// # Errors
/// `Misplaced`, with an alarm, when it is not as we wrote it; so for all that follow.
pub async fn by_token(tx: &mut Tx, sealer: &Sealer, token: &str) -> Result<Option<SiteDevice>, StoreError> {
    let sql = format!(
        "-- store::site_device::by_token
         select {COLUMNS} from site_device where token_ix = $1"
    );
    let row = tx.query_opt(&sql, &[token_ix(sealer, token).into()]).await?;
    row.map(|row| read(sealer, &row)).transpose()
}

/// The device of an id, ended or not.
pub async fn by_id(tx: &mut Tx, sealer: &Sealer, id: SiteDeviceId) -> Result<Option<SiteDevice>, StoreError> {
    let sql = format!(
        "-- store::site_device::by_id
         select {COLUMNS} from site_device where id = $1"
    );
    let row = tx.query_opt(&sql, &[id.into()]).await?;
    row.map(|row| read(sealer, &row)).transpose()
}

/// Every device of a centre, the newest first.
pub async fn of_centre(tx: &mut Tx, sealer: &Sealer, centre: i64) -> Result<Vec<SiteDevice>, StoreError> {
    let sql = format!(
        "-- store::site_device::of_centre
         select {COLUMNS} from site_device where centre = $1 order by enrolled_at desc, id"
    );
    let rows = tx.query(&sql, &[centre.into()]).await?;
    rows.iter().map(|row| read(sealer, row)).collect()
}

pub async fn rename(
    tx: &mut Tx,
    sealer: &Sealer,
    (id, name): (SiteDeviceId, &DeviceName),
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::site_device::rename
         update site_device set name = $2 where id = $1",
        &[id.into(), sealed_name(sealer, "site_device", id, name).into()],
    )
    .await?;
    Ok(())
}

/// Ends a device with every login, shift and parked form on it; `false` when it had ended before.
pub async fn end(
    tx: &mut Tx,
    sealer: &Sealer,
    (id, by): (SiteDeviceId, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = format!(
        "-- store::site_device::end
         select {COLUMNS} from site_device where id = $1"
    );
    let row = tx.query_opt(&for_update(tx.engine(), &sql), &[id.into()]).await?;
    let Some(row) = row else { return Ok(false) };
    let device = read(sealer, &row)?;
    if device.ended.is_some() {
        return Ok(false);
    }
    let ended = SiteDevice {
        ended: Some((by.to_owned(), now)),
        ..device
    };
    let bound = binding(sealer, row.blob(7)?, &ended);
    tx.execute(
        "-- store::site_device::ended
         update site_device set ended_by = $2, ended_at = $3, binding_mac = $4 where id = $1",
        &[id.into(), by.into(), now.into(), bound.into()],
    )
    .await?;
    end_logins(tx, id, now).await?;
    for sql in [
        "-- store::site_device::end_shifts
         delete from site_shift where device = $1",
        "-- store::site_device::end_parked
         delete from parked_form where device = $1",
    ] {
        tx.execute(sql, &[id.into()]).await?;
    }
    Ok(true)
}

/// Ends every login on a device: there is one at a time.
pub async fn end_logins(tx: &mut Tx, id: SiteDeviceId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::site_device::end_logins
         update staff_login set ended_at = $2 where device = $1 and ended_at is null",
        &[id.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` codes that expired before `before`, used or not; answers how many.
pub async fn purge_codes(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::site_device::purge_codes
         delete from site_device_code where code_mac in (
             select code_mac from site_device_code where expires_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn read(sealer: &Sealer, row: &Row) -> Result<SiteDevice, StoreError> {
    let id = row.parse(0)?;
    let ended = match (row.opt_text(5)?, row.opt_timestamp(6)?) {
        (Some(by), Some(at)) => Some((by.to_owned(), at)),
        _ => None,
    };
    let device = SiteDevice {
        id,
        centre: row.int(1)?,
        name: name_of(sealer, (row, 2), "site_device", id)?,
        enrolled_by: row.text(3)?.to_owned(),
        enrolled_at: row.timestamp(4)?,
        ended,
    };
    check(
        "site_device",
        row.blob(8)?,
        &binding(sealer, row.blob(7)?, &device),
    )?;
    Ok(device)
}

fn sealed_name(sealer: &Sealer, table: &str, id: SiteDeviceId, name: &DeviceName) -> Vec<u8> {
    sealer.keys.seal(
        SealPurpose::Staff,
        &context(table, "name", id),
        &padded(name.as_str().as_bytes(), NAME_BLOCK),
        &*sealer.entropy,
    )
}

fn name_of(
    sealer: &Sealer,
    (row, column): (&Row, usize),
    table: &'static str,
    id: SiteDeviceId,
) -> Result<DeviceName, StoreError> {
    let context = context(table, "name", id);
    let opened = sealer
        .keys
        .open(SealPurpose::Staff, &context, row.blob(column)?)?;
    let name = unpadded(&opened).and_then(|bytes| std::str::from_utf8(bytes).ok());
    name.and_then(|name| DeviceName::parse(name).ok())
        .ok_or_else(|| row.inconsistent(column, "the name of a device"))
}

fn token_ix(sealer: &Sealer, token: &str) -> Vec<u8> {
    let named = pramaan_keys::context(&[b"site", token.as_bytes()]);
    sealer.keys.index(IndexKind::Device, &named).as_bytes().to_vec()
}

fn code_mac(sealer: &Sealer, code: &DeviceCode) -> [u8; 32] {
    sealer
        .keys
        .mac(MacKind::SiteDeviceCode, &[b"code", code.as_str().as_bytes()])
}

fn code_binding(sealer: &Sealer, (code, new): (&DeviceCode, &NewDevice), until: Timestamp) -> [u8; 32] {
    let (centre, until) = (new.centre.to_be_bytes(), until.micros().to_be_bytes());
    let parts: [&[u8]; 6] = [
        b"row",
        code.as_str().as_bytes(),
        new.id.as_bytes(),
        &centre,
        new.by.as_bytes(),
        &until,
    ];
    sealer.keys.mac(MacKind::SiteDeviceCode, &parts)
}

fn binding(sealer: &Sealer, token_ix: &[u8], device: &SiteDevice) -> [u8; 32] {
    let centre = device.centre.to_be_bytes();
    let enrolled = device.enrolled_at.micros().to_be_bytes();
    let (by, at) = match &device.ended {
        Some((by, at)) => (by.as_bytes(), at.micros().to_be_bytes()),
        None => (&b""[..], [0; 8]),
    };
    let parts: [&[u8]; 7] = [
        token_ix,
        device.id.as_bytes(),
        &centre,
        device.enrolled_by.as_bytes(),
        &enrolled,
        by,
        &at,
    ];
    sealer.keys.mac(MacKind::SiteDevice, &parts)
}
