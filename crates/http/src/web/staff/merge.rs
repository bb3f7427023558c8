//! Merges at a centre: what waits for a second person, and how it went.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::correction::MayDecide;
use pramaan_app::merge::{Act, MergeWaiting, MergesWaiting};
use serde::Deserialize;

use super::duty::{HOME, Nav, OnDuty};
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

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

/// One that waits.
struct Line {
    text: String,
    note: &'static str,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/merge_done.html")]
pub(super) struct MergeDonePage {
    page: Page,
    nav: Nav,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Waits,
    Approved,
    Declined,
}

impl How {
    const ALL: [Self; 3] = [Self::Waits, Self::Approved, Self::Declined];

    const fn code(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }

    /// Where it is told.
    pub(super) fn path(self) -> String {
        format!("{PATH}/done?how={}", self.code())
    }

    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Waits => ("merge-waits-title", "merge-waits-text"),
            Self::Approved => ("merge-approved-title", "merge-approved-text"),
            Self::Declined => ("merge-declined-title", "merge-declined-text"),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    how: Option<String>,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, HOME);
    match front.app.merges_waiting(&staff).await {
        Ok(found) => render(&MergesPage::new(page, nav, &found)),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn done(page: Page, OnDuty(staff): OnDuty, asked: Result<Query<Asked>, CowinError>) -> Response {
    let code = asked.ok().and_then(|Query(asked)| asked.how).unwrap_or_default();
    let how = How::ALL.into_iter().find(|how| how.code() == code);
    let nav = Nav::of(&staff, HOME);
    render(&MergeDonePage {
        page,
        nav,
        how: how.unwrap_or(How::Waits),
    })
}

/// What is to become of two records, in words.
pub(super) fn act(locale: Locale, act: Act) -> String {
    locale.t(match act {
        Act::Join => "merge-act-join",
        Act::Part => "merge-act-part",
    })
}

impl MergesPage {
    fn new(page: Page, nav: Nav, found: &MergesWaiting) -> Self {
        let line = |one| Line::new(page.locale, one);
        Self {
            waiting: found.waiting.iter().map(line).collect(),
            page,
            nav,
        }
    }
}

impl Line {
    fn new(locale: Locale, one: &MergeWaiting) -> Self {
        let text = [
            ("act", act(locale, one.act)),
            ("code", one.staff_code.clone()),
            ("at", words::instant(locale, one.proposed_at)),
        ];
        Self {
            text: locale.t_with("merge-line", &text),
            note: match one.decide {
                MayDecide::Yes => "correction-line-decide",
                MayDecide::Own => "correction-line-own",
                MayDecide::No => "correction-line-manager",
            },
            href: (one.decide == MayDecide::Yes).then(|| format!("{PATH}/proposal/{}", one.id)),
        }
    }
}

#[cfg(test)]
impl MergesPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let acts = [Act::Join, Act::Part, Act::Join];
        let waiting = [MayDecide::Yes, MayDecide::Own, MayDecide::No];
        let waiting = waiting.into_iter().zip(acts).map(|(decide, act)| MergeWaiting {
            id: pramaan_domain::id::ProposalId::from_bytes([7; 16]),
            act,
            staff_code: "MH-0001".to_owned(),
            proposed_at: pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
            decide,
        });
        let full = MergesWaiting {
            waiting: waiting.collect(),
        };
        let none = MergesWaiting { waiting: Vec::new() };
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, HOME);
        [full, none]
            .iter()
            .map(|found| Self::new(page.clone(), nav, found))
            .collect()
    }
}

#[cfg(test)]
impl MergeDonePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let sample = |how| Self {
            page: page.clone(),
            nav,
            how,
        };
        How::ALL.map(sample).into()
    }
}
