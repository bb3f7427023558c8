//! Logging staff in, and the sessions that follow.
//!
//! One step with everything in it, so that nothing tells which part was wrong; an unknown code costs the same statements,
//! key operations and stretching as a known one.

use pramaan_domain::id::{LoginId, SiteDeviceId, StaffId};
use pramaan_domain::staff::StaffCode;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_domain::staff_sheet::SheetCode;
use pramaan_domain::time::Timestamp;
use pramaan_store::staff::{self, Credentials, LoginPlace, NewLogin, Session, StaffRow, StaffState};
use pramaan_store::staff_device::{self, DeviceOfCode};
use pramaan_store::staff_event::{self, StaffEvent};
use pramaan_store::staff_sheet::{self, SheetPlace};
use pramaan_store::{Sealer, Tx, site_device, site_shift, staff_elsewhere};

use super::door::{Naming, StaffDoor, StaffLoginBudgets, StaffOrigin, Tries, Verdict, named};
use super::elsewhere::{self, Span, goes_on};
use super::invite::fresh_token;
use super::password::{Hasher, Keyed, Place};
use super::shift::{Parked, PinState, begin_shift, workplace};
use super::totp;
use crate::{App, OnDevice, Refusal, Staff};

/// A session ends after so long without a request.
pub const IDLE_SECONDS: i64 = 15 * 60;
/// A session ends so long after the login.
pub const ABSOLUTE_SECONDS: i64 = 12 * 3600;
/// A session's last sight is written at most this often.
const TOUCH_SECONDS: i64 = 60;
/// When to come back after too many tries. One figure for every code and budget: the true one would tell when somebody else
/// tried.
const COME_BACK_SECONDS: u32 = 15 * 60;

/// What is typed at the login.
pub struct StaffLogin {
    pub code: String,
    pub password: String,
    /// The six digits.
    pub totp: String,
    pub origin: StaffOrigin,
}

impl std::fmt::Debug for StaffLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaffLogin(redacted)")
    }
}

/// A login that has just succeeded. The token is the cookie's value, or the bearer of the facility API.
pub struct StaffSession {
    pub staff: Staff,
    pub token: String,
    /// The name to keep for a device that had none: with it, strangers cannot use up its tries.
    pub device: Option<String>,
    /// On a shared device.
    pub pin: PinState,
    /// What they typed on it before a colleague took it over.
    pub parked: Option<Parked>,
}

impl std::fmt::Debug for StaffSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffSession")
            .field("staff", &self.staff)
            .finish_non_exhaustive()
    }
}

/// What logins are judged with.
pub(crate) struct LoginDesk {
    pub(crate) hasher: Hasher,
    budgets: StaffLoginBudgets,
    /// Stands in for somebody whom nobody knows.
    nobody: StaffId,
    sealed_nothing: Vec<u8>,
}

impl LoginDesk {
    pub(crate) fn new(sealer: &Sealer, budgets: StaffLoginBudgets) -> Self {
        let nobody = StaffId::from_random(sealer.random());
        let secret = sealer.random::<{ totp::SECRET_BYTES }>();
        Self {
            hasher: Hasher::new(&budgets),
            budgets,
            nobody,
            sealed_nothing: staff::seal_second_factor(sealer, nobody, &secret),
        }
    }
}

