//! The sealed half of an entry, in the bytes that `store` writes.

use minicbor::Encode;
use pramaan_domain::access::{ActorClass, Basis, Purpose};

/// What the leaf commits to: the fields of `store`'s access detail, in its order.
#[derive(Encode)]
pub(super) struct Detail {
    /// Microseconds since 1970 UTC.
    #[n(0)]
    pub(super) at: i64,
    #[n(1)]
    class: &'static str,
    #[n(2)]
    basis: &'static str,
    #[n(3)]
    purpose: &'static str,
    #[n(4)]
    fields: u32,
    #[n(5)]
    organisation: u64,
    #[n(6)]
    district: u32,
    #[n(7)]
    staff: String,
    #[n(8)]
    device: String,
    #[n(9)]
    request: String,
    #[n(10)]
    reason: Option<String>,
}

/// Who opened what, in the words of the domain.
pub(super) struct Deed {
    pub(super) class: ActorClass,
    pub(super) basis: Basis,
    pub(super) purpose: Purpose,
    pub(super) organisation: u64,
    pub(super) district: u32,
    pub(super) staff: &'static str,
    pub(super) fields: u32,
    pub(super) reason: Option<&'static str>,
}

impl Deed {
    /// The bytes of the detail.
    pub(super) fn detail(&self, at: i64, number: u64) -> Vec<u8> {
        let detail = Detail {
            at,
            class: self.class.name(),
            basis: self.basis.name(),
            purpose: self.purpose.name(),
            fields: self.fields,
            organisation: self.organisation,
            district: self.district,
            staff: self.staff.to_owned(),
            device: format!("device-{}", number % 7),
            request: "GET /household/{place}".to_owned(),
            reason: self.reason.map(str::to_owned),
        };
        minicbor::to_vec(&detail).expect("writing to memory")
    }
}
