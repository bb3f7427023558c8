//! Matching held doses with their persons, once the log can be written again: the ordinary evidence, the ordinary receipts
//! and the ordinary recording, as the member of staff who typed it.
//!
//! Who may hold a dose was asked when it was held. A roster that was set otherwise since, or an account that ended, takes
//! nothing back: here it is asked only that the row is the one that was written, that the member of staff exists, and that
//! somebody else vouched for what was entered late.

use chrono::NaiveTime;
use pramaan_domain::access::Basis;
use pramaan_domain::centre::CentreId;
use pramaan_domain::id::EncounterId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_store::encounter::Encounter;
use pramaan_store::held_dose::{self, HeldKey, Source, Trouble, Turn, Typed, Unread, Waiting, Who};
use pramaan_store::staff::LoginPlace;
use pramaan_store::{Sealer, StoreError, Tx, centre, staff};
use tokio::task::JoinSet;

use super::admit::admit;
use super::when::{SECOND_AFTER_DAYS, days_ago};
use super::{ATTEMPTS, WhyUnread};
use crate::dose::{Dose, HeldFrom, Vial};
use crate::encounter::{EncounterKey, Proven, prove_slip};
use crate::staff::principal;
use crate::{App, Refusal, Staff, StaffRole};

/// Held doses that were recorded, dismissed or left to somebody's attention go after so many days.
pub const HELD_DOSE_DAYS: u32 = 90;

/// Taken at once; while that many are due, a run goes on.
const BATCH: u32 = 64;
/// Worked on at once. When all of these failed, the rest would too, and the run ends.
const AT_ONCE: usize = 8;
/// Longer than a batch takes. What a node took that died is due again after it.
const LEASE_SECONDS: i64 = 300;
const FIRST_PAUSE_SECONDS: i64 = 30;
const LONGEST_PAUSE_SECONDS: i64 = 600;
/// Attempts after which one that fails while entries are taken needs somebody's attention: some eight hours.
const GIVE_UP_AFTER: i64 = 50;
pub(crate) const JOB: &str = "settle held doses";
/// Kept with a dose that no rule allowed, when the log was refusing entries as it was held.
const UNREAD: &str = "Given without opening the record, which could not be opened then.";
/// The same, when there was no line or no device.
const NOT_THERE: &str =
    "Given without opening the record: there was no line then, or it was written on paper.";

/// One whose numbers fit.
struct Matched {
    staff: Staff,
    proven: Proven,
    held_at: Timestamp,
    typed: Typed,
}

/// Why one is not matched.
pub(super) enum Unmatched {
    Refused(Refusal),
    /// It needs somebody's attention.
    Trouble(Trouble),
}

impl<E: Into<Refusal>> From<E> for Unmatched {
    fn from(refused: E) -> Self {
        Self::Refused(refused.into())
    }
}

impl App {
    /// Records every held dose whose numbers fit, each exactly once on however many nodes; answers how many. One that fails
    /// is put off, each time for longer, and the others go on; what cannot be recorded needs somebody's attention.
    ///
    /// # Errors
    /// `Unavailable` when all that were worked on at once failed, as when the log or the database cannot be written: the
    /// rest waits.
    pub async fn settle_held_doses(&self) -> Result<u64, Refusal> {
        let mut recorded = 0;
        loop {
            let turns = self.due_held_doses().await?;
            let full = turns.len() == BATCH as usize;
            recorded += self.settle_batch(&turns).await?;
            if !full {
                return Ok(recorded);
            }
        }
    }

    async fn due_held_doses(&self) -> Result<Vec<Turn>, StoreError> {
        let now = self.now();
        let turns = self.0.db.write("app::held_dose::claim", move |tx| {
            Box::pin(async move { held_dose::claim(tx, BATCH, LEASE_SECONDS, now).await })
        });
        turns.await
    }

    async fn settle_batch(&self, turns: &[Turn]) -> Result<u64, Refusal> {
        let mut recorded = 0;
        let mut some = turns.chunks(AT_ONCE);
        while let Some(turns) = some.next() {
            let outcomes = self.settle_at_once(turns).await;
            let failures: Vec<_> = outcomes.iter().filter_map(Settled::failure).collect();
            if let (Some(error), true) = (failures.first(), failures.len() == outcomes.len()) {
                let error = StoreError::clone(error);
                self.give_back(some.flatten()).await;
                return Err(error.into());
            }

            let now = |one: &Settled| u64::from(matches!(one, Settled::Recorded));
            recorded += outcomes.iter().map(now).sum::<u64>();
        }
        Ok(recorded)
    }

