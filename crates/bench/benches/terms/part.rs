//! What is measured, in order.

use anyhow::Result;
use tokio::runtime::Runtime;

use crate::{Bench, audit, availability, booking, disclosure, extract, memory, proof};

#[derive(Clone, Copy)]
pub(crate) enum Part {
    Availability,
    Booking,
    Disclosure,
    Memory,
    Proof,
    Extract,
    Audit,
}

impl Part {
    pub(crate) const ALL: [Self; 7] = [
        Self::Availability,
        Self::Booking,
        Self::Disclosure,
        Self::Memory,
        Self::Proof,
        Self::Extract,
        Self::Audit,
    ];

    /// What the names of its figures begin with.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Booking => "booking",
            Self::Disclosure => "disclosure",
            Self::Memory => "memory",
            Self::Proof => "proof",
            Self::Extract => "extract",
            Self::Audit => "audit",
        }
    }

    pub(crate) fn run(self, bench: &mut Bench, runtime: &Runtime) -> Result<()> {
        match self {
            Self::Availability => runtime.block_on(availability::run(bench)),
            Self::Booking => runtime.block_on(booking::run(bench)),
            Self::Disclosure => runtime.block_on(disclosure::run(bench)),
            Self::Memory => runtime.block_on(memory::run(bench)),
            Self::Proof => runtime.block_on(proof::run(bench)),
            Self::Extract => runtime.block_on(extract::run(bench)),
            Self::Audit => audit::run(bench),
        }
    }
}
