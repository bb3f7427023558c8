//! The people of a household: register, list, delete, and our own update. cowin-api section 4.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};
use pramaan_app::appointment::Appointment;
use pramaan_app::beneficiary::Registration;
use pramaan_app::dashboard::Relative;
use pramaan_app::{App, Refusal, Repetition};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType, masked};
use pramaan_domain::dose::{DoseNumber, VaccinationStatus};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::place;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::CivilDate;

use super::appointment::idempotency_key;
use super::code;
use super::date;
use super::error::CowinError;
use super::principal::AccountHolder;
use super::wire::Answer;
use super::wire::auth::YesNo;
use super::wire::beneficiary as wire;
use crate::body::Json;
use crate::text::Text;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v2/appointment/beneficiaries", get(list))
        .route("/v2/registration/beneficiary/new", post(register))
        .route("/v2/registration/beneficiary/delete", post(delete))
}

async fn list(
    State(app): State<App>,
    AccountHolder(citizen): AccountHolder,
) -> Result<Answer<wire::Beneficiaries>, CowinError> {
    let family = app
        .dashboard(&citizen, "GET /api/v2/appointment/beneficiaries")
        .await?;
    Ok(Answer(wire::Beneficiaries {
        beneficiaries: family.iter().map(beneficiary).collect(),
    }))
}

/// Empty strings where there is nothing yet: clients take `dose1_date == ""` for "book the first dose".
fn beneficiary(relative: &Relative) -> wire::Beneficiary {
    let person = &relative.person;
    let text = |text: Option<String>| text.unwrap_or_default();
    let on = |dose: DoseNumber| {
        let given = relative.doses.iter().find(|given| given.dose == dose);
        given.map_or_else(String::new, |given| date::print(given.on()))
    };
    let precaution = on(DoseNumber::Precaution);
    wire::Beneficiary {
        beneficiary_reference_id: text(person.reference_id.map(|id| id.to_string())),
        name: text(person.name.as_ref().map(|name| name.as_str().to_owned())),
        birth_year: text(person.birth_year.map(|year| year.get().to_string())),
        gender: text(person.gender.map(|gender| gender.cowin_name().to_owned())),
        mobile_number: text(person.mobile.as_ref().map(|mobile| mobile.last_four().to_owned())),
        photo_id_type: text(person.document_type.map(|kind| kind.name().to_owned())),
        photo_id_number: text(person.document_last_four.as_deref().map(masked)),
        comorbidity_ind: match person.comorbidity {
            Some(pramaan_app::Comorbidity::Declared) => YesNo::Y,
            Some(pramaan_app::Comorbidity::None) | None => YesNo::N,
        },
        vaccination_status: match relative.status() {
            VaccinationStatus::NotVaccinated => wire::VaccinationStatus::NotVaccinated,
            VaccinationStatus::PartiallyVaccinated => wire::VaccinationStatus::PartiallyVaccinated,
            VaccinationStatus::Vaccinated => wire::VaccinationStatus::Vaccinated,
        },
        vaccine: vaccine(relative),
        dose1_date: on(DoseNumber::First),
        dose2_date: on(DoseNumber::Second),
        appointments: relative.appointments.iter().map(appointment).collect(),
        precaution_dose_one_date: (!precaution.is_empty()).then_some(precaution),
        is_eligible_for_precaution: None,
        next_vaccination_date: None,
    }
}

/// What was given, or else what is booked.
fn vaccine(relative: &Relative) -> String {
    let given = relative.doses.first().map(|given| given.facts.vaccine);
    let booked = relative
        .appointments
        .last()
        .map(|appointment| appointment.vaccine);
    given
        .or(booked)
        .map_or_else(String::new, |vaccine| vaccine.name().to_owned())
}

fn appointment(appointment: &Appointment) -> wire::BeneficiaryAppointment {
    let centre = &appointment.centre;
    let district = place::district(centre.district);
    let state = district.and_then(|district| place::state(district.state));
    wire::BeneficiaryAppointment {
        appointment_id: appointment.id.to_string(),
        center_id: centre.id.number(),
        name: centre.name.to_string(),
        state_name: state.map_or_else(String::new, |state| state.name.to_owned()),
        district_name: district.map_or_else(String::new, |district| district.name.to_owned()),
        block_name: centre.block.clone(),
        from: centre.opens.format("%H:%M").to_string(),
        to: centre.closes.format("%H:%M").to_string(),
        dose: u8::try_from(appointment.dose.cowin_number()).unwrap_or(0),
        session_id: appointment.session.to_string(),
        date: date::print(appointment.day),
        slot: appointment.slot.to_string(),
    }
}

async fn register(
    State(app): State<App>,
    AccountHolder(citizen): AccountHolder,
    headers: HeaderMap,
    Json(typed): Json<wire::NewBeneficiary>,
) -> Result<Answer<wire::Registered>, CowinError> {
    let registration = parse(typed, app.today())?;
    let repetition = idempotency_key(&headers)?.map_or(Repetition::Unnamed, Repetition::Request);
    let id = app.register_once(&citizen, registration, repetition).await?;
    Ok(Answer(wire::Registered {
        beneficiary_reference_id: id.to_string(),
    }))
}

async fn delete(
    State(app): State<App>,
    AccountHolder(citizen): AccountHolder,
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

pub(super) fn parse(typed: wire::NewBeneficiary, today: CivilDate) -> Result<Registration, CowinError> {
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
