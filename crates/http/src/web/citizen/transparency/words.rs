//! The words of the access log, for readers who are not the person whose record it is.

use pramaan_domain::access::{ActorClass, Basis, Field, Purpose};

use crate::web::i18n::Locale;

pub(super) fn actor(locale: Locale, class: ActorClass) -> String {
    locale.t(match class {
        ActorClass::Citizen => "opens-actor-citizen",
        ActorClass::AssistedCitizen => "opens-actor-assisted",
        ActorClass::Vaccinator => "opens-actor-vaccinator",
        ActorClass::SiteManager => "opens-actor-site-manager",
        ActorClass::DistrictAdmin => "opens-actor-district-admin",
        ActorClass::Machine => "opens-actor-machine",
        ActorClass::Operator => "opens-actor-operator",
    })
}

pub(super) fn basis(locale: Locale, basis: Basis) -> String {
    locale.t(match basis {
        Basis::PersonOtp => "opens-basis-otp",
        Basis::SiteEvidence => "opens-basis-evidence",
        Basis::NoEvidenceWithReason => "opens-basis-no-evidence",
        Basis::DutyOfLaw => "opens-basis-law",
        Basis::SecondPerson => "opens-basis-second-person",
        Basis::AnothersWord => "opens-basis-anothers-word",
    })
}

pub(super) fn purpose(locale: Locale, purpose: Purpose) -> String {
    locale.t(match purpose {
        Purpose::OwnRecord => "opens-purpose-own-record",
        Purpose::OwnAccessList => "opens-purpose-own-access-list",
        Purpose::Booking => "opens-purpose-booking",
        Purpose::AppointmentSlip => "opens-purpose-slip",
        Purpose::Vaccination => "opens-purpose-vaccination",
        Purpose::Certificate => "opens-purpose-certificate",
        Purpose::Notification => "opens-purpose-notification",
        Purpose::StatusCheck => "opens-purpose-status",
        Purpose::DocumentDispute => "opens-purpose-dispute",
        Purpose::Contact => "opens-purpose-contact",
        Purpose::Correction => "opens-purpose-correction",
        Purpose::Retention => "opens-purpose-retention",
        Purpose::AdverseEvent => "opens-purpose-adverse-event",
        Purpose::Grievance => "purpose-grievance",
    })
}

/// By the field's name in the register; empty for one that the domain does not know.
pub(super) fn field(locale: Locale, name: &str) -> String {
    let Some(field) = Field::ALL.into_iter().find(|field| field.name() == name) else {
        return String::new();
    };
    locale.t(match field {
        Field::Name => "field-name",
        Field::BirthYear => "field-birth-year",
        Field::BirthDate => "opens-field-birth-date",
        Field::Gender => "field-gender",
        Field::DocumentType => "field-document-type",
        Field::DocumentLastFour => "field-document-last-four",
        Field::ReferenceId => "field-reference-id",
        Field::Mobile => "field-mobile",
        Field::Doses => "field-doses",
        Field::Certificate => "field-certificate",
        Field::AppointmentCode => "field-appointment-code",
        Field::AccessList => "opens-field-access-list",
        Field::ViewKey => "field-view-key",
        Field::Objections => "field-objections",
        Field::Comorbidity => "opens-field-comorbidity",
        Field::Group => "opens-field-group",
        Field::AdverseEvents => "field-adverse-events",
    })
}

pub(super) fn class(locale: Locale, class: &str) -> String {
    locale.t(match class {
        "identity" => "opens-class-identity",
        "contact" => "opens-class-contact",
        "clinical" => "opens-class-clinical",
        "credential" => "opens-class-credential",
        _ => "opens-class-access",
    })
}
