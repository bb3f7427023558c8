//! What the use cases refuse, told to the reader: beside the field it belongs to, or as a page.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use pramaan_app::Refusal;

use super::layout::Nav;
use super::{explanation::Explanation, words};
use crate::web::error_page::{ErrorPage, Problem, render, soon};
use crate::web::form::Message;
use crate::web::i18n::Locale;
use crate::web::kept::{Said, Way};
use crate::web::page::Page;

/// A form that was refused as a whole, with all that was typed.
#[derive(Template)]
#[template(path = "citizen/unsent.html")]
pub(super) struct UnsentPage {
    page: Page,
    nav: Nav,
    title: String,
    text: String,
    lines: Vec<(String, String)>,
    /// None where sending it again cannot help.
    again: Option<Way>,
}

/// A refusal that no field can carry.
pub(super) fn page(locale: Locale, refusal: &Refusal) -> Response {
    match problem(refusal) {
        Ok(problem) => ErrorPage::new(locale, problem).into_response(),
        Err(elsewhere) => elsewhere.into_response(),
    }
}

/// The same of a form that was typed and sent to `action`: all of it is shown, and one press sends it again.
pub(super) fn page_keeping<T: Said>(page: Page, refusal: &Refusal, (action, typed): (&str, &T)) -> Response {
    match problem(refusal) {
        Ok(problem) => {
            let unsent = UnsentPage::new(page, problem, (action, typed));
            soon(
                problem.status(),
                (problem.status(), render(&unsent)).into_response(),
            )
        }
        Err(elsewhere) => elsewhere.into_response(),
    }
}

/// What went wrong, or where the reader goes instead.
fn problem(refusal: &Refusal) -> Result<Problem, Redirect> {
    Ok(match refusal {
        Refusal::Unauthenticated => return Err(Redirect::to("/login?why=expired")),
        Refusal::PrivateMember => return Err(Redirect::to("/household?done=locked")),
        Refusal::Forbidden => Problem::Forbidden,
        Refusal::OverBudget { .. } => Problem::TooMany,
        Refusal::Busy => Problem::Busy,
        Refusal::UnknownBeneficiary
        | Refusal::UnknownAppointment
        | Refusal::NoCertificate
        | Refusal::NoEntry => Problem::NotFound,
        Refusal::TooManyObjections => Problem::TooMany,
        Refusal::Unavailable(error) => {
            tracing::error!(%error, "a page could not be served");
            Problem::of(error)
        }
        _ => Problem::BadRequest,
    })
}

impl UnsentPage {
    fn new<T: Said>(page: Page, problem: Problem, (action, typed): (&str, &T)) -> Self {
        let [title, what, next] = problem.texts().map(|id| page.t(id));
        let passes = matches!(problem, Problem::Busy | Problem::TooMany);
        Self {
            title,
            text: format!("{what} {next}"),
            lines: typed.lines(page.locale),
            again: passes.then(|| Way::again(action, typed.again())),
            page,
            nav: Nav::inside("/household"),
        }
    }
}

#[cfg(test)]
impl UnsentPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let typed = super::unwell::Typed::sample();
        let sample = |problem| Self::new(page.clone(), problem, ("/household/1/unwell", &typed));
        [Problem::Busy, Problem::NotFound].map(sample).into()
    }
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
