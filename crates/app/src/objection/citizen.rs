//! The person's side: which entries can be objected to, and writing it down.

use pramaan_domain::access::{ActorClass, Basis, Purpose};
use pramaan_domain::id::ObjectionId;
use pramaan_domain::objection::{Ground, OPEN_AT_MOST, Words, due};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::access_log::{self, Cursor, Listed, ListedAccess, Part};
use pramaan_store::member::Subject;
use pramaan_store::objection::{self, Added, Case, CaseKey, Objection};
use pramaan_store::{Receipt, Sealer, Tx, person};

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

/// Whether an entry can be objected to: any that is not the household's own look. For those there is "was this you?".
pub fn may_object(line: &Line) -> bool {
    line.class != ActorClass::Citizen || line.basis == Basis::AnothersWord
}

impl App {
    /// The entry that somebody is about to object to, with one access entry for the look.
    ///
    /// # Errors
    /// `NoEntry` when it is not on that page of the member's list, or is the household's own look; as
    /// [`access_list`](Self::access_list).
    pub async fn objectionable(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
        (index, before): (u64, Option<Cursor>),
        request: &'static str,
    ) -> Result<Line, Refusal> {
        let (_, receipt) = self.list_receipt(citizen, id, request).await?;
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
        id: ReferenceId,
        objecting: Objecting,
        request: &'static str,
    ) -> Result<Timestamp, Refusal> {
        let (subject, receipt) = self.list_receipt(citizen, id, request).await?;
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

    async fn list_receipt(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
        request: &'static str,
    ) -> Result<(Subject, Receipt), Refusal> {
        citizen.require_account()?;
        let member = self.seen_named(citizen, id).await?;
        let cause = citizen.cause(Purpose::OwnAccessList, OWN_LIST, request);
        let receipt = self.receipts_seen(&cause, &[member]).await?.pop();
        Ok((member.subject(), receipt.ok_or(Refusal::UnknownBeneficiary)?))
    }
}

fn entry_at(listed: &Listed, index: u64) -> Result<&ListedAccess, Refusal> {
    let found = listed.entries.iter().find(|entry| entry.index == index);
    found
        .filter(|entry| may_object(&line(entry).0))
        .ok_or(Refusal::NoEntry)
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
    let case = Case {
        key: CaseKey {
            district: district_of(listed, entry),
            id: ObjectionId::from_random(sealer.random()),
        },
        household: subject.0,
        person: subject.1,
        index: entry.index,
        against: entry.detail.staff.clone(),
        made_at: now,
        answered_at: None,
    };
    objection::insert_case(tx, sealer, &case).await?;
    Ok(due(now))
}

/// Who answers: the district of whoever looked. Partners, jobs and commands have none: then that which had to do with the
/// person last, or, when none ever had, 0 for all.
fn district_of(listed: &Listed, entry: &ListedAccess) -> i64 {
    let of = |entry: &ListedAccess| (entry.detail.district != 0).then_some(entry.detail.district);
    let found = of(entry).or_else(|| listed.entries.iter().find_map(of));
    found.unwrap_or(0).into()
}
