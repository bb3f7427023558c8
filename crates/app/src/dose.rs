//! Recording a dose: what was really given, in an encounter, with its certificate, in one transaction.
//!
//! Permit is not record. The rules are asked and their answer is kept with a dose that they did not allow; they cannot
//! keep what happened from being written down.

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::id::DoseId;
use pramaan_domain::rules::{Answer, Membership};
use pramaan_domain::staff::{Reason, StaffCode};
use pramaan_domain::stock::{BatchKey, Objection};
use pramaan_domain::tally::Cell;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_domain::visit::VisitAct;
use pramaan_keys::MacKind;
use pramaan_store::claim::Claim;
use pramaan_store::dose::{self, NewDose};
use pramaan_store::encounter::{Encounter, Recorded};
use pramaan_store::held_dose::{self, HeldKey, Source};
use pramaan_store::merge::Subject;
use pramaan_store::stock::{self, Taken};
use pramaan_store::{Receipt, Sealer, StoreError, Tx, appointment, encounter, person, record, report};

pub use pramaan_store::dose::{DoseFacts, Entered, Given, OffProtocol};
use pramaan_store::person::{DocumentState, OpenedPerson};

use crate::certificate::{NAMED, certify};
use crate::delivery::machine;
use crate::encounter::{EncounterKey, Scene, advice};
use crate::merge::{Others, Spares, one_course};
use crate::message::{Addressee, Message, queue};
use crate::open::Cause;
use crate::{App, Refusal, Staff, cohort, visit};

/// What the rules decide by.
pub(crate) const FOR_RULES: FieldSet = FieldSet::of(&[
    Field::BirthYear,
    Field::BirthDate,
    Field::Doses,
    Field::Comorbidity,
    Field::Group,
]);
/// Kept as the rule of a dose that only the stock spoke against.
const STOCK: &str = "stock";
/// How often a transaction that gave way to another is run again.
pub(crate) const ATTEMPTS: u8 = 3;

/// What was given, each part parsed.
#[derive(Debug, Clone)]
pub struct Dose {
    pub number: DoseNumber,
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
    pub vial: Vial,
    pub given_at: Timestamp,
    pub site: BodySite,
    /// Needed when no rule allows the dose.
    pub reason: Option<Reason>,
}

/// The number of a vial, as the centre counts them: up to 20 visible ASCII characters, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vial(String);

impl Vial {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// # Errors
    /// `Invalid` with the field `vial`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Ok(Self(text.to_owned()));
        }
        let sentence = "give the number of the vial in at most 20 letters, digits and signs".to_owned();
        Err(Refusal::Invalid {
            field: "vial",
            sentence,
        })
    }
}

/// A dose that is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedDose {
    pub event: DoseId,
    pub answer: Answered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// Recorded now, within the rules.
    OnProtocol,
    /// Recorded now, flagged, with its reason.
    OffProtocol,
    /// The same was recorded in this encounter before; nothing was done.
    Repeated,
}

impl App {
    /// Records a dose in an open encounter, once: dose, place, certificate and message in one transaction. That the
    /// appointment was cancelled or moved since the record was opened does not keep what happened from being written down.
    ///
    /// # Errors
    /// `NoEncounter`; `AlreadyRecorded` when the encounter recorded something else; `Invalid` for a time that is not of
    /// today or lies ahead; `DocumentAtSite` while the document is disputed; `OffProtocol` when a reason is needed;
    /// `Unavailable` when the log cannot be written: nothing is opened then, and nothing recorded.
    pub async fn record_dose(
        &self,
        staff: &Staff,
        key: EncounterKey,
        dose: Dose,
        request: &'static str,
    ) -> Result<RecordedDose, Refusal> {
        self.record_timed(staff, key, (dose, Timed::ByHand), request)
            .await
    }

