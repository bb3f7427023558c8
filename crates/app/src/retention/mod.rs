//! What is kept no longer than its purpose lasts: birth dates of those who turned 18, codes, budgets, logins, answers,
//! encounters, held doses that ended, old messages, memberships of bulk lists that count no longer.
//!
//! A job, never on a request's path. It opens nothing, so it needs no receipt: what is due is found by keyed indexes and by
//! instants. What it deleted is told in an entry of its own, see `proof`. A backup keeps what was deleted here for as long
//! as backups are kept.

mod proof;

use std::sync::Arc;

use chrono::Days;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::retention::{Since, count};
use pramaan_store::{
    Tx, card, cohort, correction, encounter, ended_login, facilitator, factor_request, held_dose, household,
    idempotency, known_device, merge, objection, opening, parked_form, person, private_member, proposal,
    registration, review, site_device, site_shift, staff, staff_device, staff_event, staff_sheet, target,
    unsent, visit, withdrawal,
};

use crate::correction::VISIT_DAYS;
use crate::held_dose::HELD_DOSE_DAYS;
use crate::otp::Sweep;
use crate::proposal::PROPOSAL_DAYS;
use crate::{App, Refusal, StoreError};

pub use pramaan_store::retention::Run;
pub(crate) use proof::Seen;
pub use proof::{Age, FORM, Status, status};

/// Steps of one run at most, so that a long absence is caught up with bit by bit.
const SWEEPS: usize = 1_000;
/// Rows of one table deleted in one transaction.
const SWEEP_ROWS: u32 = 1_000;

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

/// Every table that [`App::retain`] purges by age, besides households that nobody used. The inventory of fields says the same of these columns.
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

/// Tables with instants of their own, by which [`App::sweep_logins`](crate::App::sweep_logins) deletes.
pub const SWEPT: [Kept; 3] = [
    kept("otp", "expires_at", 0),
    kept("budget", "ends_at", 0),
    kept("outbox", "done_at", crate::otp::OUTBOX_DAYS),
];

/// Households in which nobody was ever registered: of the others nothing goes with time.
pub const UNUSED: Kept = kept("household", "unused_since", UNUSED_HOUSEHOLD_DAYS);
/// What is blanked on an 18th birthday; which rows those are only a keyed index knows.
pub const BIRTH_DATES: &str = "person.birth_date";

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

impl App {
    /// Erases what is due, and tells it in the log; answers how many birth dates that were.
    pub async fn retain(&self) -> Result<u64, Refusal> {
        let (sealer, today) = (self.0.sealer.clone(), self.today());
        let erased = self.0.db.write("app::retention::birth_dates", move |tx| {
            Box::pin(async move {
                let erased = person::erase_due_birth_dates(tx, &sealer, today).await?;
                count(tx, &[(BIRTH_DATES, erased)]).await?;
                Ok::<_, StoreError>(erased)
            })
        });
        let erased = erased.await?;
        for _ in 0..SWEEPS {
            if self.sweep_logins().await? == Sweep::Done {
                break;
            }
        }
        for _ in 0..SWEEPS {
            if self.sweep_old().await? == Sweep::Done {
                break;
            }
        }
        self.tell_retention().await?;
        Ok(erased)
    }

    /// What the job saw when it last ran in this process; none before.
    pub fn retention(&self) -> Option<Arc<Status>> {
        self.0.retention.seen()
    }

    /// Deletes a bounded number of rows whose time is over.
    async fn sweep_old(&self) -> Result<Sweep, Refusal> {
        let now = self.now();
        let deleted = self.0.db.write("app::retention::sweep", move |tx| {
            Box::pin(async move {
                let deleted = purge(tx, now).await?;
                count(tx, &deleted).await?;
                Ok::<_, StoreError>(deleted)
            })
        });
        let mut deleted = deleted.await?.into_iter();
        let full = deleted.any(|(_, rows)| rows >= u64::from(SWEEP_ROWS));
        Ok(if full { Sweep::MoreToDo } else { Sweep::Done })
    }
}

