//! A merge or an un-merge that somebody else proposes, shown to the second person. It names nobody.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use pramaan_app::merge::{Decision, ProposedMerge};
use pramaan_domain::id::ProposalId;
use serde::Deserialize;

use super::duty::{HOME, Nav, OnDuty};
use super::merge::{How, PATH, act};
use super::merge_compare::{agreement, doses};
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem, render};
use crate::web::front::Front;
use crate::web::page::Page;
use crate::web::words;

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

type Id = Result<Path<ProposalId>, axum::extract::rejection::PathRejection>;

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, id: Id) -> Response {
    let Ok(Path(id)) = id else {
        return ErrorPage::new(page.locale, Problem::NotFound).into_response();
    };
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
    id: Id,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Ok(Path(id)) = id else {
        return ErrorPage::new(page.locale, Problem::NotFound).into_response();
    };
    let (decision, how) = match typed.act.as_str() {
        "approve" => (Decision::Approve, How::Approved),
        _ => (Decision::Decline, How::Declined),
    };
    let route = "POST /staff/merge/proposal/{proposal}";
    match front.app.decide_merge(&staff, id, decision, route).await {
        Ok(()) => Redirect::to(&how.path()).into_response(),
        Err(refused) => refusal::unopened(page, Nav::of(&staff, HOME), &refused),
    }
}

impl MergeProposalPage {
    fn new(page: Page, nav: Nav, proposed: &ProposedMerge) -> Self {
        let locale = page.locale;
        let by = [
            ("code", proposed.staff_code.clone()),
            ("at", words::instant(locale, proposed.proposed_at)),
        ];
        Self {
            path: format!("{PATH}/proposal/{}", proposed.id),
            act: act(locale, proposed.act),
            by: locale.t_with("correction-proposed-by", &by),
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
            path: format!("{PATH}/proposal/1"),
            act: act(page.locale, pramaan_app::merge::Act::Join),
            by: page.t2("correction-proposed-by", "code", "MH-0001", "at", "10:12"),
            reason: "The first dose was on her brother's mobile".to_owned(),
            lines: vec![(page.t("merge-name"), page.t("merge-alike"))],
            one: page.t("record-earlier-none"),
            other: "Dose 1: Covishield".to_owned(),
        }]
    }
}
