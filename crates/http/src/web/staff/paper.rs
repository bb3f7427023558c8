//! Typing in what was written on paper: a sheet of eight lines, shown back in large letters, then kept as held doses of their
//! day and matched by themselves.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::held_dose::{Held, PAPER_DAYS, SECOND_AFTER_DAYS, Vouched};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::dose::BodySite;
use serde::Deserialize;

use super::dose::CONFIRMED;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::held_dose_fields::vaccines;
use super::held_dose_form::beside;
use super::login::LoginPage;
use super::paper_confirm::PaperConfirmPage;
use super::paper_form::{LINES, Line, Names, Typed};
use super::record::body_site;
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

const PATH: &str = "/staff/paper";

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/paper", get(show).post(save))
}

#[derive(Template)]
#[template(path = "staff/paper.html")]
pub(super) struct PaperPage {
    page: Page,
    nav: Nav,
    form: FormState,
    vaccines: Vec<Choice>,
    sites: Vec<Choice>,
    lines: &'static [Names],
    /// What was kept just now, one sentence a line.
    saved: Vec<String>,
    days: i64,
    second: i64,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    /// How many were kept.
    saved: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, HOME);
    if staff.role() != StaffRole::Vaccinator {
        return refusal::page(page, nav, &Refusal::Forbidden);
    }
    let count = told.ok().and_then(|Query(told)| told.saved?.parse::<u32>().ok());
    let saved = count.map(|count| page.t1("paper-saved", "count", count));
    let form = Typed::suggested(front.app.today()).form();
    render(&PaperPage::new(page, nav, form, saved.into_iter().collect()))
}

async fn save(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (PATH, &typed.carry()));
    };
    let nav = Nav::of(&staff, HOME);
    if staff.role() != StaffRole::Vaccinator {
        return refusal::page(page, nav, &Refusal::Forbidden);
    }
    if typed.step == kept::STEP {
        let back: Option<Typed> = kept::back(&front, staff.typist(), PATH, &typed.kept);
        let typed = back.unwrap_or_else(|| Typed::suggested(front.app.today()));
        return render(&PaperPage::new(page, nav, typed.form(), Vec::new()));
    }
    if typed.step == "change" {
        return render(&PaperPage::new(page, nav, typed.form(), Vec::new()));
    }
    if !was_shown(&front, &staff, &typed) {
        return shown_back(&front, page, (&staff, nav), &typed);
    }
    match enter(&front, &staff, typed, page.locale).await {
        Ok(entered) if entered.left.is_valid() => {
            Redirect::to(&format!("{PATH}?saved={}", entered.saved.len())).into_response()
        }
        Ok(entered) => {
            let again = PaperPage::new(page, nav, entered.left, entered.saved);
            form_again(entered.status, render(&again))
        }
        Err(form) => {
            let again = PaperPage::new(page, nav, form, Vec::new());
            form_again(StatusCode::UNPROCESSABLE_ENTITY, render(&again))
        }
    }
}

/// What a sheet was sealed for, by the page that showed it back.
const SHOWN: &str = "/staff/paper shown back";

/// Whether this is the press on the page that showed this very sheet back to this nurse, within half an hour.
fn was_shown(front: &Front, staff: &Staff, typed: &Typed) -> bool {
    let shown = front.app.kept_form(staff.typist(), SHOWN, &typed.shown);
    typed.confirmed == CONFIRMED && shown.is_some_and(|shown| shown == typed.carry())
}

/// Nothing is kept that was not shown back first; a sheet that says it was, and was not, is refused with what it holds.
fn shown_back(front: &Front, page: Page, (staff, nav): (&Staff, Nav), typed: &Typed) -> Response {
    let doses = match typed.parse(front.app.now()) {
        Ok((doses, _)) => doses,
        Err(form) => {
            let again = PaperPage::new(page, nav, form, Vec::new());
            return form_again(StatusCode::UNPROCESSABLE_ENTITY, render(&again));
        }
    };
    let seal = front.app.keep_form(staff.typist(), SHOWN, &typed.carry());
    let confirm = render(&PaperConfirmPage::new(page, nav, typed, (&doses, seal)));
    match typed.confirmed.as_str() {
        CONFIRMED => form_again(StatusCode::UNPROCESSABLE_ENTITY, confirm),
        _ => confirm,
    }
}

/// What was kept, and the form with the lines that were not.
struct Entered {
    saved: Vec<String>,
    left: FormState,
    status: StatusCode,
}

/// Keeps each line; one that is refused stays on the page with the reason, and the others are not sent again by mistake.
async fn enter(front: &Front, staff: &Staff, mut typed: Typed, locale: Locale) -> Result<Entered, FormState> {
    let (doses, on) = typed.parse(front.app.now())?;
    let (mut saved, mut wrong) = (Vec::new(), Vec::new());
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    for (at, dose) in doses {
        match front.app.hold(staff, dose, on.clone()).await {
            Ok(held) => {
                saved.push(told(locale, &held));
                if let Some(line) = typed.lines.get_mut(at) {
                    *line = Line::default();
                }
            }
            Err(refused) => {
                status = form_status(&refused);
                wrong.push((at, refused));
            }
        }
    }
    let errors = wrong.iter().filter_map(|(at, refused)| about(*at, refused));
    let left = errors.fold(typed.form(), |form, (field, message)| {
        form.error_at(field, message)
    });
    Ok(Entered { saved, left, status })
}

/// Beside which field a refusal of a line belongs.
fn about(at: usize, refused: &Refusal) -> Option<(&'static str, Message)> {
    let names = LINES.get(at)?;
    Some(match (beside(refused), refused) {
        (Some(("given_at", message)), _) => (names.given_at, message),
        (Some(found), _) => found,
        (None, Refusal::OffRoster) => ("day", Message::new("offline-off-roster")),
        (None, Refusal::OverBudget { .. }) => (names.reference_id, Message::new("held-over")),
        (None, _) => (names.reference_id, Message::new("error-unavailable")),
    })
}

fn told(locale: Locale, held: &Held) -> String {
    let id = match held.vouched {
        Vouched::Enough => "held-saved-day",
        Vouched::NeedsSecond => "held-saved-second",
    };
    let day = words::weekday_date(locale, held.day);
    locale.t_with(id, &[("number", held.number.to_string()), ("day", day)])
}

impl PaperPage {
    fn new(page: Page, nav: Nav, form: FormState, saved: Vec<String>) -> Self {
        let locale = page.locale;
        let site = |site: BodySite| Choice::new(site.code(), body_site(locale, site));
        Self {
            vaccines: vaccines(locale),
            sites: BodySite::ALL.map(site).into(),
            lines: &LINES,
            days: PAPER_DAYS,
            second: SECOND_AFTER_DAYS,
            page,
            nav,
            form,
            saved,
        }
    }
}

#[cfg(test)]
impl PaperPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::Vaccinator, HOME);
        let now = pramaan_domain::time::Timestamp::from_seconds(1_795_321_800);
        let today = super::tests::today();
        let wrong = Typed::default().parse(now).err();
        let saved = vec![page.t1("paper-saved", "count", 3)];
        vec![
            Self::new(page.clone(), nav, Typed::suggested(today).form(), saved),
            Self::new(page.clone(), nav, wrong.unwrap_or_default(), Vec::new()),
        ]
    }
}
