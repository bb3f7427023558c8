//! The table itself. Read it beside `policy/matrix.txt`.

use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};

use crate::Grant;

use Field::{
    AccessList, AdverseEvents, AppointmentCode, BirthDate, BirthYear, Certificate, Comorbidity,
    DocumentLastFour, DocumentType, Doses, Gender, Group, Mobile, Name, Objections, ReferenceId, ViewKey,
};

/// What CoWIN's dashboard shows of a member, already masked when it was stored.
const RECORD: &[Field] = &[
    Name,
    BirthYear,
    BirthDate,
    Gender,
    DocumentType,
    DocumentLastFour,
    ReferenceId,
    Mobile,
    Doses,
    Comorbidity,
    Group,
];
/// All that is kept, for the person to take along.
const OWN_DATA: &[Field] = &[
    Name,
    BirthYear,
    BirthDate,
    Gender,
    DocumentType,
    DocumentLastFour,
    ReferenceId,
    Mobile,
    Doses,
    Comorbidity,
    Group,
    AdverseEvents,
    AccessList,
    Objections,
];
/// What a vaccinator needs to tell that this is the person and which dose is due.
const AT_THE_SITE: &[Field] = &[
    Name,
    BirthYear,
    BirthDate,
    Gender,
    DocumentType,
    DocumentLastFour,
    ReferenceId,
    Doses,
    Comorbidity,
    Group,
];
/// What is compared with the document in hand when two people registered it.
const DISPUTE: &[Field] = &[Name, DocumentType, DocumentLastFour, ReferenceId];
/// Age and history: what decides eligibility.
const ELIGIBILITY: &[Field] = &[BirthYear, BirthDate, Doses, Comorbidity, Group];
const SLIP: &[Field] = &[Name, ReferenceId, AppointmentCode];
/// What tells that this is the person, and what is to be corrected.
const CORRECTION: &[Field] = &[
    Name,
    BirthYear,
    BirthDate,
    Gender,
    DocumentType,
    DocumentLastFour,
    Doses,
    Comorbidity,
    Group,
];
/// What the rules need of a dose that a second person agrees to change, and the public report: not who it is.
const AGREEMENT: &[Field] = &[BirthYear, BirthDate, Gender, Doses, Comorbidity, Group];
/// What is compared of two records that may be one person's.
const COMPARED: &[Field] = &[Name, BirthYear, Gender, DocumentType, DocumentLastFour, Doses];
/// What stands on a certificate.
const CERTIFICATE: &[Field] = &[
    Name,
    BirthYear,
    Gender,
    DocumentType,
    DocumentLastFour,
    ReferenceId,
    Doses,
    Certificate,
];

/// Who it is, what was given and what was reported of it: for whoever reports an adverse event or follows one up.
const CASE: &[Field] = &[Name, BirthYear, Gender, Doses, AdverseEvents];

