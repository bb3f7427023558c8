//! Days on which nobody looked, told as runs.

use std::fmt;

use super::Verified;
use crate::leaf::Day;

/// Days in a row, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub first: Day,
    pub last: Day,
}

/// `2026-11-03`, or `2026-11-03 to 2026-11-09`.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{} to {}", self.first, self.last)
        }
    }
}

impl Verified {
    /// The proven days without an entry about the person, as runs, ascending.
    pub fn quiet(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let busy = |day: Day| self.entries.iter().any(|entry| entry.day == day);
        for day in self.complete.iter().copied().filter(|day| !busy(*day)) {
            match runs.last_mut() {
                Some(run) if run.last.number() + 1 == day.number() => run.last = day,
                _ => runs.push(Run {
                    first: day,
                    last: day,
                }),
            }
        }
        runs
    }
}
