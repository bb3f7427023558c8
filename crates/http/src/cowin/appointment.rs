//! Booking, moving, cancelling and the slip: cowin-api section 6.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, HeaderName, StatusCode, header};
use pramaan_app::App;
use pramaan_app::appointment::{Booking, Seat, Told};
use pramaan_domain::id::{AppointmentId, SessionId};
use pramaan_domain::reference_id::ReferenceId;

use super::beneficiary::reference_id;
use super::code;
use super::error::CowinError;
use super::metadata::spoken;
use super::principal::AccountHolder;
use super::wire::{Answer, appointment as wire};
use crate::body::Json;
use crate::query::Query;
use crate::text::Text;

/// Members in one booking at most; a seventh is refused before anybody is looked up.
const MEMBERS: usize = 6;
/// A key is a name that the client made up: long enough for a UUID and more, too short to fill anything.
const LONGEST_KEY: usize = 200;
/// Says `none` when a change that is usually followed by a message is not.
const MESSAGE: HeaderName = HeaderName::from_static("pramaan-message");

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v2/appointment/schedule", post(schedule))
        .route("/v2/appointment/reschedule", post(reschedule))
        .route("/v2/appointment/cancel", post(cancel))
        .route("/v2/appointment/appointmentslip/download", get(slip))
}

async fn schedule(
    State(app): State<App>,
    AccountHolder(citizen): AccountHolder,
    headers: HeaderMap,
    Json(typed): Json<wire::Schedule>,
) -> Result<Answer<wire::Scheduled>, CowinError> {
    let booking = Booking {
        dose: typed.dose.ok_or(code::PARAMETER_MISSING)?.0,
        seat: seat(typed.session_id.as_ref(), typed.slot.as_ref())?,
        members: members(typed.beneficiaries.as_deref())?,
        declaring: Vec::new(),
        idempotency_key: idempotency_key(&headers)?,
        language: spoken(&headers).unwrap_or_default(),
    };
    if !(1..=3).contains(&booking.dose) {
        return Err(code::MALFORMED_VALUE.because("The dose is 1, 2 or 3.".to_owned()));
    }
    let appointment = app
        .book(&citizen, booking, "POST /api/v2/appointment/schedule")
        .await?;
    Ok(Answer(wire::Scheduled::new(appointment.to_string())))
}

async fn reschedule(
    State(app): State<App>,
    AccountHolder(citizen): AccountHolder,
    headers: HeaderMap,
    Json(typed): Json<wire::Reschedule>,
) -> Result<StatusCode, CowinError> {
    let appointment = appointment(typed.appointment_id.as_ref())?;
    let seat = seat(typed.session_id.as_ref(), typed.slot.as_ref())?;
    let request = "POST /api/v2/appointment/reschedule";
    app.reschedule(
        &citizen,
        appointment,
        &seat,
        spoken(&headers).unwrap_or_default(),
        request,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// CoWIN's empty answer; its header says when no message about it will come, because no number can be opened just now.
async fn cancel(
    State(app): State<App>,
    AccountHolder(citizen): AccountHolder,
    headers: HeaderMap,
    Json(typed): Json<wire::Cancel>,
) -> Result<Response, CowinError> {
    let appointment = appointment(typed.appointment_id.as_ref())?;
    let members = members(typed.beneficiaries.as_deref())?;
    let request = "POST /api/v2/appointment/cancel";
    let told = app
        .cancel_appointment(
            &citizen,
            appointment,
            &members,
            spoken(&headers).unwrap_or_default(),
            request,
        )
        .await?;
    Ok(match told {
        Told::ByMessage => StatusCode::NO_CONTENT.into_response(),
        Told::Nothing => (StatusCode::NO_CONTENT, [(MESSAGE, "none")]).into_response(),
    })
}

/// A PDF with the four-digit code of each member. No cache may keep it.
async fn slip(
    State(app): State<App>,
    AccountHolder(citizen): AccountHolder,
    Query(query): Query<wire::Slip>,
) -> Result<Response, CowinError> {
    let appointment = appointment(Some(&query.appointment_id))?;
    let request = "GET /api/v2/appointment/appointmentslip/download";
    let pdf = app.slip_pdf(&citizen, appointment, request).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"appointment-slip.pdf\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, pdf).into_response())
}

/// What is not an id of ours names no session.
pub(super) fn seat(session: Option<&Text>, slot: Option<&Text>) -> Result<Seat, CowinError> {
    let (session, slot) = (
        session.ok_or(code::PARAMETER_MISSING)?,
        slot.ok_or(code::PARAMETER_MISSING)?,
    );
    let session: SessionId = session.as_str().parse().map_err(|_| code::INVALID_SLOT)?;
    Ok(Seat {
        session,
        slot: slot.as_str().to_owned(),
    })
}

pub(super) fn appointment(id: Option<&Text>) -> Result<AppointmentId, CowinError> {
    let id = id.ok_or(code::PARAMETER_MISSING)?;
    id.as_str().parse().map_err(|_| code::APPOINTMENT_UNKNOWN.into())
}

fn members(ids: Option<&[Text]>) -> Result<Vec<ReferenceId>, CowinError> {
    let ids = ids.unwrap_or_default();
    if !(1..=MEMBERS).contains(&ids.len()) {
        return Err(code::BENEFICIARIES_REQUIRED.into());
    }
    ids.iter().map(|id| reference_id(Some(id))).collect()
}

pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, CowinError> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    let sentence = || format!("Idempotency-Key takes 1 to {LONGEST_KEY} visible ASCII characters.");
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| code::MALFORMED_VALUE.because(sentence()))
}
