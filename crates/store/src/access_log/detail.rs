//! The sealed half of an entry: what the leaf commits to and the person can read.

use minicbor::{Decode, Encode};
use pramaan_domain::access::{ActorClass, Basis, FieldSet, Purpose};
use pramaan_domain::time::Timestamp;

use super::entry::AccessEntry;
use crate::StoreError;

/// Exact time, site, staff, device, fields and request of one opening. CBOR with numbered fields, so that later versions
/// can add some.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AccessDetail {
    /// Microseconds since 1970 UTC.
    #[n(0)]
    pub at: i64,
    #[n(1)]
    class: String,
    #[n(2)]
    basis: String,
    #[n(3)]
    purpose: String,
    #[n(4)]
    fields: u32,
    /// Centre or partner number; 0 for none.
    #[n(5)]
    pub organisation: u64,
    #[n(6)]
    pub district: u32,
    #[n(7)]
    pub staff: String,
    #[n(8)]
    pub device: String,
    #[n(9)]
    pub request: String,
    #[n(10)]
    pub reason: Option<String>,
}

impl AccessDetail {
    pub fn new(entry: &AccessEntry, at: Timestamp) -> Self {
        Self {
            at: at.micros(),
            class: entry.actor.class.name().to_owned(),
            basis: entry.basis.name().to_owned(),
            purpose: entry.purpose.name().to_owned(),
            fields: entry.fields.bits(),
            organisation: entry.actor.organisation,
            district: entry.actor.district,
            staff: entry.actor.staff.clone(),
            device: entry.actor.device.clone(),
            request: entry.request.to_owned(),
            reason: entry.reason.clone(),
        }
    }

    pub fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }

    /// `None` when a newer program wrote a class that this one does not know.
    pub fn class(&self) -> Option<ActorClass> {
        ActorClass::from_name(&self.class)
    }

    pub fn basis(&self) -> Option<Basis> {
        Basis::from_name(&self.basis)
    }

    pub fn purpose(&self) -> Option<Purpose> {
        Purpose::from_name(&self.purpose)
    }

    pub fn fields(&self) -> FieldSet {
        FieldSet::from_bits(self.fields)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        // Encoding into a vector cannot fail: its writer's error type is uninhabited.
        minicbor::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        minicbor::decode(bytes).map_err(|_| StoreError::corrupt("access_detail", "sealed"))
    }
}
