//! The page on a device that is to be shared: the code that the manager sees is typed here, or its link was opened.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use pramaan_app::Refusal;
use pramaan_domain::site_device::DeviceCode;
use serde::Deserialize;

use super::device::hand_over;
use super::duty::Nav;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/device", get(show).post(enrol))
        .route("/staff/device/{token}", get(show_linked))
}

#[derive(Template)]
#[template(path = "staff/device_door.html")]
pub(super) struct DeviceDoorPage {
    page: Page,
    nav: Nav,
    form: FormState,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
}

async fn show(page: Page) -> Response {
    DeviceDoorPage::answer(page, FormState::new())
}

/// Opening a link spends nothing: programs that look at links open it too.
async fn show_linked(page: Page, Path(token): Path<String>) -> Response {
    let spelled = DeviceCode::parse(&token).map(|code| code.spelled());
    let form = FormState::new().value_of("code", spelled.unwrap_or_default());
    DeviceDoorPage::answer(page, form)
}

async fn enrol(
    State(front): State<Front>,
    page: Page,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let enrolled = match DeviceCode::parse(&typed.code) {
        Ok(code) => match front.app.enrol_device(code).await {
            Ok(enrolled) => hand_over(&front, &headers, &enrolled).await,
            Err(refused) => Err(refused),
        },
        Err(_) => Err(Refusal::NoDevice),
    };
    match enrolled {
        Ok(response) => response,
        Err(Refusal::NoDevice) => {
            let form = FormState::new()
                .value_of("code", &typed.code)
                .error_at("code", Message::new("device-code-wrong"));
            let again = DeviceDoorPage::answer(page, form);
            (StatusCode::UNPROCESSABLE_ENTITY, again).into_response()
        }
        Err(refused) => refusal::page(page, Nav::outside(), &refused),
    }
}

impl DeviceDoorPage {
    fn answer(page: Page, form: FormState) -> Response {
        render(&Self {
            page,
            nav: Nav::outside(),
            form,
        })
    }
}

#[cfg(test)]
impl DeviceDoorPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new().error_at("code", Message::new("device-code-wrong"));
        let with = |form| Self {
            page: page.clone(),
            nav: Nav::outside(),
            form,
        };
        vec![with(FormState::new()), with(wrong)]
    }
}
