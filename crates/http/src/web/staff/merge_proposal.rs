//! A merge or an un-merge that somebody else proposes, shown to the second person. It names nobody.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use pramaan_app::merge::{Decision, ProposedMerge};
use pramaan_domain::id::ProposalId;
use serde::Deserialize;

use super::duty::{HOME, Nav, Of, OnDuty};
use super::merge::{MERGES, act};
use super::merge_compare::{agreement, doses};
use super::proposal::{How, by};
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/merge/proposal/{proposal}", get(show).post(decide))
}

#[derive(Template)]
#[template(path = "staff/merge_proposal.html")]
pub(super) struct MergeProposalPage {
    page: Page,
    nav: Nav,
    path: String,
    act: String,
    by: String,
    reason: String,
    /// Fact, and whether it agrees.
    lines: Vec<(String, String)>,
    /// The doses of both.
    one: String,
    other: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    /// `approve` or `decline`.
    act: String,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Of(id): Of<ProposalId>,
) -> Response {
    let (nav, route) = (Nav::of(&staff, HOME), "GET /staff/merge/proposal/{proposal}");
    match front.app.show_merge(&staff, id, route).await {
        Ok(proposed) => render(&MergeProposalPage::new(page, nav, &proposed)),
        Err(refused) => refusal::unopened(page, nav, &refused),
    }
}

async fn decide(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Of(id): Of<ProposalId>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let (decision, how) = match typed.act.as_str() {
        "approve" => (Decision::Approve, How::Approved),
        _ => (Decision::Decline, How::Declined),
    };
    let route = "POST /staff/merge/proposal/{proposal}";
    match front.app.decide_merge(&staff, id, decision, route).await {
        Ok(()) => Redirect::to(&MERGES.told(how)).into_response(),
        Err(refused) => refusal::unopened(page, Nav::of(&staff, HOME), &refused),
    }
}

impl MergeProposalPage {
    fn new(page: Page, nav: Nav, proposed: &ProposedMerge) -> Self {
        let locale = page.locale;
        Self {
            path: MERGES.proposal(proposed.id),
            act: act(locale, proposed.act),
            by: by(locale, &proposed.staff_code, proposed.proposed_at),
            reason: proposed.reason.as_str().to_owned(),
            lines: agreement(locale, &proposed.agreement).into(),
            one: doses(locale, &proposed.one),
            other: doses(locale, &proposed.other),
            page,
            nav,
        }
    }
}

#[cfg(test)]
impl MergeProposalPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, HOME),
            path: MERGES.proposal(ProposalId::from_bytes([7; 16])),
            act: act(page.locale, pramaan_app::merge::Act::Join),
            by: page.t2("correction-proposed-by", "code", "MH-0001", "at", "10:12"),
            reason: "The first dose was on her brother's mobile".to_owned(),
            lines: vec![(page.t("merge-name"), page.t("merge-alike"))],
            one: page.t("record-earlier-none"),
            other: "Dose 1: Covishield".to_owned(),
        }]
    }
}
