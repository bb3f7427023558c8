//! The bulk lists that members of a household are on, for the rules. Nothing is opened: see `pramaan_store::cohort`.

use std::collections::HashMap;

use pramaan_domain::birth::BirthYear;
use pramaan_domain::id::HouseholdId;
use pramaan_domain::rules::Membership;
use pramaan_store::person::OpenedPerson;
use pramaan_store::{Sealer, StoreError, Tx, cohort};

/// What was found for a household, by year of birth.
pub(crate) struct Lists(HashMap<BirthYear, Vec<Membership>>);

impl Lists {
    /// Ended ones included: whether one counts depends on the day of the dose.
    pub(crate) fn of(&self, person: &OpenedPerson) -> &[Membership] {
        let found = person.birth_year.and_then(|born| self.0.get(&born));
        found.map_or(&[], Vec::as_slice)
    }
}

/// Looks up people of one household whose years of birth are open. Ask under an entry that names `Field::Group`.
pub(crate) async fn lists<'p>(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    people: impl IntoIterator<Item = &'p OpenedPerson>,
) -> Result<Lists, StoreError> {
    let born: Vec<BirthYear> = people
        .into_iter()
        .filter_map(|person| person.birth_year)
        .collect();
    Ok(Lists(cohort::of_household(tx, sealer, household, &born).await?))
}
