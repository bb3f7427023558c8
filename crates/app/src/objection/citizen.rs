//! The person's side: which entries can be objected to, and writing it down.

use pramaan_domain::access::{ActorClass, Basis, Purpose};
use pramaan_domain::id::ObjectionId;
use pramaan_domain::objection::{Ground, OPEN_AT_MOST, Words, due};
use pramaan_domain::time::Timestamp;
use pramaan_store::access_log::{self, Cursor, InLog, Listed, ListedAccess, Part};
use pramaan_store::member::Subject;
use pramaan_store::objection::{self, Added, Against, Case, CaseKey, Objection};
use pramaan_store::{Receipt, Sealer, Tx, person, staff};

use crate::access_list::{Line, OWN_LIST, PAGE, line};
use crate::principal::Citizen;
use crate::{App, Refusal};

/// What a person objects to. `before` is the page of the list on which the entry stood.
#[derive(Debug, Clone)]
pub struct Objecting {
    pub index: u64,
    pub before: Option<Cursor>,
    pub ground: Ground,
    pub words: Words,
}

/// In whose list the entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The member at this place of the household's list, from 1.
    Member(usize),
    /// Whoever a printed card is of, by which this login came.
    CardHolder,
}

/// Whether an entry as it stands can be objected to: any that is not the household's own look, for which there is "was this
/// you?". A use of a printed card may be anybody's who copied it. What somebody altered can be objected to whatever it says.
pub fn may_object(line: &Line) -> bool {
    line.class != ActorClass::Citizen || line.basis == Basis::AnothersWord || line.card().is_some()
}

impl App {
    /// The entry that somebody is about to object to, with one access entry for the look.
    ///
    /// # Errors
    /// `NoEntry` when it is not on that page of the list, or is the household's own look; as
    /// [`access_list`](Self::access_list).
    pub async fn objectionable(
        &self,
        citizen: &Citizen,
        whose: Whose,
        (index, before): (u64, Option<Cursor>),
        request: &'static str,
    ) -> Result<Line, Refusal> {
        let (_, receipt) = self.list_receipt(citizen, whose, request).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let listed = self.0.db.read("app::objection::look", move |tx| {
            let part = Part { before, limit: PAGE };
            Box::pin(async move { access_log::list(tx, &sealer, receipt, part, now).await })
        });
        Ok(line(entry_at(&listed.await?, index)?).0)
    }

    /// Writes an objection down and puts it on the district's list; answers until when the district has to answer. The same
    /// entry objected to twice is objected to once.
    ///
    /// # Errors
    /// `NoEntry` as above; `TooManyObjections` when [`OPEN_AT_MOST`] of this person's wait for an answer.
    pub async fn object(
        &self,
        citizen: &Citizen,
        whose: Whose,
        objecting: Objecting,
        request: &'static str,
    ) -> Result<Timestamp, Refusal> {
        let (subject, receipt) = self.list_receipt(citizen, whose, request).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let written = self.0.db.write("app::objection::object", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                let part = Part {
                    before: objecting.before,
                    limit: PAGE,
                };
                let listed = access_log::list(tx, &sealer, receipt, part, now).await?;
                write(tx, &sealer, subject, (&listed, objecting), now).await
            })
        });
        written.await
    }

    /// For the list and what was objected to in it: no name is opened, and no other field.
    async fn list_receipt(
        &self,
        citizen: &Citizen,
        whose: Whose,
        request: &'static str,
    ) -> Result<(Subject, Receipt), Refusal> {
        let place = match whose {
            Whose::CardHolder => return self.list_receipt_by_card(citizen, request).await,
            Whose::Member(place) => place,
        };
        let member = self.sighted_at(citizen, place).await?;
        if !member.is_seen() {
            return Err(Refusal::PrivateMember);
        }
        let cause = citizen.cause(Purpose::OwnAccessList, OWN_LIST, request);
        let receipt = self.receipts_seen(&cause, &[member]).await?.pop();
        Ok((member.subject(), receipt.ok_or(Refusal::UnknownBeneficiary)?))
    }
}

fn entry_at(listed: &Listed, index: u64) -> Result<&ListedAccess, Refusal> {
    let found = listed.entries.iter().find(|entry| entry.index == index);
    let objectionable =
        |entry: &&ListedAccess| entry.in_log == InLog::Otherwise || may_object(&line(entry).0);
    found.filter(objectionable).ok_or(Refusal::NoEntry)
}

async fn write(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    (listed, objecting): (&Listed, Objecting),
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let entry = entry_at(listed, objecting.index)?;
    if let Some(before) = listed.objections.iter().find(|one| one.index == entry.index) {
        return Ok(due(before.made_at));
    }
    let open = objection::open_of_person(tx, subject).await?;
    if usize::try_from(open).is_ok_and(|open| open >= OPEN_AT_MOST) {
        return Err(Refusal::TooManyObjections);
    }
    let new = Objection {
        index: entry.index,
        ground: objecting.ground,
        words: objecting.words,
        detail: entry.detail.clone(),
        made_at: now,
        answer: None,
    };
    if objection::make(tx, sealer, subject, &new).await? == Added::Before {
        return Ok(due(now));
    }
    let (id, staff) = (ObjectionId::from_random(sealer.random()), &entry.detail.staff);
    let district = answering(tx, sealer, (district_of(listed, entry), staff)).await?;
    let case = Case {
        key: CaseKey { district, id },
        household: subject.0,
        person: subject.1,
        index: entry.index,
        against: Against::new(sealer, id, staff),
        made_at: now,
        answered_at: None,
    };
    objection::insert_case(tx, sealer, &case).await?;
    Ok(due(now))
}

/// A district answers when it has an officer other than whoever looked; otherwise all districts see it, which is 0.
async fn answering(tx: &mut Tx, sealer: &Sealer, (district, looked): (i64, &str)) -> Result<i64, Refusal> {
    let officers = staff::officers_of(tx, sealer, district).await?;
    let answers = officers.iter().any(|officer| officer.code.as_str() != looked);
    Ok(if answers { district } else { 0 })
}

/// Who is to answer: the district of whoever looked. Partners, jobs and commands have none: then that which had to do with the
/// person last, or, when none ever had, 0 for all.
fn district_of(listed: &Listed, entry: &ListedAccess) -> i64 {
    let of = |entry: &ListedAccess| (entry.detail.district != 0).then_some(entry.detail.district);
    let found = of(entry).or_else(|| listed.entries.iter().find_map(of));
    found.unwrap_or(0).into()
}
