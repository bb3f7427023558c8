//! What a login by card sees: that person's certificates and list of accesses, and nothing of anybody else.

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::id::{DoseId, HouseholdId, PersonId};
use pramaan_store::member::Subject;
use pramaan_store::{Receipt, card};

use super::named;
use crate::access_list::{AccessList, Cursor, OWN_LIST, Wanted};
use crate::certificate::{FetchedCertificate, IssuedCertificate};
use crate::open::Cause;
use crate::principal::{Citizen, Face};
use crate::{App, Refusal};

/// Whom a login by card names, and the number of the card.
#[derive(Clone, Copy)]
struct Holder {
    household: HouseholdId,
    person: PersonId,
    card: i64,
}

impl Holder {
    fn subject(self) -> (HouseholdId, PersonId) {
        (self.household, self.person)
    }
}

impl App {
    /// The certificates of the card's holder, oldest first; nothing is opened.
    ///
    /// # Errors
    /// `Unauthenticated` for any other login, and once the card has ended.
    pub async fn certificates_by_card(&self, citizen: &Citizen) -> Result<Vec<IssuedCertificate>, Refusal> {
        let holder = self.holder(citizen).await?;
        self.issued_to(vec![holder.subject()]).await
    }

    /// A certificate of the card's holder.
    ///
    /// # Errors
    /// `Unauthenticated` as above, `NoCertificate`.
    pub async fn certificate_by_card(
        &self,
        citizen: &Citizen,
        event: DoseId,
        request: &'static str,
    ) -> Result<FetchedCertificate, Refusal> {
        let holder = self.holder(citizen).await?;
        let fields = FieldSet::of(&[Field::Certificate]);
        let cause = by_card(citizen, holder, (Purpose::Certificate, fields), request);
        self.fetch(cause, holder.subject(), Some(event)).await
    }

    /// Who read the record of the card's holder; this look is in it.
    ///
    /// # Errors
    /// `Unauthenticated` as above.
    pub async fn access_list_by_card(
        &self,
        citizen: &Citizen,
        before: Option<Cursor>,
        request: &'static str,
    ) -> Result<AccessList, Refusal> {
        let holder = self.holder(citizen).await?;
        let cause = by_card(citizen, holder, (Purpose::OwnAccessList, OWN_LIST), request);
        let wanted = Wanted {
            subject: holder.subject(),
            before,
            this: citizen.login,
        };
        self.list_accesses(&cause, wanted).await
    }

    /// A receipt for the list of the card's holder and their objections, for one request; and whose it is.
    ///
    /// # Errors
    /// `Unauthenticated` as above.
    pub(crate) async fn list_receipt_by_card(
        &self,
        citizen: &Citizen,
        request: &'static str,
    ) -> Result<(Subject, Receipt), Refusal> {
        let holder = self.holder(citizen).await?;
        let cause = by_card(citizen, holder, (Purpose::OwnAccessList, OWN_LIST), request);
        let receipt = self.receipts(&cause, &[holder.subject()]).await?.pop();
        Ok((holder.subject(), receipt.ok_or(Refusal::UnknownBeneficiary)?))
    }

    /// Ends the card by which this login came, and so the login: whoever copied the card has nothing.
    ///
    /// # Errors
    /// `Unauthenticated` as above.
    pub async fn end_own_card(&self, citizen: &Citizen) -> Result<(), Refusal> {
        let holder = self.holder(citizen).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let ended = self.0.db.write("app::card::end_own", move |tx| {
            Box::pin(async move { card::end(tx, &sealer, holder.subject(), now).await })
        });
        Ok(ended.await.map(drop)?)
    }

    /// The holder, as long as the card lives: a card that ended, or was followed by another, ends its logins at once.
    async fn holder(&self, citizen: &Citizen) -> Result<Holder, Refusal> {
        let (Face::Card(number), Some(person)) = (citizen.face, citizen.named) else {
            return Err(Refusal::Unauthenticated);
        };
        let subject = (citizen.household, person);
        match self.live_card(subject).await? {
            Some(live) if live.number == number => Ok(Holder {
                household: citizen.household,
                person,
                card: number,
            }),
            _ => Err(Refusal::Unauthenticated),
        }
    }
}

fn by_card(
    citizen: &Citizen,
    holder: Holder,
    (purpose, fields): (Purpose, FieldSet),
    request: &'static str,
) -> Cause {
    Cause {
        actor: citizen.actor(),
        basis: Basis::PersonOtp,
        purpose,
        fields,
        request,
        reason: Some(named(holder.card)),
    }
}
