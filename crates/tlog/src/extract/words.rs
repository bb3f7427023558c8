//! From the words of a sealed detail to the codes of leaf v1: docs/extract.md has the same tables.
//!
//! The detail is finer than the leaf, so several words share a code. A word that is not here was written by a newer
//! program.

use crate::leaf::{ActorClass, Basis, Purpose};

/// In what capacity somebody acted.
pub const CLASSES: &[(&str, ActorClass)] = &[
    ("citizen", ActorClass::Citizen),
    ("assisted_citizen", ActorClass::Partner),
    ("vaccinator", ActorClass::Vaccinator),
    ("site_manager", ActorClass::SiteManager),
    ("district_admin", ActorClass::DistrictAdmin),
    ("machine", ActorClass::MachineJob),
    ("operator", ActorClass::OperatorCommand),
];

/// Why the record might be opened.
pub const BASES: &[(&str, Basis)] = &[
    ("person_otp", Basis::OneTimePassword),
    ("site_evidence", Basis::EvidenceAtSite),
    ("no_evidence_with_reason", Basis::NoEvidence),
    ("second_person", Basis::NoEvidence),
    ("anothers_word", Basis::NoEvidence),
    ("duty_of_law", Basis::DutyOfLaw),
];

/// What for.
pub const PURPOSES: &[(&str, Purpose)] = &[
    ("own_record", Purpose::OwnRecord),
    ("own_access_list", Purpose::OwnRecord),
    ("booking", Purpose::Booking),
    ("appointment_slip", Purpose::Booking),
    ("vaccination", Purpose::Vaccination),
    ("certificate", Purpose::Certificate),
    ("notification", Purpose::Notification),
    ("status_check", Purpose::PartnerPredicate),
    ("document_dispute", Purpose::DocumentDispute),
    ("contact", Purpose::Registration),
    ("correction", Purpose::Correction),
    ("retention", Purpose::Erasure),
    ("adverse_event", Purpose::AdverseEvent),
    ("grievance", Purpose::Grievance),
];

/// The fields by their bits, lowest first.
pub const FIELDS: &[&str] = &[
    "name",
    "birth_year",
    "birth_date",
    "gender",
    "document_type",
    "document_last_four",
    "reference_id",
    "mobile",
    "doses",
    "certificate",
    "appointment_code",
    "access_list",
    "comorbidity",
    "group",
    "adverse_events",
    "view_key",
    "objections",
];

/// The code of a word.
pub(super) fn code<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, code)| *code)
}

/// The names of the fields whose bits are set; a bit that is not known here as `field_N`.
pub(super) fn fields(bits: u32) -> Vec<String> {
    let set = (0..32_usize).filter(|bit| bits & (1 << bit) != 0);
    set.map(|bit| {
        FIELDS
            .get(bit)
            .map_or_else(|| format!("field_{bit}"), |name| (*name).to_owned())
    })
    .collect()
}
