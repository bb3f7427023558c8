//! A change of a dose that waits for a second person.

use minicbor::{Decode, Encode};
use pramaan_domain::access::{Basis, Field};
use pramaan_domain::correction::Change;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{DoseId, HouseholdId, PersonId};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::access_log::Receipt;
use crate::db::{Row, Tx, Value};
use crate::dose::{self, DoseFacts};
use crate::pad::{padded, unpadded};
use crate::person_key::{self, Group};
use crate::proposal::{self, APPROVED, Kind, ProposalKey, Proposer, WAITING, inserted, key_for};
use crate::sealer::Sealer;

/// What is known of a proposal with nothing opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub key: ProposalKey,
    pub household: HouseholdId,
    pub person: PersonId,
    /// The event whose place is to be taken.
    pub event: DoseId,
    pub change: Change,
    pub to: Option<To>,
    /// On what the record of its person was open.
    pub basis: Basis,
    pub by: Proposer,
    sealed: Vec<u8>,
}

/// Whose dose it really was, of a move, and on what that record was open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct To {
    pub household: HouseholdId,
    pub person: PersonId,
    pub basis: Basis,
}

/// A proposal about to be written down.
#[derive(Clone)]
pub struct NewProposal {
    pub key: ProposalKey,
    pub subject: (HouseholdId, PersonId),
    pub event: DoseId,
    pub change: Change,
    pub to: Option<To>,
    pub basis: Basis,
    pub by: Proposer,
    /// Over all that was typed: the same sent twice is one proposal.
    pub request_mac: [u8; 32],
    pub what: Corrected,
    pub filed: Filed,
}

/// Whether a change waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    Waiting,
    /// One person's word was enough: it is kept to tell a repeated post.
    Done,
}

/// The sealed part: what the dose is to be, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Corrected {
    pub number: DoseNumber,
    pub facts: DoseFacts,
    pub reason: Reason,
}

/// A medical fact: only that there is one.
impl std::fmt::Debug for Corrected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Corrected(…)")
    }
}

/// How it ended: whoever declines says why.
pub type Decided = proposal::Decided<Reason>;

const DONE: &str = "done";
/// Facts and a reason of three hundred letters of any Indian script fit one; the facts of a dose off protocol have one too.
const BLOCK: usize = 2_560;
const SEALED: &str = "sealed";
const DECISION_BLOCK: usize = 1_280;

/// What the same post came to before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    Stands(Filed),
    /// It was declined, or overtaken: it can be asked for again.
    Over,
}

/// What the same post came to before; none when it is the first.
pub async fn filed_before(
    tx: &mut Tx,
    centre: i64,
    request_mac: &[u8; 32],
) -> Result<Option<Before>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::correction::filed_before
             select state from correction where centre = $1 and request_mac = $2",
            &[centre.into(), (*request_mac).into()],
        )
        .await?;
    let filed = |row: Row| {
        Ok(match row.text(0)? {
            DONE | APPROVED => Before::Stands(Filed::Done),
            WAITING => Before::Stands(Filed::Waiting),
            _ => Before::Over,
        })
    };
    row.map(filed).transpose()
}

/// # Errors
/// `Erased` when the person's keys are gone; `Serialization` when the same was proposed at this moment.
pub async fn propose(tx: &mut Tx, sealer: &Sealer, new: NewProposal) -> Result<(), StoreError> {
    let key = person_key::one(tx, sealer, Group::Clinical, new.subject).await?;
    let sealed = key.seal(
        &new.key.context::<Proposal>(SEALED),
        &padded(&encode(&new.what), BLOCK),
        &*sealer.entropy,
    );
    let proposal = Proposal {
        key: new.key,
        household: new.subject.0,
        person: new.subject.1,
        event: new.event,
        change: new.change,
        to: new.to,
        basis: new.basis,
        by: new.by,
        sealed,
    };
    let binding = mac(sealer, &proposal);
    let (to_household, to_person, to_basis) = match proposal.to {
        Some(to) => (to.household.into(), to.person.into(), to.basis.name().into()),
        None => (Value::Null, Value::Null, Value::Null),
    };
    let done = tx
        .execute(
            "-- store::correction::propose
             insert into correction (centre, id, household, person, event, to_household, to_person, change, staff
               , staff_code, staff_role, request_mac, sealed, binding_mac, state, proposed_at, basis, to_basis)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            &[
                proposal.key.centre.into(),
                proposal.key.id.into(),
                proposal.household.into(),
                proposal.person.into(),
                proposal.event.into(),
                to_household,
                to_person,
                proposal.change.code().into(),
                proposal.by.staff.into(),
                proposal.by.code.into(),
                proposal.by.role.code().into(),
                new.request_mac.into(),
                proposal.sealed.into(),
                binding.into(),
                match new.filed {
                    Filed::Waiting => WAITING,
                    Filed::Done => DONE,
                }
                .into(),
                proposal.by.at.into(),
                proposal.basis.name().into(),
                to_basis,
            ],
        )
        .await;
    inserted(done)
}

impl Proposal {
    /// What is proposed: one receipt of its person, which must name the doses.
    ///
    /// # Errors
    /// `NotNamed`, and `Erased` when the person's keys are gone.
    pub async fn what(
        &self,
        tx: &mut Tx,
        sealer: &Sealer,
        receipt: Receipt,
        now: Timestamp,
    ) -> Result<Corrected, StoreError> {
        let sealed_under = (Group::Clinical, (self.household, self.person));
        let key = key_for(tx, sealer, sealed_under, (receipt, Field::Doses), now).await?;
        let plain = key.open(&self.key.context::<Self>(SEALED), &self.sealed)?;
        let corrected = unpadded(&plain).and_then(decode);
        corrected.ok_or_else(|| StoreError::corrupt("correction", "sealed"))
    }
}

