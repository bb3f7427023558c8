//! What is asked of a number that shows nobody: the paper of somebody who was registered with it before it fell silent, or
//! that it is new to whoever has it now. The page is the same for a number that nobody ever knew.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::encounter::SlipCode;
use pramaan_app::member::{PaperNumber, SecondProof};
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::reference_id::ReferenceId;
use serde::Deserialize;

use super::layout::Nav;
use super::login::LoginPage;
use super::refusal;
use super::visitor::{SESSION, SignedIn, Visitor, with_cookie};
use crate::web::card::{digits_only, from_qr};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const PROOF: &str = "/household/proof";
/// Where who has a number newly says so.
pub(super) const NUMBER: &str = "/household/number";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(PROOF, get(ask).post(prove))
        .route(NUMBER, get(ask_number).post(report))
}

#[derive(Template)]
#[template(path = "citizen/proof.html")]
pub(super) struct ProofPage {
    page: Page,
    nav: Nav,
    form: FormState,
    silent_days: u16,
}

/// Before a number is taken from whoever it showed: nobody is named here, as there may be nobody.
#[derive(Template)]
#[template(path = "citizen/number.html")]
pub(super) struct NumberPage {
    page: Page,
    nav: Nav,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    paper: String,
    code: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    kept: String,
}

impl Fields for Typed {
    /// All but the digits, which are typed again.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("paper", digits_only(&self.paper))]
    }
}

impl Typed {
    /// # Errors
    /// The form with an error beside each field that cannot be read.
    fn parse(&self) -> Result<SecondProof, FormState> {
        if let Some((reference_id, code)) = from_qr(&self.paper) {
            return Ok(SecondProof::Card { reference_id, code });
        }
        let digits: String = self.paper.split_whitespace().collect();
        if let (Ok(reference_id), Ok(code)) = (ReferenceId::parse(&digits), self.code.parse()) {
            return Ok(SecondProof::Card { reference_id, code });
        }
        let (paper, code) = (self.paper.parse::<PaperNumber>(), self.code.parse::<SlipCode>());
        let mut form = self.form();
        if paper.is_err() {
            form = form.error_at("paper", Message::new("proof-paper-wrong"));
        }
        if code.is_err() {
            form = form.error_at("code", Message::new("proof-code-shape"));
        }
        match (paper, code) {
            (Ok(paper), Ok(code)) => Ok(SecondProof::Slip { paper, code }),
            _ => Err(form),
        }
    }
}

impl ProofPage {
    fn new(front: &Front, page: Page, form: FormState) -> Self {
        Self {
            page,
            nav: Nav::inside("/household"),
            form,
            silent_days: front.app.silent_days(),
        }
    }
}

async fn ask(State(front): State<Front>, page: Page, SignedIn(_): SignedIn) -> Response {
    render(&ProofPage::new(&front, page, FormState::new()))
}

async fn prove(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Visitor::Citizen(citizen) = visitor else {
        return LoginPage::keeping(&front, page, &visitor, (PROOF, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let back: Option<Typed> = kept::back(&front, citizen.typist(), PROOF, &typed.kept);
        let form = back.map_or_else(FormState::new, |typed| typed.form());
        return render(&ProofPage::new(&front, page, form));
    }
    let (status, form) = match judged(&front, &citizen, &typed).await {
        Ok(()) => return Redirect::to("/household?done=back").into_response(),
        Err(Again::Form(status, form)) => (status, form),
        Err(Again::Page(refused)) => return refusal::page(page.locale, &refused),
    };
    form_again(status, render(&ProofPage::new(&front, page, form)))
}

/// What is shown when nobody came back.
enum Again {
    Form(StatusCode, FormState),
    Page(Refusal),
}

async fn judged(front: &Front, citizen: &Citizen, typed: &Typed) -> Result<(), Again> {
    let proof = typed
        .parse()
        .map_err(|form| Again::Form(StatusCode::UNPROCESSABLE_ENTITY, form))?;
    let refused = match front
        .app
        .second_proof(citizen, proof, "POST /household/proof")
        .await
    {
        Ok(()) => return Ok(()),
        Err(refused) => refused,
    };
    let error = match &refused {
        Refusal::WrongProof => "proof-wrong",
        Refusal::OverBudget { .. } => "proof-over",
        Refusal::HouseholdFull => "error-household-full",
        Refusal::Unavailable(_) => "error-unavailable",
        _ => return Err(Again::Page(refused)),
    };
    let form = typed.form().error_at("paper", Message::new(error));
    Err(Again::Form(form_status(&refused), form))
}

async fn ask_number(page: Page, SignedIn(_): SignedIn) -> Response {
    render(&NumberPage {
        page,
        nav: Nav::inside("/household"),
    })
}

#[derive(Deserialize)]
struct Sure {}

async fn report(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    CsrfForm(Sure {}): CsrfForm<Sure>,
) -> Response {
    let request = "POST /household/number";
    match front.app.report_own_number(&citizen, request).await {
        // The number shows nobody any more, and this login is of nobody.
        Ok(()) => with_cookie(
            Redirect::to("/login?why=new").into_response(),
            Some(SESSION.clear()),
        ),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

#[cfg(test)]
impl ProofPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = Typed {
            paper: "31415926535897".to_owned(),
            ..Typed::default()
        };
        let shape = wrong.parse().err().unwrap_or_default();
        let refused = wrong.form().error_at("paper", Message::new("proof-wrong"));
        [FormState::new(), shape, refused]
            .map(|form| Self {
                page: page.clone(),
                nav: Nav::inside("/household"),
                form,
                silent_days: 90,
            })
            .into()
    }
}

#[cfg(test)]
impl NumberPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::inside("/household"),
        }]
    }
}
