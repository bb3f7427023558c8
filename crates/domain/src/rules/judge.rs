//! The verdict for one person whose date of birth is known. `explain` asks it for each date that a year leaves open.

use chrono::Months;

use super::answer::{Finding, Mismatch, Note};
use super::question::{Next, Question, Third, next};
use super::rule::{EarlierBookings, Family, Rule, Status, all, by_id};
use super::window::{self, Bound, Match, Window, admits_channel, admits_group, plus_days};
use crate::dose::{DoseNumber, GivenDose};
use crate::time::CivilDate;
use crate::vaccine::Vaccine;

#[derive(Debug, Clone)]
pub(super) struct Judgement {
    pub(super) allowed: Allowed,
    pub(super) dose: DoseNumber,
    pub(super) rule: &'static Rule,
    pub(super) earliest: Option<CivilDate>,
    pub(super) finding: Finding,
    pub(super) notes: Vec<Note>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    Yes,
    No,
}

/// `None` only if the rule book were empty.
pub(super) fn judge(q: &Question, born: CivilDate) -> Option<Judgement> {
    let judgement = match next(&q.doses) {
        Next::First => first(q, born),
        Next::Series { first, last, third } => series(q, first, last, third),
        Next::Precaution { last } => precaution(q, born, last),
        Next::Nothing => refuse(DoseNumber::Precaution, by_id("S3")?, Finding::CourseComplete),
    }?;
    Some(defer(q, judgement))
}

fn refuse(dose: DoseNumber, rule: &'static Rule, finding: Finding) -> Option<Judgement> {
    Some(Judgement {
        allowed: Allowed::No,
        dose,
        rule,
        earliest: None,
        finding,
        notes: Vec::new(),
    })
}

fn first(q: &Question, born: CivilDate) -> Option<Judgement> {
    let judgement = from_matches(q, born, None, Family::Eligibility, DoseNumber::First)?;
    let Some(asked) = q.vaccine else {
        return Some(judgement);
    };
    match product_start(asked, q)? {
        Err((rule, finding)) => refuse(DoseNumber::First, rule, finding),
        Ok(rule) if rule.valid_from <= q.on => {
            let earliest = judgement.earliest.map(|date| date.max(rule.valid_from));
            Some(Judgement {
                earliest,
                ..judgement
            })
        }
        Ok(rule) => Some(not_on_the_market(q, judgement, rule)),
    }
}

/// Somebody may be eligible before there is the vaccine; then the vaccine's row decides.
fn not_on_the_market(q: &Question, judgement: Judgement, rule: &'static Rule) -> Judgement {
    let from = rule.valid_from;
    let earliest = judgement
        .earliest
        .map(|date| date.max(from))
        .filter(|_| rule.known_on(q.on));
    match judgement.allowed {
        Allowed::Yes => Judgement {
            allowed: Allowed::No,
            rule,
            earliest,
            finding: Finding::NotYet { from },
            ..judgement
        },
        Allowed::No => Judgement {
            earliest,
            ..judgement
        },
    }
}

/// The row under which the vaccine was first used at such a centre, or why there is none.
fn product_start(asked: Vaccine, q: &Question) -> Option<Result<&'static Rule, (&'static Rule, Finding)>> {
    let rows = || primary_rows(asked).min_by_key(|rule| rule.valid_from);
    let here = primary_rows(asked).filter(|rule| admits_channel(&rule.channels, q.channel));
    Some(match (here.min_by_key(|rule| rule.valid_from), rows()) {
        (Some(rule), _) => Ok(rule),
        (None, Some(rule)) => Err((rule, Finding::NotCovered(Mismatch::Channel))),
        (None, None) => Err((by_id("S4")?, Finding::NotForThisDose { asked })),
    })
}

fn primary_rows(vaccine: Vaccine) -> impl Iterator<Item = &'static Rule> {
    all().iter().filter(move |rule| {
        rule.family == Family::Primary && rule.vaccine == Some(vaccine) && rule.status == Status::InForce
    })
}

