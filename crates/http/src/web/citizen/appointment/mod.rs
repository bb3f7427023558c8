//! An appointment: its codes and its slip.

mod change;

#[cfg(test)]
pub(super) use change::{CancelPage, MovePage};

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use pramaan_app::appointment::SlipFacts;
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::id::AppointmentId;
use serde::Deserialize;

use super::book::GonePage;
use super::layout::Nav;
use super::visitor::SignedIn;
use super::{refusal, words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/household/appointments/{id}", get(show))
        .route("/household/appointments/{id}/slip.pdf", get(slip))
        .route(
            "/household/appointments/{id}/cancel",
            get(change::ask_cancel).post(change::cancel),
        )
        .route(
            "/household/appointments/{id}/move",
            get(change::ask_move).post(change::move_to),
        )
}

#[derive(Template)]
#[template(path = "citizen/appointment.html")]
pub(super) struct AppointmentPage {
    page: Page,
    nav: Nav,
    news: News,
    base: String,
    date: String,
    slot: String,
    centre: String,
    address: String,
    vaccine: String,
    members: Vec<MemberCode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    None,
    Booked,
    Moved,
}

struct MemberCode {
    name: String,
    reference_id: String,
    code: String,
    queue: String,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    news: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(id): Path<String>,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let news = match told.ok().and_then(|Query(told)| told.news).as_deref() {
        Some("booked") => News::Booked,
        Some("moved") => News::Moved,
        _ => News::None,
    };
    match facts(&front, &citizen, &id, "GET /household/appointments/{id}").await {
        Ok(facts) => render(&AppointmentPage::new(page, news, &facts)),
        Err(refused) => gone(page, &refused),
    }
}

async fn facts(
    front: &Front,
    citizen: &Citizen,
    id: &str,
    request: &'static str,
) -> Result<SlipFacts, Refusal> {
    let id: AppointmentId = id.parse().map_err(|_| Refusal::UnknownAppointment)?;
    front.app.slip(citizen, id, request).await
}

fn gone(page: Page, refused: &Refusal) -> Response {
    match refused {
        Refusal::UnknownAppointment => {
            (StatusCode::NOT_FOUND, render(&GonePage::appointment(page))).into_response()
        }
        refused => refusal::page(page.locale, refused),
    }
}

impl AppointmentPage {
    fn new(page: Page, news: News, facts: &SlipFacts) -> Self {
        let locale = page.locale;
        let member = |member: &pramaan_app::appointment::SlipMemberFacts| MemberCode {
            name: member.name.as_str().to_owned(),
            reference_id: words::reference_id(member.reference_id),
            code: member.code.as_str().to_owned(),
            queue: locale.t_with("appointment-queue", &[("queue", member.queue.to_string())]),
        };
        let centre = &facts.centre;
        Self {
            nav: Nav::inside("/household"),
            news,
            base: format!("/household/appointments/{}", facts.appointment),
            date: words::weekday_date(locale, facts.day),
            slot: words::slot(locale, facts.slot),
            centre: centre.name.to_string(),
            address: format!("{}, {}", centre.location, centre.pincode.number()),
            vaccine: format!(
                "{}, {}",
                words::vaccine(locale, facts.vaccine),
                words::dose(locale, facts.dose)
            ),
            members: facts.members.iter().map(member).collect(),
            page,
        }
    }
}

async fn slip(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse() else {
        return gone(page, &Refusal::UnknownAppointment);
    };
    match front
        .app
        .slip_pdf(&citizen, id, "GET /household/appointments/{id}/slip.pdf")
        .await
    {
        Ok(pdf) => pdf_answer(pdf, "attachment; filename=\"pramaan-slip.pdf\""),
        Err(refused) => gone(page, &refused),
    }
}

/// A PDF to keep; its name holds nobody's.
pub(in crate::web) fn pdf_answer(pdf: Vec<u8>, disposition: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    (headers, pdf).into_response()
}

#[cfg(test)]
mod samples {
    use super::*;

    impl AppointmentPage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
            let locale = page.locale;
            let member = |name: &str, code: &str| MemberCode {
                name: name.to_owned(),
                reference_id: "12345 67890 1234".to_owned(),
                code: code.to_owned(),
                queue: locale.t_with("appointment-queue", &[("queue", "7".to_owned())]),
            };
            [News::None, News::Booked, News::Moved]
                .map(|news| Self {
                    page: page.clone(),
                    nav: Nav::inside("/household"),
                    news,
                    base: "/household/appointments/1".to_owned(),
                    date: words::weekday_date(locale, chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()),
                    slot: words::slot(
                        locale,
                        pramaan_domain::slot::Slot::parse("09:00AM-10:00AM").unwrap(),
                    ),
                    centre: "Kamla Nehru Dispensary".to_owned(),
                    address: "12 Hospital Lane, Fort, 400001".to_owned(),
                    vaccine: "Covishield".to_owned(),
                    members: vec![member("Asha Devi", "4071"), member("रवि कुमार", "0093")],
                })
                .into()
        }
    }
}
