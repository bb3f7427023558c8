//! The demonstration's centres and sessions: made-up centres at real pincodes, today and the next eight days.

use chrono::{Days, NaiveTime};
use pramaan_domain::centre::{CentreKind, Fee};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::number_id::CentreId;
use pramaan_domain::pincode::Pincode;
use pramaan_domain::place;
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::rules::{self, Channel};
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::centre::Centre;
use pramaan_store::session::{NewSession, NewSlot};

use super::DemoError;

/// Today and the next eight days.
const DAYS: u64 = 9;

/// The centre of the tour: free, round the clock, in the fort of Mumbai.
pub(super) const TOUR_CENTRE: i64 = 561_001;

/// A centre as it is written down here.
struct Sketch {
    id: i64,
    name: &'static str,
    location: &'static str,
    block: &'static str,
    pincode: &'static str,
    kind: CentreKind,
    hours: Hours,
    /// Vaccine, rupees a dose (0 is free), youngest and oldest age.
    offers: &'static [(Vaccine, i64, i64, Option<i64>)],
}

#[derive(Clone, Copy)]
enum Hours {
    /// So that the tour can be walked at any time of day.
    RoundTheClock,
    Day,
}

use CentreKind::{Government, Private};
use Vaccine::{Corbevax, Covaxin, Covishield, SputnikV};

const SKETCHES: &[Sketch] = &[
    Sketch {
        id: TOUR_CENTRE,
        name: "Fort Demonstration Hospital",
        location: "Bora Bazar, Fort",
        block: "Ward A",
        pincode: "400001",
        kind: Government,
        hours: Hours::RoundTheClock,
        offers: &[(Covishield, 0, 18, None)],
    },
    Sketch {
        id: 561_002,
        name: "Fort School Vaccination Room",
        location: "Ballard Estate",
        block: "Ward A",
        pincode: "400001",
        kind: Government,
        hours: Hours::RoundTheClock,
        offers: &[(Covaxin, 0, 15, Some(17)), (Corbevax, 0, 12, Some(14))],
    },
    Sketch {
        id: 561_003,
        name: "Horniman Circle Clinic",
        location: "Horniman Circle",
        block: "Ward A",
        pincode: "400001",
        kind: Private,
        hours: Hours::Day,
        offers: &[
            (Covishield, 780, 18, None),
            (Covaxin, 1410, 18, None),
            (SputnikV, 1145, 18, None),
        ],
    },
    Sketch {
        id: 561_004,
        name: "Parel Municipal Dispensary",
        location: "Dr Ambedkar Road, Parel",
        block: "Ward F South",
        pincode: "400012",
        kind: Government,
        hours: Hours::Day,
        offers: &[(Covaxin, 0, 18, None)],
    },
    Sketch {
        id: 561_005,
        name: "Mulund Community Hall",
        location: "Mulund West",
        block: "Ward T",
        pincode: "400080",
        kind: Government,
        hours: Hours::Day,
        offers: &[(Covishield, 0, 45, None)],
    },
    Sketch {
        id: 562_001,
        name: "Shivajinagar Health Post",
        location: "Shivajinagar",
        block: "Pune City",
        pincode: "411005",
        kind: Government,
        hours: Hours::Day,
        offers: &[(Covishield, 0, 18, None), (Covaxin, 0, 18, None)],
    },
    Sketch {
        id: 562_002,
        name: "Deccan Clinic",
        location: "Deccan Gymkhana",
        block: "Pune City",
        pincode: "411004",
        kind: Private,
        hours: Hours::Day,
        offers: &[(Covishield, 780, 18, None)],
    },
    Sketch {
        id: 563_001,
        name: "Shivajinagar Ward Office",
        location: "Infantry Road",
        block: "Bengaluru East",
        pincode: "560001",
        kind: Government,
        hours: Hours::Day,
        offers: &[(Covishield, 0, 18, None), (Covaxin, 0, 15, Some(17))],
    },
    Sketch {
        id: 563_002,
        name: "BTM Layout Clinic",
        location: "BTM Layout",
        block: "Bengaluru South",
        pincode: "560076",
        kind: Private,
        hours: Hours::Day,
        offers: &[(Covishield, 850, 18, None), (SputnikV, 1145, 18, None)],
    },
    Sketch {
        id: 564_001,
        name: "Connaught Place Dispensary",
        location: "Connaught Place",
        block: "New Delhi",
        pincode: "110001",
        kind: Government,
        hours: Hours::Day,
        offers: &[(Covishield, 0, 18, None), (Covaxin, 0, 18, None)],
    },
    Sketch {
        id: 565_001,
        name: "Kollam Taluk Hospital",
        location: "Chinnakada",
        block: "Kollam",
        pincode: "691001",
        kind: Government,
        hours: Hours::Day,
        offers: &[(Covishield, 0, 18, None)],
    },
    Sketch {
        id: 566_001,
        name: "Khagaul Primary Health Centre",
        location: "Khagaul",
        block: "Danapur",
        pincode: "801503",
        kind: Government,
        hours: Hours::Day,
        offers: &[(Covishield, 0, 18, None), (Corbevax, 0, 12, Some(14))],
    },
];

