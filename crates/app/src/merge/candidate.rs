//! Finding another record of the person who is there: by the document in hand, or on their other telephone.
//!
//! No index of names is kept: who holds the database would count the common ones. Names are compared within what the person
//! shows, each opened under an entry of its own.

use pramaan_domain::access::Basis;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{TxnId, VisitId};
use pramaan_domain::language::Language;
use pramaan_domain::merge::{Likeness, likeness};
use pramaan_domain::mobile::Mobile;
use pramaan_store::correction::{self, Visit, VisitKey};
use pramaan_store::encounter::{self, Counted, holders_of_document};
use pramaan_store::merge::Subject;
use pramaan_store::person::OpenedPerson;
use pramaan_store::private_member::Privacy;
use pramaan_store::{Tx, household, member, person};

use super::BY_NAME;
use crate::encounter::{ENCOUNTER_SECONDS, EncounterKey, UNEXPECTED_A_DAY, UNMATCHED_DOCUMENTS_A_DAY};
use crate::open::Cause;
use crate::walk_in::DeskMobile;
use crate::{App, Refusal, Staff};

/// Other records that one look finds at most.
pub const CANDIDATES_AT_ONCE: usize = 5;

/// The code that came to the person's other telephone.
pub type OtherPhone = DeskMobile;

impl App {
    /// A visit to merge from, on the evidence of an encounter of this member of staff. Opens nothing.
    ///
    /// # Errors
    /// `NoEncounter`, `OffRoster`.
    pub async fn visit_of_encounter(&self, staff: &Staff, key: EncounterKey) -> Result<VisitId, Refusal> {
        let encounter = self.encounter(staff, key).await?;
        if self.now() > encounter.opened_at.plus_seconds(ENCOUNTER_SECONDS) {
            return Err(Refusal::NoEncounter);
        }
        let visit = Visit {
            key: VisitKey {
                centre: staff.centre,
                id: VisitId::from_random(self.0.sealer.random()),
            },
            household: encounter.household,
            person: encounter.person,
            staff: staff.id,
            basis: encounter.basis,
            reason: encounter.reason,
            opened_at: self.now(),
        };
        let (sealer, id) = (self.0.sealer.clone(), visit.key.id);
        let written = self.0.db.write("app::merge::visit_of_encounter", move |tx| {
            Box::pin(async move {
                person::lock(tx, (visit.household, visit.person)).await?;
                correction::insert_visit(tx, &sealer, &visit).await
            })
        });
        written.await?;
        Ok(id)
    }

    /// The other records with the document that the person of a visit has in hand, each as a visit of its own. Opens nothing.
    /// None is an answer: nobody else registered it.
    ///
    /// # Errors
    /// `NoMatch`, counted, when the person of the visit did not register this document; `OverBudget` after twenty of those on
    /// a day, or sixty records opened of people without a place that day; `NoEncounter`, `OffRoster`.
    pub async fn same_document(
        &self,
        staff: &Staff,
        visit: VisitId,
        (kind, number): (DocumentType, DocumentNumber),
    ) -> Result<Vec<VisitId>, Refusal> {
        let visit = self.open_visit(staff, visit).await?;
        let (sealer, today) = (self.0.sealer.clone(), (staff.id, self.today()));
        let (id, most) = (visit.person, UNMATCHED_DOCUMENTS_A_DAY);
        let found = self.0.db.write("app::merge::same_document", move |tx| {
            Box::pin(async move {
                let counted = encounter::counted_today(tx, today, Counted::UnmatchedDocument).await?;
                if counted >= i64::from(most) {
                    return Ok(Err(OVER));
                }
                let holders = holders_of_document(tx, &sealer, (kind, &number)).await?;
                if holders.iter().any(|(_, person)| *person == id) {
                    return Ok::<_, Refusal>(Ok(holders));
                }
                // Counted for good: an error would roll it back.
                encounter::count_today(tx, today, Counted::UnmatchedDocument, most).await?;
                Ok(Err(Refusal::NoMatch))
            })
        });
        let others = found.await??.into_iter().filter(|(_, person)| *person != id);
        let basis = Basis::SiteEvidence;
        self.candidates(staff, (others.collect(), basis)).await
    }

    /// Sends a code to the other telephone that the person says they registered on. They read it out.
    ///
    /// # Errors
    /// As [`send_desk_code`](Self::send_desk_code), and `NoEncounter`.
    pub async fn send_code_to_other_phone(
        &self,
        staff: &Staff,
        visit: VisitId,
        (mobile, language): (Mobile, Language),
    ) -> Result<TxnId, Refusal> {
        self.open_visit(staff, visit).await?;
        self.send_desk_code(staff, mobile, language).await
    }