impl App {
    /// # Errors
    /// `WrongStaffLogin` whatever was wrong; `OverBudget` after too many tries, right or wrong; `LoginsBusy` when too many
    /// wait, which counts nothing.
    pub async fn login_staff(&self, typed: StaffLogin) -> Result<StaffSession, Refusal> {
        let now = self.now();
        let (sealer, desk) = (&self.0.sealer, &self.0.login_desk);
        let tries = Tries::new(sealer, desk.budgets, (&spelled(&typed.code), &typed.origin));
        let printed = SheetCode::parse(&typed.totp).ok();
        let admitted = self.admitted((&typed.code, printed), tries.clone(), now);
        let (known, sheet, place) = admitted.await?;
        let (id, hash, sealed, last_step) = match &known {
            Some(known) => (
                known.staff.id,
                known.password_hash.as_deref(),
                known.second_factor.as_deref(),
                known.last_step,
            ),
            None => (self.0.login_desk.nobody, None, None, i64::MAX),
        };
        let (of, sealed) = match sealed {
            Some(sealed) => (id, sealed),
            None => (
                self.0.login_desk.nobody,
                self.0.login_desk.sealed_nothing.as_slice(),
            ),
        };
        let secret = staff::open_second_factor(sealer, of, sealed)?;
        let step = totp::matching_step(&secret, typed.totp.trim(), now).filter(|step| *step > last_step);
        let password: String = typed.password.chars().take(257).collect();
        let keyed = Keyed::new(sealer, id, &password);
        let right = desk.hasher.matches(keyed, place, hash).await?;
        let second = step.map(Second::Step).or(sheet.map(Second::Sheet));
        match (known, second) {
            (Some(known), Some(second)) if right && known.staff.state == StaffState::Active => {
                let device = NewDevice::of(sealer, &known.staff, &typed.origin);
                self.begin_session(known.staff, (typed.origin, second), (tries, device), now)
                    .await
            }
            _ => Err(Refusal::WrongStaffLogin),
        }
    }

    /// The member of staff behind the token of a login at the pages.
    ///
    /// # Errors
    /// `Unauthenticated` when it is unknown, of another door, logged out, or idle or old for longer than
    /// [`PageLogins`](crate::PageLogins) allow.
    pub async fn staff(&self, token: &str) -> Result<Staff, Refusal> {
        self.staff_at(StaffDoor::Pages, token).await
    }

    /// The same for a login at any one door.
    ///
    /// # Errors
    /// As [`staff`](Self::staff).
    pub async fn staff_at(&self, door: StaffDoor, token: &str) -> Result<Staff, Refusal> {
        self.staff_seen(door, token, Presence::Noted).await
    }

    /// The same for what a page asks by itself: nobody need be there, so a shared device locks all the same.
    ///
    /// # Errors
    /// As [`staff`](Self::staff).
    pub async fn staff_of_screen(&self, token: &str) -> Result<Staff, Refusal> {
        self.staff_seen(StaffDoor::Pages, token, Presence::Unknown).await
    }

    async fn staff_seen(&self, door: StaffDoor, token: &str, presence: Presence) -> Result<Staff, Refusal> {
        let (asked, now) = (door.bind(token), self.now());
        let seen = self.staff_session(asked.clone()).await?;
        let Seen { session, device } = seen.ok_or(Refusal::Unauthenticated)?;
        let works = session.staff.state == StaffState::Active && session.locked_at.is_none();
        let touch = match device {
            OfDevice::Own => TOUCH_SECONDS,
            // Two minutes are noted to the second.
            OfDevice::Shared(_) => 1,
            OfDevice::Over => return Err(Refusal::Unauthenticated),
        };
        let span = Span {
            began: session.created_at,
            seen: session.last_seen_at,
        };
        if !works || !goes_on(self.0.page_logins, session.place.device, span, now) {
            return Err(Refusal::Unauthenticated);
        }
        let idle = now.seconds() - session.last_seen_at.seconds();
        if idle >= touch && presence == Presence::Noted {
            let sealer = self.0.sealer.clone();
            let touched = self.0.db.write("app::staff::touch", move |tx| {
                Box::pin(async move { staff::touch(tx, &sealer, &asked, now).await })
            });
            touched.await?;
        }
        let name = match device {
            OfDevice::Shared(name) => Some(name),
            OfDevice::Own | OfDevice::Over => None,
        };
        Ok(principal(session.staff, session.login, session.place, name))
    }

    /// Whose login at the pages a token names, idle, old and ended ones included: for telling whose forms were on the screen.
    pub(crate) async fn staff_of_any_age(&self, token: &str) -> Result<Option<StaffId>, Refusal> {
        let (sealer, bound) = (self.0.sealer.clone(), StaffDoor::Pages.bind(token));
        let whose = self.0.db.read("app::staff::whose", move |tx| {
            Box::pin(async move { staff::whose(tx, &sealer, &bound).await })
        });
        Ok(whose.await?)
    }

