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
use super::left_over::LeftOver;
use super::merge::{MERGES, act};
use super::merge_compare::{agreement, doses};
use super::proposal::{How, by};
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{Fields, Said};
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
pub(super) struct Typed {
    /// `approve` or `decline`.
    act: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("act", &self.act)]
    }
}

/// Nobody types anything: one of two buttons is pressed.
impl Said for Typed {
    fn said(&self, _: Locale, _: &str, _: &str) -> Option<(&'static str, String)> {
        None
    }
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
        Err(refused) => {
            let left = LeftOver::of(&front, (&staff, page.locale), &MERGES.proposal(id), &typed);
            refusal::unopened_keeping(page, Nav::of(&staff, HOME), &refused, left)
        }
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