pub const GRANTS: &[Grant] = &[
    grant(ActorClass::Citizen, Basis::PersonOtp, Purpose::OwnRecord, RECORD),
    grant(
        ActorClass::Citizen,
        Basis::PersonOtp,
        Purpose::OwnAccessList,
        &[AccessList, Objections, ViewKey],
    ),
    // Everything, to take along.
    grant(
        ActorClass::Citizen,
        Basis::PersonOtp,
        Purpose::OwnRecord,
        OWN_DATA,
    ),
    grant(
        ActorClass::Citizen,
        Basis::PersonOtp,
        Purpose::Booking,
        ELIGIBILITY,
    ),
    grant(
        ActorClass::Citizen,
        Basis::PersonOtp,
        Purpose::AppointmentSlip,
        SLIP,
    ),
    grant(
        ActorClass::Citizen,
        Basis::PersonOtp,
        Purpose::Certificate,
        CERTIFICATE,
    ),
    grant(
        ActorClass::Citizen,
        Basis::PersonOtp,
        Purpose::StatusCheck,
        &[Name, Doses],
    ),
    grant(
        ActorClass::AssistedCitizen,
        Basis::PersonOtp,
        Purpose::OwnRecord,
        RECORD,
    ),
    grant(
        ActorClass::AssistedCitizen,
        Basis::PersonOtp,
        Purpose::Booking,
        ELIGIBILITY,
    ),
    grant(
        ActorClass::AssistedCitizen,
        Basis::PersonOtp,
        Purpose::AppointmentSlip,
        SLIP,
    ),
    grant(
        ActorClass::AssistedCitizen,
        Basis::PersonOtp,
        Purpose::Certificate,
        CERTIFICATE,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::SiteEvidence,
        Purpose::Vaccination,
        AT_THE_SITE,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::NoEvidenceWithReason,
        Purpose::Vaccination,
        AT_THE_SITE,
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SiteEvidence,
        Purpose::Vaccination,
        AT_THE_SITE,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::SiteEvidence,
        Purpose::Booking,
        ELIGIBILITY,
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SiteEvidence,
        Purpose::Booking,
        ELIGIBILITY,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::SiteEvidence,
        Purpose::Correction,
        CORRECTION,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::NoEvidenceWithReason,
        Purpose::Correction,
        CORRECTION,
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SiteEvidence,
        Purpose::Correction,
        CORRECTION,
    ),
    // The second person, with whoever it is about elsewhere: a change needs the rules, a merge what is compared, neither both.
    grant(
        ActorClass::Vaccinator,
        Basis::SecondPerson,
        Purpose::Correction,
        AGREEMENT,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::SecondPerson,
        Purpose::Correction,
        COMPARED,
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SecondPerson,
        Purpose::Correction,
        AGREEMENT,
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SecondPerson,
        Purpose::Correction,
        COMPARED,
    ),
    // Whoever is on a telephone whose code was read out by one of them: to be compared, and nothing else.
    grant(
        ActorClass::Vaccinator,
        Basis::AnothersWord,
        Purpose::Correction,
        COMPARED,
    ),
    grant(
        ActorClass::SiteManager,
        Basis::AnothersWord,
        Purpose::Correction,
        COMPARED,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::SiteEvidence,
        Purpose::DocumentDispute,
        DISPUTE,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::NoEvidenceWithReason,
        Purpose::DocumentDispute,
        DISPUTE,
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SiteEvidence,
        Purpose::DocumentDispute,
        DISPUTE,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::SiteEvidence,
        Purpose::Certificate,
        &[Certificate],
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SiteEvidence,
        Purpose::Certificate,
        &[Certificate],
    ),
    // Printed for the person who stands at the desk with a card or a document.
    grant(
        ActorClass::Vaccinator,
        Basis::SiteEvidence,
        Purpose::OwnAccessList,
        &[AccessList],
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SiteEvidence,
        Purpose::OwnAccessList,
        &[AccessList],
    ),
    grant(
        ActorClass::Citizen,
        Basis::PersonOtp,
        Purpose::AdverseEvent,
        &[Name, Doses, AdverseEvents],
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::SiteEvidence,
        Purpose::AdverseEvent,
        CASE,
    ),
    grant(
        ActorClass::Vaccinator,
        Basis::NoEvidenceWithReason,
        Purpose::AdverseEvent,
        CASE,
    ),
    grant(
        ActorClass::SiteManager,
        Basis::SiteEvidence,
        Purpose::AdverseEvent,
        CASE,
    ),
    grant(
        ActorClass::DistrictAdmin,
        Basis::DutyOfLaw,
        Purpose::AdverseEvent,
        CASE,
    ),
    // What a person objected to, and nothing else of them.
    grant(
        ActorClass::DistrictAdmin,
        Basis::DutyOfLaw,
        Purpose::Grievance,
        &[Objections],
    ),
    grant(
        ActorClass::Machine,
        Basis::DutyOfLaw,
        Purpose::Certificate,
        CERTIFICATE,
    ),
    // The doses of records that two people found to be the same person's, for what the rules decide; shown to nobody.
    grant(ActorClass::Machine, Basis::DutyOfLaw, Purpose::Booking, &[Doses]),
    grant(
        ActorClass::Machine,
        Basis::DutyOfLaw,
        Purpose::StatusCheck,
        &[Doses],
    ),
    grant(
        ActorClass::Machine,
        Basis::DutyOfLaw,
        Purpose::Notification,
        &[Mobile],
    ),
    grant(
        ActorClass::Machine,
        Basis::DutyOfLaw,
        Purpose::Retention,
        &[BirthDate],
    ),
];

const fn grant(actor: ActorClass, basis: Basis, purpose: Purpose, fields: &[Field]) -> Grant {
    Grant {
        actor,
        basis,
        purpose,
        fields: FieldSet::of(fields),
    }
}
