//! A card for somebody who was registered with a held dose: they have its number on their hand, and no reference id.

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::CivilDate;
use pramaan_store::held_dose::HeldKey;
use pramaan_store::person;

use crate::card::{PrintedCard, print};
use crate::encounter;
use crate::open::Cause;
use crate::{App, Refusal, Staff};

/// What somebody shows who was vaccinated without a line: the number H-... of a day, and the document in hand.
pub struct HeldSlip {
    pub day: CivilDate,
    pub number: i64,
    pub document: (DocumentType, DocumentNumber),
}

impl App {
    /// Makes a card for who was registered at this centre with the held dose of that number, by the document they showed then.
    /// The reference id is opened for it, with an entry; who made the card stands on the person's list, and their number is told.
    ///
    /// # Errors
    /// `NoMatch` when number, day and document are not of one person, which is counted; `OverBudget` after twenty of those;
    /// `Forbidden`, `OffRoster`; `Unavailable` without the log.
    pub async fn card_of_held_dose(
        &self,
        staff: &Staff,
        slip: HeldSlip,
        request: &'static str,
    ) -> Result<PrintedCard, Refusal> {
        let subject = self.holder_of(staff, slip).await?;
        let cause = Cause {
            actor: staff.actor(),
            basis: Basis::SiteEvidence,
            purpose: Purpose::Vaccination,
            fields: FieldSet::of(&[Field::ReferenceId]),
            request,
            reason: None,
        };
        let receipts = self.receipts(&cause, &[subject]).await?;
        let change = self.desk_change(staff, subject, (None, request)).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let made = self.0.db.write("app::held_dose::card", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                let opened = person::open(tx, &sealer, receipts, now).await?.pop();
                let id = opened.and_then(|person| person.reference_id);
                let id = id.ok_or(Refusal::UnknownBeneficiary)?;
                let card = print(tx, &sealer, (subject, id), now).await?;
                Ok::<_, Refusal>((card, change.write(tx, &sealer, now).await?))
            })
        });
        let (card, changed) = made.await?;
        self.desk_changed(changed).await;
        Ok(card)
    }

    async fn holder_of(&self, staff: &Staff, slip: HeldSlip) -> Result<(HouseholdId, PersonId), Refusal> {
        let (sealer, by, now) = (self.0.sealer.clone(), staff.clone(), self.now());
        let key = HeldKey {
            centre: staff.centre,
            day: slip.day,
            number: slip.number,
        };
        let proven = self.0.db.write("app::held_dose::holder", move |tx| {
            Box::pin(async move {
                let document = (slip.document.0, &slip.document.1);
                match encounter::prove_held(tx, &sealer, (&by, now), key, document).await {
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    // What was counted stays.
                    judged => Ok(judged),
                }
            })
        });
        proven.await?
    }
}
