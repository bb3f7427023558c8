//! Names for people who do not exist, as they are common in their state.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::StateId;

use crate::chance::Draw;

/// The names of one state: given names of men and of women, and family names.
#[derive(Debug, Default)]
struct Names {
    male: Vec<&'static str>,
    female: Vec<&'static str>,
    family: Vec<&'static str>,
}

/// Seven of CoWIN's states are not in the source; their people get the names of a neighbour.
const NEIGHBOURS: [(i64, i64); 7] = [
    (1, 31),  // Andaman and Nicobar Islands: Tamil Nadu
    (6, 28),  // Chandigarh: Punjab
    (8, 11),  // Dadra and Nagar Haveli: Gujarat
    (18, 14), // Ladakh: Jammu and Kashmir
    (19, 17), // Lakshadweep: Kerala
    (27, 31), // Puducherry: Tamil Nadu
    (37, 11), // Daman and Diu: Gujarat
];

/// By CoWIN's id of the state. A test asks for every state, so the default is never taken.
static NAMES: LazyLock<BTreeMap<i64, Names>> = LazyLock::new(|| {
    let text = include_str!("../../../data/people/names_by_state.json");
    let read: BTreeMap<&str, BTreeMap<&str, Vec<&'static str>>> =
        serde_json::from_str(text).unwrap_or_default();
    read.into_iter()
        .filter_map(|(id, mut lists)| Some((id.parse().ok()?, names(&mut lists)?)))
        .collect()
});

fn names(lists: &mut BTreeMap<&str, Vec<&'static str>>) -> Option<Names> {
    Some(Names {
        male: lists.remove("male")?,
        female: lists.remove("female")?,
        family: lists.remove("family")?,
    })
}

/// A full name: the given name is the person's, the family name what `family` draws for a whole household.
pub(crate) fn full_name(state: StateId, gender: Gender, given: Draw, family: Draw) -> Option<PersonName> {
    let names = of_state(state)?;
    let lists = match gender {
        Gender::Male => &names.male,
        Gender::Female => &names.female,
        Gender::Transgender | Gender::Other if given.below(2) == 0 => &names.male,
        Gender::Transgender | Gender::Other => &names.female,
    };
    let text = format!(
        "{} {}",
        given.next().one_of(lists)?,
        family.one_of(&names.family)?
    );
    PersonName::parse(&text).ok()
}

fn of_state(state: StateId) -> Option<&'static Names> {
    let id = state.number();
    let neighbour = NEIGHBOURS.iter().find(|(without, _)| *without == id);
    NAMES.get(&neighbour.map_or(id, |(_, with)| *with))
}

#[cfg(test)]
mod tests {
    use pramaan_domain::place;

    use super::*;
    use crate::chance::{Seed, Topic};

    #[test]
    fn every_state_has_names_and_each_is_one() {
        for state in place::states() {
            let names = of_state(state.id).unwrap();
            for list in [&names.male, &names.female, &names.family] {
                assert!(list.len() >= 14, "{}", state.name);
                assert!(
                    list.iter().all(|name| PersonName::parse(name).is_ok()),
                    "{}",
                    state.name
                );
            }
        }
        assert_eq!(NAMES.len(), 30);
        assert!(
            NEIGHBOURS
                .iter()
                .all(|(without, with)| !NAMES.contains_key(without) && NAMES.contains_key(with))
        );
    }

    #[test]
    fn a_household_shares_its_family_name() {
        let draw = |n| Seed::new(1).draw(Topic::GivenName, n);
        let kerala = StateId::from_number(17).unwrap();
        let name = |gender, given| full_name(kerala, gender, draw(given), draw(0)).unwrap();
        let family = |name: &PersonName| name.as_str().rsplit(' ').next().map(str::to_owned);
        let (him, her) = (name(Gender::Male, 1), name(Gender::Female, 2));
        assert_eq!(family(&him), family(&her));
        assert_ne!(him, her);
        assert!(name(Gender::Other, 3).as_str().contains(' '));
    }
}
