//! A view of the memory as CoWIN's JSON.

use chrono::{Days, NaiveTime};
use pramaan_app::availability::{Atlas, Centre, CentreView, SessionView, View};
use pramaan_domain::centre::Fee;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::place;
use pramaan_domain::time::Timestamp;

use super::wire::{self, FeeType};
use super::{Asked, Filter, Language, Shape, Spot};
use crate::cowin::date;
use crate::cowin::wire::TTL;
use crate::etag::Prebuilt;

/// Days of a calendar: the one asked for and the six after it.
const CALENDAR_DAYS: u64 = 7;
/// Strictly typed clients read capacities as 16-bit numbers.
const MOST: u32 = 32_767;
/// Centres that are near, at most.
const NEAR: usize = 100;
const MICROS_PER_DEGREE: i64 = 1_000_000;

pub(super) fn build(asked: Asked, view: &View, now: Timestamp) -> Prebuilt {
    match asked.shape {
        Shape::Found => json(&wire::FoundSessions {
            sessions: found(asked, view, now),
        }),
        Shape::Calendar => {
            let centers = view
                .centres
                .iter()
                .filter_map(|centre| calendar(asked, centre))
                .collect();
            json(&wire::Calendar { centers })
        }
        Shape::CentreCalendar => {
            let centers = view.centres.iter().find_map(|centre| calendar(asked, centre));
            json(&wire::CentreCalendar { centers })
        }
    }
}

/// What `calendarByCenter` answers for a centre that cannot be.
pub(super) fn no_centre() -> Prebuilt {
    json(&wire::CentreCalendar { centers: None })
}

fn json<T: serde::Serialize>(value: &T) -> Prebuilt {
    // Strings and numbers always serialise.
    Prebuilt::json(serde_json::to_vec(value).unwrap_or_default())
}

fn wanted(asked: Asked, view: &CentreView, days: u64) -> impl Iterator<Item = &SessionView> {
    let last = asked
        .date
        .checked_add_days(Days::new(days - 1))
        .unwrap_or(asked.date);
    view.sessions.iter().filter(move |session| {
        (asked.date..=last).contains(&session.day)
            && match asked.filter {
                Filter::Any => true,
                Filter::Only(vaccine) => session.vaccine == vaccine,
                Filter::Unknown => false,
            }
    })
}

fn found(asked: Asked, view: &View, now: Timestamp) -> Vec<wire::FoundSession> {
    let sessions = view.centres.iter().flat_map(|centre| {
        let listed = wanted(asked, centre, 1).filter(|session| session.has_or_had_seats(now));
        listed.map(move |session| found_session(asked, centre, session))
    });
    sessions.collect()
}

fn found_session(asked: Asked, view: &CentreView, session: &SessionView) -> wire::FoundSession {
    let Shown {
        name,
        address,
        state_name,
        district_name,
        block_name,
        local,
    } = shown(&view.centre, asked.language);
    let counts = Counts::of(session);
    let fee = view.fee(session.vaccine);
    wire::FoundSession {
        center_id: view.centre.id.number(),
        name,
        address,
        state_name,
        district_name,
        block_name,
        pincode: view.centre.pincode.number(),
        from: time(view.centre.opens),
        to: time(view.centre.closes),
        lat: whole(view.centre.latitude_micro),
        long: whole(view.centre.longitude_micro),
        fee_type: fee_type(fee),
        session_id: session.id.to_string(),
        date: date::print(session.day),
        available_capacity: counts.all,
        available_capacity_dose1: counts.first,
        available_capacity_dose2: counts.second,
        fee: fee.rupees().to_string(),
        min_age_limit: age(session.ages.min()),
        max_age_limit: session.ages.max().map(age),
        allow_all_age: session.ages.allow_all_age(),
        vaccine: session.vaccine.name().to_owned(),
        slots: slots(session),
        local,
    }
}

/// `None` for a centre that has nothing in these days.
fn calendar(asked: Asked, view: &CentreView) -> Option<wire::CalendarCentre> {
    let sessions: Vec<_> = wanted(asked, view, CALENDAR_DAYS).map(calendar_session).collect();
    if sessions.is_empty() {
        return None;
    }
    let Shown {
        name,
        address,
        state_name,
        district_name,
        block_name,
        local,
    } = shown(&view.centre, asked.language);
    let fees: Vec<_> = view
        .centre
        .fees
        .iter()
        .filter(|(_, fee)| fee.rupees() > 0)
        .collect();
    Some(wire::CalendarCentre {
        center_id: view.centre.id.number(),
        name,
        address,
        state_name,
        district_name,
        block_name,
        pincode: view.centre.pincode.number(),
        lat: whole(view.centre.latitude_micro),
        long: whole(view.centre.longitude_micro),
        from: time(view.centre.opens),
        to: time(view.centre.closes),
        fee_type: if fees.is_empty() {
            FeeType::Free
        } else {
            FeeType::Paid
        },
        sessions,
        vaccine_fees: fees
            .into_iter()
            .map(|(vaccine, fee)| wire::VaccineFee {
                vaccine: vaccine.name().to_owned(),
                fee: fee.rupees().to_string(),
            })
            .collect(),
        local,
    })
}

