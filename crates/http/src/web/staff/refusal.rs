//! What the use cases refuse to staff, when no field of a form can carry it: a page that says what to do instead.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use pramaan_app::Refusal;

use super::duty::{HOME, Nav};
use super::left_over::LeftOver;
use crate::web::error_page::{ErrorPage, Problem, render};
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

/// What is said when a record cannot be opened, and how a dose is recorded nevertheless.
#[derive(Template)]
#[template(path = "staff/unopened.html")]
pub(super) struct UnopenedPage {
    page: Page,
    nav: Nav,
    /// What was typed, as the form of a held dose takes it over.
    kept: Vec<(&'static str, String)>,
}

/// The whole answer to a refusal to open a record: without the access log, or by a wrong clock, none is opened.
pub(super) fn unopened(page: Page, nav: Nav, refusal: &Refusal) -> Response {
    unopened_keeping(page, nav, refusal, LeftOver::default())
}

/// The same of a form that was filled in already: what was typed is shown, and goes over to the form of a held dose.
pub(super) fn unopened_keeping(page: Page, nav: Nav, refusal: &Refusal, left: LeftOver) -> Response {
    match refusal {
        Refusal::Unavailable(error) if matches!(Problem::of(error), Problem::Busy) => {
            tracing::error!(%error, "no record could be opened");
            let retry = [(header::RETRY_AFTER, HeaderValue::from_static("5"))];
            let kept = left.kept;
            let unopened = render(&UnopenedPage { page, nav, kept });
            (StatusCode::SERVICE_UNAVAILABLE, retry, unopened).into_response()
        }
        other => page_keeping(page, nav, other, left.after(other)),
    }
}

/// The whole answer to a refusal.
pub(super) fn page(page: Page, nav: Nav, refusal: &Refusal) -> Response {
    page_keeping(page, nav, refusal, LeftOver::default())
}

fn page_keeping(page: Page, nav: Nav, refusal: &Refusal, left: LeftOver) -> Response {
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
                let gone = GonePage {
                    title: page.t(title),
                    text: page.t(text),
                    page,
                    nav,
                    href: HOME,
                    left,
                };
                return (status, render(&gone)).into_response();
            }
            None => Problem::BadRequest,
        },
    };
    ErrorPage::new(page.locale, problem).into_response()
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
        let sample = |role| Self {
            page: page.clone(),
            nav: Nav::role(role, HOME),
            kept: vec![("batch", "4121Z025".to_owned())],
        };
        let mut samples: Vec<Self> = [Vaccinator, SiteManager].map(sample).into();
        samples.push(Self {
            kept: Vec::new(),
            ..sample(Vaccinator)
        });
        samples
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
            Self {
                page: page.clone(),
                nav,
                title: page.t(title),
                text: page.t(text),
                href: HOME,
                left: LeftOver::default(),
            }
        };
        let kept = [&Refusal::NoEncounter, &Refusal::AlreadyRecorded].map(|refusal| Self {
            left: LeftOver::sample(page.locale).after(refusal),
            ..sample(refusal)
        });
        refusals.iter().map(sample).chain(kept).collect()
    }
}
