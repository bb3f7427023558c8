//! A shift on a shared device: begun with password and second factor, taken over by PIN until it ends.

use pramaan_domain::id::{LoginId, SiteDeviceId, StaffId};
use pramaan_domain::pin::Pin;
use pramaan_domain::site_device::{PIN_TRIES, shift_end};
use pramaan_domain::staff::StaffCode;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_domain::time::Timestamp;
use pramaan_store::site_shift::{self, Shift};
use pramaan_store::staff::{self, LoginPlace, NewLogin, StaffRow, StaffState};
use pramaan_store::staff_device::Familiarity;
use pramaan_store::staff_event::{self, StaffEvent};
use pramaan_store::{Sealer, Tx, parked_form, roster, site_device, staff_elsewhere, staff_pin};

use super::device::{SiteDevice, live_device};
use super::door::StaffDoor;
use super::elsewhere;
use super::invite::fresh_token;
use super::login::{StaffSession, principal};
use super::password::{Keyed, Place};
use crate::kept_form::{SHIFT_SECONDS, Typist};
use crate::{App, Refusal, Staff, StaffRole};

/// A PIN is set within so long of password and second factor: who knows no more than the old one sets no new one.
const FRESH_SECONDS: i64 = 10 * 60;

/// What a shared device shows to whoever holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switching {
    pub device: SiteDeviceId,
    pub name: String,
    /// Who may take it over by PIN, by code.
    pub codes: Vec<StaffCode>,
}

/// Whether a member of staff has a PIN, where one is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinState {
    /// Not on a shared device.
    NotNeeded,
    Needed,
    Set,
}

/// A form that waited for who typed it: where it was meant to go, and what was typed, sealed as for a login.
#[derive(Clone, PartialEq, Eq)]
pub struct Parked {
    pub path: String,
    pub kept: String,
}

impl std::fmt::Debug for Parked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parked(redacted)")
    }
}

/// A try to take a device over.
pub struct PinTry<'a> {
    /// The cookie of the device.
    pub device: &'a str,
    pub code: StaffCode,
    pub pin: Pin,
}

/// What a try is judged against; it was counted already.
struct Counted {
    device: SiteDevice,
    shift: Shift,
    hash: String,
    place: Place,
    tries: i64,
}

impl App {
    /// What the device of a cookie shows; none when it is no device of ours, or has ended.
    pub async fn switching(&self, device: &str) -> Result<Option<Switching>, Refusal> {
        let (sealer, token, now) = (self.0.sealer.clone(), device.to_owned(), self.now());
        let found = self.0.db.read("app::staff::switching", move |tx| {
            Box::pin(async move {
                let Some(device) = live_device(tx, &sealer, &token).await? else {
                    return Ok(None);
                };
                let mut codes = Vec::new();
                for shift in site_shift::of_device(tx, &sealer, device.id, now).await? {
                    let has_pin = staff_pin::hash(tx, &sealer, shift.staff.id).await?.is_some();
                    if has_pin && shift.staff.state == StaffState::Active {
                        codes.push(shift.staff.code);
                    }
                }
                Ok::<_, Refusal>(Some(Switching {
                    device: device.id,
                    name: device.name.to_string(),
                    codes,
                }))
            })
        });
        found.await
    }

    /// Takes a device over by PIN. Whoever was on it is logged out of it; their shift goes on.
    ///
    /// # Errors
    /// `NoDevice`; `WrongPin` with how many tries are left; `PinClosed` after five, and for whoever has no shift or no PIN
    /// here: password and second factor open it again. `LoginsBusy`, which counts nothing.
    pub async fn switch_staff(&self, tried: PinTry<'_>) -> Result<StaffSession, Refusal> {
        let counted = self.counted(tried.device, tried.code).await?;
        let Counted {
            device,
            shift,
            hash,
            place,
            tries,
        } = counted;
        let keyed = Keyed::of_pin(&self.0.sealer, shift.staff.id, &tried.pin);
        let right = self
            .0
            .login_desk
            .hasher
            .matches(keyed, place, Some(&hash))
            .await?;
        match right {
            true => self.taken_over(device, shift).await,
            false => Err(self.missed(&device, &shift, tries).await?),
        }
    }

