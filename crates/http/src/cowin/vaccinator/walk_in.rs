//! People who came without an appointment: registered at the desk and seated from the walk-ins' quota.

use axum::Json as Plain;
use axum::extract::State;
use http::HeaderMap;
use pramaan_app::App;
use pramaan_app::card::Shown;
use pramaan_app::walk_in::{Bound, DeskMobile, WalkInSeat};

use super::AtFacility;
use super::record::document;
use crate::body::Json;
use crate::cowin::appointment::{idempotency_key, seat as seat_of};
use crate::cowin::auth::{failed, given, guess, number};
use crate::cowin::beneficiary::{parse, reference_id};
use crate::cowin::code;
use crate::cowin::error::CowinError;
use crate::cowin::metadata::spoken;
use crate::cowin::wire::appointment::Scheduled;
use crate::cowin::wire::auth::{OtpSent, YesNo};
use crate::cowin::wire::vaccinator as wire;
use crate::text::Text;

/// Ours: a code to the number that the person says is theirs, to be read out at the desk.
pub(super) async fn send_code(
    State(app): State<App>,
    AtFacility(staff): AtFacility,
    headers: HeaderMap,
    Json(typed): Json<wire::DeskCode>,
) -> Result<Plain<OtpSent>, CowinError> {
    let mobile = number(typed.mobile_number.as_ref())?;
    let language = spoken(&headers).unwrap_or_default();
    let sent = app.send_desk_code(&staff, mobile, language).await;
    let txn = sent.map_err(|refusal| failed(refusal, code::OTP_NOT_SENT))?;
    Ok(Plain(OtpSent {
        txn_id: txn.to_string(),
    }))
}

/// A mobile number without its code is looked at for its form only: whoever stands here has not proved it.
pub(super) async fn register(
    State(app): State<App>,
    AtFacility(staff): AtFacility,
    Json(typed): Json<wire::NewWalkIn>,
) -> Result<Plain<wire::WalkIn>, CowinError> {
    if given(typed.beneficiary.name.clone()).is_none() {
        return Err(code::NAME_REQUIRED.into());
    }
    if let Some(mobile) = given(typed.mobile_number) {
        number(Some(&mobile))?;
    }
    let mobile = match (given(typed.txn_id), given(typed.otp)) {
        (None, None) => None,
        (txn, otp) => {
            let (txn, otp) = guess(txn, otp)?;
            Some(DeskMobile { txn, otp })
        }
    };
    let registration = parse(typed.beneficiary, app.today())?;
    let walk_in = app
        .register_walk_in_without_card(&staff, registration, mobile)
        .await?;
    Ok(Plain(wire::WalkIn {
        beneficiary_reference_id: walk_in.reference_id.to_string(),
        mobile_bound: match walk_in.mobile {
            Bound::ToMobile => YesNo::Y,
            Bound::ToPaper => YesNo::N,
        },
    }))
}

/// One person a request: each shows a document of their own.
pub(super) async fn seat(
    State(app): State<App>,
    AtFacility(staff): AtFacility,
    headers: HeaderMap,
    Json(typed): Json<wire::OnSpot>,
) -> Result<Plain<Scheduled>, CowinError> {
    let member = match typed.beneficiaries.as_deref() {
        None | Some([]) => return Err(code::NAME_REQUIRED.into()),
        Some([one]) => reference_id(Some(one))?,
        Some(_) => {
            let sentence = "Seat one person at a time, each with the document in hand.";
            return Err(code::BENEFICIARIES_REQUIRED.because(sentence.to_owned()));
        }
    };
    let dose = typed.dose.ok_or(code::PARAMETER_MISSING)?.0;
    if !(1..=3).contains(&dose) {
        return Err(code::MALFORMED_VALUE.because("The dose is 1, 2 or 3.".to_owned()));
    }
    let wanted = WalkInSeat {
        seat: seat_of(typed.session_id.as_ref(), typed.slot.as_ref())?,
        dose,
        shown: Shown::Document {
            reference_id: member,
            document: document(
                typed.photo_id_type.map(|kind| kind.0),
                typed.photo_id_number.as_ref().map(Text::as_str),
            )?,
        },
        idempotency_key: idempotency_key(&headers)?,
        language: spoken(&headers).unwrap_or_default(),
    };
    let seated = app
        .seat_walk_in(&staff, wanted, "POST /api/v2/vaccinator/onspots/schedule")
        .await?;
    Ok(Plain(Scheduled::new(seated.appointment.to_string())))
}
