//! Readers of what is typed at a site without a line, as plain functions of bytes: for the fuzz targets.

use pramaan_app::held_dose::WhyUnread;
use pramaan_domain::time::Timestamp;
use serde::de::DeserializeOwned;

use super::{held_dose_form, paper_form};
use crate::pairs;
use crate::web::form::FormState;
use crate::web::kept::Fields;

/// 2026-11-22 10:00 in Asia/Kolkata.
const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

/// The fields of an entry that a phone kept; whether it is a dose.
pub(crate) fn held_entries(bytes: &[u8]) -> bool {
    read::<held_dose_form::Typed>(bytes).is_some_and(|typed| told(typed.parse(NOW, WhyUnread::Known)))
}

/// A sheet of paper that was typed in; whether its lines are doses.
pub(crate) fn paper_sheets(bytes: &[u8]) -> bool {
    read::<paper_form::Typed>(bytes).is_some_and(|typed| told(typed.parse(NOW)))
}

/// What was read, carried over a login, is still what was typed.
fn read<T: DeserializeOwned + Fields>(bytes: &[u8]) -> Option<T> {
    let typed: T = pairs::from_pairs(std::str::from_utf8(bytes).ok()?).ok()?;
    let carried = pairs::from_pairs::<T>(&typed.carry()).ok();
    assert_eq!(
        carried.as_ref().map(Fields::fields),
        Some(typed.fields()),
        "something typed was lost"
    );
    Some(typed)
}

/// A form that is refused says beside which field.
fn told<T>(read: Result<T, FormState>) -> bool {
    if let Err(form) = &read {
        assert!(!form.errors().is_empty(), "refused without a word");
    }
    read.is_ok()
}
