//! Reporting an adverse event at the site: within the encounter of the dose, or for somebody whose document was shown.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::aefi::{History, Presence, Scene, SiteForm, seriousness, standing};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::time::Timestamp;

use super::aefi::LIST;
use super::aefi_form::{Anchor, Typed};
use super::aefi_lists::Lists;
use super::duty::{Duty, In, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::{encounter, refusal};
use crate::web::aefi_history::dose_choice;
use crate::web::aefi_words::{class, listed, symptom};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Way};
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route(
        "/staff/encounter/{session}/{encounter}/aefi",
        get(show).post(save),
    )
}

const SHOW: &str = "GET /staff/encounter/{session}/{encounter}/aefi";
const SAVE: &str = "POST /staff/encounter/{session}/{encounter}/aefi";

#[derive(Template)]
#[template(path = "staff/aefi_report.html")]
pub(super) struct ReportPage {
    page: Page,
    nav: Nav,
    form: FormState,
    action: String,
    pass: String,
    key: String,
    name: String,
    doses: Vec<Choice>,
    /// Reports of these doses that the form has to know of, as answers to whether it is the same event.
    joins: Vec<Choice>,
    lists: Lists,
}

/// Where a form is sent, and how staff know that it is this person.
pub(super) struct Place {
    pub(super) action: String,
    pub(super) presence: Presence,
    pub(super) request: &'static str,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, In(key): In) -> Response {
    let place = Place {
        action: format!("{}/aefi", encounter::path(key)),
        presence: Presence::Encounter(key),
        request: SHOW,
    };
    fresh(&front, page, &staff, &place, LeftOver::default()).await
}

/// The form before anybody typed; `left` is what was typed to be shown it.
pub(super) async fn fresh(
    front: &Front,
    page: Page,
    staff: &Staff,
    place: &Place,
    left: LeftOver,
) -> Response {
    let typed = Typed {
        key: front.fresh_name(),
        ..Typed::suggested(front.app.now())
    };
    shown(front, page, staff, place, (typed.form(), left)).await
}

async fn save(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    In(key): In,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let place = Place {
        action: format!("{}/aefi", encounter::path(key)),
        presence: Presence::Encounter(key),
        request: SAVE,
    };
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&place.action, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed = kept::back(&front, staff.typist(), &place.action, &typed.kept);
        let typed: Typed = typed.unwrap_or_else(|| Typed::suggested(front.app.now()));
        let left = place.left_over(&front, &staff, page.locale, &typed);
        return shown(&front, page, &staff, &place, (typed.form(), left)).await;
    }
    saved(&front, page, &staff, &place, &typed).await
}

