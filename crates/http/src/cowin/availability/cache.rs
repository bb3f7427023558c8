//! Bodies that were built, within a number of bytes: the least recently asked for go first.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use pramaan_domain::time::Timestamp;

use super::Asked;
use crate::etag::Prebuilt;

/// Bytes of bodies that are kept where nobody says otherwise.
pub const CAPACITY: usize = 32 * 1024 * 1024;
/// What an entry costs besides its body: key, list links and the table.
const OVERHEAD: usize = 320;

/// The kept bodies, by what was asked.
pub struct Bodies<K: Hash + Eq = Asked> {
    kept: Mutex<Kept<K>>,
    capacity: usize,
}

struct Kept<K: Hash + Eq> {
    bodies: LruCache<K, Entry>,
    bytes: usize,
}

struct Entry {
    body: Arc<Prebuilt>,
    /// The generation of the place, or of all of them, when it was built.
    generation: u64,
    valid_until: Timestamp,
}

impl<K: Hash + Eq> Bodies<K> {
    pub fn new(capacity: usize) -> Self {
        let kept = Kept {
            bodies: LruCache::unbounded(),
            bytes: 0,
        };
        Self {
            kept: Mutex::new(kept),
            capacity,
        }
    }

    /// Bytes of bodies that are kept at most.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The body for `asked`, unless the place has changed since or time has.
    pub fn get(&self, asked: &K, generation: u64, now: Timestamp) -> Option<Arc<Prebuilt>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = kept.bodies.get(asked)?;
        (entry.generation == generation && now < entry.valid_until).then(|| Arc::clone(&entry.body))
    }

    pub fn keep(&self, asked: K, body: Arc<Prebuilt>, generation: u64, valid_until: Timestamp) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += weight(&body);
        if let Some((_, before)) = kept.bodies.push(
            asked,
            Entry {
                body,
                generation,
                valid_until,
            },
        ) {
            kept.bytes = kept.bytes.saturating_sub(weight(&before.body));
        }
        while kept.bytes > self.capacity {
            let Some((_, dropped)) = kept.bodies.pop_lru() else {
                break;
            };
            kept.bytes = kept.bytes.saturating_sub(weight(&dropped.body));
        }
    }

    /// Bytes that are kept now.
    pub fn bytes(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}

fn weight(body: &Prebuilt) -> usize {
    body.weight() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::super::{Filter, Language, Shape};
    use super::*;
    use pramaan_app::availability::Place;
    use pramaan_domain::place::Pincode;
    use pramaan_domain::time::CivilDate;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn asked(pincode: i64) -> Asked {
        Asked {
            shape: Shape::Found,
            place: Place::Pincode(Pincode::from_number(pincode).unwrap()),
            date: CivilDate::from_ymd_opt(2026, 11, 22).unwrap(),
            filter: Filter::Any,
            language: Language::English,
        }
    }

    fn body(bytes: usize) -> Arc<Prebuilt> {
        Arc::new(Prebuilt::json("x".repeat(bytes)))
    }

    #[test]
    fn a_body_holds_until_its_place_or_time_moves_on() {
        let bodies = Bodies::new(CAPACITY);
        bodies.keep(asked(400_001), body(10), 7, NOW.plus_seconds(60));
        assert!(bodies.get(&asked(400_001), 7, NOW).is_some());
        assert!(bodies.get(&asked(400_001), 8, NOW).is_none(), "somebody booked");
        assert!(
            bodies.get(&asked(400_001), 7, NOW.plus_seconds(60)).is_none(),
            "a slot ended"
        );
        assert!(bodies.get(&asked(400_002), 7, NOW).is_none());
    }

    #[test]
    fn the_cap_is_in_bytes_and_the_least_wanted_go_first() {
        let bodies = Bodies::new(100_000);
        for n in 0..500 {
            bodies.keep(asked(400_000 + n), body(1_000), 1, NOW.plus_seconds(1));
            bodies.get(&asked(400_000), 1, NOW);
            assert!(bodies.bytes() <= 100_000);
        }
        assert!(
            bodies.get(&asked(400_000), 1, NOW).is_some(),
            "wanted all the time"
        );
        assert!(bodies.get(&asked(400_001), 1, NOW).is_none());
        // The same question again replaces its body and is not counted twice.
        let bodies = Bodies::new(CAPACITY);
        bodies.keep(asked(400_000), body(1_000), 1, NOW);
        let bytes = bodies.bytes();
        bodies.keep(asked(400_000), body(1_000), 2, NOW);
        assert_eq!(bodies.bytes(), bytes);
    }
}
