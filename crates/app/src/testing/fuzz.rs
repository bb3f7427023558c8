//! What the fuzz targets of `pramaan-fuzz` need of parsers that are nobody else's business.

use pramaan_domain::id::{HouseholdId, LoginId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::MemoryKeyStore;
use pramaan_store::Sealer;
use pramaan_testkit::SeededEntropy;
use std::sync::Arc;

use crate::principal::{Citizen, Face};
use crate::token;

pub use crate::import::fuzz::rows;

const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

/// An installation, and a token that it issued.
pub struct Tokens {
    sealer: Sealer,
    issued: String,
}

impl Default for Tokens {
    fn default() -> Self {
        let entropy = Arc::new(SeededEntropy::new(7));
        let sealer = Sealer::new(Arc::new(MemoryKeyStore::new(&*entropy)), entropy);
        let citizen = Citizen {
            household: HouseholdId::from_bytes([1; 16]),
            login: LoginId::from_bytes([2; 16]),
            visit: LoginId::from_bytes([3; 16]),
            face: Face::Portal,
            named: None,
            since: NOW.seconds(),
        };
        let issued = token::issue_first(&sealer, &citizen, Some(48_210_937_561_204), NOW);
        Self { sealer, issued }
    }
}

impl Tokens {
    pub fn issued(&self) -> &str {
        &self.issued
    }

    /// Whether the installation takes `bearer` for a citizen.
    pub fn accepts(&self, bearer: &str) -> bool {
        token::verify(&self.sealer, bearer, NOW).is_some()
    }
}