/// Answers how many rows of each table.
async fn purge(tx: &mut Tx, now: Timestamp) -> Result<[(&'static str, u64); KEPT.len() + 1], StoreError> {
    let most = SWEEP_ROWS;
    let ago = |days: u32| now.plus_seconds(-i64::from(days) * 86_400);
    let day = |days| before(now.date(), days);
    Ok([
        (
            "idempotency",
            idempotency::purge(tx, ago(IDEMPOTENCY_DAYS), most).await?,
        ),
        (
            "visit_code",
            encounter::purge_visit_codes(tx, ago(VISIT_CODE_DAYS), most).await?,
        ),
        (
            "encounter",
            encounter::purge(tx, ago(ENCOUNTER_DAYS), most).await?,
        ),
        (
            "staff_login",
            staff::purge_logins(tx, ago(STAFF_LOGIN_DAYS), most).await?,
        ),
        (
            "staff_link",
            staff::purge_links(tx, ago(STAFF_LINK_DAYS), most).await?,
        ),
        (
            "known_device",
            known_device::purge(tx, ago(KNOWN_DEVICE_DAYS), most).await?,
        ),
        (
            "staff_device",
            staff_device::purge(tx, ago(STAFF_DEVICE_DAYS), most).await?,
        ),
        (
            "registration_count",
            registration::purge(tx, day(COUNT_DAYS), most).await?,
        ),
        (
            "evidence_count",
            encounter::purge_counts(tx, day(COUNT_DAYS), most).await?,
        ),
        (
            "held_dose",
            held_dose::purge(tx, ago(HELD_DOSE_DAYS), most).await?,
        ),
        (
            UNUSED.table,
            household::purge_unused(tx, ago(UNUSED_HOUSEHOLD_DAYS), most).await?,
        ),
        ("cohort", cohort::purge(tx, day(COHORT_DAYS), most).await?),
        (
            "ended_login",
            ended_login::purge(tx, ago(ENDED_LOGIN_DAYS), most).await?,
        ),
        (
            "ended_household",
            ended_login::purge_households(tx, ago(ENDED_LOGIN_DAYS), most).await?,
        ),
        (
            "objection_case",
            objection::purge(tx, ago(OBJECTION_DAYS), most).await?,
        ),
        (
            "private_code",
            private_member::purge_codes(tx, ago(PRIVATE_CODE_DAYS), most).await?,
        ),
        (
            "private_try",
            private_member::purge_tries(tx, day(PRIVATE_TRY_DAYS), most).await?,
        ),
        (
            "private_opening",
            private_member::purge_openings(tx, ago(PRIVATE_OPENING_DAYS), most).await?,
        ),
        ("card_try", card::purge_tries(tx, day(COUNT_DAYS), most).await?),
        (
            "facilitator_count",
            facilitator::purge(tx, day(FACILITATOR_DAYS), most).await?,
        ),
        (
            "withdrawal",
            withdrawal::purge(tx, ago(WITHDRAWAL_DAYS), most).await?,
        ),
        (
            "site_device_code",
            site_device::purge_codes(tx, ago(SITE_DEVICE_DAYS), most).await?,
        ),
        (
            "site_shift",
            site_shift::purge(tx, ago(SITE_DEVICE_DAYS), most).await?,
        ),
        (
            "parked_form",
            parked_form::purge(tx, ago(SITE_DEVICE_DAYS), most).await?,
        ),
        (
            "staff_sheet",
            staff_sheet::purge(tx, ago(SITE_DEVICE_DAYS), most).await?,
        ),
        (
            "factor_request",
            factor_request::purge(tx, ago(FACTOR_REQUEST_DAYS), most).await?,
        ),
        (
            "staff_event",
            staff_event::purge(tx, ago(STAFF_EVENT_DAYS), most).await?,
        ),
        (
            "correction_visit",
            correction::purge_visits(tx, ago(VISIT_DAYS), most).await?,
        ),
        (
            "correction",
            proposal::purge::<correction::Proposal>(tx, ago(PROPOSAL_DAYS), most).await?,
        ),
        (
            "merge",
            proposal::purge::<merge::Proposal>(tx, ago(PROPOSAL_DAYS), most).await?,
        ),
        ("visit", visit::purge(tx, day(VISITS_DAYS), most).await?),
        (
            "visit_event",
            visit::purge_events(tx, day(VISITS_DAYS), most).await?,
        ),
        ("opening", opening::purge(tx, day(REVIEW_DAYS), most).await?),
        ("review", review::purge(tx, ago(REVIEW_DAYS), most).await?),
        ("target", target::purge(tx, day(TARGET_DAYS), most).await?),
        ("unsent", unsent::purge(tx, ago(UNSENT_DAYS), most).await?),
    ])
}

fn before(today: CivilDate, days: u32) -> CivilDate {
    today.checked_sub_days(Days::new(days.into())).unwrap_or(today)
}
