//! Captured answers of CoWIN's availability API as centres and sessions, whatever year they are from.
//!
//! Three generations are read: without a split by dose, with one, and with slots as objects. What was free there is the
//! capacity here. It guesses nothing about people and looks nothing up but places.

use chrono::NaiveTime;
use pramaan_domain::centre::{CentreId, CentreKind, Fee};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::place::{self, District, Pincode};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::vaccine::Vaccine;
use pramaan_domain::wire_date::WireDate;
use serde_json::Value;

use super::centre::time;
use crate::availability::Centre;
use crate::session::{SessionPlan, SlotPlan};

const MICRO: f64 = 1_000_000.0;
/// Hours of centres whose answer tells none.
const DAY: (NaiveTime, NaiveTime) = match (
    NaiveTime::from_hms_opt(9, 0, 0),
    NaiveTime::from_hms_opt(17, 0, 0),
) {
    (Some(opens), Some(closes)) => (opens, closes),
    _ => (NaiveTime::MIN, NaiveTime::MIN),
};

/// What was read from one answer.
#[derive(Debug, Default)]
pub struct Converted {
    /// Each once, in the order of the answer.
    pub centres: Vec<Centre>,
    pub sessions: Vec<SessionPlan>,
    pub left_out: Vec<LeftOut>,
}

/// An entry that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its position in the list, from 0.
    pub index: usize,
    pub field: &'static str,
}

/// Reads `{"centers": […]}`, `{"centers": {…}}` and `{"sessions": […]}`; any other answer has neither.
pub fn convert(answer: &Value) -> Converted {
    let mut converted = Converted::default();
    let centres = match answer.get("centers") {
        Some(Value::Array(centres)) => centres.as_slice(),
        Some(centre @ Value::Object(_)) => std::slice::from_ref(centre),
        _ => &[],
    };
    for (index, entry) in centres.iter().enumerate() {
        let sessions = entry
            .get("sessions")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        converted.add(index, entry, sessions);
    }
    let spread = answer
        .get("sessions")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    for (index, entry) in spread.iter().enumerate() {
        converted.add(index, entry, std::slice::from_ref(entry));
    }
    converted
}

impl Converted {
    fn add(&mut self, index: usize, entry: &Value, sessions: &[Value]) {
        let centre = match centre(entry) {
            Ok(centre) => centre,
            Err(field) => return self.left_out.push(LeftOut { index, field }),
        };
        for entry in sessions {
            match session(entry, &centre) {
                Ok(plan) => self.sessions.push(plan),
                Err(field) => self.left_out.push(LeftOut { index, field }),
            }
        }
        match self.centres.iter_mut().find(|known| known.id == centre.id) {
            None => self.centres.push(centre),
            // `find*` tells one vaccine's fee at a time.
            Some(known) => known.fees.extend(
                centre
                    .fees
                    .into_iter()
                    .filter(|(vaccine, _)| !known.fees.iter().any(|(of, _)| of == vaccine))
                    .collect::<Vec<_>>(),
            ),
        }
    }
}

fn centre(entry: &Value) -> Result<Centre, &'static str> {
    let id =
        CentreId::from_number(number(entry, "center_id").unwrap_or_default()).map_err(|_| "center_id")?;
    let pincode =
        Pincode::from_number(number(entry, "pincode").unwrap_or_default()).map_err(|_| "pincode")?;
    let district =
        district(text(entry, "state_name"), text(entry, "district_name")).ok_or("district_name")?;
    let fees = fees(entry);
    let paid = text(entry, "fee_type") == "Paid" || fees.iter().any(|(_, fee)| *fee > Fee::FREE);
    let (latitude_micro, longitude_micro) = position(entry, pincode);
    let address = [text(entry, "address"), text(entry, "location")]
        .into_iter()
        .find(|text| !text.is_empty());
    Ok(Centre {
        id,
        name: PlaceName::parse(text(entry, "name")).map_err(|_| "name")?,
        location: address.unwrap_or_default().to_owned(),
        district: district.id,
        block: text(entry, "block_name").to_owned(),
        pincode,
        latitude_micro,
        longitude_micro,
        opens: time(text(entry, "from")).unwrap_or(DAY.0),
        closes: time(text(entry, "to")).unwrap_or(DAY.1),
        kind: if paid {
            CentreKind::Private
        } else {
            CentreKind::Government
        },
        fees,
    })
}

fn district(state: &str, name: &str) -> Option<&'static District> {
    let named = |state_id| place::state(state_id).is_some_and(|known| known.name == state);
    place::districts()
        .iter()
        .find(|known| known.name.trim() == name.trim() && named(known.state))
}

