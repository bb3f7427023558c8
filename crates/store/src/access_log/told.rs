//! What a comparison found, in the order in which it is read.
//!
//! One altered entry fails every head that was published since, hundreds in a few minutes. So what was altered comes first, and
//! a row of such publications is one line.

use super::checked::{Finding, Numbered};

/// Entries, details, lists and earlier logs; rows of publications; what does not hold because of these; the log's own root.
pub(super) fn told(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (rank(finding), number(finding)));
    let mut told: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match told.last().and_then(|last| joined(last, &finding)) {
            Some(both) => {
                told.pop();
                told.push(both);
            }
            None => told.push(finding),
        }
    }
    told
}

const fn rank(finding: &Finding) -> u8 {
    match finding {
        Finding::Unsigned(_) | Finding::PublicationAltered(_) | Finding::PublicationsGone { .. } => 1,
        Finding::Publication { .. } | Finding::Publications { .. } => 2,
        Finding::Root { .. } => 3,
        _ => 0,
    }
}

/// By what publications that fail are ordered; all others stay as they were found.
const fn number(finding: &Finding) -> Option<Numbered> {
    match finding {
        Finding::Publication { number, .. } => Some(*number),
        _ => None,
    }
}

/// Two findings as one, when the second is of the publication right behind the first.
fn joined(before: &Finding, next: &Finding) -> Option<Finding> {
    let (from, to, size) = match *before {
        Finding::Publication { number, size } => (number, number, size),
        Finding::Publications { from, to, size } => (from, to, size),
        _ => return None,
    };
    let Finding::Publication { number, .. } = *next else {
        return None;
    };
    (number == to.next()).then_some(Finding::Publications {
        from,
        to: number,
        size,
    })
}
