//! Held doses: what was typed while no record could be opened, sealed until it is matched with its person.
//!
//! Nothing here touches the access log. A held dose says who is meant only in its sealed part.

use minicbor::{Decode, Encode};
use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::id::{LoginId, StaffId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::SealPurpose;

use crate::StoreError;
use crate::db::{Row, Tx, days, for_update};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};
use crate::session::{day_of, vaccine_of};

/// Which one: the `number`th of a centre's day, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeldKey {
    pub centre: i64,
    pub day: CivilDate,
    pub number: i64,
}

/// The sealed part. No `Debug`: it names a person.
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
}

/// A held dose about to be stored.
pub struct NewHeldDose {
    pub centre: i64,
    pub day: CivilDate,
    pub staff: StaffId,
    /// Over everything that was typed, and by whom.
    pub typed_mac: [u8; 32],
    pub typed: Typed,
}

/// One that waits, with what is needed to record it.
pub struct Waiting {
    pub staff: StaffId,
    pub held_at: Timestamp,
    pub typed: Typed,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldState {
    Waiting,
    Recorded,
    /// It is not tried again: somebody has to look.
    NeedsAttention(Trouble),
}

/// Why a held dose could not be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The reference id or the code is wrong, or nobody of that id was expected there on that day: which, is not told.
    NoMatch,
    /// The code was guessed wrong five times.
    CodeSpent,
    /// The dose of this appointment was recorded otherwise.
    AlreadyRecorded,
    /// Two people registered the document; it has to be seen.
    DocumentAtSite,
    /// Who typed it is off that day's roster, or has no account any more.
    Staff,
    /// What was stored does not read back.
    Unreadable,
}

impl Trouble {
    const ALL: [Self; 6] = [
        Self::NoMatch,
        Self::CodeSpent,
        Self::AlreadyRecorded,
        Self::DocumentAtSite,
        Self::Staff,
        Self::Unreadable,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::NoMatch => "no_match",
            Self::CodeSpent => "code_spent",
            Self::AlreadyRecorded => "already_recorded",
            Self::DocumentAtSite => "document_at_site",
            Self::Staff => "staff",
            Self::Unreadable => "unreadable",
        }
    }
}

const WAITING: &str = "waiting";
const RECORDED: &str = "recorded";
const NEEDS_ATTENTION: &str = "needs_attention";

/// One of a centre's list, with nothing opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub day: CivilDate,
    pub number: i64,
    pub vaccine: Vaccine,
    pub state: HeldState,
    pub held_at: Timestamp,
}

/// The number under which the same was held before.
pub async fn number_of(tx: &mut Tx, new: &NewHeldDose) -> Result<Option<i64>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::held_dose::number_of
             select number from held_dose where centre = $1 and day = $2 and typed_mac = $3",
            &[new.centre.into(), days(new.day).into(), new.typed_mac.into()],
        )
        .await?;
    row.map(|row| row.int(0)).transpose()
}

/// Stores it under the next number of its centre and day, and answers the number.
///
/// # Errors
/// `Serialization` when somebody else took the number meanwhile: run the work again.
pub async fn hold(
    tx: &mut Tx,
    sealer: &Sealer,
    new: &NewHeldDose,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let last = tx
        .query_one(
            "-- store::held_dose::last
             select coalesce(max(number), 0) from held_dose where centre = $1 and day = $2",
            &[new.centre.into(), days(new.day).into()],
        )
        .await?;
    let key = HeldKey {
        centre: new.centre,
        day: new.day,
        number: last.int(0)? + 1,
    };
    let sealed = sealer.keys.seal(
        SealPurpose::HeldDose,
        &bound(key),
        &padded(&encode(&new.typed), BLOCK),
        &*sealer.entropy,
    );
    let held = tx
        .execute(
            "-- store::held_dose::hold
             insert into held_dose (centre, day, number, staff, vaccine, typed_mac, sealed, state, held_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                key.centre.into(),
                days(key.day).into(),
                key.number.into(),
                new.staff.into(),
                new.typed.vaccine.name().into(),
                new.typed_mac.into(),
                sealed.into(),
                WAITING.into(),
                now.into(),
            ],
        )
        .await;
    match held {
        Err(StoreError::UniqueViolation { .. }) => Err(StoreError::Serialization),
        other => other.map(|_| key.number),
    }
}

/// Up to `most` that wait, oldest first.
pub async fn waiting(tx: &mut Tx, most: u32) -> Result<Vec<HeldKey>, StoreError> {
    let rows = tx
        .query(
            "-- store::held_dose::waiting
             select centre, day, number from held_dose where state = $1 order by held_at, centre, number limit $2",
            &[WAITING.into(), most.into()],
        )
        .await?;
    let key = |row: &Row| {
        Ok(HeldKey {
            centre: row.int(0)?,
            day: day_of(row, 1)?,
            number: row.int(2)?,
        })
    };
    rows.iter().map(key).collect()
}

