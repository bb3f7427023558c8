//! From the words of the domain to the codes of leaf v1. Every word has a code, or this does not compile.

use pramaan_domain::access::{ActorClass, Basis, Purpose};
use pramaan_domain::time::Timestamp;
use pramaan_keys::SecretKey;
use pramaan_tlog::leaf::{self, Access, AccessKind, Circumstances, Commitment, Hour, Leaf};
use pramaan_tlog::{Hash, SubjectTag, month_key, subject_tag};

use super::entry::AccessEntry;
use crate::StoreError;

/// The public half of an entry about a person.
pub(super) fn access(
    kind: AccessKind,
    entry: &AccessEntry,
    hour: Hour,
    subject: SubjectTag,
    detail: Commitment,
) -> Leaf {
    Leaf::Access(Access {
        kind,
        circumstances: Circumstances {
            basis: basis(entry.basis),
            hour,
            district: entry.actor.district,
            actor: leaf::Actor {
                class: class(entry.actor.class),
                organisation: entry.actor.organisation,
            },
            purpose: purpose(entry.purpose),
            policy: Hash::from_bytes(entry.policy_hash),
            detail,
        },
        subject,
    })
}

pub(crate) fn hour(at: Timestamp) -> Result<Hour, StoreError> {
    Hour::at(at.seconds()).ok_or(StoreError::corrupt("access_head", "at"))
}

/// The person's `i`-th tag of the hour's day.
pub(crate) fn tag(tags: &SecretKey, hour: Hour, i: u32) -> Result<SubjectTag, StoreError> {
    let (year, month) = hour
        .day()
        .year_month()
        .ok_or(StoreError::corrupt("access_head", "at"))?;
    Ok(subject_tag(&month_key(tags.expose(), year, month), hour.day(), i))
}

fn class(class: ActorClass) -> leaf::ActorClass {
    match class {
        ActorClass::Citizen => leaf::ActorClass::Citizen,
        ActorClass::AssistedCitizen => leaf::ActorClass::Partner,
        ActorClass::Vaccinator => leaf::ActorClass::Vaccinator,
        ActorClass::SiteManager => leaf::ActorClass::SiteManager,
        ActorClass::DistrictAdmin => leaf::ActorClass::DistrictAdmin,
        ActorClass::Machine => leaf::ActorClass::MachineJob,
        ActorClass::Operator => leaf::ActorClass::OperatorCommand,
    }
}

fn basis(basis: Basis) -> leaf::Basis {
    match basis {
        Basis::PersonOtp => leaf::Basis::OneTimePassword,
        Basis::SiteEvidence => leaf::Basis::EvidenceAtSite,
        Basis::NoEvidenceWithReason | Basis::SecondPerson | Basis::AnothersWord => leaf::Basis::NoEvidence,
        Basis::DutyOfLaw => leaf::Basis::DutyOfLaw,
    }
}

fn purpose(purpose: Purpose) -> leaf::Purpose {
    match purpose {
        Purpose::OwnRecord | Purpose::OwnAccessList => leaf::Purpose::OwnRecord,
        Purpose::Booking | Purpose::AppointmentSlip => leaf::Purpose::Booking,
        Purpose::Vaccination => leaf::Purpose::Vaccination,
        Purpose::Certificate => leaf::Purpose::Certificate,
        Purpose::Notification => leaf::Purpose::Notification,
        Purpose::StatusCheck => leaf::Purpose::PartnerPredicate,
        Purpose::DocumentDispute => leaf::Purpose::DocumentDispute,
        Purpose::Contact => leaf::Purpose::Registration,
        Purpose::Correction => leaf::Purpose::Correction,
        Purpose::Retention => leaf::Purpose::Erasure,
        Purpose::AdverseEvent => leaf::Purpose::AdverseEvent,
        Purpose::Grievance => leaf::Purpose::Grievance,
    }
}
