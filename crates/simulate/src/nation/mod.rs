//! The nation: districts with their real counts of the day, and in them made-up sessions, households and people.
//!
//! Nothing of it is kept but 719 districts and where their numbering begins: a session, household or person is computed from
//! its number when it is asked for. So a run that was killed goes on from a number, and any two runs agree.

mod ages;
mod block;
mod centre;
mod cycle;
mod district;
mod document;
mod gap;
mod household;
mod person;
mod schedule;
mod session;
#[cfg(test)]
mod tests;

pub use centre::Centre;
pub use district::District;
pub use household::{Booking, Household};
pub use person::Person;
pub use session::{Session, SlotSeats};

use crate::apportion::apportion;
use crate::chance::Seed;
use crate::counts::{self, DistrictCount};
use crate::scale::Scale;
use district::Starts;

/// A nation of a scale and a seed. Everything about it is a function of the two; people, households, bookings and sessions are
/// numbered from 0, those of a district in a row.
#[derive(Debug)]
pub struct Nation {
    scale: Scale,
    seed: Seed,
    districts: Vec<District>,
    total: Starts,
    /// Places in the list of all pincodes, by district.
    places: Vec<u16>,
    /// By how many households the next to come is further on: with no common divisor with their number.
    stride: u32,
}

impl Nation {
    pub fn new(scale: Scale, seed: Seed) -> Self {
        let mut districts: Vec<District> = Vec::with_capacity(counts::districts().len());
        let mut total = Starts::default();
        for ((number, count), doses) in (0..)
            .zip(counts::districts())
            .zip(doses(scale, counts::districts()))
        {
            let district = District::new(seed, number, count, doses, total);
            total = district.ends();
            districts.push(district);
        }
        let (places, ends) = centre::places(districts.iter().map(District::ids));
        let starts = std::iter::once(0).chain(ends.iter().copied());
        for (district, (start, end)) in districts.iter_mut().zip(starts.zip(ends.iter().copied())) {
            district.pincodes = start..end;
        }
        Self {
            scale,
            seed,
            districts,
            total,
            places,
            stride: stride(total.households),
        }
    }

    pub fn scale(&self) -> Scale {
        self.scale
    }

    pub fn seed(&self) -> Seed {
        self.seed
    }

    /// In order of state and name.
    pub fn districts(&self) -> &[District] {
        &self.districts
    }

    /// How many people there are, which is how many doses are given on the day.
    pub fn people(&self) -> u32 {
        self.total.people
    }

    /// How many households there are, which is how many bookings.
    pub fn households(&self) -> u32 {
        self.total.households
    }

    /// How many sessions there are, which is how many centres.
    pub fn sessions(&self) -> u32 {
        self.total.sessions
    }

    /// `None` behind the last.
    pub fn session(&self, number: u32) -> Option<Session> {
        session::session(self, number)
    }

    /// `None` behind the last.
    pub fn household(&self, number: u32) -> Option<Household> {
        household::household(self, number)
    }

    /// The booking of the household with this number; `None` behind the last.
    pub fn booking(&self, number: u32) -> Option<Booking> {
        household::booking(self, number)
    }

    /// `None` behind the last.
    pub fn person(&self, number: u32) -> Option<Person> {
        person::person(self, number)
    }

    /// The household that comes as the `turn`-th, from 0: all districts are at work all day, and every household comes once.
    pub fn arrival(&self, turn: u32) -> Option<u32> {
        let product = u64::from(turn) * u64::from(self.stride);
        let household = product.checked_rem(u64::from(self.total.households))?;
        u32::try_from(household)
            .ok()
            .filter(|_| turn < self.total.households)
    }

    /// Bytes that it holds: about 100 kB, at every scale.
    pub fn held_bytes(&self) -> usize {
        size_of::<Self>()
            + self.districts.capacity() * size_of::<District>()
            + self.places.capacity() * size_of::<u16>()
    }

    fn household_of(&self, person: u32) -> Option<u32> {
        let district = self.district_of_person(person)?;
        Some(district.starts.households + district.household_of(person - district.starts.people))
    }

    fn district_of_person(&self, number: u32) -> Option<&District> {
        self.containing(number, |starts| starts.people)
    }

    fn district_of_household(&self, number: u32) -> Option<&District> {
        self.containing(number, |starts| starts.households)
    }

    fn district_of_session(&self, number: u32) -> Option<&District> {
        self.containing(number, |starts| starts.sessions)
    }

    /// The last district that begins at the number or before it. Those without anybody begin where the next one does.
    fn containing(&self, number: u32, of: fn(&Starts) -> u32) -> Option<&District> {
        let behind = self
            .districts
            .partition_point(|district| of(&district.starts) <= number);
        let district = self.districts.get(behind.checked_sub(1)?)?;
        (number < of(&self.total)).then_some(district)
    }
}

/// First and second doses of each district.
fn doses(scale: Scale, counts: &[DistrictCount]) -> Vec<(u32, u32)> {
    let both: Vec<u64> = counts
        .iter()
        .flat_map(|count| [count.first, count.second])
        .collect();
    let parts = apportion(scale, &both);
    let number = |part: Option<&u64>| {
        part.and_then(|part| u32::try_from(*part).ok())
            .unwrap_or_default()
    };
    parts
        .chunks(2)
        .map(|pair| (number(pair.first()), number(pair.get(1))))
        .collect()
}

/// Near the golden section of `of`, so that those who come one after the other are of all parts of the country.
fn stride(of: u32) -> u32 {
    let golden = u64::from(of) * 618 / 1000;
    let golden = u32::try_from(golden).unwrap_or(u32::MAX).max(1);
    (golden..=of)
        .find(|stride| common_divisor(*stride, of) == 1)
        .unwrap_or(1)
}

fn common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
