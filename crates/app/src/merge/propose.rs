//! The first person: says that two records are one person's, or that they are not, and why.

use pramaan_domain::access::Basis;
use pramaan_domain::id::{ProposalId, VisitId};
use pramaan_domain::merge::{Act, MergeRefusal};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::MacKind;
use pramaan_store::encounter::{self, Counted};
use pramaan_store::merge::{self, NewProposal, Subject};

use crate::correction::CORRECTIONS_A_DAY;
use crate::dose::ATTEMPTS;
use crate::{App, Refusal, Staff};

/// What is to become of the record of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It is of the same person as the record of this other visit.
    Join(VisitId),
    /// The link that was made at that instant is taken away.
    Part(Timestamp),
}

impl App {
    /// Writes down what waits for a second person. The same sent twice waits once.
    ///
    /// # Errors
    /// `MergeWithoutEvidence` unless the first record was opened on evidence that the person is there, and the other too or
    /// found on the telephone whose code they read out; parting wants it of one.
    /// `SameRecord`, `NotMerged`, `OneAlready`, `TooManyRecords`; `OverBudget`; `NoEncounter`, `OffRoster`.
    pub async fn propose_merge(
        &self,
        staff: &Staff,
        (visit, wanted): (VisitId, Wanted),
        reason: Reason,
    ) -> Result<ProposalId, Refusal> {
        self.again("app::merge::propose", ATTEMPTS, || {
            self.try_propose(staff, (visit, wanted), reason.clone())
        })
        .await
    }

    async fn try_propose(
        &self,
        staff: &Staff,
        (visit, wanted): (VisitId, Wanted),
        reason: Reason,
    ) -> Result<ProposalId, Refusal> {
        let (one, other, act) = self.meant(staff, (visit, wanted)).await?;
        let (key, by) = self.proposing(staff);
        let new = NewProposal {
            key,
            one,
            other,
            act,
            by,
            request_mac: self.merge_mac(staff, (visit, wanted)),
            reason,
        };
        let (sealer, today) = (self.0.sealer.clone(), (staff.id, self.today()));
        let filed = self.0.db.write("app::merge::propose", move |tx| {
            Box::pin(async move {
                if let Some(before) = merge::filed_before(tx, key.centre, &new.request_mac).await? {
                    return Ok(before);
                }
                // Of somebody erased nothing is proposed: nobody could look at it.
                let course = merge::lock(tx, &sealer, &[one, other]).await?;
                let joined = course.get(&one.1).is_some_and(|others| others.contains(&other));
                if act == Act::Join && joined {
                    return Err(MergeRefusal::OneAlready.into());
                }
                if !encounter::count_today(tx, today, Counted::Correction, CORRECTIONS_A_DAY).await? {
                    return Err(Refusal::OverBudget {
                        retry_after_seconds: 3600,
                    });
                }
                merge::propose(tx, &sealer, new).await?;
                Ok::<_, Refusal>(key.id)
            })
        });
        filed.await
    }

    /// Which two records, with the evidence that each needs.
    async fn meant(
        &self,
        staff: &Staff,
        (visit, wanted): (VisitId, Wanted),
    ) -> Result<(Subject, Subject, Act), Refusal> {
        let evidence = |basis: Basis| match basis {
            Basis::SiteEvidence => Ok(()),
            _ => Err(Refusal::MergeWithoutEvidence),
        };
        // The person who is there read out the code of the other telephone.
        let found = |basis: Basis| match basis {
            Basis::AnothersWord => Ok(()),
            basis => evidence(basis),
        };
        match wanted {
            Wanted::Join(other) => {
                let (one, other) = self.two_visits(staff, (visit, other)).await?;
                evidence(one.basis)?;
                found(other.basis)?;
                let (one, other) = ((one.household, one.person), (other.household, other.person));
                Ok((one, other, Act::Join))
            }
            Wanted::Part(joined_at) => {
                let one = self.open_visit(staff, visit).await?;
                evidence(one.basis)?;
                let (one, sealer) = ((one.household, one.person), self.0.sealer.clone());
                let links = self.0.db.read("app::merge::links", move |tx| {
                    Box::pin(async move { merge::links(tx, &sealer, one).await })
                });
                let links = links.await?;
                let link = links.iter().find(|link| link.joined_at == joined_at);
                let link = link.ok_or(Refusal::from(MergeRefusal::NotJoined))?;
                Ok((one, link.other, Act::Part))
            }
        }
    }

    /// Over what was asked for and by whom, without the reason: told otherwise, it is still the same.
    fn merge_mac(&self, staff: &Staff, (visit, wanted): (VisitId, Wanted)) -> [u8; 32] {
        let (act, what) = match wanted {
            Wanted::Join(other) => (Act::Join, other.as_bytes().to_vec()),
            Wanted::Part(at) => (Act::Part, at.micros().to_be_bytes().to_vec()),
        };
        self.0.sealer.keys.mac(
            MacKind::Recording,
            &[
                b"merge",
                staff.id.as_bytes(),
                visit.as_bytes(),
                act.code().as_bytes(),
                &what,
            ],
        )
    }
}
