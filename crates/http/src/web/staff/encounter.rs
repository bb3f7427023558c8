//! The record within its encounter: shown again, with a new entry in the list of who looked, and a disputed document
//! settled.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use pramaan_app::encounter::{EncounterKey, OpenEncounter};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use serde::Deserialize;

use super::dose_form::{Reasoning, suggested};
use super::duty::{Duty, HOME, In, Nav, OnDuty};
use super::left_over::{LeftOver, common};
use super::login::LoginPage;
use super::record::RecordPage;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/encounter/{session}/{encounter}", get(show))
        .route("/staff/encounter/{session}/{encounter}/document", post(settle))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Document {
    document_type: String,
    document_number: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Document {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
        ]
    }
}

impl Said for Document {
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        common(locale, field, value)
    }
}

/// The record just opened, with the form as it is before anybody typed.
pub(super) fn shown(front: &Front, page: Page, staff: &Staff, open: &OpenEncounter) -> Response {
    let form = suggested(open, front.app.now()).form();
    RecordPage::answer(page, staff, open, form, Reasoning::for_suggested(open))
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, In(key): In) -> Response {
    let route = "GET /staff/encounter/{session}/{encounter}";
    match front.app.show_encounter(&staff, key, route).await {
        Ok(open) => shown(&front, page, &staff, &open),
        Err(refused) => {
            let dose = LeftOver::default().for_dose();
            refusal::unopened_keeping(page, Nav::of(&staff, HOME), &refused, dose)
        }
    }
}

async fn settle(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    In(key): In,
    CsrfForm(typed): CsrfForm<Document>,
) -> Response {
    let action = format!("{}/document", path(key));
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&action, &typed.carry()));
    };
    let route = "POST /staff/encounter/{session}/{encounter}/document";
    let nav = Nav::of(&staff, HOME);
    if typed.step == kept::STEP {
        let typed: Document = kept::back(&front, staff.typist(), &action, &typed.kept).unwrap_or_default();
        let open = match front.app.show_encounter(&staff, key, route).await {
            Ok(open) => open,
            Err(refused) => {
                let left = LeftOver::of(&front, (&staff, page.locale), &action, &typed);
                return refusal::unopened_keeping(page, nav, &refused, left);
            }
        };
        let form = typed.beside(&open, &front);
        return RecordPage::answer(page, &staff, &open, form, Reasoning::for_suggested(&open));
    }
    let left = LeftOver::of(&front, (&staff, page.locale), &action, &typed);
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, (field, message)) = match typed.parse() {
        Err(wrong) => (unprocessable, wrong),
        Ok(document) => match front.app.settle_document(&staff, key, document, route).await {
            Ok(_) => return Redirect::to(&path(key)).into_response(),
            Err(Refusal::NoMatch) => {
                let other = Message::new("record-document-other");
                (unprocessable, ("document_number", other))
            }
            Err(refused @ Refusal::OverBudget { .. }) => {
                let over = Message::new("record-document-over");
                (form_status(&refused), ("document_number", over))
            }
            Err(refused) => return refusal::unopened_keeping(page, nav, &refused, left),
        },
    };
    let open = match front.app.show_encounter(&staff, key, route).await {
        Ok(open) => open,
        Err(refused) => return refusal::unopened_keeping(page, nav, &refused, left),
    };
    let form = typed.beside(&open, &front).error_at(field, message);
    let again = RecordPage::answer(page, &staff, &open, form, Reasoning::NotAsked);
    form_again(status, again)
}

/// The address of an encounter.
pub(super) fn path(key: EncounterKey) -> String {
    format!("/staff/encounter/{}/{}", key.session, key.id)
}

impl Document {
    /// What was typed, on the page of the record.
    fn beside(&self, open: &OpenEncounter, front: &Front) -> FormState {
        suggested(open, front.app.now())
            .form()
            .value_of("document_type", &self.document_type)
            .value_of("document_number", &self.document_number)
    }

    fn parse(&self) -> Result<(DocumentType, DocumentNumber), (&'static str, Message)> {
        let kind = DocumentType::parse(&self.document_type)
            .map_err(|_| ("document_type", Message::new("evidence-document-type")))?;
        let number = DocumentNumber::parse(&self.document_number)
            .map_err(|_| ("document_number", Message::new("evidence-document-shape")))?;
        Ok((kind, number))
    }
}
