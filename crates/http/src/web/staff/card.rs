//! The desk for who shows a card, or a document with a reference id: another card, the certificate, who read the record, a
//! document to be added, the end of the card. No appointment is needed, and no record is on the screen but the list itself.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use pramaan_app::encounter::DocumentState;
use pramaan_app::{Refusal, Staff};

use super::card_form::{Printed, Typed, Wish};
use super::card_printed::CardPrintedPage;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::{evidence, refusal};
use crate::web::citizen::access;
use crate::web::citizen::pdf_answer;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const HERE: &str = "/staff/card";
/// The route of everything but what has an address of its own, for the log.
const ROUTE: &str = "POST /staff/card";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(show).post(write))
        .route("/staff/card/certificate", post(certificate))
        .route("/staff/card/access", post(list))
        .route("/staff/card/pdf", post(pdf))
        .route("/staff/card/held", post(held))
}

#[derive(Template)]
#[template(path = "staff/card.html")]
pub(super) struct CardPage {
    page: Page,
    nav: Nav,
    form: FormState,
    documents: Vec<Choice>,
    /// To be ticked before a card is ended, by itself or by a new one.
    sure: Vec<Choice>,
    /// What was done: the texts of a title and a sentence.
    done: Option<(&'static str, &'static str)>,
}

async fn show(page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, HOME);
    render(&CardPage::new(page, nav, FormState::new(), None))
}

async fn write(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    serve(&front, page, duty, typed, None).await
}

async fn certificate(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    serve(&front, page, duty, typed, Some(Wish::Certificate)).await
}

async fn list(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    serve(&front, page, duty, typed, Some(Wish::List)).await
}

async fn held(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    serve(&front, page, duty, typed, Some(Wish::HeldCard)).await
}

/// `wish` is what the address says; none where the form says it.
async fn serve(front: &Front, page: Page, duty: Duty, typed: Typed, wish: Option<Wish>) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(front, page, &duty, (HERE, &typed.carry()));
    };
    let nav = Nav::of(&staff, HOME);
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        return render(&CardPage::new(page, nav, typed.form(), None));
    }
    match done(front, page.clone(), &staff, &typed, wish).await {
        Ok(answer) => answer,
        Err(Wrong::Typed((field, message))) => {
            let form = typed.form().error_at(field, message);
            let again = render(&CardPage::new(page, nav, form, None));
            form_again(http::StatusCode::UNPROCESSABLE_ENTITY, again)
        }
        Err(Wrong::Refused(refused)) => match beside(&refused) {
            Some((field, message)) => {
                let form = typed.form().error_at(field, message);
                form_again(
                    form_status(&refused),
                    render(&CardPage::new(page, nav, form, None)),
                )
            }
            None => {
                let left = LeftOver::of(front, (&staff, page.locale), HERE, &typed);
                refusal::unopened_keeping(page, nav, &refused, left)
            }
        },
    }
}

/// Why nothing was done.
enum Wrong {
    Typed((&'static str, Message)),
    Refused(Refusal),
}

impl From<(&'static str, Message)> for Wrong {
    fn from(wrong: (&'static str, Message)) -> Self {
        Self::Typed(wrong)
    }
}

impl From<Refusal> for Wrong {
    fn from(refused: Refusal) -> Self {
        Self::Refused(refused)
    }
}

async fn done(
    front: &Front,
    page: Page,
    staff: &Staff,
    typed: &Typed,
    wish: Option<Wish>,
) -> Result<Response, Wrong> {
    let (app, nav) = (&front.app, Nav::of(staff, HOME));
    let said = |page, done| render(&CardPage::new(page, nav, FormState::new(), Some(done)));
    let wish = wish.map_or_else(|| typed.wish(), Ok)?;
    Ok(match wish {
        Wish::NewCard => {
            let (shown, ()) = (typed.shown()?, typed.sure()?);
            let card = app.make_card(staff, shown, ROUTE).await?;
            render(&CardPrintedPage::new(page, nav, &card))
        }
        Wish::HeldCard => {
            let card = app
                .card_of_held_dose(staff, typed.held()?, "POST /staff/card/held")
                .await?;
            render(&CardPrintedPage::new(page, nav, &card))
        }
        Wish::End => {
            let (shown, ()) = (typed.shown()?, typed.sure()?);
            app.end_card(staff, shown, ROUTE).await?;
            said(page, ("card-desk-ended-title", "card-desk-ended-text"))
        }
        Wish::Certificate => {
            let fetched = app
                .certificate_at_desk(staff, typed.shown()?, "POST /staff/card/certificate")
                .await?;
            let pdf = fetched.into_pdf().await?;
            pdf_answer(pdf, "attachment; filename=\"pramaan-certificate.pdf\"")
        }
        Wish::List => {
            let list = app
                .access_list_at_desk(staff, typed.shown()?, "POST /staff/card/access")
                .await?;
            render(&access::alone(front, page, &list, (HERE, None, 1)).await?)
        }
        Wish::AddDocument => {
            let (card, document) = (typed.card()?, typed.document()?);
            match app.add_document(staff, card, document, ROUTE).await? {
                DocumentState::Disputed => said(page, ("card-added-title", "card-added-disputed")),
                DocumentState::Sole | DocumentState::NoDocument => {
                    said(page, ("card-added-title", "card-added-text"))
                }
            }
        }
    })
}

fn beside(refused: &Refusal) -> Option<(&'static str, Message)> {
    Some(match refused {
        Refusal::WrongCard => ("card_code", Message::new("card-wrong")),
        Refusal::CardSpent => ("card_code", Message::new("card-spent")),
        Refusal::OverBudget { .. } => ("reference", Message::new("card-over")),
        Refusal::NoMatch => ("document_number", Message::new("walk-in-no-match")),
        Refusal::HasDocument => ("document_number", Message::new("card-has-document")),
        Refusal::NoCertificate => ("reference", Message::new("card-no-certificate-text")),
        _ => return None,
    })
}

/// The card that is on the screen, as a file to print.
async fn pdf(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    CsrfForm(typed): CsrfForm<Printed>,
) -> Response {
    let nav = Nav::of(&staff, HOME);
    let Some(card) = typed.card() else {
        return refusal::page(page, nav, &Refusal::WrongCard);
    };
    match front.app.card_pdf(&staff, card).await {
        Ok(pdf) => pdf_answer(pdf, "attachment; filename=\"pramaan-card.pdf\""),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl CardPage {
    fn new(page: Page, nav: Nav, form: FormState, done: Option<(&'static str, &'static str)>) -> Self {
        Self {
            documents: evidence::document_choices(page.locale),
            sure: vec![Choice::new("yes", page.t("card-sure-yes"))],
            page,
            nav,
            form,
            done,
        }
    }
}

#[cfg(test)]
impl CardPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let wrong = FormState::new()
            .error_at("card_code", Message::new("card-wrong"))
            .error_at("document_number", Message::new("card-has-document"))
            .error_at("reference", Message::new("card-wish-wrong"))
            .error_at("sure", Message::new("card-sure-wrong"))
            .error_at("held_number", Message::new("card-held-number-wrong"))
            .error_at("held_day", Message::new("card-held-day-wrong"));
        vec![
            Self::new(page.clone(), nav, FormState::new(), None),
            Self::new(page.clone(), nav, wrong, None),
            Self::new(
                page.clone(),
                nav,
                FormState::new(),
                Some(("card-added-title", "card-added-disputed")),
            ),
        ]
    }
}
