//! A merge or an un-merge that waits for a second person.

use pramaan_domain::access::Field;
use pramaan_domain::id::ProposalId;
use pramaan_domain::merge::Act;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use super::link::Subject;
use crate::StoreError;
use crate::access_log::Receipt;
use crate::db::{Row, Tx};
use crate::pad::{padded, unpadded};
use crate::person_key::{self, Group};
use crate::proposal::{self, Kind, ProposalKey, Proposer, WAITING, inserted, key_for};
use crate::sealer::Sealer;

/// What is known of a proposal with nothing opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub key: ProposalKey,
    pub one: Subject,
    pub other: Subject,
    pub act: Act,
    pub by: Proposer,
    sealed: Vec<u8>,
}

/// A proposal about to be written down.
#[derive(Clone)]
pub struct NewProposal {
    pub key: ProposalKey,
    pub one: Subject,
    pub other: Subject,
    pub act: Act,
    pub by: Proposer,
    /// Over all that was typed: the same sent twice is one proposal.
    pub request_mac: [u8; 32],
    pub reason: Reason,
}

/// How it ended: the second person says no more than no.
pub type Decided = proposal::Decided<()>;

/// A reason of three hundred letters of any Indian script fits one.
const BLOCK: usize = 1_280;
const SEALED: &str = "sealed";

/// The proposal that the same post made and that still waits.
pub async fn filed_before(
    tx: &mut Tx,
    centre: i64,
    request_mac: &[u8; 32],
) -> Result<Option<ProposalId>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::merge::filed_before
             select id from merge where centre = $1 and request_mac = $2",
            &[centre.into(), (*request_mac).into()],
        )
        .await?;
    row.map(|row| row.parse(0)).transpose()
}

/// # Errors
/// `Erased` when the person's keys are gone; `Serialization` when the same was proposed at this moment.
pub async fn propose(tx: &mut Tx, sealer: &Sealer, new: NewProposal) -> Result<(), StoreError> {
    let key = person_key::one(tx, sealer, Group::Identity, new.one).await?;
    let sealed = key.seal(
        &new.key.context::<Proposal>(SEALED),
        &padded(new.reason.as_str().as_bytes(), BLOCK),
        &*sealer.entropy,
    );
    let proposal = Proposal {
        key: new.key,
        one: new.one,
        other: new.other,
        act: new.act,
        by: new.by,
        sealed,
    };
    let binding = mac(sealer, &proposal);
    let done = tx
        .execute(
            "-- store::merge::propose
             insert into merge (centre, id, household, person, other_household, other_person, act, staff, staff_code
               , staff_role, request_mac, sealed, binding_mac, state, proposed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            &[
                proposal.key.centre.into(),
                proposal.key.id.into(),
                proposal.one.0.into(),
                proposal.one.1.into(),
                proposal.other.0.into(),
                proposal.other.1.into(),
                proposal.act.code().into(),
                proposal.by.staff.into(),
                proposal.by.code.into(),
                proposal.by.role.code().into(),
                new.request_mac.into(),
                proposal.sealed.into(),
                binding.into(),
                WAITING.into(),
                proposal.by.at.into(),
            ],
        )
        .await;
    inserted(done)
}

impl Proposal {
    /// Why it is proposed: one receipt of its first person, which must name the name.
    ///
    /// # Errors
    /// `NotNamed`, and `Erased` when the person's keys are gone.
    pub async fn why(
        &self,
        tx: &mut Tx,
        sealer: &Sealer,
        receipt: Receipt,
        now: Timestamp,
    ) -> Result<Reason, StoreError> {
        let sealed_under = (Group::Identity, self.one);
        let key = key_for(tx, sealer, sealed_under, (receipt, Field::Name), now).await?;
        let plain = key.open(&self.key.context::<Self>(SEALED), &self.sealed)?;
        let text = unpadded(&plain).and_then(|plain| std::str::from_utf8(plain).ok());
        let reason = text.and_then(|text| Reason::parse(text).ok());
        reason.ok_or_else(|| StoreError::corrupt("merge", "sealed"))
    }
}

/// Ends a proposal that waits; `false` when somebody else did. What it was told by is let go of, so that the same can be proposed
/// again: after a decline, or once it was undone.
pub async fn decide(
    tx: &mut Tx,
    (key, by): (ProposalKey, &str),
    decided: Decided,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = tx
        .execute(
            "-- store::merge::decide
             update merge set state = $4, decided_by = $5, decided_at = $6, request_mac = binding_mac
             where centre = $1 and id = $2 and state = $3",
            &[
                key.centre.into(),
                key.id.into(),
                WAITING.into(),
                decided.state().into(),
                by.into(),
                now.into(),
            ],
        )
        .await?;
    Ok(done == 1)
}

impl Kind for Proposal {
    type Act = Act;

    const TABLE: &'static str = "merge";
    const ACT: &'static str = "act";
    const COLUMNS: &'static str =
        "centre, id, household, person, other_household, other_person, act, staff, staff_code, staff_role
              , proposed_at, sealed, binding_mac";

    fn act(row: &Row, column: usize) -> Result<Act, StoreError> {
        Act::parse(row.text(column)?).ok_or_else(|| row.inconsistent(column, "a merge or an un-merge"))
    }

    fn read(row: &Row, sealer: &Sealer) -> Result<Self, StoreError> {
        let proposal = Self {
            key: ProposalKey {
                centre: row.int(0)?,
                id: row.parse(1)?,
            },
            one: (row.parse(2)?, row.parse(3)?),
            other: (row.parse(4)?, row.parse(5)?),
            act: Self::act(row, 6)?,
            by: Proposer::read(row, 7)?,
            sealed: row.blob(11)?.to_vec(),
        };
        match equal(&mac(sealer, &proposal), row.blob(12)?) {
            true => Ok(proposal),
            false => Err(StoreError::misplaced("merge")),
        }
    }

    fn by(&self) -> &Proposer {
        &self.by
    }
}

/// Over all that was proposed: who is to be joined or parted, by whom and when.
fn mac(sealer: &Sealer, proposal: &Proposal) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::Merge,
        &[
            &proposal.key.centre.to_be_bytes(),
            proposal.key.id.as_bytes(),
            proposal.one.0.as_bytes(),
            proposal.one.1.as_bytes(),
            proposal.other.0.as_bytes(),
            proposal.other.1.as_bytes(),
            proposal.act.code().as_bytes(),
            proposal.by.staff.as_bytes(),
            proposal.by.code.as_bytes(),
            proposal.by.role.code().as_bytes(),
            &proposal.by.at.micros().to_be_bytes(),
            &proposal.sealed,
        ],
    )
}
