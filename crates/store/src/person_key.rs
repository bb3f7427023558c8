//! Random keys of one person or one household, wrapped by the sealing key. Deleting the row is erasure.

use std::collections::{HashMap, HashSet};

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{KeyError, SecretKey};
use pramaan_tlog::leaf::Day;

use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx, Value, for_update, pair};
use crate::sealer::{Sealer, context};
use crate::tag_key::{Epochs, TagKey};

/// A field group with a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Identity,
    Contact,
    Clinical,
    Tags,
}

impl Group {
    const fn column(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Contact => "contact",
            Self::Clinical => "clinical",
            Self::Tags => "tags",
        }
    }
}

/// Each once, in the order of the table's columns.
pub(crate) const GROUPS: [Group; 4] = [Group::Identity, Group::Contact, Group::Clinical, Group::Tags];

/// The four keys of one person, unwrapped. They live as long as one statement needs them.
pub(crate) struct PersonKeys {
    pub(crate) identity: SecretKey,
    pub(crate) contact: SecretKey,
    pub(crate) clinical: SecretKey,
    pub(crate) tags: SecretKey,
}

impl PersonKeys {
    pub(crate) fn generate(sealer: &Sealer) -> Self {
        Self {
            identity: sealer.new_key(),
            contact: sealer.new_key(),
            clinical: sealer.new_key(),
            tags: sealer.new_key(),
        }
    }
}

/// Stores the keys of a new person.
pub(crate) async fn insert(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    person: PersonId,
    keys: &PersonKeys,
    now: Timestamp,
) -> Result<(), StoreError> {
    let wrap = |group: Group, key| Value::from(wrap(sealer, &bound(group, (household, person)), key));
    tx.execute(
        "-- store::person_key::insert
         insert into person_key (household, subject, identity, contact, clinical, tags, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            household.to_string().into(),
            person.to_string().into(),
            wrap(Group::Identity, &keys.identity),
            wrap(Group::Contact, &keys.contact),
            wrap(Group::Clinical, &keys.clinical),
            wrap(Group::Tags, &keys.tags),
            now.micros().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Stores the key of a new household's mobile number.
pub(crate) async fn insert_household(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    key: &SecretKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::person_key::insert_household
         insert into person_key (household, subject, contact, created_at) values ($1, $1, $2, $3)",
        &[
            household.to_string().into(),
            wrap(sealer, &bound(Group::Contact, (household, household)), key).into(),
            now.micros().into(),
        ],
    )
    .await?;
    Ok(())
}

/// The household's contact key; `None` after erasure.
pub(crate) async fn household(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
) -> Result<Option<SecretKey>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::person_key::household
             select contact from person_key where household = $1 and subject = $1",
            &[household.to_string().into()],
        )
        .await?;
    row.map(|row| {
        unwrap(
            sealer,
            &bound(Group::Contact, (household, household)),
            row.blob(0)?,
        )
    })
    .transpose()
}

/// One group's key of one subject.
///
/// # Errors
/// `Erased` when it is gone.
pub(crate) async fn one(
    tx: &mut Tx,
    sealer: &Sealer,
    group: Group,
    subject: (HouseholdId, PersonId),
) -> Result<SecretKey, StoreError> {
    let mut keys = self::group(tx, sealer, group, &[subject]).await?;
    keys.remove(&subject.1).ok_or(StoreError::Erased)
}

/// One group's key of each subject, those erased left out.
pub(crate) async fn group(
    tx: &mut Tx,
    sealer: &Sealer,
    group: Group,
    subjects: &[(HouseholdId, PersonId)],
) -> Result<HashMap<PersonId, SecretKey>, StoreError> {
    let found = read(tx, sealer, group, subjects).await?;
    Ok(found
        .into_iter()
        .map(|(person, (key, _))| (person, key))
        .collect())
}

/// The keys of tags with their epochs, those erased left out.
pub(crate) async fn tags(
    tx: &mut Tx,
    sealer: &Sealer,
    subjects: &[(HouseholdId, PersonId)],
) -> Result<HashMap<PersonId, TagKey>, StoreError> {
    let found = read(tx, sealer, Group::Tags, subjects).await?;
    let tags = found
        .into_iter()
        .map(|(person, (key, epochs))| (person, TagKey::new(key, epochs)));
    Ok(tags.collect())
}

async fn read(
    tx: &mut Tx,
    sealer: &Sealer,
    group: Group,
    subjects: &[(HouseholdId, PersonId)],
) -> Result<HashMap<PersonId, (SecretKey, Epochs)>, StoreError> {
    let mut found = HashMap::with_capacity(subjects.len());
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], subjects.iter().map(pair)) {
        let sql = format!(
            "-- store::person_key::read
             with v (household, subject) as ({rows})
             select k.subject, k.household, k.{}, k.tags_since from person_key k
             join v on v.household = k.household and v.subject = k.subject",
            group.column()
        );
        for row in tx.query(&sql, rows.params()).await? {
            let person: PersonId = row.parse(0)?;
            let household: HouseholdId = row.parse(1)?;
            let epochs = kept_epochs(&row, 3)?;
            let bound = bound_since(group, (household, person), &epochs);
            found.insert(person, (unwrap(sealer, &bound, row.blob(2)?)?, epochs));
        }
    }
    Ok(found)
}

