//! Where the centres lie, made ready for the question which are the nearest.
//!
//! Anybody may ask it from any point, so what one question costs is bounded: no trigonometry, no copy and no full sort.

use std::sync::Arc;

use pramaan_store::centre::Centre;

const MICROS_PER_DEGREE: f64 = 1_000_000.0;

/// A point of the unit sphere: the nearer two are in space, the nearer they are on Earth.
type Unit = [f64; 3];

/// All centres whose place is known.
#[derive(Default)]
pub struct Atlas {
    points: Vec<(Unit, Arc<Centre>)>,
    generation: u64,
}

impl Atlas {
    /// Some centres' coordinates are unknown and stand as 0.
    pub(super) fn new<'a>(centres: impl Iterator<Item = &'a Arc<Centre>>, generation: u64) -> Self {
        let degrees = |micro: i64| micro as f64 / MICROS_PER_DEGREE;
        let points = centres
            .filter(|centre| (centre.latitude_micro, centre.longitude_micro) != (0, 0))
            .map(|centre| {
                let there = unit(degrees(centre.latitude_micro), degrees(centre.longitude_micro));
                (there, Arc::clone(centre))
            })
            .collect();
        Self { points, generation }
    }

    /// A number that rises with every change of any centre.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// At most so many centres, nearest first; of two equally far the one with the lower id. In decimal degrees.
    pub fn nearest(&self, lat: f64, long: f64, most: usize) -> Vec<Arc<Centre>> {
        let here = unit(lat, long);
        let mut by_distance: Vec<(f64, &Arc<Centre>)> = self
            .points
            .iter()
            .map(|(there, centre)| (apart(here, *there), centre))
            .collect();
        let order = |(one, a): &(f64, &Arc<Centre>), (other, b): &(f64, &Arc<Centre>)| {
            one.total_cmp(other).then(a.id.cmp(&b.id))
        };
        if by_distance.len() > most {
            by_distance.select_nth_unstable_by(most, order);
            by_distance.truncate(most);
        }
        by_distance.sort_unstable_by(order);
        by_distance
            .into_iter()
            .map(|(_, centre)| Arc::clone(centre))
            .collect()
    }
}

fn unit(lat: f64, long: f64) -> Unit {
    let (lat, long) = (lat.to_radians(), long.to_radians());
    [lat.cos() * long.cos(), lat.cos() * long.sin(), lat.sin()]
}

/// The square of the chord.
fn apart([a, b, c]: Unit, [x, y, z]: Unit) -> f64 {
    (a - x).powi(2) + (b - y).powi(2) + (c - z).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pramaan_domain::place::{Point, Trust, distance_km};
    use proptest::prelude::*;

    fn point(lat: f64, long: f64) -> Point {
        Point {
            lat,
            long,
            trust: Trust::Unconfirmed,
        }
    }

    proptest! {
        /// The chord tells the nearer of two as the great circle does, down to a metre.
        #[test]
        fn the_order_is_that_of_the_great_circle(
            here in (-90.0..90.0, -180.0..180.0),
            one in (-90.0..90.0, -180.0..180.0),
            other in (-90.0..90.0, -180.0..180.0),
        ) {
            let km = |there: (f64, f64)| distance_km(point(here.0, here.1), point(there.0, there.1));
            let chord = |there: (f64, f64)| apart(unit(here.0, here.1), unit(there.0, there.1));
            prop_assume!((km(one) - km(other)).abs() > 0.001 && km(one).max(km(other)) < 15_000.0);
            prop_assert_eq!(km(one) < km(other), chord(one) < chord(other));
        }
    }
}