    /// The same for a dose that is given as it is sent, at [`Dose::given_at`]: sent again, it comes with a later time and is
    /// the same dose all the same.
    ///
    /// # Errors
    /// As [`record_dose`](Self::record_dose).
    pub async fn record_dose_on_arrival(
        &self,
        staff: &Staff,
        key: EncounterKey,
        dose: Dose,
        request: &'static str,
    ) -> Result<RecordedDose, Refusal> {
        self.record_timed(staff, key, (dose, Timed::OnArrival), request)
            .await
    }

    async fn record_timed(
        &self,
        staff: &Staff,
        key: EncounterKey,
        (dose, timed): (Dose, Timed),
        request: &'static str,
    ) -> Result<RecordedDose, Refusal> {
        // Somebody else may write for the same person or encounter meanwhile: look again at what there is.
        self.again("app::dose::record", ATTEMPTS, || {
            self.try_record(staff, key, (dose.clone(), timed), request)
        })
        .await
    }

    async fn try_record(
        &self,
        staff: &Staff,
        key: EncounterKey,
        (dose, timed): (Dose, Timed),
        request: &'static str,
    ) -> Result<RecordedDose, Refusal> {
        let request_mac = self.request_mac(key, &dose, timed);
        let encounter = self.encounter(staff, key).await?;
        if let Some(before) = &encounter.recorded {
            return repeated(before, &request_mac);
        }
        let encounter = self.open_encounter(staff, key).await?;
        check_time(dose.given_at, self.now())?;
        self.record_as(staff, encounter, (dose, request_mac), None, request)
            .await
    }

    /// Records a dose in an encounter that has recorded nothing yet. With a held dose, whose encounter is written down in
    /// the same transaction, that one is recorded too: of two nodes at once, one does it.
    ///
    /// # Errors
    /// As [`record_dose`](Self::record_dose).
    pub(crate) async fn record_in(
        &self,
        staff: &Staff,
        encounter: Encounter,
        dose: Dose,
        held: Option<HeldFrom>,
        request: &'static str,
    ) -> Result<RecordedDose, Refusal> {
        let request_mac = self.request_mac(encounter.key, &dose, Timed::ByHand);
        self.record_as(staff, encounter, (dose, request_mac), held, request)
            .await
    }

    /// The same under what tells a repetition.
    async fn record_as(
        &self,
        staff: &Staff,
        encounter: Encounter,
        (dose, request_mac): (Dose, [u8; 32]),
        held: Option<HeldFrom>,
        request: &'static str,
    ) -> Result<RecordedDose, Refusal> {
        let key = encounter.key;
        let scene = self.scene(&encounter).await?;
        let event = DoseId::from_random(self.0.sealer.random());
        let recording = Recording {
            recorded: Recorded { event, request_mac },
            new: NewDose {
                household: encounter.household,
                person: encounter.person,
                id: event,
                dose: dose.number,
                session: key.session,
                facts: facts(&dose, staff, held.as_ref()),
            },
            reason: dose.reason,
            held,
            encounter,
            scene,
        };
        let opened = self.receipts_to_record(staff, &recording, request).await?;
        self.write_dose(recording, opened).await
    }

    /// Everything that has to be opened, in entries of their own purposes: age and doses for the rules, by the health
    /// worker; what the certificate names and the number to write to, by the system.
    async fn receipts_to_record(
        &self,
        staff: &Staff,
        recording: &Recording,
        request: &'static str,
    ) -> Result<Openings, Refusal> {
        let encounter = &recording.encounter;
        let subject = (encounter.household, encounter.person);
        let for_rules = Cause {
            fields: FOR_RULES,
            ..staff.cause(encounter, request)
        };
        let for_certificate = Cause {
            actor: machine(),
            basis: Basis::DutyOfLaw,
            purpose: Purpose::Certificate,
            fields: NAMED,
            request,
            reason: None,
        };
        let addressee = self.mobile_to_notify(subject, request).await?;
        let others = self.others(subject, &for_rules).await?;
        let spares = self.spares(others.members(), recording.new.dose, request).await?;
        let [rules, certificate] = self.receipts_for([&for_rules, &for_certificate], subject).await?;
        Ok(Openings {
            rules,
            others,
            spares,
            certificate,
            addressee,
        })
    }

