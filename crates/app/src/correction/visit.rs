//! Opening a record to correct it: on evidence, on the nurse's own evidence of today, or within the budget without.

use pramaan_domain::access::Basis;
use pramaan_domain::centre::CentreId;
use pramaan_domain::correction::{Change, Hands, hands};
use pramaan_domain::id::{DoseId, VisitId};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::correction::{self, Visit, VisitKey};
use pramaan_store::dose::Given;
use pramaan_store::opening::OpeningKind;
use pramaan_store::{centre, person, record, roster};

use super::ON_SCREEN;
use crate::encounter::{ENCOUNTER_SECONDS, Evidence, Grounds, OpenedPerson};
use crate::message::{Addressed, Message, queue};
use crate::review::Unproven;
use crate::roster::{Place, Visitor, require_shift};
use crate::{App, Refusal, Staff};

/// What opens a record for a correction.
pub enum Showing {
    /// Who opens it recorded the dose of this place today, on evidence that still stands.
    OwnDose(Place),
    Evidence(Evidence),
}

/// A record opened to be corrected.
#[derive(Debug)]
pub struct OpenVisit {
    pub id: VisitId,
    pub ends_at: Timestamp,
    pub person: OpenedPerson,
    /// Those that stand, oldest first.
    pub doses: Vec<RecordedHere>,
}

impl OpenVisit {
    /// The dose that an event is of: itself, or what stands in its place by now.
    pub fn in_place_of(&self, event: DoseId) -> Option<&RecordedHere> {
        let itself = self.doses.iter().find(|dose| dose.given.id == event);
        itself.or_else(|| self.doses.iter().find(|dose| dose.given.root == event))
    }
}

/// Whether the dose of a place was recorded today by who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnDose {
    Yes,
    No,
}

/// A dose, and whether it can be corrected here and by whom.
#[derive(Debug, Clone)]
pub struct RecordedHere {
    pub given: Given,
    pub here: Here,
    /// Whether who looks can correct it alone.
    pub hands: Hands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    Given,
    Elsewhere,
}

/// Another record that is open to the same member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent {
    pub id: VisitId,
    pub opened_at: Timestamp,
}

impl App {
    /// Judges what is shown and opens the record.
    ///
    /// # Errors
    /// As [`begin_encounter`](Self::begin_encounter); `NoEncounter` for a dose of today that somebody else recorded.
    pub async fn begin_correction(
        &self,
        staff: &Staff,
        showing: Showing,
        request: &'static str,
    ) -> Result<OpenVisit, Refusal> {
        // The own dose goes by the encounter's evidence, and takes no try.
        let own = matches!(showing, Showing::OwnDose(_));
        let grounds = match showing {
            Showing::OwnDose(place) => self.prove_by_own_encounter(staff, place).await?,
            Showing::Evidence(evidence) => self.prove_for_correction(staff, evidence).await?,
        };
        let visit = self.new_visit(staff, grounds);
        let notice = match visit.basis {
            Basis::NoEvidenceWithReason => {
                let notice = self.correction_notice(staff, &visit, request).await;
                if notice.is_err() && !own {
                    self.give_try_back(staff).await;
                }
                Some(notice?)
            }
            _ => None,
        };
        self.show_visit(staff, visit, Register::New(notice), request)
            .await
    }

    /// A place of any day here, and whether this member of staff recorded its dose today. Opens nothing.
    ///
    /// # Errors
    /// `OffRoster`, `UnknownAppointment`.
    pub async fn place_to_correct(&self, staff: &Staff, place: Place) -> Result<(Visitor, OwnDose), Refusal> {
        let (of, here) = (staff.id, (staff.centre, self.today()));
        let found = self.0.db.read("app::correction::place", move |tx| {
            Box::pin(async move {
                require_shift(tx, of, here).await?;
                Ok::<_, Refusal>(roster::at_place_of_any_day(tx, here.0, place).await?)
            })
        });
        let expected = found.await?.ok_or(Refusal::UnknownAppointment)?;
        let own = match self.prove_by_own_encounter(staff, place).await {
            Ok(_) => OwnDose::Yes,
            Err(Refusal::NoEncounter | Refusal::UnknownAppointment) => OwnDose::No,
            Err(refused) => return Err(refused),
        };
        Ok((Visitor::of(expected), own))
    }

    /// Shows the record again: a new access entry on the same basis.
    ///
    /// # Errors
    /// `NoEncounter` when it is another's or over; `OffRoster`.
    pub async fn show_correction(
        &self,
        staff: &Staff,
        id: VisitId,
        request: &'static str,
    ) -> Result<OpenVisit, Refusal> {
        let visit = self.open_visit(staff, id).await?;
        self.show_visit(staff, visit, Register::Known, request).await
    }

    /// The other records that are open to this member of staff for corrections, the latest first. Opens nothing.
    pub async fn other_visits(&self, staff: &Staff, than: VisitId) -> Result<Vec<Recent>, Refusal> {
        let (sealer, of) = (self.0.sealer.clone(), (staff.centre, staff.id));
        let since = self.now().plus_seconds(-ENCOUNTER_SECONDS);
        let found = self.0.db.read("app::correction::others", move |tx| {
            Box::pin(async move { correction::visits_of(tx, &sealer, of, since).await })
        });
        let to_correct = |visit: &Visit| visit.key.id != than && visit.basis != Basis::AnothersWord;
        let others = found.await?.into_iter().filter(to_correct);
        Ok(others
            .map(|visit| Recent {
                id: visit.key.id,
                opened_at: visit.opened_at,
            })
            .collect())
    }

