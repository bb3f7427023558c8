//! Recording a dose in two steps: what was typed is shown back in large letters, then saved once.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderValue, StatusCode, header};
use pramaan_app::dose::{Answered, Dose};
use pramaan_app::encounter::{DocumentState, EncounterKey, OpenEncounter};
use pramaan_app::{Refusal, Staff};
use serde::Deserialize;

use super::dose_form::{Reasoning, Typed, beside, objection, stock_objection};
use super::duty::{Duty, HOME, In, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::record::{RecordPage, body_site, name};
use super::{encounter, refusal};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/encounter/{session}/{encounter}", post(check))
        .route("/staff/encounter/{session}/{encounter}/dose", post(save))
        .route("/staff/encounter/{session}/{encounter}/done", get(done))
        .route(
            "/staff/encounter/{session}/{encounter}/certificate",
            get(certificate),
        )
}

#[derive(Template)]
#[template(path = "staff/confirm.html")]
pub(super) struct ConfirmPage {
    page: Page,
    nav: Nav,
    path: String,
    name: String,
    vaccine: String,
    dose: String,
    batch: String,
    vial: String,
    given_at: String,
    site: String,
    reason: String,
    /// The form, as it is sent on.
    hidden: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "staff/done.html")]
pub(super) struct DonePage {
    page: Page,
    nav: Nav,
    certificate: String,
    /// Where an adverse event is reported.
    aefi: String,
    kind: Kind,
}

/// How the dose is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    OnProtocol,
    OffProtocol,
}

#[derive(Debug, Default, Deserialize)]
struct How {
    how: Option<String>,
}

async fn check(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    In(key): In,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&encounter::path(key), &typed.carry()));
    };
    let route = "POST /staff/encounter/{session}/{encounter}";
    let waited = kept::back::<Typed>(&front, staff.typist(), &encounter::path(key), &typed.kept);
    let open = match front.app.show_encounter(&staff, key, route).await {
        Ok(open) => open,
        Err(refused) => {
            return unopened(
                &front,
                page,
                &staff,
                (key, waited.as_ref().unwrap_or(&typed), &refused),
            );
        }
    };
    if typed.step == kept::STEP {
        let Some(typed) = waited else {
            return encounter::shown(&front, page, &staff, &open);
        };
        let reasoning = Reasoning::for_typed(&open, &typed);
        return RecordPage::answer(page, &staff, &open, typed.form(), reasoning);
    }
    if typed.step == "change" {
        let reasoning = Reasoning::for_typed(&open, &typed);
        return RecordPage::answer(page, &staff, &open, typed.form(), reasoning);
    }
    match judged(&open, &typed, front.app.now()) {
        Ok(dose) => render(&ConfirmPage::new(
            page,
            Nav::of(&staff, HOME),
            &open,
            &typed,
            &dose,
        )),
        Err(form) => again(page, &staff, &open, &typed, form),
    }
}

/// The dose that was typed, with a reason where one is needed and without where none is.
fn judged(
    open: &OpenEncounter,
    typed: &Typed,
    now: pramaan_domain::time::Timestamp,
) -> Result<Dose, FormState> {
    if open.person.document_state == DocumentState::Disputed {
        return Err(typed
            .form()
            .error_at("document_number", Message::new("record-disputed-first")));
    }
    let dose = typed.parse(now)?;
    let objection = objection(open, dose.number, dose.vaccine).or_else(|| stock_objection(open, &dose));
    match (objection, &dose.reason) {
        (None, _) => Ok(Dose { reason: None, ..dose }),
        (Some(_), Some(_)) => Ok(dose),
        (Some(objection), None) => Err(typed.form().error_at("reason", objection.message())),
    }
}

fn again(page: Page, staff: &Staff, open: &OpenEncounter, typed: &Typed, form: FormState) -> Response {
    let reasoning = match form.error("reason") {
        Some(_) => Reasoning::Asked,
        None => Reasoning::for_typed(open, typed),
    };
    let record = RecordPage::answer(page, staff, open, form, reasoning);
    form_again(StatusCode::UNPROCESSABLE_ENTITY, record)
}

async fn save(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    In(key): In,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&encounter::path(key), &typed.carry()));
    };
    let route = "POST /staff/encounter/{session}/{encounter}/dose";
    if typed.confirmed != CONFIRMED {
        return unconfirmed(&front, page, &staff, (key, &typed), route).await;
    }
    let form = match typed.parse(front.app.now()) {
        Err(form) => form,
        Ok(dose) => match front.app.record_dose(&staff, key, dose, route).await {
            Ok(recorded) => return Redirect::to(&done_path(key, recorded.answer)).into_response(),
            Err(refused) => match beside(&refused) {
                Some((field, message)) => typed.form().error_at(field, message),
                None => return unopened(&front, page, &staff, (key, &typed, &refused)),
            },
        },
    };
    match front.app.show_encounter(&staff, key, route).await {
        Ok(open) => again(page, &staff, &open, &typed, form),
        Err(refused) => unopened(&front, page, &staff, (key, &typed, &refused)),
    }
}

/// What the page that repeats everything sends on.
pub(super) const CONFIRMED: &str = "yes";

