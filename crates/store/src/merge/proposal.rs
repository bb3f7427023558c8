//! A merge or an un-merge that waits for a second person.

use pramaan_domain::access::Field;
use pramaan_domain::id::{ProposalId, StaffId};
use pramaan_domain::merge::Act;
use pramaan_domain::staff::{Reason, StaffRole};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use super::link::Subject;
use crate::StoreError;
use crate::access_log::Receipt;
use crate::db::{Row, Tx};
use crate::pad::{padded, unpadded};
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};

/// Which proposal: the centre is where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProposalKey {
    pub centre: i64,
    pub id: ProposalId,
}

/// What is known of a proposal with nothing opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub key: ProposalKey,
    pub one: Subject,
    pub other: Subject,
    pub act: Act,
    pub staff: StaffId,
    pub staff_code: String,
    pub staff_role: StaffRole,
    pub proposed_at: Timestamp,
    sealed: Vec<u8>,
}

/// A proposal about to be written down.
#[derive(Clone)]
pub struct NewProposal {
    pub key: ProposalKey,
    pub one: Subject,
    pub other: Subject,
    pub act: Act,
    pub staff: (StaffId, String, StaffRole),
    /// Over all that was typed: the same sent twice is one proposal.
    pub request_mac: [u8; 32],
    pub reason: Reason,
    pub proposed_at: Timestamp,
}

/// One that waits, as a list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: ProposalId,
    pub act: Act,
    pub staff: StaffId,
    pub staff_code: String,
    pub staff_role: StaffRole,
    pub proposed_at: Timestamp,
}

/// How a proposal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    Approved,
    Declined,
    /// The records were joined or parted otherwise meanwhile.
    Overtaken,
}

impl Decided {
    const fn state(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Overtaken => "overtaken",
        }
    }
}

const WAITING: &str = "waiting";
/// A reason of three hundred letters of any Indian script fits one.
const BLOCK: usize = 1_280;

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
    let keys = person_key::group(tx, sealer, Group::Identity, &[new.one]).await?;
    let key = keys.get(&new.one.1).ok_or(StoreError::Erased)?;
    let sealed = key.seal(
        &bound(new.key),
        &padded(new.reason.as_str().as_bytes(), BLOCK),
        &*sealer.entropy,
    );
    let (staff, staff_code, staff_role) = new.staff;
    let proposal = Proposal {
        key: new.key,
        one: new.one,
        other: new.other,
        act: new.act,
        staff,
        staff_code,
        staff_role,
        proposed_at: new.proposed_at,
        sealed,
    };
    let binding = mac(sealer, &proposal);
    let inserted = tx
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
                proposal.staff.into(),
                proposal.staff_code.into(),
                proposal.staff_role.code().into(),
                new.request_mac.into(),
                proposal.sealed.into(),
                binding.into(),
                WAITING.into(),
                proposal.proposed_at.into(),
            ],
        )
        .await;
    match inserted {
        Err(StoreError::UniqueViolation { .. }) => Err(StoreError::Serialization),
        other => other.map(drop),
    }
}

/// A proposal of a centre that still waits.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row is not as it was proposed.
pub async fn find(tx: &mut Tx, sealer: &Sealer, key: ProposalKey) -> Result<Option<Proposal>, StoreError> {
    let sql = "-- store::merge::find
         select centre, id, household, person, other_household, other_person, act, staff, staff_code, staff_role
              , proposed_at, sealed, binding_mac
         from merge where centre = $1 and id = $2 and state = $3";
    let row = tx
        .query_opt(sql, &[key.centre.into(), key.id.into(), WAITING.into()])
        .await?;
    row.map(|row| read(&row, sealer)).transpose()
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
        let opening = receipt.spend(now)?;
        if opening.person != self.one.1 || !opening.fields.contains(Field::Name) {
            return Err(StoreError::NotNamed {
                field: Field::Name.name(),
            });
        }
        let keys = person_key::group(tx, sealer, Group::Identity, &[self.one]).await?;
        let key = keys.get(&self.one.1).ok_or(StoreError::Erased)?;
        let plain = key.open(&bound(self.key), &self.sealed)?;
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

/// The oldest `most` that wait at a centre. Nothing is opened.
pub async fn listed(tx: &mut Tx, centre: i64, most: u32) -> Result<Vec<Listed>, StoreError> {
    let rows = tx
        .query(
            "-- store::merge::listed
             select id, act, staff, staff_code, staff_role, proposed_at from merge
             where centre = $1 and state = $2 order by proposed_at, id limit $3",
            &[centre.into(), WAITING.into(), most.into()],
        )
        .await?;
    let read = |row: &Row| {
        Ok(Listed {
            id: row.parse(0)?,
            act: act(row, 1)?,
            staff: row.parse(2)?,
            staff_code: row.text(3)?.to_owned(),
            staff_role: role(row, 4)?,
            proposed_at: row.timestamp(5)?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many wait at a centre.
pub async fn count_waiting(tx: &mut Tx, centre: i64) -> Result<i64, StoreError> {
    let row = tx
        .query_one(
            "-- store::merge::count_waiting
             select count(*) from merge where centre = $1 and state = $2",
            &[centre.into(), WAITING.into()],
        )
        .await?;
    row.int(0)
}

/// Deletes up to `most` that were proposed before `before`, decided or not; answers how many. What came of them stays with
/// the records.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::merge::purge
         delete from merge where (centre, id) in (
             select centre, id from merge where proposed_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn read(row: &Row, sealer: &Sealer) -> Result<Proposal, StoreError> {
    let proposal = Proposal {
        key: ProposalKey {
            centre: row.int(0)?,
            id: row.parse(1)?,
        },
        one: (row.parse(2)?, row.parse(3)?),
        other: (row.parse(4)?, row.parse(5)?),
        act: act(row, 6)?,
        staff: row.parse(7)?,
        staff_code: row.text(8)?.to_owned(),
        staff_role: role(row, 9)?,
        proposed_at: row.timestamp(10)?,
        sealed: row.blob(11)?.to_vec(),
    };
    match equal(&mac(sealer, &proposal), row.blob(12)?) {
        true => Ok(proposal),
        false => Err(StoreError::misplaced("merge")),
    }
}

fn act(row: &Row, column: usize) -> Result<Act, StoreError> {
    Act::parse(row.text(column)?).ok_or_else(|| row.inconsistent(column, "a merge or an un-merge"))
}

fn role(row: &Row, column: usize) -> Result<StaffRole, StoreError> {
    StaffRole::parse(row.text(column)?).map_err(|_| row.inconsistent(column, "a role"))
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
            proposal.staff.as_bytes(),
            proposal.staff_code.as_bytes(),
            proposal.staff_role.code().as_bytes(),
            &proposal.proposed_at.micros().to_be_bytes(),
            &proposal.sealed,
        ],
    )
}

fn bound(key: ProposalKey) -> Vec<u8> {
    context("merge", "sealed", format_args!("{}|{}", key.centre, key.id))
}
