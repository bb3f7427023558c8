//! Certificate downloads: cowin-api section 7.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use pramaan_app::{App, FaceKind, Refusal};
use pramaan_domain::reference_id::ReferenceId;

use super::error::CowinError;
use super::principal::{AccountHolder, Citizen};
use super::wire::certificate::{CertificateOf, Pdf};
use crate::query::Query;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v2/registration/certificate/public/download", get(public))
        .route("/v2/registration/certificate/download", get(download))
}

async fn public(
    State(app): State<App>,
    Citizen(citizen): Citizen,
    Query(query): Query<CertificateOf>,
) -> Result<Pdf, CowinError> {
    citizen.require(&[FaceKind::Public, FaceKind::Portal])?;
    pdf(
        &app,
        &citizen,
        &query,
        "GET /api/v2/registration/certificate/public/download",
    )
    .await
}

async fn download(
    State(app): State<App>,
    AccountHolder(citizen): AccountHolder,
    Query(query): Query<CertificateOf>,
) -> Result<Pdf, CowinError> {
    pdf(
        &app,
        &citizen,
        &query,
        "GET /api/v2/registration/certificate/download",
    )
    .await
}

/// Somebody else's id is answered as if there were no login, as CoWIN did.
async fn pdf(
    app: &App,
    citizen: &pramaan_app::Citizen,
    query: &CertificateOf,
    request: &'static str,
) -> Result<Pdf, CowinError> {
    let id = ReferenceId::parse(query.beneficiary_reference_id.as_str())
        .map_err(|_| CowinError::Unauthenticated)?;
    let fetched = match app.certificate(citizen, id, None, request).await {
        Err(Refusal::UnknownBeneficiary) => return Err(CowinError::Unauthenticated),
        fetched => fetched?,
    };
    let bytes = fetched.into_pdf().await?.into();
    Ok(Pdf {
        bytes,
        file_name: "certificate.pdf",
    })
}
