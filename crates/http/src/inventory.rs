//! Every route, who may call it, and what it may open: the list that the tests of the faces go by.
//!
//! Nothing is routed by it. A route that is in the source and not here fails `tests/coverage`, and so does one that is
//! here and not in the source; and each is called there, to see that it refuses whom it must and logs what it opens.

/// One method of one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    /// As the router has it, with its prefix.
    pub path: &'static str,
    pub caller: Caller,
    /// The purposes, by their names in docs/leaf.md, of the accesses that a call writes; empty for what opens nothing.
    pub opens: &'static [&'static str],
}

/// Who has to be behind a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    Anyone,
    /// A household, by the token of its own OTP.
    Citizen,
    /// A partner's key; it answers nothing about anybody.
    Partner,
    /// A facility's key.
    Facility,
    /// A facility's key and the token of a member of its staff.
    FacilityStaff,
    /// The cookie of a login by a printed card.
    CardHolder,
    /// The cookie of a member of staff.
    Staff,
}

const fn route(
    method: &'static str,
    path: &'static str,
    caller: Caller,
    opens: &'static [&'static str],
) -> Route {
    Route {
        method,
        path,
        caller,
        opens,
    }
}

use Caller::{Anyone, CardHolder, Citizen, Facility, FacilityStaff, Partner, Staff};

const OWN: &[&str] = &["own-record"];
const BOOKING: &[&str] = &["booking"];
const NOTICE: &[&str] = &["notification"];
const CERTIFICATE: &[&str] = &["certificate"];
const VACCINATION: &[&str] = &["vaccination"];
const AEFI: &[&str] = &["adverse-event"];
const CORRECTION: &[&str] = &["correction"];
const STATUS: &[&str] = &["partner-predicate"];

