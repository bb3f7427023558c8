//! A page with every shared part, for the gallery and for tests.

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use pramaan_http::web::Site;
use pramaan_http::web::csrf::CsrfForm;
use pramaan_http::web::error_page::render;
use pramaan_http::web::form::{Choice, FormState, Message};
use pramaan_http::web::page::Page;

#[derive(Template)]
#[template(path = "sample.html")]
struct Sample {
    page: Page,
    form: FormState,
    genders: Vec<Choice>,
    centres: Vec<Choice>,
}

#[derive(Debug, Deserialize)]
struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    gender: String,
}

/// `GET` and `POST /sample`, and what the latter shows at `GET /sample/wrong`.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/sample", get(show).post(send))
        .route("/sample/wrong", get(show_wrong))
}

async fn show_wrong(page: Page) -> Response {
    send(
        page,
        CsrfForm(Typed {
            name: "Asha".to_owned(),
            gender: String::new(),
        }),
    )
    .await
}

async fn show(page: Page) -> Response {
    render(&Sample::new(
        page,
        FormState::new()
            .value_of("name", "Asha Devi")
            .value_of("gender", "f"),
    ))
}

async fn send(page: Page, CsrfForm(typed): CsrfForm<Typed>) -> Response {
    let form = FormState::new()
        .value_of("name", typed.name)
        .value_of("gender", typed.gender)
        .error_at("name", Message::new("problem-400-title"))
        .error_at("gender", Message::new("problem-404-title"));
    (StatusCode::UNPROCESSABLE_ENTITY, render(&Sample::new(page, form))).into_response()
}

impl Sample {
    fn new(page: Page, form: FormState) -> Self {
        let genders = vec![
            Choice::new("f", "Female"),
            Choice::new("m", "Male"),
            Choice::new("t", "Transgender").hint("As on your document, or as you say"),
        ];
        let centres = vec![
            Choice::new("", "Choose one"),
            Choice::new("1", "Kamla Nehru Dispensary"),
        ];
        Self {
            page,
            form,
            genders,
            centres,
        }
    }
}
