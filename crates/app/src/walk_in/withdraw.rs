//! Taking back a registration that a desk made by mistake: by the site manager within the hour, later by two people.

use pramaan_domain::access::{Basis, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::{Reason, StaffRole};
use pramaan_domain::time::Timestamp;
use pramaan_store::claim::{self, ClaimState};
use pramaan_store::encounter::{self, Counted};
use pramaan_store::withdrawal::{self, Withdrawal};
use pramaan_store::{AccessEntry, Sealer, Tx, appointment, desk_registration, person};

use super::register::{Desk, OVER};
use crate::{App, Refusal, Staff};

/// How long the site manager alone can take a registration back.
const ALONE_SECONDS: i64 = 3600;
/// How long one of two waits for the other.
const SECOND_PERSON_SECONDS: i64 = 86_400;
/// Reference ids typed on one day that nobody was registered with at this desk.
const UNMATCHED_A_DAY: u32 = 20;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawn {
    /// Record, indexes and keys are gone.
    Gone,
    /// A second person of this centre has to say the same within a day; one of the two is the site manager.
    WaitsForSecond,
}

impl App {
    /// Takes back a registration of this centre's desk, as long as the person had no dose. A seat that they have is given back.
    ///
    /// # Errors
    /// `Forbidden`, `OffRoster`; `NoMatch` for a reference id that this desk did not register, which is counted, and
    /// `OverBudget` after twenty of those; `HasDose`, `RecordOpen`.
    pub async fn withdraw_walk_in(
        &self,
        staff: &Staff,
        id: ReferenceId,
        reason: Reason,
    ) -> Result<Withdrawn, Refusal> {
        let (desk, by, now) = (Desk::of(staff, self.now())?, staff.clone(), self.now());
        let sealer = self.0.sealer.clone();
        let decided = self.0.db.write("app::walk_in::ask_withdrawal", move |tx| {
            Box::pin(async move {
                // A manager answers for the centre on any day.
                if by.role != StaffRole::SiteManager {
                    desk.open(tx).await?;
                }
                match registered_here(tx, &sealer, &by, id).await? {
                    Some((subject, at)) => {
                        Ok::<_, Refusal>(Ok(decide(tx, &sealer, &by, (subject, at), now).await?))
                    }
                    // A try stays counted.
                    None => {
                        let today = (by.id, now.date());
                        let left =
                            encounter::count_today(tx, today, Counted::UnmatchedDocument, UNMATCHED_A_DAY)
                                .await?;
                        Ok(Err(if left { Refusal::NoMatch } else { OVER }))
                    }
                }
            })
        });
        let Some(subject) = decided.await?? else {
            return Ok(Withdrawn::WaitsForSecond);
        };
        self.check_erasable(subject).await?;
        self.give_seats_back(subject).await?;
        let entry = self.entry_of_withdrawal(staff, subject, reason);
        self.erase(subject, entry).await?;
        Ok(Withdrawn::Gone)
    }

    /// Seats of somebody who was registered by mistake are free again. There is no number to write to.
    async fn give_seats_back(&self, subject: Subject) -> Result<(), Refusal> {
        let now = self.now();
        let held = self.0.db.read("app::walk_in::seats_held", move |tx| {
            Box::pin(async move { claim::of_people(tx, &[subject]).await })
        });
        let mut held = held.await?;
        held.retain(|claim| claim.state == ClaimState::Booked && claim.ends_at > now);
        for claim in held {
            let (appointment, session) = (claim.appointment, claim.session);
            let given_up = self.change("app::walk_in::give_seat_back", move |tx| {
                Box::pin(async move {
                    appointment::cancel(tx, appointment, &[subject], now).await??;
                    Ok(())
                })
            });
            given_up.await?;
            self.reload(vec![session]).await;
        }
        Ok(())
    }

    fn entry_of_withdrawal(
        &self,
        staff: &Staff,
        (household, person): (HouseholdId, PersonId),
        reason: Reason,
    ) -> AccessEntry {
        AccessEntry {
            household,
            person,
            actor: staff.actor(),
            basis: Basis::NoEvidenceWithReason,
            purpose: Purpose::Retention,
            fields: FieldSet::EMPTY,
            policy_hash: self.0.policy_hash,
            request: "erasure: a desk took a mistaken registration back",
            reason: Some(reason.as_str().to_owned()),
        }
    }
}

type Subject = (HouseholdId, PersonId);

/// Whom this centre's desk registered with a reference id, and when.
async fn registered_here(
    tx: &mut Tx,
    sealer: &Sealer,
    staff: &Staff,
    id: ReferenceId,
) -> Result<Option<(Subject, Timestamp)>, Refusal> {
    let named = person::by_reference_ids(tx, sealer, &[id]).await?;
    let Some(subject) = named.into_iter().flatten().next() else {
        return Ok(None);
    };
    let at = desk_registration::find(tx, sealer, subject).await?;
    Ok(at
        .filter(|at| at.centre == staff.centre)
        .map(|at| (subject, at.registered_at)))
}

/// The subject when enough people said so, else it is noted who did.
async fn decide(
    tx: &mut Tx,
    sealer: &Sealer,
    staff: &Staff,
    (subject, registered_at): (Subject, Timestamp),
    now: Timestamp,
) -> Result<Option<Subject>, Refusal> {
    let fresh = now <= registered_at.plus_seconds(ALONE_SECONDS);
    if staff.role == StaffRole::SiteManager && fresh {
        return Ok(Some(subject));
    }
    let first = withdrawal::find(tx, sealer, subject).await?;
    let first = first.filter(|asked| asked.asked_at.plus_seconds(SECOND_PERSON_SECONDS) >= now);
    if let Some(first) = first
        && first.staff != staff.id
        && [first.role, staff.role].contains(&StaffRole::SiteManager)
    {
        return Ok(Some(subject));
    }
    let asked = Withdrawal {
        centre: staff.centre,
        staff: staff.id,
        role: staff.role,
        asked_at: now,
    };
    withdrawal::ask(tx, sealer, subject, asked).await?;
    Ok(None)
}