    fn new_visit(&self, staff: &Staff, grounds: Grounds) -> Visit {
        let (household, person) = grounds.subject;
        Visit {
            key: VisitKey {
                centre: staff.centre,
                id: VisitId::from_random(self.0.sealer.random()),
            },
            household,
            person,
            staff: staff.id,
            basis: grounds.basis,
            reason: grounds.reason,
            opened_at: self.now(),
        }
    }

    /// A visit of this member of staff that is not over, while they are on the roster. Not of somebody who was only found on
    /// the word of another: they may be at home, and nothing is shown of them or changed but [compared](App::compare).
    pub(crate) async fn open_visit(&self, staff: &Staff, id: VisitId) -> Result<Visit, Refusal> {
        let visit = self.open_or_found(staff, id).await?;
        match visit.basis {
            Basis::AnothersWord => Err(Refusal::NoEncounter),
            _ => Ok(visit),
        }
    }

    /// The same, also of somebody who was only found.
    pub(crate) async fn open_or_found(&self, staff: &Staff, id: VisitId) -> Result<Visit, Refusal> {
        let key = VisitKey {
            centre: staff.centre,
            id,
        };
        let (sealer, of, today) = (self.0.sealer.clone(), staff.id, self.today());
        let found = self.0.db.read("app::correction::visit", move |tx| {
            Box::pin(async move {
                require_shift(tx, of, (key.centre, today)).await?;
                Ok::<_, Refusal>(correction::find_visit(tx, &sealer, key, of).await?)
            })
        });
        let now = self.now();
        let open = |visit: &Visit| now <= visit.opened_at.plus_seconds(ENCOUNTER_SECONDS);
        found.await?.filter(open).ok_or(Refusal::NoEncounter)
    }

    async fn show_visit(
        &self,
        staff: &Staff,
        visit: Visit,
        register: Register,
        request: &'static str,
    ) -> Result<OpenVisit, Refusal> {
        let grounds = (visit.basis, visit.reason.as_ref());
        let cause = staff.correction_cause(grounds, ON_SCREEN, request);
        let receipts = self.receipts(&cause, &[(visit.household, visit.person)]).await?;
        let (sealer, now, kept) = (self.0.sealer.clone(), self.now(), visit.clone());
        let unproven = Unproven::of(staff, OpeningKind::Correction, grounds, now);
        let shown = self.0.db.write("app::correction::show", move |tx| {
            Box::pin(async move {
                let mut queued = Vec::new();
                if let Register::New(notice) = register {
                    // Of deleting the person and opening the record, one comes first.
                    person::lock(tx, (kept.household, kept.person)).await?;
                    correction::insert_visit(tx, &sealer, &kept).await?;
                    if let Some(unproven) = unproven {
                        unproven.note(tx, &sealer).await?;
                    }
                    queued = queue(tx, &sealer, notice, now).await?;
                }
                let opened = record::open(tx, &sealer, receipts, now).await?.pop();
                Ok::<_, Refusal>((opened, queued))
            })
        });
        let (opened, queued) = shown.await?;
        self.deliver_now(&queued).await;
        let (person, given) = opened.ok_or(Refusal::UnknownBeneficiary)?;
        let today = self.today();
        Ok(OpenVisit {
            id: visit.key.id,
            ends_at: visit.opened_at.plus_seconds(ENCOUNTER_SECONDS),
            person,
            doses: given
                .into_iter()
                .map(|given| RecordedHere::new(given, staff, today))
                .collect(),
        })
    }

    /// Whoever cannot be told is not opened without evidence.
    async fn correction_notice(
        &self,
        staff: &Staff,
        visit: &Visit,
        request: &'static str,
    ) -> Result<Addressed, Refusal> {
        let addressee = self
            .mobile_to_notify((visit.household, visit.person), request)
            .await?;
        let addressee = addressee.ok_or(Refusal::NoMobile)?;
        let id = CentreId::from_number(staff.centre).map_err(|_| Refusal::Forbidden)?;
        let found = self.0.db.read("app::correction::centre", move |tx| {
            Box::pin(async move { centre::find(tx, id).await })
        });
        let message = Message::RecordOpenedWithoutEvidence {
            centre: found.await?.ok_or(Refusal::Forbidden)?.name.to_string(),
            staff_code: staff.code.clone(),
            date: visit.opened_at.date(),
        };
        Ok(message.for_household(addressee))
    }
}

/// Whether the visit has yet to be written down, and who is told of it.
enum Register {
    New(Option<Addressed>),
    Known,
}

impl RecordedHere {
    pub(super) fn new(given: Given, staff: &Staff, today: CivilDate) -> Self {
        Self {
            here: match given.facts.centre == staff.centre {
                true => Here::Given,
                false => Here::Elsewhere,
            },
            hands: hands(
                Change::Correct,
                (&staff.code, &given.facts.staff),
                (today, given.on()),
            ),
            given,
        }
    }
}
