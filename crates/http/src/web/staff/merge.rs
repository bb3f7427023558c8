//! Merges at a centre: what waits for a second person, and how it went.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::merge::Act;
use pramaan_app::proposal::Waiting;

use super::duty::{HOME, Nav, OnDuty};
use super::proposal::{self, How, Line, Proposals};
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;

pub(super) const PATH: &str = "/staff/merge";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/merge", get(show))
        .route("/staff/merge/done", get(done))
}

#[derive(Template)]
#[template(path = "staff/merge.html")]
pub(super) struct MergesPage {
    page: Page,
    nav: Nav,
    waiting: Vec<Line>,
}

pub(super) const MERGES: Proposals = Proposals {
    path: PATH,
    title: "merge-title",
    line: ("merge-line", "act"),
    texts: |how| match how {
        How::Done | How::Waits => ("merge-waits-title", "merge-waits-text"),
        How::Approved => ("merge-approved-title", "merge-approved-text"),
        How::Declined => ("merge-declined-title", "merge-declined-text"),
    },
};

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, HOME);
    match front.app.merges_waiting(&staff).await {
        Ok(found) => render(&MergesPage::new(page, nav, &found)),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn done(
    page: Page,
    OnDuty(staff): OnDuty,
    how: Result<Query<proposal::Asked>, CowinError>,
) -> Response {
    MERGES.done(page, &staff, how)
}

/// What is to become of two records, in words.
pub(super) fn act(locale: Locale, act: Act) -> String {
    locale.t(match act {
        Act::Join => "merge-act-join",
        Act::Part => "merge-act-part",
    })
}

impl MergesPage {
    fn new(page: Page, nav: Nav, waiting: &[Waiting<Act>]) -> Self {
        let locale = page.locale;
        let line = |one: &Waiting<Act>| MERGES.line(locale, act(locale, one.act), one);
        Self {
            waiting: waiting.iter().map(line).collect(),
            page,
            nav,
        }
    }
}

#[cfg(test)]
impl MergesPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let full = proposal::waiting_samples([Act::Join, Act::Part, Act::Join]);
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, HOME);
        [full, Vec::new()]
            .iter()
            .map(|waiting| Self::new(page.clone(), nav, waiting))
            .collect()
    }
}
