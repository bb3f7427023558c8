//! What a member of staff is, and whose a login and an invitation are, bound by MACs: who can write the database, but has
//! no keys, gives nobody a role or a place, and points no login at another account.
//!
//! A row of the past, put back whole with its MAC, is as good as it was then: no MAC helps against that.

use pramaan_domain::id::StaffId;
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::sealer::Sealer;
use crate::staff::{NewLogin, StaffRow, StaffState};

/// What an account's row keeps beside itself.
pub(crate) fn of_row(sealer: &Sealer, row: &StaffRow) -> [u8; 32] {
    let role = match row.role {
        StaffRole::Vaccinator => 1,
        StaffRole::SiteManager => 2,
        StaffRole::DistrictAdmin => 3,
    };
    let state = match row.state {
        StaffState::Invited => 1,
        StaffState::Active => 2,
        StaffState::Ended => 3,
    };
    account(
        sealer,
        (row.id.as_bytes(), row.code.as_str()),
        [role, state],
        (row.centre, row.district),
    )
}

/// The work of comparing an account's row, for a code that nobody has: known and unknown codes cost the same.
pub(crate) fn compare_nobody(sealer: &Sealer, code: &str) {
    let nobody = account(sealer, (&[0; 16], code), [0, 0], (0, 0));
    std::hint::black_box(equal(&nobody, &[0; 32]));
}

fn account(
    sealer: &Sealer,
    (id, code): (&[u8; 16], &str),
    role_and_state: [u8; 2],
    (centre, district): (i64, i64),
) -> [u8; 32] {
    let (centre, district) = (centre.to_be_bytes(), district.to_be_bytes());
    let parts: [&[u8]; 5] = [id, code.as_bytes(), &role_and_state, &centre, &district];
    sealer.keys.mac(MacKind::StaffRow, &parts)
}

/// What a login's row keeps: whose it is, since when, at which centre and on which shared device.
pub(crate) fn of_login(sealer: &Sealer, token: &str, new: &NewLogin, created_at: Timestamp) -> [u8; 32] {
    let since = created_at.micros().to_be_bytes();
    let centre = new.place.centre.to_be_bytes();
    let device = new
        .place
        .device
        .as_ref()
        .map_or(&b""[..], |device| device.as_bytes());
    let parts: [&[u8]; 6] = [
        token.as_bytes(),
        new.staff.as_bytes(),
        new.login.as_bytes(),
        &since,
        &centre,
        device,
    ];
    sealer.keys.mac(MacKind::StaffOfLogin, &parts)
}

/// What an invitation's row keeps: whom it is for, and until when.
pub(crate) fn of_link(sealer: &Sealer, token: &str, staff: StaffId, expires_at: Timestamp) -> [u8; 32] {
    let until = expires_at.micros().to_be_bytes();
    let parts: [&[u8]; 3] = [token.as_bytes(), staff.as_bytes(), &until];
    sealer.keys.mac(MacKind::StaffOfLink, &parts)
}

/// # Errors
/// `Misplaced`, with an alarm, when the row was not written by us as it stands.
pub(crate) fn check(table: &'static str, found: &[u8], expected: &[u8; 32]) -> Result<(), StoreError> {
    match equal(found, expected) {
        true => Ok(()),
        false => Err(StoreError::misplaced(table)),
    }
}