    async fn settle_at_once(&self, turns: &[Turn]) -> Vec<Settled> {
        let mut work = JoinSet::new();
        for turn in turns.iter().copied() {
            let app = self.clone();
            work.spawn(async move { app.settle_one(turn).await });
        }
        let mut outcomes = Vec::with_capacity(turns.len());
        while let Some(outcome) = work.join_next().await {
            outcomes.push(outcome.unwrap_or_else(|error| {
                Settled::PutOff(StoreError::Unavailable {
                    reason: format!("a held dose was left halfway: {error}"),
                })
            }));
        }
        outcomes
    }

    /// Never fails: what fails is put off or left to somebody's attention. When even that cannot be written, the lease ends
    /// by itself.
    async fn settle_one(&self, turn: Turn) -> Settled {
        match self.settle(turn.key).await {
            Ok(settled) => settled,
            Err(Refusal::Unavailable(error)) if !is_of_the_row(&error) => {
                if self.gives_up(turn) {
                    return self.leave(turn.key, Trouble::KeepsFailing).await;
                }
                let (centre, number) = (turn.key.centre, turn.key.number);
                tracing::warn!(centre, number, attempts = turn.attempts, %error, "a held dose waits on");
                let later = self.now().plus_seconds(pause_seconds(turn.attempts));
                self.put_off(turn.key, later).await;
                Settled::PutOff(error)
            }
            // Whoever typed it had too many wrong slips today: nothing was looked at.
            Err(Refusal::OverBudget { .. }) => {
                self.put_off(turn.key, tomorrow(self.now())).await;
                Settled::Otherwise
            }
            Err(refused) => self.leave(turn.key, trouble(&refused)).await,
        }
    }

    /// Only while entries are taken: an outage of a night is nobody's trouble.
    fn gives_up(&self, turn: Turn) -> bool {
        turn.attempts >= GIVE_UP_AFTER && self.why_unread() == WhyUnread::Asked
    }

    async fn leave(&self, key: HeldKey, trouble: Trouble) -> Settled {
        match self.set_aside(key, trouble).await {
            Ok(()) => Settled::Otherwise,
            Err(error) => Settled::PutOff(error),
        }
    }

    async fn put_off(&self, key: HeldKey, until: Timestamp) {
        let put_off = self.0.db.write("app::held_dose::put_off", move |tx| {
            Box::pin(async move { held_dose::postpone(tx, key, until).await })
        });
        if let Err(error) = put_off.await {
            tracing::warn!(%error, "a held dose waits until its lease ends");
        }
    }

    async fn give_back(&self, turns: impl Iterator<Item = &Turn>) {
        for turn in turns {
            self.put_off(turn.key, self.now()).await;
        }
    }

    async fn settle(&self, key: HeldKey) -> Result<Settled, Refusal> {
        self.again("app::held_dose::settle", ATTEMPTS, || self.try_settle(key))
            .await
    }

    async fn try_settle(&self, key: HeldKey) -> Result<Settled, Refusal> {
        let Some(matched) = self.matched(key).await? else {
            return Ok(Settled::Otherwise);
        };
        let expected = &matched.proven.expected;
        let encounter = Encounter {
            key: EncounterKey {
                session: expected.place.session,
                id: EncounterId::from_random(self.0.sealer.random()),
            },
            appointment: expected.appointment,
            household: expected.household,
            person: expected.person,
            staff: matched.staff.id,
            dose: expected.dose,
            booked_on: expected.booked_on,
            basis: Basis::SiteEvidence,
            reason: None,
            opened_at: self.now(),
            recorded: None,
        };
        let dose = Dose {
            number: expected.dose,
            vaccine: matched.typed.vaccine,
            batch: matched.typed.batch,
            vial: Vial::parse(&matched.typed.vial)?,
            given_at: matched.typed.given_at,
            site: matched.typed.site,
            reason: match matched.typed.unread {
                Unread::LogRefused => Reason::parse(UNREAD).ok(),
                Unread::NotThere => Reason::parse(NOT_THERE).ok(),
                Unread::Because(reason) => Some(reason),
            },
        };
        let held = HeldFrom {
            key,
            at: matched.held_at,
            source: matched.typed.source,
            given_by: matched.typed.given_by,
        };
        self.record_in(&matched.staff, encounter, dose, Some(held), JOB)
            .await?;
        Ok(Settled::Recorded)
    }

    /// Judges the numbers, in one transaction with what comes of a wrong one: each is counted once.
    async fn matched(&self, key: HeldKey) -> Result<Option<Matched>, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let matched = self.0.db.write("app::held_dose::match", move |tx| {
            Box::pin(async move {
                let Some(waiting) = held_dose::take(tx, &sealer, key).await? else {
                    return Ok(None);
                };
                match judge(tx, &sealer, (key, now), waiting).await {
                    Ok(matched) => Ok(Some(matched)),
                    Err(Unmatched::Refused(
                        later @ (Refusal::Unavailable(_) | Refusal::OverBudget { .. }),
                    )) => Err(later),
                    Err(unmatched) => {
                        held_dose::needs_attention(tx, key, unmatched.trouble(), now).await?;
                        Ok(None)
                    }
                }
            })
        });
        matched.await
    }

    async fn set_aside(&self, key: HeldKey, trouble: Trouble) -> Result<(), StoreError> {
        let now = self.now();
        let left = self.0.db.write("app::held_dose::set_aside", move |tx| {
            Box::pin(async move { held_dose::needs_attention(tx, key, trouble, now).await })
        });
        left.await
    }
}

