//! A nation's sessions: made-up centres at real pincodes, eight days each.

use anyhow::{Context, Result};
use chrono::{Days, NaiveTime};
use pramaan_domain::centre::{CentreId, CentreKind};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::place::{self, DistrictId, PincodeFacts};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::centre::{self, Centre};
use pramaan_store::session::{self, NewSession, NewSlot};

use crate::data::{Data, now};

/// Days on which each centre works, from today.
pub(crate) const DAYS: usize = 8;
/// Mumbai: the district whose body is measured.
pub(crate) const BUSY: i64 = 395;
/// Centres in it; 37 sessions on a day make about 20 kB.
const BUSY_CENTRES: usize = 37;
/// Seats for first doses in each slot: more than a benchmark books.
const SEATS: u16 = 30_000;
/// Long ago for a server that looks for what changed in the last seconds.
const PUBLISHED_BEFORE_SECONDS: i64 = 3_600;
const SLOTS: [&str; 4] = [
    "09:00AM-11:00AM",
    "11:00AM-01:00PM",
    "01:00PM-03:00PM",
    "03:00PM-05:00PM",
];

/// Publishes `count` sessions, [`BUSY_CENTRES`] centres' of them in one district, and answers them in that order.
pub(crate) async fn publish(data: &Data, count: usize) -> Result<Vec<NewSession>> {
    let at = now().plus_seconds(-PUBLISHED_BEFORE_SECONDS);
    let centres = centres(count.div_ceil(DAYS))?;
    let sessions = sessions(data, &centres, count, now().date())?;
    let (facts, published) = (centres, sessions.clone());
    let written = data.db.write("bench::publish", move |tx| {
        Box::pin(async move {
            centre::put(tx, &facts, at).await?;
            session::publish(tx, &published, at).await
        })
    });
    written.await.context("publishing sessions")?;
    Ok(sessions)
}

fn centres(count: usize) -> Result<Vec<Centre>> {
    let busy = DistrictId::from_number(BUSY).context("the busy district")?;
    let located = || place::pincodes().iter().filter(|facts| facts.district.is_some());
    let in_busy = located().filter(|facts| facts.district == Some(busy)).cycle();
    let others: Vec<_> = located().filter(|facts| facts.district != Some(busy)).collect();
    let step = (others.len() / count.max(1)).max(1);
    in_busy
        .take(BUSY_CENTRES.min(count))
        .chain(others.into_iter().step_by(step))
        .take(count)
        .zip(100_001..)
        .map(|(facts, id)| centre(facts, id))
        .collect()
}

fn centre(facts: &PincodeFacts, id: i64) -> Result<Centre> {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).context("an hour");
    let micro = |degrees: f64| (degrees * 1e6).round() as i64;
    Ok(Centre {
        id: CentreId::from_number(id).context("a centre's number")?,
        name: PlaceName::parse(&format!("Government Vaccination Centre {id}")).context("a name")?,
        location: "Ward Office, Station Road".to_owned(),
        district: facts.district.context("a district")?,
        block: "Ward A".to_owned(),
        pincode: facts.pincode,
        latitude_micro: facts.point.map_or(0, |point| micro(point.lat)),
        longitude_micro: facts.point.map_or(0, |point| micro(point.long)),
        opens: hour(9)?,
        closes: hour(17)?,
        kind: CentreKind::Government,
        fees: Vec::new(),
    })
}

fn sessions(data: &Data, centres: &[Centre], count: usize, today: CivilDate) -> Result<Vec<NewSession>> {
    let ages = AgeBand::new(18, None).context("an age band")?;
    let slots = SLOTS
        .iter()
        .map(|text| {
            Ok(NewSlot {
                slot: Slot::parse(text).context("a slot")?,
                capacity: vec![
                    (DoseNumber::First, Quota::Online, SEATS),
                    (DoseNumber::Second, Quota::Online, 20),
                    (DoseNumber::First, Quota::WalkIn, 10),
                ],
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let days = 0..u64::try_from(DAYS).unwrap_or(1);
    let all = centres
        .iter()
        .flat_map(|centre| days.clone().map(move |day| (centre, day)));
    all.take(count)
        .map(|(centre, after)| {
            Ok(NewSession {
                id: SessionId::from_random(data.sealer.random()),
                centre: centre.id,
                district: centre.district,
                day: today.checked_add_days(Days::new(after)).context("a day")?,
                vaccine: Vaccine::Covishield,
                ages,
                slots: slots.clone(),
            })
        })
        .collect()
}
