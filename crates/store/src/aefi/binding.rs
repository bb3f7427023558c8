//! A row of a district's list, bound by a MAC: it decides whose record may be opened, and by when something is due.

use pramaan_domain::aefi::Seriousness;
use pramaan_keys::{MacKind, equal};

use super::case::Case;
use crate::StoreError;
use crate::sealer::Sealer;

pub(super) fn mac(sealer: &Sealer, case: &Case) -> [u8; 32] {
    let number = case
        .number
        .map_or(String::new(), |(year, n)| format!("{year}/{n}"));
    sealer.keys.mac(
        MacKind::AefiCase,
        &[
            &case.key.district.number().to_be_bytes(),
            case.key.id.as_bytes(),
            &case.centre.to_be_bytes(),
            case.household.as_bytes(),
            case.person.as_bytes(),
            case.reported_by.code().as_bytes(),
            case.seriousness.map_or("", Seriousness::code).as_bytes(),
            case.stage.code().as_bytes(),
            number.as_bytes(),
            &case.version.to_be_bytes(),
            &case.reported_at.micros().to_be_bytes(),
            &case.since.micros().to_be_bytes(),
        ],
    )
}

/// # Errors
/// `Misplaced`, with an alarm, when the row was not written by us as it stands.
pub(super) fn check(sealer: &Sealer, case: &Case, found: &[u8]) -> Result<(), StoreError> {
    match equal(&mac(sealer, case), found) {
        true => Ok(()),
        false => Err(StoreError::misplaced("aefi_case")),
    }
}
