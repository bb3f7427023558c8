//! The sealed part of a held dose, and of its dismissal.

use minicbor::{Decode, Encode};
use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::id::{LoginId, StaffId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::SealPurpose;

use super::HeldKey;
use crate::StoreError;
use crate::db::{Row, days};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};

/// What was typed. No `Debug`: it names a person.
pub struct Typed {
    pub reference_id: ReferenceId,
    /// The four digits of the appointment.
    pub code: String,
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
    pub vial: String,
    pub given_at: Timestamp,
    pub site: BodySite,
    /// The login in which it was typed.
    pub login: LoginId,
    pub unread: Unread,
}

/// Why the record was not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// The access log was refusing entries at that moment.
    LogRefused,
    /// In the words of whoever typed it.
    Because(Reason),
}

/// One that waits, with what is needed to record it.
pub struct Waiting {
    pub staff: StaffId,
    pub held_at: Timestamp,
    pub typed: Typed,
}

/// What is padded to: all fit one, a reason of three hundred letters of any Indian script included.
const BLOCK: usize = 1_280;

pub(super) fn seal(
    sealer: &Sealer,
    key: HeldKey,
    typed: &Typed,
    staff: StaffId,
    held_at: Timestamp,
) -> Vec<u8> {
    let plain = padded(&encode(typed, staff, held_at), BLOCK);
    let bound = bound("sealed", key);
    sealer
        .keys
        .seal(SealPurpose::HeldDose, &bound, &plain, &*sealer.entropy)
}

/// Who took it from the list, and why.
pub(super) fn seal_dismissal(sealer: &Sealer, key: HeldKey, by: &str, reason: &Reason) -> Vec<u8> {
    let plain = padded(format!("{by}\n{}", reason.as_str()).as_bytes(), BLOCK);
    let bound = bound("dismissal", key);
    sealer
        .keys
        .seal(SealPurpose::HeldDose, &bound, &plain, &*sealer.entropy)
}

/// The columns `staff, held_at, sealed`.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row names another member of staff or another moment than was sealed.
pub(super) fn read(row: &Row, sealer: &Sealer, key: HeldKey) -> Result<Waiting, StoreError> {
    let plain = sealer
        .keys
        .open(SealPurpose::HeldDose, &bound("sealed", key), row.blob(2)?)?;
    let waiting = unpadded(&plain).and_then(decode);
    let waiting = waiting.ok_or_else(|| StoreError::corrupt("held_dose", "sealed"))?;
    let named: (StaffId, Timestamp) = (row.parse(0)?, row.timestamp(1)?);
    match (waiting.staff, waiting.held_at) == named {
        true => Ok(waiting),
        false => Err(StoreError::misplaced("held_dose")),
    }
}

fn bound(column: &'static str, key: HeldKey) -> Vec<u8> {
    let which = format!("{}|{}|{}", key.centre, days(key.day), key.number);
    context("held_dose", column, which)
}

/// As it is sealed. Numbered fields, so that later versions can add some.
#[derive(Encode, Decode)]
struct Sealed {
    #[n(0)]
    reference_id: String,
    #[n(1)]
    code: String,
    #[n(2)]
    vaccine: String,
    #[n(3)]
    batch: String,
    #[n(4)]
    vial: String,
    #[n(5)]
    given_at: i64,
    #[n(6)]
    site: String,
    #[n(7)]
    login: String,
    #[n(8)]
    staff: String,
    #[n(9)]
    held_at: i64,
    #[n(10)]
    reason: Option<String>,
}

fn encode(typed: &Typed, staff: StaffId, held_at: Timestamp) -> Vec<u8> {
    let sealed = Sealed {
        reference_id: typed.reference_id.to_string(),
        code: typed.code.clone(),
        vaccine: typed.vaccine.name().to_owned(),
        batch: typed.batch.as_str().to_owned(),
        vial: typed.vial.clone(),
        given_at: typed.given_at.micros(),
        site: typed.site.code().to_owned(),
        login: typed.login.to_string(),
        staff: staff.to_string(),
        held_at: held_at.micros(),
        reason: match &typed.unread {
            Unread::LogRefused => None,
            Unread::Because(reason) => Some(reason.as_str().to_owned()),
        },
    };
    // Encoding into a vector cannot fail: its writer's error type is uninhabited.
    minicbor::to_vec(&sealed).unwrap_or_default()
}

fn decode(plain: &[u8]) -> Option<Waiting> {
    let sealed: Sealed = minicbor::decode(plain).ok()?;
    Some(Waiting {
        staff: sealed.staff.parse().ok()?,
        held_at: Timestamp::from_micros(sealed.held_at),
        typed: Typed {
            reference_id: ReferenceId::parse(&sealed.reference_id).ok()?,
            code: sealed.code,
            vaccine: Vaccine::parse(&sealed.vaccine).ok()?,
            batch: VaccineBatch::parse(&sealed.batch).ok()?,
            vial: sealed.vial,
            given_at: Timestamp::from_micros(sealed.given_at),
            site: BodySite::parse(&sealed.site).ok()?,
            login: sealed.login.parse().ok()?,
            unread: match sealed.reason {
                None => Unread::LogRefused,
                Some(reason) => Unread::Because(Reason::parse(&reason).ok()?),
            },
        },
    })
}
