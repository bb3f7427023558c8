//! From the words of the domain to the codes of leaf v1. Every word has a code, or this does not compile.

use pramaan_domain::access::{ActorClass, Basis, Purpose};
use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::{self, Access, AccessKind, Circumstances, Commitment, Hour, Leaf};
use pramaan_tlog::{Hash, SubjectTag};

use super::detail::AccessDetail;
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

/// Whether the public half says the same as the sealed one: hour, place, actor, basis and purpose. A word of a newer
/// program, which this one does not know, is not compared.
pub(super) fn agrees(access: &Access, detail: &AccessDetail) -> bool {
    let said = &access.circumstances;
    let known = [
        detail
            .class()
            .is_none_or(|known| class(known) == said.actor.class),
        detail.basis().is_none_or(|known| basis(known) == said.basis),
        detail
            .purpose()
            .is_none_or(|known| purpose(known) == said.purpose),
    ];
    let place = (said.actor.organisation, said.district);
    known.iter().all(|same| *same)
        && place == (detail.organisation, detail.district)
        && hour(detail.at()) == Ok(said.hour)
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

#[cfg(test)]
mod tests {
    use pramaan_domain::access::{Field, FieldSet};
    use pramaan_domain::id::{HouseholdId, PersonId};
    use pramaan_tlog::extract::{BASES, CLASSES, Detail, FIELDS, PURPOSES};

    use super::super::detail::AccessDetail;
    use super::super::entry::Actor;
    use super::*;

    /// Whoever checks an extract has these tables from docs/extract.md and nothing of ours.
    #[test]
    fn strangers_know_every_word_with_its_code() {
        let classes = ActorClass::ALL.iter().map(|one| (one.name(), class(*one)));
        assert_eq!(classes.collect::<Vec<_>>(), CLASSES);
        let bases: Vec<_> = Basis::ALL.iter().map(|one| (one.name(), basis(*one))).collect();
        let purposes: Vec<_> = Purpose::ALL
            .iter()
            .map(|one| (one.name(), purpose(*one)))
            .collect();
        assert_eq!((bases.len(), purposes.len()), (BASES.len(), PURPOSES.len()));
        assert!(bases.iter().all(|pair| BASES.contains(pair)), "{bases:?}");
        assert!(
            purposes.iter().all(|pair| PURPOSES.contains(pair)),
            "{purposes:?}"
        );
        let fields = Field::ALL.map(|field| (field as usize, field.name()));
        assert_eq!(
            fields.to_vec(),
            FIELDS.iter().copied().enumerate().collect::<Vec<_>>()
        );
    }

    #[test]
    fn strangers_read_the_detail_as_it_was_written() {
        for reason in [None, Some("Lost her slip; known here".to_owned())] {
            let entry = AccessEntry {
                household: HouseholdId::from_bytes([1; 16]),
                person: PersonId::from_bytes([2; 16]),
                actor: Actor {
                    class: ActorClass::Vaccinator,
                    organisation: 1_205,
                    district: 395,
                    staff: "MH395-0007".to_owned(),
                    device: "5f1c".to_owned(),
                },
                basis: Basis::NoEvidenceWithReason,
                purpose: Purpose::Vaccination,
                fields: FieldSet::of(&Field::ALL),
                policy_hash: [3; 32],
                request: "POST /staff/record",
                reason,
            };
            let at = Timestamp::from_seconds(1_795_321_800);
            let written = AccessDetail::new(&entry, at);
            let read = Detail::from_bytes(&written.encode()).unwrap();
            assert_eq!(read.at, 1_795_321_800_000_000);
            assert_eq!(
                (read.class.as_str(), read.basis.as_str()),
                ("vaccinator", "no_evidence_with_reason")
            );
            assert_eq!(
                (read.purpose.as_str(), read.request.as_str()),
                ("vaccination", entry.request)
            );
            assert_eq!(
                (read.fields, read.organisation, read.district),
                (entry.fields.bits(), 1_205, 395)
            );
            assert_eq!(
                (read.staff, read.device, read.reason),
                (entry.actor.staff, entry.actor.device, entry.reason)
            );
        }
    }
}