    /// The members of that telephone who go by the same name, or one that sounds alike, or who were born in the same year and
    /// are of the same gender, each as a visit of its own that can only be compared: they may be somebody else, at home. Names
    /// are opened, one entry a member that says so; private members are not.
    ///
    /// # Errors
    /// `WrongOtp`, `OtpSpent` for the code, `NoEncounter`, `OffRoster`, `NoMatch` when nobody there is alike; `OverBudget` as
    /// [`same_document`](Self::same_document).
    pub async fn same_name(
        &self,
        staff: &Staff,
        visit: VisitId,
        phone: OtherPhone,
        request: &'static str,
    ) -> Result<Vec<VisitId>, Refusal> {
        let visit = self.open_visit(staff, visit).await?;
        let own = (visit.household, visit.person);
        let cause = staff.correction_cause((visit.basis, visit.reason.as_ref()), BY_NAME, request);
        // Before the code, which is good once: without the log it is not used up.
        let this = self.named_for_merge(&cause, &[own]).await?.pop();
        let this = this.ok_or(Refusal::UnknownBeneficiary)?;
        let members = self.members_behind(staff, phone).await?;
        let others: Vec<Subject> = members.into_iter().filter(|other| *other != own).collect();
        // They may be at home: their lists do not say that they were here.
        let basis = Basis::AnothersWord;
        let cause = staff.correction_cause((basis, None), BY_NAME, request);
        let others = self.named_for_merge(&cause, &others).await?;
        let alike = others.iter().filter(|other| may_be(&this, other));
        let alike: Vec<Subject> = alike.map(|other| (other.household, other.person)).collect();
        match alike.is_empty() {
            true => Err(Refusal::NoMatch),
            false => self.candidates(staff, (alike, basis)).await,
        }
    }

    async fn named_for_merge(&self, cause: &Cause, of: &[Subject]) -> Result<Vec<OpenedPerson>, Refusal> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let receipts = self.receipts(cause, of).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::merge::named", move |tx| {
            Box::pin(async move { person::open(tx, &sealer, receipts, now).await })
        });
        Ok(opened.await?)
    }

    /// The members of a number whose owner read out its code, private ones left out.
    async fn members_behind(&self, staff: &Staff, phone: OtherPhone) -> Result<Vec<Subject>, Refusal> {
        let (judge, sealer) = (self.otp_judge(), self.0.sealer.clone());
        let (centre, now) = (staff.centre, self.now());
        let proved = self.0.db.write("app::merge::other_phone", move |tx| {
            Box::pin(async move {
                let guess = (phone.txn, phone.otp);
                // A wrong guess stays counted.
                let mobile = match judge.prove_at_desk(tx, centre, guess, now).await? {
                    Ok(mobile) => mobile,
                    Err(refused) => return Ok::<_, Refusal>(Err(refused)),
                };
                let awake = (judge.budgets.silence, now.date());
                let Some(home) = household::find(tx, &sealer, &mobile, awake).await? else {
                    return Ok(Ok(Vec::new()));
                };
                Ok(Ok(member::of_household(tx, &sealer, home).await?))
            })
        });
        let members = proved.await??.into_iter();
        Ok(members
            .filter(|member| member.privacy == Privacy::Open)
            .map(|member| (member.household, member.person))
            .collect())
    }

    /// A visit for each, or the one that is open already. New ones are counted: a right document is no leave to go through a
    /// district in a day.
    async fn candidates(
        &self,
        staff: &Staff,
        (others, basis): (Vec<Subject>, Basis),
    ) -> Result<Vec<VisitId>, Refusal> {
        let (now, sealer, by) = (self.now(), self.0.sealer.clone(), (staff.centre, staff.id));
        let today = (staff.id, self.today());
        let written = self.0.db.write("app::merge::candidates", move |tx| {
            Box::pin(async move {
                let since = now.plus_seconds(-ENCOUNTER_SECONDS);
                let open = correction::visits_of(tx, &sealer, by, since).await?;
                let mut found = Vec::new();
                for other in others.into_iter().take(CANDIDATES_AT_ONCE) {
                    let shown = |visit: &&Visit| (visit.household, visit.person) == other;
                    let shown = open.iter().filter(shown);
                    let enough = |visit: &&Visit| [Basis::SiteEvidence, basis].contains(&visit.basis);
                    let mut shown = shown.filter(enough);
                    if let Some(visit) = shown.next() {
                        found.push(visit.key.id);
                        continue;
                    }
                    if !encounter::count_today(tx, today, Counted::Unexpected, UNEXPECTED_A_DAY).await? {
                        return Err(OVER);
                    }
                    found.push(new_visit(tx, &sealer, (other, by), (basis, now)).await?);
                }
                Ok::<_, Refusal>(found)
            })
        });
        written.await
    }
}

async fn new_visit(
    tx: &mut Tx,
    sealer: &pramaan_store::Sealer,
    ((household, person), (centre, staff)): (Subject, (i64, pramaan_domain::id::StaffId)),
    (basis, now): (Basis, pramaan_domain::time::Timestamp),
) -> Result<VisitId, Refusal> {
    person::lock(tx, (household, person)).await?;
    let visit = Visit {
        key: VisitKey {
            centre,
            id: VisitId::from_random(sealer.random()),
        },
        household,
        person,
        staff,
        basis,
        reason: None,
        opened_at: now,
    };
    correction::insert_visit(tx, sealer, &visit).await?;
    Ok(visit.key.id)
}

const OVER: Refusal = Refusal::OverBudget {
    retry_after_seconds: 3600,
};

fn may_be(this: &OpenedPerson, other: &OpenedPerson) -> bool {
    let names = this.name.as_ref().zip(other.name.as_ref());
    let alike =
        names.is_some_and(|(one, other)| likeness(one.as_str(), other.as_str()) != Likeness::Different);
    alike || (this.birth_year == other.birth_year && this.gender == other.gender)
}
