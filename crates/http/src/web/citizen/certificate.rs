//! Downloading the certificate of a dose.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use pramaan_app::{Citizen, Refusal};

use super::appointment::pdf_answer;
use super::refusal;
use super::visitor::SignedIn;
use crate::web::front::Front;
use crate::web::page::Page;

const REQUEST: &str = "GET /household/{place}/certificates/{number}";

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/household/{place}/certificates/{number}", get(download))
}

async fn download(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path((place, number)): Path<(String, String)>,
) -> Response {
    match pdf(&front, &citizen, &place, &number).await {
        Ok(pdf) => pdf_answer(pdf, "attachment; filename=\"pramaan-certificate.pdf\""),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

/// The `number`th certificate of the member at a place, both from 1.
async fn pdf(front: &Front, citizen: &Citizen, place: &str, number: &str) -> Result<Vec<u8>, Refusal> {
    let place: usize = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let number: usize = number.parse().map_err(|_| Refusal::NoCertificate)?;
    let person = front.app.beneficiary_at(citizen, place, REQUEST).await?;
    let id = person.reference_id.ok_or(Refusal::UnknownBeneficiary)?;
    let issued = front.app.certificates(citizen).await?;
    let mut own = issued.iter().filter(|issued| issued.person == person.person);
    let wanted = number
        .checked_sub(1)
        .and_then(|index| own.nth(index))
        .ok_or(Refusal::NoCertificate)?;
    let fetched = front
        .app
        .certificate(citizen, id, Some(wanted.event), REQUEST)
        .await?;
    fetched.into_pdf().await
}
