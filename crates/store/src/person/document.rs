//! Who registered which document, by blind index only, and who came second.

use pramaan_domain::access::Field;
use pramaan_domain::document::{DocumentNumber, DocumentType, Holder};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{BlindIndex, DirectoryIndex, IndexKind};

use super::{Directory, DocumentState, NewPerson, seal};
use crate::StoreError;
use crate::db::{Tx, Value};
use crate::member::{self, Subject};
use crate::person_key::{self, Group};
use crate::rekey;
use crate::sealer::Sealer;

/// A document as it is kept: its keyed index, and what is shown of it. The number itself is not in it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptDocument {
    /// Under the first index key, so that it is found however often the key was changed since.
    pub(crate) first: BlindIndex,
    pub(crate) last_four: String,
}

impl KeptDocument {
    pub fn of(sealer: &Sealer, (kind, number): (DocumentType, &DocumentNumber)) -> Self {
        let canonical = format!("{}|{}", kind.id(), number.canonical());
        Self {
            first: sealer.keys.index(IndexKind::Document, canonical.as_bytes()),
            last_four: number.last_four(),
        }
    }

    pub(crate) fn directory(&self, sealer: &Sealer) -> DirectoryIndex {
        sealer.keys.directory_of(self.first)
    }

    /// As the directory has it, once it was [moved](rekey::document).
    pub(crate) fn ix(&self, sealer: &Sealer) -> Vec<u8> {
        self.directory(sealer).now.as_bytes().to_vec()
    }
}

/// Nothing of a document.
impl std::fmt::Debug for KeptDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeptDocument(redacted)")
    }
}

/// Whether somebody whom the same household sees is registered with the same document, which is one person's. Says nothing
/// about anybody else, those who left this phone included. The same statements, whatever is found.
pub async fn repeats_a_document(tx: &mut Tx, sealer: &Sealer, new: &NewPerson) -> Result<bool, StoreError> {
    let Some(document) = document_of(new) else {
        return Ok(false);
    };
    let kept = KeptDocument::of(sealer, document);
    rekey::document(tx, sealer, &kept).await?;
    let own = in_household(tx, sealer, &kept.ix(sealer), new.household).await?;
    Ok(own > 0 && document.0.holder() == Holder::Person)
}

pub(super) fn document_of(new: &NewPerson) -> Option<(DocumentType, &DocumentNumber)> {
    new.facts.document_type.zip(new.document_number.as_ref())
}

/// How many of those whom a household sees registered a document.
async fn in_household(
    tx: &mut Tx,
    sealer: &Sealer,
    ix: &[u8],
    household: HouseholdId,
) -> Result<i64, StoreError> {
    let seen = member::of_household(tx, sealer, household).await?;
    let rows = tx
        .query(
            "-- store::person::holders_of_document
             select household, person from document_index where document_ix = $1",
            &[ix.into()],
        )
        .await?;
    let mut own = 0;
    for row in &rows {
        let (household, person): (HouseholdId, PersonId) = (row.parse(0)?, row.parse(1)?);
        own += i64::from(
            seen.iter()
                .any(|member| (member.household, member.person) == (household, person)),
        );
    }
    Ok(own)
}

/// Notes who brought the document, and whether another household had before: a family's own card is no dispute within it.
///
/// The count is raised and read in one statement: of two who bring it at the same moment, one waits and is the second. So
/// it is by the time that is kept, which is later than all before, whatever the clocks said.
pub(super) async fn claim(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    document: Option<&KeptDocument>,
    now: Timestamp,
) -> Result<DocumentState, StoreError> {
    match document {
        Some(document) => claim_kept(tx, sealer, subject, document, now).await,
        None => Ok(DocumentState::NoDocument),
    }
}

async fn claim_kept(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): Subject,
    document: &KeptDocument,
    now: Timestamp,
) -> Result<DocumentState, StoreError> {
    rekey::document(tx, sealer, document).await?;
    let ix = document.ix(sealer);
    let binding = Directory::Document.bind(sealer, &ix, (household, person));
    let epoch = Value::from(i64::from(sealer.keys.index_epoch().0));
    let counted = tx
        .query_one(
            "-- store::person::count_document
             insert into document_count (document_ix, key_epoch, n) values ($1, $2, 1)
             on conflict (document_ix) do update set n = document_count.n + 1
             returning n",
            &[(&ix).into(), epoch.clone()],
        )
        .await?;
    let holder = member::holders(tx, sealer, &[(household, person)]).await?;
    let by = holder.get(&person).copied().unwrap_or(household);
    let own = in_household(tx, sealer, &ix, by).await?;
    tx.execute(
        "-- store::person::claim_document
         insert into document_index (document_ix, person, key_epoch, household, binding_mac, registered_at)
         select $1, $2, $3, $4, $5
           , coalesce(max(case when registered_at >= $6 then registered_at + 1 else $6 end), $6)
         from document_index where document_ix = $1",
        &[
            (&ix).into(),
            person.into(),
            epoch,
            household.into(),
            binding.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(if counted.int(0)?.saturating_sub(own) > 1 {
        DocumentState::Disputed
    } else {
        DocumentState::Sole
    })
}

/// Whether somebody was registered without a document and has shown none since; `false` for who is gone.
pub async fn is_without_document(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
) -> Result<bool, StoreError> {
    let without = tx
        .query_one(
            "-- store::person::is_without_document
             select count(*) from person where household = $1 and id = $2 and document_state = $3",
            &[
                household.into(),
                person.into(),
                DocumentState::NoDocument.code().into(),
            ],
        )
        .await?;
    Ok(without.int(0)? > 0)
}

/// Gives somebody who was registered without one the document that they have in hand now, and says whether another household
/// had registered it before. Lock the person first.
///
/// # Errors
/// `Erased` when the keys are gone. `Ok(None)` for somebody who has a document: nothing changes.
pub async fn add_document(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    (kind, number): (DocumentType, &DocumentNumber),
    now: Timestamp,
) -> Result<Option<DocumentState>, StoreError> {
    let (household, person) = subject;
    if !is_without_document(tx, subject).await? {
        return Ok(None);
    }
    let keys = person_key::group(tx, sealer, Group::Identity, &[subject]).await?;
    let key = keys.get(&person).ok_or(StoreError::Erased)?;
    let document = KeptDocument::of(sealer, (kind, number));
    let state = claim_kept(tx, sealer, subject, &document, now).await?;
    let sealed = |field, plain: &str| Value::from(seal::seal(sealer, key, person, field, plain));
    tx.execute(
        "-- store::person::add_document
         update person set document_type = $3, document_last_four = $4, document_state = $5, updated_at = $6
         where household = $1 and id = $2",
        &[
            household.into(),
            person.into(),
            sealed(Field::DocumentType, &kind.id().to_string()),
            sealed(Field::DocumentLastFour, &number.last_four()),
            state.code().into(),
            now.into(),
        ],
    )
    .await?;
    Ok(Some(state))
}

/// Takes a person who is being deleted out of index and count; a document that nobody else registered leaves nothing.
pub(super) async fn forget(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
) -> Result<(), StoreError> {
    let params: [Value; 2] = [household.into(), person.into()];
    for sql in [
        "-- store::person::uncount_document
         update document_count set n = n - 1 where document_ix in (
             select document_ix from document_index where household = $1 and person = $2)",
        "-- store::person::forget_document
         delete from document_count where n <= 0 and document_ix in (
             select document_ix from document_index where household = $1 and person = $2)",
        "-- store::person::delete_documents
         delete from document_index where household = $1 and person = $2",
    ] {
        tx.execute(sql, &params).await?;
    }
    Ok(())
}
