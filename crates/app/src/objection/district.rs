//! The district's side: what waits, one objection at a time, and the answer.

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::id::{MessageId, ObjectionId};
use pramaan_domain::objection::{Standing, Words, due};
use pramaan_domain::time::Timestamp;
use pramaan_store::member::Subject;
use pramaan_store::objection::{self, Added, After, Answer, Case, CaseKey, Found, Waiting, Wanted};
use pramaan_store::{Receipt, Sealer, Tx, person};

use super::Objected;
use crate::message::{Addressee, Message, queue};
use crate::open::Cause;
use crate::{App, Refusal, Staff, StaffRole};

/// Lines of a page of the list.
pub const LISTED: u32 = 100;

/// One line of the list: no word, nobody's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    pub id: ObjectionId,
    pub made_at: Timestamp,
    pub due_at: Timestamp,
    pub standing: Standing,
    pub by: Answerer,
}

/// Whether whoever reads the list may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answerer {
    Reader,
    /// It is about the reader's own look: a colleague answers.
    Colleague,
}

/// A page of a district's list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectionList {
    /// What the reader may open.
    pub lines: Vec<Waits>,
    /// What is about the reader's own looks.
    pub own: Vec<Waits>,
    /// How many lines are not as they were written: somebody has changed the database.
    pub altered: usize,
    /// Where the next page goes on; none on the last.
    pub next: Option<After>,
}

/// One objection on the officer's screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenObjection {
    pub waits: Waits,
    pub objected: Objected,
}

impl App {
    /// A page of the objections of the officer's district. Those that wait stand oldest first, so that what is overdue is on
    /// top. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a district's officer.
    pub async fn objections(
        &self,
        staff: &Staff,
        (wanted, after): (Wanted, Option<After>),
    ) -> Result<ObjectionList, Refusal> {
        let (district, sealer, now) = (own_district(staff)?, self.0.sealer.clone(), self.now());
        let after = after.unwrap_or_else(|| After::beginning(Timestamp::from_micros(i64::MIN)));
        let part = (district, wanted, after);
        let cases = self.0.db.read("app::objection::list", move |tx| {
            Box::pin(async move { objection::cases(tx, &sealer, part, LISTED).await })
        });
        let cases = cases.await?;
        let mut list = ObjectionList {
            next: cases.next,
            ..ObjectionList::default()
        };
        for found in &cases.found {
            match found {
                Found::Altered => list.altered += 1,
                Found::Whole(case) => list.add(Waits::of(case, (staff, &self.0.sealer), now)),
            }
        }
        Ok(list)
    }

    /// How many wait in the officer's district. Opens nothing.
    ///
    /// # Errors
    /// As [`objections`](Self::objections).
    pub async fn objections_waiting(&self, staff: &Staff) -> Result<Waiting, Refusal> {
        let (district, now) = (own_district(staff)?, self.now());
        let waiting = self.0.db.read("app::objection::waiting", move |tx| {
            Box::pin(async move { objection::waiting(tx, district, now).await })
        });
        Ok(waiting.await?)
    }

    /// Opens one objection, answered or not, with an access entry for the person who made it.
    ///
    /// # Errors
    /// `NoObjection` for one of another district, or none; `OwnObjection`, and nothing is opened, for whoever looked;
    /// `Forbidden`; `Unavailable` without the log.
    pub async fn objection(
        &self,
        staff: &Staff,
        id: ObjectionId,
        request: &'static str,
    ) -> Result<OpenObjection, Refusal> {
        let case = self.objection_case(staff, id).await?;
        let receipt = self.objection_receipt(staff, &case, request).await?;
        let (sealer, now, index) = (self.0.sealer.clone(), self.now(), case.index);
        let opened = self.0.db.read("app::objection::open", move |tx| {
            Box::pin(async move { objection::open(tx, &sealer, (receipt, index), now).await })
        });
        Ok(OpenObjection {
            waits: Waits::of(&case, (staff, &self.0.sealer), now),
            objected: Objected::of(opened.await?.ok_or(Refusal::NoObjection)?, now),
        })
    }

