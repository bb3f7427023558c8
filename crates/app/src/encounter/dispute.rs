//! Settling a document that two people registered: whoever has it in hand is its holder.

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_store::{encounter, person};

use super::{EncounterKey, OpenedPerson};
use crate::open::Cause;
use crate::{App, Refusal, Staff};

const COMPARED: FieldSet = FieldSet::of(&[Field::Name, Field::DocumentType, Field::DocumentLastFour]);

impl App {
    /// Confirms that the document was seen: its whole number, typed from the document in hand, must be the one that the
    /// person of this encounter registered. Others who registered it have to show theirs from now on.
    ///
    /// Answers what the photo and name on the document are compared with.
    ///
    /// # Errors
    /// `NoEncounter`; `NoMatch` when the person did not register this document: nothing changes.
    pub async fn settle_document(
        &self,
        staff: &Staff,
        key: EncounterKey,
        (kind, number): (DocumentType, DocumentNumber),
        request: &'static str,
    ) -> Result<OpenedPerson, Refusal> {
        let encounter = self.open_encounter(staff, key).await?;
        let subject = (encounter.household, encounter.person);
        let sealer = self.0.sealer.clone();
        let found = self.0.db.read("app::encounter::holders", move |tx| {
            Box::pin(async move { encounter::holders_of_document(tx, &sealer, (kind, &number)).await })
        });
        let holders = found.await?;
        if !holders.contains(&subject) {
            return Err(Refusal::NoMatch);
        }
        let cause = Cause {
            actor: staff.actor(),
            // The document in hand is the evidence, whatever opened the record before.
            basis: Basis::SiteEvidence,
            purpose: Purpose::DocumentDispute,
            fields: COMPARED,
            request,
            reason: None,
        };
        let receipts = self.receipts(&cause, &[subject]).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let settled = self.0.db.write("app::encounter::settle", move |tx| {
            Box::pin(async move {
                encounter::settle_document(tx, &holders, subject.1).await?;
                person::open(tx, &sealer, receipts, now).await
            })
        });
        settled.await?.pop().ok_or(Refusal::UnknownBeneficiary)
    }
}
