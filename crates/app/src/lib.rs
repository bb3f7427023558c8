//! Use cases: one module per noun, each the transaction boundary of what it does.
//!
//! No HTTP types here and no SQL: a use case parses nothing and renders nothing. It asks `policy`, writes the access
//! entry, opens what the receipt names, and answers in the terms of the domain or with a [`Refusal`].

pub mod access_list;
pub mod beneficiary;
mod clock;
mod open;
mod principal;
mod reference_id;
mod refusal;
#[cfg(feature = "testing")]
pub mod testing;

use std::sync::Arc;

use pramaan_store::{AccessLog, Db, Sealer};

pub use clock::Clock;
pub use principal::{Citizen, Face, Staff, StaffRole};
pub use refusal::Refusal;

/// Everything a use case needs. Cheap to clone; one per process.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    sealer: Sealer,
    clock: Arc<dyn Clock>,
    log: AccessLog,
    policy_hash: [u8; 32],
    serials: reference_id::Serials,
}

/// What `App` is put together from, in the composition root or in a test.
pub struct Parts {
    pub db: Db,
    pub sealer: Sealer,
    pub clock: Arc<dyn Clock>,
    pub log: AccessLog,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            db: parts.db,
            sealer: parts.sealer,
            clock: parts.clock,
            log: parts.log,
            policy_hash: pramaan_policy::policy_hash(),
            serials: reference_id::Serials::default(),
        }))
    }
}
