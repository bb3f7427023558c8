//! Facilities' own systems: cowin-api section 8, opened by evidence only.
//!
//! Every call but one needs a key bound to a centre *and* the token of a member of staff of that centre. The one, a look-up
//! by mobile, is not served to anybody: that is what leaked in June 2023.

mod dose;
mod record;
mod walk_in;

use axum::extract::{FromRequestParts, State};
use axum::routing::{any, get, post};
use axum::{Json as Plain, Router};
use http::request::Parts;
use pramaan_app::partner::PartnerKind;
use pramaan_app::staff::{StaffDevice, StaffDoor, StaffLogin, StaffOrigin};
use pramaan_app::{App, Staff};

use super::code;
use super::error::CowinError;
use super::principal::{Caller, Partner, bearer};
use super::wire::vaccinator as wire;
use crate::body::Json;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v2/vaccinator/auth/login", post(login))
        .route("/v2/vaccinator/auth/logout", post(logout))
        .route("/v2/vaccinator/beneficiaries/findByMobile", any(not_served))
        .route(
            "/v2/vaccinator/beneficiaries/findByReferenceId",
            get(record::find),
        )
        .route("/v2/vaccinator/auth/generateOTP", post(walk_in::send_code))
        .route("/v2/vaccinator/beneficiaries/new", post(walk_in::register))
        .route("/v2/vaccinator/onspots/schedule", post(walk_in::seat))
        .route("/v2/vaccinator/beneficiaries/vaccinate", post(dose::vaccinate))
        .route("/v2/vaccinator/certificate/download", get(dose::certificate))
}

/// A member of staff at the centre that the key is bound to, logged in with that key.
#[derive(Debug)]
pub struct AtFacility(pub Staff);

impl FromRequestParts<App> for AtFacility {
    type Rejection = CowinError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, CowinError> {
        let Facility { centre, number } = facility(parts, app).await?;
        let token = bearer(&parts.headers).ok_or(CowinError::Unauthenticated)?;
        let staff = app.staff_at(StaffDoor::Facility(number), token).await?;
        if staff.centre() != centre {
            return Err(CowinError::Forbidden);
        }
        Ok(Self(staff))
    }
}

/// The number and the centre of a facility's key.
struct Facility {
    number: u64,
    centre: i64,
}

impl FromRequestParts<App> for Facility {
    type Rejection = CowinError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, CowinError> {
        facility(parts, app).await
    }
}

async fn facility(parts: &mut Parts, app: &App) -> Result<Facility, CowinError> {
    let Partner(partner) = Partner::from_request_parts(parts, app).await?;
    match partner.kind() {
        PartnerKind::Facility { centre } => Ok(Facility {
            number: partner.number(),
            centre,
        }),
        PartnerKind::Aggregator => Err(CowinError::Forbidden),
    }
}

/// Ours: CoWIN's way to a staff token is not known.
async fn login(
    State(app): State<App>,
    facility: Facility,
    Caller(origin): Caller,
    Json(typed): Json<wire::Login>,
) -> Result<Plain<wire::Token>, CowinError> {
    let text = |text: Option<crate::text::Text>| text.map(crate::text::Text::into_string).unwrap_or_default();
    let login = StaffLogin {
        code: text(typed.code),
        password: text(typed.password),
        totp: text(typed.totp),
        origin: StaffOrigin::new(&origin, StaffDevice::Facility(facility.number)),
    };
    let session = app.login_staff(login).await?;
    if session.staff.centre() != facility.centre {
        let door = StaffDoor::Facility(facility.number);
        app.logout_staff(door, &session.token).await?;
        return Err(code::STAFF_LOGIN_WRONG.into());
    }
    Ok(Plain(wire::Token { token: session.token }))
}

async fn logout(
    State(app): State<App>,
    facility: Facility,
    AtFacility(_): AtFacility,
    headers: http::HeaderMap,
) -> Result<http::StatusCode, CowinError> {
    let token = bearer(&headers).ok_or(CowinError::Unauthenticated)?;
    let door = StaffDoor::Facility(facility.number);
    app.logout_staff(door, token).await?;
    Ok(http::StatusCode::NO_CONTENT)
}

/// As CoWIN's production answered, to every method and caller.
async fn not_served() -> CowinError {
    CowinError::NotAllowed
}
