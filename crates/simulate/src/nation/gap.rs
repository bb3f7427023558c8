//! How long ago a first dose was: as the rules in force on the day advise.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use pramaan_domain::rules::{self, Family, Kind, Rule};
use pramaan_domain::vaccine::Vaccine;

use crate::chance::Draw;
use crate::counts::{DAY, shares};

/// A number of days from the advised range of the rule for `vaccine`; `None` without such a rule.
pub(super) fn days(vaccine: Vaccine, draw: Draw) -> Option<u64> {
    let (_, days) = GAPS.iter().find(|(of, _)| *of == vaccine)?;
    Some(days.start() + draw.below(days.end() - days.start() + 1))
}

static GAPS: LazyLock<Vec<(Vaccine, RangeInclusive<u64>)>> = LazyLock::new(|| {
    let vaccines = shares().vaccines.iter().map(|(vaccine, _)| *vaccine);
    vaccines
        .filter_map(|vaccine| Some((vaccine, advised(vaccine)?)))
        .collect()
});

fn advised(vaccine: Vaccine) -> Option<RangeInclusive<u64>> {
    let is_for_all = |rule: &&Rule| {
        rule.family == Family::Primary && rule.kind == Kind::General && rule.vaccine == Some(vaccine)
    };
    let rule = rules::all()
        .iter()
        .filter(is_for_all)
        .find(|rule| rule.in_force_on(DAY))?;
    let [least, most] = rule.recommended?;
    let least = least.max(rule.min_days?);
    Some(least.try_into().ok()?..=most.try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_are_those_of_the_rules() {
        let of = |vaccine| {
            GAPS.iter()
                .find(|(of, _)| *of == vaccine)
                .map(|(_, days)| days.clone())
        };
        assert_eq!(of(Vaccine::Covishield), Some(84..=112));
        assert_eq!(of(Vaccine::Covaxin), Some(28..=42));
        assert_eq!(of(Vaccine::SputnikV), Some(21..=30));
        assert_eq!(GAPS.len(), 3);
    }
}
