//! Recording a dose and printing its certificate.

use axum::extract::State;
use chrono::NaiveTime;
use http::StatusCode;
use pramaan_app::dose::{Dose, Vial};
use pramaan_app::encounter::EncounterKey;
use pramaan_app::{App, Refusal, Staff};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_domain::wire_date::WireDate;

use super::AtFacility;
use super::record::{Shown, evidence};
use crate::body::Json;
use crate::cowin::beneficiary::reference_id;
use crate::cowin::code;
use crate::cowin::error::CowinError;
use crate::cowin::wire::certificate::Pdf;
use crate::cowin::wire::vaccinator as wire;
use crate::query::Query;
use crate::text::Text;

const VACCINATE: &str = "POST /api/v2/vaccinator/beneficiaries/vaccinate";

/// Records within the encounter that is open with the person; without one, the slip's code or the document opens one.
pub(super) async fn vaccinate(
    State(app): State<App>,
    AtFacility(staff): AtFacility,
    Json(typed): Json<wire::Vaccinate>,
) -> Result<StatusCode, CowinError> {
    let id = reference_id(typed.beneficiary_reference_id.as_ref())?;
    if typed.center_id.is_none_or(|centre| centre.0 != staff.centre()) {
        return Err(code::CENTRE_UNKNOWN.into());
    }
    let dose = dose(&app, &typed)?;
    let shown = Shown {
        code: typed.secret_code.as_ref().map(Text::as_str),
        document_type: typed.photo_id_type.as_ref().map(|kind| kind.0),
        document_number: typed.photo_id_number.as_ref().map(Text::as_str),
    };
    let encounter = encounter(&app, &staff, id, shown).await?;
    match typed.time {
        Some(_) => app.record_dose(&staff, encounter, dose, VACCINATE).await?,
        None => {
            app.record_dose_on_arrival(&staff, encounter, dose, VACCINATE)
                .await?
        }
    };
    Ok(StatusCode::NO_CONTENT)
}

/// The certificate of the dose that was recorded a moment ago.
pub(super) async fn certificate(
    State(app): State<App>,
    AtFacility(staff): AtFacility,
    Query(query): Query<wire::Find>,
) -> Result<Pdf, CowinError> {
    let id = reference_id(query.beneficiary_reference_id.as_ref())?;
    let encounter = app.current_encounter(&staff, id).await?;
    let fetched = app
        .certificate_at_site(&staff, encounter, "GET /api/v2/vaccinator/certificate/download")
        .await?;
    let bytes = fetched.into_pdf().await?.into();
    Ok(Pdf {
        bytes,
        file_name: "certificate.pdf",
    })
}

async fn encounter(
    app: &App,
    staff: &Staff,
    id: ReferenceId,
    shown: Shown<'_>,
) -> Result<EncounterKey, CowinError> {
    match app.current_encounter(staff, id).await {
        Err(Refusal::NoEncounter) => Ok(app
            .begin_encounter(staff, evidence(id, shown)?, VACCINATE)
            .await?
            .key),
        current => Ok(current?),
    }
}

fn dose(app: &App, typed: &wire::Vaccinate) -> Result<Dose, CowinError> {
    let number = match typed.dose.ok_or(code::PARAMETER_MISSING)?.0 {
        1 => DoseNumber::First,
        2 => DoseNumber::Second,
        3 => third(typed.precaution.as_ref())?,
        _ => return Err(code::MALFORMED_VALUE.because("The dose is 1, 2 or 3.".to_owned())),
    };
    let text = |text: &Option<Text>| text.as_ref().map(Text::as_str).unwrap_or_default().to_owned();
    let required = |value: &Option<Text>| match text(value) {
        empty if empty.is_empty() => Err(CowinError::from(code::PARAMETER_MISSING)),
        text => Ok(text),
    };
    let reason = match text(&typed.reason) {
        none if none.is_empty() => None,
        text => Some(accept(Reason::parse(&text))?),
    };
    Ok(Dose {
        number,
        vaccine: accept(Vaccine::parse(&required(&typed.vaccine)?))?,
        batch: accept(VaccineBatch::parse(&required(&typed.vaccine_batch)?))?,
        vial: Vial::parse(&text(&typed.vial))?,
        given_at: given_at(app, typed, number)?,
        site: accept(BodySite::parse(&required(&typed.body_site)?))?,
        reason,
    })
}

/// CoWIN's third dose was the precaution dose; of a series of three it is the third.
fn third(precaution: Option<&Text>) -> Result<DoseNumber, CowinError> {
    match precaution.map_or("", Text::as_str) {
        "" | "Y" | "y" => Ok(DoseNumber::Precaution),
        "N" | "n" => Ok(DoseNumber::Third),
        _ => Err(code::MALFORMED_VALUE.because("The field precaution is Y or N.".to_owned())),
    }
}

/// The date that CoWIN's callers send must be today's; the time is ours and optional: without it, now.
fn given_at(app: &App, typed: &wire::Vaccinate, number: DoseNumber) -> Result<Timestamp, CowinError> {
    let date = match number {
        DoseNumber::First => &typed.dose1_date,
        _ => &typed.dose2_date,
    };
    if let Some(date) = date {
        let date = WireDate::parse(date.as_str()).map_err(|_| code::MALFORMED_DATE)?;
        if date.date() != app.today() {
            return Err(code::RECORDED_SAME_DAY.into());
        }
    }
    match &typed.time {
        None => Ok(app.now()),
        Some(time) => {
            let time = accept(NaiveTime::parse_from_str(time.as_str(), "%H:%M"))?;
            Ok(Timestamp::from_local(app.today(), time))
        }
    }
}

/// The parser's own sentence tells what to send; it never repeats what was sent.
fn accept<T, E: std::fmt::Display>(parsed: Result<T, E>) -> Result<T, CowinError> {
    parsed.map_err(|error| code::MALFORMED_VALUE.because(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_dose_is_the_precaution_dose_unless_it_is_said_that_it_is_not() {
        let read = |text: Option<&str>| {
            let text: Option<Text> = text.map(|text| serde_json::from_value(text.into()).unwrap());
            third(text.as_ref()).ok()
        };
        assert_eq!(
            [None, Some("Y"), Some("N"), Some("maybe")].map(read),
            [
                Some(DoseNumber::Precaution),
                Some(DoseNumber::Precaution),
                Some(DoseNumber::Third),
                None
            ]
        );
    }
}
