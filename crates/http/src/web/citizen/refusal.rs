//! What the use cases refuse, told to the reader: beside the field it belongs to, or as a page.

use axum::response::{IntoResponse, Redirect, Response};
use pramaan_app::Refusal;

use super::{explanation::Explanation, words};
use crate::web::error_page::{ErrorPage, Problem};
use crate::web::form::Message;
use crate::web::i18n::Locale;

/// A refusal that no field can carry.
pub(super) fn page(locale: Locale, refusal: &Refusal) -> Response {
    let problem = match refusal {
        Refusal::Unauthenticated => return Redirect::to("/login?why=expired").into_response(),
        Refusal::PrivateMember => return Redirect::to("/household?done=locked").into_response(),
        Refusal::Forbidden => Problem::Forbidden,
        Refusal::OverBudget { .. } => Problem::TooMany,
        Refusal::Busy => Problem::Busy,
        Refusal::UnknownBeneficiary | Refusal::UnknownAppointment | Refusal::NoCertificate => {
            Problem::NotFound
        }
        Refusal::Unavailable(error) => {
            tracing::error!(%error, "a page could not be served");
            Problem::of(error)
        }
        _ => Problem::BadRequest,
    };
    ErrorPage::new(locale, problem).into_response()
}

/// The sentence for a form of persons.
pub(in crate::web) fn about_member(refusal: &Refusal) -> (&'static str, Message) {
    match refusal {
        Refusal::UnderAge => ("birth_year", Message::new("error-under-age")),
        Refusal::Invalid {
            field: "birth_date",
            sentence,
        } if sentence.contains("differ") => ("birth_date", Message::new("error-birth-date-differs")),
        Refusal::Invalid {
            field: "birth_date", ..
        } => ("birth_date", Message::new("error-birth-date-adult")),
        Refusal::Invalid {
            field: "guardian_name",
            ..
        } => ("guardian_name", Message::new("error-guardian")),
        Refusal::Invalid {
            field: "guardian", ..
        } => ("guardian", Message::new("error-guardian-wrong")),
        Refusal::OwnDocument => ("document_number", Message::new("error-own-document")),
        Refusal::HouseholdFull => ("name", Message::new("error-household-full")),
        Refusal::OverBudget { .. } => ("name", Message::new("error-registrations")),
        Refusal::HasDose => ("name", Message::new("error-has-dose")),
        Refusal::CameOfAge => ("name", Message::new("error-came-of-age")),
        Refusal::HasAppointment => ("confirm", Message::new("error-has-appointment")),
        Refusal::RecordOpen => ("confirm", Message::new("error-record-open")),
        Refusal::Unavailable(_) => ("name", Message::new("error-unavailable")),
        _ => ("name", Message::new("error-not-here")),
    }
}

/// The sentence for a form of seats; `seats` names the field of slots.
pub(in crate::web) fn about_seat(
    locale: Locale,
    refusal: &Refusal,
    seats: &'static str,
) -> (&'static str, Message) {
    match refusal {
        Refusal::Full => (seats, Message::new("error-full")),
        Refusal::SlotEnded => (seats, Message::new("error-slot-ended")),
        Refusal::UnknownSlot => (seats, Message::new("error-slot")),
        Refusal::AlreadyBooked => ("member", Message::new("error-already-booked")),
        Refusal::OutsideAgeBand => ("member", Message::new("error-outside-ages")),
        Refusal::DifferentDoses => ("member", Message::new("error-different-doses")),
        Refusal::OtherDoseDue { due } => {
            let due = words::dose(locale, *due);
            ("member", Message::new("error-other-dose-due").with("dose", due))
        }
        Refusal::AnotherRecord => ("member", Message::new("error-another-record")),
        Refusal::NotEligible(answer) => {
            let why = Explanation::new(locale, answer).text();
            ("member", Message::new("error-not-eligible").with("why", why))
        }
        Refusal::AppointmentOver => (seats, Message::new("error-appointment-over")),
        Refusal::SharedAppointment => (seats, Message::new("error-shared-appointment")),
        Refusal::Unavailable(_) => (seats, Message::new("error-unavailable")),
        _ => (seats, Message::new("error-not-here")),
    }
}
