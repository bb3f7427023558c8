//! Keys that live as long as the process: for tests and benches.

use std::fmt;

use crate::ring::{HoldsRing, Later, Ring, Roots};
use crate::{Entropy, KeyEpoch, SecretKey};

/// A key store that forgets everything when dropped. What it sealed can then never be opened.
pub struct MemoryKeyStore(Ring);

impl MemoryKeyStore {
    /// Five roots from `entropy`; the same bytes give the same keys.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self::with(entropy, &Later::default())
    }

    /// The same keys, after `later` changes of the index key.
    pub fn with_later_indexes(entropy: &dyn Entropy, later: &[SecretKey]) -> Self {
        let index = later.iter().map(|key| SecretKey::from_bytes(*key.expose()));
        let later = Later {
            index: index.collect(),
            ..Later::default()
        };
        Self::with(entropy, &later)
    }

    /// The same keys, with this key of the log in place of the first: of a log that continues another.
    pub fn with_successor(entropy: &dyn Entropy, log: SecretKey) -> Self {
        let roots = roots(entropy);
        Self(Ring::new(KeyEpoch(1), &Roots { log, ..roots }, &Later::default()))
    }

    fn with(entropy: &dyn Entropy, later: &Later) -> Self {
        Self(Ring::new(KeyEpoch(1), &roots(entropy), later))
    }
}

fn roots(entropy: &dyn Entropy) -> Roots {
    Roots {
        sealing: SecretKey::generate(entropy),
        index: SecretKey::generate(entropy),
        token: SecretKey::generate(entropy),
        log: SecretKey::generate(entropy),
        certificate: SecretKey::generate(entropy),
    }
}

impl HoldsRing for MemoryKeyStore {
    fn ring(&self) -> &Ring {
        &self.0
    }
}

impl fmt::Debug for MemoryKeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryKeyStore(…)")
    }
}
