//! What an encounter was opened with, bound by a MAC: who can write the database, but has no keys, writes no encounter that
//! opens somebody as if evidence had been given.

use pramaan_keys::{MacKind, equal};

use super::Encounter;
use crate::StoreError;
use crate::db::days;
use crate::sealer::Sealer;

/// What the row keeps beside the encounter and its reason, which is sealed.
pub(super) fn mac(sealer: &Sealer, encounter: &Encounter, reason: Option<&[u8]>) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::Encounter,
        &[
            encounter.key.session.as_bytes(),
            encounter.key.id.as_bytes(),
            encounter.appointment.as_bytes(),
            encounter.household.as_bytes(),
            encounter.person.as_bytes(),
            encounter.staff.as_bytes(),
            &encounter.dose.code().to_be_bytes(),
            &days(encounter.booked_on).to_be_bytes(),
            encounter.basis.name().as_bytes(),
            reason.unwrap_or_default(),
            &encounter.opened_at.micros().to_be_bytes(),
        ],
    )
}

pub(super) fn check(
    sealer: &Sealer,
    encounter: &Encounter,
    reason: Option<&[u8]>,
    found: &[u8],
) -> Result<(), StoreError> {
    match equal(&mac(sealer, encounter, reason), found) {
        true => Ok(()),
        false => Err(StoreError::misplaced("encounter")),
    }
}
