//! Who read my record: the person's own list, told so that it can be understood.
//!
//! Reads by staff and partners stand one by one. What the person's own devices read is folded into one line, except the
//! first read by a device that was not seen before, which comes on top. Machine reads are folded by purpose and month.

use std::collections::{BTreeMap, HashSet};

use chrono::Datelike;
use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::access_log::{self, ListedAccess};

use crate::principal::Citizen;
use crate::{App, Refusal};

/// Entries read for one page at most.
const LONGEST: u32 = 2_000;

/// The list of one person, in the order in which it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessList {
    /// First reads by devices that had not been seen before, newest first.
    pub new_devices: Vec<Line>,
    /// Staff, partners and everybody else who is not the person, newest first.
    pub others: Vec<Line>,
    /// The person's own reads, and machine reads by purpose and month.
    pub folded: Vec<Folded>,
}

/// One read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub at: Timestamp,
    /// Position in the log.
    pub index: u64,
    pub class: ActorClass,
    pub basis: Basis,
    pub purpose: Purpose,
    pub fields: FieldSet,
    /// Centre or partner number; 0 for none.
    pub organisation: u64,
    /// CoWIN district id; 0 for none.
    pub district: u32,
    pub staff: String,
    pub reason: Option<String>,
}

/// Many reads of one sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    pub class: ActorClass,
    pub purpose: Purpose,
    pub year: i32,
    pub month: u32,
    pub count: usize,
    pub last: Timestamp,
    /// Everything that was opened in any of them.
    pub fields: FieldSet,
}

impl App {
    /// The list of one member. Looking at it is itself an entry, and stands in it.
    pub async fn access_list(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
        request: &'static str,
    ) -> Result<AccessList, Refusal> {
        citizen.require_account()?;
        let person = self.member(citizen, id).await?;
        let fields = FieldSet::of(&[Field::AccessList]);
        let cause = citizen.cause(Purpose::OwnAccessList, fields, request);
        let receipt = self.receipts(&cause, &[(citizen.household, person)]).await?.pop();
        let receipt = receipt.ok_or(Refusal::UnknownBeneficiary)?;
        let (sealer, now) = (self.0.sealer.clone(), self.0.clock.now());
        let listed = self.0.db.read("app::access_list", move |tx| {
            Box::pin(async move { access_log::list(tx, &sealer, receipt, LONGEST, now).await })
        });
        Ok(fold(&listed.await?))
    }
}

/// Sorts entries, given newest first, into what is shown.
fn fold(listed: &[ListedAccess]) -> AccessList {
    let mut list = AccessList::default();
    let mut folds: BTreeMap<(i32, u32, ActorClass, Purpose), Folded> = BTreeMap::new();
    let mut seen = HashSet::new();
    // Oldest first, so that the first read by a device is the first that is met.
    for (line, device) in listed.iter().rev().map(line) {
        match line.class {
            ActorClass::Citizen if seen.insert(device) => list.new_devices.push(line),
            ActorClass::Citizen | ActorClass::Machine => add(&mut folds, &line),
            _ => list.others.push(line),
        }
    }
    list.new_devices.reverse();
    list.others.reverse();
    list.folded = folds.into_values().rev().collect();
    list
}

fn add(folds: &mut BTreeMap<(i32, u32, ActorClass, Purpose), Folded>, line: &Line) {
    let date = line.at.date();
    let key = (date.year(), date.month(), line.class, line.purpose);
    let folded = folds.entry(key).or_insert(Folded {
        class: line.class,
        purpose: line.purpose,
        year: date.year(),
        month: date.month(),
        count: 0,
        last: line.at,
        fields: FieldSet::EMPTY,
    });
    folded.count += 1;
    folded.last = folded.last.max(line.at);
    folded.fields = folded.fields.union(line.fields);
}

/// An entry of a newer program, with words this one does not know, is shown as an operator's: never left out.
fn line(listed: &ListedAccess) -> (Line, String) {
    let detail = &listed.detail;
    let line = Line {
        at: detail.at(),
        index: listed.index,
        class: detail.class().unwrap_or(ActorClass::Operator),
        basis: detail.basis().unwrap_or(Basis::DutyOfLaw),
        purpose: detail.purpose().unwrap_or(Purpose::OwnRecord),
        fields: detail.fields(),
        organisation: detail.organisation,
        district: detail.district,
        staff: detail.staff.clone(),
        reason: detail.reason.clone(),
    };
    (line, detail.device.clone())
}
