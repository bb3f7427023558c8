//! One session of the day: a centre, a vaccine, and as many seats in each slot as there are people for it.

use std::ops::Range;

use chrono::NaiveTime;
use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::id::SessionId;
use pramaan_domain::place;
use pramaan_domain::session::AgeBand;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use super::Nation;
use super::centre::Centre;
use super::district::{District, shifted};
use super::schedule::Round;
use crate::chance::Topic;
use crate::counts::{self, DAY};

/// Every seat is for a first or a second dose and is booked online; none is left over.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its number in the nation, from 0.
    pub number: u32,
    pub id: SessionId,
    pub centre: Centre,
    pub day: CivilDate,
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    /// Every dose of the session is from it; a batch goes to several centres.
    pub batch: VaccineBatch,
    /// One to six, of two hours each, in order of time from nine in the morning.
    pub slots: Vec<SlotSeats>,
    /// The nation's numbers of the households that come for a first dose, and for a second.
    pub first_households: Range<u32>,
    pub second_households: Range<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotSeats {
    pub slot: Slot,
    pub first: u16,
    pub second: u16,
}

impl Session {
    /// Its doses: about 250 where a district has as many.
    pub fn doses(&self) -> u32 {
        self.slots
            .iter()
            .map(|slot| u32::from(slot.first) + u32::from(slot.second))
            .sum()
    }
}

/// So many sessions in a row are sent vaccine of one batch.
const SESSIONS_A_BATCH: u32 = 64;
const OPENS: u32 = 9;
const HOURS: u32 = 2;

pub(super) fn session(nation: &Nation, number: u32) -> Option<Session> {
    let district = nation.district_of_session(number)?;
    let within = number - district.starts.sessions;
    let positions = district.schedule.session(within);
    let households = |round| {
        shifted(
            district.households_at(round, positions.clone()),
            district.starts.households,
        )
    };
    let vaccine = vaccine(nation, number)?;
    Some(Session {
        number,
        id: id(nation, number),
        centre: Centre::new(number, district, place_of(nation, district, within)?, vaccine)?,
        day: DAY,
        vaccine,
        ages: AgeBand::new(18, None).ok()?,
        batch: batch(vaccine, number)?,
        slots: (0..district.schedule.slots(within))
            .map(|slot| seats(district, within, slot))
            .collect::<Option<_>>()?,
        first_households: households(Round::First),
        second_households: households(Round::Second),
    })
}

pub(super) fn id(nation: &Nation, session: u32) -> SessionId {
    SessionId::from_random(nation.seed.draw(Topic::SessionId, session.into()).bytes())
}

/// By the shares of the day. Any run of sessions has about these shares: neighbours draw from places that are spread evenly.
pub(super) fn vaccine(nation: &Nation, session: u32) -> Option<Vaccine> {
    let spread = nation.seed.spread(Topic::Vaccine, session.into());
    spread.weighted(counts::shares().vaccines.iter().copied())
}

/// Two hours each from nine in the morning on.
pub(super) fn slot(number: u32) -> Option<Slot> {
    let start = OPENS + number * HOURS;
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0);
    Slot::new(time(start)?, time(start + HOURS)?).ok()
}

fn seats(district: &District, session: u32, number: u32) -> Option<SlotSeats> {
    let positions = district.schedule.slot(session, number);
    let people = |round| district.people_at(round, positions.clone()).len();
    Some(SlotSeats {
        slot: slot(number)?,
        first: people(Round::First).try_into().ok()?,
        second: people(Round::Second).try_into().ok()?,
    })
}

/// The sessions of a district take its pincodes in turn, from one that chance has chosen.
fn place_of(nation: &Nation, district: &District, session: u32) -> Option<place::PincodeFacts> {
    let Range { start, end } = district.pincodes;
    let from = nation
        .seed
        .draw(Topic::Pincode, district.starts.sessions.into())
        .below(u64::from(end - start));
    let turn = (from + u64::from(session)).checked_rem(u64::from(end - start))?;
    let at = nation
        .places
        .get(usize::try_from(u64::from(start) + turn).ok()?)?;
    place::pincodes().get(usize::from(*at)).copied()
}

fn batch(vaccine: Vaccine, session: u32) -> Option<VaccineBatch> {
    let maker = match vaccine {
        Vaccine::Covishield => "CS",
        Vaccine::Covaxin => "CX",
        _ => "XX",
    };
    VaccineBatch::parse(&format!("SIM-{maker}-{:05}", session / SESSIONS_A_BATCH)).ok()
}
