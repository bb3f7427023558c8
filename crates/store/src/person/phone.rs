//! The phone that reaches a person now, still sealed, and who reads what is sent to it.

use std::collections::{HashMap, HashSet};

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::language::Language;

use crate::StoreError;
use crate::db::{ColumnType, Rows, Tx};
use crate::member::{self, Standing, Subject};
use crate::private_member::Audience;
use crate::sealer::Sealer;

/// What reaches a person.
pub(super) struct Phone {
    pub(super) whose: Whose,
    pub(super) audience: Audience,
}

/// Whose phone it is.
pub(super) enum Whose {
    /// That of the household which keeps the rows.
    Home,
    /// That of another, to which the person came.
    Of {
        household: HouseholdId,
        sealed: Vec<u8>,
        language: Language,
    },
    /// No phone sees this person.
    None,
}

/// Of each of these people. Who reads along is decided by whom the phone shows at this moment.
pub(super) async fn of_people(
    tx: &mut Tx,
    sealer: &Sealer,
    subjects: &[Subject],
) -> Result<HashMap<PersonId, Phone>, StoreError> {
    let standings = member::standings(tx, sealer, subjects).await?;
    let holder = |(household, person): Subject| match standings.get(&person) {
        None => Some(household),
        Some(Standing::Held { by }) => Some(*by),
        Some(Standing::Asleep { .. } | Standing::Detached) => None,
    };
    let holders = distinct(subjects.iter().filter_map(|subject| holder(*subject)));
    let readers = member::of_households(tx, sealer, &holders).await?;
    let away = |(household, person): &Subject| holder((*household, *person)).filter(|by| by != household);
    let sealed = sealed(tx, &distinct(subjects.iter().filter_map(away))).await?;
    let phone = |subject: &Subject| {
        let by = holder(*subject);
        let whose = match by {
            None => Whose::None,
            Some(by) if by == subject.0 => Whose::Home,
            Some(by) => sealed
                .get(&by)
                .map_or(Whose::None, |(sealed, language)| Whose::Of {
                    household: by,
                    sealed: sealed.clone(),
                    language: *language,
                }),
        };
        let audience = by.and_then(|by| readers.get(&by)).map(Vec::as_slice);
        let audience = Audience::of(audience.unwrap_or_default());
        (subject.1, Phone { whose, audience })
    };
    Ok(subjects.iter().map(phone).collect())
}

fn distinct(households: impl Iterator<Item = HouseholdId>) -> Vec<HouseholdId> {
    let distinct: HashSet<HouseholdId> = households.collect();
    distinct.into_iter().collect()
}

async fn sealed(
    tx: &mut Tx,
    households: &[HouseholdId],
) -> Result<HashMap<HouseholdId, (Vec<u8>, Language)>, StoreError> {
    let mut found = HashMap::with_capacity(households.len());
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [ColumnType::Text],
        households.iter().map(|household| [(*household).into()]),
    ) {
        let sql = format!(
            "-- store::person::phones
             with v (id) as ({rows})
             select h.id, h.mobile, h.language from household h join v on v.id = h.id"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let language = Language::parse(row.text(2)?).map_err(|_| row.inconsistent(2, "a language"))?;
            found.insert(row.parse(0)?, (row.blob(1)?.to_vec(), language));
        }
    }
    Ok(found)
}
