//! Enrolment by a one-time link: a password, typed twice, and the first code of the authenticator app.
//!
//! The secret is shown on a button: programs look at links too, and each showing makes the one before worthless.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use pramaan_app::Refusal;
use pramaan_app::staff::{Enrolment, Password, Showing};
use serde::Deserialize;

use super::duty::Nav;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/enrol/{token}", get(show).post(enrol))
}

#[derive(Template)]
#[template(path = "staff/enrol.html")]
pub(super) struct EnrolPage {
    page: Page,
    nav: Nav,
    form: FormState,
    code: String,
    /// None when the form is shown again: the secret stood on the page before, and is shown once.
    secret: Option<Secret>,
}

/// What the link itself leads to.
#[derive(Template)]
#[template(path = "staff/enrol_begin.html")]
pub(super) struct BeginPage {
    page: Page,
    nav: Nav,
    code: String,
}

struct Secret {
    /// The QR code as a `data:` address of an SVG picture.
    picture: String,
    /// The same secret in groups of four, for typing.
    typed: String,
    showing: Showing,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    /// `show` from the button of the first page.
    step: String,
    password: String,
    again: String,
    totp: String,
}

async fn show(State(front): State<Front>, page: Page, Path(token): Path<String>) -> Response {
    match front.app.invited_code(&token).await {
        Ok(code) => render(&BeginPage {
            page,
            nav: Nav::outside(),
            code: code.to_string(),
        }),
        Err(refused) => refusal::page(page, Nav::outside(), &refused),
    }
}

async fn show_secret(front: &Front, page: Page, token: &str) -> Response {
    match front.app.enrolment(token).await {
        Ok(enrolment) => EnrolPage::answer(page, &enrolment),
        Err(refused) => refusal::page(page, Nav::outside(), &refused),
    }
}

async fn enrol(
    State(front): State<Front>,
    page: Page,
    Path(token): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    if typed.step == "show" {
        return show_secret(&front, page, &token).await;
    }
    let wrong = match typed.password() {
        Err(error) => error,
        Ok(password) => match front.app.enrol(&token, password, &typed.totp()).await {
            Ok(_) => return Redirect::to("/staff/login?why=enrolled").into_response(),
            Err(Refusal::Invalid { .. }) => ("totp", Message::new("enrol-code-wrong")),
            Err(refused) => return refusal::page(page, Nav::outside(), &refused),
        },
    };
    match front.app.invited_code(&token).await {
        Ok(code) => {
            let (field, message) = wrong;
            let again = EnrolPage {
                page,
                nav: Nav::outside(),
                form: FormState::new().error_at(field, message),
                code: code.to_string(),
                secret: None,
            };
            (StatusCode::UNPROCESSABLE_ENTITY, render(&again)).into_response()
        }
        Err(refused) => refusal::page(page, Nav::outside(), &refused),
    }
}

impl Typed {
    fn password(&self) -> Result<Password, (&'static str, Message)> {
        let length = || ("password", Message::new("enrol-password-length"));
        let password = Password::parse(&self.password).map_err(|_| length())?;
        if self.again != self.password {
            return Err(("again", Message::new("enrol-password-differs")));
        }
        Ok(password)
    }

    fn totp(&self) -> String {
        self.totp.chars().filter(|c| !c.is_whitespace()).collect()
    }
}

impl EnrolPage {
    fn answer(page: Page, enrolment: &Enrolment) -> Response {
        let picture = match enrolment.qr_svg() {
            Ok(svg) => data_address(&svg),
            Err(refused) => return refusal::page(page, Nav::outside(), &refused),
        };
        let secret = Secret {
            picture,
            typed: in_fours(&enrolment.secret),
            showing: enrolment.showing,
        };
        render(&Self {
            page,
            nav: Nav::outside(),
            form: FormState::new(),
            code: enrolment.code.to_string(),
            secret: Some(secret),
        })
    }
}

pub(super) fn data_address(svg: &str) -> String {
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg))
}

fn in_fours(secret: &str) -> String {
    let mut grouped = String::new();
    for (index, letter) in secret.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(letter);
    }
    grouped
}

#[cfg(test)]
impl BeginPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::outside(),
            code: "MH-0001".to_owned(),
        }]
    }
}

#[cfg(test)]
impl EnrolPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let with = |form, secret| Self {
            page: page.clone(),
            nav: Nav::outside(),
            form,
            code: "MH-0001".to_owned(),
            secret,
        };
        let secret = |showing| Secret {
            picture: data_address(
                r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>"##,
            ),
            typed: in_fours("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            showing,
        };
        let differ = FormState::new().error_at("again", Message::new("enrol-password-differs"));
        vec![
            with(FormState::new(), Some(secret(Showing::First))),
            with(FormState::new(), Some(secret(Showing::Again))),
            with(differ, None),
        ]
    }
}
