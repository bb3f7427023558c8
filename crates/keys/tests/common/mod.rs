//! Repeatable chance for the tests.

use std::sync::Mutex;

use pramaan_keys::Entropy;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub(crate) struct Seeded(Mutex<ChaCha20Rng>);

pub(crate) fn seeded(seed: u64) -> Seeded {
    Seeded(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
}

impl Entropy for Seeded {
    fn fill(&self, buf: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(buf);
    }
}
