//! The first page.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::layout::Nav;
use super::visitor::Visitor;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "citizen/start.html")]
pub(super) struct StartPage {
    page: Page,
    nav: Nav,
}

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/", get(show))
}

async fn show(page: Page, visitor: Visitor) -> Response {
    let nav = Nav::of(&visitor, "/");
    render(&StartPage { page, nav })
}

#[cfg(test)]
impl StartPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        [Nav::outside("/"), Nav::inside("/")]
            .map(|nav| Self {
                page: page.clone(),
                nav,
            })
            .into()
    }
}