    async fn write_dose(&self, recording: Recording, openings: Openings) -> Result<RecordedDose, Refusal> {
        let (sealer, issuer, now) = (self.0.sealer.clone(), self.0.issuer.clone(), self.now());
        let event = recording.new.id;
        let written = self.0.db.write("app::dose::record", move |tx| {
            Box::pin(async move {
                let mut recording = recording;
                let ends = &recording.encounter;
                let subject = (ends.household, ends.person);
                let course = openings.others.members().to_vec();
                appointment::lock_for_dose(tx, (subject, &course), ends.key.session).await?;
                // An appointment is good for one dose, however many encounters there are with its person.
                if encounter::had_dose(tx, ends.appointment, ends.person).await? {
                    return Err(closed_meanwhile(tx, &sealer, ends).await);
                }
                if let Some(held) = &recording.held {
                    claim_held(tx, &sealer, held, ends, now).await?;
                }
                if !encounter::close(tx, ends.key, &recording.recorded, now).await? {
                    return Err(StoreError::Serialization.into());
                }
                let (person, earlier) = record::open(tx, &sealer, vec![openings.rules], now)
                    .await?
                    .pop()
                    .ok_or(Refusal::UnknownBeneficiary)?;
                let others = openings.others.doses_locked(tx, &sealer, now).await?;
                let earlier = one_course(&earlier, &others);
                let named = person::open(tx, &sealer, vec![openings.certificate], now)
                    .await?
                    .pop();
                let named = named.ok_or(Refusal::UnknownBeneficiary)?;
                if person.document_state == DocumentState::Disputed {
                    return Err(Refusal::DocumentAtSite);
                }
                let lists = cohort::lists_at_site(tx, &sealer, [&person]).await?;
                let objections = stock::use_dose(tx, &sealer, &taken(&recording.new), now).await?;
                recording.judge((&person, &earlier), lists.of(&person), &objections)?;
                dose::append(tx, &sealer, &recording.new, now).await?;
                let freed = end_place(tx, (&recording, &course), now).await?;
                observe(tx, &recording, now).await?;
                let centre = &recording.scene.centre;
                certify(
                    tx,
                    (&sealer, &issuer),
                    (&recording.new, &earlier),
                    (&named, centre),
                    now,
                )
                .await?;
                let message = openings
                    .addressee
                    .map(|addressee| recording.message().for_household(addressee));
                let mut queued = queue(tx, &sealer, message, now).await?;
                queued.extend(
                    openings
                        .spares
                        .tell(tx, &sealer, (&[subject], &freed), now)
                        .await?,
                );
                count_person(tx, &recording, &named, now).await?;
                Ok::<_, Refusal>((recording.answer(), freed, queued))
            })
        });
        let (answer, freed, queued) = written.await?;
        if !freed.is_empty() {
            self.reload(freed.iter().map(|claim| claim.session).collect())
                .await;
        }
        self.deliver_now(&queued).await;
        Ok(RecordedDose { event, answer })
    }

    /// Over everything that was asked to be recorded, so that a repeated post is told from a different one.
    fn request_mac(&self, key: EncounterKey, dose: &Dose, timed: Timed) -> [u8; 32] {
        let given_at = dose.given_at.micros().to_be_bytes();
        self.0.sealer.keys.mac(
            MacKind::Recording,
            &[
                key.id.as_bytes(),
                &dose.number.code().to_be_bytes(),
                dose.vaccine.name().as_bytes(),
                dose.batch.as_str().as_bytes(),
                dose.vial.0.as_bytes(),
                match timed {
                    Timed::ByHand => &given_at,
                    Timed::OnArrival => &[],
                },
                dose.site.code().as_bytes(),
                dose.reason.as_ref().map_or("", Reason::as_str).as_bytes(),
            ],
        )
    }
}

/// Who says when the dose was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timed {
    ByHand,
    /// The clock, when the request came.
    OnArrival,
}

