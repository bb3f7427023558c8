//! Whom a household sees.

use std::collections::HashMap;

use pramaan_domain::id::{HouseholdId, PersonId};

use super::standing::{read, standings};
use super::{Standing, Subject};
use crate::StoreError;
use crate::db::{ColumnType, Tx, Value, batches, rows_placeholders};
use crate::person::{DocumentState, Member};
use crate::sealer::Sealer;

/// Whom a household sees, with nothing opened: its own in the order of registration, without those who left; then those who
/// came, in the order in which they did. Everything that is shown to a phone, or done on its word, asks here.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row was not written by us as it stands.
pub async fn of_household(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
) -> Result<Vec<Member>, StoreError> {
    let mut members = kept(tx, household).await?;
    let left = departed(tx, sealer, household).await?;
    members.retain(|member| {
        left.get(&member.person)
            .is_none_or(|standing| *standing == Standing::Held { by: household })
    });
    members.extend(came(tx, sealer, household).await?);
    Ok(members)
}

/// Who sees each of these people; nobody is left out but who is seen by nobody.
///
/// # Errors
/// `Misplaced`, as above.
pub async fn holders(
    tx: &mut Tx,
    sealer: &Sealer,
    subjects: &[Subject],
) -> Result<HashMap<PersonId, HouseholdId>, StoreError> {
    let departed = standings(tx, sealer, subjects).await?;
    let holder = |(household, person): &Subject| {
        let by = match departed.get(person) {
            Some(standing) => standing.holder()?,
            None => *household,
        };
        Some((*person, by))
    };
    Ok(subjects.iter().filter_map(holder).collect())
}

/// Whose rows a household keeps, whoever sees them.
pub(super) async fn kept(tx: &mut Tx, household: HouseholdId) -> Result<Vec<Member>, StoreError> {
    let rows = tx
        .query(
            "-- store::member::kept
             select id, document_state from person where household = $1 order by created_at, id",
            &[household.into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Member {
                household,
                person: row.parse(0)?,
                document_state: DocumentState::from_code(row.text(1)?)?,
            })
        })
        .collect()
}

async fn departed(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
) -> Result<HashMap<PersonId, Standing>, StoreError> {
    let rows = tx
        .query(
            "-- store::member::departed
             select household, person, holder, former, since, binding_mac from departure where household = $1",
            &[household.into()],
        )
        .await?;
    let standing = |row| read(sealer, row).map(|((_, person), standing)| (person, standing));
    rows.iter().map(standing).collect()
}

/// Whom a household may hold beside its own: where to look, and no more.
pub(super) async fn listed(tx: &mut Tx, holder: HouseholdId) -> Result<Vec<Subject>, StoreError> {
    let rows = tx
        .query(
            "-- store::member::listed
             select household, person from member where holder = $1 order by since, person",
            &[holder.into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.parse(0)?, row.parse(1)?)))
        .collect()
}

async fn came(tx: &mut Tx, sealer: &Sealer, holder: HouseholdId) -> Result<Vec<Member>, StoreError> {
    let listed = listed(tx, holder).await?;
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let standings = standings(tx, sealer, &listed).await?;
    let states = document_states(tx, &listed).await?;
    let held = Standing::Held { by: holder };
    let member = |(household, person): Subject| {
        let document_state = *states.get(&person)?;
        (standings.get(&person) == Some(&held)).then_some(Member {
            household,
            person,
            document_state,
        })
    };
    Ok(listed.into_iter().filter_map(member).collect())
}

async fn document_states(
    tx: &mut Tx,
    subjects: &[Subject],
) -> Result<HashMap<PersonId, DocumentState>, StoreError> {
    let mut states = HashMap::with_capacity(subjects.len());
    for chunk in batches(tx.engine(), subjects, 2, 0) {
        let sql = format!(
            "-- store::member::document_states
             with v (household, person) as (values {})
             select p.id, p.document_state from person p join v on v.household = p.household and v.person = p.id",
            rows_placeholders(tx.engine(), 1, &[ColumnType::Text; 2], chunk.len())
        );
        let params: Vec<Value> = chunk
            .iter()
            .flat_map(|(household, person)| [(*household).into(), (*person).into()])
            .collect();
        for row in tx.query(&sql, &params).await? {
            states.insert(row.parse(0)?, DocumentState::from_code(row.text(1)?)?);
        }
    }
    Ok(states)
}
