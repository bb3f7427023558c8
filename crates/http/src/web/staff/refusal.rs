//! What the use cases refuse to staff, when no field of a form can carry it: a page that says what to do instead.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use pramaan_app::Refusal;

use super::duty::{HOME, Nav};
use super::left_over::LeftOver;
use crate::web::error_page::{ErrorPage, Problem, render, soon};
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "staff/gone.html")]
pub(super) struct GonePage {
    page: Page,
    nav: Nav,
    title: String,
    text: String,
    href: &'static str,
    left: LeftOver,
}

/// What is said when a record cannot be opened, and what becomes of the form that was sent.
#[derive(Template)]
#[template(path = "staff/unopened.html")]
pub(super) struct UnopenedPage {
    page: Page,
    nav: Nav,
    left: LeftOver,
}

/// The whole answer to a refusal to open a record: without the access log, or by a wrong clock, none is opened.
pub(super) fn unopened(page: Page, nav: Nav, refusal: &Refusal) -> Response {
    unopened_keeping(page, nav, refusal, LeftOver::default())
}

/// The same of a form that was filled in already: what was typed is shown, and goes on where it can.
pub(super) fn unopened_keeping(page: Page, nav: Nav, refusal: &Refusal, left: LeftOver) -> Response {
    match refusal {
        Refusal::Unavailable(error) if matches!(Problem::of(error), Problem::Busy) => {
            tracing::error!(%error, "no record could be opened");
            let left = left.after(refusal);
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let unopened = render(&UnopenedPage { page, nav, left });
            soon(status, (status, unopened).into_response())
        }
        other => page_keeping(page, nav, other, left),
    }
}

/// The whole answer to a refusal.
pub(super) fn page(page: Page, nav: Nav, refusal: &Refusal) -> Response {
    page_keeping(page, nav, refusal, LeftOver::default())
}

/// The same, with what was typed.
pub(super) fn page_keeping(page: Page, nav: Nav, refusal: &Refusal, left: LeftOver) -> Response {
    let left = left.after(refusal);
    let problem = match refusal {
        Refusal::Unauthenticated => return Redirect::to("/staff/login?why=expired").into_response(),
        Refusal::OverBudget { .. } => Problem::TooMany,
        Refusal::Busy => Problem::Busy,
        Refusal::Unavailable(error) => {
            tracing::error!(%error, "a page of staff could not be served");
            Problem::of(error)
        }
        other => match sentences(other) {
            Some((status, title, text)) => {
                let said = (page.t(title), page.t(text));
                return (status, render(&GonePage::new(page, nav, said, left))).into_response();
            }
            None => Problem::BadRequest,
        },
    };
    if left.is_empty() {
        return ErrorPage::new(page.locale, problem).into_response();
    }
    let [title, what, next] = problem.texts().map(|id| page.t(id));
    let gone = GonePage::new(page, nav, (title, format!("{what} {next}")), left);
    soon(
        problem.status(),
        (problem.status(), render(&gone)).into_response(),
    )
}

impl GonePage {
    fn new(page: Page, nav: Nav, (title, text): (String, String), left: LeftOver) -> Self {
        Self {
            page,
            nav,
            title,
            text,
            href: HOME,
            left,
        }
    }
}

