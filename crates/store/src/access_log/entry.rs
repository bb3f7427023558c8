//! What the caller says about an opening before it happens.

use pramaan_domain::access::{ActorClass, Basis, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};
use serde::{Deserialize, Serialize};

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

/// What the leaf commits to and the person can read: the sealed half of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessDetail {
    /// Microseconds since 1970 UTC.
    pub at: i64,
    pub class: String,
    pub basis: String,
    pub purpose: String,
    /// Bits of the field set.
    pub fields: u32,
    pub organisation: u64,
    pub district: u32,
    pub staff: String,
    pub device: String,
    pub request: String,
    pub reason: Option<String>,
}

impl AccessEntry {
    pub(super) fn detail(&self, at: i64) -> AccessDetail {
        AccessDetail {
            at,
            class: self.actor.class.name().to_owned(),
            basis: self.basis.name().to_owned(),
            purpose: self.purpose.name().to_owned(),
            fields: self.fields.bits(),
            organisation: self.actor.organisation,
            district: self.actor.district,
            staff: self.actor.staff.clone(),
            device: self.actor.device.clone(),
            request: self.request.to_owned(),
            reason: self.reason.clone(),
        }
    }
}
