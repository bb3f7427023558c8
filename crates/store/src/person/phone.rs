//! The phone of people who left the one under which their rows are kept: still sealed.

use std::collections::{HashMap, HashSet};

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::language::Language;

use crate::StoreError;
use crate::db::{ColumnType, Tx, Value, batches, rows_placeholders};
use crate::member::{self, Standing, Subject};
use crate::sealer::Sealer;

/// Whose phone it is, where it is not that of the household which keeps the rows.
pub(super) enum Phone {
    Of {
        household: HouseholdId,
        sealed: Vec<u8>,
        language: Language,
    },
    /// No phone sees this person.
    None,
}

/// Of those of these people who are not seen where their rows are kept.
pub(super) async fn elsewhere(
    tx: &mut Tx,
    sealer: &Sealer,
    subjects: &[Subject],
) -> Result<HashMap<PersonId, Phone>, StoreError> {
    let standings = member::standings(tx, sealer, subjects).await?;
    let holder = |standing: &Standing| match standing {
        Standing::Held { by } => Some(*by),
        Standing::Asleep { .. } | Standing::Detached => None,
    };
    let holders: HashSet<HouseholdId> = standings.values().filter_map(holder).collect();
    let sealed = sealed(tx, &holders.into_iter().collect::<Vec<_>>()).await?;
    let phone = |(person, standing): (PersonId, Standing)| {
        let found = holder(&standing).and_then(|by| Some((by, sealed.get(&by)?)));
        let phone = match found {
            Some((household, (sealed, language))) => Phone::Of {
                household,
                sealed: sealed.clone(),
                language: *language,
            },
            None => Phone::None,
        };
        (person, phone)
    };
    Ok(standings.into_iter().map(phone).collect())
}

async fn sealed(
    tx: &mut Tx,
    households: &[HouseholdId],
) -> Result<HashMap<HouseholdId, (Vec<u8>, Language)>, StoreError> {
    let mut found = HashMap::with_capacity(households.len());
    for chunk in batches(tx.engine(), households, 1, 0) {
        let sql = format!(
            "-- store::person::phones
             with v (id) as (values {})
             select h.id, h.mobile, h.language from household h join v on v.id = h.id",
            rows_placeholders(tx.engine(), 1, &[ColumnType::Text], chunk.len())
        );
        let params: Vec<Value> = chunk.iter().map(|household| (*household).into()).collect();
        for row in tx.query(&sql, &params).await? {
            let language = Language::parse(row.text(2)?).map_err(|_| row.inconsistent(2, "a language"))?;
            found.insert(row.parse(0)?, (row.blob(1)?.to_vec(), language));
        }
    }
    Ok(found)
}
