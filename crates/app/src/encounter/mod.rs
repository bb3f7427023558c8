//! Opening a person's record at the site: on evidence that they are there, or a few times a day without, with a reason.
//!
//! Evidence is judged first and counted for good; then comes the access entry, and only then the record.

mod dispute;
mod evidence;
mod left;
mod visit_code;

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::birth::Birth;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{EncounterId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::rules::{self, Answer, Comorbid, Membership, Question};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_domain::visit::VisitAct;
use pramaan_store::centre::Centre;
use pramaan_store::encounter::Encounter;
use pramaan_store::opening::OpeningKind;
use pramaan_store::person::Comorbidity;
use pramaan_store::roster::Expected;
use pramaan_store::session::Session;
use pramaan_store::stock::Stock;
use pramaan_store::{Tx, encounter, person, record, roster, session, stock};

pub(crate) use evidence::{DeskService, Grounds, UNMATCHED_DOCUMENTS_A_DAY};
pub use evidence::{
    Evidence, SlipCode, UNEXPECTED_A_DAY, WITHOUT_EVIDENCE_A_DAY, WRONG_CODES_A_DAY, WRONG_SLIPS_A_DAY,
};
pub(crate) use evidence::{
    count_card, prove_card, prove_document, prove_held, prove_looked_at, prove_slip, prove_unexpected,
};
pub use pramaan_store::dose::Given;
pub use pramaan_store::encounter::EncounterKey;
pub use pramaan_store::person::{DocumentState, OpenedPerson};

use crate::merge::one_course;
use crate::message::{Message, queue};
use crate::open::Cause;
use crate::review::Unproven;
use crate::{App, Refusal, Staff, cohort, visit};

/// How long after the opening the page can be shown again and the dose recorded.
pub const ENCOUNTER_SECONDS: i64 = 30 * 60;

/// What the health worker sees. Nothing to find the person by again: no number, no reference id.
pub(crate) const ON_SCREEN: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::BirthDate,
    Field::Gender,
    Field::DocumentType,
    Field::DocumentLastFour,
    Field::Doses,
    Field::Comorbidity,
    Field::Group,
]);

/// An open record and what the health worker has to know for the dose.
#[derive(Debug)]
pub struct OpenEncounter {
    pub key: EncounterKey,
    /// Until when it can be shown again and a dose recorded.
    pub ends_at: Timestamp,
    pub person: OpenedPerson,
    pub doses: Vec<Given>,
    /// The doses of records that were merged with this one: the rules count them too.
    pub merged: Vec<Given>,
    /// What was booked.
    pub dose: DoseNumber,
    pub vaccine: Vaccine,
    /// What the rules say today about the session's vaccine here. They permit; they do not record.
    pub advice: Answer,
    /// When it was read.
    pub shown_at: Timestamp,
    /// What the centre has in stock.
    pub stock: Stock,
}

/// Somebody proven to be there, or opened without proof.
pub(crate) struct Proven {
    pub(crate) expected: Expected,
    pub(crate) basis: Basis,
    pub(crate) reason: Option<Reason>,
}

/// The place that an encounter is about.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) session: Session,
    pub(crate) centre: Centre,
    pub(crate) booked_on: CivilDate,
}

impl App {
    /// Judges the evidence and opens the record.
    ///
    /// # Errors
    /// `Forbidden` for a role that opens nothing, `OffRoster`, `UnknownAppointment` for a place that is not among today's
    /// here, `WrongCode`, `CodeSpent`, `WrongVisitCode`, `NoMatch` for a slip or document that is not all right,
    /// `NoEvidenceSpent`, `AlreadyRecorded` when the dose of this place was given, `OverBudget`, `NoMobile` without evidence for somebody who cannot be told,
    /// `Unavailable` when the log cannot be written: then nothing was opened.
    pub async fn begin_encounter(
        &self,
        staff: &Staff,
        evidence: Evidence,
        request: &'static str,
    ) -> Result<OpenEncounter, Refusal> {
        let proven = self.prove(staff, evidence).await?;
        let expected = &proven.expected;
        let encounter = Encounter {
            key: EncounterKey {
                session: expected.place.session,
                id: EncounterId::from_random(self.0.sealer.random()),
            },
            appointment: expected.appointment,
            household: expected.household,
            person: expected.person,
            staff: staff.id,
            dose: expected.dose,
            booked_on: expected.booked_on,
            basis: proven.basis,
            reason: proven.reason,
            opened_at: self.now(),
            recorded: None,
        };
        let scene = self.scene(&encounter).await?;
        let notice = match proven.basis {
            Basis::NoEvidenceWithReason => {
                let notice = self.notice(staff, &encounter, &scene, request).await;
                if notice.is_err() {
                    self.give_try_back(staff).await;
                }
                Some(notice?)
            }
            _ => None,
        };
        self.show(staff, encounter, scene, notice, Register::New, request)
            .await
    }

