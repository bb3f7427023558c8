//! States, districts and pincodes of India with CoWIN's ids: reference data inside the program.
//!
//! Districts are those of mid-2021, which CoWIN's clients have hard-coded; later ones are not here. Pincodes come from
//! India Post's list of offices, averaged: good for finding what is near, not for addresses.

use std::sync::LazyLock;

pub use crate::number_id::{DistrictId, StateId};
pub use crate::pincode::Pincode;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub id: StateId,
    pub name: &'static str,
    pub name_hi: &'static str,
}

/// `name` is exactly CoWIN's, trailing blank included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    pub id: DistrictId,
    pub state: StateId,
    pub name: &'static str,
}

/// What is known of a pincode. A few have no district or no coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PincodeFacts {
    pub pincode: Pincode,
    pub district: Option<DistrictId>,
    pub point: Option<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub long: f64,
    pub trust: Trust,
}

/// Whether the coordinates lie where the district is. One in eight of the source's do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    InsideDistrict,
    Unconfirmed,
}

/// In order of id.
pub fn states() -> &'static [State] {
    &PLACES.states
}

pub fn state(id: StateId) -> Option<&'static State> {
    find(&PLACES.states, id, |state| state.id)
}

/// In order of id.
pub fn districts() -> &'static [District] {
    &PLACES.districts
}

/// Empty for an unknown state, as CoWIN answers.
pub fn districts_of(state: StateId) -> impl Iterator<Item = &'static District> {
    PLACES
        .districts
        .iter()
        .filter(move |district| district.state == state)
}

pub fn district(id: DistrictId) -> Option<&'static District> {
    find(&PLACES.districts, id, |district| district.id)
}

pub fn pincodes() -> &'static [PincodeFacts] {
    &PLACES.pincodes
}

/// `None` for a well-formed pincode that India Post does not use.
pub fn pincode(pincode: Pincode) -> Option<PincodeFacts> {
    find(&PLACES.pincodes, pincode, |facts| facts.pincode).copied()
}

/// The pincodes around one, itself first, with their distance in kilometres, up to `limit` and `within_km`.
///
/// Distances count only from and to coordinates that lie in their district, so that a misplaced office 500 km away is
/// not offered as a neighbour. Without such coordinates the pincode has no neighbours but itself.
pub fn nearest(from: Pincode, within_km: f64, limit: usize) -> Vec<(Pincode, f64)> {
    let Some(centre) = pincode(from).and_then(trusted) else {
        return pincode(from)
            .map(|facts| (facts.pincode, 0.0))
            .into_iter()
            .take(limit)
            .collect();
    };
    let mut found: Vec<(Pincode, f64)> = PLACES
        .pincodes
        .iter()
        .filter_map(|facts| Some((facts.pincode, distance_km(centre, trusted(*facts)?))))
        .filter(|(_, km)| *km <= within_km)
        .collect();
    found.sort_by(|a, b| {
        a.1.total_cmp(&b.1)
            .then((a.0 != from).cmp(&(b.0 != from)))
            .then(a.0.cmp(&b.0))
    });
    found.truncate(limit);
    found
}

/// Great-circle distance on a sphere (haversine), good to half a percent.
pub fn distance_km(a: Point, b: Point) -> f64 {
    const EARTH_RADIUS_KM: f64 = 6371.0;
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_long = ((b.long - a.long).to_radians() / 2.0).sin();
    let h = half_lat.powi(2) + lat_a.cos() * lat_b.cos() * half_long.powi(2);
    2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
}

fn trusted(facts: PincodeFacts) -> Option<Point> {
    facts.point.filter(|point| point.trust == Trust::InsideDistrict)
}

