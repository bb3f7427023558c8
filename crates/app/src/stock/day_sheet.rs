//! The sheet of a day: what each batch began with, what came and went, and what was counted.

use std::collections::BTreeMap;

use pramaan_domain::stock::{Account, BatchKey, Ledger, Side, Waste};
use pramaan_domain::time::CivilDate;
use pramaan_store::stock::{self, Count, Discrepancy, Moved};

use super::{Place, told_of};
use crate::{App, Refusal, Staff};

/// A centre's day by its ledger. An entry is of the day on which it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySheet {
    pub day: CivilDate,
    /// Batches that had doses or of which something moved.
    pub lines: Vec<SheetLine>,
    /// Where what is kept beside the entries is not their sum: empty unless something is broken.
    pub discrepancies: Vec<Discrepancy>,
}

/// One batch of it, in doses. `opening + received + found + untracked = used + returned + wasted + closing`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    pub key: BatchKey,
    pub opening: i64,
    /// Less what was taken back of receipts.
    pub received: i64,
    pub found: i64,
    /// Given though the ledger had none.
    pub untracked: i64,
    /// Those untracked included.
    pub used: i64,
    pub returned: i64,
    /// Those with doses only.
    pub wasted: Vec<(Waste, i64)>,
    pub closing: i64,
    /// Of what is there at the close, in open vials.
    pub open: i64,
    /// The day's last count, with what the ledger had before it.
    pub counted: Option<Count>,
}

impl SheetLine {
    /// Counted less expected; none when nobody counted.
    pub fn variance(&self) -> Option<i64> {
        self.counted.as_ref().map(|count| count.counted - count.expected)
    }
}

impl App {
    /// The sheet of a day at the centre of this member of staff. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden`, `OffRoster`.
    pub async fn day_sheet(&self, staff: &Staff, day: CivilDate) -> Result<DaySheet, Refusal> {
        let place = Place::of(self, staff);
        let found = self.0.db.read("app::stock::day_sheet", move |tx| {
            Box::pin(async move {
                place.require(tx).await?;
                let moved = stock::day_sums(tx, place.centre, day).await?;
                let counts = stock::counts_of_day(tx, place.centre, day).await?;
                Ok::<_, Refusal>((moved, counts, stock::check(tx, place.centre).await?))
            })
        });
        let (moved, counts, discrepancies) = found.await?;
        told_of(&discrepancies, place.centre);
        Ok(DaySheet {
            day,
            lines: lines(moved, counts),
            discrepancies,
        })
    }
}

/// The lines of a sheet, from what moved and what was counted.
pub(crate) fn lines(moved: Vec<Moved>, counts: Vec<Count>) -> Vec<SheetLine> {
    let mut batches: BTreeMap<BatchKey, Vec<Moved>> = BTreeMap::new();
    for one in moved {
        batches.entry(one.key.clone()).or_default().push(one);
    }
    let lines = batches.into_iter().map(|(key, moved)| {
        let counted = counts.iter().rev().find(|count| count.key == key).cloned();
        SheetLine::new(key, &moved, counted)
    });
    lines.filter(|line| !line.is_empty()).collect()
}

impl SheetLine {
    fn new(key: BatchKey, moved: &[Moved], counted: Option<Count>) -> Self {
        let before = changes(moved, |one| one.before);
        let on_day = changes(moved, |one| one.on_day);
        let wasted = Waste::ALL.map(|waste| (waste, on_day.balance(Account::Wasted(waste))));
        Self {
            opening: held(&before),
            received: -on_day.balance(Account::Received),
            found: -on_day.balance(Account::Found),
            untracked: -on_day.balance(Account::Untracked),
            used: on_day.balance(Account::Used),
            returned: on_day.balance(Account::Returned),
            wasted: wasted.into_iter().filter(|(_, doses)| *doses != 0).collect(),
            closing: held(&before) + held(&on_day),
            open: before.balance(Account::Open) + on_day.balance(Account::Open),
            counted,
            key,
        }
    }

    fn is_empty(&self) -> bool {
        let moved = [
            self.opening,
            self.received,
            self.found,
            self.untracked,
            self.used,
            self.returned,
            self.closing,
        ];
        moved.iter().all(|doses| *doses == 0) && self.wasted.is_empty() && self.counted.is_none()
    }
}

/// What the movements come to for each account; of one day it may be below zero anywhere.
fn changes(moved: &[Moved], doses: impl Fn(&Moved) -> i64) -> Ledger {
    let mut sums: BTreeMap<Account, i64> = BTreeMap::new();
    for one in moved {
        *sums.entry(one.source).or_default() -= doses(one);
        *sums.entry(one.target).or_default() += doses(one);
    }
    Ledger::of(sums)
}

fn held(changes: &Ledger) -> i64 {
    let held = changes
        .balances()
        .filter(|(account, _)| account.side() == Side::Held);
    held.map(|(_, doses)| doses).sum()
}
