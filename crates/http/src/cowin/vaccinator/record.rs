//! Opening a record with what the person brought: the reference id and the four digits of the slip.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use pramaan_app::App;
use pramaan_app::dose::Given;
use pramaan_app::encounter::{EncounterKey, Evidence, OpenEncounter, OpenedPerson};
use pramaan_domain::document::{DocumentNumber, DocumentType, masked};
use pramaan_domain::dose::{DoseNumber, GivenDose, VaccinationStatus};
use pramaan_domain::reference_id::ReferenceId;

use super::AtFacility;
use crate::cowin::beneficiary::reference_id;
use crate::cowin::code;
use crate::cowin::error::CowinError;
use crate::cowin::wire::auth::YesNo;
use crate::cowin::wire::beneficiary as section_4;
use crate::cowin::wire::vaccinator as wire;
use crate::query::Query;

pub(super) async fn find(
    State(app): State<App>,
    AtFacility(staff): AtFacility,
    headers: HeaderMap,
    Query(query): Query<wire::Find>,
) -> Result<Json<wire::Found>, CowinError> {
    let id = reference_id(query.beneficiary_reference_id.as_ref())?;
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let shown = Shown {
        code: header(wire::SECRET_CODE),
        document_type: header(wire::PHOTO_ID_TYPE).map(|kind| kind.parse().unwrap_or(-1)),
        document_number: header(wire::PHOTO_ID_NUMBER),
    };
    let evidence = evidence(id, shown)?;
    let request = "GET /api/v2/vaccinator/beneficiaries/findByReferenceId";
    let open = app.begin_encounter(&staff, evidence, request).await?;
    Ok(Json(found(id, &open)))
}

/// What was sent beside the reference id, which names somebody and proves nothing.
pub(super) struct Shown<'a> {
    pub(super) code: Option<&'a str>,
    pub(super) document_type: Option<i64>,
    pub(super) document_number: Option<&'a str>,
}

const SHOW_SOMETHING: &str = "Send the four digits of the person's appointment slip, or type and whole number of the document in \
    hand: in the headers x-secret-code, or x-photo-id-type and x-photo-id-number, when you look; as secret_code, or photo_id_type \
    and photo_id_number, when you record.";

pub(super) fn evidence(id: ReferenceId, shown: Shown<'_>) -> Result<Evidence, CowinError> {
    match (shown.code, shown.document_number) {
        (Some(code), _) => Ok(Evidence::Slip {
            reference_id: id,
            code: code.parse()?,
        }),
        (None, Some(number)) => {
            let (kind, number) = document(shown.document_type, Some(number))?;
            Ok(Evidence::DocumentOf {
                reference_id: id,
                kind,
                number,
            })
        }
        (None, None) => Err(code::EVIDENCE_REFUSED.because(SHOW_SOMETHING.to_owned())),
    }
}

pub(super) fn document(
    kind: Option<i64>,
    number: Option<&str>,
) -> Result<(DocumentType, DocumentNumber), CowinError> {
    let kind = DocumentType::from_id(kind.unwrap_or(-1))
        .map_err(|error| code::DOCUMENT_TYPE_UNKNOWN.because(error.to_string()))?;
    let number = DocumentNumber::parse(number.unwrap_or_default())
        .map_err(|error| code::MALFORMED_DOCUMENT.because(error.to_string()))?;
    Ok((kind, number))
}

fn found(id: ReferenceId, open: &OpenEncounter) -> wire::Found {
    let EncounterKey {
        session,
        id: encounter,
    } = open.key;
    wire::Found {
        beneficiaries: vec![beneficiary(id, &open.person, &open.doses)],
        encounter_id: encounter.to_string(),
        session_id: session.to_string(),
        dose_due: open.advice.dose.to_string(),
        explanation: open.advice.explanation(),
    }
}

/// Section 4's shape. What is not opened at a site is empty: the mobile number and the appointments.
fn beneficiary(id: ReferenceId, person: &OpenedPerson, doses: &[Given]) -> section_4::Beneficiary {
    let for_rules: Vec<GivenDose> = doses.iter().map(Given::for_rules).collect();
    let date = |number: DoseNumber| {
        let given = doses.iter().find(|given| given.dose == number);
        given.map(|given| given.on().format("%d-%m-%Y").to_string())
    };
    section_4::Beneficiary {
        beneficiary_reference_id: id.to_string(),
        name: person
            .name
            .as_ref()
            .map_or_else(String::new, |name| name.as_str().to_owned()),
        birth_year: person
            .birth_year
            .map_or_else(String::new, |year| year.get().to_string()),
        gender: person.gender.map_or("", |gender| gender.cowin_name()).to_owned(),
        mobile_number: String::new(),
        photo_id_type: person.document_type.map_or("", |kind| kind.name()).to_owned(),
        photo_id_number: person
            .document_last_four
            .as_deref()
            .map(masked)
            .unwrap_or_default(),
        comorbidity_ind: match person.comorbidity {
            Some(pramaan_app::Comorbidity::Declared) => YesNo::Y,
            _ => YesNo::N,
        },
        vaccination_status: match VaccinationStatus::from_doses(&for_rules) {
            VaccinationStatus::NotVaccinated => section_4::VaccinationStatus::NotVaccinated,
            VaccinationStatus::PartiallyVaccinated => section_4::VaccinationStatus::PartiallyVaccinated,
            VaccinationStatus::Vaccinated => section_4::VaccinationStatus::Vaccinated,
        },
        vaccine: doses
            .first()
            .map_or("", |given| given.facts.vaccine.name())
            .to_owned(),
        dose1_date: date(DoseNumber::First).unwrap_or_default(),
        dose2_date: date(DoseNumber::Second).unwrap_or_default(),
        appointments: Vec::new(),
        precaution_dose_one_date: date(DoseNumber::Precaution),
        is_eligible_for_precaution: None,
        next_vaccination_date: None,
    }
}
