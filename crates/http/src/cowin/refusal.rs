//! What a use case refused, in CoWIN's codes. Every refusal has one, or this does not compile.

use pramaan_app::{Refusal, StoreError};
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
            Refusal::AnotherRecord => code::NOT_ELIGIBLE.because(ASK_AT_A_SITE.to_owned()),
            Refusal::UnderAge => code::UNDER_AGE.because(NOBODY_UNDER_12.to_owned()),
            Refusal::Invalid { field, sentence } => invalid(field).because(sentence),
            Refusal::Unavailable(error) => unavailable(&error),
            other => plain(&other).into(),
        }
    }
}

/// No word of what the other record says.
const ASK_AT_A_SITE: &str =
    "A site has to tell whether this can be booked: come with the document of the person.";

/// Somebody is being registered, and no session is meant.
const NOBODY_UNDER_12: &str =
    "Nobody under 12 is vaccinated in this programme yet, so nobody under 12 is registered.";

fn plain(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::OverBudget { .. } => code::OVER_BUDGET,
        Refusal::Busy => code::BUSY,
        Refusal::WrongOtp => code::INVALID_OTP,
        Refusal::NotRegistered => code::BENEFICIARY_NOT_REGISTERED,
        // A private member is nobody here.
        Refusal::UnknownBeneficiary | Refusal::PrivateMember => code::BENEFICIARY_UNKNOWN,
        Refusal::WrongPrivatePin { .. } | Refusal::WrongSettingCode => code::PIN_REFUSED,
        Refusal::PrivatePinSpent => code::PIN_SPENT,
        Refusal::CameOfAge => code::CAME_OF_AGE,
        Refusal::NotOfAge => code::NOT_OF_AGE,
        Refusal::SharedAppointment => code::APPOINTMENT_SHARED,
        Refusal::HouseholdFull => code::HOUSEHOLD_FULL,
        Refusal::OwnDocument => code::OWN_DOCUMENT,
        Refusal::WrongProof => code::PROOF_WRONG,
        Refusal::UnderAge | Refusal::OutsideAgeBand => code::UNDER_AGE,
        Refusal::DifferentDoses => code::BENEFICIARIES_DIFFER,
        Refusal::OtherDoseDue { .. } => code::OTHER_DOSE_DUE,
        Refusal::HasDose | Refusal::HasAppointment => code::BENEFICIARY_HAS_RECORD,
        Refusal::RecordOpen => code::RECORD_OPEN,
        Refusal::UnknownSession | Refusal::UnknownSlot => code::INVALID_SLOT,
        Refusal::SlotEnded => code::SLOT_ENDED,
        Refusal::SessionCancelled => code::SESSION_CANCELLED,
        Refusal::Full => code::COMPLETELY_BOOKED,
        Refusal::AlreadyBooked => code::ALREADY_BOOKED,
        Refusal::UnknownAppointment => code::APPOINTMENT_UNKNOWN,
        Refusal::AppointmentOver => code::APPOINTMENT_FIXED,
        Refusal::KeyReused => code::IDEMPOTENCY_MISMATCH,
        Refusal::OffRoster => code::OFF_ROSTER,
        Refusal::MobileNotHere => code::MOBILE_NOT_HERE,
        Refusal::WrongCard => code::CARD_WRONG,
        Refusal::CardSpent => code::CARD_SPENT,
        Refusal::HasDocument => code::HAS_DOCUMENT,
        Refusal::NoCertificate => code::CERTIFICATE_NOT_FOUND,
        Refusal::AlreadyRecorded => code::ALREADY_RECORDED,
        Refusal::Superseded => code::DOSE_CHANGED,
        Refusal::OwnProposal => code::OWN_PROPOSAL,
        Refusal::OtherCentre => code::OTHER_CENTRE,
        Refusal::NoProposal => code::PROPOSAL_UNKNOWN,
        Refusal::NotThere => code::NOT_THERE,
        Refusal::MergeWithoutEvidence => code::MERGE_EVIDENCE,
        Refusal::SameRecord | Refusal::OneAlready => code::MERGED_ALREADY,
        Refusal::NotMerged => code::NOT_MERGED,
        Refusal::TooManyRecords => code::MERGE_TOO_MANY,
        Refusal::MergeAppointments => code::MERGE_APPOINTMENTS,
        Refusal::VisitMoved => code::VISIT_MOVED,
        Refusal::StillHere { .. } => code::STILL_HERE,
        Refusal::DayMoved => code::DAY_MOVED,
        Refusal::NothingLeft => code::NOTHING_LEFT,
        // Of pages only.
        Refusal::NoDevice | Refusal::RequestWaits | Refusal::RequestGone => code::PATH_UNKNOWN,
        Refusal::OtherSite => code::OFF_ROSTER,
        Refusal::WrongPin { .. } | Refusal::PinClosed => code::STAFF_LOGIN_WRONG,
        Refusal::NoHeldDose | Refusal::NoEntry | Refusal::NoObjection => code::PATH_UNKNOWN,
        Refusal::TooManyObjections => code::OVER_BUDGET,
        Refusal::OwnObjection => code::OWN_PROPOSAL,
        Refusal::AnsweredAlready | Refusal::ViewKeyWaits => code::MATTER_MOVED,
        Refusal::ShortOfStock { .. } => code::STOCK_SHORT,
        Refusal::UnknownBatch => code::BATCH_UNKNOWN,
        Refusal::NoMatter => code::MATTER_UNKNOWN,
        Refusal::MatterMoved => code::MATTER_MOVED,
        Refusal::PlanMoved => code::PLAN_MOVED,
        Refusal::NoCase => code::AEFI_UNKNOWN,
        Refusal::CaseMoved => code::AEFI_MOVED,
        Refusal::ReportedToday => code::AEFI_REPORTED,
        Refusal::FaultyCaseForm { .. } => code::AEFI_FORM,
        Refusal::DocumentAtSite => code::DOCUMENT_AT_SITE,
        Refusal::WrongStaffLogin => code::STAFF_LOGIN_WRONG,
        Refusal::LoginsBusy { .. } => code::LOGINS_BUSY,
        Refusal::TooManyInvitations => code::INVITATIONS_SPENT,
        Refusal::WrongCode { .. }
        | Refusal::CodeSpent
        | Refusal::WrongVisitCode
        | Refusal::NoMatch
        | Refusal::GivenUp { .. }
        | Refusal::NoMobile
        | Refusal::NoEvidenceSpent
        | Refusal::NoEncounter
        | Refusal::LinkSpent => code::EVIDENCE_REFUSED,
        Refusal::Unauthenticated
        | Refusal::OtpSpent
        | Refusal::Forbidden
        | Refusal::SlipImpossible
        | Refusal::NotEligible(_)
        | Refusal::AnotherRecord
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

/// What may pass is a 503, so that clients come back; the rest is ours to mend. The error names statements and never
/// values.
fn unavailable(error: &StoreError) -> CowinError {
    tracing::error!(%error, "a use case failed");
    match error {
        StoreError::ClockOff { .. } => code::CLOCK_OFF.into(),
        StoreError::Unwitnessed { .. } | StoreError::Unanswered => code::LOG_UNWITNESSED.into(),
        StoreError::DiskFull => code::DISK_FULL.into(),
        StoreError::Unavailable { .. } => code::DATABASE_DOWN.into(),
        StoreError::LogUnwritable { .. } | StoreError::NoLog | StoreError::Fork(_) => {
            code::LOG_UNWRITABLE.into()
        }
        StoreError::Crowded => code::BUSY.into(),
        error if error.is_retryable() => code::BUSY.into(),
        StoreError::Misplaced { .. } => code::RECORD_MISPLACED.into(),
        _ => CowinError::INTERNAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse as _;
    use pramaan_app::Fork;

    #[test]
    fn what_may_pass_is_a_503_that_says_when_to_come_back() {
        let reason = "the connection to 10.0.0.1 was lost".to_owned();
        for (error, code) in [
            (StoreError::Busy, code::BUSY),
            (StoreError::Crowded, code::BUSY),
            (StoreError::Serialization, code::BUSY),
            (StoreError::ClockOff { seconds: 61 }, code::CLOCK_OFF),
            (StoreError::Unwitnessed { seconds: 14_401 }, code::LOG_UNWITNESSED),
            (StoreError::Unanswered, code::LOG_UNWITNESSED),
            (StoreError::DiskFull, code::DISK_FULL),
            (StoreError::Unavailable { reason }, code::DATABASE_DOWN),
            (StoreError::NoLog, code::LOG_UNWRITABLE),
            (
                StoreError::Fork(Fork::Behind { kept: 5, found: 3 }),
                code::LOG_UNWRITABLE,
            ),
        ] {
            let answer = CowinError::from(Refusal::Unavailable(error)).into_response();
            assert_eq!(answer.status(), 503, "{}", code.code);
            assert_eq!(code.status, 503);
            assert!(
                answer.headers().contains_key(http::header::RETRY_AFTER),
                "{}",
                code.code
            );
        }
        let broken = CowinError::from(Refusal::Unavailable(StoreError::corrupt("person", "sealed")));
        assert_eq!(broken.into_response().status(), 500);
    }
}
