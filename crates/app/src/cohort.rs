//! The bulk lists that members of a household are on, for the rules. Nothing is opened: see `pramaan_store::cohort`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pramaan_domain::birth::BirthYear;
use pramaan_domain::id::HouseholdId;
use pramaan_domain::rules::Membership;
use pramaan_store::person::OpenedPerson;
use pramaan_store::{Sealer, StoreError, Tx, cohort, member};

/// What was found for a household, by year of birth.
pub(crate) struct Lists(HashMap<BirthYear, Vec<Membership>>);

impl Lists {
    /// Ended ones included: whether one counts depends on the day of the dose.
    pub(crate) fn of(&self, person: &OpenedPerson) -> &[Membership] {
        let found = person.birth_year.and_then(|born| self.0.get(&born));
        found.map_or(&[], Vec::as_slice)
    }
}

/// The same where no phone asks: by the number that shows the person now, which need not be that of the household of the rows.
pub(crate) async fn lists_at_site<'p>(
    tx: &mut Tx,
    sealer: &Sealer,
    people: impl IntoIterator<Item = &'p OpenedPerson>,
) -> Result<Lists, StoreError> {
    let people: Vec<_> = people.into_iter().collect();
    let subjects: Vec<_> = people
        .iter()
        .map(|person| (person.household, person.person))
        .collect();
    let holders = member::holders(tx, sealer, &subjects).await?;
    let mut found = Lists(HashMap::new());
    for person in people {
        let holder = holders.get(&person.person).copied().unwrap_or(person.household);
        for (year, lists) in lists(tx, sealer, holder, [person]).await?.0 {
            found.0.entry(year).or_default().extend(lists);
        }
    }
    Ok(found)
}

/// Looks up people whose years of birth are open, by the number of the household that asks and by those of the households that
/// keep them. Ask under an entry that names `Field::Group`.
pub(crate) async fn lists<'p>(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    people: impl IntoIterator<Item = &'p OpenedPerson>,
) -> Result<Lists, StoreError> {
    let mut born: BTreeMap<HouseholdId, Vec<BirthYear>> = BTreeMap::from([(household, Vec::new())]);
    for person in people {
        let Some(year) = person.birth_year else { continue };
        for number_of in BTreeSet::from([household, person.household]) {
            born.entry(number_of).or_default().push(year);
        }
    }
    let mut lists: HashMap<BirthYear, Vec<Membership>> = HashMap::new();
    for (number_of, born) in born {
        for (year, found) in cohort::of_household(tx, sealer, number_of, &born).await? {
            lists.entry(year).or_default().extend(found);
        }
    }
    Ok(Lists(lists))
}
