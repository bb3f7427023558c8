//! Devices from which a number's owner has logged in before: they keep an OTP reserve, and a name in the access log.
//!
//! Not an account and not a login: a known device still needs a one-time password each time.

use std::collections::HashSet;

use pramaan_domain::id::LoginId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{IndexKind, MacKind, equal};

use crate::db::{Row, Tx, Value};
use crate::otp::OtpScope;
use crate::{Sealer, StoreError};

/// A device as one number sees it: both blind indexes, made once for a request.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceOfNumber {
    mobile_ix: Vec<u8>,
    /// While an index key is being changed, what the number's rows may still have; the same otherwise.
    before: Vec<u8>,
    first: Vec<u8>,
    device_ix: Vec<u8>,
}

impl DeviceOfNumber {
    /// `device` is whatever tells devices apart; it is never kept.
    pub fn new(sealer: &Sealer, mobile: &Mobile, device: &[u8]) -> Self {
        let typed = mobile.as_str().as_bytes();
        let [now, before] = sealer.keys.directory(IndexKind::Mobile, typed).both();
        // Over the first index for ever: a device cannot be moved, as nobody keeps what tells it apart.
        let first = sealer.keys.index(IndexKind::Mobile, typed);
        Self {
            mobile_ix: now.as_bytes().to_vec(),
            before: before.as_bytes().to_vec(),
            device_ix: pair(sealer, first.as_bytes(), device),
            first: first.as_bytes().to_vec(),
        }
    }

    /// The blind index of something else that this number's requests are told apart by.
    pub fn alike(&self, sealer: &Sealer, what: &[u8]) -> Vec<u8> {
        pair(sealer, &self.first, what)
    }

    pub fn mobile_ix(&self) -> &[u8] {
        &self.mobile_ix
    }

    pub fn device_ix(&self) -> &[u8] {
        &self.device_ix
    }

    fn params(&self) -> [Value; 2] {
        [(&self.mobile_ix).into(), (&self.device_ix).into()]
    }
}

/// Whether a one-time password for this number was confirmed before, and what shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquaintance {
    Stranger,
    /// From what looks like this device.
    SameDevice,
    /// By the login that is shown now.
    SameLogin,
}

/// Looks a device up, and a login that its client showed. The same statement whether they are known or not.
pub async fn look(
    tx: &mut Tx,
    device: &DeviceOfNumber,
    shown: Option<LoginId>,
) -> Result<Acquaintance, StoreError> {
    let [mobile_ix, device_ix] = device.params();
    let name: Value = shown.map_or_else(|| "".into(), Value::from);
    let rows = tx
        .query(
            "-- store::known_device::look
             select case when name = $3 then 1 else 0 end from known_device
             where mobile_ix in ($1, $4) and (device_ix = $2 or name = $3)",
            &[mobile_ix, device_ix, name, (&device.before).into()],
        )
        .await?;
    let mut known = Acquaintance::Stranger;
    for row in &rows {
        if row.int(0)? == 1 {
            return Ok(Acquaintance::SameLogin);
        }
        known = Acquaintance::SameDevice;
    }
    Ok(known)
}

/// Whether a device is the person's own beyond doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    Yes,
    /// Until one that is says so.
    NotYet,
}

/// Remembers a device that has just proved the number through a door. Answers its name: `fresh`, or the one it was given first.
/// What it was called, through which door it came first and whether it was confirmed stays as it was.
pub async fn remember(
    tx: &mut Tx,
    sealer: &Sealer,
    device: &DeviceOfNumber,
    (fresh, confirmed, door): (LoginId, Confirmed, OtpScope),
    now: Timestamp,
) -> Result<LoginId, StoreError> {
    let mac = confirmed_mac(sealer, (&device.mobile_ix, &device.device_ix), fresh).to_vec();
    let [mobile_ix, device_ix] = device.params();
    let row = tx
        .query_one(
            "-- store::known_device::remember
             insert into known_device (mobile_ix, device_ix, name, first_login_at, last_login_at, confirmed_at
               , confirmed_mac, face, partner)
             values ($1, $2, $3, $4, $4, $5, $6, $7, $8)
             on conflict (mobile_ix, device_ix) do update set last_login_at = excluded.last_login_at
             returning name",
            &[
                mobile_ix,
                device_ix,
                fresh.into(),
                now.into(),
                (confirmed == Confirmed::Yes).then_some(now).into(),
                (confirmed == Confirmed::Yes).then_some(mac).into(),
                door.face.into(),
                door.partner.into(),
            ],
        )
        .await?;
    row.parse(0)
}

/// The names of a number's confirmed devices. A row that says so and that we did not write is left out.
pub async fn confirmed(
    tx: &mut Tx,
    sealer: &Sealer,
    mobile_ix: &[u8],
) -> Result<HashSet<String>, StoreError> {
    let rows = tx
        .query(
            "-- store::known_device::confirmed
             select device_ix, name, confirmed_mac from known_device
             where mobile_ix = $1 and confirmed_at is not null",
            &[mobile_ix.into()],
        )
        .await?;
    let mut names = HashSet::new();
    for row in &rows {
        let name: LoginId = row.parse(1)?;
        let written = confirmed_mac(sealer, (mobile_ix, row.blob(0)?), name);
        if row.opt_blob(2)?.is_some_and(|found| equal(&written, found)) {
            names.insert(name.to_string());
        }
    }
    Ok(names)
}

pub(crate) fn confirmed_mac(
    sealer: &Sealer,
    (mobile_ix, device_ix): (&[u8], &[u8]),
    name: LoginId,
) -> [u8; 32] {
    let parts = [mobile_ix, device_ix, name.as_bytes()];
    sealer.keys.mac(MacKind::ConfirmedDevice, &parts)
}

