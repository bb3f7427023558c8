//! Transactions counted by name, for whoever watches the server. Names are of the code, so there are as many as it has, and
//! nothing of a row, a parameter or a person is in them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::error::StoreError;

/// Upper bounds of the histogram, in microseconds.
pub const BOUNDS: [u64; 11] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 10_000_000,
];

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    /// The work said no, or the row was there already: the database is well.
    Refused,
    Serialization,
    Deadlock,
    /// A lock was not free in time.
    Busy,
    /// There was no connection free, and no place to wait, or not in time.
    Crowded,
    /// The connection broke before the commit: nothing was written.
    Lost,
    /// The connection broke under the commit: it may be done or not.
    InDoubt,
    /// No connection; a server that goes, fails over, or gave a statement up.
    Unavailable,
    /// Anything else: a fault of ours, most likely.
    Failed,
    /// Whoever wanted it went away before its end.
    Abandoned,
}

impl Outcome {
    pub const ALL: [Self; 11] = [
        Self::Ok,
        Self::Refused,
        Self::Serialization,
        Self::Deadlock,
        Self::Busy,
        Self::Crowded,
        Self::Lost,
        Self::InDoubt,
        Self::Unavailable,
        Self::Failed,
        Self::Abandoned,
    ];

    /// As it is called in a label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Serialization => "serialization",
            Self::Deadlock => "deadlock",
            Self::Busy => "busy",
            Self::Crowded => "crowded",
            Self::Lost => "lost",
            Self::InDoubt => "in_doubt",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
        }
    }

    /// Where it is in [`Self::ALL`].
    fn place(self) -> Option<usize> {
        Self::ALL.iter().position(|outcome| *outcome == self)
    }

    pub(super) const fn of(error: &StoreError) -> Self {
        match error {
            StoreError::UniqueViolation { .. } => Self::Refused,
            StoreError::Serialization => Self::Serialization,
            StoreError::Busy => Self::Busy,
            StoreError::Crowded => Self::Crowded,
            StoreError::Unavailable { .. } => Self::Unavailable,
            _ => Self::Failed,
        }
    }
}

/// The counts of all transactions of one process, by name.
#[derive(Debug, Default)]
pub(super) struct Metrics(RwLock<BTreeMap<&'static str, Arc<Series>>>);

#[derive(Debug, Default)]
struct Series {
    outcomes: [AtomicU64; Outcome::ALL.len()],
    retried: [AtomicU64; Outcome::ALL.len()],
    micros: AtomicU64,
    buckets: [AtomicU64; BOUNDS.len()],
}

/// One transaction, from its call to its answer: waiting is part of it.
#[derive(Debug)]
pub(super) struct Measured {
    series: Arc<Series>,
    begun: Instant,
    outcome: Outcome,
}

/// The transactions of one name since the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transactions {
    pub name: &'static str,
    /// In the order of [`Outcome::ALL`].
    pub outcomes: [u64; Outcome::ALL.len()],
    /// How many of each of these were followed by another attempt, in the same order.
    pub retried: [u64; Outcome::ALL.len()],
    /// How many took no longer than each of [`BOUNDS`] and longer than the one before.
    pub buckets: [u64; BOUNDS.len()],
    /// All of their times together.
    pub took: Duration,
}

impl Transactions {
    /// How many came to this.
    pub fn count(&self, outcome: Outcome) -> u64 {
        of(outcome, &self.outcomes)
    }

    /// How many attempts that came to this were followed by another.
    pub fn retries(&self, outcome: Outcome) -> u64 {
        of(outcome, &self.retried)
    }

    /// How many there were.
    pub fn all(&self) -> u64 {
        self.outcomes.iter().sum()
    }
}

fn of(outcome: Outcome, counts: &[u64; Outcome::ALL.len()]) -> u64 {
    let of_each = Outcome::ALL.iter().zip(counts);
    of_each
        .filter(|(each, _)| **each == outcome)
        .map(|(_, count)| count)
        .sum()
}

fn add(counters: &[AtomicU64], at: Option<usize>) {
    if let Some(counter) = at.and_then(|at| counters.get(at)) {
        counter.fetch_add(1, Relaxed);
    }
}

impl Metrics {
    pub(super) fn begin(&self, name: &'static str) -> Measured {
        Measured {
            series: self.series(name),
            begun: Instant::now(),
            outcome: Outcome::Abandoned,
        }
    }

    fn series(&self, name: &'static str) -> Arc<Series> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.get(name) {
            return Arc::clone(series);
        }
        drop(known);
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(name).or_default())
    }

    /// Counts an attempt that came to `reason` and is followed by another.
    pub(super) fn retried(&self, name: &'static str, reason: Outcome) {
        add(&self.series(name).retried, reason.place());
    }

    /// By name.
    pub(super) fn transactions(&self) -> Vec<Transactions> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let counted = |(name, series): (&&'static str, &Arc<Series>)| Transactions {
            name,
            outcomes: series.outcomes.each_ref().map(|count| count.load(Relaxed)),
            retried: series.retried.each_ref().map(|count| count.load(Relaxed)),
            buckets: series.buckets.each_ref().map(|count| count.load(Relaxed)),
            took: Duration::from_micros(series.micros.load(Relaxed)),
        };
        all.iter().map(counted).collect()
    }
}

impl Measured {
    /// Notes what it came to; the last note counts.
    pub(super) fn came_to(&mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let micros = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        add(&self.series.outcomes, self.outcome.place());
        add(
            &self.series.buckets,
            BOUNDS.iter().position(|bound| micros <= *bound),
        );
        self.series.micros.fetch_add(micros, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_counts_once_by_what_it_came_to() {
        let metrics = Metrics::default();
        metrics.begin("a").came_to(Outcome::Ok);
        metrics.begin("a").came_to(Outcome::of(&StoreError::Crowded));
        drop(metrics.begin("b"));
        let [a, b] = metrics.transactions().try_into().unwrap();
        assert_eq!((a.name, b.name), ("a", "b"));
        assert_eq!((a.count(Outcome::Ok), a.count(Outcome::Crowded)), (1, 1));
        assert_eq!(b.count(Outcome::Abandoned), 1);
        assert_eq!((a.all(), b.all()), (2, 1));
        assert_eq!(a.buckets.iter().sum::<u64>(), 2);
        assert!(a.took < Duration::from_secs(1));
    }

    #[test]
    fn bounds_grow_and_names_are_all_different() {
        assert!(BOUNDS.is_sorted());
        let mut names = Outcome::ALL.map(Outcome::name);
        names.sort_unstable();
        assert!(names.array_windows().all(|[one, next]| one != next));
    }
}
