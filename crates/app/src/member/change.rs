//! Binding or changing the mobile of a person who stands at a site with the document in hand.

use pramaan_domain::access::Basis;
use pramaan_domain::card::CardCode;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::HouseholdId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::encounter::Counted;
use pramaan_store::idempotency::{self, RequestKey};
use pramaan_store::member::{self, Subject};
use pramaan_store::{StoreError, Tx, person};

use super::Word;
use crate::card::Shown;
use crate::encounter::prove_looked_at;
use crate::otp::Judge;
use crate::walk_in::{Desk, DeskMobile, Room, home_of};
use crate::{App, Refusal, Staff};

/// Phones that one member of staff may change on one day.
const CHANGES_A_DAY: u32 = 60;

/// How staff know whose phone it is.
pub enum Present {
    /// At the desk, with the document; the reference id tells two people apart who registered one document.
    Desk {
        named: Option<ReferenceId>,
        document: Document,
    },
    /// At the desk, with the printed card: alone for people without a document, else with the document too.
    Card {
        reference_id: ReferenceId,
        code: CardCode,
        document: Option<Document>,
    },
}

type Document = (DocumentType, DocumentNumber);

/// A person at a site who wants to be seen by another phone.
pub struct PhoneChange {
    pub present: Present,
    /// The new number, and the code that its owner read out.
    pub mobile: DeskMobile,
}

impl App {
    /// Lets another phone see the person who stands here, and the phone before no longer; a first phone for whoever had none.
    /// Of a family each adult does it with the own document. The phone before is not asked, and nothing is written to it.
    /// Its logins show the person no more from this moment. The same form sent again is done already.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster`;
    /// `NoMatch` when the document is not the person's, counted for good, `Invalid` for the field `reference` when several
    /// registered it; `WrongCard`, counted, and `CardSpent`; `HasDocument` for a card alone of somebody who registered one; `WrongOtp`, counted, and `OtpSpent` for the new number's code;
    /// `MobileNotHere` for a new number that is a member of staff's, or shows six others: which of the two is not told.
    /// `OverBudget`, also after four hundred right documents; `Unavailable` when the log cannot be written: then nothing changed.
    pub async fn change_phone(
        &self,
        staff: &Staff,
        change: PhoneChange,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let desk = Desk::of(staff, now)?;
        let key = self.said_of_change(staff, &change);
        if self.changed_before(key).await? {
            return Ok(());
        }
        let (subject, card) = self.present(staff, change.present).await?;
        let word = Word {
            actor: staff.actor(),
            basis: Basis::SiteEvidence,
            request,
            reason: card,
        };
        let entries = self.contact_changed(&word, &[subject]);
        let (log, sealer, judge) = (self.0.log.clone(), self.0.sealer.clone(), self.otp_judge());
        let mobile = change.mobile;
        let changed = self.0.db.write("app::member::change", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                let by = match new_holder(tx, (&desk, &judge), subject, mobile).await? {
                    Ok(by) => by,
                    // A wrong guess stays counted.
                    Err(refusal) => return Ok(Err(refusal)),
                };
                desk.count(tx, Counted::PhoneChange, CHANGES_A_DAY).await?;
                let held = member::hold(tx, &sealer, subject, by, now).await?;
                idempotency::remember(tx, &sealer, &[(key, DONE.to_vec())], now).await?;
                let entries = match held {
                    member::Hold::New => entries,
                    member::Hold::Before => Vec::new(),
                };
                Ok::<_, Refusal>(Ok(log.contact_changes(entries, now).append(tx, &sealer).await?))
            })
        });
        match changed.await {
            Ok(done) => {
                if let Some(head) = done? {
                    self.0.log.committed(head);
                }
                Ok(())
            }
            // The same form was sent twice at once, and the other was faster.
            Err(Refusal::Unavailable(StoreError::UniqueViolation { .. }))
                if self.changed_before(key).await? =>
            {
                Ok(())
            }
            Err(refused) => Err(refused),
        }
    }

    /// Who stands there, by document or card, and how the list names the card; what was wrong is counted for good.
    async fn present(&self, staff: &Staff, present: Present) -> Result<(Subject, Option<String>), Refusal> {
        match present {
            Present::Card {
                reference_id,
                code,
                document,
            } => {
                let shown = Shown::Card { reference_id, code };
                let here = self.prove_at_desk(staff, shown).await?;
                match document {
                    Some(document) => {
                        self.present_by_document(staff, Some(reference_id), document)
                            .await?;
                    }
                    None => self.check_without_document(here.subject()).await?,
                }
                Ok((here.subject(), here.said()))
            }
            Present::Desk { named, document } => {
                let subject = self.present_by_document(staff, named, document).await?;
                Ok((subject, None))
            }
        }
    }

    /// A card can be photographed: alone it moves nobody who registered a document.
    async fn check_without_document(&self, subject: Subject) -> Result<(), Refusal> {
        let without = self.0.db.read("app::member::without_document", move |tx| {
            Box::pin(async move { person::is_without_document(tx, subject).await })
        });
        match without.await? {
            true => Ok(()),
            false => Err(Refusal::HasDocument),
        }
    }

    async fn present_by_document(
        &self,
        staff: &Staff,
        named: Option<ReferenceId>,
        document: Document,
    ) -> Result<Subject, Refusal> {
        let (sealer, by, now) = (self.0.sealer.clone(), staff.clone(), self.now());
        let proven = self.0.db.write("app::member::present", move |tx| {
            Box::pin(async move {
                // A refusal is an answer here, not an error: an error would roll its count back.
                match prove_looked_at(tx, &sealer, (&by, now), named, (document.0, &document.1)).await {
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    judged => Ok(judged),
                }
            })
        });
        proven.await?
    }

    fn said_of_change(&self, staff: &Staff, change: &PhoneChange) -> RequestKey {
        let said = pramaan_keys::context(&[
            b"phone",
            &change.present.said(),
            change.mobile.txn.to_string().as_bytes(),
            change.mobile.otp.as_str().as_bytes(),
        ]);
        RequestKey::of_desk(&self.0.sealer, (staff.centre, self.today()), &said)
    }

    async fn changed_before(&self, key: RequestKey) -> Result<bool, Refusal> {
        let sealer = self.0.sealer.clone();
        let recalled = self.0.db.read("app::member::changed_before", move |tx| {
            Box::pin(async move { idempotency::recall(tx, &sealer, &key).await })
        });
        Ok(recalled.await?.is_some())
    }
}