/// A dose on its way into the record.
struct Recording {
    encounter: Encounter,
    scene: Scene,
    new: NewDose,
    reason: Option<Reason>,
    recorded: Recorded,
    held: Option<HeldFrom>,
}

/// The held dose that is being recorded.
#[derive(Debug, Clone)]
pub(crate) struct HeldFrom {
    pub(crate) key: HeldKey,
    pub(crate) at: Timestamp,
    pub(crate) source: Source,
    /// Who gave it, when that is not who typed it.
    pub(crate) given_by: Option<StaffCode>,
}

impl HeldFrom {
    fn entered(&self) -> Entered {
        match self.source {
            Source::Form | Source::Phone => Entered::Held { at: self.at },
            Source::Paper => Entered::FromPaper { at: self.at },
        }
    }
}

/// What the recording transaction may open, and whom to write to.
struct Openings {
    rules: Receipt,
    others: Others,
    spares: Spares,
    certificate: Receipt,
    addressee: Option<Addressee>,
}

impl Recording {
    /// As the stock of the centre sees it.
    /// Flags a dose that no rule allows or that the stock speaks against. A year of birth that leaves the age open is the
    /// health worker's decision, who has the document in hand.
    fn judge(
        &mut self,
        known: (&OpenedPerson, &[Given]),
        lists: &[Membership],
        stock: &[Objection],
    ) -> Result<(), Refusal> {
        let facts = &self.new.facts;
        let asked = (facts.given_at.date(), facts.vaccine);
        let answer = advice(known, lists, &self.scene, asked)?;
        let against = against(&answer, (&self.new, self.scene.session.vaccine), stock);
        let Some((rule, finding)) = against else {
            return Ok(());
        };
        let Some(reason) = &self.reason else {
            return Err(Refusal::OffProtocol { explanation: finding });
        };
        self.new.facts.off_protocol = Some(OffProtocol {
            rule,
            finding,
            reason: reason.as_str().to_owned(),
        });
        Ok(())
    }

    fn answer(&self) -> Answered {
        match self.new.facts.off_protocol {
            Some(_) => Answered::OffProtocol,
            None => Answered::OnProtocol,
        }
    }

    fn message(&self) -> Message {
        Message::DoseRecorded {
            vaccine: self.new.facts.vaccine.name().to_owned(),
            centre: self.scene.centre.name.to_string(),
            date: self.new.facts.given_at.date(),
        }
    }
}

/// A dose as the stock of its centre sees it.
pub(crate) fn taken(new: &NewDose) -> Taken {
    let facts = &new.facts;
    Taken {
        centre: facts.centre,
        key: BatchKey {
            vaccine: facts.vaccine,
            batch: facts.batch.clone(),
        },
        given_at: facts.given_at,
        event: new.id,
    }
}

/// What speaks against a dose at a session of this vaccine, and by which rule: the rules first, then the stock.
pub(crate) fn against(
    answer: &Answer,
    (new, planned): (&NewDose, Vaccine),
    stock: &[Objection],
) -> Option<(String, String)> {
    let of_rules = objection(answer, new, planned);
    let rule = match of_rules {
        Some(_) => answer.rule.id.to_string(),
        None => STOCK.to_owned(),
    };
    let of_stock = stock.iter().map(ToString::to_string);
    let findings: Vec<String> = of_rules.into_iter().chain(of_stock).collect();
    (!findings.is_empty()).then(|| (rule, findings.join(" ")))
}

fn objection(answer: &Answer, new: &NewDose, planned: Vaccine) -> Option<String> {
    if !answer.verdict.may_book() {
        return Some(answer.explanation());
    }
    if answer.dose != new.dose {
        return Some(format!(
            "The dose that is due is {}, not {}.",
            answer.dose, new.dose
        ));
    }
    let given = new.facts.vaccine;
    (given != planned).then(|| format!("This session is for {planned}, not {given}."))
}

