//! What a card opens on a telephone: its holder's certificates, who read the record, and the end of the card.

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use pramaan_app::certificate::IssuedCertificate;
use pramaan_app::{Citizen, FaceKind, Refusal};

use super::super::access::object::{self, Asked, Part, Typed};
use super::super::access::{self, Wanted};
use super::super::appointment::pdf_answer;
use super::super::layout::Nav;
use super::super::visitor::with_cookie;
use super::super::{refusal, words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::cookie::{self, HostCookie, Lifetime};
use crate::web::csrf::{CsrfForm, Nothing};
use crate::web::error_page::{ErrorPage, Problem, render};
use crate::web::front::Front;
use crate::web::page::Page;

/// Holds the token of a login by card: beside that of a household, whose phone this may be.
pub const SESSION: HostCookie = HostCookie::new("card");
pub(super) const HERE: &str = "/card/record";
const LIST: &str = "/card/access";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(show))
        .route("/card/certificates/{number}", get(download))
        .route(LIST, get(list))
        .route(
            "/card/access/{entry}/object",
            get(object_form).post(send_objection),
        )
        .route("/card/end", post(end))
        .route("/card/logout", post(log_out))
}

/// Until the browser closes; the token inside lasts a quarter of an hour.
pub(super) fn session_cookie(token: &str) -> HeaderValue {
    SESSION.set(token, Lifetime::UntilBrowserCloses)
}

/// Who came with a card; everybody else is sent to its form.
pub(super) struct Holder(Citizen);

impl FromRequestParts<Front> for Holder {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Response> {
        let Some(token) = cookie::read(&parts.headers, SESSION) else {
            return Err(Redirect::to("/card").into_response());
        };
        let citizen = front.app.citizen(token);
        let by_card = citizen.and_then(|citizen| citizen.require(&[FaceKind::Card]).map(|()| citizen));
        by_card.map(Self).map_err(|_| expired())
    }
}

fn expired() -> Response {
    Redirect::to("/card?why=expired").into_response()
}

/// A card that ended meanwhile ends its logins.
fn refused(page: &Page, refused: &Refusal) -> Response {
    match refused {
        Refusal::Unauthenticated => with_cookie(expired(), Some(SESSION.clear())),
        other => refusal::page(page.locale, other),
    }
}

#[derive(Template)]
#[template(path = "citizen/card_record.html")]
pub(in crate::web::citizen) struct RecordPage {
    page: Page,
    nav: Nav,
    /// Address and words of each certificate.
    certificates: Vec<(String, String)>,
}

async fn show(State(front): State<Front>, page: Page, Holder(citizen): Holder) -> Response {
    match front.app.certificates_by_card(&citizen).await {
        Ok(issued) => render(&RecordPage::new(page, &issued)),
        Err(error) => refused(&page, &error),
    }
}

async fn download(
    State(front): State<Front>,
    page: Page,
    Holder(citizen): Holder,
    Path(number): Path<String>,
) -> Response {
    match pdf(&front, &citizen, &number).await {
        Ok(pdf) => pdf_answer(pdf, "attachment; filename=\"pramaan-certificate.pdf\""),
        Err(error) => refused(&page, &error),
    }
}

/// The `number`th certificate, from 1.
async fn pdf(front: &Front, citizen: &Citizen, number: &str) -> Result<Vec<u8>, Refusal> {
    let number: usize = number.parse().map_err(|_| Refusal::NoCertificate)?;
    let issued = front.app.certificates_by_card(citizen).await?;
    let wanted = number.checked_sub(1).and_then(|index| issued.get(index));
    let event = wanted.ok_or(Refusal::NoCertificate)?.event;
    let request = "GET /card/certificates/{number}";
    let fetched = front.app.certificate_by_card(citizen, event, request).await?;
    fetched.into_pdf().await
}

async fn list(
    State(front): State<Front>,
    page: Page,
    Holder(citizen): Holder,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, CowinError>,
) -> Response {
    let Some((before, number)) = access::wanted_part(wanted) else {
        return ErrorPage::new(page.locale, Problem::BadRequest).into_response();
    };
    let listed = front
        .app
        .access_list_by_card(&citizen, before, "GET /card/access")
        .await;
    let list = match listed {
        Ok(list) => list,
        Err(error) => return refused(&page, &error),
    };
    let next = number.saturating_add(1);
    let older = list
        .older
        .map(|end| format!("{LIST}?before={}.{}&page={next}", end.day, end.i));
    let shown = access::by_card(
        &front,
        page.clone(),
        (&citizen, &headers),
        (&list, before),
        (HERE, older, number),
    );
    shown.await.unwrap_or_else(|error| refused(&page, &error))
}

/// "This was not right", of one entry of that list.
async fn object_form(
    State(front): State<Front>,
    page: Page,
    Holder(citizen): Holder,
    Path(entry): Path<String>,
    part: Result<Query<Part>, CowinError>,
) -> Response {
    let shown = match Asked::by_card(&entry) {
        Ok(asked) => object::form(&front, page.clone(), &citizen, (&asked, part)).await,
        Err(error) => Err(error),
    };
    shown.unwrap_or_else(|error| refused(&page, &error))
}

async fn send_objection(
    State(front): State<Front>,
    page: Page,
    Holder(citizen): Holder,
    Path(entry): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let asked = match Asked::by_card(&entry) {
        Ok(asked) => asked,
        Err(error) => return refused(&page, &error),
    };
    let sent = object::sent(&front, page.clone(), &citizen, (&asked, &typed)).await;
    sent.unwrap_or_else(|error| match error {
        Refusal::Unauthenticated => refused(&page, &error),
        other => refusal::page_keeping(page, &other, (&asked.action(), &typed)),
    })
}

async fn end(
    State(front): State<Front>,
    page: Page,
    Holder(citizen): Holder,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Response {
    match front.app.end_own_card(&citizen).await {
        Ok(()) => with_cookie(
            Redirect::to("/card?why=ended").into_response(),
            Some(SESSION.clear()),
        ),
        Err(error) => refused(&page, &error),
    }
}

/// The cookie goes in any case; the login ends for every copy of it.
async fn log_out(
    State(front): State<Front>,
    headers: HeaderMap,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Response {
    if let Some(token) = cookie::read(&headers, SESSION)
        && let Err(error) = front.app.end_page_login(token).await
    {
        tracing::error!(%error, "a login by card was ended at this node only");
    }
    with_cookie(
        Redirect::to("/card?why=out").into_response(),
        Some(SESSION.clear()),
    )
}

impl RecordPage {
    fn new(page: Page, issued: &[IssuedCertificate]) -> Self {
        let certificate = |(index, issued): (usize, &IssuedCertificate)| {
            let dose = words::dose(page.locale, issued.dose);
            let day = words::date(page.locale, issued.issued_at.date());
            let words = page.t2("card-certificate", "dose", dose, "date", day);
            (format!("/card/certificates/{}", index.saturating_add(1)), words)
        };
        Self {
            certificates: issued.iter().enumerate().map(certificate).collect(),
            nav: Nav::outside("/card"),
            page,
        }
    }
}

#[cfg(test)]
impl RecordPage {
    pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
        let issued = IssuedCertificate {
            person: pramaan_domain::id::PersonId::from_bytes([1; 16]),
            event: pramaan_domain::id::DoseId::from_bytes([2; 16]),
            dose: pramaan_domain::dose::DoseNumber::First,
            issued_at: pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
        };
        vec![Self::new(page.clone(), &[]), Self::new(page.clone(), &[issued])]
    }
}
