//! The groups somebody is listed in, and the answer that is best for them.

use super::answer::{Answer, Verdict};
use super::question::{Group, Question};
use crate::time::CivilDate;

/// A place on a bulk list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    pub group: Group,
    /// The last day on which it counts; `None` when there is none.
    pub valid_until: Option<CivilDate>,
}

impl Membership {
    fn counts_on(&self, day: CivilDate) -> bool {
        self.valid_until.is_none_or(|last| day <= last)
    }
}

/// Asks for the general group and for each group that counts on `day`, the day of the dose, and gives the answer that lets
/// the person do most. Equal answers: the one of the general group.
pub fn best(
    question: &Question,
    memberships: &[Membership],
    day: CivilDate,
    ask: impl Fn(&Question) -> Answer,
) -> Answer {
    let mut best = ask(question);
    let counting = memberships.iter().filter(|membership| membership.counts_on(day));
    for Membership { group, .. } in counting {
        let asked = Question {
            group: *group,
            ..question.clone()
        };
        let answer = ask(&asked);
        if rank(&answer) < rank(&best) {
            best = answer;
        }
    }
    best
}

/// Lower is better: who may, then who must wait least; who need not wait for anything has no day to wait for.
fn rank(answer: &Answer) -> (u8, bool, Option<CivilDate>) {
    let verdict = match answer.verdict {
        Verdict::Eligible => 0,
        Verdict::VerifyAtSite => 1,
        Verdict::NotEligible => return (2, answer.earliest.is_none(), answer.earliest),
    };
    (verdict, false, None)
}