/// Confirms a device on the word of one that is confirmed; `false` when that one is not, or there is no such device. To
/// confirm twice changes nothing.
pub async fn confirm(
    tx: &mut Tx,
    sealer: &Sealer,
    mobile_ix: &[u8],
    (device, by): (LoginId, LoginId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !confirmed(tx, sealer, mobile_ix).await?.contains(&by.to_string()) {
        return Ok(false);
    }
    let row = tx
        .query_opt(
            "-- store::known_device::named
             select device_ix from known_device where mobile_ix = $1 and name = $2",
            &[mobile_ix.into(), device.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    let mac = confirmed_mac(sealer, (mobile_ix, row.blob(0)?), device);
    let changed = tx
        .execute(
            "-- store::known_device::confirm
             update known_device set confirmed_at = coalesce(confirmed_at, $3), confirmed_mac = $4
             where mobile_ix = $1 and name = $2",
            &[mobile_ix.into(), device.into(), now.into(), mac.into()],
        )
        .await?;
    Ok(changed > 0)
}

/// Through which door a device logged in first, as its owner would tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Our own pages.
    Pages,
    /// A partner's programme, by the partner's number.
    Partner(u64),
    /// Any other program that speaks to us.
    App,
}

/// A device that logged in for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDevice {
    /// As the access log names it.
    pub name: LoginId,
    pub door: Door,
    pub first_login_at: Timestamp,
    pub last_login_at: Timestamp,
    pub confirmed: Confirmed,
}

/// The devices of a number, that with the newest login first. A row that says it is confirmed and that we did not write is not
/// confirmed.
pub async fn all(tx: &mut Tx, sealer: &Sealer, mobile_ix: &[u8]) -> Result<Vec<KnownDevice>, StoreError> {
    let confirmed = confirmed(tx, sealer, mobile_ix).await?;
    let rows = tx
        .query(
            "-- store::known_device::all
             select name, first_login_at, last_login_at, face, partner from known_device where mobile_ix = $1
             order by last_login_at desc, name",
            &[mobile_ix.into()],
        )
        .await?;
    rows.iter().map(|row| device(row, &confirmed)).collect()
}

fn device(row: &Row, confirmed: &HashSet<String>) -> Result<KnownDevice, StoreError> {
    let name: LoginId = row.parse(0)?;
    let partner = u64::try_from(row.int(4)?).map_err(|_| row.inconsistent(4, "a partner's number"))?;
    Ok(KnownDevice {
        name,
        first_login_at: row.timestamp(1)?,
        last_login_at: row.timestamp(2)?,
        door: match row.text(3)? {
            "pages" => Door::Pages,
            "partner" => Door::Partner(partner),
            _ => Door::App,
        },
        confirmed: match confirmed.contains(&name.to_string()) {
            true => Confirmed::Yes,
            false => Confirmed::NotYet,
        },
    })
}

/// The devices of a number that nobody confirmed, that with the newest login first.
pub async fn unconfirmed(
    tx: &mut Tx,
    sealer: &Sealer,
    mobile_ix: &[u8],
) -> Result<Vec<KnownDevice>, StoreError> {
    let mut devices = all(tx, sealer, mobile_ix).await?;
    devices.retain(|device| device.confirmed == Confirmed::NotYet);
    Ok(devices)
}

/// Takes back the confirmation of one device; `false` when the number has no such device. Twice is once.
pub async fn distrust(tx: &mut Tx, mobile_ix: &[u8], device: LoginId) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "-- store::known_device::distrust
             update known_device set confirmed_at = null, confirmed_mac = null where mobile_ix = $1 and name = $2",
            &[mobile_ix.into(), device.into()],
        )
        .await?;
    Ok(changed > 0)
}

/// Forgets the devices of a number that nobody confirmed: their next login is that of a stranger again.
pub async fn forget_unconfirmed(tx: &mut Tx, sealer: &Sealer, mobile_ix: &[u8]) -> Result<(), StoreError> {
    for newcomer in unconfirmed(tx, sealer, mobile_ix).await? {
        tx.execute(
            "-- store::known_device::forget_unconfirmed
             delete from known_device where mobile_ix = $1 and name = $2",
            &[mobile_ix.into(), newcomer.name.into()],
        )
        .await?;
    }
    Ok(())
}

/// Forgets the devices of a number that is proved anew, or by somebody else.
pub(crate) async fn forget_all(tx: &mut Tx, mobile_ix: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "-- store::known_device::forget_all
         delete from known_device where mobile_ix = $1",
        &[mobile_ix.into()],
    )
    .await?;
    Ok(())
}

/// Takes back the confirmation of all but one device: of a number that fell silent, only the one that gave the second proof is
/// known to be of its people.
pub async fn unconfirm_others(tx: &mut Tx, mobile_ix: &[u8], but: LoginId) -> Result<(), StoreError> {
    tx.execute(
        "-- store::known_device::unconfirm_others
         update known_device set confirmed_at = null, confirmed_mac = null where mobile_ix = $1 and name <> $2",
        &[mobile_ix.into(), but.into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` devices that last logged in before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::known_device::purge
         delete from known_device where (mobile_ix, device_ix) in (
             select mobile_ix, device_ix from known_device where last_login_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn pair(sealer: &Sealer, mobile_ix: &[u8], device: &[u8]) -> Vec<u8> {
    let pair = pramaan_keys::context(&[mobile_ix, device]);
    sealer.keys.index(IndexKind::Device, &pair).as_bytes().to_vec()
}