impl Present {
    /// All that was shown, as bytes that differ when any of it does.
    fn said(&self) -> Vec<u8> {
        let (who, kind, number) = match self {
            Self::Desk { named, document } => {
                let named = named.map_or_else(String::new, |id| id.to_string());
                (format!("desk {named}"), document.0.id(), document.1.canonical())
            }
            Self::Card {
                reference_id,
                code,
                document,
            } => {
                let who = format!("card {reference_id} {}", code.as_str());
                let Some((kind, number)) = document else {
                    return pramaan_keys::context(&[who.as_bytes()]);
                };
                (who, kind.id(), number.canonical())
            }
        };
        pramaan_keys::context(&[who.as_bytes(), kind.to_string().as_bytes(), number.as_bytes()])
    }
}

/// What is kept as the answer: there is nothing to say.
const DONE: &[u8] = b"done";

/// The household of the number whose owner read out its code, with room for one more.
async fn new_holder(
    tx: &mut Tx,
    (desk, judge): (&Desk, &Judge),
    subject: Subject,
    mobile: DeskMobile,
) -> Result<Result<HouseholdId, Refusal>, Refusal> {
    let number = match desk.prove(tx, judge, mobile).await? {
        Ok(number) => number,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let home = home_of(tx, judge, &number, (Some(subject), desk.now())).await?;
    match home.room {
        Room::None => Err(Refusal::MobileNotHere),
        Room::Some => Ok(Ok(home.household)),
    }
}
