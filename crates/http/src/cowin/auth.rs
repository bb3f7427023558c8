//! One-time passwords, tokens, the status interface and the captcha's picture: cowin-api sections 1 and 5.
//!
//! Four doors with the same two steps. Until the code is right, no answer depends on the number.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::HeaderMap;
use pramaan_app::message::Language;
use pramaan_app::otp::{Account, Login, OtpConfirmation, OtpDigest, OtpRequest};
use pramaan_app::{App, Face, Refusal};
use pramaan_domain::id::TxnId;
use pramaan_domain::mobile::{Mobile, ParseMobile};
use pramaan_domain::name::PersonName;

use super::captcha;
use super::code::{self, Code};
use super::error::CowinError;
use super::metadata::spoken;
use super::principal::{AccountHolder, Caller, Citizen, Partner};
use super::wire::Answer;
use super::wire::auth as wire;
use crate::body::Json;
use crate::text::Text;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v2/auth/public/generateOTP", post(public_generate))
        .route("/v2/auth/public/confirmOTP", post(public_confirm))
        .route("/v2/auth/generateMobileOTP", post(portal_generate))
        .route("/v2/auth/validateMobileOtp", post(portal_confirm))
        .route("/v2/auth/generateOTP", post(partner_generate))
        .route("/v2/auth/confirmOTP", post(partner_confirm))
        .route("/v3/vaccination/generateOTP", post(status_generate))
        .route("/v3/vaccination/confirmOTP", post(status_confirm))
        .route("/v3/vaccination/status", get(status))
        .route("/v2/auth/getRecaptcha", post(picture))
}

type Sent = Result<Answer<wire::OtpSent>, CowinError>;
type Confirmed = Result<Answer<wire::Confirmed>, CowinError>;

async fn public_generate(
    State(app): State<App>,
    caller: Caller,
    Json(typed): Json<wire::GenerateOtp>,
) -> Sent {
    generate(&app, caller, Face::Public, (typed.mobile, None)).await
}

async fn public_confirm(
    State(app): State<App>,
    caller: Caller,
    Json(typed): Json<wire::ConfirmOtp>,
) -> Confirmed {
    let login = confirm(&app, caller, (Face::Public, None), typed).await?;
    Ok(Answer(wire::Confirmed {
        token: login.token,
        is_new_account: None,
    }))
}

async fn portal_generate(
    State(app): State<App>,
    caller: Caller,
    Json(typed): Json<wire::GenerateOtp>,
) -> Sent {
    generate(&app, caller, Face::Portal, (typed.mobile, None)).await
}

async fn portal_confirm(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(typed): Json<wire::ConfirmOtp>,
) -> Confirmed {
    Ok(with_account(
        confirm(&app, caller, (Face::Portal, spoken(&headers)), typed).await?,
    ))
}

async fn partner_generate(
    State(app): State<App>,
    partner: Partner,
    caller: Caller,
    Json(typed): Json<wire::GenerateOtp>,
) -> Sent {
    generate(
        &app,
        caller,
        Face::Partner(partner.aggregator()?),
        (typed.mobile, None),
    )
    .await
}

async fn partner_confirm(
    State(app): State<App>,
    partner: Partner,
    caller: Caller,
    headers: HeaderMap,
    Json(typed): Json<wire::ConfirmOtp>,
) -> Confirmed {
    Ok(with_account(
        confirm(
            &app,
            caller,
            (Face::Partner(partner.aggregator()?), spoken(&headers)),
            typed,
        )
        .await?,
    ))
}

async fn status_generate(
    State(app): State<App>,
    caller: Caller,
    Json(typed): Json<wire::GenerateStatusOtp>,
) -> Sent {
    generate(
        &app,
        caller,
        Face::Status,
        (typed.mobile_number, name(typed.full_name)?),
    )
    .await
}

async fn status_confirm(
    State(app): State<App>,
    caller: Caller,
    Json(typed): Json<wire::ConfirmOtp>,
) -> Confirmed {
    let login = confirm(&app, caller, (Face::Status, None), typed).await?;
    Ok(Answer(wire::Confirmed {
        token: login.token,
        is_new_account: None,
    }))
}