fn from_matches(
    q: &Question,
    born: CivilDate,
    last: Option<GivenDose>,
    family: Family,
    dose: DoseNumber,
) -> Option<Judgement> {
    let rows = all()
        .iter()
        .filter(|rule| rule.family == family && rule.status == Status::InForce);
    let rows = rows.filter(|rule| !rule.cases.is_empty());
    let matches: Vec<Match> = rows
        .flat_map(|rule| window::of_rule(rule, q, born, last))
        .collect();
    let Some(found) = window::decide(&matches, q.on) else {
        let rule = matches
            .iter()
            .map(|m| m.rule)
            .min_by_key(|rule| rule.valid_from)?;
        return refuse(dose, rule, Finding::NothingInForce);
    };
    let Match { rule, window } = found;
    Some(match window {
        Ok(w) if w.holds(q.on) => Judgement {
            allowed: Allowed::Yes,
            dose,
            rule,
            earliest: Some(w.opens),
            finding: passed(q, rule, last, w).unwrap_or(Finding::Covered { since: w.opens }),
            notes: Vec::new(),
        },
        Ok(w) if w.opens > q.on => Judgement {
            allowed: Allowed::No,
            dose,
            rule,
            earliest: Some(w.opens),
            finding: waiting(q, rule, last, w),
            notes: Vec::new(),
        },
        Ok(_) => return refuse(dose, rule, Finding::NotCovered(Mismatch::Over)),
        Err(mismatch) => return refuse(dose, rule, Finding::NotCovered(mismatch)),
    })
}

fn passed(q: &Question, rule: &Rule, last: Option<GivenDose>, w: Window) -> Option<Finding> {
    let passed = (q.on - last?.on).num_days();
    Some(Finding::IntervalPassed {
        needed: rule.min_days?,
        passed,
        since: w.opens,
    })
}

fn waiting(q: &Question, rule: &Rule, last: Option<GivenDose>, w: Window) -> Finding {
    match (w.bound, last, rule.min_days) {
        (Bound::Interval, Some(last), Some(needed)) => Finding::TooEarly {
            needed,
            passed: (q.on - last.on).num_days(),
            from: w.opens,
        },
        (Bound::Age, _, _) => Finding::TooYoung { from: w.opens },
        _ => Finding::NotYet { from: w.opens },
    }
}

fn precaution(q: &Question, born: CivilDate, last: GivenDose) -> Option<Judgement> {
    let judgement = from_matches(q, born, Some(last), Family::Precaution, DoseNumber::Precaution)?;
    match (judgement.finding, q.vaccine) {
        (Finding::NotCovered(Mismatch::Product), Some(asked)) => refuse(
            DoseNumber::Precaution,
            by_id("S2")?,
            Finding::DifferentVaccine {
                before: last.vaccine,
                asked,
            },
        ),
        _ => Some(judgement),
    }
}

fn series(q: &Question, first: GivenDose, last: GivenDose, third: Third) -> Option<Judgement> {
    let dose = if third == Third::Yes {
        DoseNumber::Third
    } else {
        DoseNumber::Second
    };
    if let Some(asked) = q.vaccine.filter(|asked| *asked != first.vaccine) {
        let finding = Finding::DifferentVaccine {
            before: first.vaccine,
            asked,
        };
        return refuse(dose, by_id("S1")?, finding);
    }
    let Some(any) = primary_rows(first.vaccine).min_by_key(|rule| rule.valid_from) else {
        return refuse(
            dose,
            by_id("S4")?,
            Finding::NotForThisDose { asked: first.vaccine },
        );
    };
    let rows: Vec<Interval> = primary_rows(first.vaccine)
        .filter(|rule| admits_group(&rule.groups, q.group) && admits_channel(&rule.channels, q.channel))
        .filter_map(|rule| {
            Some(Interval {
                rule,
                needed: rule.min_days?,
                opens: plus_days(last.on, rule.min_days?),
            })
        })
        .collect();
    if rows.is_empty() {
        return refuse(dose, any, Finding::NotCovered(Mismatch::Channel));
    }
    Some(by_interval(q, dose, &rows, last, any))
}

/// One row of the primary series and the day from which it would allow the dose.
#[derive(Debug, Clone, Copy)]
struct Interval {
    rule: &'static Rule,
    needed: i64,
    opens: CivilDate,
}

fn by_interval(
    q: &Question,
    dose: DoseNumber,
    rows: &[Interval],
    last: GivenDose,
    any: &'static Rule,
) -> Judgement {
    let passed = (q.on - last.on).num_days();
    let on_the_market = any.valid_from;
    let allowed = |row: Interval, finding| Judgement {
        allowed: Allowed::Yes,
        dose,
        rule: row.rule,
        earliest: Some(row.opens.max(on_the_market)),
        finding,
        notes: system_minimum(row.rule),
    };
    if let Some(row) = open_on(rows, q.on, q.on) {
        let since = row.opens.max(on_the_market);
        return allowed(
            row,
            Finding::IntervalPassed {
                needed: row.needed,
                passed,
                since,
            },
        );
    }
    if let Some((row, booked_on)) = booked_before(q, rows) {
        return allowed(
            row,
            Finding::BookedBefore {
                booked_on,
                needed: row.needed,
                passed,
            },
        );
    }
    too_early(q, dose, rows, passed).unwrap_or(Judgement {
        allowed: Allowed::No,
        dose,
        rule: any,
        earliest: Some(plus_days(last.on, any.min_days.unwrap_or_default()).max(on_the_market)),
        finding: Finding::NotYet { from: on_the_market },
        notes: Vec::new(),
    })
}

