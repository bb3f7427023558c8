//! Shared devices of a centre: enrolled, renamed and ended by its manager.
//!
//! A device opens nothing by itself. It tells which centre's staff may take it over by PIN, and that its logins lock soon.

use pramaan_domain::id::SiteDeviceId;
use pramaan_domain::site_device::{CODE_SECONDS, DeviceCode, DeviceName};
use pramaan_domain::staff::StaffCode;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_domain::time::Timestamp;
use pramaan_store::site_device::{self, NewDevice};
use pramaan_store::staff::{StaffRow, StaffState};
use pramaan_store::staff_event::{self, StaffEvent};
use pramaan_store::{Sealer, Tx, staff};

pub use pramaan_store::site_device::SiteDevice;

use super::invite::fresh_token;
use crate::{App, Refusal, Staff, StaffRole};

/// Devices of one centre that can be in use at once.
pub const DEVICES: usize = 40;

/// The code that enrols a device, shown this once: only a MAC of it is kept.
#[derive(Debug)]
pub struct DeviceInvitation {
    pub name: DeviceName,
    pub code: DeviceCode,
    pub expires_at: Timestamp,
}

/// A device that has just been enrolled. The token is its cookie's value.
pub struct EnrolledDevice {
    pub device: SiteDevice,
    pub token: String,
}

impl std::fmt::Debug for EnrolledDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolledDevice")
            .field("device", &self.device.id)
            .finish_non_exhaustive()
    }
}

impl App {
    /// A code that enrols one device, for fifteen minutes.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a site manager; `Invalid` with the field `name` when forty devices are in use.
    pub async fn make_device_code(
        &self,
        manager: &Staff,
        name: DeviceName,
    ) -> Result<DeviceInvitation, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let new = new_device(&sealer, manager, name)?;
        let expires_at = now.plus_seconds(CODE_SECONDS);
        let code = DeviceCode::from_random(sealer.random());
        let invitation = DeviceInvitation {
            name: new.name.clone(),
            code: code.clone(),
            expires_at,
        };
        let event = manager.event(StaffEventKind::DeviceCodeMade, Some(new.id), now);
        let made = self.0.db.write("app::staff::make_device_code", move |tx| {
            Box::pin(async move {
                require_room(tx, &sealer, new.centre).await?;
                site_device::insert_code(tx, &sealer, (&code, &new), expires_at).await?;
                staff_event::insert(tx, &sealer, &event).await?;
                Ok::<_, Refusal>(())
            })
        });
        made.await?;
        Ok(invitation)
    }

    /// Enrols the device that a code was typed on.
    ///
    /// # Errors
    /// `NoDevice` for a code that is unknown, used, or older than fifteen minutes, for one whose maker is not the centre's
    /// manager any more, and when forty devices came into use meanwhile.
    pub async fn enrol_device(&self, code: DeviceCode) -> Result<EnrolledDevice, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let enrolled = self.0.db.write("app::staff::enrol_device", move |tx| {
            Box::pin(async move {
                let new = site_device::use_code(tx, &sealer, &code, now).await?;
                let new = new.ok_or(Refusal::NoDevice)?;
                require_manager(tx, &sealer, &new).await?;
                let room = require_room(tx, &sealer, new.centre).await;
                room.map_err(|refused| match refused {
                    Refusal::Invalid { .. } => Refusal::NoDevice,
                    refused => refused,
                })?;
                insert(tx, &sealer, new, now).await
            })
        });
        enrolled.await
    }

    /// Enrols the browser at which a manager sits.
    ///
    /// # Errors
    /// As [`make_device_code`](Self::make_device_code).
    pub async fn enrol_device_here(
        &self,
        manager: &Staff,
        name: DeviceName,
    ) -> Result<EnrolledDevice, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let new = new_device(&sealer, manager, name)?;
        let enrolled = self.0.db.write("app::staff::enrol_device_here", move |tx| {
            Box::pin(async move {
                require_room(tx, &sealer, new.centre).await?;
                insert(tx, &sealer, new, now).await
            })
        });
        enrolled.await
    }

    /// The devices of a manager's centre, the newest first, ended ones too.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a site manager.
    pub async fn devices(&self, manager: &Staff) -> Result<Vec<SiteDevice>, Refusal> {
        let (centre, sealer) = (managed(manager)?, self.0.sealer.clone());
        let devices = self.0.db.read("app::staff::devices", move |tx| {
            Box::pin(async move { site_device::of_centre(tx, &sealer, centre).await })
        });
        Ok(devices.await?)
    }

    /// # Errors
    /// `NoDevice` for one that is not of the manager's centre, or has ended.
    pub async fn rename_device(
        &self,
        manager: &Staff,
        id: SiteDeviceId,
        name: DeviceName,
    ) -> Result<(), Refusal> {
        let (centre, sealer) = (managed(manager)?, self.0.sealer.clone());
        let event = manager.event(StaffEventKind::DeviceRenamed, Some(id), self.now());
        let renamed = self.0.db.write("app::staff::rename_device", move |tx| {
            Box::pin(async move {
                let device = site_device::by_id(tx, &sealer, id).await?;
                let device = device.filter(|device| device.centre == centre && device.ended.is_none());
                device.ok_or(Refusal::NoDevice)?;
                site_device::rename(tx, &sealer, (id, &name)).await?;
                Ok::<_, Refusal>(staff_event::insert(tx, &sealer, &event).await?)
            })
        });
        renamed.await
    }

    /// Ends a device, lost or stolen or put away, and every login on it at once, on every node.
    ///
    /// # Errors
    /// `NoDevice` for one that is not of the manager's centre. To end it twice changes nothing.
    pub async fn end_device(&self, manager: &Staff, id: SiteDeviceId) -> Result<(), Refusal> {
        let (centre, sealer, now) = (managed(manager)?, self.0.sealer.clone(), self.now());
        let by = manager.code.clone();
        let event = manager.event(StaffEventKind::DeviceEnded, Some(id), now);
        let ended = self.0.db.write("app::staff::end_device", move |tx| {
            Box::pin(async move {
                let device = site_device::by_id(tx, &sealer, id).await?;
                device
                    .filter(|device| device.centre == centre)
                    .ok_or(Refusal::NoDevice)?;
                if site_device::end(tx, &sealer, (id, &by), now).await? {
                    staff_event::insert(tx, &sealer, &event).await?;
                }
                Ok::<_, Refusal>(())
            })
        });
        ended.await
    }
}

