//! Claims: at most one live appointment per person and dose, kept with the household.
//!
//! What a household sees of its bookings. The seats behind them are `appointment`'s.

use std::collections::HashMap;

use pramaan_domain::access::Field;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId};
use pramaan_domain::time::{CivilDate, Timestamp};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::access_log::Receipt;
use crate::db::{ColumnType, Row, Rows, Tx, date, pair};
use crate::member::Subject;
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};
use crate::session::dose_of;

/// Where a claim stands. A cancelled one is no row at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimState {
    /// A seat is held until the slot ends.
    Booked,
    /// The dose was given.
    Vaccinated,
}

impl ClaimState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Vaccinated => "vaccinated",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Booked, Self::Vaccinated]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// One person's appointment for one dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub household: HouseholdId,
    pub person: PersonId,
    pub dose: DoseNumber,
    pub appointment: AppointmentId,
    pub session: SessionId,
    /// The slot's number within the session.
    pub slot: i64,
    pub queue: i64,
    pub booked_on: CivilDate,
    pub ends_at: Timestamp,
    pub state: ClaimState,
}

impl Claim {
    /// Whether it still keeps its person from booking this dose: until the slot ends, or for good once it was given.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.state == ClaimState::Vaccinated || self.ends_at > now
    }
}

const COLUMNS: &str = "c.household, c.person, c.dose, c.appointment, c.session, c.slot, c.queue, c.booked_on, c.ends_at, c.state";

/// The claims of these people, those past included, in order of booking.
pub async fn of_people(tx: &mut Tx, people: &[Subject]) -> Result<Vec<Claim>, StoreError> {
    let mut claims: Vec<Claim> = of_persons(tx, people).await?.into_values().collect();
    claims.sort_unstable_by_key(|claim| (claim.booked_on, claim.appointment, claim.person, claim.dose));
    Ok(claims)
}

/// The claims that these people have of an appointment, in order of person. Cancelled members have none; who shares the
/// appointment and is none of them stays out of it.
pub async fn of_appointment(
    tx: &mut Tx,
    among: &[Subject],
    appointment: AppointmentId,
) -> Result<Vec<Claim>, StoreError> {
    let mut claims = of_people(tx, among).await?;
    claims.retain(|claim| claim.appointment == appointment);
    claims.sort_unstable_by_key(|claim| claim.person);
    Ok(claims)
}

/// The claims of persons, by person and dose.
pub(crate) async fn of_persons(
    tx: &mut Tx,
    persons: &[(HouseholdId, PersonId)],
) -> Result<HashMap<(PersonId, DoseNumber), Claim>, StoreError> {
    let mut found = HashMap::with_capacity(persons.len());
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], persons.iter().map(pair)) {
        let sql = format!(
            "-- store::claim::of_persons
             with v (household, person) as ({rows})
             select {COLUMNS} from claim c join v on v.household = c.household and v.person = c.person"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let claim = claim(&row)?;
            found.insert((claim.person, claim.dose), claim);
        }
    }
    Ok(found)
}

/// The doses for which these people hold a seat whose slot has not ended.
pub async fn doses_waiting(
    tx: &mut Tx,
    persons: &[(HouseholdId, PersonId)],
    now: Timestamp,
) -> Result<Vec<DoseNumber>, StoreError> {
    let claims = of_persons(tx, persons).await?;
    let waiting = claims
        .into_values()
        .filter(|claim| claim.state == ClaimState::Booked && claim.ends_at > now);
    Ok(waiting.map(|claim| claim.dose).collect())
}

/// The four digits of each member's appointment, for the slip: one receipt a person, naming the appointment code.
///
/// # Errors
/// `ReceiptExpired`; a person without this appointment, or erased, is left out.
pub async fn open_codes(
    tx: &mut Tx,
    sealer: &Sealer,
    appointment: AppointmentId,
    receipts: Vec<Receipt>,
    now: Timestamp,
) -> Result<HashMap<PersonId, Zeroizing<String>>, StoreError> {
    let mut openings = Vec::with_capacity(receipts.len());
    for receipt in receipts {
        let opening = receipt.spend(now)?;
        if opening.fields.contains(Field::AppointmentCode) {
            openings.push(opening);
        }
    }
    let subjects: Vec<_> = openings
        .iter()
        .map(|opening| (opening.household, opening.person))
        .collect();
    let keys = person_key::group(tx, sealer, Group::Identity, &subjects).await?;
    let mut codes = HashMap::with_capacity(openings.len());
    for (household, person) in subjects {
        let row = tx
            .query_opt(
                "-- store::claim::open_codes
                 select code from claim where household = $1 and person = $2 and appointment = $3",
                &[household.into(), person.into(), appointment.into()],
            )
            .await?;
        if let (Some(row), Some(key)) = (row, keys.get(&person)) {
            let plain = key.open(&code_context(appointment, person), row.blob(0)?)?;
            let code = String::from_utf8(plain.to_vec()).map_err(|_| row.inconsistent(0, "a code"))?;
            codes.insert(person, Zeroizing::new(code));
        }
    }
    Ok(codes)
}

pub(crate) fn code_context(appointment: AppointmentId, person: PersonId) -> Vec<u8> {
    context("claim", "code", format_args!("{appointment}|{person}"))
}

fn claim(row: &Row) -> Result<Claim, StoreError> {
    Ok(Claim {
        household: row.parse(0)?,
        person: row.parse(1)?,
        dose: dose_of(row, 2)?,
        appointment: row.parse(3)?,
        session: row.parse(4)?,
        slot: row.int(5)?,
        queue: row.int(6)?,
        booked_on: date(row.int(7)?).ok_or_else(|| row.inconsistent(7, "a day"))?,
        ends_at: row.timestamp(8)?,
        state: ClaimState::from_code(row.text(9)?).ok_or_else(|| row.inconsistent(9, "a claim's state"))?,
    })
}