/// Among the rows in force on `in_force`, the one that allows the dose on `on`; general before exceptions, then newest.
fn open_on(rows: &[Interval], in_force: CivilDate, on: CivilDate) -> Option<Interval> {
    let open = rows
        .iter()
        .filter(|row| row.rule.in_force_on(in_force) && row.opens <= on);
    open.max_by_key(|row| (row.rule.kind, row.rule.valid_from))
        .copied()
}

/// The older row of a booking that a change left valid.
fn booked_before(q: &Question, rows: &[Interval]) -> Option<(Interval, CivilDate)> {
    let booked_on = q.booked_on?;
    let changed = rows.iter().any(|row| {
        row.rule.earlier_bookings == EarlierBookings::Honoured
            && row.rule.in_force_on(q.on)
            && booked_on < row.rule.valid_from
    });
    if !changed {
        return None;
    }
    open_on(rows, booked_on, q.on).map(|row| (row, booked_on))
}

/// The refusal names the row in force; its earliest day heeds the changes that were known by then.
fn too_early(q: &Question, dose: DoseNumber, rows: &[Interval], passed: i64) -> Option<Judgement> {
    let reachable = |row: &&Interval| row.rule.end_known_on(q.on).is_none_or(|end| row.opens <= end);
    let in_force = rows.iter().filter(|row| row.rule.in_force_on(q.on));
    let decides = in_force.clone().filter(reachable).min_by_key(|row| row.opens);
    let decides = decides.or_else(|| in_force.min_by_key(|row| row.opens))?;
    let known = rows
        .iter()
        .filter(|row| row.rule.known_on(q.on))
        .filter(reachable);
    let days = known
        .map(|row| row.opens.max(row.rule.valid_from))
        .filter(|day| *day > q.on);
    let from = days.min().unwrap_or(decides.opens);
    let mut notes = system_minimum(decides.rule);
    notes.extend(undecisive(q.on, decides.rule));
    Some(Judgement {
        allowed: Allowed::No,
        dose,
        rule: decides.rule,
        earliest: Some(from),
        finding: Finding::TooEarly {
            needed: decides.needed,
            passed,
            from,
        },
        notes,
    })
}

fn system_minimum(rule: &Rule) -> Vec<Note> {
    let days = rule.system_days.filter(|days| Some(*days) != rule.min_days);
    days.map(|days| Note::SystemMinimum { days })
        .into_iter()
        .collect()
}

/// What was recommended, ordered or set aside for this vaccine at the time and asks for fewer days.
fn undecisive(on: CivilDate, decides: &Rule) -> impl Iterator<Item = Note> {
    let rows = all()
        .iter()
        .filter(move |rule| rule.status != Status::InForce && rule.covers(on));
    let rows = rows.filter(move |rule| rule.vaccine == decides.vaccine && rule.min_days < decides.min_days);
    rows.map(Note::DoesNotDecide)
}

/// Whoever recovers from COVID-19 waits, whatever else holds.
fn defer(q: &Question, judgement: Judgement) -> Judgement {
    let row = all()
        .iter()
        .find(|rule| rule.defer_months.is_some() && rule.in_force_on(q.on));
    let until = row.zip(q.recovered).and_then(|(rule, recovered)| {
        recovered
            .checked_add_months(Months::new(rule.defer_months?))
            .map(|until| (rule, until))
    });
    let Some((rule, until)) = until else {
        return judgement;
    };
    let earliest = judgement.earliest.map(|date| date.max(until));
    if judgement.allowed == Allowed::Yes && q.on < until {
        let finding = Finding::Recovering { until };
        return Judgement {
            allowed: Allowed::No,
            rule,
            earliest,
            finding,
            notes: Vec::new(),
            ..judgement
        };
    }
    let mut notes = judgement.notes;
    if judgement.earliest.is_some_and(|day| day < until) {
        notes.push(Note::AfterRecovery { until });
    }
    Judgement {
        earliest,
        notes,
        ..judgement
    }
}