/// Nothing is saved that was not shown back first.
async fn unconfirmed(
    front: &Front,
    page: Page,
    staff: &Staff,
    (key, typed): (EncounterKey, &Typed),
    route: &'static str,
) -> Response {
    let nav = Nav::of(staff, HOME);
    let open = match front.app.show_encounter(staff, key, route).await {
        Ok(open) => open,
        Err(refused) => return unopened(front, page, staff, (key, typed, &refused)),
    };
    match judged(&open, typed, front.app.now()) {
        Ok(dose) => render(&ConfirmPage::new(page, nav, &open, typed, &dose)),
        Err(form) => again(page, staff, &open, typed, form),
    }
}

/// The log broke under an open record, or the form comes hours or days late: what was typed is shown, and goes over to the
/// form of a held dose.
fn unopened(
    front: &Front,
    page: Page,
    staff: &Staff,
    (key, typed, refused): (EncounterKey, &Typed, &Refusal),
) -> Response {
    let path = match typed.confirmed.as_str() {
        CONFIRMED => format!("{}/dose", encounter::path(key)),
        _ => encounter::path(key),
    };
    let left = LeftOver::of_dose((&path, page.locale), typed, front.app.today());
    refusal::unopened_keeping(page, Nav::of(staff, HOME), refused, left)
}

fn done_path(key: EncounterKey, answer: Answered) -> String {
    let how = match answer {
        Answered::OffProtocol => "?how=flagged",
        Answered::OnProtocol | Answered::Repeated => "",
    };
    format!("{}/done{how}", encounter::path(key))
}

async fn done(
    page: Page,
    OnDuty(staff): OnDuty,
    In(key): In,
    how: Result<Query<How>, CowinError>,
) -> Response {
    let kind = match how.ok().and_then(|Query(how)| how.how).as_deref() {
        Some("flagged") => Kind::OffProtocol,
        _ => Kind::OnProtocol,
    };
    let certificate = format!("{}/certificate", encounter::path(key));
    render(&DonePage {
        page,
        nav: Nav::of(&staff, HOME),
        certificate,
        aefi: format!("{}/aefi", encounter::path(key)),
        kind,
    })
}

async fn certificate(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, In(key): In) -> Response {
    match pdf(&front, &staff, key).await {
        Ok(pdf) => {
            let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
            let name = HeaderValue::from_static("inline; filename=\"certificate.pdf\"");
            ([kind, (header::CONTENT_DISPOSITION, name)], pdf).into_response()
        }
        // Of an encounter without evidence nothing is printed.
        Err(Refusal::Forbidden) => refusal::page(page, Nav::of(&staff, HOME), &Refusal::NoCertificate),
        Err(refused) => refusal::unopened(page, Nav::of(&staff, HOME), &refused),
    }
}

async fn pdf(front: &Front, staff: &Staff, key: EncounterKey) -> Result<Vec<u8>, Refusal> {
    let route = "GET /staff/encounter/{session}/{encounter}/certificate";
    front
        .app
        .certificate_at_site(staff, key, route)
        .await?
        .into_pdf()
        .await
}

impl ConfirmPage {
    fn new(page: Page, nav: Nav, open: &OpenEncounter, typed: &Typed, dose: &Dose) -> Self {
        let locale: Locale = page.locale;
        let reason = dose
            .reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned())
            .unwrap_or_default();
        let sent_on = |(field, value): (&'static str, &str)| match field {
            "reason" => (field, reason.clone()),
            _ => (field, value.to_owned()),
        };
        Self {
            path: encounter::path(open.key),
            name: name(open),
            vaccine: words::vaccine(locale, dose.vaccine),
            dose: words::dose(locale, dose.number),
            batch: dose.batch.as_str().to_owned(),
            vial: typed.vial.trim().to_owned(),
            given_at: words::time(locale, dose.given_at.time_of_day()),
            site: body_site(locale, dose.site),
            hidden: typed
                .fields()
                .into_iter()
                .map(sent_on)
                .chain([("confirmed", CONFIRMED.to_owned())])
                .collect(),
            page,
            nav,
            reason,
        }
    }
}

#[cfg(test)]
impl ConfirmPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let with = |reason: &str| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::Vaccinator, HOME),
            path: "/staff/encounter/1/2".to_owned(),
            name: "Asha Devi".to_owned(),
            vaccine: words::vaccine(page.locale, pramaan_domain::vaccine::Vaccine::Covishield),
            dose: words::dose(page.locale, pramaan_domain::dose::DoseNumber::First),
            batch: "4121Z025".to_owned(),
            vial: "7".to_owned(),
            given_at: "10:12".to_owned(),
            site: body_site(page.locale, pramaan_domain::dose::BodySite::LeftUpperArm),
            reason: reason.to_owned(),
            hidden: vec![("batch", "4121Z025".to_owned())],
        };
        vec![with(""), with("The session ran out of the other vaccine")]
    }
}

#[cfg(test)]
impl DonePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        [Kind::OnProtocol, Kind::OffProtocol]
            .map(|kind| Self {
                page: page.clone(),
                nav,
                certificate: "/staff/encounter/1/2/certificate".to_owned(),
                aefi: "/staff/encounter/1/2/aefi".to_owned(),
                kind,
            })
            .into()
    }
}
