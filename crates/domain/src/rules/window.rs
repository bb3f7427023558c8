//! From which day to which day one row lets one person have the dose.

use std::cmp::Reverse;

use chrono::{Datelike, Days};

use super::answer::Mismatch;
use super::question::{Channel, Comorbid, Group, Question};
use super::rule::{Case, Comorbidity, Product, Rule};
use crate::birth::completed_years;
use crate::dose::GivenDose;
use crate::time::CivilDate;
use crate::vaccine::Vaccine;

/// What makes a window open on its first day and not before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    Start,
    Age,
    Interval,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) opens: CivilDate,
    pub(super) closes: Option<CivilDate>,
    pub(super) bound: Bound,
    pub(super) product: Product,
}

/// One case of a row as it concerns one person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match {
    pub(super) rule: &'static Rule,
    pub(super) window: Result<Window, Mismatch>,
}

impl Window {
    pub(super) fn holds(&self, date: CivilDate) -> bool {
        self.opens <= date && self.closes.is_none_or(|closes| date <= closes)
    }
}

/// Each case of a row by itself: one may want a birthday to come where another wants only another kind of centre.
pub(super) fn of_rule<'a>(
    rule: &'static Rule,
    q: &'a Question,
    born: CivilDate,
    last: Option<GivenDose>,
) -> impl Iterator<Item = Match> + 'a {
    let windows = rule
        .cases
        .iter()
        .map(move |case| of_case(rule, case, q, born, last));
    windows.map(move |window| Match { rule, window })
}

fn of_case(
    rule: &Rule,
    case: &Case,
    q: &Question,
    born: CivilDate,
    last: Option<GivenDose>,
) -> Result<Window, Mismatch> {
    covers_person(case, q, born)?;
    if !admits_product(case, q, last) {
        return Err(Mismatch::Product);
    }
    let interval = last
        .zip(rule.min_days)
        .map(|(dose, days)| (plus_days(dose.on, days), Bound::Interval));
    let of_age = case
        .min_age
        .filter(|_| case.age_on.is_none())
        .map(|age| (birthday(born, age), Bound::Age));
    let too_old = case.max_age.filter(|_| case.age_on.is_none());
    let last_of_age = too_old.map(|age| plus_days(birthday(born, age + 1), -1));
    let start = (rule.valid_from, Bound::Start);
    let (opens, bound) = [interval, of_age]
        .into_iter()
        .flatten()
        .fold(start, std::cmp::max);
    let closes = [rule.end_known_on(q.on), last_of_age].into_iter().flatten().min();
    let window = Window {
        opens,
        closes,
        bound,
        product: case.product.unwrap_or(Product::Homologous),
    };
    if closes.is_some_and(|closes| closes < opens) {
        return Err(if last_of_age == closes {
            Mismatch::Age
        } else {
            Mismatch::Over
        });
    }
    match (admits_channel(&case.channels, q.channel), bound) {
        (true, _) => Ok(window),
        // Another centre would not help somebody who is too young.
        (false, Bound::Age) if opens > q.on => Err(Mismatch::Age),
        (false, _) => Err(Mismatch::Channel),
    }
}

/// Whether group, age and health fit, as far as waiting cannot change them.
fn covers_person(case: &Case, q: &Question, born: CivilDate) -> Result<(), Mismatch> {
    if !admits_group(&case.groups, q.group) {
        return Err(Mismatch::Group);
    }
    let age = completed_years(born, case.age_on.unwrap_or(q.on));
    let too_young = case.age_on.is_some() && case.min_age.is_some_and(|min| age < min);
    let too_old = case.max_age.is_some_and(|max| age > max);
    let outside = case.born_from.is_some_and(|from| born < from) || case.born_to.is_some_and(|to| born > to);
    if too_young || too_old || outside {
        return Err(Mismatch::Age);
    }
    match (case.comorbidity, q.comorbid) {
        (Some(Comorbidity::Required), Comorbid::No) => Err(Mismatch::Comorbidity),
        _ => Ok(()),
    }
}

fn admits_product(case: &Case, q: &Question, last: Option<GivenDose>) -> bool {
    let Some(product) = case.product else {
        return q.vaccine.is_none_or(|asked| case.vaccines.contains(&asked));
    };
    let Some(last) = last.map(|dose| dose.vaccine) else {
        return false;
    };
    let one_of = |offered: &[Vaccine]| {
        q.vaccine
            .map_or(!offered.is_empty(), |asked| offered.contains(&asked))
    };
    match product {
        Product::Homologous if last == Vaccine::SputnikV => false,
        Product::Homologous => one_of(&[last]),
        Product::FirstComponent => last == Vaccine::SputnikV && one_of(&[Vaccine::SputnikLight]),
        Product::Other => {
            q.doses.iter().all(|dose| case.primary.contains(&dose.vaccine)) && one_of(&case.vaccines)
        }
    }
}

pub(super) fn admits_group(groups: &[Group], group: Group) -> bool {
    groups.is_empty() || groups.contains(&group)
}

pub(super) fn admits_channel(channels: &[Channel], asked: Option<Channel>) -> bool {
    channels.is_empty() || asked.is_none_or(|asked| channels.contains(&asked))
}

/// The match that decides on `on`, and the first day on which any does, if that is later.
///
/// Open now: general rows before exceptions, the same vaccine before others, newer before older, and of one row the case
/// that has been open longest. Otherwise the row that opens first, unless that is a birthday to come and another kind of centre would do today; otherwise the nearest miss
/// among the rows in force.
pub(super) fn decide(matches: &[Match], on: CivilDate) -> Option<Match> {
    let open = matches
        .iter()
        .filter_map(|m| m.window.ok().filter(|w| w.holds(on)).map(|w| (m, w)));
    let best = |(m, w): &(&Match, Window)| (m.rule.kind, w.product, m.rule.valid_from, Reverse(w.opens));
    if let Some((found, _)) = open.max_by_key(best) {
        return Some(*found);
    }
    let in_force = matches.iter().filter(|m| m.rule.in_force_on(on));
    let nearest = in_force
        .max_by_key(|m| (m.window.err(), m.rule.kind, m.rule.valid_from))
        .copied();
    let other_centre = nearest.filter(|m| m.window == Err(Mismatch::Channel));
    match (first_to_open(matches, on), other_centre) {
        (Some((_, Bound::Age)), Some(nearest)) => Some(nearest),
        (Some((later, _)), _) => Some(later),
        (None, _) => nearest,
    }
}

fn first_to_open(matches: &[Match], on: CivilDate) -> Option<(Match, Bound)> {
    let known = matches.iter().filter(|m| m.rule.known_on(on));
    let later = known.filter_map(|m| m.window.ok().filter(|w| w.opens > on).map(|w| (m, w)));
    let first = later.min_by_key(|(m, w)| (w.opens, Reverse((m.rule.kind, w.product, m.rule.valid_from))));
    first.map(|(m, w)| (*m, w.bound))
}

pub(super) fn plus_days(date: CivilDate, days: i64) -> CivilDate {
    let step = Days::new(days.unsigned_abs());
    let moved = if days < 0 {
        date.checked_sub_days(step)
    } else {
        date.checked_add_days(step)
    };
    moved.unwrap_or(date)
}

/// The day on which somebody completes that many years; 29 February becomes 1 March in common years.
pub(super) fn birthday(born: CivilDate, years: i32) -> CivilDate {
    let year = born.year() + years;
    CivilDate::from_ymd_opt(year, born.month(), born.day())
        .or_else(|| CivilDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(born)
}
