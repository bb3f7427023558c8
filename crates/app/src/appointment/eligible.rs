//! Whether the rules let members have a dose at a session, and which dose that is.

use std::collections::HashMap;

use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_domain::birth::Birth;
use pramaan_domain::dose::{DoseNumber, GivenDose};
use pramaan_domain::rules::{self, Channel, Comorbid, Membership, Question};
use pramaan_domain::session::{Covers, Quota};
use pramaan_store::dose::Given;
use pramaan_store::member::Subject;
use pramaan_store::person::{Comorbidity, OpenedPerson};
use pramaan_store::{person, record};

use super::elsewhere::{Records, Unopened};
use super::{Seating, Venue};
use crate::delivery::notification;
use crate::merge::rules_cause;
use crate::message::Addressee;
use crate::{App, Refusal, cohort};

/// What the rules decide by.
pub(crate) const PARTICULARS: FieldSet = FieldSet::of(&[
    Field::BirthYear,
    Field::BirthDate,
    Field::Comorbidity,
    Field::Group,
    Field::Doses,
]);

/// What may be booked, and the number to write to.
pub(super) struct Due {
    pub(super) dose: DoseNumber,
    pub(super) addressee: Option<Addressee>,
    pub(super) records: Records,
}

impl App {
    /// The dose that is due for all these members on the session's day, of its vaccine, through its channel; and the
    /// mobile of the first, opened in the same commit of the log, so that a booking waits for the log once.
    ///
    /// A year of birth that leaves the age open may book; the verifier at the site decides. So may who is `declaring` a
    /// comorbidity that a rule wants.
    ///
    /// # Errors
    /// `NotEligible` with the deciding rule, `OutsideAgeBand`, `DifferentDoses`; `AnotherRecord` where a record that the
    /// phone does not show decides.
    pub(super) async fn dose_due(
        &self,
        seating: &Seating,
        venue: &Venue,
        (members, declaring): (&[Subject], &[Subject]),
        request: &'static str,
    ) -> Result<Due, Refusal> {
        let to_notify = notification(request);
        let sight = |subject: &Subject| seating.among.iter().find(|one| one.subject() == *subject);
        let causes: Vec<_> = members
            .iter()
            .map(|subject| match sight(subject) {
                Some(one) => seating.cause.seen(one.sight),
                None => seating.cause.clone(),
            })
            .collect();
        let ruled = causes.iter().zip(members.iter().copied());
        let notified = members.first().map(|subject| (&to_notify, *subject));
        let wanted: Vec<_> = ruled.chain(notified).collect();
        let mut receipts = self.receipts_each(&wanted).await?;
        let to_notify = receipts.split_off(members.len());
        let mut courses = Vec::new();
        for subject in members {
            let of_course = rules_cause(Purpose::Booking, request);
            let others = self.others(*subject, &of_course).await?;
            courses.push((subject.1, Unopened::new(others, |other| seating.shows(other))));
        }
        let records = match courses.iter().all(|(_, course)| course.unseen.is_empty()) {
            true => Records::AllShown,
            false => Records::SomeElsewhere,
        };
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let (household, quota) = (seating.household, seating.quota);
        let opened = self.0.db.read("app::appointment::particulars", move |tx| {
            Box::pin(async move {
                let people = record::open(tx, &sealer, receipts, now).await?;
                let opened = people.iter().map(|(person, _)| person);
                let lists = match quota {
                    Quota::Online => cohort::lists(tx, &sealer, household, opened).await?,
                    Quota::WalkIn => cohort::lists_at_site(tx, &sealer, opened).await?,
                };
                let notified = person::open(tx, &sealer, to_notify, now).await?;
                let mut others = HashMap::new();
                for (person, course) in courses {
                    others.insert(person, course.doses(tx, &sealer, now).await?);
                }
                Ok::<_, Refusal>(((people, others), lists, notified))
            })
        });
        let ((opened, others), lists, notified) = opened.await?;
        if opened.len() != members.len() {
            return Err(Refusal::UnknownBeneficiary);
        }
        let mut due = None;
        for (person, given) in &opened {
            let declares = declaring.contains(&(person.household, person.person));
            let decide = |doses: &[Given]| {
                let question = self.question(person, doses.iter().map(Given::for_rules).collect())?;
                let question = Question {
                    comorbid: if declares {
                        Comorbid::Yes
                    } else {
                        question.comorbid
                    },
                    ..question
                };
                at_session(&question, lists.of(person), venue)
            };
            let dose = match others.get(&person.person) {
                Some(elsewhere) => elsewhere.due(given, decide)?,
                None => decide(given)?,
            };
            if due.is_some_and(|due| due != dose) {
                return Err(Refusal::DifferentDoses);
            }
            due = Some(dose);
        }
        Ok(Due {
            dose: due.ok_or(Refusal::UnknownBeneficiary)?,
            addressee: notified.first().and_then(Addressee::of),
            records,
        })
    }

    fn question(&self, person: &OpenedPerson, doses: Vec<GivenDose>) -> Result<Question, Refusal> {
        let by_year = person.birth_year.map(Birth::Year);
        let birth = person
            .birth_date
            .map(Birth::Date)
            .or(by_year)
            .ok_or(Refusal::UnknownBeneficiary)?;
        let today = self.now().date();
        let comorbid = match person.comorbidity {
            Some(Comorbidity::Declared) => Comorbid::Yes,
            Some(Comorbidity::None) | None => Comorbid::No,
        };
        Ok(Question {
            comorbid,
            doses,
            booked_on: Some(today),
            ..Question::new(today, birth)
        })
    }
}

fn at_session(question: &Question, lists: &[Membership], venue: &Venue) -> Result<DoseNumber, Refusal> {
    let session = &venue.session.session;
    let channel = Channel::from(venue.centre.kind);
    let answer = rules::best(question, lists, session.day, |question| {
        rules::for_session(question, session.day, session.vaccine, channel)
    });
    if !answer.verdict.may_book() {
        return Err(Refusal::NotEligible(Box::new(answer)));
    }
    match session.ages.covers(question.birth, session.day) {
        Covers::No => Err(Refusal::OutsideAgeBand),
        Covers::Yes | Covers::Perhaps => Ok(answer.dose),
    }
}