/// All of them, by face.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    route("POST", "/api/v2/auth/public/generateOTP", Anyone, &[]),
    route("POST", "/api/v2/auth/public/confirmOTP", Anyone, OWN),
    route("POST", "/api/v2/auth/generateMobileOTP", Anyone, &[]),
    route("POST", "/api/v2/auth/validateMobileOtp", Anyone, OWN),
    route("POST", "/api/v2/auth/generateOTP", Partner, &[]),
    route("POST", "/api/v2/auth/confirmOTP", Partner, OWN),
    route("POST", "/api/v2/auth/getRecaptcha", Citizen, &[]),
    route("POST", "/api/v3/vaccination/generateOTP", Anyone, &[]),
    route("POST", "/api/v3/vaccination/confirmOTP", Anyone, STATUS),
    route("GET", "/api/v3/vaccination/status", Citizen, STATUS),

    route("GET", "/api/v2/admin/location/states", Anyone, &[]),
    route("GET", "/api/v2/admin/location/districts/{state_id}", Anyone, &[]),
    route("GET", "/api/v2/registration/beneficiary/idTypes", Anyone, &[]),
    route("GET", "/api/v2/registration/beneficiary/genders", Anyone, &[]),
    route("GET", "/api/v1/reports/v2/getPublicReports", Anyone, &[]),
    route("GET", "/api/v1/reports/getLiveVaccination", Anyone, &[]),

    route("POST", "/api/v2/registration/beneficiary/new", Citizen, &[]),
    route("POST", "/api/v2/registration/beneficiary/delete", Citizen, OWN),
    route("GET", "/api/v2/appointment/beneficiaries", Citizen, OWN),

    route("GET", "/api/v2/appointment/sessions/public/findByPin", Anyone, &[]),
    route("GET", "/api/v2/appointment/sessions/public/findByDistrict", Anyone, &[]),
    route("GET", "/api/v2/appointment/sessions/public/calendarByPin", Anyone, &[]),
    route("GET", "/api/v2/appointment/sessions/public/calendarByDistrict", Anyone, &[]),
    route("GET", "/api/v2/appointment/sessions/public/calendarByCenter", Anyone, &[]),
    route("GET", "/api/v2/appointment/centers/public/findByLatLong", Anyone, &[]),
    route("GET", "/api/v2/appointment/sessions/findByPin", Citizen, &[]),
    route("GET", "/api/v2/appointment/sessions/findByDistrict", Citizen, &[]),
    route("GET", "/api/v2/appointment/sessions/calendarByPin", Citizen, &[]),
    route("GET", "/api/v2/appointment/sessions/calendarByDistrict", Citizen, &[]),
    route("GET", "/api/v2/appointment/centers/findByLatLong", Citizen, &[]),

    route("POST", "/api/v2/appointment/schedule", Citizen, &["booking", "notification"]),
    route("POST", "/api/v2/appointment/reschedule", Citizen, &["booking", "notification"]),
    route("POST", "/api/v2/appointment/cancel", Citizen, NOTICE),
    route("GET", "/api/v2/appointment/appointmentslip/download", Citizen, BOOKING),

    route("GET", "/api/v2/registration/certificate/download", Citizen, CERTIFICATE),
    route("GET", "/api/v2/registration/certificate/public/download", Citizen, CERTIFICATE),

    route("POST", "/api/v2/vaccinator/auth/login", Facility, &[]),
    route("POST", "/api/v2/vaccinator/auth/generateOTP", FacilityStaff, &[]),
    route("POST", "/api/v2/vaccinator/auth/logout", FacilityStaff, &[]),
    route("ANY", "/api/v2/vaccinator/beneficiaries/findByMobile", Anyone, &[]),
    route("GET", "/api/v2/vaccinator/beneficiaries/findByReferenceId", FacilityStaff, VACCINATION),
    route("POST", "/api/v2/vaccinator/beneficiaries/new", FacilityStaff, &[]),
    route("POST", "/api/v2/vaccinator/onspots/schedule", FacilityStaff, &["booking", "notification"]),
    route("POST", "/api/v2/vaccinator/beneficiaries/vaccinate", FacilityStaff, &["vaccination", "certificate", "notification"]),
    route("GET", "/api/v2/vaccinator/certificate/download", FacilityStaff, CERTIFICATE),

    route("GET", "/", Anyone, &[]),
    route("GET", "/sessions", Anyone, &[]),
    route("GET", "/verify", Anyone, &[]),
    route("POST", "/verify", Anyone, &[]),
    route("GET", "/privacy", Anyone, &[]),
    route("GET", "/help", Anyone, &[]),
    route("GET", "/trust", Anyone, &[]),
    route("GET", "/login", Anyone, &[]),
    route("POST", "/login", Anyone, &[]),
    route("GET", "/login/stay", Anyone, &[]),
    route("GET", "/login/otp", Anyone, &[]),
    route("POST", "/login/otp", Anyone, &[]),
    route("POST", "/logout", Anyone, &[]),
    route("GET", "/assets/{file}", Anyone, &[]),
    route("GET", "/language/{tag}", Anyone, &[]),
    route("GET", "/household", Citizen, OWN),
    route("GET", "/household/new", Citizen, &[]),
    route("POST", "/household/new", Citizen, &[]),
    route("GET", "/household/{place}/registered", Citizen, OWN),
    route("GET", "/household/{place}/edit", Citizen, OWN),
    route("POST", "/household/{place}/edit", Citizen, OWN),
    route("GET", "/household/{place}/delete", Citizen, OWN),
    route("POST", "/household/{place}/delete", Citizen, OWN),
    route("GET", "/household/{place}/guardian", Citizen, OWN),
    route("POST", "/household/{place}/guardian", Citizen, OWN),
    route("GET", "/household/{place}/access", Citizen, OWN),
    route("POST", "/household/{place}/access/confirm", Citizen, &[]),
    route("GET", "/household/{place}/unwell", Citizen, AEFI),
    route("POST", "/household/{place}/unwell", Citizen, AEFI),
    route("GET", "/household/{place}/certificates/{number}", Citizen, &["own-record", "certificate"]),
    route("GET", "/household/{place}/certificates/{number}/certificate.pdf", Citizen, &["own-record", "certificate"]),
    route("GET", "/household/{place}/private", Citizen, &[]),
    route("POST", "/household/{place}/private", Citizen, &[]),
    route("GET", "/book/{session}", Citizen, OWN),
    route("POST", "/book/{session}", Citizen, &["booking", "notification"]),
    route("GET", "/household/appointments/{id}", Citizen, BOOKING),
    route("GET", "/household/appointments/{id}/slip.pdf", Citizen, BOOKING),
    route("GET", "/household/appointments/{id}/cancel", Citizen, BOOKING),
    route("POST", "/household/appointments/{id}/cancel", Citizen, NOTICE),
    route("GET", "/household/appointments/{id}/move", Citizen, &[]),
    route("POST", "/household/appointments/{id}/move", Citizen, &["booking", "notification"]),

    route("GET", "/card", Anyone, &[]),
    route("POST", "/card", Anyone, &[]),
    route("GET", "/card/otp", Anyone, &[]),
    route("POST", "/card/otp", Anyone, &[]),
    route("GET", "/card/record", CardHolder, &[]),
    route("GET", "/card/certificates/{number}", CardHolder, CERTIFICATE),
    route("GET", "/card/access", CardHolder, OWN),
    route("POST", "/card/end", CardHolder, &[]),
    route("POST", "/card/logout", Anyone, &[]),

    route("GET", "/staff/login", Anyone, &[]),
    route("POST", "/staff/login", Anyone, &[]),
    route("POST", "/staff/logout", Anyone, &[]),
    route("GET", "/staff/enrol/{token}", Anyone, &[]),
    route("POST", "/staff/enrol/{token}", Anyone, &[]),
    route("GET", "/staff", Staff, &[]),
    route("GET", "/staff/visit", Staff, &[]),
    route("POST", "/staff/visit", Staff, VACCINATION),
    route("GET", "/staff/visit/{session}/{slot}/{queue}", Staff, &[]),
    route("POST", "/staff/visit/{session}/{slot}/{queue}", Staff, &["vaccination", "notification"]),
    route("POST", "/staff/visit/{session}/{slot}/{queue}/message", Staff, NOTICE),
    route("GET", "/staff/encounter/{session}/{encounter}", Staff, VACCINATION),
    route("POST", "/staff/encounter/{session}/{encounter}", Staff, VACCINATION),
    route("POST", "/staff/encounter/{session}/{encounter}/document", Staff, &["document-dispute"]),
    route("GET", "/staff/encounter/{session}/{encounter}/guardian", Staff, &[]),
    route("POST", "/staff/encounter/{session}/{encounter}/guardian", Staff, VACCINATION),
    route("GET", "/staff/encounter/{session}/{encounter}/private", Staff, &[]),
    route("POST", "/staff/encounter/{session}/{encounter}/private", Staff, VACCINATION),
    route("POST", "/staff/encounter/{session}/{encounter}/dose", Staff, &["vaccination", "certificate", "notification"]),
    route("GET", "/staff/encounter/{session}/{encounter}/done", Staff, &[]),
    route("GET", "/staff/encounter/{session}/{encounter}/certificate", Staff, CERTIFICATE),
    route("GET", "/staff/aefi", Staff, &[]),
    route("GET", "/staff/aefi/new", Staff, &[]),
    route("POST", "/staff/aefi/new", Staff, &["adverse-event", "notification"]),
    route("GET", "/staff/encounter/{session}/{encounter}/aefi", Staff, AEFI),
    route("POST", "/staff/encounter/{session}/{encounter}/aefi", Staff, &["adverse-event", "notification"]),
    route("GET", "/staff/aefi/case/{case}", Staff, AEFI),
    route("POST", "/staff/aefi/case/{case}", Staff, &["adverse-event", "notification"]),
    route("GET", "/staff/held-dose", Staff, &[]),
    route("POST", "/staff/held-dose", Staff, &[]),
    route("POST", "/staff/held-dose/save", Staff, &[]),
    route("GET", "/staff/walk-in", Staff, &[]),
    route("POST", "/staff/walk-in", Staff, &["booking", "notification"]),
    route("GET", "/staff/walk-in/withdraw", Staff, &[]),
    route("POST", "/staff/walk-in/withdraw", Staff, &[]),
    route("GET", "/staff/card", Staff, &[]),
    route("POST", "/staff/card", Staff, &[]),
    route("POST", "/staff/card/certificate", Staff, CERTIFICATE),
    route("POST", "/staff/card/access", Staff, OWN),
    route("POST", "/staff/card/pdf", Staff, &[]),
    route("POST", "/staff/card/held", Staff, &["vaccination"]),
    route("GET", "/staff/facilitators", Staff, &[]),
    route("POST", "/staff/held-dose/attention", Staff, &[]),
    route("GET", "/staff/correction", Staff, &[]),
    route("GET", "/staff/correction/done", Staff, &[]),
    route("GET", "/staff/correction/visit", Staff, &[]),
    route("POST", "/staff/correction/visit", Staff, CORRECTION),
    route("GET", "/staff/correction/visit/{session}/{slot}/{queue}", Staff, &[]),
    route("POST", "/staff/correction/visit/{session}/{slot}/{queue}", Staff, &["correction", "notification"]),
    route("POST", "/staff/correction/visit/{session}/{slot}/{queue}/message", Staff, NOTICE),
    route("GET", "/staff/correction/record/{visit}", Staff, CORRECTION),
    route("GET", "/staff/correction/record/{visit}/{event}", Staff, CORRECTION),
    route("POST", "/staff/correction/record/{visit}/{event}", Staff, &["correction", "certificate", "notification"]),
    route("GET", "/staff/correction/proposal/{proposal}", Staff, CORRECTION),
    route("POST", "/staff/correction/proposal/{proposal}", Staff, &["correction", "certificate", "notification"]),
    route("GET", "/staff/offline", Staff, &[]),
    route("GET", "/staff/offline/shell", Anyone, &[]),
    route("GET", "/staff/offline/worker.js", Anyone, &[]),
    route("GET", "/staff/offline/token", Staff, &[]),
    route("POST", "/staff/offline/doses", Staff, &[]),
    route("GET", "/staff/paper", Staff, &[]),
    route("POST", "/staff/paper", Staff, &[]),
    route("GET", "/staff/roster/print", Staff, &[]),
    route("GET", "/staff/roster", Staff, &[]),
    route("POST", "/staff/roster", Staff, &[]),
    route("GET", "/staff/invite", Staff, &[]),
    route("POST", "/staff/invite", Staff, &[]),
    route("GET", "/staff/people", Staff, &[]),
    route("POST", "/staff/people", Staff, &[]),
    route("GET", "/staff/sessions", Staff, &[]),
    route("GET", "/staff/sessions/new", Staff, &[]),
    route("POST", "/staff/sessions/new", Staff, &[]),
    route("GET", "/staff/stock", Staff, &[]),
    route("GET", "/staff/stock/batch", Staff, &[]),
    route("GET", "/staff/stock/receive", Staff, &[]),
    route("POST", "/staff/stock/receive", Staff, &[]),
    route("GET", "/staff/stock/act", Staff, &[]),
    route("POST", "/staff/stock/act", Staff, &[]),
    route("GET", "/staff/stock/recall", Staff, &[]),
    route("POST", "/staff/stock/recall", Staff, &[]),
    route("GET", "/staff/roster/replacement", Staff, &[]),
    route("POST", "/staff/roster/replacement", Staff, &[]),
    route("GET", "/staff/site", Staff, &[]),
    route("POST", "/staff/site", Staff, &[]),
    route("GET", "/staff/devices", Staff, &[]),
    route("POST", "/staff/devices", Staff, &[]),
    route("GET", "/staff/device", Anyone, &[]),
    route("GET", "/staff/device/{token}", Anyone, &[]),
    route("POST", "/staff/device", Anyone, &[]),
    route("GET", "/staff/pin", Anyone, &[]),
    route("POST", "/staff/pin", Anyone, &[]),
    route("GET", "/staff/pin/set", Staff, &[]),
    route("POST", "/staff/pin/set", Staff, &[]),
    route("POST", "/staff/pin/lock", Anyone, &[]),
    route("POST", "/staff/pin/extend", Staff, &[]),
    route("GET", "/staff/sheets", Staff, &[]),
    route("POST", "/staff/sheets", Staff, &[]),
    route("GET", "/staff/factors", Staff, &[]),
    route("POST", "/staff/factors", Staff, &[]),
    route("GET", "/staff/events", Staff, &[]),
    route("GET", "/staff/sessions/{session}/cancel", Staff, &[]),
    route("POST", "/staff/sessions/{session}/cancel", Staff, NOTICE),

    route("GET", "/demo", Anyone, &[]),
    route("GET", "/demo/outbox", Anyone, &[]),
    route("GET", "/demo/thief", Anyone, &[]),
    route("POST", "/demo/thief", Anyone, &[]),

    route("GET", "/healthz", Anyone, &[]),
    route("GET", "/readyz", Anyone, &[]),
    route("GET", "/metrics", Anyone, &[]),
];