impl Staff {
    /// Something that this member of staff did, to nobody in particular.
    pub(super) fn event(
        &self,
        kind: StaffEventKind,
        device: Option<SiteDeviceId>,
        now: Timestamp,
    ) -> StaffEvent {
        StaffEvent {
            at: now,
            district: self.district,
            centre: self.centre,
            kind,
            staff: String::new(),
            by: self.code.clone(),
            device,
            elsewhere: None,
        }
    }
}

/// The device of a cookie, unless it has ended.
pub(super) async fn live_device(
    tx: &mut Tx,
    sealer: &Sealer,
    token: &str,
) -> Result<Option<SiteDevice>, Refusal> {
    let device = site_device::by_token(tx, sealer, token).await?;
    Ok(device.filter(|device| device.ended.is_none()))
}

pub(super) fn managed(manager: &Staff) -> Result<i64, Refusal> {
    match manager.role {
        StaffRole::SiteManager => Ok(manager.centre),
        StaffRole::Vaccinator | StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
    }
}

fn new_device(sealer: &Sealer, manager: &Staff, name: DeviceName) -> Result<NewDevice, Refusal> {
    Ok(NewDevice {
        id: SiteDeviceId::from_random(sealer.random()),
        centre: managed(manager)?,
        name,
        by: manager.code.clone(),
    })
}

/// A code is no better than who made it: it ends with the account, and with the move to another centre.
async fn require_manager(tx: &mut Tx, sealer: &Sealer, new: &NewDevice) -> Result<(), Refusal> {
    let maker = StaffCode::parse(&new.by).map_err(|_| Refusal::NoDevice)?;
    let maker = staff::by_code(tx, sealer, &maker).await?;
    let manages = |row: &StaffRow| {
        row.state == StaffState::Active && row.role == StaffRole::SiteManager && row.centre == new.centre
    };
    maker.filter(manages).map(drop).ok_or(Refusal::NoDevice)
}

async fn require_room(tx: &mut Tx, sealer: &Sealer, centre: i64) -> Result<(), Refusal> {
    let devices = site_device::of_centre(tx, sealer, centre).await?;
    let in_use = devices.iter().filter(|device| device.ended.is_none()).count();
    if in_use < DEVICES {
        return Ok(());
    }
    Err(Refusal::Invalid {
        field: "name",
        sentence: format!("{DEVICES} devices of this centre are in use: end one first"),
    })
}

async fn insert(
    tx: &mut Tx,
    sealer: &Sealer,
    new: NewDevice,
    now: Timestamp,
) -> Result<EnrolledDevice, Refusal> {
    let token = fresh_token(sealer);
    let device = site_device::insert(tx, sealer, (new, &token), now).await?;
    let manager = StaffCode::parse(&device.enrolled_by).map_err(|_| Refusal::NoDevice)?;
    let manager = staff::by_code(tx, sealer, &manager).await?;
    let event = StaffEvent {
        at: now,
        district: manager.map_or(0, |row| row.district),
        centre: device.centre,
        kind: StaffEventKind::DeviceEnrolled,
        staff: String::new(),
        by: device.enrolled_by.clone(),
        device: Some(device.id),
        elsewhere: None,
    };
    staff_event::insert(tx, sealer, &event).await?;
    Ok(EnrolledDevice { device, token })
}
