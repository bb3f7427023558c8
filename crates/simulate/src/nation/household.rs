//! One household: up to six people with one mobile number, who go for the same dose together, and their booking.

use std::ops::Range;

use pramaan_domain::booking::{Party, SeatKey};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::session::Quota;

use super::schedule::Round;
use super::{Nation, session};
use crate::chance::Topic;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Its number in the nation, from 0.
    pub number: u32,
    pub id: HouseholdId,
    /// Of no other household.
    pub mobile: Mobile,
    /// The session that it goes to, and the slot's place in [`super::Session::slots`].
    pub session: u32,
    pub slot: u32,
    pub dose: DoseNumber,
    /// The nation's numbers of its one to six members.
    pub members: Range<u32>,
}

/// What a household asks for: as many seats as it has members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The number of the booking and of its household.
    pub number: u32,
    /// The number of the session.
    pub session: u32,
    pub seat: SeatKey,
    /// All members, by the ids of [`super::Person::id`].
    pub party: Party,
}

impl From<Round> for DoseNumber {
    fn from(round: Round) -> Self {
        match round {
            Round::First => Self::First,
            Round::Second => Self::Second,
        }
    }
}

pub(super) fn household(nation: &Nation, number: u32) -> Option<Household> {
    let district = nation.district_of_household(number)?;
    let visit = district.visit(number - district.starts.households);
    Some(Household {
        number,
        id: HouseholdId::from_random(nation.seed.draw(Topic::HouseholdId, number.into()).bytes()),
        mobile: mobile(number)?,
        session: district.starts.sessions + visit.session,
        slot: visit.slot,
        dose: visit.round.into(),
        members: super::district::shifted(visit.members, district.starts.people),
    })
}

pub(super) fn booking(nation: &Nation, number: u32) -> Option<Booking> {
    let household = household(nation, number)?;
    Some(Booking {
        number,
        session: household.session,
        seat: SeatKey {
            session: session::id(nation, household.session),
            slot: session::slot(household.slot)?,
            dose: household.dose,
            quota: Quota::Online,
        },
        party: Party::new(
            household
                .members
                .map(|member| person_id(nation, member))
                .collect(),
        )
        .ok()?,
    })
}

pub(super) fn person_id(nation: &Nation, person: u32) -> PersonId {
    PersonId::from_random(nation.seed.draw(Topic::PersonId, person.into()).bytes())
}

/// India's numbering plan keeps no range for numbers that are nobody's, so these are merely counted on from 6000000000: unlike
/// any real list at first sight, and possibly somebody's. A simulation must never be given a way to send messages.
fn mobile(household: u32) -> Option<Mobile> {
    Mobile::parse(&(6_000_000_000 + u64::from(household)).to_string()).ok()
}
