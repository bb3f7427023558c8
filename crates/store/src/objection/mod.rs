//! Objections to accesses: the person's words and the answer, sealed under a key of the person, and each district's list of
//! what waits for an answer. Who may do what is decided by `app::objection`.

mod case;
mod listed;
mod sealed;

use pramaan_domain::access::Field;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::objection::{Ground, Words};
use pramaan_domain::time::Timestamp;

use crate::StoreError;
use crate::access_log::{AccessDetail, Opening, Receipt};
use crate::db::Tx;
use crate::person_key::{self, Group};
use crate::sealer::Sealer;

pub(crate) use case::forget;
pub use case::{
    Against, Case, CaseKey, Waiting, find, insert_case, mark_answered, open_of_person, purge, waiting,
    waiting_everywhere,
};
pub use listed::{After, Cases, Found, Wanted, cases};

/// The objection itself, and its answer.
const MADE: i64 = 0;
const ANSWERED: i64 = 1;

/// An objection as it stands on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Where the entry is in the log.
    pub index: u64,
    pub ground: Ground,
    pub words: Words,
    /// The entry as the person saw it.
    pub detail: AccessDetail,
    pub made_at: Timestamp,
    pub answer: Option<Answer>,
}

/// What the district said to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// A staff code.
    pub by: String,
    pub words: Words,
    pub at: Timestamp,
}

/// Whether it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    Yes,
    /// There is one already; nothing was done.
    Before,
}

/// Writes what a person objects to. One objection an entry.
///
/// # Errors
/// `Erased` when the person's keys are gone.
pub async fn make(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    objection: &Objection,
) -> Result<Added, StoreError> {
    let event = sealed::Event::Made {
        ground: objection.ground.code().to_owned(),
        words: objection.words.as_str().to_owned(),
        detail: objection.detail.clone(),
    };
    let (index, at) = (objection.index, objection.made_at);
    append(tx, sealer, subject, (index, MADE), &event, at).await
}

/// Writes the answer to one. One answer an objection.
///
/// # Errors
/// `Erased` when the person's keys are gone.
pub async fn answer(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    (index, answer): (u64, &Answer),
) -> Result<Added, StoreError> {
    let event = sealed::Event::Answered {
        by: answer.by.clone(),
        words: answer.words.as_str().to_owned(),
    };
    append(tx, sealer, subject, (index, ANSWERED), &event, answer.at).await
}

async fn append(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    (index, seq): (u64, i64),
    event: &sealed::Event,
    at: Timestamp,
) -> Result<Added, StoreError> {
    let keys = person_key::group(tx, sealer, Group::Tags, &[(household, person)]).await?;
    let key = keys.get(&person).ok_or(StoreError::Erased)?;
    let sealed = sealed::seal(sealer, &key.derive(KEY), (index, seq), event);
    let added = tx
        .execute(
            "-- store::objection::append
             insert into objection (household, person, idx, seq, sealed, made_at)
             values ($1, $2, $3, $4, $5, $6) on conflict (household, person, idx, seq) do nothing",
            &[
                household.into(),
                person.into(),
                position(index)?.into(),
                seq.into(),
                sealed.into(),
                at.into(),
            ],
        )
        .await?;
    Ok(if added == 1 { Added::Yes } else { Added::Before })
}

/// What is derived from the person's key of tags, beside that of the list's details.
const KEY: &str = "objection";

/// The objection of a receipt's person to one entry; none when there is none, or the person was erased.
///
/// # Errors
/// `NotNamed` when the receipt does not name objections.
pub async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    (receipt, index): (Receipt, u64),
    now: Timestamp,
) -> Result<Option<Objection>, StoreError> {
    let opening = receipt.spend(now)?;
    let all = open_all(tx, sealer, opening).await?;
    Ok(all.into_iter().find(|one| one.index == index))
}

/// All objections of an opening's person, the newest first.
///
/// # Errors
/// `NotNamed` when the opening does not name them.
pub(crate) async fn open_all(
    tx: &mut Tx,
    sealer: &Sealer,
    opening: Opening,
) -> Result<Vec<Objection>, StoreError> {
    if !opening.fields.contains(Field::Objections) {
        return Err(StoreError::NotNamed {
            field: Field::Objections.name(),
        });
    }
    let subject = (opening.household, opening.person);
    let keys = person_key::group(tx, sealer, Group::Tags, &[subject]).await?;
    let Some(key) = keys.get(&opening.person).map(|tags| tags.derive(KEY)) else {
        return Ok(Vec::new());
    };
    let rows = tx
        .query(
            "-- store::objection::open_all
             select idx, seq, sealed, made_at from objection where household = $1 and person = $2 order by idx, seq",
            &[opening.household.into(), opening.person.into()],
        )
        .await?;
    let mut all: Vec<Objection> = Vec::new();
    for row in &rows {
        let index = u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a position"))?;
        let plain = key.open(&sealed::bound((index, row.int(1)?)), row.blob(2)?)?;
        sealed::gather(&mut all, (index, row.timestamp(3)?), sealed::read(&plain)?)?;
    }
    all.sort_by_key(|one| std::cmp::Reverse((one.made_at, one.index)));
    Ok(all)
}

fn position(index: u64) -> Result<i64, StoreError> {
    i64::try_from(index).map_err(|_| StoreError::corrupt("objection", "idx"))
}
