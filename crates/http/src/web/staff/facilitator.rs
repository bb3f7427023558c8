//! Facilitators who spoke for many people without a document today: for the district to ask about. Nobody is named here.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::walk_in::FacilitatorDay;
use pramaan_domain::centre::CentreId;

use super::duty::{Nav, OnDuty};
use super::refusal;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::page::Page;

const HERE: &str = "/staff/facilitators";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show))
}

#[derive(Template)]
#[template(path = "staff/facilitator.html")]
pub(super) struct FacilitatorPage {
    page: Page,
    nav: Nav,
    lines: Vec<String>,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, HERE);
    match front.app.facilitators_to_review(&staff).await {
        Ok(found) => {
            let centre = |number: i64| centre_name(&front, number);
            render(&FacilitatorPage::new(page, nav, &found, &centre))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

pub(super) fn centre_name(front: &Front, number: i64) -> String {
    let known = CentreId::from_number(number)
        .ok()
        .and_then(|id| front.app.availability().centre(id));
    known.map_or_else(|| number.to_string(), |centre| centre.name.to_string())
}

impl FacilitatorPage {
    fn new(page: Page, nav: Nav, found: &[FacilitatorDay], centre: &dyn Fn(i64) -> String) -> Self {
        let line = |one: &FacilitatorDay| {
            page.t2(
                "facilitator-line",
                "centre",
                centre(one.centre),
                "count",
                one.people,
            )
        };
        Self {
            lines: found.iter().map(line).collect(),
            page,
            nav,
        }
    }
}

#[cfg(test)]
impl FacilitatorPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::DistrictAdmin, HERE);
        let one = FacilitatorDay {
            centre: 7,
            people: 41,
        };
        let centre = |_| "Fort dispensary".to_owned();
        [&[][..], &[one][..]]
            .map(|found| Self::new(page.clone(), nav, found, &centre))
            .into()
    }
}
