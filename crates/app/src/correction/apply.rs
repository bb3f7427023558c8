//! The transactions of a change: the event that takes the place of another, and in the same commit all that follows from it.
//! Of two changes of one event at once, one is done; the other finds it changed, and does nothing.

use pramaan_domain::access::{Basis, Purpose};
use pramaan_domain::id::{DoseId, HouseholdId, MessageId, PersonId, SessionId};
use pramaan_domain::rules::Membership;
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::Objection;
use pramaan_domain::tally::Cell;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::correction::{self, Corrected, Decided, NewProposal, Proposal, To};
use pramaan_store::dose::{Given, NewDose, OffProtocol};
use pramaan_store::dose_change::{self, Changed, Standing};
use pramaan_store::person::{DocumentState, OpenedPerson};
use pramaan_store::{Receipt, Sealer, StoreError, Tx, appointment, claim, person, record, report, stock};

use super::FOR_VOID;
use super::change::Bound;
use crate::certificate::{Issuer, NAMED, certify};
use crate::delivery::machine;
use crate::dose::{FOR_RULES, against, cells, taken};
use crate::encounter::{Scene, advice};
use crate::merge::one_course;
use crate::message::{Addressee, Message, queue};
use crate::open::Cause;
use crate::{App, Refusal, Staff, cohort, visit};

/// A change about to be made.
pub(super) struct Act {
    pub(super) subject: (HouseholdId, PersonId),
    pub(super) event: DoseId,
    pub(super) what: Corrected,
    /// On what the record is open, and why without evidence.
    pub(super) basis: (Basis, Option<Reason>),
    pub(super) changed: Changed,
    pub(super) paper: Paper,
}

/// What is filed with the change.
pub(super) enum Paper {
    /// One person's word was enough.
    Alone(Box<NewProposal>, Bound),
    /// A proposal is approved, by this staff code.
    Approved(Box<Proposal>, String),
}

/// How it went, in a transaction that is kept either way.
type Kept = Result<Vec<MessageId>, Refusal>;

impl App {
    /// Takes the place of a dose with what was really given: its certificate is issued anew, and the person told.
    ///
    /// # Errors
    /// `Superseded`, `NoProposal`; `Unavailable` when the log cannot be written: nothing is opened then, or changed.
    pub(super) async fn apply_correction(
        &self,
        staff: &Staff,
        act: Act,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let scene = self.scene_of(act.subject, act.event).await?;
        let addressee = self.mobile_to_notify(act.subject, request).await?;
        let rules = staff.correction_cause((act.basis.0, act.basis.1.as_ref()), FOR_RULES, request);
        let receipts = self
            .receipts_for([&rules, &certificate_cause(request)], act.subject)
            .await?;
        let others = self.others(act.subject, &rules).await?;
        let (sealer, issuer, now) = (self.0.sealer.clone(), self.0.issuer.clone(), self.now());
        let (event, by) = (DoseId::from_random(sealer.random()), staff.code.clone());
        let written = self.0.db.write("app::correction::correct", move |tx| {
            Box::pin(async move {
                let [rules, certificate] = receipts;
                let course = (act.subject, others.members());
                appointment::lock_for_dose(tx, course, scene.session.id).await?;
                if let Err(refused) = act.file(tx, &sealer, now).await? {
                    return Ok::<Kept, Refusal>(Err(refused));
                }
                let (person, given) = opened(tx, &sealer, rules, now).await?;
                let named = named(tx, &sealer, certificate, now).await?;
                let before = standing(&given, act.event)?;
                let others = others.doses_locked(tx, &sealer, now).await?;
                let earlier = earlier((&given, &others), act.event, act.what.facts.given_at);
                let lists = cohort::lists_at_site(tx, &sealer, [&person]).await?;
                let mut new = act.new_dose(act.subject, event, scene.session.id);
                let from = (before.facts.centre, before.id);
                stock::take_back(tx, &sealer, from, now).await?;
                let stock = stock::use_dose(tx, &sealer, &taken(&new), now).await?;
                let known = ((&person, &*earlier), lists.of(&person), &*stock);
                flag(known, &scene, (&mut new, &act.what.reason))?;
                dose_change::correct(tx, &sealer, (before, &new), &act.changed, now).await?;
                certified(tx, (&sealer, &issuer), (&new, &earlier), (&named, &scene), now).await?;
                let observed = (visit::Change::Facts, new.facts.given_at);
                visit::corrected(tx, (&scene.session, &by), new.person, observed, now).await?;
                Ok(Ok(told(tx, &sealer, addressee, now).await?))
            })
        });
        let queued = written.await??;
        self.deliver_now(&queued).await;
        Ok(())
    }

