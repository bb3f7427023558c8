//! What a centre has of one batch, where a dose of it comes from, and what speaks against that.

use super::{Account, Batch, BatchKey, Ledger, Objection, OpenVial, Recall, pick};
use crate::time::{CivilDate, Timestamp};

/// One batch at one centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    pub key: BatchKey,
    /// None when the centre never received it.
    pub batch: Option<Batch>,
    pub ledger: Ledger,
    /// Vials with doses left, in order of their opening.
    pub vials: Vec<OpenVial>,
    pub recall: Option<Recall>,
}

/// Where a dose comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Vial(OpenVial),
    /// A closed vial, which is opened for it.
    NewVial,
    /// There is no other.
    PastTime(OpenVial),
    /// The ledger has none of it.
    Nowhere,
}

impl Shelf {
    /// Of a batch that a centre has nothing of.
    pub fn empty(key: BatchKey) -> Self {
        Self {
            key,
            batch: None,
            ledger: Ledger::default(),
            vials: Vec::new(),
            recall: None,
        }
    }

    /// The vial of a dose given at `at`: one that is open and within its time, else a new one, else one past its time.
    pub fn source(&self, at: Timestamp) -> Source {
        if let Some(vial) = pick(&self.vials, self.key.vaccine, at) {
            return Source::Vial(vial);
        }
        if self.batch.is_some() && self.ledger.balance(Account::OnHand) > 0 {
            return Source::NewVial;
        }
        // Of all that are past their time, the last opened is so for the shortest.
        let left = self.vials.iter().filter(|vial| vial.left > 0);
        match left.max_by_key(|vial| (vial.opened_at, vial.number)) {
            Some(vial) => Source::PastTime(*vial),
            None => Source::Nowhere,
        }
    }

    /// What speaks against a dose given at `at`, most weighty first.
    pub fn objections(&self, at: Timestamp) -> Vec<Objection> {
        let mut found = self.of_the_batch(at.date());
        match self.source(at) {
            Source::Vial(_) | Source::NewVial => {}
            Source::PastTime(_) => found.push(Objection::VialPastTime),
            Source::Nowhere => found.push(Objection::NotOnHand),
        }
        found
    }

    /// Recalled or expired on a day.
    pub fn of_the_batch(&self, on: CivilDate) -> Vec<Objection> {
        let recalled = self.recall.as_ref().filter(|recall| recall.holds(on));
        let recalled = recalled.map(|recall| Objection::Recalled { since: recall.since });
        let expired = self.batch.as_ref().filter(|batch| batch.is_expired(on));
        let expired = expired.map(|batch| Objection::Expired { on: batch.expires_on });
        recalled.into_iter().chain(expired).collect()
    }

    /// Doses that can be planned with for a day: closed vials that are neither expired nor recalled then.
    pub fn plannable_on(&self, day: CivilDate) -> i64 {
        match self.of_the_batch(day).is_empty() {
            true => self.ledger.balance(Account::OnHand),
            false => 0,
        }
    }

    /// Doses in open vials within their time.
    pub fn open_at(&self, at: Timestamp) -> i64 {
        let within = self
            .vials
            .iter()
            .filter(|vial| !vial.is_past(self.key.vaccine, at));
        within.map(|vial| vial.left).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dose::VaccineBatch;
    use crate::stock::{Act, Doses};
    use crate::vaccine::Vaccine;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

    fn shelf(on_hand: i64, open: &[(i64, i64)]) -> Shelf {
        let key = BatchKey {
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("4121Z025").unwrap(),
        };
        let mut ledger = Ledger::default();
        if let Ok(doses) = Doses::new(on_hand) {
            ledger.apply(Act::Receive.of(doses)).unwrap();
        }
        let vials = open
            .iter()
            .zip(1..)
            .map(|((minutes_ago, left), number)| OpenVial {
                number,
                opened_at: NOW.plus_seconds(-60 * minutes_ago),
                left: *left,
            });
        let batch = Batch {
            key: key.clone(),
            expires_on: NOW.date(),
            doses_per_vial: 10,
        };
        Shelf {
            key,
            batch: Some(batch),
            ledger,
            vials: vials.collect(),
            recall: None,
        }
    }

    #[test]
    fn a_dose_is_from_an_open_vial_else_a_new_one_else_one_past_its_time() {
        let vial = |source| match source {
            Source::Vial(vial) => ("open", vial.number),
            Source::NewVial => ("new", 0),
            Source::PastTime(vial) => ("past", vial.number),
            Source::Nowhere => ("nowhere", 0),
        };
        let of = |on_hand, open: &[(i64, i64)]| vial(shelf(on_hand, open).source(NOW));
        assert_eq!(of(10, &[(300, 4), (20, 3)]), ("open", 2));
        assert_eq!(of(10, &[(300, 4)]), ("new", 0));
        assert_eq!(of(0, &[(300, 4), (260, 2)]), ("past", 2));
        assert_eq!(of(0, &[]), ("nowhere", 0));
        assert_eq!(shelf(0, &[(300, 4)]).objections(NOW), [Objection::VialPastTime]);
        assert_eq!(shelf(0, &[]).objections(NOW), [Objection::NotOnHand]);
        assert_eq!(shelf(1, &[]).objections(NOW), []);
    }

    #[test]
    fn an_expired_or_recalled_batch_is_objected_to_from_its_day_on() {
        let mut shelf = shelf(10, &[]);
        let today = NOW.date();
        let tomorrow = today.succ_opt().unwrap();
        assert_eq!(shelf.of_the_batch(today), [], "it is good on its last day");
        assert_eq!(shelf.of_the_batch(tomorrow), [Objection::Expired { on: today }]);
        assert_eq!((shelf.plannable_on(today), shelf.plannable_on(tomorrow)), (10, 0));
        shelf.recall = Some(Recall {
            key: shelf.key.clone(),
            since: today,
            reason: "particles were seen".to_owned(),
        });
        assert_eq!(shelf.of_the_batch(today), [Objection::Recalled { since: today }]);
        assert_eq!(shelf.of_the_batch(today.pred_opt().unwrap()), []);
        assert_eq!(shelf.plannable_on(today), 0);
    }
}
