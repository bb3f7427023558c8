//! Where a session is: a made-up centre at a real pincode.

use std::collections::BTreeMap;

use pramaan_domain::centre::{CentreId, CentreKind};
use pramaan_domain::place::{self, DistrictId, Pincode, PincodeFacts, Point, Trust};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::vaccine::Vaccine;

use super::district::District;

/// A centre, which has one session: on the day there were 110,595 of them, and at scale 1 there are about as many.
#[derive(Debug, Clone, PartialEq)]
pub struct Centre {
    /// The number of its session, from 1.
    pub id: CentreId,
    /// Says that it is simulated.
    pub name: PlaceName,
    /// One of [`District::ids`].
    pub district: DistrictId,
    pub pincode: Pincode,
    /// Where the pincode is, when that is known.
    pub point: Option<Point>,
    pub kind: CentreKind,
}

impl Centre {
    pub(super) fn new(
        session: u32,
        district: &District,
        place: PincodeFacts,
        vaccine: Vaccine,
    ) -> Option<Self> {
        let own = place.district.filter(|id| district.ids().contains(id));
        let district = own.or_else(|| district.ids().first().copied())?;
        let name = place::district(district)?.name.trim();
        Some(Self {
            id: CentreId::from_number(i64::from(session) + 1).ok()?,
            name: PlaceName::parse(&format!("Simulated Centre {}, {name}", u64::from(session) + 1)).ok()?,
            district,
            pincode: place.pincode,
            point: place.point,
            kind: kind(vaccine),
        })
    }
}

/// Sputnik V was given at private centres; that all others are the government's is a simplification.
fn kind(vaccine: Vaccine) -> CentreKind {
    match vaccine {
        Vaccine::SputnikV => CentreKind::Private,
        _ => CentreKind::Government,
    }
}

/// The places in [`place::pincodes`] for each group of districts, one group behind the other. A group has the pincodes that lie
/// inside it; else all that name it; else, as for seven districts, those of its state.
pub(super) fn places<'a>(groups: impl Iterator<Item = &'a [DistrictId]>) -> (Vec<u16>, Vec<u32>) {
    let by_district = by_district();
    let (mut all, mut ends) = (Vec::new(), Vec::new());
    for ids in groups {
        all.extend(group(ids, &by_district));
        ends.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
    }
    all.shrink_to_fit();
    (all, ends)
}

fn by_district() -> BTreeMap<DistrictId, Vec<(u16, PincodeFacts)>> {
    let mut by_district: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (at, facts) in (0_u16..).zip(place::pincodes()) {
        if let Some(district) = facts.district {
            by_district.entry(district).or_default().push((at, *facts));
        }
    }
    by_district
}

fn group(ids: &[DistrictId], by_district: &BTreeMap<DistrictId, Vec<(u16, PincodeFacts)>>) -> Vec<u16> {
    let of = |ids: &[DistrictId]| -> Vec<(u16, PincodeFacts)> {
        ids.iter()
            .filter_map(|id| by_district.get(id))
            .flatten()
            .copied()
            .collect()
    };
    let own = of(ids);
    let is_inside = |facts: &PincodeFacts| {
        facts
            .point
            .is_some_and(|point| point.trust == Trust::InsideDistrict)
    };
    let inside: Vec<u16> = own
        .iter()
        .filter(|(_, facts)| is_inside(facts))
        .map(|(at, _)| *at)
        .collect();
    if !inside.is_empty() {
        return inside;
    }
    let state = ids
        .first()
        .and_then(|id| place::district(*id))
        .map(|district| district.state);
    let neighbours = || -> Vec<DistrictId> {
        state
            .into_iter()
            .flat_map(place::districts_of)
            .map(|district| district.id)
            .collect()
    };
    let them = if own.is_empty() { of(&neighbours()) } else { own };
    them.into_iter().map(|(at, _)| at).collect()
}
