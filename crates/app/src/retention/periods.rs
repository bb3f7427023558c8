//! After how long each table's rows go, and from when it is counted. The inventory of fields says the same of these columns.

use pramaan_store::retention::Since;

use crate::correction::VISIT_DAYS;
use crate::held_dose::HELD_DOSE_DAYS;
use crate::otp::OUTBOX_DAYS;
use crate::proposal::PROPOSAL_DAYS;

/// Answers to requests with an idempotency key: a client that lost an answer asks again within hours, and one whose device
/// was broken within days.
pub const IDEMPOTENCY_DAYS: u32 = 7;
/// Codes sent to visitors are counted against flooding for as long as their place is expected, which is one day.
pub const VISIT_CODE_DAYS: u32 = 2;
/// Encounters are over after half an hour; the day after, nobody can show one again, record in it or repeat a post. Who
/// opened what, and why, stays in the access log.
pub const ENCOUNTER_DAYS: u32 = 2;
/// Logins of staff last twelve hours at most. An ended one still tells whose a form is that comes late, so that what was typed
/// waits for who typed it: for as long as a dose can be entered late, and a day.
pub const STAFF_LOGIN_DAYS: u32 = 15;
/// Logins of citizens that were ended: longer than any of their tokens is good for.
pub const ENDED_LOGIN_DAYS: u32 = 2;
/// What was answered leaves the district's list after a year; the words stay with the person's record.
pub const OBJECTION_DAYS: u32 = 365;
/// Invitations are good for seven days; a spent one and one that never was are answered alike.
pub const STAFF_LINK_DAYS: u32 = 2;
/// Devices that nobody logged in with for a year are strangers again.
pub const KNOWN_DEVICE_DAYS: u32 = 365;
/// As long for staff: a device that nobody works on any more keeps no tries of its own.
pub const STAFF_DEVICE_DAYS: u32 = 365;
/// Numbers of households in which nobody was ever registered.
pub const UNUSED_HOUSEHOLD_DAYS: u32 = 365;
/// Counts of a day are asked for on that day only.
pub const COUNT_DAYS: u32 = 2;
/// A code that nobody used in its thirty days sets nothing any more.
pub const PRIVATE_CODE_DAYS: u32 = 2;
/// Long enough that somebody who looks four times a year is told of every wrong PIN.
pub const PRIVATE_TRY_DAYS: u32 = 90;
/// A PIN opens a record for a quarter of an hour.
pub const PRIVATE_OPENING_DAYS: u32 = 2;

/// The district looks at facilitators day by day, and asks back within a week.
pub const FACILITATOR_DAYS: u32 = 7;
/// A mistaken registration is taken back by a second person within a day.
pub const WITHDRAWAL_DAYS: u32 = 2;

/// Codes that enrol devices, shifts on them, forms that wait on them and printed codes are over when they say so.
pub const SITE_DEVICE_DAYS: u32 = 2;
/// Requests for new second factors, with their reasons: their events stay for longer.
pub const FACTOR_REQUEST_DAYS: u32 = 90;
/// What happened to devices, PINs, sheets and second factors: two years.
pub const STAFF_EVENT_DAYS: u32 = 730;
/// What a district looks at, asks and is answered: it is reviewed within weeks.
pub const REVIEW_DAYS: u32 = 90;
/// Targets of a year are compared with the next.
pub const TARGET_DAYS: u32 = 730;
/// A phone from which nothing was heard for so long has lost what it kept, or is put away.
pub const UNSENT_DAYS: u32 = 90;

/// A membership that counts no longer is asked for only when a dose given before is recorded late.
pub const COHORT_DAYS: u32 = 30;

/// Who waited how long at a site is asked for while a complaint about the day can come.
pub const VISITS_DAYS: u32 = 90;

/// How long rows of a table are kept, by the column from which it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub table: &'static str,
    pub since: &'static str,
    pub counted: Since,
    pub days: u32,
}

/// Every table that is purged by age, besides households that nobody used.
pub const KEPT: [Kept; 35] = [
    kept("idempotency", "created_at", IDEMPOTENCY_DAYS),
    kept("visit_code", "expires_at", VISIT_CODE_DAYS),
    kept("encounter", "opened_at", ENCOUNTER_DAYS),
    kept("staff_login", "created_at", STAFF_LOGIN_DAYS),
    kept("staff_link", "expires_at", STAFF_LINK_DAYS),
    kept("known_device", "last_login_at", KNOWN_DEVICE_DAYS),
    kept("staff_device", "last_login_at", STAFF_DEVICE_DAYS),
    kept("registration_count", "day", COUNT_DAYS),
    kept("evidence_count", "day", COUNT_DAYS),
    kept("held_dose", "settled_at", HELD_DOSE_DAYS),
    kept("cohort", "valid_until", COHORT_DAYS),
    kept("ended_login", "ended_at", ENDED_LOGIN_DAYS),
    kept("ended_household", "ended_at", ENDED_LOGIN_DAYS),
    kept("objection_case", "answered_at", OBJECTION_DAYS),
    kept("private_code", "expires_at", PRIVATE_CODE_DAYS),
    kept("private_try", "day", PRIVATE_TRY_DAYS),
    kept("private_opening", "until_at", PRIVATE_OPENING_DAYS),
    kept("card_try", "day", COUNT_DAYS),
    kept("facilitator_count", "day", FACILITATOR_DAYS),
    kept("withdrawal", "asked_at", WITHDRAWAL_DAYS),
    kept("site_device_code", "expires_at", SITE_DEVICE_DAYS),
    kept("site_shift", "ends_at", SITE_DEVICE_DAYS),
    kept("parked_form", "parked_at", SITE_DEVICE_DAYS),
    kept("staff_sheet", "expires_at", SITE_DEVICE_DAYS),
    kept("factor_request", "asked_at", FACTOR_REQUEST_DAYS),
    kept("staff_event", "at", STAFF_EVENT_DAYS),
    kept("correction_visit", "opened_at", VISIT_DAYS),
    kept("correction", "proposed_at", PROPOSAL_DAYS),
    kept("merge", "proposed_at", PROPOSAL_DAYS),
    kept("visit", "day", VISITS_DAYS),
    kept("visit_event", "day", VISITS_DAYS),
    kept("opening", "day", REVIEW_DAYS),
    kept("review", "at", REVIEW_DAYS),
    kept("target", "day", TARGET_DAYS),
    kept("unsent", "told_at", UNSENT_DAYS),
];

/// Tables with instants of their own, at which their rows are over.
pub const SWEPT: [Kept; 3] = [
    kept("otp", "expires_at", 0),
    kept("budget", "ends_at", 0),
    kept("outbox", "done_at", OUTBOX_DAYS),
];

/// Households in which nobody was ever registered: of the others nothing goes with time.
pub const UNUSED: Kept = kept("household", "unused_since", UNUSED_HOUSEHOLD_DAYS);
/// What is blanked on an 18th birthday; which rows those are only a keyed index knows.
pub const BIRTH_DATES: Kept = Kept {
    table: "person.birth_date",
    since: "birth_date_erase_ix",
    counted: Since::Day,
    days: 0,
};

/// Every table of which rows go, in the order in which the job goes through them.
pub fn every_table() -> impl Iterator<Item = Kept> {
    SWEPT.into_iter().chain(KEPT).chain([UNUSED])
}

const fn kept(table: &'static str, since: &'static str, days: u32) -> Kept {
    let counted = match since.as_bytes() {
        b"day" | b"valid_until" => Since::Day,
        _ => Since::Instant,
    };
    Kept {
        table,
        since,
        counted,
        days,
    }
}