    /// Answers an objection, once, and tells the person that there is news.
    ///
    /// # Errors
    /// `AnsweredAlready` when a colleague was first, and as [`objection`](Self::objection).
    pub async fn answer_objection(
        &self,
        staff: &Staff,
        (id, words): (ObjectionId, Words),
        request: &'static str,
    ) -> Result<(), Refusal> {
        let case = self.objection_case(staff, id).await?;
        if case.answered_at.is_some() {
            return Err(Refusal::AnsweredAlready);
        }
        let subject = (case.household, case.person);
        let going = Going {
            addressee: self.mobile_to_notify(subject, request).await?,
            key: case.key,
            subject,
            answer: Answer {
                by: staff.code.clone(),
                words,
                at: self.now(),
            },
        };
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let written = self.0.db.write("app::objection::answer", move |tx| {
            Box::pin(async move { going.write(tx, &sealer, now).await })
        });
        let queued = written.await?;
        self.deliver_now(&queued).await;
        Ok(())
    }

    /// One that the officer's district sees, and that is not about the officer.
    async fn objection_case(&self, staff: &Staff, id: ObjectionId) -> Result<Case, Refusal> {
        let (district, sealer) = (own_district(staff)?, self.0.sealer.clone());
        let found = self.0.db.write("app::objection::find", move |tx| {
            Box::pin(async move {
                for district in [district, 0] {
                    let key = CaseKey { district, id };
                    if let Some(case) = objection::find(tx, &sealer, key).await? {
                        return Ok(Some(case));
                    }
                }
                Ok::<_, Refusal>(None)
            })
        });
        let case = found.await?.ok_or(Refusal::NoObjection)?;
        match case.is_against(&self.0.sealer, &staff.code) {
            true => Err(Refusal::OwnObjection),
            false => Ok(case),
        }
    }

    async fn objection_receipt(
        &self,
        staff: &Staff,
        case: &Case,
        request: &'static str,
    ) -> Result<Receipt, Refusal> {
        let cause = Cause {
            actor: staff.actor(),
            basis: Basis::DutyOfLaw,
            purpose: Purpose::Grievance,
            fields: FieldSet::of(&[Field::Objections]),
            request,
            reason: None,
        };
        let receipts = self.receipts(&cause, &[(case.household, case.person)]).await?;
        receipts.into_iter().next().ok_or(Refusal::NoObjection)
    }
}

impl ObjectionList {
    fn add(&mut self, waits: Waits) {
        match waits.by {
            Answerer::Reader => self.lines.push(waits),
            Answerer::Colleague => self.own.push(waits),
        }
    }
}

impl Waits {
    fn of(case: &Case, (staff, sealer): (&Staff, &Sealer), now: Timestamp) -> Self {
        Self {
            id: case.key.id,
            made_at: case.made_at,
            due_at: due(case.made_at),
            standing: Standing::at(case.made_at, case.answered_at, now),
            by: match case.is_against(sealer, &staff.code) {
                true => Answerer::Colleague,
                false => Answerer::Reader,
            },
        }
    }
}

/// An answer on its way into the record.
struct Going {
    addressee: Option<Addressee>,
    key: CaseKey,
    subject: Subject,
    answer: Answer,
}

impl Going {
    async fn write(self, tx: &mut Tx, sealer: &Sealer, now: Timestamp) -> Result<Vec<MessageId>, Refusal> {
        // The person first, as a deletion locks them.
        person::lock(tx, self.subject).await?;
        let found = objection::find(tx, sealer, self.key).await?;
        let case = found.ok_or(Refusal::NoObjection)?;
        if case.answered_at.is_some() {
            return Err(Refusal::AnsweredAlready);
        }
        match objection::answer(tx, sealer, self.subject, (case.index, &self.answer)).await? {
            Added::Yes => objection::mark_answered(tx, sealer, &case, now).await?,
            Added::Before => return Err(Refusal::AnsweredAlready),
        }
        let message = self
            .addressee
            .map(|to| Message::ObjectionAnswered.for_household(to));
        Ok(queue(tx, sealer, message, now).await?)
    }
}

/// # Errors
/// `Forbidden` for anybody but a district's officer.
fn own_district(staff: &Staff) -> Result<i64, Refusal> {
    match staff.role {
        StaffRole::DistrictAdmin if staff.district > 0 => Ok(staff.district),
        StaffRole::DistrictAdmin | StaffRole::Vaccinator | StaffRole::SiteManager => Err(Refusal::Forbidden),
    }
}
