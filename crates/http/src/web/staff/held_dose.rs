//! Recording a dose without opening the record, for when none can be opened: typed, shown back, kept under a number.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use pramaan_app::held_dose::{HeldDose, HeldList, HeldState, Listed, Trouble, WhyUnread};
use pramaan_app::{App, Refusal, Staff, StaffRole};
use pramaan_domain::dose::BodySite;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::dose::CONFIRMED;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::held_dose_form::{Typed, beside};
use super::login::LoginPage;
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

/// Where the form is.
pub(super) const PATH: &str = "/staff/held-dose";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/held-dose", get(show).post(check))
        .route("/staff/held-dose/save", post(save))
}

#[derive(Template)]
#[template(path = "staff/held_dose.html")]
pub(super) struct HeldDosePage {
    page: Page,
    nav: Nav,
    form: FormState,
    vaccines: Vec<Choice>,
    sites: Vec<Choice>,
    /// The number under which one was just kept.
    saved: Option<i64>,
    why: WhyUnread,
    lines: Vec<Line>,
    /// How many older ones the list leaves out.
    more: u64,
}

/// One of the list, in words; what its forms send, for a site manager's eyes, when it needs attention.
struct Line {
    text: String,
    number: i64,
    decide: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/held_dose_confirm.html")]
pub(super) struct ConfirmPage {
    page: Page,
    nav: Nav,
    reference_id: String,
    code: String,
    vaccine: String,
    batch: String,
    vial: String,
    given_at: String,
    site: String,
    reason: String,
    /// The form, as it is sent on.
    hidden: Vec<(&'static str, String)>,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    number: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let number = told.ok().and_then(|Query(told)| told.number?.parse().ok());
    let form = Typed::suggested(front.app.now()).form();
    shown(&front.app, page, &staff, form, number).await
}

/// The form and the list. A number is told as kept only when the list has it.
async fn shown(app: &App, page: Page, staff: &Staff, form: FormState, number: Option<i64>) -> Response {
    let nav = Nav::of(staff, HOME);
    match app.held_doses(staff).await {
        Ok(list) => {
            let today = app.today();
            let is_it = |one: &Listed| one.day == today && Some(one.number) == number;
            let saved = list.newest.iter().any(is_it).then_some(number).flatten();
            let why = app.why_unread();
            render(&HeldDosePage::new(page, nav, (form, why), (today, &list), saved))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn check(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (PATH, &typed.carry()));
    };
    if staff.role() != StaffRole::Vaccinator {
        return refusal::page(page, Nav::of(&staff, HOME), &Refusal::Forbidden);
    }
    if typed.step == kept::STEP {
        let typed = kept::back(&front, staff.typist(), PATH, &typed.kept);
        let typed: Typed = typed.unwrap_or_else(|| Typed::suggested(front.app.now()));
        return shown(&front.app, page, &staff, typed.form(), None).await;
    }
    if typed.step == "change" {
        return shown(&front.app, page, &staff, typed.form(), None).await;
    }
    match typed.parse(front.app.now(), front.app.why_unread()) {
        Ok(dose) => render(&ConfirmPage::new(page, Nav::of(&staff, HOME), &typed, &dose)),
        Err(form) => again(&front.app, page, &staff, form).await,
    }
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
    let form = match typed.parse(front.app.now(), front.app.why_unread()) {
        Err(form) => form,
        // Nothing is kept that was not shown back first.
        Ok(dose) if typed.confirmed != CONFIRMED => {
            return render(&ConfirmPage::new(page, Nav::of(&staff, HOME), &typed, &dose));
        }
        Ok(dose) => match front.app.hold_dose(&staff, dose).await {
            Ok(number) => return Redirect::to(&format!("{PATH}?number={number}")).into_response(),
            Err(refused) => match beside(&refused) {
                Some((field, message)) => typed.form().error_at(field, message),
                None => return unsaved(&front.app, page, &staff, &typed, &refused),
            },
        },
    };
    again(&front.app, page, &staff, form).await
}

/// What may pass leaves the form on the page: it is there for when much is down. The list has to wait as well.
fn unsaved(app: &App, page: Page, staff: &Staff, typed: &Typed, refused: &Refusal) -> Response {
    let nav = Nav::of(staff, HOME);
    let message = match refused {
        Refusal::Busy | Refusal::Unavailable(_) => Message::new("error-unavailable"),
        Refusal::OverBudget { .. } => Message::new("held-over"),
        _ => return refusal::page(page, nav, refused),
    };
    let form = typed.form().error_at("reference_id", message);
    let asked = (form, app.why_unread());
    let again = HeldDosePage::new(page, nav, asked, (app.today(), &HeldList::default()), None);
    form_again(form_status(refused), render(&again))
}

async fn again(app: &App, page: Page, staff: &Staff, form: FormState) -> Response {
    let page = shown(app, page, staff, form, None).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, page)
}

impl HeldDosePage {
    fn new(
        page: Page,
        nav: Nav,
        (form, why): (FormState, WhyUnread),
        (today, list): (CivilDate, &HeldList),
        saved: Option<i64>,
    ) -> Self {
        let locale = page.locale;
        let mut vaccines = vec![Choice::new("", locale.t("held-vaccine-choose"))];
        vaccines.extend(Vaccine::ALL.map(|one| Choice::new(one.name(), words::vaccine(locale, one))));
        Self {
            vaccines,
            sites: BodySite::ALL
                .map(|one| Choice::new(one.code(), body_site(locale, one)))
                .into(),
            lines: list
                .newest
                .iter()
                .map(|one| Line {
                    text: line(locale, today, one),
                    number: one.number,
                    decide: needs_decision(nav, one),
                })
                .collect(),
            more: list.count.saturating_sub(list.newest.len() as u64),
            why,
            page,
            nav,
            form,
            saved,
        }
    }
}

impl HeldDosePage {
    fn leaves_out(&self) -> bool {
        self.more > 0
    }
}

/// The day that its forms send.
fn needs_decision(nav: Nav, one: &Listed) -> Option<String> {
    let needs = matches!(one.state, HeldState::NeedsAttention(_));
    (nav.is_site_manager() && needs).then(|| one.day.to_string())
}

/// One of the list, in words.
fn line(locale: Locale, today: CivilDate, one: &Listed) -> String {
    let mut variables = vec![
        ("number", one.number.to_string()),
        ("vaccine", words::vaccine(locale, one.vaccine)),
        ("state", locale.t(state(one.state))),
    ];
    if one.day == today {
        return locale.t_with("held-line", &variables);
    }
    variables.push(("day", words::weekday_date(locale, one.day)));
    locale.t_with("held-line-of-day", &variables)
}

const fn state(state: HeldState) -> &'static str {
    match state {
        HeldState::Waiting => "held-waiting",
        HeldState::Recorded => "held-recorded",
        HeldState::NeedsAttention(Trouble::NoMatch) => "held-no-match",
        HeldState::NeedsAttention(Trouble::AlreadyRecorded) => "held-already-recorded",
        HeldState::NeedsAttention(Trouble::DocumentAtSite) => "held-document",
        HeldState::NeedsAttention(Trouble::Unreadable) => "held-unreadable",
        HeldState::Dismissed => "held-dismissed",
    }
}

impl ConfirmPage {
    fn new(page: Page, nav: Nav, typed: &Typed, dose: &HeldDose) -> Self {
        let locale = page.locale;
        Self {
            reference_id: dose.reference_id.to_string(),
            code: typed.code.trim().to_owned(),
            vaccine: words::vaccine(locale, dose.vaccine),
            batch: dose.batch.as_str().to_owned(),
            vial: typed.vial.trim().to_owned(),
            given_at: words::time(locale, dose.given_at.time_of_day()),
            site: body_site(locale, dose.site),
            reason: typed.reason.trim().to_owned(),
            hidden: typed
                .fields()
                .into_iter()
                .map(|(field, value)| (field, value.to_owned()))
                .chain([("confirmed", CONFIRMED.to_owned())])
                .collect(),
            page,
            nav,
        }
    }
}

#[cfg(test)]
impl HeldDosePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let (today, now) = (
            super::tests::today(),
            pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
        );
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let states = [
            HeldState::Waiting,
            HeldState::Recorded,
            HeldState::NeedsAttention(Trouble::NoMatch),
            HeldState::NeedsAttention(Trouble::AlreadyRecorded),
            HeldState::NeedsAttention(Trouble::DocumentAtSite),
            HeldState::NeedsAttention(Trouble::Unreadable),
            HeldState::Dismissed,
        ];
        let days = [today, today.pred_opt().unwrap()];
        let listed: Vec<Listed> = days
            .iter()
            .flat_map(|day| states.map(|state| (*day, state)))
            .map(|(day, state)| Listed {
                day,
                number: 3,
                vaccine: Vaccine::Covishield,
                state,
                held_at: now,
            })
            .collect();
        let manager = Nav::role(StaffRole::SiteManager, HOME);
        let (asked, known) = (WhyUnread::Asked, WhyUnread::Known);
        let empty = Typed::default().parse(now, asked).unwrap_err();
        let fresh = Typed::suggested(now).form();
        let full = HeldList {
            newest: listed,
            count: 114,
        };
        let none = HeldList {
            newest: Vec::new(),
            count: 0,
        };
        vec![
            Self::new(page.clone(), nav, (fresh.clone(), known), (today, &full), Some(3)),
            Self::new(page.clone(), nav, (empty, asked), (today, &none), None),
            Self::new(page.clone(), manager, (fresh, asked), (today, &full), None),
        ]
    }
}

#[cfg(test)]
impl ConfirmPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let now = pramaan_domain::time::Timestamp::from_seconds(1_795_321_800);
        let typed = Typed {
            reference_id: "31415926535897".to_owned(),
            code: "1234".to_owned(),
            vaccine: "COVISHIELD".to_owned(),
            batch: "4121Z025".to_owned(),
            vial: "7".to_owned(),
            site: BodySite::LeftUpperArm.code().to_owned(),
            ..Typed::suggested(now)
        };
        let dose = typed
            .parse(now, WhyUnread::Known)
            .unwrap_or_else(|_| unreachable!("a whole form"));
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        vec![Self::new(page.clone(), nav, &typed, &dose)]
    }
}
