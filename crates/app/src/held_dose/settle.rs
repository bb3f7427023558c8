//! Matching held doses with their persons, once the log can be written again: the ordinary evidence, the ordinary receipts
//! and the ordinary recording, as the member of staff who typed it.

use pramaan_domain::access::Basis;
use pramaan_domain::id::EncounterId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_store::encounter::Encounter;
use pramaan_store::held_dose::{self, HeldKey, Trouble, Typed, Waiting};
use pramaan_store::staff::{self, StaffState};
use pramaan_store::{Sealer, StoreError, Tx};

use super::ATTEMPTS;
use crate::dose::{Dose, HeldFrom, Vial};
use crate::encounter::{EncounterKey, Proven, prove_slip};
use crate::staff::principal;
use crate::{App, Refusal, Staff};

/// So many of one run; the next is a minute later.
const MOST: u32 = 500;
const JOB: &str = "settle held doses";
/// Kept with a dose that no rule allowed; nobody could be asked for another.
const UNREAD: &str = "Given without opening the record, which could not be opened then.";

/// One whose numbers fit.
struct Matched {
    staff: Staff,
    proven: Proven,
    held_at: Timestamp,
    typed: Typed,
}

impl App {
    /// Records every held dose whose numbers fit, each exactly once on however many nodes; answers how many. What cannot
    /// be recorded needs somebody's attention and is not tried again.
    ///
    /// # Errors
    /// `Unavailable` when the log or the database cannot be written: the rest waits.
    pub async fn settle_held_doses(&self) -> Result<u64, Refusal> {
        let waiting = self.0.db.read("app::held_dose::waiting", |tx| {
            Box::pin(async move { held_dose::waiting(tx, MOST).await })
        });
        let mut recorded = 0;
        for key in waiting.await? {
            match self.settle(key).await {
                Ok(now) => recorded += u64::from(now == Settled::Recorded),
                Err(Refusal::Unavailable(error)) if !is_of_the_row(&error) => return Err(error.into()),
                Err(refused) => self.set_aside(key, trouble(&refused)).await?,
            }
        }
        Ok(recorded)
    }

    async fn settle(&self, key: HeldKey) -> Result<Settled, Refusal> {
        let mut attempt = 1;
        loop {
            match self.try_settle(key).await {
                Err(Refusal::Unavailable(error)) if error.is_retryable() && attempt < ATTEMPTS => {
                    attempt += 1
                }
                settled => return settled,
            }
        }
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
            reason: Reason::parse(UNREAD).ok(),
        };
        let held = HeldFrom {
            key,
            at: matched.held_at,
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
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    Err(refused) => {
                        held_dose::needs_attention(tx, key, trouble(&refused), now).await?;
                        Ok(None)
                    }
                }
            })
        });
        matched.await
    }

    async fn set_aside(&self, key: HeldKey, trouble: Trouble) -> Result<(), Refusal> {
        let now = self.now();
        let left = self.0.db.write("app::held_dose::set_aside", move |tx| {
            Box::pin(async move { held_dose::needs_attention(tx, key, trouble, now).await })
        });
        Ok(left.await?)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Recorded,
    /// By another node, or it needs attention.
    Otherwise,
}

async fn judge(
    tx: &mut Tx,
    sealer: &Sealer,
    (key, now): (HeldKey, Timestamp),
    waiting: Waiting,
) -> Result<Matched, Refusal> {
    let row = staff::by_id(tx, sealer, waiting.staff).await?;
    let row = row.filter(|row| row.state == StaffState::Active && row.centre == key.centre);
    let staff = principal(row.ok_or(Refusal::OffRoster)?, waiting.typed.login);
    let code = waiting.typed.code.parse()?;
    let slip = (waiting.typed.reference_id, code);
    let proven = prove_slip(tx, sealer, (&staff, key.day, now), slip).await?;
    Ok(Matched {
        staff,
        proven,
        held_at: waiting.held_at,
        typed: waiting.typed,
    })
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
        | Refusal::WrongCode { .. }
        | Refusal::UnknownAppointment
        | Refusal::UnknownSession
        | Refusal::UnknownBeneficiary => Trouble::NoMatch,
        Refusal::CodeSpent => Trouble::CodeSpent,
        Refusal::AlreadyRecorded => Trouble::AlreadyRecorded,
        Refusal::DocumentAtSite => Trouble::DocumentAtSite,
        Refusal::OffRoster | Refusal::Forbidden => Trouble::Staff,
        _ => Trouble::Unreadable,
    }
}
