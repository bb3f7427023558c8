//! What a desk does for somebody who shows a card, or a document with a reference id: nothing of it needs an appointment.

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{DoseId, LoginId};
use pramaan_store::{card, person};

use super::{AtDesk, PrintedCard, Shown, print, prove};
use crate::access_list::{AccessList, Cursor, Wanted};
use crate::certificate::FetchedCertificate;
use crate::encounter::DocumentState;
use crate::open::Cause;
use crate::{App, Refusal, Staff};

impl App {
    /// Makes a card for whoever shows who they are; the one before opens nothing any more. Nothing is opened for it.
    ///
    /// # Errors
    /// Those of what is shown: `WrongCard`, `CardSpent`, `NoMatch`, `OverBudget`, `Forbidden`, `OffRoster`.
    pub async fn make_card(&self, staff: &Staff, shown: Shown) -> Result<PrintedCard, Refusal> {
        let id = shown.reference_id();
        let subject = self.prove_at_desk(staff, shown).await?.subject();
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let made = self.0.db.write("app::card::make", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                print(tx, &sealer, (subject, id), now).await
            })
        });
        made.await
    }

    /// Ends the card of whoever shows who they are.
    ///
    /// # Errors
    /// As [`make_card`](Self::make_card). Where there is no card, it is done and nothing changes.
    pub async fn end_card(&self, staff: &Staff, shown: Shown) -> Result<(), Refusal> {
        let subject = self.prove_at_desk(staff, shown).await?.subject();
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let ended = self.0.db.write("app::card::end", move |tx| {
            Box::pin(async move { card::end(tx, &sealer, subject, now).await })
        });
        Ok(ended.await.map(drop)?)
    }

    /// The latest certificate of whoever shows who they are, to print it at the desk.
    ///
    /// # Errors
    /// Those of what is shown; `NoCertificate` before the first dose.
    pub async fn certificate_at_desk(
        &self,
        staff: &Staff,
        shown: Shown,
        request: &'static str,
    ) -> Result<FetchedCertificate, Refusal> {
        let here = self.prove_at_desk(staff, shown).await?;
        let fields = FieldSet::of(&[Field::Certificate]);
        let cause = at_desk(staff, here, (Purpose::Certificate, fields), request);
        self.fetch(cause, here.subject(), None::<DoseId>).await
    }

    /// Who read the record of whoever shows who they are, to print it at the desk. This look is in it.
    ///
    /// # Errors
    /// Those of what is shown.
    pub async fn access_list_at_desk(
        &self,
        staff: &Staff,
        shown: Shown,
        request: &'static str,
    ) -> Result<AccessList, Refusal> {
        let here = self.prove_at_desk(staff, shown).await?;
        let fields = FieldSet::of(&[Field::AccessList]);
        let cause = at_desk(staff, here, (Purpose::OwnAccessList, fields), request);
        let wanted = Wanted {
            subject: here.subject(),
            before: None::<Cursor>,
            this: LoginId::from_random(self.0.sealer.random()),
        };
        self.list_accesses(&cause, wanted).await
    }

    /// Adds the document in hand to somebody who was registered without one, by their card: from now on it opens the record too.
    ///
    /// # Errors
    /// Those of the card; `HasDocument` for somebody who has one.
    pub async fn add_document(
        &self,
        staff: &Staff,
        shown: Shown,
        document: (DocumentType, DocumentNumber),
    ) -> Result<DocumentState, Refusal> {
        let subject = self.prove_at_desk(staff, shown).await?.subject();
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let added = self.0.db.write("app::card::add_document", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                let document = (document.0, &document.1);
                Ok::<_, Refusal>(person::add_document(tx, &sealer, subject, document, now).await?)
            })
        });
        added.await?.ok_or(Refusal::HasDocument)
    }

    /// The card as a PDF. It is typeset from what is on the screen: a code is in no record.
    ///
    /// # Errors
    /// Those of the card, so that only one that opens something is printed; `Busy`, `SlipImpossible`.
    pub async fn card_pdf(&self, staff: &Staff, card: PrintedCard) -> Result<Vec<u8>, Refusal> {
        let shown = Shown::Card {
            reference_id: card.reference_id,
            code: card.code.clone(),
        };
        self.prove_at_desk(staff, shown).await?;
        let made_at = self.now();
        let token = card.token().ok_or(Refusal::SlipImpossible)?;
        let card = pramaan_cert::Card { token, made_at };
        let made = self
            .0
            .press
            .run(move || pramaan_cert::card_pdf(&card).ok())
            .await?;
        made.flatten().ok_or(Refusal::SlipImpossible)
    }

    /// Judges what is shown, and counts it for good when it is wrong.
    pub(crate) async fn prove_at_desk(&self, staff: &Staff, shown: Shown) -> Result<AtDesk, Refusal> {
        let (sealer, by, now) = (self.0.sealer.clone(), staff.clone(), self.now());
        let proven = self.0.db.write("app::card::prove", move |tx| {
            Box::pin(async move {
                // A refusal is an answer here, not an error: an error would roll its count back.
                match prove(tx, &sealer, (&by, now), &shown).await {
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    judged => Ok(judged),
                }
            })
        });
        proven.await?
    }
}

fn at_desk(
    staff: &Staff,
    here: AtDesk,
    (purpose, fields): (Purpose, FieldSet),
    request: &'static str,
) -> Cause {
    Cause {
        actor: staff.actor(),
        basis: Basis::SiteEvidence,
        purpose,
        fields,
        request,
        reason: here.said(),
    }
}
