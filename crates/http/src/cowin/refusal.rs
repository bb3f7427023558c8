//! What a use case refused, in CoWIN's codes. Every refusal has one, or this does not compile.

use pramaan_app::Refusal;
use pramaan_domain::rules::{Answer, Finding};

use super::code::{self, Code};
use super::error::CowinError;

impl From<Refusal> for CowinError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unauthenticated | Refusal::OtpSpent => Self::Unauthenticated,
            Refusal::Forbidden => Self::Forbidden,
            Refusal::OffProtocol { explanation } => code::REASON_NEEDED.because(explanation),
            Refusal::NotEligible(answer) => not_eligible(&answer),
            Refusal::Invalid { field, sentence } => invalid(field).because(sentence),
            Refusal::Unavailable(error) => unavailable(&error),
            other => plain(&other).into(),
        }
    }
}

fn plain(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::OverBudget { .. } => code::OVER_BUDGET,
        Refusal::WrongOtp => code::INVALID_OTP,
        Refusal::NotRegistered => code::BENEFICIARY_NOT_REGISTERED,
        Refusal::UnknownBeneficiary => code::BENEFICIARY_UNKNOWN,
        Refusal::HouseholdFull => code::HOUSEHOLD_FULL,
        Refusal::UnderAge | Refusal::OutsideAgeBand => code::UNDER_AGE,
        Refusal::DifferentDoses => code::BENEFICIARIES_DIFFER,
        Refusal::OtherDoseDue { .. } => code::OTHER_DOSE_DUE,
        Refusal::HasDose | Refusal::HasAppointment => code::BENEFICIARY_HAS_RECORD,
        Refusal::UnknownSession | Refusal::UnknownSlot => code::INVALID_SLOT,
        Refusal::SlotEnded => code::SLOT_ENDED,
        Refusal::SessionCancelled => code::SESSION_CANCELLED,
        Refusal::Full => code::COMPLETELY_BOOKED,
        Refusal::AlreadyBooked => code::ALREADY_BOOKED,
        Refusal::UnknownAppointment => code::APPOINTMENT_UNKNOWN,
        Refusal::AppointmentOver => code::APPOINTMENT_FIXED,
        Refusal::KeyReused => code::IDEMPOTENCY_MISMATCH,
        Refusal::OffRoster => code::OFF_ROSTER,
        Refusal::NoCertificate => code::CERTIFICATE_NOT_FOUND,
        Refusal::AlreadyRecorded => code::ALREADY_RECORDED,
        Refusal::DocumentAtSite => code::DOCUMENT_AT_SITE,
        Refusal::WrongStaffLogin => code::STAFF_LOGIN_WRONG,
        Refusal::LoginsBusy { .. } => code::LOGINS_BUSY,
        Refusal::TooManyInvitations => code::INVITATIONS_SPENT,
        Refusal::WrongCode { .. }
        | Refusal::CodeSpent
        | Refusal::WrongVisitCode
        | Refusal::NoMatch
        | Refusal::NoEvidenceSpent
        | Refusal::NoEncounter
        | Refusal::LinkSpent => code::EVIDENCE_REFUSED,
        Refusal::Unauthenticated
        | Refusal::OtpSpent
        | Refusal::Forbidden
        | Refusal::SlipImpossible
        | Refusal::NotEligible(_)
        | Refusal::OffProtocol { .. }
        | Refusal::Invalid { .. }
        | Refusal::Unavailable(_) => code::SOMETHING_WENT_WRONG,
    }
}

/// The rule's own explanation is the sentence: it holds dates and vaccines, and nothing about who asked.
fn not_eligible(answer: &Answer) -> CowinError {
    let code = match answer.finding {
        Finding::TooEarly { .. } | Finding::NotYet { .. } | Finding::Recovering { .. } => code::TOO_EARLY,
        Finding::TooYoung { .. } => code::UNDER_AGE,
        Finding::DifferentVaccine { .. } | Finding::NotForThisDose { .. } => code::DIFFERENT_VACCINE,
        _ => code::NOT_ELIGIBLE,
    };
    code.because(answer.explanation())
}

fn invalid(field: &str) -> Code {
    match field {
        "name" => code::MALFORMED_NAME,
        "birth_year" | "birth_date" => code::MALFORMED_BIRTH,
        "gender" => code::MALFORMED_GENDER,
        "document_type" => code::DOCUMENT_TYPE_UNKNOWN,
        "document_number" => code::MALFORMED_DOCUMENT,
        "consent_version" => code::CONSENT_REQUIRED,
        "mobile" => code::MALFORMED_MOBILE,
        "beneficiaries" => code::BENEFICIARIES_REQUIRED,
        _ => code::MALFORMED_VALUE,
    }
}

/// A busy database may be asked again; the rest is ours to mend. The error names statements and never values.
fn unavailable(error: &pramaan_app::StoreError) -> CowinError {
    tracing::error!(%error, "a use case failed");
    if matches!(error, pramaan_app::StoreError::Misplaced { .. }) {
        code::RECORD_MISPLACED.into()
    } else if error.is_retryable() {
        code::BUSY.into()
    } else {
        CowinError::INTERNAL
    }
}