    /// Counts a try before it is judged: a client that goes away has had it.
    async fn counted(&self, device: &str, code: StaffCode) -> Result<Counted, Refusal> {
        let (sealer, token, now) = (self.0.sealer.clone(), device.to_owned(), self.now());
        let hasher = self.0.login_desk.hasher.clone();
        let counted = self.0.db.write("app::staff::pin_tried", move |tx| {
            Box::pin(async move {
                let device = live_device(tx, &sealer, &token).await?;
                let device = device.ok_or(Refusal::NoDevice)?;
                let row = staff::by_code(tx, &sealer, &code).await?;
                let row = row.filter(|row| row.state == StaffState::Active);
                let row = row.ok_or(Refusal::PinClosed)?;
                let shift = site_shift::find(tx, &sealer, (device.id, row.id), now).await?;
                let shift = shift.filter(|shift| shift.misses < PIN_TRIES);
                let shift = shift.ok_or(Refusal::PinClosed)?;
                let hash = staff_pin::hash(tx, &sealer, row.id).await?;
                let hash = hash.ok_or(Refusal::PinClosed)?;
                let place = hasher.place(Familiarity::Known)?;
                let tries = shift.misses + 1;
                site_shift::set_misses(tx, &sealer, &shift, tries).await?;
                Ok::<_, Refusal>(Counted {
                    device,
                    shift,
                    hash,
                    place,
                    tries,
                })
            })
        });
        counted.await
    }

    async fn missed(&self, device: &SiteDevice, shift: &Shift, tries: i64) -> Result<Refusal, Refusal> {
        let left = PIN_TRIES - tries;
        if left > 0 {
            let left = u8::try_from(left).unwrap_or(0);
            return Ok(Refusal::WrongPin { left });
        }
        let event = StaffEvent {
            at: self.now(),
            district: shift.staff.district,
            centre: device.centre,
            kind: StaffEventKind::PinClosed,
            staff: shift.staff.code.to_string(),
            by: String::new(),
            device: Some(device.id),
            elsewhere: None,
        };
        let sealer = self.0.sealer.clone();
        let noted = self.0.db.write("app::staff::pin_closed", move |tx| {
            Box::pin(async move { staff_event::insert(tx, &sealer, &event).await })
        });
        noted.await?;
        Ok(Refusal::PinClosed)
    }

