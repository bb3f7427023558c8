//! The people of a household and their registration: section 4.
//!
//! Everything here is personal, so nothing here prints itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cowin::wire::auth::YesNo;
use crate::text::{Number, Text};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beneficiaries {
    pub beneficiaries: Vec<Beneficiary>,
}

/// Empty strings, never null: clients take `dose1_date == ""` for "book the first dose".
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Beneficiary {
    pub beneficiary_reference_id: String,
    pub name: String,
    pub birth_year: String,
    pub gender: String,
    /// The last four digits only.
    pub mobile_number: String,
    pub photo_id_type: String,
    /// All but the last four masked by `X`.
    pub photo_id_number: String,
    pub comorbidity_ind: YesNo,
    pub vaccination_status: VaccinationStatus,
    pub vaccine: String,
    /// `DD-MM-YYYY` or empty, as is `dose2_date`.
    pub dose1_date: String,
    pub dose2_date: String,
    pub appointments: Vec<BeneficiaryAppointment>,
    /// Fields of 2022, left out when there is nothing to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precaution_dose_one_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_eligible_for_precaution: Option<YesNo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_vaccination_date: Option<String>,
}

impl fmt::Debug for Beneficiary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Beneficiary(…)")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum VaccinationStatus {
    #[serde(rename = "Not Vaccinated")]
    NotVaccinated,
    #[serde(rename = "Partially Vaccinated")]
    PartiallyVaccinated,
    Vaccinated,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct BeneficiaryAppointment {
    pub appointment_id: String,
    pub center_id: i64,
    pub name: String,
    pub state_name: String,
    pub district_name: String,
    pub block_name: String,
    /// `HH:MM`, as is `to`.
    pub from: String,
    pub to: String,
    pub dose: u8,
    pub session_id: String,
    pub date: String,
    pub slot: String,
}

impl fmt::Debug for BeneficiaryAppointment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BeneficiaryAppointment(…)")
    }
}

/// `POST /v2/registration/beneficiary/new`. `date_of_birth` is ours, optional, for ages 12 to 17.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct NewBeneficiary {
    pub name: Option<Text>,
    pub birth_year: Option<Text>,
    pub gender_id: Option<Number>,
    pub photo_id_type: Option<Number>,
    pub photo_id_number: Option<Text>,
    pub comorbidity_ind: Option<Text>,
    pub consent_version: Option<Text>,
    pub date_of_birth: Option<Text>,
}

/// The answer to a registration, and the body of `delete`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Registered {
    pub beneficiary_reference_id: String,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registered(…)")
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct DeleteBeneficiary {
    pub beneficiary_reference_id: Option<Text>,
}

#[cfg(test)]
mod tests {
    use super::super::assert_wire;
    use super::*;

    fn s(text: &str) -> String {
        text.to_owned()
    }

    fn appointment() -> BeneficiaryAppointment {
        BeneficiaryAppointment {
            appointment_id: s("3fa85f64-5717-4562-b3fc-2c963f66afa6"),
            center_id: 1060,
            name: s("Clinic"),
            state_name: s("Maharashtra"),
            district_name: s("Mumbai"),
            block_name: s("Ward A"),
            from: s("09:00"),
            to: s("17:30"),
            dose: 1,
            session_id: s("0b6a1f6e-9d31-4f0e-8d7c-4c1ff1c2d3e4"),
            date: s("15-05-2021"),
            slot: s("09:00AM-11:00AM"),
        }
    }

    fn beneficiary() -> Beneficiary {
        Beneficiary {
            beneficiary_reference_id: s("65364877093140"),
            name: s("Asha Devi"),
            birth_year: s("1991"),
            gender: s("Female"),
            mobile_number: s("5945"),
            photo_id_type: s("Aadhaar Card"),
            photo_id_number: s("XXXXXXXX3445"),
            comorbidity_ind: YesNo::N,
            vaccination_status: VaccinationStatus::NotVaccinated,
            vaccine: String::new(),
            dose1_date: String::new(),
            dose2_date: String::new(),
            appointments: vec![appointment()],
            precaution_dose_one_date: None,
            is_eligible_for_precaution: None,
            next_vaccination_date: None,
        }
    }

    #[test]
    fn a_beneficiary_has_no_null_and_no_missing_field() {
        assert_wire(
            &Beneficiaries {
                beneficiaries: vec![beneficiary()],
            },
            r#"{"beneficiaries":[{"beneficiary_reference_id":"65364877093140","name":"Asha Devi",
            "birth_year":"1991","gender":"Female","mobile_number":"5945","photo_id_type":"Aadhaar Card",
            "photo_id_number":"XXXXXXXX3445","comorbidity_ind":"N","vaccination_status":"Not Vaccinated",
            "vaccine":"","dose1_date":"","dose2_date":"","appointments":[{
            "appointment_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6","center_id":1060,"name":"Clinic",
            "state_name":"Maharashtra","district_name":"Mumbai","block_name":"Ward A","from":"09:00","to":"17:30",
            "dose":1,"session_id":"0b6a1f6e-9d31-4f0e-8d7c-4c1ff1c2d3e4","date":"15-05-2021",
            "slot":"09:00AM-11:00AM"}]}]}"#,
        );
        assert_wire(
            &Beneficiaries {
                beneficiaries: Vec::new(),
            },
            r#"{"beneficiaries":[]}"#,
        );
        assert_wire(
            &Registered {
                beneficiary_reference_id: s("1234567890123"),
            },
            r#"{"beneficiary_reference_id":"1234567890123"}"#,
        );
    }

    #[test]
    fn nothing_prints_itself() {
        let shown = format!("{:?} {:?}", beneficiary(), appointment());
        assert!(
            !shown.contains("Asha") && !shown.contains("3140") && !shown.contains("Clinic"),
            "{shown}"
        );
    }

    #[test]
    fn a_registration_may_mix_strings_and_numbers() {
        let new: NewBeneficiary = serde_json::from_str(
            r#"{"name":"Asha","birth_year":1980,"gender_id":"2","photo_id_type":1,"photo_id_number":9999,
            "comorbidity_ind":"N","consent_version":"1","language":"en"}"#,
        )
        .unwrap();
        assert_eq!(new.birth_year.unwrap().as_str(), "1980");
        assert_eq!(new.gender_id, Some(Number(2)));
        assert_eq!(new.photo_id_number.unwrap().as_str(), "9999");
    }
}
