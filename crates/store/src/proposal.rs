//! What waits for a second person of a centre, whatever it is about: who proposed it and when, what a list says of it, how it
//! ends and when it is deleted. Each kind has a table of its own, with what it is about and what is sealed of that.

use pramaan_domain::access::Field;
use pramaan_domain::id::{HouseholdId, PersonId, ProposalId, StaffId};
use pramaan_domain::staff::StaffRole;
use pramaan_domain::time::Timestamp;
use pramaan_keys::SecretKey;

use crate::StoreError;
use crate::access_log::Receipt;
use crate::db::{Row, Tx};
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};

/// Which proposal: the centre is where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProposalKey {
    pub centre: i64,
    pub id: ProposalId,
}

/// Who proposed it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposer {
    pub staff: StaffId,
    pub code: String,
    pub role: StaffRole,
    pub at: Timestamp,
}

/// A kind of proposal: its table, and how a row of it is read. It opens nothing.
pub trait Kind: Sized + Send + 'static {
    /// What is proposed, as a list says it.
    type Act: Send + 'static;

    const TABLE: &'static str;
    /// The column of what is proposed.
    const ACT: &'static str;
    /// What [`Kind::read`] reads, in its order.
    const COLUMNS: &'static str;

    /// # Errors
    /// `Inconsistent` for a word that is none.
    fn act(row: &Row, column: usize) -> Result<Self::Act, StoreError>;

    /// # Errors
    /// `Misplaced`, with an alarm, when the row is not as it was proposed.
    fn read(row: &Row, sealer: &Sealer) -> Result<Self, StoreError>;

    fn by(&self) -> &Proposer;
}

/// One that waits, as a list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<A> {
    pub id: ProposalId,
    pub act: A,
    pub by: Proposer,
}

/// How a proposal ended; declined, for a reason where its kind asks for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided<R> {
    Approved,
    Declined(R),
    /// What it is about was changed otherwise meanwhile.
    Overtaken,
}

impl<R> Decided<R> {
    pub(crate) const fn state(&self) -> &'static str {
        match self {
            Self::Approved => APPROVED,
            Self::Declined(_) => "declined",
            Self::Overtaken => "overtaken",
        }
    }
}

pub(crate) const WAITING: &str = "waiting";
pub(crate) const APPROVED: &str = "approved";

impl ProposalKey {
    /// What is bound to a sealed value of this proposal.
    pub(crate) fn context<K: Kind>(self, column: &'static str) -> Vec<u8> {
        context(K::TABLE, column, format_args!("{}|{}", self.centre, self.id))
    }
}

impl Proposer {
    /// Reads `staff, staff_code, staff_role, proposed_at`, of which the first is at `column`.
    pub(crate) fn read(row: &Row, column: usize) -> Result<Self, StoreError> {
        let role = StaffRole::parse(row.text(column + 2)?);
        Ok(Self {
            staff: row.parse(column)?,
            code: row.text(column + 1)?.to_owned(),
            role: role.map_err(|_| row.inconsistent(column + 2, "a role"))?,
            at: row.timestamp(column + 3)?,
        })
    }
}

/// The key under which a person's part of a proposal is sealed: one receipt of theirs, which must name the field.
pub(crate) async fn key_for(
    tx: &mut Tx,
    sealer: &Sealer,
    (group, subject): (Group, (HouseholdId, PersonId)),
    (receipt, field): (Receipt, Field),
    now: Timestamp,
) -> Result<SecretKey, StoreError> {
    let opening = receipt.spend(now)?;
    if opening.person != subject.1 || !opening.fields.contains(field) {
        return Err(StoreError::NotNamed { field: field.name() });
    }
    person_key::one(tx, sealer, group, subject).await
}

/// What came of inserting one: two of the same at once are told apart on a second try.
pub(crate) fn inserted(done: Result<u64, StoreError>) -> Result<(), StoreError> {
    match done {
        Err(StoreError::UniqueViolation { .. }) => Err(StoreError::Serialization),
        other => other.map(drop),
    }
}

/// A proposal of a centre that still waits.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row is not as it was proposed.
pub async fn find<K: Kind>(tx: &mut Tx, sealer: &Sealer, key: ProposalKey) -> Result<Option<K>, StoreError> {
    let sql = format!(
        "-- store::proposal::find
         select {} from {} where centre = $1 and id = $2 and state = $3",
        K::COLUMNS,
        K::TABLE
    );
    let row = tx
        .query_opt(&sql, &[key.centre.into(), key.id.into(), WAITING.into()])
        .await?;
    row.map(|row| K::read(&row, sealer)).transpose()
}

/// The oldest `most` that wait at a centre. Nothing is opened.
pub async fn listed<K: Kind>(tx: &mut Tx, centre: i64, most: u32) -> Result<Vec<Listed<K::Act>>, StoreError> {
    let sql = format!(
        "-- store::proposal::listed
         select id, {}, staff, staff_code, staff_role, proposed_at from {}
         where centre = $1 and state = $2 order by proposed_at, id limit $3",
        K::ACT,
        K::TABLE
    );
    let rows = tx
        .query(&sql, &[centre.into(), WAITING.into(), most.into()])
        .await?;
    let read = |row: &Row| {
        Ok(Listed {
            id: row.parse(0)?,
            act: K::act(row, 1)?,
            by: Proposer::read(row, 2)?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many wait at a centre.
pub async fn count_waiting<K: Kind>(tx: &mut Tx, centre: i64) -> Result<i64, StoreError> {
    let sql = format!(
        "-- store::proposal::count_waiting
         select count(*) from {} where centre = $1 and state = $2",
        K::TABLE
    );
    let row = tx.query_one(&sql, &[centre.into(), WAITING.into()]).await?;
    row.int(0)
}

/// Deletes up to `most` that were proposed before `before`, decided or not; answers how many. What came of them stays with the
/// records.
pub async fn purge<K: Kind>(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    let table = K::TABLE;
    let sql = format!(
        "-- store::proposal::purge
         delete from {table} where (centre, id) in (
             select centre, id from {table} where proposed_at < $1 limit $2)"
    );
    tx.execute(&sql, &[before.into(), most.into()]).await
}