    async fn taken_over(&self, device: SiteDevice, shift: Shift) -> Result<StaffSession, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let (token, login) = (fresh_token(&sealer), LoginId::from_random(sealer.random()));
        let bound = StaffDoor::Pages.bind(&token);
        let (key, lasts) = ((device.id, shift.staff.id), self.0.page_logins);
        let begun = self.0.db.write("app::staff::taken_over", move |tx| {
            Box::pin(async move {
                staff_elsewhere::lock(tx, key.1).await?;
                // The device or the shift may have ended while the PIN was stretched.
                let still = site_device::by_id(tx, &sealer, key.0).await?;
                if still.is_none_or(|device| device.ended.is_some()) {
                    return Err(Refusal::NoDevice);
                }
                let shift = site_shift::find(tx, &sealer, key, now).await?;
                let shift = shift.ok_or(Refusal::PinClosed)?;
                site_shift::set_misses(tx, &sealer, &shift, 0).await?;
                site_device::end_logins(tx, key.0, now).await?;
                let place = LoginPlace {
                    centre: device.centre,
                    device: Some(key.0),
                };
                let new = NewLogin {
                    staff: key.1,
                    login,
                    place,
                };
                staff::insert_login(tx, &sealer, (new, &bound), now).await?;
                elsewhere::note(tx, &sealer, (&shift.staff, &new), (lasts, now)).await?;
                let parked = parked_form::take(tx, &sealer, key).await?;
                Ok((
                    principal(shift.staff, login, place, Some(device.name.to_string())),
                    parked,
                ))
            })
        });
        let (staff, parked) = begun.await?;
        Ok(StaffSession {
            parked: self.unparked(&staff, parked),
            staff,
            token,
            device: None,
            pin: PinState::Set,
        })
    }

    /// What was parked, sealed again as for the login that it waits for.
    pub(super) fn unparked(&self, staff: &Staff, parked: Option<(String, Timestamp)>) -> Option<Parked> {
        let (content, at) = parked?;
        if at.plus_seconds(SHIFT_SECONDS) <= self.now() {
            return None;
        }
        let (path, form) = content.split_once('\n')?;
        Some(Parked {
            kept: self.keep_form(staff.typist(), path, form),
            path: path.to_owned(),
        })
    }

    /// Keeps what waits in a device's lock page for whichever colleague typed it, because somebody else takes over. What is
    /// nobody's who has a shift on the device is not kept.
    ///
    /// # Errors
    /// `NoDevice`.
    pub async fn park_form(&self, device: &str, path: &str, kept: &str) -> Result<(), Refusal> {
        let (sealer, token, now) = (self.0.sealer.clone(), device.to_owned(), self.now());
        let shifts = self.0.db.read("app::staff::shifts", move |tx| {
            Box::pin(async move {
                let device = live_device(tx, &sealer, &token).await?;
                let device = device.ok_or(Refusal::NoDevice)?.id;
                Ok::<_, Refusal>(site_shift::of_device(tx, &sealer, device, now).await?)
            })
        });
        let typed = |shift: &Shift| {
            // The page may have been locked over lunch: it waits as long as a parked form does.
            let typed = (Typist::of_staff(shift.staff.id), path);
            let form = self.kept_within(SHIFT_SECONDS, typed, kept)?;
            Some(((shift.device, shift.staff.id), format!("{path}\n{form}")))
        };
        let Some((key, content)) = shifts.await?.iter().find_map(typed) else {
            return Ok(());
        };
        let sealer = self.0.sealer.clone();
        let parked = self.0.db.write("app::staff::park_form", move |tx| {
            Box::pin(async move { parked_form::park(tx, &sealer, key, &content, now).await })
        });
        Ok(parked.await?)
    }

    /// Whether a member of staff has a PIN.
    pub async fn pin_state(&self, staff: &Staff) -> Result<PinState, Refusal> {
        if staff.device.is_none() {
            return Ok(PinState::NotNeeded);
        }
        let (sealer, id) = (self.0.sealer.clone(), staff.id);
        let hash = self.0.db.read("app::staff::pin_state", move |tx| {
            Box::pin(async move { staff_pin::hash(tx, &sealer, id).await })
        });
        Ok(match hash.await? {
            Some(_) => PinState::Set,
            None => PinState::Needed,
        })
    }

    /// Sets one's own PIN, on a shared device, soon after password and second factor.
    ///
    /// # Errors
    /// `Forbidden` on a device of one's own; `PinClosed` later than ten minutes after the full login; `LoginsBusy`.
    pub async fn set_pin(&self, staff: &Staff, pin: Pin) -> Result<(), Refusal> {
        let (device, now) = (staff.device().ok_or(Refusal::Forbidden)?, self.now());
        let sealer = self.0.sealer.clone();
        let hasher = &self.0.login_desk.hasher;
        let place = hasher.place(Familiarity::Known)?;
        let keyed = Keyed::of_pin(&sealer, staff.id, &pin);
        let hash = hasher.hash(keyed, place, &*sealer.entropy).await?;
        let id = staff.id;
        let event = StaffEvent {
            staff: staff.code.clone(),
            ..staff.event(StaffEventKind::PinSet, Some(device), now)
        };
        let set = self.0.db.write("app::staff::set_pin", move |tx| {
            Box::pin(async move {
                let shift = site_shift::find(tx, &sealer, (device, id), now).await?;
                let fresh = |shift: &Shift| shift.started_at.plus_seconds(FRESH_SECONDS) > now;
                let shift = shift.filter(fresh).ok_or(Refusal::PinClosed)?;
                site_shift::set_misses(tx, &sealer, &shift, 0).await?;
                staff_pin::set(tx, &sealer, (id, &hash), now).await?;
                Ok::<_, Refusal>(staff_event::insert(tx, &sealer, &event).await?)
            })
        });
        set.await
    }

    /// Locks the shared device that a login is on: its owner's PIN goes on. A login on a device of one's own stays as it is.
    ///
    /// # Errors
    /// `Unauthenticated` when there is no such login.
    pub async fn lock_device(&self, token: &str) -> Result<(), Refusal> {
        let staff = self.staff(token).await?;
        if staff.device.is_none() {
            return Ok(());
        }
        let (sealer, bound, now) = (self.0.sealer.clone(), StaffDoor::Pages.bind(token), self.now());
        let locked = self.0.db.write("app::staff::lock_device", move |tx| {
            Box::pin(async move { staff::lock_login(tx, &sealer, &bound, now).await })
        });
        Ok(locked.await?)
    }

    /// Ends one's own shift on the shared device that one is on.
    pub async fn end_shift(&self, staff: &Staff) -> Result<(), Refusal> {
        let Some(device) = staff.device() else {
            return Ok(());
        };
        let (id, now) = (staff.id, self.now());
        let ended = self.0.db.write("app::staff::end_shift", move |tx| {
            Box::pin(async move {
                site_shift::end(tx, device, id).await?;
                site_device::end_logins(tx, device, now).await
            })
        });
        Ok(ended.await?)
    }

    /// Where a member of staff may work today: the own centre, and those on whose lists she is.
    pub async fn sites_today(&self, staff: &Staff) -> Result<Vec<i64>, Refusal> {
        let (id, today) = (staff.id, self.today());
        let sealer = self.0.sealer.clone();
        let found = self.0.db.read("app::staff::sites_today", move |tx| {
            Box::pin(async move {
                let home = staff::by_id(tx, &sealer, id).await?.map(|row| row.centre);
                Ok::<_, Refusal>((home, roster::centres_of(tx, id, today).await?))
            })
        });
        let (home, mut centres) = found.await?;
        centres.extend(home);
        centres.sort_unstable();
        centres.dedup();
        Ok(centres)
    }

    /// Moves a login on a device of one's own to another of [`sites_today`](Self::sites_today). A shared device is its
    /// centre's. That another login of hers goes on elsewhere is noted for the managers, and refused nobody.
    ///
    /// # Errors
    /// `Forbidden` for a shared device and for anybody but a vaccinator; `OffRoster` for a centre where she does not work.
    pub async fn work_at(&self, token: &str, centre: i64) -> Result<(), Refusal> {
        let staff = self.staff(token).await?;
        if staff.device.is_some() || staff.role != StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        if !self.sites_today(&staff).await?.contains(&centre) {
            return Err(Refusal::OffRoster);
        }
        let (sealer, bound) = (self.0.sealer.clone(), StaffDoor::Pages.bind(token));
        let (lasts, now) = (self.0.page_logins, self.now());
        let moved = self.0.db.write("app::staff::work_at", move |tx| {
            Box::pin(async move {
                staff_elsewhere::lock(tx, staff.id).await?;
                let session = staff::session(tx, &sealer, &bound).await?;
                let session = session.ok_or(Refusal::Unauthenticated)?;
                let moved = staff::move_login(tx, &sealer, (&session, &bound), centre).await?;
                elsewhere::note(tx, &sealer, (&session.staff, &moved), (lasts, now)).await
            })
        });
        moved.await
    }
}

