//! The people of a household: register, list, delete, and our own update. cowin-api section 4.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use pramaan_app::beneficiary::Registration;
use pramaan_app::{App, Refusal};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::CivilDate;

use super::code;
use super::error::CowinError;
use super::principal::Citizen;
use super::wire::Answer;
use super::wire::beneficiary as wire;
use crate::body::Json;
use crate::text::Text;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v2/registration/beneficiary/new", post(register))
        .route("/v2/registration/beneficiary/delete", post(delete))
}

async fn register(
    State(app): State<App>,
    Citizen(citizen): Citizen,
    Json(typed): Json<wire::NewBeneficiary>,
) -> Result<Answer<wire::Registered>, CowinError> {
    let registration = parse(typed, app.today())?;
    let id = app.register(&citizen, registration).await?;
    Ok(Answer(wire::Registered {
        beneficiary_reference_id: id.to_string(),
    }))
}

async fn delete(
    State(app): State<App>,
    Citizen(citizen): Citizen,
    Json(typed): Json<wire::DeleteBeneficiary>,
) -> Result<StatusCode, CowinError> {
    let id = reference_id(typed.beneficiary_reference_id.as_ref())?;
    app.delete_beneficiary(&citizen, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A reference id that could not be one names nobody.
pub(super) fn reference_id(text: Option<&Text>) -> Result<ReferenceId, CowinError> {
    let text = text.ok_or(code::PARAMETER_MISSING)?;
    ReferenceId::parse(text.as_str()).map_err(|_| code::BENEFICIARY_UNKNOWN.into())
}

fn parse(typed: wire::NewBeneficiary, today: CivilDate) -> Result<Registration, CowinError> {
    let text = |value: &Option<Text>| {
        value
            .as_ref()
            .map(|text| text.as_str().to_owned())
            .unwrap_or_default()
    };
    let number = |value: &Option<crate::text::Number>| value.map_or(-1, |number| number.0);
    let birth_date = text(&typed.date_of_birth);
    Ok(Registration {
        name: accept("name", PersonName::parse(&text(&typed.name)))?,
        birth_year: accept("birth_year", BirthYear::parse(&text(&typed.birth_year), today))?,
        birth_date: if birth_date.is_empty() {
            None
        } else {
            Some(accept("birth_date", BirthDate::parse(&birth_date, today))?)
        },
        gender: accept("gender", Gender::from_cowin_id(number(&typed.gender_id)))?,
        document_type: accept(
            "document_type",
            DocumentType::from_id(number(&typed.photo_id_type)),
        )?,
        document_number: accept(
            "document_number",
            DocumentNumber::parse(&text(&typed.photo_id_number)),
        )?,
        comorbidity: comorbidity(&text(&typed.comorbidity_ind)),
        consent_version: text(&typed.consent_version),
    })
}

/// Leaving the indicator out says no, as it did on CoWIN.
fn comorbidity(indicator: &str) -> pramaan_app::Comorbidity {
    match indicator.eq_ignore_ascii_case("Y") {
        true => pramaan_app::Comorbidity::Declared,
        false => pramaan_app::Comorbidity::None,
    }
}

fn accept<T, E: std::fmt::Display>(field: &'static str, parsed: Result<T, E>) -> Result<T, CowinError> {
    parsed.map_err(|error| {
        Refusal::Invalid {
            field,
            sentence: error.to_string(),
        }
        .into()
    })
}