async fn status(
    State(app): State<App>,
    Citizen(citizen): Citizen,
) -> Result<Answer<wire::VaccinationStatus>, CowinError> {
    let status = app
        .vaccination_status(&citizen, "GET /api/v3/vaccination/status")
        .await
        .map_err(unknown_or)?;
    Ok(Answer(wire::VaccinationStatus {
        vaccination_status: u8::try_from(status.cowin_number()).unwrap_or(0),
    }))
}

/// Draws letters and remembers none: what is typed under them is never checked.
async fn picture(State(app): State<App>, _: AccountHolder) -> Result<Answer<wire::Captcha>, CowinError> {
    Ok(Answer(wire::Captcha {
        captcha: captcha::draw(&|buffer| app.random(buffer)),
    }))
}

async fn generate(
    app: &App,
    Caller(origin): Caller,
    face: Face,
    (mobile, full_name): (Option<Text>, Option<PersonName>),
) -> Sent {
    let mobile = number(mobile.as_ref())?;
    let request = OtpRequest {
        mobile,
        full_name,
        face,
        origin,
        language: Language::English,
    };
    let sent = app.request_otp(request).await;
    let txn = sent.map_err(|refusal| failed(refusal, code::OTP_NOT_SENT))?;
    Ok(Answer(wire::OtpSent {
        txn_id: txn.to_string(),
    }))
}

pub(super) fn number(mobile: Option<&Text>) -> Result<Mobile, Code> {
    Mobile::parse(mobile.map_or("", Text::as_str)).map_err(|error| match error {
        ParseMobile::Missing => code::MOBILE_REQUIRED,
        ParseMobile::Malformed => code::MALFORMED_MOBILE,
    })
}

/// A guess in its transport form.
pub(super) fn guess(txn: Option<Text>, otp: Option<Text>) -> Result<(TxnId, OtpDigest), CowinError> {
    let otp = given(otp).ok_or(code::OTP_REQUIRED)?;
    let txn = given(txn).ok_or(code::TXN_REQUIRED)?;
    let otp = OtpDigest::parse(otp.as_str()).ok_or(code::INVALID_OTP)?;
    let txn = txn.as_str().parse().map_err(|_| CowinError::Unauthenticated)?;
    Ok((txn, otp))
}

async fn confirm(
    app: &App,
    Caller(origin): Caller,
    (face, language): (Face, Option<Language>),
    typed: wire::ConfirmOtp,
) -> Result<Login, CowinError> {
    let (txn, otp) = guess(typed.txn_id, typed.otp)?;
    let confirmed = app
        .confirm_otp(OtpConfirmation {
            txn,
            otp,
            face,
            origin,
            language,
        })
        .await;
    confirmed.map_err(|refusal| match (refusal, face) {
        (Refusal::NotRegistered, Face::Status) => unknown_or(Refusal::NotRegistered),
        (refusal, _) => failed(refusal, code::OTP_NOT_CHECKED),
    })
}

/// The status interface knows nobody of that name, or not any more.
fn unknown_or(refusal: Refusal) -> CowinError {
    match refusal {
        Refusal::NotRegistered => code::ACCOUNT_UNKNOWN.into(),
        refusal => refusal.into(),
    }
}

/// CoWIN had a code of its own for a step that failed for no fault of the client's.
pub(super) fn failed(refusal: Refusal, code: Code) -> CowinError {
    match refusal {
        Refusal::Unavailable(error) => {
            tracing::error!(%error, "a login failed");
            code.into()
        }
        refusal => refusal.into(),
    }
}

/// The name is asked for by the status interface; an empty one is as good as none.
fn name(typed: Option<Text>) -> Result<Option<PersonName>, CowinError> {
    let parsed = given(typed)
        .map(|text| PersonName::parse(text.as_str()))
        .transpose();
    parsed.map_err(|error| code::MALFORMED_NAME.because(error.to_string()))
}

pub(super) fn given(typed: Option<Text>) -> Option<Text> {
    typed.filter(|text| !text.as_str().is_empty())
}

fn with_account(login: Login) -> Answer<wire::Confirmed> {
    let is_new_account = match login.account {
        Account::New => wire::YesNo::Y,
        Account::Existing => wire::YesNo::N,
    };
    Answer(wire::Confirmed {
        token: login.token,
        is_new_account: Some(is_new_account),
    })
}