    async fn staff_session(&self, bound: String) -> Result<Option<Seen>, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let session = self.0.db.read("app::staff::session", move |tx| {
            Box::pin(async move {
                let Some(session) = staff::session(tx, &sealer, &bound).await? else {
                    return Ok(None);
                };
                let device = of_device(tx, &sealer, (session.place.device, session.staff.id), now).await?;
                Ok::<_, Refusal>(Some(Seen { session, device }))
            })
        });
        session.await
    }

    pub async fn logout_staff(&self, door: StaffDoor, token: &str) -> Result<(), Refusal> {
        let (sealer, token, now) = (self.0.sealer.clone(), door.bind(token), self.now());
        let ended = self.0.db.write("app::staff::logout", move |tx| {
            Box::pin(async move { staff::end_login(tx, &sealer, &token, now).await })
        });
        Ok(ended.await?)
    }

    /// Counts a try; answers what it is judged against, and a place in the queue for being judged.
    async fn admitted(
        &self,
        (typed, printed): (&str, Option<SheetCode>),
        tries: Tries,
        now: Timestamp,
    ) -> Result<(Option<Credentials>, Option<SheetPlace>, Place), Refusal> {
        // A code that cannot be one is nobody's, and costs the same. No code has a blank: that one is never found.
        let asked = StaffCode::parse(typed).map_or_else(|_| " ".to_owned(), |code| code.to_string());
        let (hasher, sealer) = (self.0.login_desk.hasher.clone(), self.0.sealer.clone());
        let nobody = self.0.login_desk.nobody;
        let admitted = self.0.db.write("app::staff::admitted", move |tx| {
            Box::pin(async move {
                let acquaintance = staff_device::look(tx, &tries.device).await?;
                if tries.spend(tx, acquaintance, now).await? == Verdict::Over {
                    return Ok(Err(Refusal::OverBudget {
                        retry_after_seconds: COME_BACK_SECONDS,
                    }));
                }
                // Before the commit: who is sent away has spent nothing.
                let place = hasher.place(acquaintance)?;
                let known = staff::credentials(tx, &sealer, &asked).await?;
                let id = known.as_ref().map_or(nobody, |known| known.staff.id);
                let sheet = match &printed {
                    Some(code) => staff_sheet::matching(tx, &sealer, (id, code.as_str()), now).await?,
                    None => None,
                };
                Ok::<_, Refusal>(Ok((known, sheet, place)))
            })
        });
        admitted.await?
    }

    async fn begin_session(
        &self,
        row: StaffRow,
        (origin, second): (StaffOrigin, Second),
        (tries, device): (Tries, NewDevice),
        now: Timestamp,
    ) -> Result<StaffSession, Refusal> {
        let sealer = self.0.sealer.clone();
        let (token, login) = (fresh_token(&sealer), LoginId::from_random(sealer.random()));
        let (id, bound) = (row.id, origin.door.bind(&token));
        let lasts = self.0.page_logins;
        let begun = self.0.db.write("app::staff::login", move |tx| {
            Box::pin(async move {
                // First of all, as the end of an account does.
                staff_elsewhere::lock(tx, id).await?;
                second.use_up(tx, &sealer, &row, now).await?;
                tries.give_back(tx).await?;
                let named = device.remember(tx, id, now).await?;
                let (place, shared) = match origin.door {
                    StaffDoor::Pages => workplace(tx, &sealer, (&row, origin.shared.as_deref()), now).await?,
                    StaffDoor::Facility(_) => (at_home(&row), None),
                };
                let (pin, parked) = match &shared {
                    Some(device) => begin_shift(tx, &sealer, (device.id, id), now).await?,
                    None => (PinState::NotNeeded, None),
                };
                let new = NewLogin {
                    staff: id,
                    login,
                    place,
                };
                staff::insert_login(tx, &sealer, (new, &bound), now).await?;
                elsewhere::note(tx, &sealer, (&row, &new), (lasts, now)).await?;
                let name = shared.map(|device| device.name.to_string());
                Ok::<_, Refusal>((named, principal(row, login, place, name), pin, parked))
            })
        });
        let (device, staff, pin, parked) = begun.await?;
        Ok(StaffSession {
            parked: self.unparked(&staff, parked),
            device,
            staff,
            token,
            pin,
        })
    }
}