    /// Shows the page of an encounter again: a new access entry on the same basis, and the same record.
    ///
    /// # Errors
    /// `NoEncounter` when it is another's, closed or over; `OffRoster`.
    pub async fn show_encounter(
        &self,
        staff: &Staff,
        key: EncounterKey,
        request: &'static str,
    ) -> Result<OpenEncounter, Refusal> {
        let encounter = self.open_encounter(staff, key).await?;
        let scene = self.scene(&encounter).await?;
        self.show(staff, encounter, scene, None, Register::Known, request)
            .await
    }

    async fn show(
        &self,
        staff: &Staff,
        encounter: Encounter,
        scene: Scene,
        notice: Option<crate::message::Addressed>,
        register: Register,
        request: &'static str,
    ) -> Result<OpenEncounter, Refusal> {
        let cause = staff.cause(&encounter, request);
        let subject = (encounter.household, encounter.person);
        let receipts = self.receipts(&cause, &[subject]).await?;
        let others = self.others(subject, &cause).await?;
        let (sealer, now, kept) = (self.0.sealer.clone(), self.now(), encounter.clone());
        let (centre, by) = ((scene.centre.id.number(), scene.session.day), staff.code.clone());
        let grounds = (encounter.basis, encounter.reason.as_ref());
        let unproven = Unproven::of(staff, OpeningKind::Vaccination, grounds, now);
        let shown = self.0.db.write("app::encounter::show", move |tx| {
            Box::pin(async move {
                if register == Register::New {
                    // Of deleting the person and opening the record, one comes first.
                    person::lock(tx, subject).await?;
                }
                let opened = record::open(tx, &sealer, receipts, now).await?.pop();
                let merged = others.doses(tx, &sealer, now).await?;
                let people = opened.iter().map(|(person, _)| person);
                let lists = cohort::lists_at_site(tx, &sealer, people).await?;
                if register == Register::New {
                    encounter::insert(tx, &sealer, &kept).await?;
                    visit::follow(tx, (centre, &by), &kept, (VisitAct::Open, now), now).await?;
                    if let Some(unproven) = unproven {
                        unproven.note(tx, &sealer).await?;
                    }
                }
                let stock = stock::of_centre(tx, centre.0).await?;
                let queued = queue(tx, &sealer, notice, now).await?;
                Ok::<_, Refusal>(((opened, merged), lists, stock, queued))
            })
        });
        let ((opened, merged), lists, stock, message) = shown.await?;
        self.deliver_now(message.as_slice()).await;
        let (person, doses) = opened.ok_or(Refusal::UnknownBeneficiary)?;
        let asked = (now.date(), scene.session.vaccine);
        let course = one_course(&doses, &merged);
        let advice = advice((&person, &course), lists.of(&person), &scene, asked)?;
        Ok(OpenEncounter {
            key: encounter.key,
            ends_at: encounter.opened_at.plus_seconds(ENCOUNTER_SECONDS),
            person,
            doses,
            merged,
            dose: encounter.dose,
            vaccine: scene.session.vaccine,
            advice,
            shown_at: now,
            stock,
        })
    }

    /// An encounter of this member of staff that is neither closed nor over.
    ///
    /// # Errors
    /// `AlreadyRecorded` for one whose dose is on record, however long ago; `NoEncounter`, `OffRoster`.
    pub(crate) async fn open_encounter(
        &self,
        staff: &Staff,
        key: EncounterKey,
    ) -> Result<Encounter, Refusal> {
        let encounter = self.encounter(staff, key).await?;
        if encounter.recorded.is_some() {
            return Err(Refusal::AlreadyRecorded);
        }
        if self.now() > encounter.opened_at.plus_seconds(ENCOUNTER_SECONDS) {
            return Err(Refusal::NoEncounter);
        }
        Ok(encounter)
    }

    /// An encounter of this member of staff, closed ones included, while they are on the roster.
    pub(crate) async fn encounter(&self, staff: &Staff, key: EncounterKey) -> Result<Encounter, Refusal> {
        let (id, shift) = (staff.id, (staff.centre, self.today()));
        let sealer = self.0.sealer.clone();
        let found = self.0.db.read("app::encounter::find", move |tx| {
            Box::pin(async move {
                crate::roster::require_shift(tx, id, shift).await?;
                Ok::<_, Refusal>(encounter::find(tx, &sealer, key, id).await?)
            })
        });
        found.await?.ok_or(Refusal::NoEncounter)
    }

