//! Two records side by side, and what agrees, in words.

use pramaan_domain::access::Basis;
use pramaan_domain::id::{PersonId, VisitId};
use pramaan_domain::merge::{Likeness, likeness};
use pramaan_domain::time::Timestamp;
use pramaan_store::correction::{self, Visit};
use pramaan_store::dose::Given;
use pramaan_store::merge::{self, Told};
use pramaan_store::person::OpenedPerson;
use pramaan_store::{person, record};

use super::{COMPARED, NAME};
use crate::correction::Recent;
use crate::encounter::ENCOUNTER_SECONDS;
use crate::{App, Refusal, Staff};

/// One of two records that are compared.
#[derive(Debug)]
pub struct Side {
    pub person: OpenedPerson,
    pub doses: Vec<Given>,
}

/// Whether a fact is the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agrees {
    Yes,
    No,
    /// One of them does not say.
    Unknown,
}

/// What agrees of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    pub name: Likeness,
    pub born: Agrees,
    pub gender: Agrees,
    /// Type and last four.
    pub document: Agrees,
}

impl Agreement {
    pub(super) fn of(one: &OpenedPerson, other: &OpenedPerson) -> Self {
        let names = one.name.as_ref().zip(other.name.as_ref());
        let document = |person: &OpenedPerson| person.document_type.zip(person.document_last_four.clone());
        Self {
            name: names.map_or(Likeness::Different, |(one, other)| {
                likeness(one.as_str(), other.as_str())
            }),
            born: agrees(one.birth_year, other.birth_year),
            gender: agrees(one.gender, other.gender),
            document: agrees(document(one), document(other)),
        }
    }
}

/// The latest visit of each other person; one that can be joined before one without evidence.
fn others(open: &[Visit], than: PersonId) -> Vec<Recent> {
    let mut seen = vec![than];
    let mut others = Vec::new();
    let (shown, unshown): (Vec<_>, Vec<_>) = open
        .iter()
        .partition(|visit| visit.basis != Basis::NoEvidenceWithReason);
    for visit in shown.into_iter().chain(unshown) {
        if !seen.contains(&visit.person) {
            seen.push(visit.person);
            others.push(Recent {
                id: visit.key.id,
                opened_at: visit.opened_at,
            });
        }
    }
    others
}

fn agrees<T: PartialEq>(one: Option<T>, other: Option<T>) -> Agrees {
    match (one, other) {
        (Some(one), Some(other)) if one == other => Agrees::Yes,
        (Some(_), Some(_)) => Agrees::No,
        _ => Agrees::Unknown,
    }
}

#[derive(Debug)]
pub struct Compared {
    pub one: Side,
    pub other: Side,
    pub agreement: Agreement,
}

/// A record from which is merged: whose it is, what it is joined with, and what became of it.
#[derive(Debug)]
pub struct History {
    pub person: OpenedPerson,
    /// When each of its links was made: what names a link on a page.
    pub joined: Vec<Timestamp>,
    pub told: Vec<Told>,
    /// Other records that are open to the same member of staff.
    pub others: Vec<Recent>,
}

impl App {
    /// Opens the name of a visit's person, with what became of its links.
    ///
    /// # Errors
    /// `NoEncounter`, `OffRoster`.
    pub async fn merge_record(
        &self,
        staff: &Staff,
        id: VisitId,
        request: &'static str,
    ) -> Result<History, Refusal> {
        let visit = self.open_visit(staff, id).await?;
        let cause = staff.correction_cause((visit.basis, visit.reason.as_ref()), NAME, request);
        let of = (visit.household, visit.person);
        let [name, told] = self.receipts_for([&cause, &cause], of).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let (by, since) = ((staff.centre, staff.id), now.plus_seconds(-ENCOUNTER_SECONDS));
        let opened = self.0.db.read("app::merge::record", move |tx| {
            Box::pin(async move {
                let person = person::open(tx, &sealer, vec![name], now).await?.pop();
                let told = merge::told(tx, &sealer, told, now).await?;
                let links = merge::links(tx, &sealer, of).await?;
                let open = correction::visits_of(tx, &sealer, by, since).await?;
                Ok::<_, Refusal>((person, told, (links, open)))
            })
        });
        let (person, told, (links, open)) = opened.await?;
        Ok(History {
            person: person.ok_or(Refusal::UnknownBeneficiary)?,
            joined: links.into_iter().map(|link| link.joined_at).collect(),
            told,
            others: others(&open, of.1),
        })
    }

    /// Opens both records: one entry each, on the ground of its own visit.
    ///
    /// # Errors
    /// `NoEncounter`, `OffRoster`, `SameRecord`.
    pub async fn compare(
        &self,
        staff: &Staff,
        (one, other): (VisitId, VisitId),
        request: &'static str,
    ) -> Result<Compared, Refusal> {
        let (one, other) = self.two_visits(staff, (one, other)).await?;
        let cause = |visit: &Visit| {
            let grounds = (visit.basis, visit.reason.as_ref());
            staff.correction_cause(grounds, COMPARED, request)
        };
        let (of_one, of_other) = (cause(&one), cause(&other));
        let wanted = [
            (&of_one, (one.household, one.person)),
            (&of_other, (other.household, other.person)),
        ];
        let receipts = self.receipts_each(&wanted).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::merge::compare", move |tx| {
            Box::pin(async move { record::open(tx, &sealer, receipts, now).await })
        });
        let sides = opened.await?.into_iter();
        let mut sides = sides.map(|(person, doses)| Side { person, doses });
        let (Some(one), Some(other)) = (sides.next(), sides.next()) else {
            return Err(Refusal::UnknownBeneficiary);
        };
        Ok(Compared {
            agreement: Agreement::of(&one.person, &other.person),
            one,
            other,
        })
    }

    pub(super) async fn two_visits(
        &self,
        staff: &Staff,
        (one, other): (VisitId, VisitId),
    ) -> Result<(Visit, Visit), Refusal> {
        let one = self.open_visit(staff, one).await?;
        let other = self.open_or_found(staff, other).await?;
        match one.person == other.person {
            true => Err(Refusal::SameRecord),
            false => Ok((one, other)),
        }
    }
}
