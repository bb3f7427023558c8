//! What hangs on an illness that somebody says they have: asked only when a rule of the day needs it.

use super::answer::{Answer, Finding, Mismatch, Verdict};
use super::question::{Comorbid, Question};

/// What the rules say of somebody of whom no comorbidity is known, and who may say that they have a listed one.
///
/// When only that is missing, the answer is `VerifyAtSite` with `NotCovered(Comorbidity)`: the dose may be booked by whoever
/// says so, and the doctor's certificate is checked at the site. Otherwise it is what `ask` says.
pub fn if_declared(question: &Question, ask: impl Fn(&Question) -> Answer) -> Answer {
    let plain = ask(question);
    if plain.verdict.may_book() {
        return plain;
    }
    let declaring = ask(&Question {
        comorbid: Comorbid::Yes,
        ..question.clone()
    });
    if !declaring.verdict.may_book() {
        return plain;
    }
    Answer {
        verdict: Verdict::VerifyAtSite,
        finding: Finding::NotCovered(Mismatch::Comorbidity),
        ..declaring
    }
}

impl Answer {
    /// Whether the dose may be booked by those only who say that they have a listed comorbidity.
    pub fn needs_declaration(&self) -> bool {
        self.verdict == Verdict::VerifyAtSite && self.finding == Finding::NotCovered(Mismatch::Comorbidity)
    }
}

#[cfg(test)]
mod tests {
    use super::super::explain;
    use super::*;
    use crate::birth::{Birth, BirthYear};
    use crate::time::CivilDate;

    fn at(year: i32, on: (i32, u32, u32)) -> Option<Answer> {
        let on = CivilDate::from_ymd_opt(on.0, on.1, on.2)?;
        let birth = Birth::Year(BirthYear::new(year, on).ok()?);
        Some(if_declared(&Question::new(on, birth), explain))
    }

    #[test]
    fn only_a_rule_of_the_day_makes_it_matter() {
        for (born, on, needed) in [
            (1971, (2021, 2, 28), false),
            (1971, (2021, 3, 1), true),
            (1971, (2021, 3, 31), true),
            (1971, (2021, 4, 1), false),
            (1955, (2021, 3, 15), false),
            (1990, (2021, 3, 15), false),
            (1971, (2026, 11, 22), false),
        ] {
            let answer = at(born, on);
            assert_eq!(
                answer.map(|a| a.needs_declaration()),
                Some(needed),
                "{born} on {on:?}"
            );
        }
    }
}