/// A login as it is found, with what became of its device.
struct Seen {
    session: Session,
    device: OfDevice,
}

pub(super) enum OfDevice {
    /// A browser of one's own.
    Own,
    /// A shared device, by its name, within the shift.
    Shared(String),
    /// The device or the shift has ended.
    Over,
}

/// What became of the device that a login of a member of staff is on.
pub(super) async fn of_device(
    tx: &mut Tx,
    sealer: &Sealer,
    (device, staff): (Option<SiteDeviceId>, StaffId),
    now: Timestamp,
) -> Result<OfDevice, Refusal> {
    let Some(id) = device else {
        return Ok(OfDevice::Own);
    };
    let device = site_device::by_id(tx, sealer, id).await?;
    let device = device.filter(|device| device.ended.is_none());
    let works = site_shift::goes_on(tx, sealer, (id, staff), now).await?;
    Ok(match device {
        Some(device) if works => OfDevice::Shared(device.name.to_string()),
        _ => OfDevice::Over,
    })
}

/// What was shown beside the password.
enum Second {
    /// The step of an authenticator's digits.
    Step(i64),
    /// A printed code.
    Sheet(SheetPlace),
}

impl Second {
    /// # Errors
    /// `WrongStaffLogin` when it was used before: of two logins with one code, one is a replay.
    async fn use_up(
        &self,
        tx: &mut Tx,
        sealer: &Sealer,
        row: &StaffRow,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let used = match self {
            Self::Step(step) => staff::use_step(tx, row.id, *step).await?,
            Self::Sheet(place) => {
                // The account may have ended while the password was stretched.
                let still = staff::by_id(tx, sealer, row.id).await?;
                still.is_some_and(|row| row.state == StaffState::Active)
                    && staff_sheet::use_up(tx, (row.id, *place), now).await?
            }
        };
        if !used {
            return Err(Refusal::WrongStaffLogin);
        }
        if matches!(self, Self::Sheet(_)) {
            let event = StaffEvent {
                at: now,
                district: row.district,
                centre: row.centre,
                kind: StaffEventKind::SheetCodeUsed,
                staff: row.code.to_string(),
                by: row.code.to_string(),
                device: None,
                elsewhere: None,
            };
            staff_event::insert(tx, sealer, &event).await?;
        }
        Ok(())
    }
}

/// The device of a login that succeeds, with the name it is given if it had none.
struct NewDevice {
    of_code: DeviceOfCode,
    name: Option<String>,
}

impl NewDevice {
    fn of(sealer: &Sealer, staff: &StaffRow, origin: &StaffOrigin) -> Self {
        let code = staff.code.as_str();
        match origin.naming {
            Naming::HasOne => Self {
                of_code: origin.device_of(sealer, code),
                name: None,
            },
            Naming::Needed => {
                let name = fresh_token(sealer);
                Self {
                    of_code: DeviceOfCode::new(sealer, code, &named(&name)),
                    name: Some(name),
                }
            }
        }
    }

    async fn remember(self, tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<Option<String>, Refusal> {
        staff_device::remember(tx, &self.of_code, staff, now).await?;
        Ok(self.name)
    }
}

/// A code as it is counted, whether it is anybody's or not.
fn spelled(typed: &str) -> String {
    typed.trim().to_ascii_uppercase()
}

fn at_home(row: &StaffRow) -> LoginPlace {
    LoginPlace {
        centre: row.centre,
        device: None,
    }
}

/// `device` is the name of the shared device that `place` speaks of.
pub(crate) fn principal(row: StaffRow, login: LoginId, place: LoginPlace, device: Option<String>) -> Staff {
    Staff {
        id: row.id,
        login,
        code: row.code.to_string(),
        role: row.role,
        centre: place.centre,
        district: row.district,
        device: place.device.zip(device).map(|(id, name)| OnDevice { id, name }),
    }
}

/// Whether a request shows that somebody is at the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Noted,
    Unknown,
}
