//! The certificate of a dose: in words, for reading and reading aloud, and as the PDF that others check.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use pramaan_app::certificate::{FetchedCertificate, Stage};
use pramaan_app::verify::CheckedCertificate;
use pramaan_app::{Citizen, Refusal};

use super::appointment::pdf_answer;
use super::layout::Nav;
use super::visitor::SignedIn;
use super::{refusal, verify};
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;

const READ: &str = "GET /household/{place}/certificates/{number}";
const DOWNLOAD: &str = "GET /household/{place}/certificates/{number}/certificate.pdf";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/household/{place}/certificates/{number}", get(read))
        .route(
            "/household/{place}/certificates/{number}/certificate.pdf",
            get(download),
        )
}

/// Everything that the PDF says, as text.
#[derive(Template)]
#[template(path = "citizen/certificate.html")]
pub(super) struct CertificatePage {
    page: Page,
    nav: Nav,
    name: String,
    stage: String,
    facts: Vec<(String, String)>,
    pdf: String,
}

/// Which one, both counted from 1: the member's place in the list, and the certificate's among theirs.
type Which = (String, String);

async fn read(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(which): Path<Which>,
) -> Response {
    match fetch(&front, &citizen, &which, READ).await {
        Ok(fetched) => render(&CertificatePage::new(
            page,
            &which,
            fetched.stage(),
            fetched.facts(),
        )),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn download(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(which): Path<Which>,
) -> Response {
    let pdf = match fetch(&front, &citizen, &which, DOWNLOAD).await {
        Ok(fetched) => fetched.into_pdf().await,
        Err(refused) => Err(refused),
    };
    match pdf {
        Ok(pdf) => pdf_answer(pdf, "attachment; filename=\"pramaan-certificate.pdf\""),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn fetch(
    front: &Front,
    citizen: &Citizen,
    (place, number): &Which,
    request: &'static str,
) -> Result<FetchedCertificate, Refusal> {
    let place: usize = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let number: usize = number.parse().map_err(|_| Refusal::NoCertificate)?;
    let person = front.app.beneficiary_at(citizen, place, request).await?;
    let id = person.reference_id.ok_or(Refusal::UnknownBeneficiary)?;
    let issued = front.app.certificates(citizen).await?;
    let mut own = issued.iter().filter(|issued| issued.person == person.person);
    let wanted = number
        .checked_sub(1)
        .and_then(|index| own.nth(index))
        .ok_or(Refusal::NoCertificate)?;
    front
        .app
        .certificate(citizen, id, Some(wanted.event), request)
        .await
}

impl CertificatePage {
    fn new(page: Page, (place, number): &Which, stage: Stage, facts: CheckedCertificate) -> Self {
        let locale = page.locale;
        Self {
            nav: Nav::inside("/household"),
            name: facts.name.clone(),
            stage: in_words(locale, stage),
            facts: verify::facts(locale, facts),
            pdf: format!("/household/{place}/certificates/{number}/certificate.pdf"),
            page,
        }
    }
}

fn in_words(locale: Locale, stage: Stage) -> String {
    locale.t(match stage {
        Stage::Provisional => "certificate-provisional",
        Stage::Final => "certificate-final",
        Stage::Precaution => "certificate-precaution",
    })
}

#[cfg(test)]
impl CertificatePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        [Stage::Provisional, Stage::Final, Stage::Precaution]
            .map(|stage| {
                let which = ("1".to_owned(), "1".to_owned());
                Self::new(page.clone(), &which, stage, verify::sample())
            })
            .into()
    }
}
