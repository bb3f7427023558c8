//! Extractors that stand for a login or a key: a handler that names one cannot run without it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::{AUTHORIZATION, USER_AGENT};
use http::request::Parts;
use pramaan_app::origin::{Device, Origin};
use pramaan_app::partner::PartnerKind;
use pramaan_app::{App, Face, FaceKind};

use super::error::CowinError;
use crate::server::client_of;

/// A citizen with a valid bearer token, through any face. A token that a partner was given works only together with that
/// partner's key.
#[derive(Debug)]
pub struct Citizen(pub pramaan_app::Citizen);

impl FromRequestParts<App> for Citizen {
    type Rejection = CowinError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, CowinError> {
        let bearer = bearer(&parts.headers).ok_or(CowinError::Unauthenticated)?;
        let citizen = app.citizen(bearer)?;
        if let Face::Partner(number) = citizen.face() {
            let Partner(partner) = Partner::from_request_parts(parts, app).await?;
            if partner.number() != number {
                return Err(CowinError::Forbidden);
            }
        }
        Ok(Self(citizen))
    }
}

/// A citizen whose token opens the account: from the portal or a partner. A token of the other doors is refused before
/// the body is read, so that it learns nothing about what it may not do.
#[derive(Debug)]
pub struct AccountHolder(pub pramaan_app::Citizen);

impl FromRequestParts<App> for AccountHolder {
    type Rejection = CowinError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, CowinError> {
        let Citizen(citizen) = Citizen::from_request_parts(parts, app).await?;
        citizen.require(&[FaceKind::Portal, FaceKind::Partner])?;
        Ok(Self(citizen))
    }
}

/// A partner with a valid `x-api-key`.
#[derive(Debug)]
pub struct Partner(pub pramaan_app::partner::Partner);

impl Partner {
    /// The number of a partner that may serve citizens.
    pub(super) fn aggregator(&self) -> Result<u64, CowinError> {
        match self.0.kind() {
            PartnerKind::Aggregator => Ok(self.0.number()),
            PartnerKind::Facility { .. } => Err(CowinError::Forbidden),
        }
    }
}

impl FromRequestParts<App> for Partner {
    type Rejection = CowinError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, CowinError> {
        let key = parts
            .headers
            .get("x-api-key")
            .and_then(|value| value.to_str().ok());
        Ok(Self(app.partner(key.ok_or(CowinError::Forbidden)?).await?))
    }
}

/// Where a call of the API comes from, for budgets. The API has no cookies. What an owner's client has and a stranger
/// behind the same address has not is the bearer token of an earlier login: shown when an OTP is asked for or confirmed,
/// expired or not, it keeps the owner's reserve. Without one a device is its address and user agent, and has what its
/// neighbours leave of a small reserve (see [`Origin`]).
#[derive(Debug)]
pub struct Caller(pub Origin);

impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let earlier = bearer(&parts.headers).and_then(|token| app.earlier_login(token));
        Ok(Self(plain_origin(parts).with_earlier(earlier)))
    }
}

/// The origin of a request that shows nothing that only its client has.
pub(crate) fn plain_origin(parts: &Parts) -> Origin {
    let agent = parts
        .headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    Origin::new(
        client_of(&parts.extensions),
        Device::UserAgent(agent.unwrap_or("")),
    )
}

/// The token behind `Authorization: Bearer`, in any letter case.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
