//! When a held dose may have been given, who must have been at work then, and when one word is not enough.

use pramaan_domain::id::StaffId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::Tx;
use pramaan_store::held_dose::{NewHeldDose, Source, Vouched};
use pramaan_store::roster;

use super::TypedOn;
use crate::Refusal;
use crate::dose::check_time;

/// How many days back a dose can be sent by a phone or entered from paper.
pub const PAPER_DAYS: i64 = 14;
/// What was given more than so many days ago is recorded when somebody else has vouched for it.
pub const SECOND_AFTER_DAYS: i64 = 3;

/// # Errors
/// `Invalid` with the field `given_at` for what lies ahead or too far back; on the page, for another day than today.
pub(super) fn check(on: &TypedOn, given_at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let invalid = |sentence: String| {
        Err(Refusal::Invalid {
            field: "given_at",
            sentence,
        })
    };
    match on {
        TypedOn::Form => check_time(given_at, now),
        _ if given_at > now => {
            invalid("this time lies ahead: give the time at which the dose was given".to_owned())
        }
        _ if days_ago(given_at.date(), now) > PAPER_DAYS => invalid(format!(
            "a dose can be entered up to {PAPER_DAYS} days after it was given"
        )),
        _ => Ok(()),
    }
}

pub(super) fn vouched(on: &TypedOn, day: CivilDate, now: Timestamp) -> Vouched {
    match on {
        TypedOn::Phone { .. } | TypedOn::Paper { .. } if days_ago(day, now) > SECOND_AFTER_DAYS => {
            Vouched::NeedsSecond
        }
        _ => Vouched::Enough,
    }
}

/// On the day on which it was given; who enters from paper may also work there today.
///
/// # Errors
/// `OffRoster`.
pub(super) async fn check_at_work(
    tx: &mut Tx,
    (staff, centre): (StaffId, i64),
    new: &NewHeldDose,
    now: Timestamp,
) -> Result<(), Refusal> {
    if roster::holds(tx, centre, new.day, staff).await? {
        return Ok(());
    }
    let paper = new.typed.source == Source::Paper;
    match paper && roster::holds(tx, centre, now.date(), staff).await? {
        true => Ok(()),
        false => Err(Refusal::OffRoster),
    }
}

/// Civil days of India from a day to that of `now`.
pub(super) fn days_ago(day: CivilDate, now: Timestamp) -> i64 {
    now.date().signed_duration_since(day).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22 10:00 in Asia/Kolkata.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);
    const PAPER: TypedOn = TypedOn::Paper { given_by: None };

    fn days_before(days: i64) -> Timestamp {
        NOW.plus_seconds(-days * 86_400)
    }

    #[test]
    fn a_paper_dose_is_of_the_last_fourteen_days_and_one_on_the_page_of_today() {
        for (on, days, fits) in [
            (PAPER, 0, true),
            (PAPER, 14, true),
            (PAPER, 15, false),
            (PAPER, -1, false),
            (TypedOn::Form, 0, true),
            (TypedOn::Form, 1, false),
        ] {
            assert_eq!(check(&on, days_before(days), NOW).is_ok(), fits, "{on:?} {days}");
        }
    }

    #[test]
    fn what_is_entered_from_paper_after_three_days_needs_a_second_person() {
        for (days, vouch) in [(3, Vouched::Enough), (4, Vouched::NeedsSecond)] {
            assert_eq!(vouched(&PAPER, days_before(days).date(), NOW), vouch, "{days}");
        }
    }
}