/// Where a login that has just proved password and second factor works, and the shared device it is on.
///
/// # Errors
/// `OtherSite` on the device of a centre where this member of staff does not work today.
pub(super) async fn workplace(
    tx: &mut Tx,
    sealer: &Sealer,
    (row, device): (&StaffRow, Option<&str>),
    now: Timestamp,
) -> Result<(LoginPlace, Option<SiteDevice>), Refusal> {
    let listed = match row.role {
        StaffRole::Vaccinator => roster::centres_of(tx, row.id, now.date()).await?,
        StaffRole::SiteManager | StaffRole::DistrictAdmin => Vec::new(),
    };
    let device = match device {
        Some(token) => live_device(tx, sealer, token).await?,
        None => None,
    };
    let Some(device) = device else {
        let home = listed.is_empty() || listed.contains(&row.centre);
        let centre = listed.first().filter(|_| !home).copied().unwrap_or(row.centre);
        return Ok((LoginPlace { centre, device: None }, None));
    };
    if row.centre != device.centre && !listed.contains(&device.centre) {
        return Err(Refusal::OtherSite);
    }
    let place = LoginPlace {
        centre: device.centre,
        device: Some(device.id),
    };
    Ok((place, Some(device)))
}

/// Begins a shift on a device, in place of whoever was on it.
pub(super) async fn begin_shift(
    tx: &mut Tx,
    sealer: &Sealer,
    (device, staff): (SiteDeviceId, StaffId),
    now: Timestamp,
) -> Result<(PinState, Option<(String, Timestamp)>), Refusal> {
    site_device::end_logins(tx, device, now).await?;
    site_shift::begin(tx, sealer, (device, staff), (now, shift_end(now))).await?;
    let pin = match staff_pin::hash(tx, sealer, staff).await? {
        Some(_) => PinState::Set,
        None => PinState::Needed,
    };
    Ok((pin, parked_form::take(tx, sealer, (device, staff)).await?))
}