enum Settled {
    Recorded,
    /// By another node, or it needs attention.
    Otherwise,
    /// It waits on.
    PutOff(StoreError),
}

impl Settled {
    fn failure(&self) -> Option<&StoreError> {
        match self {
            Self::PutOff(error) => Some(error),
            Self::Recorded | Self::Otherwise => None,
        }
    }
}

async fn judge(
    tx: &mut Tx,
    sealer: &Sealer,
    (key, now): (HeldKey, Timestamp),
    waiting: Waiting,
) -> Result<Matched, Unmatched> {
    if !vouched_for(key, &waiting) {
        return Err(Unmatched::Trouble(Trouble::Unreadable));
    }
    let staff = as_it_was_held(tx, sealer, key, &waiting).await?;
    let waiting = admit(tx, sealer, (&staff, key), waiting, now).await?;
    let Who::Slip { reference_id, code } = &waiting.typed.who else {
        return Err(Unmatched::Trouble(Trouble::Unreadable));
    };
    let slip = (*reference_id, code.parse()?);
    let proven = prove_slip(tx, sealer, (&staff, key.day, now), slip).await?;
    Ok(Matched {
        staff,
        proven,
        held_at: waiting.held_at,
        typed: waiting.typed,
    })
}

impl Unmatched {
    fn trouble(&self) -> Trouble {
        match self {
            Self::Refused(refused) => trouble(refused),
            Self::Trouble(trouble) => *trouble,
        }
    }
}

/// What was entered late from a phone or paper was vouched for by somebody else than who entered it. The row's state is what
/// anybody could write who writes the database; whose word it is, only this server can seal.
fn vouched_for(key: HeldKey, waiting: &Waiting) -> bool {
    let late = days_ago(key.day, waiting.held_at) > SECOND_AFTER_DAYS;
    let needed = late && waiting.typed.source != Source::Form;
    !needed || waiting.approved_by.is_some_and(|by| by != waiting.staff)
}

/// The member of staff as who they were then: a vaccinator of that centre.
async fn as_it_was_held(
    tx: &mut Tx,
    sealer: &Sealer,
    key: HeldKey,
    waiting: &Waiting,
) -> Result<Staff, StoreError> {
    let row = staff::by_id(tx, sealer, waiting.staff).await?;
    let row = row.ok_or_else(|| StoreError::corrupt("held_dose", "staff"))?;
    let id = CentreId::from_number(key.centre).map_err(|_| StoreError::corrupt("held_dose", "centre"))?;
    let there = centre::find(tx, id).await?;
    let place = LoginPlace {
        centre: key.centre,
        device: None,
    };
    let today = principal(row, waiting.typed.login, place, None);
    Ok(Staff {
        role: StaffRole::Vaccinator,
        centre: key.centre,
        district: there.map_or(today.district, |centre| centre.district.number()),
        ..today
    })
}

/// Doubles from half a minute to ten.
fn pause_seconds(attempts: i64) -> i64 {
    let doublings = attempts.saturating_sub(1).clamp(0, 20);
    FIRST_PAUSE_SECONDS
        .saturating_mul(1 << doublings)
        .min(LONGEST_PAUSE_SECONDS)
}

fn tomorrow(now: Timestamp) -> Timestamp {
    let day = now.date();
    Timestamp::from_local(day.succ_opt().unwrap_or(day), NaiveTime::MIN)
}

/// What is wrong with this one row, so that trying it again helps nobody.
fn is_of_the_row(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Corrupt { .. }
            | StoreError::Unreadable { .. }
            | StoreError::Misplaced { .. }
            | StoreError::Inconsistent { .. }
    )
}

fn trouble(refusal: &Refusal) -> Trouble {
    match refusal {
        Refusal::NoMatch
        | Refusal::UnknownAppointment
        | Refusal::UnknownSession
        | Refusal::UnknownBeneficiary => Trouble::NoMatch,
        Refusal::AlreadyRecorded => Trouble::AlreadyRecorded,
        Refusal::DocumentAtSite => Trouble::DocumentAtSite,
        _ => Trouble::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_fails_waits_longer_each_time_up_to_ten_minutes() {
        let pauses: Vec<i64> = (1..=6).map(pause_seconds).collect();
        assert_eq!(pauses, [30, 60, 120, 240, 480, 600]);
    }
}
