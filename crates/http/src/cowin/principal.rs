//! Extractors that stand for a login: a handler that names one cannot run without it.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use pramaan_app::App;

use super::error::CowinError;

/// A citizen with a valid bearer token, through any face.
#[derive(Debug)]
pub struct Citizen(pub pramaan_app::Citizen);

impl FromRequestParts<App> for Citizen {
    type Rejection = CowinError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, CowinError> {
        let bearer = bearer(parts).ok_or(CowinError::Unauthenticated)?;
        Ok(Self(app.citizen(bearer)?))
    }
}

/// The token behind `Authorization: Bearer`, in any letter case.
fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
