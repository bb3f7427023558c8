//! The sealed part of a held dose, and of what staff decided about it.

use minicbor::{Decode, Encode};
use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::id::{LoginId, StaffId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::{Reason, StaffCode};
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::SealPurpose;

use super::walk_in::{SealedWalkIn, WalkIn};
use super::{HeldKey, Source};
use crate::StoreError;
use crate::db::{Row, days};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};

/// What was typed. No `Debug`: it names a person.
pub struct Typed {
    pub who: Who,
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
    pub vial: String,
    pub given_at: Timestamp,
    pub site: BodySite,
    /// The login in which it was typed.
    pub login: LoginId,
    pub unread: Unread,
    pub source: Source,
    /// Seconds by which the clock of the phone was ahead; 0 where no phone was asked.
    pub clock_off: i64,
    /// Who gave it, when that is somebody else than who typed it.
    pub given_by: Option<StaffCode>,
}

/// Who was given a dose.
pub enum Who {
    /// Somebody with an appointment, and its four digits.
    Slip { reference_id: ReferenceId, code: String },
    /// Somebody who has still to be registered, and the id that was set aside for them.
    New(Box<WalkIn>, ReferenceId),
}

/// Why the record was not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// The access log was refusing entries at that moment.
    LogRefused,
    /// There was no line, or no device: it was typed on a phone without a line, or written on paper.
    NotThere,
    /// In the words of whoever typed it.
    Because(Reason),
}

/// One that waits, with what is needed to record it.
pub struct Waiting {
    pub staff: StaffId,
    pub held_at: Timestamp,
    pub typed: Typed,
    /// Who else vouched for it.
    pub approved_by: Option<StaffId>,
}

/// Who took one from the list, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dismissal {
    pub by: String,
    pub reason: String,
}

/// What is padded to: all fit one, two reasons of three hundred letters of any Indian script and two long names included.
const BLOCK: usize = 2_880;

