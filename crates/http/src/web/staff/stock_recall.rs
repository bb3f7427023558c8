//! Recalls: a district's administrator tells every centre not to use a batch any more.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::{BatchKey, Recall};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::dose_form::keep;
use super::duty::{Duty, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::{refusal, stock_words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) const HERE: &str = "/staff/stock/recall";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(recall))
}

#[derive(Template)]
#[template(path = "staff/stock_recall.html")]
pub(super) struct RecallPage {
    page: Page,
    nav: Nav,
    form: FormState,
    done: Option<Message>,
    vaccines: Vec<Choice>,
    recalls: Vec<String>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    vaccine: String,
    batch: String,
    since: String,
    reason: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("vaccine", &self.vaccine),
            ("batch", &self.batch),
            ("since", &self.since),
            ("reason", &self.reason),
        ]
    }
}

impl Typed {
    /// # Errors
    /// The form with an error beside each field that cannot be read.
    fn parse(&self) -> Result<Recall, FormState> {
        let vaccine = Vaccine::parse(&self.vaccine).ok();
        let (form, vaccine) = keep(self.form(), "vaccine", vaccine, "dose-vaccine-wrong");
        let batch = VaccineBatch::parse(&self.batch).ok();
        let (form, batch) = keep(form, "batch", batch, "dose-batch-wrong");
        let since = self.since.trim().parse::<CivilDate>().ok();
        let (form, since) = keep(form, "since", since, "stock-since-wrong");
        let reason = Reason::parse(&self.reason).ok();
        let (form, reason) = keep(form, "reason", reason, "evidence-reason-shape");
        match (vaccine, batch, since, reason) {
            (Some(vaccine), Some(batch), Some(since), Some(reason)) => Ok(Recall {
                key: BatchKey { vaccine, batch },
                since,
                reason: reason.as_str().to_owned(),
            }),
            _ => Err(form),
        }
    }
}

#[derive(Default, Deserialize)]
struct Told {
    done: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let done = told.ok().and_then(|Query(told)| told.done);
    let done = done.map(|_| Message::new("stock-done-recalled"));
    list(&front, page, &staff, done, today_form(&front)).await
}

fn today_form(front: &Front) -> FormState {
    FormState::new().value_of("since", front.app.today().to_string())
}

async fn recall(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Option<Typed> = kept::back(&front, staff.typist(), HERE, &typed.kept);
        let form = typed.map_or_else(|| today_form(&front), |typed| typed.form());
        return list(&front, page, &staff, None, form).await;
    }
    let form = match typed.parse() {
        Err(form) => form,
        Ok(recall) => match front.app.recall_batch(&staff, recall).await {
            Ok(()) => return Redirect::to("/staff/stock/recall?done=recalled").into_response(),
            Err(Refusal::Invalid { .. }) => typed.form().error_at("since", Message::new("stock-since-wrong")),
            Err(refused) => {
                let left = LeftOver::sent(HERE, &typed);
                return refusal::page_keeping(page, Nav::of(&staff, HERE), &refused, left);
            }
        },
    };
    let again = list(&front, page, &staff, None, form).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

async fn list(front: &Front, page: Page, staff: &Staff, done: Option<Message>, form: FormState) -> Response {
    let nav = Nav::of(staff, HERE);
    if staff.role() != StaffRole::DistrictAdmin {
        return refusal::page(page, nav, &Refusal::Forbidden);
    }
    match front.app.recalls().await {
        Ok(recalls) => render(&RecallPage::new(page, nav, done, form, &recalls)),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// A recall as every centre reads it.
pub(super) fn said(locale: Locale, recall: &Recall) -> String {
    let variables = [
        ("batch", stock_words::batch(locale, &recall.key)),
        ("date", words::date(locale, recall.since)),
        ("reason", recall.reason.clone()),
    ];
    locale.t_with("stock-recall-line", &variables)
}

impl RecallPage {
    fn new(page: Page, nav: Nav, done: Option<Message>, form: FormState, recalls: &[Recall]) -> Self {
        let locale = page.locale;
        let vaccines = Vaccine::ALL.map(|one| Choice::new(one.name(), words::vaccine(locale, one)));
        Self {
            vaccines: vaccines.into(),
            recalls: recalls.iter().map(|one| said(locale, one)).collect(),
            page,
            nav,
            form,
            done,
        }
    }
}

#[cfg(test)]
impl RecallPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::DistrictAdmin, HERE);
        let recall = super::stock::sample_shelf(super::stock::SAMPLE_NOW)
            .recall
            .unwrap();
        let wrong = Typed::default().parse().unwrap_err();
        let done = Some(Message::new("stock-done-recalled"));
        vec![
            Self::new(page.clone(), nav, None, FormState::new(), &[]),
            Self::new(page.clone(), nav, done, wrong, &[recall]),
        ]
    }
}
