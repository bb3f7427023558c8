//! Somebody who had their dose before and comes again: the document in hand, or their card, opens the form of a report.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use pramaan_app::aefi::{AefiPass, Presence};
use pramaan_app::card::Shown;
use pramaan_app::{Refusal, Staff};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::reference_id::ReferenceId;

use super::aefi::LIST;
use super::aefi_form::Typed;
use super::aefi_report::{Place, fresh, is_over, saved, shown};
use super::card_form;
use super::dose_form::keep;
use super::duty::{Duty, Nav, OnDuty};
use super::evidence::document_choices;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use crate::web::card::from_qr;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

pub(super) const PATH: &str = "/staff/aefi/new";
/// The step of a report that comes from a record that closed meanwhile.
pub(super) const CARRY: &str = "carry";
const REQUEST: &str = "POST /staff/aefi/new";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(PATH, get(show).post(find))
}

#[derive(Template)]
#[template(path = "staff/aefi_find.html")]
pub(super) struct FindPage {
    page: Page,
    nav: Nav,
    form: FormState,
    documents: Vec<Choice>,
    /// A report that was begun elsewhere, and goes on when the person is found.
    carried: Vec<(&'static str, String)>,
}

async fn show(page: Page, OnDuty(staff): OnDuty) -> Response {
    render(&FindPage::new(
        page,
        Nav::of(&staff, LIST),
        (FormState::new(), Vec::new()),
    ))
}

async fn find(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (PATH, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed = kept::back(&front, staff.typist(), PATH, &typed.kept);
        let typed: Typed = typed.unwrap_or_default();
        // The form itself, if its document was shown no longer ago than it is good for.
        if !typed.pass.is_empty() {
            return goes_on(&front, page, &staff, AefiPass(typed.pass.clone()), &typed).await;
        }
        return found_by(page, &staff, typed.form(), &typed);
    }
    if typed.step == CARRY {
        return found_by(page, &staff, FormState::new(), &typed);
    }
    if !typed.pass.is_empty() {
        return saved(&front, page, &staff, &place(AefiPass(typed.pass.clone())), &typed).await;
    }
    let nav = Nav::of(&staff, LIST);
    let form = match typed.evidence() {
        Err(form) => form,
        Ok(shown) => match front.app.aefi_pass(&staff, shown).await {
            Ok(pass) if typed.carried().is_empty() => {
                let left = LeftOver::of(&front, (&staff, page.locale), PATH, &typed);
                return fresh(&front, page, &staff, &place(pass), left).await;
            }
            Ok(pass) => return goes_on(&front, page, &staff, pass, &typed).await,
            Err(Refusal::WrongCard) => typed.form().error_at("card_code", Message::new("card-wrong")),
            Err(Refusal::CardSpent) => typed.form().error_at("card_code", Message::new("card-spent")),
            Err(Refusal::NoMatch) => typed
                .form()
                .error_at("document_number", Message::new("aefi-find-nobody")),
            Err(refused) if is_over(&refused) => typed
                .form()
                .error_at("document_number", Message::new("aefi-find-over")),
            Err(refused) => {
                let left = LeftOver::of(&front, (&staff, page.locale), PATH, &typed);
                return refusal::unopened_keeping(page, nav, &refused, left);
            }
        },
    };
    let again = found_by(page, &staff, form, &typed);
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

/// The page that asks who it is, with the report that goes on afterwards.
fn found_by(page: Page, staff: &Staff, form: FormState, typed: &Typed) -> Response {
    render(&FindPage::new(
        page,
        Nav::of(staff, LIST),
        (form, typed.carried()),
    ))
}

/// The form as it was typed, of whoever was found.
async fn goes_on(front: &Front, page: Page, staff: &Staff, pass: AefiPass, typed: &Typed) -> Response {
    let place = place(pass);
    let left = place.left_over(front, staff, page.locale, typed);
    shown(front, page, staff, &place, (typed.form(), left)).await
}

fn place(pass: AefiPass) -> Place {
    Place {
        action: PATH.to_owned(),
        presence: Presence::Pass(pass),
        request: REQUEST,
    }
}

impl Typed {
    /// The card where its code was typed or scanned, else the document.
    fn evidence(&self) -> Result<Shown, FormState> {
        if from_qr(&self.reference_id).is_some() || !self.card_code.trim().is_empty() {
            let card = card_form::read(&self.reference_id, &self.card_code);
            let (reference_id, code) = card.map_err(|(field, message)| {
                let field = if field == "reference" {
                    "reference_id"
                } else {
                    field
                };
                self.form().error_at(field, message)
            })?;
            return Ok(Shown::Card { reference_id, code });
        }
        let digits: String = self.reference_id.split_whitespace().collect();
        let id = ReferenceId::parse(&digits).ok();
        let (form, id) = keep(self.form(), "reference_id", id, "held-reference-wrong");
        let kind = DocumentType::parse(&self.document_type).ok();
        let (form, kind) = keep(form, "document_type", kind, "evidence-document-type");
        let number = DocumentNumber::parse(&self.document_number).ok();
        let (form, number) = keep(form, "document_number", number, "evidence-document-shape");
        match (id, kind, number) {
            (Some(reference_id), Some(kind), Some(number)) => Ok(Shown::Document {
                reference_id,
                document: (kind, number),
            }),
            _ => Err(form),
        }
    }
}

impl FindPage {
    fn new(page: Page, nav: Nav, (form, carried): (FormState, Vec<(&'static str, String)>)) -> Self {
        Self {
            documents: document_choices(page.locale),
            page,
            nav,
            form,
            carried,
        }
    }
}

#[cfg(test)]
impl FindPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, LIST);
        let wrong = Typed::default().evidence().unwrap_err();
        let begun = Typed::sample().carried();
        [
            (FormState::new(), Vec::new()),
            (wrong, Vec::new()),
            (FormState::new(), begun),
        ]
        .map(|form| Self::new(page.clone(), nav, form))
        .into()
    }
}
