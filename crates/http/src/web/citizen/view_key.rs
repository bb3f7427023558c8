//! The view key made anew: what that does, and a proof of these minutes that it is the person who asks.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use pramaan_app::access_extract::Missing;
use pramaan_app::view_key::ViewKeyRenewal;
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::time::CivilDate;

use super::layout::Nav;
use super::visitor::SignedIn;
use super::{refusal, words};
use crate::web::csrf::{CsrfForm, Nothing};
use crate::web::error_page::{form_again, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;

const RENEW: &str = "POST /household/{place}/access/view-key";

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/household/{place}/access/view-key", get(show).post(renew))
}

#[derive(Template)]
#[template(path = "citizen/view_key.html")]
pub(super) struct ViewKeyPage {
    page: Page,
    nav: Nav,
    form: FormState,
    place: usize,
    /// What has to be proved first.
    lacks: Option<Missing>,
    /// From when on the newest key holds, in words; none for the first.
    since: Option<String>,
    /// What was done a moment ago.
    done: Option<Message>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
) -> Response {
    match asked(&front, page.clone(), &citizen, &place, FormState::new()).await {
        Ok(asked) => render(&asked),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn asked(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    place: &str,
    form: FormState,
) -> Result<ViewKeyPage, Refusal> {
    let place = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let lacks = front.app.lacks_for_extract(citizen, place).await?;
    let since = match lacks {
        Some(Missing::Pin) => None,
        Some(Missing::Otp) | None => front.app.view_key_since(citizen, place).await?,
    };
    Ok(ViewKeyPage {
        nav: Nav::inside("/household"),
        form,
        place,
        lacks,
        since: since.map(|day| words::date(page.locale, day)),
        done: None,
        page,
    })
}

async fn renew(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Response {
    match renewed(&front, page.clone(), &citizen, &place).await {
        Ok((status, shown)) => match status {
            StatusCode::OK => render(&shown),
            _ => form_again(status, render(&shown)),
        },
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn renewed(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    place: &str,
) -> Result<(StatusCode, ViewKeyPage), Refusal> {
    let number = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let outcome = front.app.renew_view_key(citizen, number, RENEW).await?;
    let wrong = FormState::new().error_at("renew", Message::new("view-key-waits"));
    let (status, form, done) = match outcome {
        ViewKeyRenewal::From(day) => (StatusCode::OK, FormState::new(), Some(done(&page, day))),
        ViewKeyRenewal::Before => (StatusCode::UNPROCESSABLE_ENTITY, wrong, None),
        // The page says what to prove.
        ViewKeyRenewal::ProveAgain(_) => (StatusCode::UNPROCESSABLE_ENTITY, FormState::new(), None),
    };
    let shown = asked(front, page, citizen, place, form).await?;
    Ok((status, ViewKeyPage { done, ..shown }))
}

fn done(page: &Page, from: CivilDate) -> Message {
    Message::new("view-key-done").with("date", words::date(page.locale, from))
}

#[cfg(test)]
impl ViewKeyPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let sample = |lacks, form, done| Self {
            nav: Nav::inside("/household"),
            form,
            place: 1,
            lacks,
            since: lacks.is_none().then(|| words::date(page.locale, day)),
            done,
            page: page.clone(),
        };
        let waits = FormState::new().error_at("renew", Message::new("view-key-waits"));
        vec![
            sample(None, FormState::new(), None),
            sample(None, waits, None),
            sample(None, FormState::new(), Some(done(page, day))),
            sample(Some(Missing::Otp), FormState::new(), None),
            sample(Some(Missing::Pin), FormState::new(), None),
        ]
    }
}
