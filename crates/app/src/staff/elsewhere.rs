//! One account logged in at two centres at once. No login is refused for it, since a nurse may have walked over with her phone;
//! the managers of both centres are shown it, with the reason.

use std::collections::HashSet;

use pramaan_domain::id::SiteDeviceId;
use pramaan_domain::site_device::LOCK_SECONDS;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_domain::time::Timestamp;
use pramaan_store::staff::{NewLogin, StaffRow};
use pramaan_store::staff_elsewhere::{self, OpenLogin};
use pramaan_store::staff_event::{self, Elsewhere, StaffEvent};
use pramaan_store::{Sealer, Tx};

use super::login::{OfDevice, of_device};
use crate::{PageLogins, Refusal};

/// For so long the same two centres of an account are not noted again: a PIN that opens a shared device every few minutes
/// pushes nothing else off the managers' list.
const QUIET_SECONDS: i64 = 3600;

/// When a login began, and when it was last used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) began: Timestamp,
    pub(super) seen: Timestamp,
}

/// Whether a login has neither timed out nor grown too old.
pub(super) fn goes_on(lasts: PageLogins, device: Option<SiteDeviceId>, span: Span, now: Timestamp) -> bool {
    let idle_most = match device {
        None => lasts.staff_idle_seconds,
        Some(_) => lasts.staff_idle_seconds.min(LOCK_SECONDS),
    };
    let (idle, age) = (
        now.seconds() - span.seen.seconds(),
        now.seconds() - span.began.seconds(),
    );
    idle < idle_most && age < lasts.staff_seconds
}

/// Notes that a login begins, or is moved, at its centre while another of the account goes on at another centre. The account
/// was locked by [`staff_elsewhere::lock`].
pub(super) async fn note(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, login): (&StaffRow, &NewLogin),
    (lasts, now): (PageLogins, Timestamp),
) -> Result<(), Refusal> {
    let mut told = HashSet::new();
    for open in staff_elsewhere::open_logins(tx, login).await? {
        // The one used last speaks for its centre.
        if told.contains(&open.place.centre) || !is_alive(tx, sealer, (login, &open), (lasts, now)).await? {
            continue;
        }
        told.insert(open.place.centre);
        let other = Elsewhere {
            centre: open.place.centre,
            seen_at: open.last_seen_at,
        };
        let event = StaffEvent {
            at: now,
            district: staff.district,
            centre: login.place.centre,
            kind: StaffEventKind::LoginElsewhere,
            staff: staff.code.to_string(),
            by: String::new(),
            device: login.place.device,
            elsewhere: Some(other),
        };
        let since = now.plus_seconds(-QUIET_SECONDS);
        if !staff_event::was_noted(tx, sealer, (&event, other), since).await? {
            staff_event::insert(tx, sealer, &event).await?;
        }
    }
    Ok(())
}

async fn is_alive(
    tx: &mut Tx,
    sealer: &Sealer,
    (login, open): (&NewLogin, &OpenLogin),
    (lasts, now): (PageLogins, Timestamp),
) -> Result<bool, Refusal> {
    let span = Span {
        began: open.created_at,
        seen: open.last_seen_at,
    };
    if !goes_on(lasts, open.place.device, span, now) {
        return Ok(false);
    }
    let device = of_device(tx, sealer, (open.place.device, login.staff), now).await?;
    Ok(!matches!(device, OfDevice::Over))
}
