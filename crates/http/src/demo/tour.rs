//! The tour: be the citizen, be the nurse, be the thief, be who alters the log and who finds it.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::response::{Html, IntoResponse, Response};

use super::{Account, Demo};
use crate::web::error_page::{ErrorPage, Problem};
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "demo/tour.html")]
struct TourPage<'a> {
    page: Page,
    staff: &'a [Account],
    citizens: &'a [String],
    /// The code of the nurse who is on duty today.
    nurse: &'a str,
}

const NURSE: &str = "demo-role-vaccinator";

pub(super) async fn show(page: Page, Extension(demo): Extension<Arc<Demo>>) -> Response {
    let locale = page.locale;
    let nurse = demo.staff.iter().find(|account| account.role == NURSE);
    let tour = TourPage {
        page,
        nurse: nurse.map_or("", |nurse| nurse.code.as_str()),
        staff: &demo.staff,
        citizens: &demo.citizens,
    };
    match tour.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => ErrorPage::new(locale, Problem::Internal).into_response(),
    }
}
