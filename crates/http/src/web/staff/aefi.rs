//! The list of adverse events, without names: a centre's own, or what a district has to do and by when.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::StaffRole;
use pramaan_app::aefi::{Clocks, Listed, is_overdue};
use pramaan_domain::aefi::{CaseNumber, ItWas};
use pramaan_domain::time::{CivilDate, Timestamp};
use serde::Deserialize;

use super::duty::{Nav, OnDuty};
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::aefi_words::{class, stage};
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

pub(super) const LIST: &str = "/staff/aefi";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(LIST, get(show))
}

#[derive(Template)]
#[template(path = "staff/aefi.html")]
pub(super) struct ListPage {
    page: Page,
    nav: Nav,
    whose: Whose,
    saved: Saved,
    overdue: usize,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Centre,
    District,
}

/// Whether a report was just saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saved {
    Yes,
    No,
}

/// One case.
struct Line {
    text: String,
    number: Option<String>,
    waits: String,
    due: Option<String>,
    late: Option<String>,
    /// Where it is opened, and the words of the link.
    open: Option<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    saved: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, LIST);
    let saved = match told.ok().and_then(|Query(told)| told.saved) {
        Some(_) => Saved::Yes,
        None => Saved::No,
    };
    let whose = match staff.role() {
        StaffRole::DistrictAdmin => Whose::District,
        StaffRole::Vaccinator | StaffRole::SiteManager => Whose::Centre,
    };
    match front.app.aefi_cases(&staff).await {
        Ok(clocks) => render(&ListPage::new(
            page,
            nav,
            (whose, saved),
            &clocks,
            front.app.now(),
        )),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl ListPage {
    fn new(page: Page, nav: Nav, (whose, saved): (Whose, Saved), clocks: &Clocks, now: Timestamp) -> Self {
        let line = |case: &Listed| Line::new(page.locale, whose, case, now);
        Self {
            lines: clocks.cases.iter().map(line).collect(),
            overdue: clocks.overdue,
            page,
            nav,
            whose,
            saved,
        }
    }

    fn is_district(&self) -> bool {
        self.whose == Whose::District
    }

    fn was_saved(&self) -> bool {
        self.saved == Saved::Yes
    }

    fn has_overdue(&self) -> bool {
        self.overdue > 0
    }
}

impl Line {
    fn new(locale: Locale, whose: Whose, case: &Listed, now: Timestamp) -> Self {
        let when = words::instant(locale, case.reported_at);
        let mut said = locale.t(case.seriousness.map_or("aefi-unclassed", class));
        if case.reported_by == ItWas::TheCitizen {
            said = format!("{said}, {}", locale.t("aefi-by-person"));
        }
        let due = case.due_at.map(|at| words::instant(locale, at));
        let (due, late) = match is_overdue(case, now) {
            true => (None, due.map(|at| locale.t_with("aefi-late", &[("when", at)]))),
            false => (due.map(|at| locale.t_with("aefi-due", &[("when", at)])), None),
        };
        let link = locale.t_with("aefi-open", &[("when", when.clone())]);
        Self {
            text: locale.t_with("aefi-line", &[("when", when), ("class", said)]),
            number: number(case),
            waits: locale.t(stage(case.stage)),
            due,
            late,
            open: (whose == Whose::District).then(|| (format!("{LIST}/case/{}", case.key.id), link)),
        }
    }
}

/// Its number, as it is written.
pub(super) fn number(case: &Listed) -> Option<String> {
    let (year, count) = case.number?;
    let on = CivilDate::from_ymd_opt(year, 1, 1)?;
    Some(CaseNumber::new(case.key.district, on, count)?.to_string())
}

#[cfg(test)]
pub(super) fn sample_case(stage: pramaan_domain::aefi::Stage, days: i64) -> Listed {
    use pramaan_app::aefi::CaseKey;
    let at = Timestamp::from_seconds(1_795_321_800);
    Listed {
        key: CaseKey {
            district: pramaan_domain::place::DistrictId::from_number(395).unwrap(),
            id: pramaan_domain::id::AefiId::from_random([5; 16]),
        },
        centre: 1,
        reported_by: ItWas::TheCitizen,
        seriousness: Some(pramaan_domain::aefi::Seriousness::Serious),
        stage,
        number: Some((2026, 3)),
        reported_at: at,
        due_at: Some(at.plus_seconds(days * 86_400)),
    }
}

#[cfg(test)]
impl ListPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use pramaan_domain::aefi::Stage;
        let now = Timestamp::from_seconds(1_795_321_800);
        let cases = vec![sample_case(Stage::Reported, -1), sample_case(Stage::Numbered, 9)];
        let full = Clocks {
            cases,
            overdue: 1,
            soon: 0,
        };
        let none = Clocks::default();
        let district = Nav::role(StaffRole::DistrictAdmin, LIST);
        let nurse = Nav::role(StaffRole::Vaccinator, LIST);
        let sample = |nav, whose, clocks| Self::new(page.clone(), nav, whose, clocks, now);
        vec![
            sample(district, (Whose::District, Saved::No), &full),
            sample(district, (Whose::District, Saved::No), &none),
            sample(nurse, (Whose::Centre, Saved::Yes), &full),
            sample(nurse, (Whose::Centre, Saved::No), &none),
        ]
    }
}