/// Every centre, with coordinates and district from the directory of pincodes.
pub(super) fn centres() -> Result<Vec<Centre>, DemoError> {
    SKETCHES.iter().map(centre).collect()
}

fn centre(sketch: &Sketch) -> Result<Centre, DemoError> {
    let bad = |what| DemoError {
        centre: sketch.id,
        what,
    };
    let pincode = Pincode::parse(sketch.pincode).map_err(|_| bad("pincode"))?;
    let facts = place::pincode(pincode).ok_or(bad("pincode"))?;
    let (opens, closes) = sketch.hours.span();
    let paid = sketch.offers.iter().filter(|(_, rupees, ..)| *rupees > 0);
    let fees =
        paid.map(|(vaccine, rupees, ..)| Ok((*vaccine, Fee::from_rupees(*rupees).map_err(|_| bad("fee"))?)));
    Ok(Centre {
        id: CentreId::from_number(sketch.id).map_err(|_| bad("number"))?,
        name: PlaceName::parse(sketch.name).map_err(|_| bad("name"))?,
        location: sketch.location.to_owned(),
        district: facts.district.ok_or(bad("district"))?,
        block: sketch.block.to_owned(),
        pincode,
        latitude_micro: facts.point.map_or(0, |point| micro(point.lat)),
        longitude_micro: facts.point.map_or(0, |point| micro(point.long)),
        opens,
        closes,
        kind: sketch.kind,
        fees: fees.collect::<Result<_, _>>()?,
    })
}

/// Sessions of every centre from `today` on. `random` makes ids.
pub(super) fn sessions(
    centres: &[Centre],
    today: CivilDate,
    random: &dyn Fn() -> [u8; 16],
) -> Result<Vec<NewSession>, DemoError> {
    let mut made = Vec::new();
    for (sketch, centre) in SKETCHES.iter().zip(centres) {
        for day in (0..DAYS).filter_map(|after| today.checked_add_days(Days::new(after))) {
            for (vaccine, _, min, max) in sketch.offers {
                let ages = AgeBand::new(*min, *max).map_err(|_| DemoError {
                    centre: sketch.id,
                    what: "ages",
                })?;
                let capacity = capacity(*vaccine, ages, day, Channel::from(sketch.kind));
                let slots = sketch.hours.slots(sketch.id)?;
                made.push(NewSession {
                    id: SessionId::from_random(random()),
                    centre: centre.id,
                    district: centre.district,
                    day,
                    vaccine: *vaccine,
                    ages,
                    slots: slots
                        .into_iter()
                        .map(|slot| NewSlot {
                            slot,
                            capacity: capacity.clone(),
                        })
                        .collect(),
                });
            }
        }
    }
    Ok(made)
}

/// First doses only of a vaccine that these ages may begin with; the others always.
fn capacity(
    vaccine: Vaccine,
    ages: AgeBand,
    on: CivilDate,
    channel: Channel,
) -> Vec<(DoseNumber, Quota, u16)> {
    let mut capacity = vec![
        (DoseNumber::Second, Quota::Online, 20),
        (DoseNumber::Second, Quota::WalkIn, 5),
        (DoseNumber::Precaution, Quota::Online, 10),
    ];
    if rules::may_begin(vaccine, ages, on, channel) {
        capacity.push((DoseNumber::First, Quota::Online, 120));
        capacity.push((DoseNumber::First, Quota::WalkIn, 60));
    }
    capacity
}

impl Hours {
    fn span(self) -> (NaiveTime, NaiveTime) {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        match self {
            Self::RoundTheClock => (at(0, 0), at(23, 59)),
            Self::Day => (at(9, 0), at(17, 0)),
        }
    }

    fn slots(self, centre: i64) -> Result<Vec<Slot>, DemoError> {
        let texts: &[&str] = match self {
            Self::RoundTheClock => &[
                "12:00AM-06:00AM",
                "06:00AM-12:00PM",
                "12:00PM-06:00PM",
                "06:00PM-11:59PM",
            ],
            Self::Day => &[
                "09:00AM-11:00AM",
                "11:00AM-01:00PM",
                "01:00PM-03:00PM",
                "03:00PM-05:00PM",
            ],
        };
        let parsed = texts
            .iter()
            .map(|text| Slot::parse(text).map_err(|_| DemoError { centre, what: "slot" }));
        parsed.collect()
    }
}

fn micro(degrees: f64) -> i64 {
    // A coordinate in micro-degrees is far within 64 bits.
    (degrees * 1_000_000.0).round() as i64
}