/// One that still waits, locked until the transaction ends; none when another node was faster.
///
/// # Errors
/// `Corrupt` or `Unreadable` when it does not read back.
pub async fn take(tx: &mut Tx, sealer: &Sealer, key: HeldKey) -> Result<Option<Waiting>, StoreError> {
    let sql = for_update(
        tx.engine(),
        "-- store::held_dose::take
         select staff, held_at, sealed from held_dose
         where centre = $1 and day = $2 and number = $3 and state = $4",
    );
    let params = [
        key.centre.into(),
        days(key.day).into(),
        key.number.into(),
        WAITING.into(),
    ];
    let row = tx.query_opt(&sql, &params).await?;
    row.map(|row| read(&row, sealer, key)).transpose()
}

fn read(row: &Row, sealer: &Sealer, key: HeldKey) -> Result<Waiting, StoreError> {
    let plain = sealer
        .keys
        .open(SealPurpose::HeldDose, &bound(key), row.blob(2)?)?;
    let typed = unpadded(&plain).and_then(decode);
    Ok(Waiting {
        staff: row.parse(0)?,
        held_at: row.timestamp(1)?,
        typed: typed.ok_or_else(|| StoreError::corrupt("held_dose", "sealed"))?,
    })
}

/// Ends one that waits because its dose is being recorded, and blanks whose it was; `false` when another was faster.
pub async fn recorded(tx: &mut Tx, key: HeldKey, now: Timestamp) -> Result<bool, StoreError> {
    let done = tx
        .execute(
            "-- store::held_dose::recorded
             update held_dose set state = $4, settled_at = $5, sealed = $6
             where centre = $1 and day = $2 and number = $3 and state = $7",
            &[
                key.centre.into(),
                days(key.day).into(),
                key.number.into(),
                RECORDED.into(),
                now.into(),
                Vec::new().into(),
                WAITING.into(),
            ],
        )
        .await?;
    Ok(done == 1)
}

/// Leaves one that waits to somebody's attention; one that was recorded meanwhile stays recorded.
pub async fn needs_attention(
    tx: &mut Tx,
    key: HeldKey,
    trouble: Trouble,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::held_dose::needs_attention
         update held_dose set state = $4, settled_at = $5, trouble = $6
         where centre = $1 and day = $2 and number = $3 and state = $7",
        &[
            key.centre.into(),
            days(key.day).into(),
            key.number.into(),
            NEEDS_ATTENTION.into(),
            now.into(),
            trouble.code().into(),
            WAITING.into(),
        ],
    )
    .await?;
    Ok(())
}

/// A centre's held doses of a day, and those of other days that are not recorded; opens nothing.
pub async fn of_centre(tx: &mut Tx, centre: i64, day: CivilDate) -> Result<Vec<Listed>, StoreError> {
    let rows = tx
        .query(
            "-- store::held_dose::of_centre
             select day, number, vaccine, state, trouble, held_at from held_dose
             where centre = $1 and (day = $2 or state <> $3) order by day desc, number desc",
            &[centre.into(), days(day).into(), RECORDED.into()],
        )
        .await?;
    rows.iter().map(listed).collect()
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        day: day_of(row, 0)?,
        number: row.int(1)?,
        vaccine: vaccine_of(row, 2)?,
        state: match row.text(3)? {
            WAITING => HeldState::Waiting,
            RECORDED => HeldState::Recorded,
            NEEDS_ATTENTION => HeldState::NeedsAttention(trouble(row)?),
            _ => return Err(row.inconsistent(3, "a state of a held dose")),
        },
        held_at: row.timestamp(5)?,
    })
}

fn trouble(row: &Row) -> Result<Trouble, StoreError> {
    let code = row.opt_text(4)?;
    let known = Trouble::ALL
        .into_iter()
        .find(|trouble| Some(trouble.code()) == code);
    known.ok_or_else(|| row.inconsistent(4, "why a held dose was not recorded"))
}

/// What is padded to: all fit one.
const BLOCK: usize = 192;

fn bound(key: HeldKey) -> Vec<u8> {
    let which = format!("{}|{}|{}", key.centre, days(key.day), key.number);
    context("held_dose", "sealed", which)
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
}

fn encode(typed: &Typed) -> Vec<u8> {
    let sealed = Sealed {
        reference_id: typed.reference_id.to_string(),
        code: typed.code.clone(),
        vaccine: typed.vaccine.name().to_owned(),
        batch: typed.batch.as_str().to_owned(),
        vial: typed.vial.clone(),
        given_at: typed.given_at.micros(),
        site: typed.site.code().to_owned(),
        login: typed.login.to_string(),
    };
    // Encoding into a vector cannot fail: its writer's error type is uninhabited.
    minicbor::to_vec(&sealed).unwrap_or_default()
}

fn decode(plain: &[u8]) -> Option<Typed> {
    let sealed: Sealed = minicbor::decode(plain).ok()?;
    Some(Typed {
        reference_id: ReferenceId::parse(&sealed.reference_id).ok()?,
        code: sealed.code,
        vaccine: Vaccine::parse(&sealed.vaccine).ok()?,
        batch: VaccineBatch::parse(&sealed.batch).ok()?,
        vial: sealed.vial,
        given_at: Timestamp::from_micros(sealed.given_at),
        site: BodySite::parse(&sealed.site).ok()?,
        login: sealed.login.parse().ok()?,
    })
}
