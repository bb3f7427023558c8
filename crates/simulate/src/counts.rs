//! What is known of 17 September 2021, the record day: doses by district, and who got them by vaccine, gender and age.
//!
//! The files are described in data/README.md. Lines that do not parse would be left out; the tests count and sum them all.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use pramaan_domain::gender::Gender;
use pramaan_domain::place::DistrictId;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

/// The day whose counts these are. A test compares it with 17 September 2021, so the default is never taken.
pub const DAY: CivilDate = match CivilDate::from_ymd_opt(2021, 9, 17) {
    Some(day) => day,
    None => CivilDate::MIN,
};

/// The doses of one district on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DistrictCount {
    /// As CoWIN calls it.
    pub(crate) state: &'static str,
    /// As the source of the counts calls it: `Delhi` is the whole state.
    pub(crate) name: &'static str,
    /// The districts of CoWIN that share the count, in order; nearly always one.
    pub(crate) ids: Vec<DistrictId>,
    pub(crate) first: u64,
    pub(crate) second: u64,
}

/// Ages in years, both ends included.
pub(crate) type Ages = RangeInclusive<i32>;

/// The whole country's figures by which people are made up.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    pub(crate) vaccines: Vec<(Vaccine, u64)>,
    pub(crate) genders: Vec<(Gender, u64)>,
    /// Doses of the day by group of ages.
    pub(crate) doses_by_age: Vec<(Ages, u64)>,
    /// People by age: within a group of ages nothing is known of the doses.
    pub(crate) people_by_age: Vec<(Ages, u64)>,
}

/// In order of state and district.
pub(crate) fn districts() -> &'static [DistrictCount] {
    &DISTRICTS
}

pub(crate) fn shares() -> &'static Shares {
    &SHARES
}

static DISTRICTS: LazyLock<Vec<DistrictCount>> = LazyLock::new(|| {
    include_str!("../../../data/counts/2021-09-17.tsv")
        .lines()
        .skip(1)
        .filter_map(read_district)
        .collect()
});

static SHARES: LazyLock<Shares> = LazyLock::new(|| {
    let mut shares = Shares::default();
    for line in include_str!("../../../data/counts/2021-09-17-shares.tsv")
        .lines()
        .skip(1)
    {
        read_share(line, &mut shares);
    }
    shares
});

fn read_district(line: &'static str) -> Option<DistrictCount> {
    let mut fields = line.split('\t');
    Some(DistrictCount {
        state: fields.next()?,
        name: fields.next()?,
        ids: read_ids(fields.next()?)?,
        first: fields.next()?.parse().ok()?,
        second: fields.next()?.parse().ok()?,
    })
}

fn read_ids(list: &str) -> Option<Vec<DistrictId>> {
    list.split(',').map(|id| DistrictId::parse(id).ok()).collect()
}

fn read_share(line: &'static str, shares: &mut Shares) -> Option<()> {
    let mut fields = line.split('\t');
    let (kind, what) = (fields.next()?, fields.next()?);
    let count = fields.next()?.parse().ok()?;
    match kind {
        "vaccine" => shares.vaccines.push((Vaccine::parse(what).ok()?, count)),
        "gender" => shares.genders.push((Gender::parse(what).ok()?, count)),
        "dose_age" => shares.doses_by_age.push((read_ages(what)?, count)),
        "people_age" => shares.people_by_age.push((read_ages(what)?, count)),
        _ => return None,
    }
    Some(())
}

fn read_ages(text: &str) -> Option<Ages> {
    let (least, most) = text.split_once('-')?;
    Some(least.parse().ok()?..=most.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pramaan_domain::place;

    use super::*;

    #[test]
    fn the_totals_are_those_of_the_record_day() {
        assert_eq!(DAY.to_string(), "2021-09-17");
        let all = districts();
        assert_eq!(all.len(), 719);
        let first: u64 = all.iter().map(|district| district.first).sum();
        let second: u64 = all.iter().map(|district| district.second).sum();
        assert_eq!((first, second), (15_277_646, 11_243_779));
        assert_eq!(first + second, 26_521_425);
        assert!(
            all.iter()
                .all(|district| district.first > 0 && district.second > 0)
        );
    }

    #[test]
    fn every_district_of_cowin_is_in_one_count_of_its_state() {
        let mut seen = BTreeSet::new();
        for count in districts() {
            for id in &count.ids {
                assert!(seen.insert(*id), "{id} is in two counts");
                let state = place::district(*id).and_then(|district| place::state(district.state));
                assert_eq!(state.map(|state| state.name), Some(count.state), "{id}");
            }
        }
        assert_eq!(seen.len(), place::districts().len());
        let shared = districts().iter().filter(|count| count.ids.len() > 1).count();
        assert_eq!(shared, 28);
    }

    #[test]
    fn delhi_is_one_count() {
        let delhi: Vec<_> = districts()
            .iter()
            .filter(|count| count.state == "Delhi")
            .collect();
        assert_eq!(delhi.len(), 1);
        assert_eq!(
            (delhi[0].first, delhi[0].second, delhi[0].ids.len()),
            (84_254, 68_699, 11)
        );
    }

    #[test]
    fn each_way_of_telling_who_got_them_adds_up() {
        let shares = shares();
        let vaccines: Vec<u64> = shares.vaccines.iter().map(|(_, count)| *count).collect();
        assert_eq!(vaccines, [24_680_444, 1_964_488, 11_387]);
        assert_eq!(vaccines.iter().sum::<u64>(), 26_656_319);
        let genders: u64 = shares.genders.iter().map(|(_, count)| *count).sum();
        let ages: u64 = shares.doses_by_age.iter().map(|(_, count)| *count).sum();
        assert_eq!((genders, ages), (26_656_319, 26_656_319));
        assert_eq!(shares.people_by_age.len(), 14);
        assert!(
            shares
                .people_by_age
                .windows(2)
                .all(|pair| *pair[0].0.end() + 1 == *pair[1].0.start())
        );
    }
}