/// Status, title and text of a refusal that has a page of its own.
fn sentences(refusal: &Refusal) -> Option<(StatusCode, &'static str, &'static str)> {
    Some(match refusal {
        Refusal::Forbidden => (
            StatusCode::FORBIDDEN,
            "gone-forbidden-title",
            "gone-forbidden-text",
        ),
        Refusal::OffRoster => (StatusCode::FORBIDDEN, "gone-roster-title", "gone-roster-text"),
        Refusal::NoEncounter => (StatusCode::GONE, "gone-encounter-title", "gone-encounter-text"),
        Refusal::AlreadyRecorded => (StatusCode::CONFLICT, "gone-recorded-title", "gone-recorded-text"),
        Refusal::UnknownAppointment | Refusal::UnknownSession | Refusal::UnknownBeneficiary => {
            (StatusCode::NOT_FOUND, "gone-place-title", "gone-place-text")
        }
        Refusal::UnknownBatch => (StatusCode::NOT_FOUND, "gone-batch-title", "gone-batch-text"),
        Refusal::NoHeldDose => (StatusCode::NOT_FOUND, "gone-held-title", "gone-held-text"),
        Refusal::NoMatter => (StatusCode::NOT_FOUND, "gone-matter-title", "gone-matter-text"),
        Refusal::NoObjection => (
            StatusCode::NOT_FOUND,
            "gone-objection-title",
            "gone-objection-text",
        ),
        Refusal::OwnObjection => (
            StatusCode::FORBIDDEN,
            "gone-own-objection-title",
            "gone-own-objection-text",
        ),
        Refusal::AnsweredAlready => (
            StatusCode::CONFLICT,
            "gone-objection-answered-title",
            "gone-objection-answered-text",
        ),
        Refusal::MatterMoved => (
            StatusCode::CONFLICT,
            "gone-matter-moved-title",
            "gone-matter-moved-text",
        ),
        Refusal::PlanMoved => (StatusCode::CONFLICT, "gone-plan-title", "gone-plan-text"),
        Refusal::NoCase => (StatusCode::NOT_FOUND, "gone-case-title", "gone-case-text"),
        Refusal::Superseded => (StatusCode::CONFLICT, "gone-changed-title", "gone-changed-text"),
        Refusal::OwnProposal => (
            StatusCode::CONFLICT,
            "gone-own-proposal-title",
            "gone-own-proposal-text",
        ),
        Refusal::OtherCentre => (
            StatusCode::CONFLICT,
            "gone-other-centre-title",
            "gone-other-centre-text",
        ),
        Refusal::NoProposal => (StatusCode::NOT_FOUND, "gone-proposal-title", "gone-proposal-text"),
        Refusal::MergeWithoutEvidence => (
            StatusCode::CONFLICT,
            "gone-merge-evidence-title",
            "gone-merge-evidence-text",
        ),
        Refusal::SameRecord => (
            StatusCode::CONFLICT,
            "gone-merge-same-title",
            "gone-merge-same-text",
        ),
        Refusal::OneAlready => (
            StatusCode::CONFLICT,
            "gone-merge-already-title",
            "gone-merge-already-text",
        ),
        Refusal::NotMerged => (
            StatusCode::CONFLICT,
            "gone-merge-parted-title",
            "gone-merge-parted-text",
        ),
        Refusal::TooManyRecords => (
            StatusCode::CONFLICT,
            "gone-merge-many-title",
            "gone-merge-many-text",
        ),
        Refusal::MergeAppointments => (
            StatusCode::CONFLICT,
            "gone-merge-seats-title",
            "gone-merge-seats-text",
        ),
        Refusal::NotThere => (
            StatusCode::CONFLICT,
            "gone-not-there-title",
            "gone-not-there-text",
        ),
        Refusal::VisitMoved => (StatusCode::CONFLICT, "gone-visit-title", "gone-visit-text"),
        Refusal::DayMoved => (StatusCode::CONFLICT, "gone-day-title", "gone-day-text"),
        Refusal::SessionCancelled => (StatusCode::GONE, "gone-place-title", "gone-place-text"),
        Refusal::NoCertificate => (
            StatusCode::NOT_FOUND,
            "gone-certificate-title",
            "gone-certificate-text",
        ),
        Refusal::TooManyInvitations => (
            StatusCode::TOO_MANY_REQUESTS,
            "gone-invitations-title",
            "gone-invitations-text",
        ),
        Refusal::NoDevice => (StatusCode::NOT_FOUND, "gone-device-title", "gone-device-text"),
        Refusal::RequestGone => (StatusCode::GONE, "gone-request-title", "gone-request-text"),
        Refusal::LinkSpent => (StatusCode::GONE, "gone-link-title", "gone-link-text"),
        _ => return None,
    })
}

#[cfg(test)]
impl UnopenedPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use pramaan_app::StaffRole::{SiteManager, Vaccinator};
        let sample = |role, left: LeftOver| Self {
            page: page.clone(),
            nav: Nav::role(role, HOME),
            left: left.after(&Refusal::Busy),
        };
        let [dose, aefi, secret] = LeftOver::samples(page.locale);
        vec![
            sample(Vaccinator, dose.clone()),
            sample(SiteManager, dose),
            sample(Vaccinator, LeftOver::default().for_dose()),
            sample(Vaccinator, LeftOver::default()),
            sample(Vaccinator, aefi),
            sample(Vaccinator, secret),
        ]
    }
}

#[cfg(test)]
impl GonePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let refusals = [
            Refusal::Forbidden,
            Refusal::OffRoster,
            Refusal::NoEncounter,
            Refusal::AlreadyRecorded,
            Refusal::UnknownAppointment,
            Refusal::NoCertificate,
            Refusal::UnknownBatch,
            Refusal::Superseded,
            Refusal::OwnProposal,
            Refusal::OtherCentre,
            Refusal::NoProposal,
            Refusal::NotThere,
            Refusal::MergeWithoutEvidence,
            Refusal::SameRecord,
            Refusal::OneAlready,
            Refusal::NotMerged,
            Refusal::TooManyRecords,
            Refusal::MergeAppointments,
            Refusal::VisitMoved,
            Refusal::DayMoved,
            Refusal::LinkSpent,
            Refusal::TooManyInvitations,
            Refusal::NoDevice,
            Refusal::RequestGone,
            Refusal::NoMatter,
            Refusal::MatterMoved,
            Refusal::PlanMoved,
        ];
        let sample = |refusal: &Refusal| {
            let (_, title, text) = sentences(refusal).unwrap();
            let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
            let said = (page.t(title), page.t(text));
            Self::new(page.clone(), nav, said, LeftOver::default())
        };
        let kept = |left: LeftOver, refusal: &Refusal| Self {
            left: left.after(refusal),
            ..sample(refusal)
        };
        let [dose, aefi, secret] = LeftOver::samples(page.locale);
        let kept = [
            kept(dose.clone(), &Refusal::NoEncounter),
            kept(dose, &Refusal::AlreadyRecorded),
            kept(aefi, &Refusal::NoEncounter),
            kept(secret, &Refusal::OffRoster),
        ];
        refusals.iter().map(sample).chain(kept).collect()
    }
}
