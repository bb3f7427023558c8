//! What happened to shared devices, PINs, printed codes, second factors and logins, for site managers and district admins.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::staff::{EventLine, Genuine};
use pramaan_domain::staff_event::StaffEventKind;

use super::duty::{Nav, OnDuty};
use super::facilitator::centre_name;
use super::refusal;
use super::sheet::FROM;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/events", get(show))
}

#[derive(Template)]
#[template(path = "staff/event.html")]
pub(super) struct EventsPage {
    page: Page,
    nav: Nav,
    lines: Vec<Line>,
}

struct Line {
    what: String,
    at: String,
    /// Whom it was about, by whom, on which device: whichever there is.
    facts: Vec<String>,
    /// What to do about it, where there is something to do.
    advice: Option<String>,
    /// Somebody changed the line behind our back.
    changed: bool,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, FROM);
    match front.app.staff_events(&staff).await {
        Ok(events) => render(&EventsPage {
            lines: events
                .iter()
                .map(|event| Line::new(page.locale, event, &|centre| place(&front, centre)))
                .collect(),
            page,
            nav,
        }),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// A centre by name and number.
fn place(front: &Front, centre: i64) -> String {
    let name = centre_name(front, centre);
    let number = centre.to_string();
    match name == number {
        true => number,
        false => format!("{name} ({number})"),
    }
}

const fn text(kind: StaffEventKind) -> &'static str {
    match kind {
        StaffEventKind::DeviceCodeMade => "event-device-code-made",
        StaffEventKind::DeviceEnrolled => "event-device-enrolled",
        StaffEventKind::DeviceRenamed => "event-device-renamed",
        StaffEventKind::DeviceEnded => "event-device-ended",
        StaffEventKind::PinSet => "event-pin-set",
        StaffEventKind::PinClosed => "event-pin-closed",
        StaffEventKind::SheetPrinted => "event-sheet-printed",
        StaffEventKind::SheetCodeUsed => "event-sheet-code-used",
        StaffEventKind::FactorAsked => "event-factor-asked",
        StaffEventKind::FactorWithdrawn => "event-factor-withdrawn",
        StaffEventKind::FactorRefused => "event-factor-refused",
        StaffEventKind::FactorApproved => "event-factor-approved",
        StaffEventKind::Replacement => "event-replacement",
        StaffEventKind::LoginElsewhere => "event-login-elsewhere",
        StaffEventKind::AccountEnrolled => "event-account-enrolled",
        StaffEventKind::AccountEnded => "event-account-ended",
    }
}

impl Line {
    fn new(locale: Locale, line: &EventLine, place: &dyn Fn(i64) -> String) -> Self {
        let event = &line.listed.event;
        let number = |centre: i64| match centre {
            0 => String::new(),
            centre => centre.to_string(),
        };
        let centre = match event.elsewhere {
            Some(_) => ("event-at", "place", place(event.centre)),
            None => ("event-centre", "centre", number(event.centre)),
        };
        let facts = [
            ("event-of", "code", event.staff.clone()),
            ("event-by", "code", event.by.clone()),
            ("event-on", "device", line.device.clone()),
            centre,
        ];
        let facts = facts.into_iter().filter(|(_, _, value)| !value.is_empty());
        let facts = facts.map(|(id, name, value)| locale.t_with(id, &[(name, value)]));
        let other = event.elsewhere.map(|other| {
            let seen = ("at", words::instant(locale, other.seen_at));
            locale.t_with("event-elsewhere", &[("place", place(other.centre)), seen])
        });
        Self {
            what: locale.t(text(event.kind)),
            at: words::instant(locale, event.at),
            facts: facts.chain(other).collect(),
            advice: event.elsewhere.map(|_| locale.t("event-elsewhere-advice")),
            changed: line.listed.genuine == Genuine::No,
        }
    }
}

#[cfg(test)]
impl EventsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let line = |kind: &StaffEventKind| Line {
            what: page.t(text(*kind)),
            at: words::date(page.locale, super::tests::today()),
            facts: vec![
                page.t1("event-of", "code", "MH-0001"),
                page.t1("event-on", "device", "Table 1"),
                page.t1("event-at", "place", "Fort Annexe (561002)"),
                page.t2("event-elsewhere", "place", "Fort Clinic (561001)", "at", "10:28"),
            ],
            advice: (*kind == StaffEventKind::LoginElsewhere).then(|| page.t("event-elsewhere-advice")),
            changed: *kind == StaffEventKind::PinClosed,
        };
        let with = |lines| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, FROM),
            lines,
        };
        vec![
            with(StaffEventKind::ALL.iter().map(line).collect()),
            with(Vec::new()),
        ]
    }
}
