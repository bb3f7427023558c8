//! Whom a household sees.

use std::collections::{HashMap, HashSet};

use pramaan_domain::id::{HouseholdId, PersonId};

use super::standing::{read, standings};
use super::{Standing, Subject};
use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx, pair};
use crate::person::{DocumentState, Member};
use crate::private_member::{self, Privacy};
use crate::sealer::Sealer;

/// Whom a household sees, private members among them, with nothing opened: its own in the order of registration, without those
/// who left; then those who came, in the order in which they did. Everything that is shown to a phone, sent to it, or done on
/// its word asks here; what a private member keeps from it is decided by whoever asks, from their `privacy`.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row was not written by us as it stands.
pub async fn of_household(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
) -> Result<Vec<Member>, StoreError> {
    let mut members = of_households(tx, sealer, &[household]).await?;
    Ok(members.remove(&household).unwrap_or_default())
}

/// The same for several at once.
///
/// # Errors
/// As [`of_household`].
pub async fn of_households(
    tx: &mut Tx,
    sealer: &Sealer,
    households: &[HouseholdId],
) -> Result<HashMap<HouseholdId, Vec<Member>>, StoreError> {
    let left = departed(tx, sealer, households).await?;
    let mut seen: HashMap<HouseholdId, Vec<Member>> = HashMap::with_capacity(households.len());
    for member in kept(tx, sealer, households).await? {
        let at_home = Standing::Held { by: member.household };
        if left
            .get(&member.person)
            .is_none_or(|standing| *standing == at_home)
        {
            seen.entry(member.household).or_default().push(member);
        }
    }
    for (holder, member) in came(tx, sealer, households).await? {
        seen.entry(holder).or_default().push(member);
    }
    Ok(seen)
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

/// Whose rows these households keep, whoever sees them.
pub(super) async fn kept(
    tx: &mut Tx,
    sealer: &Sealer,
    households: &[HouseholdId],
) -> Result<Vec<Member>, StoreError> {
    let rows = of_each(tx, households, |rows| {
        format!(
            "-- store::member::kept
             with v (household) as ({rows})
             select p.household, p.id, p.document_state, p.pin_hash, p.privacy_mac
             from person p join v on v.household = p.household order by p.created_at, p.id"
        )
    });
    rows.await?.iter().map(|row| member(sealer, row)).collect()
}

async fn departed(
    tx: &mut Tx,
    sealer: &Sealer,
    households: &[HouseholdId],
) -> Result<HashMap<PersonId, Standing>, StoreError> {
    let rows = of_each(tx, households, |rows| {
        format!(
            "-- store::member::departed
             with v (household) as ({rows})
             select d.household, d.person, d.holder, d.former, d.since, d.binding_mac
             from departure d join v on v.household = d.household"
        )
    });
    let standing = |row| read(sealer, row).map(|((_, person), standing)| (person, standing));
    rows.await?.iter().map(standing).collect()
}

/// Whom these households may hold beside their own, by holder: where to look, and no more.
pub(super) async fn listed(
    tx: &mut Tx,
    holders: &[HouseholdId],
) -> Result<Vec<(HouseholdId, Subject)>, StoreError> {
    let rows = of_each(tx, holders, |rows| {
        format!(
            "-- store::member::listed
             with v (holder) as ({rows})
             select m.holder, m.household, m.person from member m join v on v.holder = m.holder
             order by m.since, m.person"
        )
    });
    let rows = rows.await?;
    let entry = |row: &Row| Ok((row.parse(0)?, (row.parse(1)?, row.parse(2)?)));
    rows.iter().map(entry).collect()
}

/// What a statement over a list of households finds.
async fn of_each(
    tx: &mut Tx,
    households: &[HouseholdId],
    sql: impl Fn(&Rows) -> String,
) -> Result<Vec<Row>, StoreError> {
    let mut found = Vec::new();
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [ColumnType::Text],
        households.iter().map(|household| [(*household).into()]),
    ) {
        found.extend(tx.query(&sql(&rows), rows.params()).await?);
    }
    Ok(found)
}

async fn came(
    tx: &mut Tx,
    sealer: &Sealer,
    holders: &[HouseholdId],
) -> Result<Vec<(HouseholdId, Member)>, StoreError> {
    let listed = listed(tx, holders).await?;
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let subjects: HashSet<Subject> = listed.iter().map(|(_, subject)| *subject).collect();
    let subjects: Vec<Subject> = subjects.into_iter().collect();
    let standings = standings(tx, sealer, &subjects).await?;
    let people = people(tx, sealer, &subjects).await?;
    let held = |(holder, (_, person)): (HouseholdId, Subject)| {
        let by = Standing::Held { by: holder };
        let member = *people.get(&person)?;
        (standings.get(&person) == Some(&by)).then_some((holder, member))
    };
    Ok(listed.into_iter().filter_map(held).collect())
}

async fn people(
    tx: &mut Tx,
    sealer: &Sealer,
    subjects: &[Subject],
) -> Result<HashMap<PersonId, Member>, StoreError> {
    let mut found = HashMap::with_capacity(subjects.len());
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], subjects.iter().map(pair)) {
        let sql = format!(
            "-- store::member::people
             with v (household, person) as ({rows})
             select p.household, p.id, p.document_state, p.pin_hash, p.privacy_mac
             from person p join v on v.household = p.household and v.person = p.id"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let member = member(sealer, &row)?;
            found.insert(member.person, member);
        }
    }
    Ok(found)
}

/// A row of household, id, document state, the PIN's hash and its MAC.
fn member(sealer: &Sealer, row: &Row) -> Result<Member, StoreError> {
    let (household, person) = (row.parse(0)?, row.parse(1)?);
    let privacy = match private_member::pin_hash_in(sealer, (household, person), row, (3, 4))? {
        Some(_) => Privacy::Private,
        None => Privacy::Open,
    };
    Ok(Member {
        household,
        person,
        document_state: DocumentState::from_code(row.text(2)?)?,
        privacy,
    })
}
