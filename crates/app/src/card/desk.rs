//! What a desk does for somebody who shows a card, or a document with a reference id: nothing of it needs an appointment.

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::card::CardCode;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{DoseId, HouseholdId, LoginId, PersonId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::{card, person};

use super::{AtDesk, LiveCard, PrintedCard, Shown, print, prove};
use crate::access_list::{AccessList, Cursor, Wanted};
use crate::certificate::FetchedCertificate;
use crate::encounter::{DeskService, DocumentState, count_card};
use crate::member::DeskChanged;
use crate::open::Cause;
use crate::roster::require_shift;
use crate::{App, Refusal, Staff};

/// How long the old card makes another one in place of one whose code was lost on the way.
const AGAIN_SECONDS: i64 = 3600;

impl App {
    /// Makes a card for whoever shows who they are; the one before opens nothing any more. Who made it stands on the
    /// person's list, and their number is told; nothing but that number is opened for it.
    ///
    /// The new code is in this answer alone. When it was lost on the way, the old card makes another, for the same member of
    /// staff within the hour and as long as the lost one is the person's card.
    ///
    /// # Errors
    /// Those of what is shown: `WrongCard`, `CardSpent`, `NoMatch`, `OverBudget`, `Forbidden`, `OffRoster`; `Unavailable`
    /// without the log.
    pub async fn make_card(
        &self,
        staff: &Staff,
        shown: Shown,
        request: &'static str,
    ) -> Result<PrintedCard, Refusal> {
        let id = shown.reference_id();
        let before = match &shown {
            Shown::Card { code, .. } => Some(code.clone()),
            Shown::Document { .. } => None,
        };
        let again = self.made_before(staff, (id, before.as_ref())).await?;
        let (subject, said) = match again {
            Some(subject) => (subject, None),
            None => {
                let here = self.prove_at_desk(staff, shown).await?;
                (here.subject(), here.said())
            }
        };
        let change = self.desk_change(staff, subject, (said, request)).await?;
        let (sealer, now, by) = (self.0.sealer.clone(), self.now(), staff.id);
        let made = self.0.db.write("app::card::make", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                let card = print(tx, &sealer, (subject, id), now).await?;
                if let (Some(before), Some(made)) = (before, card::live(tx, subject).await?) {
                    card::note_before(tx, &sealer, (subject, made), (by, &before)).await?;
                }
                Ok::<_, Refusal>((card, change.write(tx, &sealer, now).await?))
            })
        });
        let (card, changed) = made.await?;
        self.desk_changed(changed).await;
        Ok(card)
    }

    /// Whose card this member of staff made a moment ago for the code that is shown again. Counted like a right card.
    async fn made_before(
        &self,
        staff: &Staff,
        (id, code): (ReferenceId, Option<&CardCode>),
    ) -> Result<Option<(HouseholdId, PersonId)>, Refusal> {
        let (sealer, since) = (self.0.sealer.clone(), self.now().plus_seconds(-AGAIN_SECONDS));
        let (by, now, here) = (staff.clone(), self.now(), (staff.centre, self.today()));
        let Some(code) = code.cloned() else {
            return Ok(None);
        };
        let found = self.0.db.write("app::card::made_before", move |tx| {
            Box::pin(async move {
                match require_shift(tx, by.id, here).await {
                    // Refused with what is shown.
                    Err(Refusal::OffRoster) => return Ok(None),
                    at_work => at_work?,
                }
                let made = card::made_before(tx, &sealer, (id, &code), (by.id, since)).await?;
                if made.is_some() {
                    count_card(tx, (&by, now)).await?;
                }
                Ok::<_, Refusal>(made)
            })
        });
        found.await
    }

    /// Ends the card of whoever shows who they are.
    ///
    /// # Errors
    /// As [`make_card`](Self::make_card). Where there is no card, it is done and nothing changes.
    pub async fn end_card(&self, staff: &Staff, shown: Shown, request: &'static str) -> Result<(), Refusal> {
        let here = self.prove_at_desk(staff, shown).await?;
        let subject = here.subject();
        if self.live_card(subject).await?.is_none() {
            return Ok(());
        }
        let change = self.desk_change(staff, subject, (here.said(), request)).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let ended = self.0.db.write("app::card::end", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                match card::end(tx, &sealer, subject, now).await? {
                    true => change.write(tx, &sealer, now).await,
                    false => Ok(DeskChanged::default()),
                }
            })
        });
        self.desk_changed(ended.await?).await;
        Ok(())
    }

    /// The card that opens a record now.
    pub(super) async fn live_card(
        &self,
        subject: (HouseholdId, PersonId),
    ) -> Result<Option<LiveCard>, Refusal> {
        let live = self.0.db.read("app::card::live", move |tx| {
            Box::pin(async move { card::live(tx, subject).await })
        });
        Ok(live.await?)
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
        request: &'static str,
    ) -> Result<DocumentState, Refusal> {
        let here = self.prove_at_desk(staff, shown).await?;
        let subject = here.subject();
        let without = self.0.db.read("app::card::without_document", move |tx| {
            Box::pin(async move { person::is_without_document(tx, subject).await })
        });
        if !without.await? {
            return Err(Refusal::HasDocument);
        }
        let change = self.desk_change(staff, subject, (here.said(), request)).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let added = self.0.db.write("app::card::add_document", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                let document = (document.0, &document.1);
                let added = person::add_document(tx, &sealer, subject, document, now).await?;
                let state = added.ok_or(Refusal::HasDocument)?;
                Ok::<_, Refusal>((state, change.write(tx, &sealer, now).await?))
            })
        });
        let (state, changed) = added.await?;
        self.desk_changed(changed).await;
        Ok(state)
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

    pub(crate) async fn prove_at_desk(&self, staff: &Staff, shown: Shown) -> Result<AtDesk, Refusal> {
        self.prove_for(staff, shown, DeskService::Paper).await
    }

    /// Judges what is shown, and counts it for good when it is wrong.
    pub(crate) async fn prove_for(
        &self,
        staff: &Staff,
        shown: Shown,
        service: DeskService,
    ) -> Result<AtDesk, Refusal> {
        let (sealer, by, now) = (self.0.sealer.clone(), staff.clone(), self.now());
        let proven = self.0.db.write("app::card::prove", move |tx| {
            Box::pin(async move {
                // A refusal is an answer here, not an error: an error would roll its count back.
                match prove(tx, &sealer, (&by, now), &shown, service).await {
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
