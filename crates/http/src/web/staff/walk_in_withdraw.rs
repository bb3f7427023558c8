//! Taking back a registration that the desk made by mistake.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use pramaan_app::Refusal;
use pramaan_app::walk_in::Withdrawn;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use serde::Deserialize;

use super::card_form;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use crate::web::card::digits_only;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const HERE: &str = "/staff/walk-in/withdraw";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(withdraw))
}

#[derive(Template)]
#[template(path = "staff/walk_in_withdraw.html")]
pub(super) struct WithdrawPage {
    page: Page,
    nav: Nav,
    form: FormState,
    done: Option<Withdrawn>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    reference: String,
    reason: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("reference", digits_only(&self.reference)),
            ("reason", &self.reason),
        ]
    }
}

impl Typed {
    fn parse(&self) -> Result<(ReferenceId, Reason), FormState> {
        let mut form = self.form();
        let id = card_form::reference_id(&self.reference);
        if let Err((field, message)) = &id {
            form = form.error_at(field, message.clone());
        }
        let reason = Reason::parse(&self.reason);
        if reason.is_err() {
            form = form.error_at("reason", Message::new("evidence-reason-shape"));
        }
        match (id, reason) {
            (Ok(id), Ok(reason)) => Ok((id, reason)),
            _ => Err(form),
        }
    }
}

async fn show(page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, HOME);
    render(&WithdrawPage::new(page, nav, FormState::new(), None))
}

async fn withdraw(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    let nav = Nav::of(&staff, HOME);
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        return render(&WithdrawPage::new(page, nav, typed.form(), None));
    }
    let (id, reason) = match typed.parse() {
        Ok(read) => read,
        Err(form) => {
            let again = render(&WithdrawPage::new(page, nav, form, None));
            return form_again(StatusCode::UNPROCESSABLE_ENTITY, again);
        }
    };
    let refused = match front.app.withdraw_walk_in(&staff, id, reason).await {
        Ok(done) => return render(&WithdrawPage::new(page, nav, FormState::new(), Some(done))),
        Err(refused) => refused,
    };
    let message = match &refused {
        Refusal::NoMatch => "withdraw-nobody",
        Refusal::HasDose => "withdraw-dose",
        Refusal::RecordOpen => "withdraw-open",
        Refusal::OverBudget { .. } => "walk-in-over",
        other => return refusal::page_keeping(page, nav, other, LeftOver::sent(HERE, &typed)),
    };
    let form = typed.form().error_at("reference", Message::new(message));
    form_again(
        form_status(&refused),
        render(&WithdrawPage::new(page, nav, form, None)),
    )
}

impl WithdrawPage {
    fn new(page: Page, nav: Nav, form: FormState, done: Option<Withdrawn>) -> Self {
        Self {
            page,
            nav,
            form,
            done,
        }
    }
}

#[cfg(test)]
impl WithdrawPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, HOME);
        let new = |form, done| Self::new(page.clone(), nav, form, done);
        let wrong = Typed::default().parse().err().unwrap();
        vec![
            new(FormState::new(), None),
            new(wrong, None),
            new(FormState::new(), Some(Withdrawn::Gone)),
            new(FormState::new(), Some(Withdrawn::WaitsForSecond)),
        ]
    }
}
