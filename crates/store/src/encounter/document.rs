//! A document that the person has in hand: its whole number, typed, compared by its blind index and kept nowhere.

use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{HouseholdId, PersonId};

use super::EncounterKey;
use crate::StoreError;
use crate::db::{Tx, for_update};
use crate::person::{Directory, DocumentState, KeptDocument};
use crate::rekey;
use crate::sealer::Sealer;

/// Documents of others that may be typed within one encounter: slips of the finger, not searches.
pub const DOCUMENT_TRIES: u8 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentGuess {
    /// It is the one that the person of this encounter registered.
    Right,
    /// Counted; commit it.
    Wrong,
    /// Wrong three times before.
    Spent,
}

/// Counts a guess at the document of an encounter's person and judges it, atomically. Right ones are not counted.
pub async fn guess_document(
    tx: &mut Tx,
    sealer: &Sealer,
    (key, person): (EncounterKey, PersonId),
    document: (DocumentType, &DocumentNumber),
) -> Result<DocumentGuess, StoreError> {
    let place = [key.session.into(), key.id.into(), DOCUMENT_TRIES.into()];
    let counted = tx
        .execute(
            "-- store::encounter::guess_document
             update encounter set document_misses = document_misses + 1
             where session = $1 and id = $2 and document_misses < $3",
            &place,
        )
        .await?;
    if counted == 0 {
        return Ok(DocumentGuess::Spent);
    }
    let holders = holders_of_document(tx, sealer, document).await?;
    if !holders.iter().any(|(_, holder)| *holder == person) {
        return Ok(DocumentGuess::Wrong);
    }
    tx.execute(
        "-- store::encounter::uncount_document
         update encounter set document_misses = document_misses - 1
         where session = $1 and id = $2 and document_misses <= $3",
        &place,
    )
    .await?;
    Ok(DocumentGuess::Right)
}

/// Everybody who is registered with a document, by its blind index.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row was changed to name another person.
pub async fn holders_of_document(
    tx: &mut Tx,
    sealer: &Sealer,
    document: (DocumentType, &DocumentNumber),
) -> Result<Vec<(HouseholdId, PersonId)>, StoreError> {
    holders_of_kept(tx, sealer, &KeptDocument::of(sealer, document)).await
}

/// The same of a document that is known by its index.
///
/// # Errors
/// As [`holders_of_document`].
async fn holders_of_kept(
    tx: &mut Tx,
    sealer: &Sealer,
    document: &KeptDocument,
) -> Result<Vec<(HouseholdId, PersonId)>, StoreError> {
    rekey::document(tx, sealer, document).await?;
    let ix = document.ix(sealer);
    let rows = tx
        .query(
            "-- store::encounter::holders_of_document
             select household, person, binding_mac from document_index where document_ix = $1
             order by registered_at, person",
            &[(&ix).into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let subject = (row.parse(0)?, row.parse(1)?);
            Directory::Document.check(sealer, &ix, subject, row.blob(2)?)?;
            Ok(subject)
        })
        .collect()
}

/// Settles who a document belongs to: `holder`, who has it in hand. Whoever else registered it has to show theirs.
///
/// Answers `false`, and changes nothing, when the holder did not register it. Whoever registers it at the same moment
/// comes before, and is found, or after, and finds it taken.
pub async fn settle_document(
    tx: &mut Tx,
    sealer: &Sealer,
    document: (DocumentType, &DocumentNumber),
    holder: PersonId,
) -> Result<bool, StoreError> {
    let document = KeptDocument::of(sealer, document);
    rekey::document(tx, sealer, &document).await?;
    let lock = for_update(
        tx.engine(),
        "-- store::encounter::lock_document
         select n from document_count where document_ix = $1",
    );
    tx.query(&lock, &[document.ix(sealer).into()]).await?;
    let holders = holders_of_kept(tx, sealer, &document).await?;
    if !holders.iter().any(|(_, person)| *person == holder) {
        return Ok(false);
    }
    for (household, person) in holders {
        let state = if person == holder {
            DocumentState::Sole
        } else {
            DocumentState::Disputed
        };
        tx.execute(
            "-- store::encounter::settle_document
             update person set document_state = $3 where household = $1 and id = $2",
            &[household.into(), person.into(), state.code().into()],
        )
        .await?;
    }
    Ok(true)
}