/// A repeated post that lost the race looks again, and finds its own answer; another encounter's dose stays another's.
async fn closed_meanwhile(tx: &mut Tx, sealer: &Sealer, ours: &Encounter) -> Refusal {
    match encounter::find(tx, sealer, ours.key, ours.staff).await {
        Ok(Some(now)) if now.recorded.is_some() => StoreError::Serialization.into(),
        Ok(_) => Refusal::AlreadyRecorded,
        Err(error) => error.into(),
    }
}

/// Counts the gender and the age group that were opened for the certificate, for the public report.
async fn count_person(
    tx: &mut Tx,
    recording: &Recording,
    named: &OpenedPerson,
    now: Timestamp,
) -> Result<(), StoreError> {
    match cells(named, recording.new.facts.given_at.date()) {
        Some(cells) => report::tally(tx, (recording.scene.centre.district, now.date()), cells).await,
        None => Ok(()),
    }
}

/// Where somebody of this record is counted with a dose of that day; none when gender or age was not opened.
pub(crate) fn cells(person: &OpenedPerson, given: CivilDate) -> Option<(Cell, Cell)> {
    let (gender, born) = (person.gender?, person.birth_year?);
    Some((Cell::of_gender(gender), Cell::of_age(born, given)))
}

/// # Errors
/// `Serialization` when another node recorded it meanwhile: nothing was opened yet.
async fn claim_held(
    tx: &mut Tx,
    sealer: &Sealer,
    held: &HeldFrom,
    encounter: &Encounter,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !held_dose::recorded(tx, held.key, now).await? {
        return Err(StoreError::Serialization);
    }
    encounter::insert(tx, sealer, encounter).await
}

/// The visit goes on by itself: under observation since the dose.
async fn observe(tx: &mut Tx, recording: &Recording, now: Timestamp) -> Result<(), StoreError> {
    let (scene, facts) = (&recording.scene, &recording.new.facts);
    let here = (scene.centre.id.number(), scene.session.day);
    let act = (VisitAct::Vaccinate, facts.given_at);
    visit::follow(tx, (here, &facts.staff), &recording.encounter, act, now).await
}

/// Answers what was held where a seat is free again.
async fn end_place(
    tx: &mut Tx,
    (recording, others): (&Recording, &[Subject]),
    now: Timestamp,
) -> Result<Vec<Claim>, StoreError> {
    let encounter = &recording.encounter;
    let subject = (encounter.household, encounter.person);
    let place = (encounter.key.session, encounter.appointment);
    appointment::complete(tx, (subject, others), place, recording.new.dose, now).await
}

fn facts(dose: &Dose, staff: &Staff, held: Option<&HeldFrom>) -> DoseFacts {
    let given_by = held.and_then(|held| held.given_by.as_ref());
    DoseFacts {
        given_at: dose.given_at,
        vaccine: dose.vaccine,
        batch: dose.batch.clone(),
        vial: dose.vial.0.clone(),
        site: dose.site,
        centre: staff.centre,
        staff: given_by.map_or_else(|| staff.code.clone(), |code| code.as_str().to_owned()),
        entered: held.map_or(Entered::WithTheRecord, HeldFrom::entered),
        off_protocol: None,
    }
}

fn repeated(before: &Recorded, request_mac: &[u8; 32]) -> Result<RecordedDose, Refusal> {
    if pramaan_keys::equal(&before.request_mac, request_mac) {
        Ok(RecordedDose {
            event: before.event,
            answer: Answered::Repeated,
        })
    } else {
        Err(Refusal::AlreadyRecorded)
    }
}

/// # Errors
/// `Invalid` with the field `given_at` for another day than that of `now`, or later.
pub(crate) fn check_time(given_at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let invalid = |sentence: &str| {
        Err(Refusal::Invalid {
            field: "given_at",
            sentence: sentence.to_owned(),
        })
    };
    if given_at > now {
        return invalid("this time lies ahead: give the time at which the dose was given");
    }
    if given_at.date() != now.date() {
        return invalid("a dose is recorded on the day on which it is given");
    }
    Ok(())
}