fn calendar_session(session: &SessionView) -> wire::CalendarSession {
    let counts = Counts::of(session);
    wire::CalendarSession {
        session_id: session.id.to_string(),
        date: date::print(session.day),
        available_capacity: counts.all,
        min_age_limit: age(session.ages.min()),
        max_age_limit: session.ages.max().map(age),
        allow_all_age: session.ages.allow_all_age(),
        vaccine: session.vaccine.name().to_owned(),
        slots: slots(session),
        available_capacity_dose1: counts.first,
        available_capacity_dose2: counts.second,
    }
}

/// The hundred centres nearest to a point.
pub(super) fn near(atlas: &Atlas, spot: Spot) -> Prebuilt {
    let degrees = |thousandths: i32| f64::from(thousandths) / 1_000.0;
    let nearest = atlas.nearest(degrees(spot.lat), degrees(spot.long), NEAR);
    let centers = nearest
        .iter()
        .map(|centre| near_centre(centre, spot.language))
        .collect();
    json(&wire::NearCentres { centers, ttl: TTL })
}

fn near_centre(centre: &Centre, language: Language) -> wire::NearCentre {
    let Shown {
        name,
        state_name,
        district_name,
        block_name,
        local,
        ..
    } = shown(centre, language);
    let degrees = |micro: i64| format!("{:.6}", micro as f64 / MICROS_PER_DEGREE as f64);
    let paid = centre.fees.iter().any(|(_, fee)| fee.rupees() > 0);
    wire::NearCentre {
        center_id: centre.id.number(),
        name,
        state_name,
        district_name,
        block_name,
        pincode: centre.pincode.to_string(),
        lat: degrees(centre.latitude_micro),
        long: degrees(centre.longitude_micro),
        from: time(centre.opens),
        to: time(centre.closes),
        fee_type: if paid { FeeType::Paid } else { FeeType::Free },
        local,
    }
}

/// A centre's names.
struct Shown {
    name: String,
    address: String,
    state_name: String,
    district_name: String,
    block_name: String,
    local: Option<wire::LocalNames>,
}

fn shown(centre: &Centre, language: Language) -> Shown {
    let district = place::district(centre.district);
    let state = district.and_then(|district| place::state(district.state));
    let district_name = district.map_or("", |district| district.name).to_owned();
    let local = match language {
        Language::English => None,
        Language::Hindi => Some(wire::LocalNames {
            name_l: centre.name.to_string(),
            state_name_l: state.map_or("", |state| state.name_hi).to_owned(),
            district_name_l: district_name.clone(),
            block_name_l: centre.block.clone(),
            address_l: Some(centre.location.clone()),
        }),
    };
    Shown {
        name: centre.name.to_string(),
        address: centre.location.clone(),
        state_name: state.map_or("", |state| state.name).to_owned(),
        district_name,
        block_name: centre.block.clone(),
        local,
    }
}

/// Free seats; `all` has those of third and precaution doses too, which have no field of their own.
struct Counts {
    all: u32,
    first: u32,
    second: u32,
}

impl Counts {
    fn of(session: &SessionView) -> Self {
        let all: u32 = DoseNumber::ALL.into_iter().map(|dose| session.free(dose)).sum();
        Self {
            all: all.min(MOST),
            first: session.free(DoseNumber::First).min(MOST),
            second: session.free(DoseNumber::Second).min(MOST),
        }
    }
}

fn slots(session: &SessionView) -> Vec<String> {
    session.slots.iter().map(|slot| slot.slot.to_string()).collect()
}

fn fee_type(fee: Fee) -> FeeType {
    if fee.rupees() > 0 {
        FeeType::Paid
    } else {
        FeeType::Free
    }
}

fn time(time: NaiveTime) -> String {
    time.format("%H:%M:%S").to_string()
}

/// Whole degrees, cut as CoWIN cut them.
fn whole(micro: i64) -> i32 {
    i32::try_from(micro / MICROS_PER_DEGREE).unwrap_or_default()
}

fn age(years: i64) -> u8 {
    u8::try_from(years).unwrap_or(u8::MAX)
}
