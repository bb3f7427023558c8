//! What the caller says about an opening before it happens.

use pramaan_domain::access::{ActorClass, Basis, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};

/// One opening of one person's record, about to be written to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    pub household: HouseholdId,
    pub person: PersonId,
    pub actor: Actor,
    pub basis: Basis,
    pub purpose: Purpose,
    pub fields: FieldSet,
    /// SHA-256 of the policy matrix that allowed it.
    pub policy_hash: [u8; 32],
    /// The route template, job or command: `GET /api/v2/appointment/beneficiaries`.
    pub request: &'static str,
    /// Why, where the basis asks for a reason.
    pub reason: Option<String>,
}

/// Who opens: what is public of it, and what only the person and an investigation see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub class: ActorClass,
    /// Centre or partner number; 0 for none.
    pub organisation: u64,
    /// CoWIN district id; 0 for none.
    pub district: u32,
    /// Staff code, shown to the person as "staff code"; empty for none.
    pub staff: String,
    /// A random name of the device or login, never an address; empty for none.
    pub device: String,
}