/// The days from which a row's key of tags is another.
pub(crate) fn kept_epochs(row: &Row, column: usize) -> Result<Epochs, StoreError> {
    match row.opt_text(column)? {
        None => Ok(Epochs::default()),
        Some(kept) => Epochs::parse(kept).ok_or_else(|| row.inconsistent(column, "ascending days")),
    }
}

/// Since when which of a person's epochs holds; none for whoever is erased.
pub(crate) async fn epochs(
    tx: &mut Tx,
    household: HouseholdId,
    person: PersonId,
) -> Result<Epochs, StoreError> {
    let row = tx
        .query_opt(
            "-- store::person_key::epochs
             select tags_since from person_key where household = $1 and subject = $2",
            &[household.into(), person.into()],
        )
        .await?;
    row.map_or_else(|| Ok(Epochs::default()), |row| kept_epochs(&row, 0))
}

/// Begins a new epoch of the person's tags on that day; `false` when one begins then or later already. Lock the person
/// before.
///
/// # Errors
/// `Erased` when the keys are gone.
pub(crate) async fn renew_tags(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    from: Day,
) -> Result<bool, StoreError> {
    let found = read(tx, sealer, Group::Tags, &[subject])
        .await?
        .remove(&subject.1);
    let (key, epochs) = found.ok_or(StoreError::Erased)?;
    let Some(epochs) = epochs.with(from) else {
        return Ok(false);
    };
    let wrapped = wrap(sealer, &bound_since(Group::Tags, subject, &epochs), &key);
    tx.execute(
        "-- store::person_key::renew_tags
         update person_key set tags = $3, tags_since = $4 where household = $1 and subject = $2",
        &[
            subject.0.into(),
            subject.1.into(),
            wrapped.into(),
            epochs.to_string().into(),
        ],
    )
    .await?;
    Ok(true)
}

/// Locks the keys of these persons until the transaction ends, in their order; answers who is not erased.
///
/// It is what deleting, booking, changing and recording wait for, so that none crosses another. Sessions are locked
/// before, never after.
pub(crate) async fn lock(
    tx: &mut Tx,
    subjects: &[(HouseholdId, PersonId)],
) -> Result<HashSet<PersonId>, StoreError> {
    let mut subjects = subjects.to_vec();
    subjects.sort_unstable();
    subjects.dedup();
    let mut found = HashSet::with_capacity(subjects.len());
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], subjects.iter().map(pair)) {
        let select = format!(
            "-- store::person_key::lock
             with v (household, subject) as ({rows})
             select k.subject from person_key k join v on v.household = k.household and v.subject = k.subject
             order by k.household, k.subject"
        );
        let rows = tx.query(&for_update(tx.engine(), &select), rows.params()).await?;
        for row in rows {
            found.insert(row.parse(0)?);
        }
    }
    Ok(found)
}

/// Deletes a person's keys: everything sealed under them is unreadable from here on.
pub(crate) async fn erase(tx: &mut Tx, household: HouseholdId, person: PersonId) -> Result<(), StoreError> {
    tx.execute(
        "-- store::person_key::erase
         delete from person_key where household = $1 and subject = $2",
        &[household.to_string().into(), person.to_string().into()],
    )
    .await?;
    Ok(())
}

fn wrap(sealer: &Sealer, bound: &[u8], key: &SecretKey) -> Vec<u8> {
    sealer.keys.wrap(key, bound, &*sealer.entropy)
}

/// The same key, wrapped by the newest sealing key. What is under it is neither read nor changed.
pub(crate) fn rewrapped(
    sealer: &Sealer,
    group: Group,
    owner: (HouseholdId, &str),
    epochs: &Epochs,
    wrapped: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let bound = bound_since(group, owner, epochs);
    let key = unwrap(sealer, &bound, wrapped)?;
    Ok(wrap(sealer, &bound, &key))
}

/// # Errors
/// `Misplaced`, with an alarm, when the key was not wrapped for this subject in this household, or with these epochs.
fn unwrap(sealer: &Sealer, bound: &[u8], wrapped: &[u8]) -> Result<SecretKey, StoreError> {
    match sealer.keys.unwrap_key(wrapped, bound) {
        Err(KeyError::Rejected) => Err(StoreError::misplaced("person_key")),
        other => Ok(other?),
    }
}

/// The household is part of what a key is bound to: who can write the database cannot move a person into a household of
/// their own and read them there.
fn bound(group: Group, (household, subject): (HouseholdId, impl std::fmt::Display)) -> Vec<u8> {
    context(
        "person_key",
        group.column(),
        format_args!("{household}|{subject}"),
    )
}

/// For the key of tags its epochs, too: nobody gives the person back a view key that they did away with.
fn bound_since(
    group: Group,
    (household, subject): (HouseholdId, impl std::fmt::Display),
    epochs: &Epochs,
) -> Vec<u8> {
    match group {
        Group::Tags if epochs.newest().is_some() => {
            let place = format_args!("{household}|{subject}|{epochs}");
            context("person_key", group.column(), place)
        }
        Group::Identity | Group::Contact | Group::Clinical | Group::Tags => {
            bound(group, (household, subject))
        }
    }
}
