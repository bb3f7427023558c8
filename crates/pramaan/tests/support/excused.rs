//! What answers tell without an entry, and why that is no read. A line here is a line that somebody has to defend.

use pramaan_domain::access::Field;
use pramaan_testkit::told::Excuse;

const fn excuse(method: &'static str, path: &'static str, field: Field, why: &'static str) -> Excuse {
    Excuse {
        method,
        path,
        field,
        why,
    }
}

const OUTBOX: &str = "it plays the telephones of the demonstration's people: what was sent to them";
const TOUR: &str = "the demonstration says whom it made up, before anybody looks";
const NEW: &str = "the number that is given out by this call";
const KEPT: &str =
    "what the same member of staff typed before the login ended, out of the form that kept it sealed";
const BEFORE: &str = "the number that was typed on the page before, out of the browser's cookie";

pub(crate) const EXCUSED: &[Excuse] = &[
    excuse("GET", "/demo/outbox", Field::Mobile, OUTBOX),
    excuse("GET", "/demo/outbox", Field::ReferenceId, OUTBOX),
    excuse("GET", "/demo/outbox", Field::Name, OUTBOX),
    excuse("GET", "/demo", Field::Mobile, TOUR),
    excuse("GET", "/login/otp", Field::Mobile, BEFORE),
    excuse(
        "POST",
        "/api/v2/registration/beneficiary/new",
        Field::ReferenceId,
        NEW,
    ),
    excuse(
        "POST",
        "/api/v2/vaccinator/beneficiaries/new",
        Field::ReferenceId,
        NEW,
    ),
    excuse("POST", "/staff/walk-in", Field::ReferenceId, NEW),
    excuse("POST", "/staff/paper", Field::ReferenceId, KEPT),
];

/// What entries name that name no route, and by which routes it is done.
pub(crate) const DONE_BY: &[(&str, &str)] = &[(
    "login",
    "POST /api/v2/auth/validateMobileOtp | POST /api/v2/auth/public/confirmOTP | POST /api/v2/auth/confirmOTP",
)];
