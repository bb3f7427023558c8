//! The first page.

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};

use super::layout::Nav;
use super::visitor::Visitor;
use crate::web::Demonstration;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "citizen/start.html")]
pub(super) struct StartPage {
    page: Page,
    nav: Nav,
    /// Of the tour; none outside of a demonstration.
    tour: Option<&'static str>,
}

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/", get(show))
}

async fn show(page: Page, visitor: Visitor, demo: Option<Extension<Demonstration>>) -> Response {
    let nav = Nav::of(&visitor, "/");
    let tour = demo.map(|_| "/demo");
    render(&StartPage { page, nav, tour })
}

#[cfg(test)]
impl StartPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        [Nav::outside("/"), Nav::inside("/")]
            .map(|nav| Self {
                page: page.clone(),
                nav,
                tour: nav.is_inside().then_some("/demo"),
            })
            .into()
    }
}
