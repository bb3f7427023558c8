//! Deleting what is due of one table, in transactions of its own: a table that cannot be emptied keeps no other.

use chrono::Days;
use pramaan_domain::time::Timestamp;
use pramaan_store::retention::count;
use pramaan_store::{
    Tx, budget, card, cohort, correction, encounter, ended_login, facilitator, factor_request, held_dose,
    household, idempotency, known_device, merge, objection, opening, otp, outbox, parked_form, person,
    private_member, proposal, registration, review, site_device, site_shift, staff, staff_device,
    staff_event, staff_sheet, target, unsent, visit, withdrawal,
};

use super::{BIRTH_DATES, Kept};
use crate::{App, StoreError};

/// Steps of one run for one table at most, so that a long absence is caught up with bit by bit.
const SWEEPS: usize = 1_000;
/// Rows of one table deleted in one transaction.
const SWEEP_ROWS: u32 = 1_000;

impl App {
    /// Blanks the birth dates of everybody who is 18 today or before; answers how many.
    pub(super) async fn erase_birth_dates(&self) -> Result<u64, StoreError> {
        let (sealer, today) = (self.0.sealer.clone(), self.today());
        let db = self.0.db.unhurried();
        let erased = db.write("app::retention::birth_dates", move |tx| {
            Box::pin(async move {
                let erased = person::erase_due_birth_dates(tx, &sealer, today).await?;
                count(tx, &[(BIRTH_DATES.table, erased)]).await?;
                Ok::<_, StoreError>(erased)
            })
        });
        erased.await
    }

    /// Deletes the rows of a table whose time is over.
    pub(super) async fn purge_table(&self, kept: Kept) -> Result<(), StoreError> {
        let (db, now) = (self.0.db.unhurried(), self.now());
        for _ in 0..SWEEPS {
            let deleted = db.write("app::retention::sweep", move |tx| {
                Box::pin(async move {
                    let deleted = purge(tx, kept, now).await?;
                    count(tx, &[(kept.table, deleted)]).await?;
                    Ok::<_, StoreError>(deleted)
                })
            });
            if deleted.await? < u64::from(SWEEP_ROWS) {
                break;
            }
        }
        Ok(())
    }
}

/// Deletes a bounded number of rows; answers how many.
async fn purge(tx: &mut Tx, kept: Kept, now: Timestamp) -> Result<u64, StoreError> {
    let most = SWEEP_ROWS;
    let ago = now.plus_seconds(-i64::from(kept.days) * 86_400);
    let day = now
        .date()
        .checked_sub_days(Days::new(kept.days.into()))
        .unwrap_or(now.date());
    match kept.table {
        "otp" => otp::purge(tx, ago, most).await,
        "budget" => budget::purge(tx, ago, most).await,
        "outbox" => outbox::purge(tx, ago, most).await,
        "idempotency" => idempotency::purge(tx, ago, most).await,
        "visit_code" => encounter::purge_visit_codes(tx, ago, most).await,
        "encounter" => encounter::purge(tx, ago, most).await,
        "staff_login" => staff::purge_logins(tx, ago, most).await,
        "staff_link" => staff::purge_links(tx, ago, most).await,
        "known_device" => known_device::purge(tx, ago, most).await,
        "staff_device" => staff_device::purge(tx, ago, most).await,
        "registration_count" => registration::purge(tx, day, most).await,
        "evidence_count" => encounter::purge_counts(tx, day, most).await,
        "held_dose" => held_dose::purge(tx, ago, most).await,
        "household" => household::purge_unused(tx, ago, most).await,
        "cohort" => cohort::purge(tx, day, most).await,
        "ended_login" => ended_login::purge(tx, ago, most).await,
        "ended_household" => ended_login::purge_households(tx, ago, most).await,
        "objection_case" => objection::purge(tx, ago, most).await,
        "private_code" => private_member::purge_codes(tx, ago, most).await,
        "private_try" => private_member::purge_tries(tx, day, most).await,
        "private_opening" => private_member::purge_openings(tx, ago, most).await,
        "card_try" => card::purge_tries(tx, day, most).await,
        "facilitator_count" => facilitator::purge(tx, day, most).await,
        "withdrawal" => withdrawal::purge(tx, ago, most).await,
        "site_device_code" => site_device::purge_codes(tx, ago, most).await,
        "site_shift" => site_shift::purge(tx, ago, most).await,
        "parked_form" => parked_form::purge(tx, ago, most).await,
        "staff_sheet" => staff_sheet::purge(tx, ago, most).await,
        "factor_request" => factor_request::purge(tx, ago, most).await,
        "staff_event" => staff_event::purge(tx, ago, most).await,
        "correction_visit" => correction::purge_visits(tx, ago, most).await,
        "correction" => proposal::purge::<correction::Proposal>(tx, ago, most).await,
        "merge" => proposal::purge::<merge::Proposal>(tx, ago, most).await,
        "visit" => visit::purge(tx, day, most).await,
        "visit_event" => visit::purge_events(tx, day, most).await,
        "opening" => opening::purge(tx, day, most).await,
        "review" => review::purge(tx, ago, most).await,
        "target" => target::purge(tx, day, most).await,
        "unsent" => unsent::purge(tx, ago, most).await,
        // A test gives each table of the list something to delete.
        table => Err(StoreError::corrupt(table, "purge")),
    }
}
