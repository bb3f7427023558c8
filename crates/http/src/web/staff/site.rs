//! At which centre a vaccinator works today, on a device of one's own, for whoever is on the lists of two.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use pramaan_app::{Refusal, Staff};
use serde::Deserialize;

use super::duty::{HOME, Nav, OnDuty, SESSION};
use super::refusal;
use crate::web::cookie;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;

const HERE: &str = "/staff/site";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(choose))
}

#[derive(Template)]
#[template(path = "staff/site.html")]
pub(super) struct SitePage {
    page: Page,
    nav: Nav,
    form: FormState,
    sites: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    site: String,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let form = FormState::new().value_of("site", staff.centre().to_string());
    list(&front, page, &staff, form).await
}

async fn choose(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let token = cookie::read(&headers, SESSION).unwrap_or_default();
    let moved = match typed.site.trim().parse() {
        Ok(centre) => front.app.work_at(token, centre).await,
        Err(_) => Err(Refusal::OffRoster),
    };
    match moved {
        Ok(()) => Redirect::to(HOME).into_response(),
        Err(Refusal::OffRoster) => {
            let form = FormState::new()
                .value_of("site", typed.site)
                .error_at("site", Message::new("site-unknown"));
            let again = list(&front, page, &staff, form).await;
            (StatusCode::UNPROCESSABLE_ENTITY, again).into_response()
        }
        Err(refused) => refusal::page(page, Nav::of(&staff, HERE), &refused),
    }
}

async fn list(front: &Front, page: Page, staff: &Staff, form: FormState) -> Response {
    let nav = Nav::of(staff, HERE);
    let sites = match front.app.sites_today(staff).await {
        Ok(sites) => sites,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let centres = front.app.availability().centres();
    let choice = |number: &i64| {
        let known = centres.iter().find(|centre| centre.id.number() == *number);
        let label = known.map_or_else(String::new, |centre| {
            format!("{}, {} ", centre.name, centre.location)
        });
        Choice::new(number.to_string(), format!("{label}({number})"))
    };
    render(&SitePage {
        sites: sites.iter().map(choice).collect(),
        page,
        nav,
        form,
    })
}

#[cfg(test)]
impl SitePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let sites = || {
            vec![
                Choice::new("561001", "Fort Clinic (561001)"),
                Choice::new("561002", "Fort Annexe (561002)"),
            ]
        };
        let with = |form| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::Vaccinator, HOME),
            form,
            sites: sites(),
        };
        let wrong = FormState::new().error_at("site", Message::new("site-unknown"));
        vec![with(FormState::new()), with(wrong)]
    }
}