fn find<T, K: Ord>(rows: &'static [T], key: K, key_of: impl Fn(&T) -> K) -> Option<&'static T> {
    rows.binary_search_by_key(&key, key_of)
        .ok()
        .and_then(|at| rows.get(at))
}

struct Places {
    states: Vec<State>,
    districts: Vec<District>,
    pincodes: Vec<PincodeFacts>,
}

/// Lines that do not parse would be left out; the tests count them all, so none is.
static PLACES: LazyLock<Places> = LazyLock::new(|| Places {
    states: include_str!("../data/states.tsv")
        .lines()
        .filter_map(read_state)
        .collect(),
    districts: include_str!("../data/districts.tsv")
        .lines()
        .filter_map(read_district)
        .collect(),
    pincodes: include_str!("../data/pincodes.csv")
        .lines()
        .filter_map(read_pincode)
        .collect(),
});

fn read_state(line: &'static str) -> Option<State> {
    let mut fields = line.split('\t');
    Some(State {
        id: StateId::parse(fields.next()?).ok()?,
        name: fields.next()?,
        name_hi: fields.next()?,
    })
}

fn read_district(line: &'static str) -> Option<District> {
    let mut fields = line.split('\t');
    Some(District {
        id: DistrictId::parse(fields.next()?).ok()?,
        state: StateId::parse(fields.next()?).ok()?,
        name: fields.next()?,
    })
}

fn read_pincode(line: &'static str) -> Option<PincodeFacts> {
    let mut fields = line.split(',');
    let pincode = Pincode::parse(fields.next()?).ok()?;
    let district = match fields.next()? {
        "" => None,
        id => Some(DistrictId::parse(id).ok()?),
    };
    let point = match (fields.next()?, fields.next()?, fields.next()?) {
        ("", "", _) => None,
        (lat, long, inside) => Some(Point {
            lat: lat.parse().ok()?,
            long: long.parse().ok()?,
            trust: if inside == "1" {
                Trust::InsideDistrict
            } else {
                Trust::Unconfirmed
            },
        }),
    };
    Some(PincodeFacts {
        pincode,
        district,
        point,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn pin(text: &str) -> Pincode {
        Pincode::parse(text).unwrap()
    }

    #[test]
    fn every_line_of_the_data_is_read() {
        assert_eq!(states().len(), 37);
        assert_eq!(districts().len(), 756);
        assert_eq!(pincodes().len(), 19_586);
        assert_eq!(pincodes().iter().filter(|p| p.point.is_some()).count(), 19_558);
        assert_eq!(pincodes().iter().filter(|p| p.district.is_some()).count(), 19_579);
        assert_eq!(
            pincodes().iter().filter(|p| trusted(**p).is_some()).count(),
            17_072
        );
        let with_pincode: BTreeSet<_> = pincodes().iter().filter_map(|p| p.district).collect();
        assert_eq!(
            districts()
                .iter()
                .filter(|d| !with_pincode.contains(&d.id))
                .count(),
            33
        );
        assert!(with_pincode.iter().all(|id| district(*id).is_some()));
    }

    #[test]
    fn all_lists_are_in_order_for_searching() {
        assert!(states().windows(2).all(|w| w[0].id < w[1].id));
        assert!(districts().windows(2).all(|w| w[0].id < w[1].id));
        assert!(pincodes().windows(2).all(|w| w[0].pincode < w[1].pincode));
        assert!(districts().iter().all(|d| state(d.state).is_some()));
        assert!(states().iter().all(|s| districts_of(s.id).next().is_some()));
        assert!(
            states()
                .iter()
                .all(|s| s.name_hi.chars().any(|c| ('\u{900}'..='\u{97F}').contains(&c)))
        );
    }

    #[test]
    fn cowins_ids_and_names_are_exact() {
        let id = |number| DistrictId::from_number(number).unwrap();
        assert_eq!(
            district(id(395)).map(|d| (d.name, d.state.number())),
            Some(("Mumbai", 21))
        );
        assert_eq!(district(id(397)).map(|d| d.name), Some("Aurangabad "));
        assert_eq!(district(id(294)).map(|d| d.name), Some("BBMP"));
        assert_eq!(district(id(797)), None);
        assert_eq!(districts_of(StateId::from_number(99).unwrap()).count(), 0);
        assert_eq!(
            states().first().map(|s| s.name),
            Some("Andaman and Nicobar Islands")
        );
    }

    #[test]
    fn a_pincode_knows_its_district_and_neighbours() {
        assert_eq!(
            pincode(pin("400001")).and_then(|p| p.district),
            DistrictId::from_number(395).ok()
        );
        assert_eq!(pincode(pin("999999")), None);
        let near = nearest(pin("400001"), 10.0, 20);
        assert_eq!(near.first(), Some(&(pin("400001"), 0.0)));
        assert_eq!(near.len(), 20);
        assert!(near.windows(2).all(|w| w[0].1 <= w[1].1));
        assert!(
            near.iter().all(|(p, km)| p.number() / 1000 == 400 && *km <= 10.0),
            "{near:?}"
        );
        assert_eq!(nearest(pin("999999"), 10.0, 20), vec![]);
        assert_eq!(nearest(pin("400113"), 10.0, 20), vec![(pin("400113"), 0.0)]);
    }

    #[test]
    fn mumbai_and_delhi_are_1150_km_apart() {
        let point = |p| trusted(pincode(pin(p)).unwrap()).unwrap();
        let km = distance_km(point("400001"), point("110001"));
        assert!((1130.0..1180.0).contains(&km), "{km}");
    }
}