/// Ends a proposal that waits; `false` when somebody else did.
///
/// # Errors
/// `Erased` when the person's keys are gone.
pub async fn decide(
    tx: &mut Tx,
    sealer: &Sealer,
    (proposal, by): (&Proposal, &str),
    decided: &Decided,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let subject = (proposal.household, proposal.person);
    let key = person_key::one(tx, sealer, Group::Clinical, subject).await?;
    let reason = match decided {
        Decided::Declined(reason) => reason.as_str(),
        Decided::Approved | Decided::Overtaken => "",
    };
    let decision = key.seal(
        &proposal.key.context::<Proposal>("decision"),
        &padded(reason.as_bytes(), DECISION_BLOCK),
        &*sealer.entropy,
    );
    let done = tx
        .execute(
            "-- store::correction::decide
             update correction set state = $4, decided_by = $5, decision = $6, decided_at = $7
             where centre = $1 and id = $2 and state = $3",
            &[
                proposal.key.centre.into(),
                proposal.key.id.into(),
                WAITING.into(),
                decided.state().into(),
                by.into(),
                decision.into(),
                now.into(),
            ],
        )
        .await?;
    Ok(done == 1)
}

/// Ends every move that waits to somebody who is being deleted: nobody could decide on it any more, each look opens both
/// records. Whose dose it is can have it changed otherwise.
pub(crate) async fn overtake(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::correction::overtake
         update correction set state = $4, decided_at = $5
         where to_household = $1 and to_person = $2 and state = $3",
        &[
            household.into(),
            person.into(),
            WAITING.into(),
            Decided::Overtaken.state().into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

impl Kind for Proposal {
    type Act = Change;

    const TABLE: &'static str = "correction";
    const ACT: &'static str = "change";
    const COLUMNS: &'static str =
        "centre, id, household, person, event, change, to_household, to_person, staff, staff_code
              , staff_role, proposed_at, sealed, binding_mac, basis, to_basis";

    fn act(row: &Row, column: usize) -> Result<Change, StoreError> {
        Change::parse(row.text(column)?).ok_or_else(|| row.inconsistent(column, "a change"))
    }

    fn read(row: &Row, sealer: &Sealer) -> Result<Self, StoreError> {
        let to = match (row.opt_parse(6)?, row.opt_parse(7)?, row.opt_text(15)?) {
            (Some(household), Some(person), Some(_)) => Some(To {
                household,
                person,
                basis: basis(row, 15)?,
            }),
            _ => None,
        };
        let proposal = Self {
            key: ProposalKey {
                centre: row.int(0)?,
                id: row.parse(1)?,
            },
            household: row.parse(2)?,
            person: row.parse(3)?,
            event: row.parse(4)?,
            change: Self::act(row, 5)?,
            to,
            basis: basis(row, 14)?,
            by: Proposer::read(row, 8)?,
            sealed: row.blob(12)?.to_vec(),
        };
        match equal(&mac(sealer, &proposal), row.blob(13)?) {
            true => Ok(proposal),
            false => Err(StoreError::misplaced("correction")),
        }
    }

    fn by(&self) -> &Proposer {
        &self.by
    }
}

fn basis(row: &Row, column: usize) -> Result<Basis, StoreError> {
    Basis::from_name(row.text(column)?).ok_or_else(|| row.inconsistent(column, "a basis"))
}

/// Over all that was proposed: whose dose, what is to become of it, by whom and when.
fn mac(sealer: &Sealer, proposal: &Proposal) -> [u8; 32] {
    let to = proposal.to.map(|to| {
        let parts: [&[u8]; 3] = [
            to.household.as_bytes(),
            to.person.as_bytes(),
            to.basis.name().as_bytes(),
        ];
        parts.concat()
    });
    sealer.keys.mac(
        MacKind::Correction,
        &[
            &proposal.key.centre.to_be_bytes(),
            proposal.key.id.as_bytes(),
            proposal.household.as_bytes(),
            proposal.person.as_bytes(),
            proposal.event.as_bytes(),
            proposal.change.code().as_bytes(),
            to.as_deref().unwrap_or_default(),
            proposal.basis.name().as_bytes(),
            proposal.by.staff.as_bytes(),
            proposal.by.code.as_bytes(),
            proposal.by.role.code().as_bytes(),
            &proposal.by.at.micros().to_be_bytes(),
            &proposal.sealed,
        ],
    )
}

/// As it is sealed. Numbered fields, so that later versions can add some.
#[derive(Encode, Decode)]
struct Sealed {
    #[n(0)]
    number: i64,
    #[cbor(n(1), with = "minicbor::bytes")]
    facts: Vec<u8>,
    #[n(2)]
    reason: String,
}

fn encode(what: &Corrected) -> Vec<u8> {
    let sealed = Sealed {
        number: what.number.code(),
        facts: dose::encode(&what.facts),
        reason: what.reason.as_str().to_owned(),
    };
    // Encoding into a vector cannot fail.
    minicbor::to_vec(&sealed).unwrap_or_default()
}

fn decode(plain: &[u8]) -> Option<Corrected> {
    let sealed: Sealed = minicbor::decode(plain).ok()?;
    Some(Corrected {
        number: DoseNumber::from_code(sealed.number).ok()?,
        facts: dose::decode(&sealed.facts).ok()?,
        reason: Reason::parse(&sealed.reason).ok()?,
    })
}
