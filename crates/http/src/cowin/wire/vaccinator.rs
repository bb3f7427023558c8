//! Facilities' calls: section 8. What CoWIN's documents do not name is ours, optional where it can be.

use serde::{Deserialize, Serialize};

use crate::cowin::wire::auth::YesNo;
use crate::cowin::wire::beneficiary::{Beneficiary, NewBeneficiary};
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

/// Ours: the document in hand, where there is no slip. Headers for the same reason: its type by number, and its whole number.
pub const PHOTO_ID_TYPE: &str = "x-photo-id-type";
pub const PHOTO_ID_NUMBER: &str = "x-photo-id-number";

/// Ours: asks for a code to a number that somebody at the desk says is theirs.
#[derive(Debug, Default, Deserialize)]
pub struct DeskCode {
    pub mobile_number: Option<Text>,
}

/// `POST beneficiaries/new`. `txnId` and `otp` are ours: the code that the person read out, as section 1 sends it.
#[derive(Debug, Default, Deserialize)]
pub struct NewWalkIn {
    #[serde(flatten)]
    pub beneficiary: NewBeneficiary,
    /// Bound to the record only with a code.
    pub mobile_number: Option<Text>,
    #[serde(rename = "txnId")]
    pub txn_id: Option<Text>,
    pub otp: Option<Text>,
}

/// CoWIN's answer, and whether the mobile number leads to the record.
#[derive(Serialize)]
pub struct WalkIn {
    pub beneficiary_reference_id: String,
    pub mobile_bound: YesNo,
}

/// `POST onspots/schedule`: section 6's body for one person; the document in hand is ours.
#[derive(Debug, Default, Deserialize)]
pub struct OnSpot {
    pub dose: Option<Number>,
    pub session_id: Option<Text>,
    pub slot: Option<Text>,
    pub beneficiaries: Option<Vec<Text>>,
    pub photo_id_type: Option<Number>,
    pub photo_id_number: Option<Text>,
}

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
    /// `Y` or nothing for the precaution dose, `N` for the third dose of a series of three.
    pub precaution: Option<Text>,
    /// Why, when no rule allows the dose.
    pub reason: Option<Text>,
    pub secret_code: Option<Text>,
    /// The document in hand, in place of `secret_code`.
    pub photo_id_type: Option<Number>,
    pub photo_id_number: Option<Text>,
}