/// CoWIN cut coordinates to whole degrees, or sent 0 or 1 for none: then the pincode's own are closer.
fn position(entry: &Value, pincode: Pincode) -> (i64, i64) {
    let degrees = |field| match entry.get(field) {
        Some(Value::Number(number)) => number.as_f64().unwrap_or_default(),
        Some(Value::String(text)) => text.parse().unwrap_or_default(),
        _ => 0.0,
    };
    let (lat, long): (f64, f64) = (degrees("lat"), degrees("long"));
    let whole = lat.fract() == 0.0 && long.fract() == 0.0;
    let of_pincode = place::pincode(pincode)
        .and_then(|facts| facts.point)
        .filter(|_| whole);
    let (lat, long) = match of_pincode {
        Some(point) => (point.lat, point.long),
        None if lat <= 1.0 || long <= 1.0 => (0.0, 0.0),
        None => (lat, long),
    };
    ((lat * MICRO).round() as i64, (long * MICRO).round() as i64)
}

fn fees(entry: &Value) -> Vec<(Vaccine, Fee)> {
    let of = |entry: &Value| {
        let vaccine = Vaccine::parse(text(entry, "vaccine")).ok()?;
        let fee = Fee::parse(text(entry, "fee"))
            .ok()
            .filter(|fee| *fee > Fee::FREE)?;
        Some((vaccine, fee))
    };
    let listed = entry
        .get("vaccine_fees")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    listed.iter().chain([entry]).filter_map(of).collect()
}

fn session(entry: &Value, centre: &Centre) -> Result<SessionPlan, &'static str> {
    let slots = slots(entry, centre)?;
    let seats = seats(entry);
    let ages = AgeBand::new(
        number(entry, "min_age_limit").unwrap_or(18),
        number(entry, "max_age_limit"),
    );
    Ok(SessionPlan {
        id: Some(
            text(entry, "session_id")
                .parse::<SessionId>()
                .map_err(|_| "session_id")?,
        ),
        centre: centre.id,
        day: WireDate::parse(text(entry, "date")).map_err(|_| "date")?.date(),
        vaccine: Vaccine::parse(text(entry, "vaccine")).map_err(|_| "vaccine")?,
        ages: ages.map_err(|_| "max_age_limit")?,
        slots: shared(&slots, &seats),
    })
}

/// Slots as texts or as objects with a `time`. Without any, the centre's hours are one, cut at midnight.
fn slots(entry: &Value, centre: &Centre) -> Result<Vec<Slot>, &'static str> {
    const LAST: NaiveTime = match NaiveTime::from_hms_opt(23, 59, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    };
    let listed = entry
        .get("slots")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if listed.is_empty() {
        let closes = if centre.closes > centre.opens {
            centre.closes
        } else {
            LAST
        };
        return Slot::new(centre.opens, closes)
            .map(|slot| vec![slot])
            .map_err(|_| "slots");
    }
    let text = |slot: &Value| {
        slot.as_str()
            .or_else(|| slot.get("time").and_then(Value::as_str))
            .map(str::to_owned)
    };
    let parse = |slot: &Value| text(slot).and_then(|text| Slot::parse(&text).ok()).ok_or("slots");
    let mut slots = listed.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    slots.sort_unstable();
    Ok(slots)
}

/// Free seats by dose. Without a split all are first doses; what exceeds both doses is the precaution share.
fn seats(entry: &Value) -> Vec<(DoseNumber, u16)> {
    let count = |field| number(entry, field).map(|count| u16::try_from(count).unwrap_or_default());
    let all = count("available_capacity").unwrap_or_default();
    match (
        count("available_capacity_dose1"),
        count("available_capacity_dose2"),
    ) {
        (Some(first), Some(second)) => {
            let rest = all.saturating_sub(first.saturating_add(second));
            vec![
                (DoseNumber::First, first),
                (DoseNumber::Second, second),
                (DoseNumber::Precaution, rest),
            ]
        }
        _ => vec![(DoseNumber::First, all)],
    }
}

/// The seats of a session shared out among its slots, the first ones getting what does not divide.
fn shared(slots: &[Slot], seats: &[(DoseNumber, u16)]) -> Vec<SlotPlan> {
    let parts = u16::try_from(slots.len()).unwrap_or(1).max(1);
    let share = |count: u16, at: u16| count / parts + u16::from(at < count % parts);
    slots
        .iter()
        .zip(0_u16..)
        .map(|(slot, at)| SlotPlan {
            slot: *slot,
            seats: seats
                .iter()
                .filter(|(_, count)| *count > 0)
                .map(|(dose, count)| (*dose, Quota::Online, share(*count, at)))
                .collect(),
        })
        .collect()
}

fn text<'v>(entry: &'v Value, field: &str) -> &'v str {
    entry.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// A number, or a string that holds one.
fn number(entry: &Value, field: &str) -> Option<i64> {
    match entry.get(field)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
