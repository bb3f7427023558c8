//! The dated, cited rules of the programme, and what they say about one person on one day.
//!
//! Rules are data (`data/rules.json`); this module only reads dates, ages and intervals off them. It says what is
//! permitted, never what happened: a dose that no rule allowed is recorded truthfully elsewhere.

mod answer;
mod declared;
mod judge;
mod membership;
mod question;
mod rule;
mod window;

use std::collections::BTreeSet;

use chrono::Datelike;

pub use answer::{Answer, Finding, Mismatch, Note, Verdict};
pub use declared::if_declared;
pub use membership::{Membership, best};
pub use question::{Channel, Comorbid, Group, ParseQuestion, Question};
pub use rule::{
    Case, EarlierBookings, Family, Kind, Precision, Product, Rule, Source, Status, all, by_id, comorbidities,
};

use crate::birth::{Birth, BirthDate};
use crate::session::AgeBand;
use crate::time::CivilDate;
use crate::vaccine::Vaccine;
use judge::{Allowed, Judgement, judge};

/// Which dose comes next, whether it may be given on the day asked about, under which row, and since or from when.
///
/// With a year of birth only, the answer is `Eligible` or `NotEligible` when every day of that year leads there, and
/// `VerifyAtSite` when it depends on the day. Rows that are recommended, ordered or set aside never decide.
pub fn explain(question: &Question) -> Answer {
    let judgements: Vec<Judgement> = births(question)
        .into_iter()
        .filter_map(|born| judge(question, born))
        .collect();
    let earliest = judgements.iter().filter_map(|j| j.earliest).min();
    let (yes, no): (Vec<Judgement>, Vec<Judgement>) =
        judgements.into_iter().partition(|j| j.allowed == Allowed::Yes);
    let verdict = match (yes.is_empty(), no.is_empty()) {
        (false, true) => Verdict::Eligible,
        (false, false) => Verdict::VerifyAtSite,
        (true, _) => Verdict::NotEligible,
    };
    // The youngest of those who may decides what is said; of those who may not, the one who may soonest.
    let soonest = || {
        no.into_iter()
            .rev()
            .min_by_key(|j| (j.earliest.is_none(), j.earliest))
    };
    match yes.into_iter().next_back().or_else(soonest) {
        Some(chosen) => answer(chosen, verdict, earliest),
        None => nothing_known(),
    }
}

/// The answer for one session: its date, vaccine and channel replace those of the question.
pub fn for_session(person: &Question, on: CivilDate, vaccine: Vaccine, channel: Channel) -> Answer {
    explain(&Question {
        on,
        vaccine: Some(vaccine),
        channel: Some(channel),
        ..person.clone()
    })
}

/// Whether a session may offer first doses: everyone in its age band may begin with its vaccine on that day. While only
/// listed groups may begin with anything at all, sessions are theirs; while some need a comorbidity, those with one come.
pub fn may_begin(vaccine: Vaccine, ages: AgeBand, on: CivilDate, channel: Channel) -> bool {
    const OLDEST_CHECKED: i64 = 100;
    let ends = [ages.min(), ages.max().unwrap_or(OLDEST_CHECKED)];
    let group = match has_begun_for_all(on) {
        true => Group::General,
        false => Group::Hcw,
    };
    ends.into_iter().all(|age| {
        let years = i32::try_from(age).unwrap_or_default();
        let born = window::birthday(on, -years);
        let born = if crate::birth::completed_years(born, on) < years {
            window::plus_days(born, -1)
        } else {
            born
        };
        BirthDate::new(born, on).is_ok_and(|born| {
            let question = Question {
                group,
                comorbid: Comorbid::Yes,
                ..Question::new(on, Birth::Date(born))
            };
            for_session(&question, on, vaccine, channel).verdict == Verdict::Eligible
        })
    })
}

/// Whether the very old, who came first of the general group, may begin with something somewhere.
fn has_begun_for_all(on: CivilDate) -> bool {
    const YEARS: i32 = 90;
    let born = BirthDate::new(window::birthday(on, -YEARS), on);
    born.is_ok_and(|born| explain(&Question::new(on, Birth::Date(born))).verdict == Verdict::Eligible)
}

fn answer(chosen: Judgement, verdict: Verdict, earliest: Option<CivilDate>) -> Answer {
    let finding = match (verdict, chosen.finding, earliest) {
        (Verdict::VerifyAtSite, ..) => Finding::BirthYearOpen,
        // Of a year of birth the first day that was possible is told, as in `earliest`.
        (Verdict::Eligible, Finding::Covered { .. }, Some(since)) => Finding::Covered { since },
        (_, finding, _) => finding,
    };
    Answer {
        verdict,
        dose: chosen.dose,
        rule: chosen.rule,
        earliest,
        finding,
        notes: chosen.notes,
    }
}

/// Every date of birth at which some row could change its mind: the ends of the year, and the days around the
/// anniversaries of the day asked about and of each fixed date in the rules.
fn births(question: &Question) -> Vec<CivilDate> {
    let year = match question.birth {
        Birth::Date(born) => return vec![born.get()],
        Birth::Year(year) => year.get(),
    };
    let cases = || all().iter().flat_map(|rule| &rule.cases);
    let fixed = cases()
        .flat_map(|case| [case.age_on, case.born_from, case.born_to])
        .flatten();
    let days: BTreeSet<(u32, u32)> = fixed
        .chain([question.on])
        .map(|date| (date.month(), date.day()))
        .chain([(1, 1), (12, 31), (2, 28), (3, 1)])
        .collect();
    let around: BTreeSet<CivilDate> = days
        .into_iter()
        .filter_map(|(month, day)| CivilDate::from_ymd_opt(year, month, day))
        .flat_map(|date| [window::plus_days(date, -1), date, window::plus_days(date, 1)])
        .filter(|date| date.year() == year)
        .collect();
    around.into_iter().collect()
}

/// Only an empty rule book leads here; a test shows that it is not empty.
fn nothing_known() -> Answer {
    Answer {
        verdict: Verdict::NotEligible,
        dose: crate::dose::DoseNumber::First,
        rule: &rule::NO_RULE,
        earliest: None,
        finding: Finding::NothingInForce,
        notes: Vec::new(),
    }
}