    /// Ends a dose that was not given: its certificate is withdrawn, its place is free again, and the person told.
    ///
    /// # Errors
    /// As [`apply_correction`](Self::apply_correction).
    pub(super) async fn apply_void(
        &self,
        staff: &Staff,
        act: Act,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let scene = self.scene_of(act.subject, act.event).await?;
        let addressee = self.mobile_to_notify(act.subject, request).await?;
        let cause = staff.correction_cause((act.basis.0, act.basis.1.as_ref()), FOR_VOID, request);
        let [receipt] = self.receipts_for([&cause], act.subject).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let voided = self.0.db.write("app::correction::void", move |tx| {
            Box::pin(async move {
                appointment::lock_for_dose(tx, (act.subject, &[]), scene.session.id).await?;
                if let Err(refused) = act.file(tx, &sealer, now).await? {
                    return Ok::<Kept, Refusal>(Err(refused));
                }
                let counted = void(tx, &sealer, (&act, &scene), receipt, now).await?;
                counted.take_out(tx, &scene).await?;
                Ok(Ok(told(tx, &sealer, addressee, now).await?))
            })
        });
        let queued = voided.await??;
        self.deliver_now(&queued).await;
        Ok(())
    }

    /// Ends a dose of somebody who did not have it, and records it for who did, in one commit; both are told.
    ///
    /// # Errors
    /// As [`apply_correction`](Self::apply_correction); `DocumentAtSite` while the other person's document is disputed.
    pub(super) async fn apply_move(
        &self,
        staff: &Staff,
        (act, to): (Act, To),
        request: &'static str,
    ) -> Result<(), Refusal> {
        let (from, to_subject) = (act.subject, (to.household, to.person));
        let scene = self.scene_of(from, act.event).await?;
        let mut addressees = self.mobiles_to_notify(&[from, to_subject], request).await?;
        let addressees = [from, to_subject].map(|(_, person)| addressees.remove(&person));
        let reason = act.basis.1.as_ref();
        let ends = staff.correction_cause((act.basis.0, reason), FOR_VOID, request);
        let rules = staff.correction_cause((to.basis, reason), FOR_RULES, request);
        let certificate = certificate_cause(request);
        let wanted = [(&ends, from), (&rules, to_subject), (&certificate, to_subject)];
        let receipts = self.receipts_each(&wanted).await?;
        let receipts: [Receipt; 3] = receipts.try_into().map_err(|_| Refusal::Forbidden)?;
        let others = self.others(to_subject, &rules).await?;
        let spares = self.spares(others.members(), act.what.number, request).await?;
        let (sealer, issuer, now) = (self.0.sealer.clone(), self.0.issuer.clone(), self.now());
        let (event, by) = (DoseId::from_random(sealer.random()), staff.code.clone());
        let moved = self.0.db.write("app::correction::move", move |tx| {
            Box::pin(async move {
                let [ends, rules, certificate] = receipts;
                let course = others.members().to_vec();
                // Both ends and the course that gets the dose, in one go: everybody locks in one order.
                let both = [&[from], &*course].concat();
                appointment::lock_for_dose(tx, (to_subject, &both), scene.session.id).await?;
                if let Err(refused) = act.file(tx, &sealer, now).await? {
                    return Ok::<_, Refusal>(Err(refused));
                }
                let counted = void(tx, &sealer, (&act, &scene), ends, now).await?;
                let (person, given) = opened(tx, &sealer, rules, now).await?;
                if person.document_state == DocumentState::Disputed {
                    return Err(Refusal::DocumentAtSite);
                }
                let named = named(tx, &sealer, certificate, now).await?;
                let others = others.doses_locked(tx, &sealer, now).await?;
                let earlier = earlier((&given, &others), event, act.what.facts.given_at);
                let lists = cohort::lists_at_site(tx, &sealer, [&person]).await?;
                let mut new = act.new_dose(to_subject, event, scene.session.id);
                let stock = stock::use_dose(tx, &sealer, &taken(&new), now).await?;
                let known = ((&person, &*earlier), lists.of(&person), &*stock);
                flag(known, &scene, (&mut new, &act.what.reason))?;
                dose_change::bring(tx, &sealer, &new, &act.changed, now).await?;
                let (to, here) = ((to_subject, &*course), scene.session.id);
                let freed = appointment::complete_at(tx, to, here, new.dose, now).await?;
                certified(tx, (&sealer, &issuer), (&new, &earlier), (&named, &scene), now).await?;
                let observed = (visit::Change::Person, new.facts.given_at);
                visit::corrected(tx, (&scene.session, &by), new.person, observed, now).await?;
                // After the day, as a dose that is recorded counts: the cells are the whole district's.
                counted.take_out(tx, &scene).await?;
                if let Some(cells) = cells(&named, new.facts.given_at.date()) {
                    report::tally(tx, (scene.centre.district, now.date()), cells).await?;
                }
                let mut queued = Vec::new();
                for addressee in addressees {
                    queued.extend(told(tx, &sealer, addressee, now).await?);
                }
                queued.extend(
                    spares
                        .tell(tx, &sealer, (&[from, to_subject], &freed), now)
                        .await?,
                );
                Ok(Ok((freed, queued)))
            })
        });
        let (freed, queued) = moved.await??;
        if !freed.is_empty() {
            self.reload(freed.iter().map(|claim| claim.session).collect())
                .await;
        }
        self.deliver_now(&queued).await;
        Ok(())
    }