/// Writes the report down, or shows the form with what is wrong.
pub(super) async fn saved(
    front: &Front,
    page: Page,
    staff: &Staff,
    place: &Place,
    typed: &Typed,
) -> Response {
    let left = place.left_over(front, staff, page.locale, typed);
    let form = match typed.report() {
        Err(form) => form,
        Ok((dose, form, joins)) => {
            let reported = match typed.key() {
                Err(refused) => Err(refused),
                Ok(key) => {
                    let sent = SiteForm {
                        dose,
                        form,
                        joins,
                        key,
                    };
                    let request = place.request;
                    front.app.report_aefi(staff, &place.presence, sent, request).await
                }
            };
            match reported {
                Ok(_) => return Redirect::to(&format!("{LIST}?saved=yes")).into_response(),
                Err(refused) => match typed.refused(&refused, Anchor::Joins) {
                    Some(form) => form,
                    None => return refusal::unopened_keeping(page, Nav::of(staff, LIST), &refused, left),
                },
            }
        }
    };
    let again = shown(front, page, staff, place, (form, left)).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

impl Place {
    /// What becomes of the form when it is refused as a whole; a record that closed is opened again by document or card.
    pub(super) fn left_over(&self, front: &Front, staff: &Staff, locale: Locale, typed: &Typed) -> LeftOver {
        LeftOver::of(front, (staff, locale), &self.action, typed).or_onward(Way::found_again(typed))
    }
}

/// The form as it was typed, with the record opened again.
pub(super) async fn shown(
    front: &Front,
    page: Page,
    staff: &Staff,
    place: &Place,
    (form, left): (FormState, LeftOver),
) -> Response {
    let nav = Nav::of(staff, LIST);
    let scene = front.app.aefi_scene(staff, &place.presence, place.request).await;
    match scene {
        Ok(scene) => render(&ReportPage::new(
            page,
            nav,
            (place, form),
            &scene,
            front.app.now(),
        )),
        Err(refused) => refusal::unopened_keeping(page, nav, &refused, left),
    }
}

impl ReportPage {
    fn new(page: Page, nav: Nav, (place, form): (&Place, FormState), scene: &Scene, now: Timestamp) -> Self {
        let (locale, opened) = (page.locale, &scene.opened);
        let doses: Vec<Choice> = opened
            .doses
            .iter()
            .rev()
            .map(|one| dose_choice(locale, one))
            .collect();
        let known = opened
            .doses
            .iter()
            .filter_map(|one| standing(&opened.cases, one, now.date()));
        let form = match (doses.as_slice(), form.value("dose").is_empty()) {
            ([latest, ..], true) => form.value_of("dose", &latest.value),
            _ => form,
        };
        Self {
            action: place.action.clone(),
            pass: match &place.presence {
                Presence::Pass(pass) => pass.0.clone(),
                Presence::Encounter(_) => String::new(),
            },
            key: form.value("key").to_owned(),
            name: name(&opened.person),
            joins: joins(locale, known.collect()),
            lists: Lists::new(locale, scene.asks_bearing.into()),
            doses,
            page,
            nav,
            form,
        }
    }
}

/// The name on the record.
pub(super) fn name(person: &pramaan_app::encounter::OpenedPerson) -> String {
    let name = person.name.as_ref().map(|name| name.as_str().to_owned());
    name.unwrap_or_default()
}

fn joins(locale: Locale, known: Vec<&History>) -> Vec<Choice> {
    if known.is_empty() {
        return Vec::new();
    }
    let same = known.into_iter().map(|case| {
        Choice::new(format!("same:{}", case.id), locale.t("aefi-joins-same"))
            .hint(standing_line(locale, case))
    });
    same.chain([Choice::new("other", locale.t("aefi-joins-other"))])
        .collect()
}

fn standing_line(locale: Locale, case: &History) -> String {
    let symptoms = case
        .form()
        .map(|(form, _)| listed(locale, &form.symptoms, symptom));
    let when = case.reported_at().map(|at| words::instant(locale, at));
    let facts = [
        ("when", when.unwrap_or_default()),
        (
            "class",
            locale.t(seriousness(case).map_or("aefi-unclassed", class)),
        ),
        ("symptoms", symptoms.unwrap_or_default()),
    ];
    locale.t_with("aefi-standing-line", &facts)
}

/// What may pass; everything else has a page of its own.
pub(super) fn is_over(refused: &Refusal) -> bool {
    matches!(refused, Refusal::OverBudget { .. })
}

#[cfg(test)]
impl ReportPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use super::aefi_lists::Asks;
        use crate::web::form::Message;
        let now = Timestamp::from_seconds(1_795_321_800);
        let wrong = [
            "dose",
            "onset",
            "symptoms",
            "criteria",
            "seriousness",
            "outcome",
            "diluent",
            "words",
        ];
        let wrong = wrong
            .into_iter()
            .fold(Typed::suggested(now).form(), |form, field| {
                form.error_at(field, Message::new("aefi-fault-symptom"))
            });
        let joined = Typed::suggested(now).form();
        let joined = joined.error_at("joins", Message::new("aefi-joins-needed"));
        let sample = |form: FormState, asks, doses: &[&str], joins: &[&str]| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::Vaccinator, LIST),
            form,
            action: "/staff/encounter/1/2/aefi".to_owned(),
            pass: String::new(),
            key: "key".to_owned(),
            name: "Asha Devi".to_owned(),
            doses: doses
                .iter()
                .map(|one| Choice::new(*one, page.t("dose-1")))
                .collect(),
            joins: joins
                .iter()
                .map(|one| Choice::new(*one, page.t("aefi-joins-same")).hint("10:12"))
                .collect(),
            lists: Lists::new(page.locale, asks),
        };
        vec![
            sample(Typed::suggested(now).form(), Asks::NotBearing, &["1"], &[]),
            sample(wrong, Asks::Bearing, &["1", "2"], &[]),
            sample(joined, Asks::Bearing, &["1"], &["same:1", "other"]),
            sample(FormState::new(), Asks::NotBearing, &[], &[]),
        ]
    }
}
