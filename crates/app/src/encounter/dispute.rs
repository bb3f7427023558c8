//! Settling a document that two people registered: whoever has it in hand is its holder.

use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_store::encounter::{self, Counted, DocumentGuess, Encounter};
use pramaan_store::person;

use super::evidence::{OVER, UNMATCHED_DOCUMENTS_A_DAY};
use super::{EncounterKey, OpenedPerson};
use crate::open::Cause;
use crate::{App, Refusal, Staff};

const COMPARED: FieldSet = FieldSet::of(&[Field::Name, Field::DocumentType, Field::DocumentLastFour]);

impl App {
    /// Confirms that the document was seen: its whole number, typed from the document in hand, must be the one that the
    /// person of this encounter registered. Others who registered it have to show theirs from now on.
    ///
    /// Answers what the photo and name on the document are compared with. The entry says on what the encounter stands: a
    /// record that was opened without evidence is not turned into one that was.
    ///
    /// # Errors
    /// `NoEncounter`; `NoMatch` when the person did not register this document: it is counted and nothing changes;
    /// `OverBudget` after three of those in this encounter, or twenty of this member of staff on this day.
    pub async fn settle_document(
        &self,
        staff: &Staff,
        key: EncounterKey,
        document: (DocumentType, DocumentNumber),
        request: &'static str,
    ) -> Result<OpenedPerson, Refusal> {
        let encounter = self.open_encounter(staff, key).await?;
        self.match_document(&encounter, document.clone()).await?;
        let cause = Cause {
            purpose: Purpose::DocumentDispute,
            fields: COMPARED,
            ..staff.cause(&encounter, request)
        };
        let subject = (encounter.household, encounter.person);
        let receipts = self.receipts(&cause, &[subject]).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let settled = self.0.db.write("app::encounter::settle", move |tx| {
            Box::pin(async move {
                let (kind, number) = &document;
                // Looked up again under the document's lock: who registered it meanwhile is disputed too.
                if !encounter::settle_document(tx, &sealer, (*kind, number), subject.1).await? {
                    return Err(Refusal::NoMatch);
                }
                Ok(person::open(tx, &sealer, receipts, now).await?)
            })
        });
        settled.await?.pop().ok_or(Refusal::UnknownBeneficiary)
    }

    /// Judges what was typed, and counts it when it was wrong: for the encounter and for the day.
    pub(crate) async fn match_document(
        &self,
        encounter: &Encounter,
        document: (DocumentType, DocumentNumber),
    ) -> Result<(), Refusal> {
        let (key, person) = (encounter.key, encounter.person);
        let today = (encounter.staff, self.today());
        let (sealer, most) = (self.0.sealer.clone(), UNMATCHED_DOCUMENTS_A_DAY);
        let judged = self.0.db.write("app::encounter::match_document", move |tx| {
            Box::pin(async move {
                let counted = encounter::counted_today(tx, today, Counted::UnmatchedDocument).await?;
                if counted >= i64::from(most) {
                    return Ok::<_, Refusal>(DocumentGuess::Spent);
                }
                let document = (document.0, &document.1);
                let guess = encounter::guess_document(tx, &sealer, (key, person), document).await?;
                let wrong = guess == DocumentGuess::Wrong;
                if wrong && !encounter::count_today(tx, today, Counted::UnmatchedDocument, most).await? {
                    return Ok(DocumentGuess::Spent);
                }
                Ok(guess)
            })
        });
        match judged.await? {
            DocumentGuess::Right => Ok(()),
            DocumentGuess::Wrong => Err(Refusal::NoMatch),
            DocumentGuess::Spent => Err(OVER),
        }
    }
}