    /// Session, centre and, as far as the household still has its booking, the day of booking of an event.
    async fn scene_of(&self, subject: (HouseholdId, PersonId), event: DoseId) -> Result<Scene, Refusal> {
        let sealer = self.0.sealer.clone();
        let found = self.0.db.read("app::correction::scene", move |tx| {
            Box::pin(async move {
                let event = dose_change::find(tx, &sealer, subject, event).await?;
                let at = event.ok_or(Refusal::UnknownBeneficiary)?.session;
                let claims = claim::of_people(tx, &[subject]).await?;
                let booked = claims.into_iter().find(|claim| claim.session == at);
                Ok::<_, Refusal>((at, booked.map(|claim| claim.booked_on)))
            })
        });
        let (at, booked_on): (SessionId, Option<CivilDate>) = found.await?;
        let scene = self
            .scene_at(at, booked_on.unwrap_or_else(|| self.today()))
            .await?;
        Ok(Scene {
            booked_on: booked_on.unwrap_or(scene.session.day),
            ..scene
        })
    }
}

impl Act {
    /// Files the change, unless its event was changed meanwhile: then nothing is to be done, and a proposal ends so.
    async fn file(
        &self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, Refusal> {
        let found = dose_change::find(tx, sealer, self.subject, self.event).await?;
        let stands = found.is_some_and(|found| found.standing == Standing::Stands);
        match &self.paper {
            Paper::Alone(..) if !stands => Ok(Err(Refusal::Superseded)),
            Paper::Alone(new, bound) => {
                bound.check(tx).await?;
                correction::propose(tx, sealer, (**new).clone()).await?;
                Ok(Ok(()))
            }
            Paper::Approved(proposal, by) => {
                let decided = match stands {
                    true => Decided::Approved,
                    false => Decided::Overtaken,
                };
                let first = correction::decide(tx, sealer, (proposal, by), &decided, now).await?;
                Ok(match (first, stands) {
                    (false, _) => Err(Refusal::NoProposal),
                    (true, false) => Err(Refusal::Superseded),
                    (true, true) => Ok(()),
                })
            }
        }
    }

    fn new_dose(
        &self,
        (household, person): (HouseholdId, PersonId),
        id: DoseId,
        session: SessionId,
    ) -> NewDose {
        NewDose {
            household,
            person,
            id,
            dose: self.what.number,
            session,
            facts: self.what.facts.clone(),
        }
    }
}

/// In which cells of the report a dose that ended was counted, and when.
struct Counted(Option<(Timestamp, (Cell, Cell))>);

impl Counted {
    async fn take_out(self, tx: &mut Tx, scene: &Scene) -> Result<(), StoreError> {
        match self.0 {
            Some((at, cells)) => report::untally(tx, (scene.centre.district, at.date()), cells).await,
            None => Ok(()),
        }
    }
}

/// Voids the dose of an act: the event, what the stock and the session count of it, and the place. What is left to do is to
/// take it out of the report.
async fn void(
    tx: &mut Tx,
    sealer: &Sealer,
    (act, scene): (&Act, &Scene),
    receipt: Receipt,
    now: Timestamp,
) -> Result<Counted, Refusal> {
    let (person, given) = opened(tx, sealer, receipt, now).await?;
    let before = standing(&given, act.event)?;
    // The stock before the counts of the session, as with a dose that is recorded.
    stock::take_back(tx, sealer, (before.facts.centre, before.id), now).await?;
    let id = DoseId::from_random(sealer.random());
    dose_change::void(tx, sealer, (act.subject, before, id), &act.changed, now).await?;
    let counted = dose_change::first_recorded_at(tx, sealer, act.subject, before.root).await?;
    appointment::reopen(tx, act.subject, (scene.session.id, scene.session.day), now).await?;
    Ok(Counted(counted.zip(cells(&person, before.on()))))
}

async fn opened(
    tx: &mut Tx,
    sealer: &Sealer,
    receipt: Receipt,
    now: Timestamp,
) -> Result<(OpenedPerson, Vec<Given>), Refusal> {
    let opened = record::open(tx, sealer, vec![receipt], now).await?.pop();
    opened.ok_or(Refusal::UnknownBeneficiary)
}

async fn named(
    tx: &mut Tx,
    sealer: &Sealer,
    receipt: Receipt,
    now: Timestamp,
) -> Result<OpenedPerson, Refusal> {
    let named = person::open(tx, sealer, vec![receipt], now).await?.pop();
    named.ok_or(Refusal::UnknownBeneficiary)
}

async fn told(
    tx: &mut Tx,
    sealer: &Sealer,
    addressee: Option<Addressee>,
    now: Timestamp,
) -> Result<Vec<MessageId>, StoreError> {
    let message = addressee.map(|addressee| Message::DoseCorrected.for_household(addressee));
    queue(tx, sealer, message, now).await
}

async fn certified(
    tx: &mut Tx,
    (sealer, issuer): (&Sealer, &Issuer),
    doses: (&NewDose, &[Given]),
    (named, scene): (&OpenedPerson, &Scene),
    now: Timestamp,
) -> Result<(), Refusal> {
    certify(tx, (sealer, issuer), doses, (named, &scene.centre), now).await
}

/// Flags a dose that no rule allows as of the corrected facts, or that the stock speaks against. Why it was given stays; else
/// why it was corrected is kept.
fn flag(
    (known, lists, stock): ((&OpenedPerson, &[Given]), &[Membership], &[Objection]),
    scene: &Scene,
    (new, reason): (&mut NewDose, &Reason),
) -> Result<(), Refusal> {
    let asked = (new.facts.given_at.date(), new.facts.vaccine);
    let answer = advice(known, lists, scene, asked)?;
    let before = new.facts.off_protocol.take();
    let against = against(&answer, (new, scene.session.vaccine), stock);
    new.facts.off_protocol = against.map(|(rule, finding)| OffProtocol {
        rule,
        finding,
        reason: before.map_or_else(|| reason.as_str().to_owned(), |before| before.reason),
    });
    Ok(())
}

/// # Errors
/// `Serialization`: it stood a moment ago, under this lock.
fn standing(given: &[Given], event: DoseId) -> Result<&Given, StoreError> {
    let found = given.iter().find(|given| given.id == event);
    found.ok_or(StoreError::Serialization)
}

/// The other doses of the course that were given before.
fn earlier((own, others): (&[Given], &[Given]), event: DoseId, at: Timestamp) -> Vec<Given> {
    let mut course = one_course(own, others);
    course.retain(|given| given.id != event && given.facts.given_at <= at);
    course
}

fn certificate_cause(request: &'static str) -> Cause {
    Cause {
        actor: machine(),
        basis: Basis::DutyOfLaw,
        purpose: Purpose::Certificate,
        fields: NAMED,
        request,
        reason: None,
    }
}
