//! Every endpoint of the compatible API, by section of the contract: a call that succeeds and one that is refused.
//!
//! Each section's test ends with [`all_shown`], which fails for an endpoint that lacks either.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod appointment;
mod authentication;
mod availability;
mod beneficiary;
mod certificate;
mod malformed;
mod metadata;
mod report;
#[path = "../support/mod.rs"]
mod support;

use support::{Outcome, Wire};

const AUTHENTICATION: &[&str] = &[
    "POST /v2/auth/public/generateOTP",
    "POST /v2/auth/public/confirmOTP",
    "POST /v2/auth/generateMobileOTP",
    "POST /v2/auth/validateMobileOtp",
    "POST /v2/auth/generateOTP",
    "POST /v2/auth/confirmOTP",
    "POST /v3/vaccination/generateOTP",
    "POST /v3/vaccination/confirmOTP",
    "GET /v3/vaccination/status",
    "POST /v2/auth/getRecaptcha",
];
const METADATA: &[&str] = &[
    "GET /v2/admin/location/states",
    "GET /v2/admin/location/districts/21",
    "GET /v2/registration/beneficiary/idTypes",
    "GET /v2/registration/beneficiary/genders",
];
const AVAILABILITY: &[&str] = &[
    "GET /v2/appointment/sessions/public/findByPin",
    "GET /v2/appointment/sessions/public/findByDistrict",
    "GET /v2/appointment/sessions/public/calendarByPin",
    "GET /v2/appointment/sessions/public/calendarByDistrict",
    "GET /v2/appointment/sessions/public/calendarByCenter",
    "GET /v2/appointment/centers/public/findByLatLong",
    "GET /v2/appointment/sessions/findByPin",
    "GET /v2/appointment/sessions/findByDistrict",
    "GET /v2/appointment/sessions/calendarByPin",
    "GET /v2/appointment/sessions/calendarByDistrict",
    "GET /v2/appointment/centers/findByLatLong",
];
const BENEFICIARY: &[&str] = &[
    "GET /v2/appointment/beneficiaries",
    "POST /v2/registration/beneficiary/new",
    "POST /v2/registration/beneficiary/delete",
];
const APPOINTMENT: &[&str] = &[
    "POST /v2/appointment/schedule",
    "POST /v2/appointment/reschedule",
    "POST /v2/appointment/cancel",
    "GET /v2/appointment/appointmentslip/download",
];
const CERTIFICATE: &[&str] = &[
    "GET /v2/registration/certificate/public/download",
    "GET /v2/registration/certificate/download",
];
const REPORT: &[&str] = &[
    "GET /v1/reports/v2/getPublicReports",
    "GET /v1/reports/getLiveVaccination",
];

/// Fails for an endpoint that was not called with success and with a refusal.
#[track_caller]
fn all_shown(wire: &Wire, endpoints: &[&str]) {
    for endpoint in endpoints {
        for outcome in [Outcome::Served, Outcome::Refused] {
            assert!(
                wire.shown(endpoint, outcome),
                "{endpoint} was not shown {outcome:?}"
            );
        }
    }
}
