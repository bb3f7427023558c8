//! Facilities' calls: section 8. What CoWIN's documents do not name is ours, optional where it can be.

use serde::{Deserialize, Serialize};

use crate::cowin::wire::beneficiary::Beneficiary;
use crate::text::{Number, Text};

/// Ours: the way to a staff token.
#[derive(Debug, Default, Deserialize)]
pub struct Login {
    pub code: Option<Text>,
    pub password: Option<Text>,
    pub totp: Option<Text>,
}

#[derive(Serialize)]
pub struct Token {
    pub token: String,
}

/// What CoWIN's protocol has in the query. The evidence is no part of it: it comes in the header [`SECRET_CODE`].
#[derive(Debug, Default, Deserialize)]
pub struct Find {
    pub beneficiary_reference_id: Option<Text>,
}

/// Ours: the four digits on the person's slip. Addresses end up in the logs of whatever stands between, so they are not
/// read from there.
pub const SECRET_CODE: &str = "x-secret-code";

/// Section 4's list, with what recording a dose needs beside it.
#[derive(Serialize)]
pub struct Found {
    pub beneficiaries: Vec<Beneficiary>,
    pub encounter_id: String,
    pub session_id: String,
    /// `1`, `2`, `3` or `precaution`.
    pub dose_due: String,
    pub explanation: String,
}

/// `POST beneficiaries/vaccinate`. From `body_site` on the fields are ours.
#[derive(Debug, Default, Deserialize)]
pub struct Vaccinate {
    pub beneficiary_reference_id: Option<Text>,
    pub center_id: Option<Number>,
    pub vaccine: Option<Text>,
    pub vaccine_batch: Option<Text>,
    pub dose: Option<Number>,
    pub dose1_date: Option<Text>,
    pub dose2_date: Option<Text>,
    /// Not recorded: the staff token says who vaccinated.
    pub vaccinator_name: Option<Text>,
    /// `left_upper_arm`, `right_upper_arm`, `left_thigh`, `right_thigh` or `nose`.
    pub body_site: Option<Text>,
    pub vial: Option<Text>,
    /// `HH:MM` of today.
    pub time: Option<Text>,
    /// `N` for the third dose of a series of three, where 3 would be the precaution dose.
    pub precaution: Option<Text>,
    /// Why, when no rule allows the dose.
    pub reason: Option<Text>,
    pub secret_code: Option<Text>,
}