    /// The latest encounter of this member of staff, today and not over, with the person whom a reference id names, closed
    /// ones included. Opens nothing.
    ///
    /// # Errors
    /// `OffRoster`; `NoEncounter`, whether the id names somebody else or nobody.
    pub async fn current_encounter(&self, staff: &Staff, id: ReferenceId) -> Result<EncounterKey, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let (staff, here) = (staff.id, (staff.centre, now.date()));
        let found = self.0.db.read("app::encounter::current", move |tx| {
            Box::pin(async move {
                crate::roster::require_shift(tx, staff, here).await?;
                let named = person::by_reference_ids(tx, &sealer, &[id]).await?;
                let Some((_, person)) = named.into_iter().flatten().next() else {
                    return Ok(None);
                };
                let since = now.plus_seconds(-ENCOUNTER_SECONDS);
                let mut found = Vec::new();
                for session in roster::sessions_with(tx, here, person).await? {
                    found.extend(encounter::latest_with(tx, (session, person), staff, since).await?);
                }
                let latest = found.into_iter().max_by_key(|(_, opened_at)| *opened_at);
                Ok::<_, Refusal>(latest)
            })
        });
        found.await?.map(|(key, _)| key).ok_or(Refusal::NoEncounter)
    }

    /// What is public of an encounter's place: session, centre and the day of booking.
    pub(crate) async fn scene(&self, encounter: &Encounter) -> Result<Scene, Refusal> {
        self.scene_at(encounter.key.session, encounter.booked_on).await
    }

    /// The same of a session.
    pub(crate) async fn scene_at(&self, at: SessionId, booked_on: CivilDate) -> Result<Scene, Refusal> {
        let found = self.0.db.read("app::encounter::scene", move |tx| {
            Box::pin(async move {
                let session = session::with_seats(tx, &[at])
                    .await?
                    .pop()
                    .map(|found| found.session);
                let session = session.ok_or(Refusal::UnknownSession)?;
                let centre = pramaan_store::centre::find(tx, session.centre)
                    .await?
                    .ok_or(Refusal::UnknownSession)?;
                Ok::<_, Refusal>(Scene {
                    session,
                    centre,
                    booked_on,
                })
            })
        });
        found.await
    }

    /// The message to a person whose record is about to be opened without evidence. Whoever cannot be told is not opened so:
    /// people without a number were registered with a document or a card, and show it.
    async fn notice(
        &self,
        staff: &Staff,
        encounter: &Encounter,
        scene: &Scene,
        request: &'static str,
    ) -> Result<crate::message::Addressed, Refusal> {
        let addressee = self
            .mobile_to_notify((encounter.household, encounter.person), request)
            .await?;
        let message = Message::RecordOpenedWithoutEvidence {
            centre: scene.centre.name.to_string(),
            staff_code: staff.code.clone(),
            date: encounter.opened_at.date(),
        };
        Ok(message.for_household(addressee.ok_or(Refusal::NoMobile)?))
    }
}

/// Whether the encounter has yet to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Register {
    New,
    Known,
}

impl Staff {
    /// An opening within an encounter, for the dose: each on the basis and with the reason of the first.
    pub(crate) fn cause(&self, encounter: &Encounter, request: &'static str) -> Cause {
        let reason = encounter.reason.as_ref();
        Cause {
            actor: self.actor(),
            basis: encounter.basis,
            purpose: Purpose::Vaccination,
            fields: ON_SCREEN,
            request,
            reason: reason.map(|reason| reason.as_str().to_owned()),
        }
    }
}

/// What the rules say about a vaccine given on a day at an encounter's centre. Who is here has booked, and what was said
/// then of a comorbidity is not kept: where a rule wants one, the doctor's certificate is to be looked at.
pub(crate) fn advice(
    (person, doses): (&OpenedPerson, &[Given]),
    lists: &[Membership],
    scene: &Scene,
    (on, vaccine): (CivilDate, Vaccine),
) -> Result<Answer, Refusal> {
    let by_year = person.birth_year.map(Birth::Year);
    let birth = person
        .birth_date
        .map(Birth::Date)
        .or(by_year)
        .ok_or(Refusal::UnknownBeneficiary)?;
    let comorbid = match person.comorbidity {
        Some(Comorbidity::Declared) => Comorbid::Yes,
        Some(Comorbidity::None) | None => Comorbid::No,
    };
    let question = Question {
        comorbid,
        booked_on: Some(scene.booked_on),
        doses: doses.iter().map(Given::for_rules).collect(),
        ..Question::new(on, birth)
    };
    Ok(rules::best(&question, lists, on, |question| {
        rules::if_declared(question, |question| {
            rules::for_session(question, on, vaccine, scene.centre.kind.into())
        })
    }))
}

/// The place that staff point at, if it is one of today's here and its dose is still to be given.
pub(crate) async fn expected_at(
    tx: &mut Tx,
    here: (i64, CivilDate),
    place: roster::Place,
) -> Result<Expected, Refusal> {
    evidence::to_be_given(roster::at_place(tx, here, place).await?)
}