pub(super) fn seal(
    sealer: &Sealer,
    key: HeldKey,
    typed: &Typed,
    staff: StaffId,
    held_at: Timestamp,
) -> Vec<u8> {
    let plain = padded(&encode(sealer, typed, staff, held_at), BLOCK);
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

/// The column `dismissal`, if somebody took it from the list.
pub(super) fn read_dismissal(
    row: &Row,
    at: usize,
    sealer: &Sealer,
    key: HeldKey,
) -> Result<Option<Dismissal>, StoreError> {
    let Some(sealed) = row.opt_blob(at)? else {
        return Ok(None);
    };
    let bound = bound("dismissal", key);
    let plain = sealer.keys.open(SealPurpose::HeldDose, &bound, sealed)?;
    let text = unpadded(&plain).and_then(|plain| std::str::from_utf8(plain).ok());
    let corrupt = || StoreError::corrupt("held_dose", "dismissal");
    let (by, reason) = text.and_then(|text| text.split_once('\n')).ok_or_else(corrupt)?;
    Ok(Some(Dismissal {
        by: by.to_owned(),
        reason: reason.to_owned(),
    }))
}

/// Who else vouched for it: bound to this one, so that nobody who writes the database can vouch.
pub(super) fn seal_approval(sealer: &Sealer, key: HeldKey, by: StaffId) -> Vec<u8> {
    let bound = bound("approval", key);
    sealer
        .keys
        .seal(SealPurpose::HeldDose, &bound, by.as_bytes(), &*sealer.entropy)
}

/// The columns `staff, held_at, sealed, approval, source, late, clock_off`.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row says in clear what was not sealed.
pub(super) fn read(row: &Row, sealer: &Sealer, key: HeldKey) -> Result<Waiting, StoreError> {
    let keys = &sealer.keys;
    let plain = keys.open(SealPurpose::HeldDose, &bound("sealed", key), row.blob(2)?)?;
    let corrupt = || StoreError::corrupt("held_dose", "sealed");
    let mut waiting = unpadded(&plain).and_then(decode).ok_or_else(corrupt)?;
    let named: (StaffId, Timestamp) = (row.parse(0)?, row.timestamp(1)?);
    let typed = (row.text(4)?, row.int(5)?, row.int(6)?);
    let sealed = (
        waiting.typed.source.code(),
        super::late(key.day, waiting.held_at),
        waiting.typed.clock_off,
    );
    if (waiting.staff, waiting.held_at) != named || typed != sealed {
        return Err(StoreError::misplaced("held_dose"));
    }
    if let Some(approval) = row.opt_blob(3)? {
        let by = keys.open(SealPurpose::HeldDose, &bound("approval", key), approval)?;
        let by = <[u8; 16]>::try_from(by.as_slice()).map_err(|_| corrupt())?;
        waiting.approved_by = Some(StaffId::from_bytes(by));
    }
    Ok(waiting)
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
    #[n(11)]
    walk_in: Option<SealedWalkIn>,
    #[n(12)]
    source: String,
    #[n(13)]
    clock_off: i64,
    #[n(14)]
    given_by: Option<String>,
}

fn encode(sealer: &Sealer, typed: &Typed, staff: StaffId, held_at: Timestamp) -> Vec<u8> {
    let (reference_id, code, walk_in) = match &typed.who {
        Who::Slip { reference_id, code } => (reference_id.to_string(), code.clone(), None),
        Who::New(walk_in, id) => (
            id.to_string(),
            String::new(),
            Some(SealedWalkIn::of(walk_in, sealer)),
        ),
    };
    let sealed = Sealed {
        reference_id,
        code,
        walk_in,
        vaccine: typed.vaccine.name().to_owned(),
        batch: typed.batch.as_str().to_owned(),
        vial: typed.vial.clone(),
        given_at: typed.given_at.micros(),
        site: typed.site.code().to_owned(),
        login: typed.login.to_string(),
        staff: staff.to_string(),
        held_at: held_at.micros(),
        reason: match &typed.unread {
            Unread::LogRefused | Unread::NotThere => None,
            Unread::Because(reason) => Some(reason.as_str().to_owned()),
        },
        source: typed.source.code().to_owned(),
        clock_off: typed.clock_off,
        given_by: typed.given_by.as_ref().map(|code| code.as_str().to_owned()),
    };
    // Encoding into a vector cannot fail: its writer's error type is uninhabited.
    minicbor::to_vec(&sealed).unwrap_or_default()
}

fn decode(plain: &[u8]) -> Option<Waiting> {
    let sealed: Sealed = minicbor::decode(plain).ok()?;
    let source = Source::from_code(&sealed.source)?;
    let reference_id = ReferenceId::parse(&sealed.reference_id).ok()?;
    Some(Waiting {
        staff: sealed.staff.parse().ok()?,
        held_at: Timestamp::from_micros(sealed.held_at),
        approved_by: None,
        typed: Typed {
            who: match sealed.walk_in {
                Some(walk_in) => Who::New(Box::new(walk_in.read()?), reference_id),
                None => Who::Slip {
                    reference_id,
                    code: sealed.code,
                },
            },
            vaccine: Vaccine::parse(&sealed.vaccine).ok()?,
            batch: VaccineBatch::parse(&sealed.batch).ok()?,
            vial: sealed.vial,
            given_at: Timestamp::from_micros(sealed.given_at),
            site: BodySite::parse(&sealed.site).ok()?,
            login: sealed.login.parse().ok()?,
            unread: match (sealed.reason, source) {
                (Some(reason), _) => Unread::Because(Reason::parse(&reason).ok()?),
                (None, Source::Form) => Unread::LogRefused,
                (None, Source::Phone | Source::Paper) => Unread::NotThere,
            },
            source,
            clock_off: sealed.clock_off,
            given_by: match sealed.given_by {
                Some(code) => Some(StaffCode::parse(&code).ok()?),
                None => None,
            },
        },
    })
}
