//! Registering, changing and deleting persons.

use chrono::Datelike;
use pramaan_domain::access::Field;
use pramaan_domain::birth::BirthDate;
use pramaan_domain::guardian::Guardian;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::{IndexKind, SecretKey};

use super::find::reference_ix;
use super::{Directory, DocumentState, KeptDocument, NewKeptPerson, NewPerson, PersonFacts, document, seal};
use crate::StoreError;
use crate::db::{Tx, Value, days};
use crate::household::{self, HouseholdLeft};
use crate::member::{self, Standing};
use crate::person_key::{self, Group, PersonKeys};
use crate::private_member::{self, privacy_mac};
use crate::sealer::Sealer;
use crate::{appointment, card, correction, desk_registration, merge, objection, withdrawal};

/// What became of a registration. The state is for staff and the first holder, never for the caller's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    pub document_state: DocumentState,
}

/// Takes the next `count` serial numbers for reference ids; returns the first.
pub async fn allocate_reference_serials(tx: &mut Tx, count: u64) -> Result<u64, StoreError> {
    let row = tx
        .query_one(
            "-- store::person::allocate_reference_serials
             insert into reference_block (name, next) values ('person', $1)
             on conflict (name) do update set next = reference_block.next + excluded.next
             returning next",
            &[i64::try_from(count).unwrap_or(i64::MAX).into()],
        )
        .await?;
    Ok(u64::try_from(row.int(0)?).unwrap_or(0).saturating_sub(count))
}

/// Seals and stores a new person. The same statements run whether the document is known or not.
///
/// # Errors
/// `Erased` when the household is gone.
pub async fn insert(
    tx: &mut Tx,
    sealer: &Sealer,
    new: NewPerson,
    now: Timestamp,
) -> Result<Registered, StoreError> {
    let document = document::document_of(&new).map(|document| KeptDocument::of(sealer, document));
    let new = NewKeptPerson {
        household: new.household,
        id: new.id,
        reference_id: new.reference_id,
        facts: new.facts,
        document,
        consent_version: new.consent_version,
    };
    insert_kept(tx, sealer, new, now).await
}

/// The same of somebody whose document is known by its index alone.
///
/// # Errors
/// `Erased` when the household is gone.
pub async fn insert_kept(
    tx: &mut Tx,
    sealer: &Sealer,
    new: NewKeptPerson,
    now: Timestamp,
) -> Result<Registered, StoreError> {
    household::move_in(tx, new.household).await?;
    let keys = PersonKeys::generate(sealer);
    person_key::insert(tx, sealer, new.household, new.id, &keys, now).await?;
    let subject = (new.household, new.id);
    let document_state = document::claim(tx, sealer, subject, new.document.as_ref(), now).await?;
    let last_four = new
        .document
        .map(|document| document.last_four)
        .unwrap_or_default();
    let sealed = SealedFacts::new(
        sealer,
        &keys.identity,
        &keys.clinical,
        new.id,
        &new.facts,
        last_four,
    );
    let reference = seal::seal(
        sealer,
        &keys.identity,
        new.id,
        Field::ReferenceId,
        &new.reference_id.to_string(),
    );
    tx.execute(
        "-- store::person::insert
         insert into person (household, id, name, birth_year, birth_date, birth_date_erase_ix, gender, document_type
           , document_last_four, comorbidity, reference_id, document_state, consent_version, created_at, updated_at
           , privacy_mac, guardian)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16)",
        &[
            new.household.to_string().into(),
            new.id.to_string().into(),
            sealed.name,
            sealed.birth_year,
            sealed.birth_date,
            sealed.birth_date_erase_ix,
            sealed.gender,
            sealed.document_type,
            sealed.document_last_four,
            sealed.comorbidity,
            reference.into(),
            document_state.code().into(),
            new.consent_version.into(),
            now.micros().into(),
            privacy_mac(sealer, (new.household, new.id), None).into(),
            seal::seal_guardian(sealer, &keys.identity, new.id, NOBODY).into(),
        ],
    )
    .await?;
    insert_reference(
        tx,
        sealer,
        (new.household, new.id),
        reference_ix(sealer, new.reference_id),
    )
    .await?;
    Ok(Registered { document_state })
}

async fn insert_reference(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    ix: Vec<u8>,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::person::insert_reference
         insert into reference_index (reference_ix, key_epoch, household, person, binding_mac)
         values ($1, $2, $3, $4, $5)",
        &[
            (&ix).into(),
            epoch(sealer),
            household.into(),
            person.into(),
            Directory::Reference.bind(sealer, &ix, (household, person)).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Replaces the facts of a person without any dose. The document stays; a new one is a new registration.
///
/// # Errors
/// `Erased` when the keys are gone.
pub async fn update(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    facts: &PersonFacts,
    last_four: String,
    now: Timestamp,
) -> Result<(), StoreError> {
    let subject = [(household, person)];
    let identity = person_key::group(tx, sealer, Group::Identity, &subject)
        .await?
        .remove(&person);
    let clinical = person_key::group(tx, sealer, Group::Clinical, &subject)
        .await?
        .remove(&person);
    let (Some(identity), Some(clinical)) = (identity, clinical) else {
        return Err(StoreError::Erased);
    };
    let sealed = SealedFacts::new(sealer, &identity, &clinical, person, facts, last_four);
    tx.execute(
        "-- store::person::update
         update person set name = $3, birth_year = $4, birth_date = $5, birth_date_erase_ix = $6, gender = $7
           , document_type = $8, document_last_four = $9, comorbidity = $10, updated_at = $11
         where household = $1 and id = $2",
        &[
            household.to_string().into(),
            person.to_string().into(),
            sealed.name,
            sealed.birth_year,
            sealed.birth_date,
            sealed.birth_date_erase_ix,
            sealed.gender,
            sealed.document_type,
            sealed.document_last_four,
            sealed.comorbidity,
            now.micros().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Names who speaks for a minor.
///
/// # Errors
/// `Erased` when the keys are gone.
pub async fn put_guardian(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    guardian: &Guardian,
    now: Timestamp,
) -> Result<(), StoreError> {
    let keys = person_key::group(tx, sealer, Group::Identity, &[(household, person)]).await?;
    let key = keys.get(&person).ok_or(StoreError::Erased)?;
    let sealed = seal::seal_guardian(sealer, key, person, &guardian.text());
    tx.execute(
        "-- store::person::put_guardian
         update person set guardian = $3, updated_at = $4 where household = $1 and id = $2",
        &[household.into(), person.into(), sealed.into(), now.into()],
    )
    .await?;
    Ok(())
}

/// Deletes a person without any dose: the record, its indexes and its keys, so that log entries keep nothing readable. With
/// the last member goes the household; answers what is left of the one that saw the person.
///
/// Lock the keys first. Of claims only those missed may be left: their appointments say so from now on.
pub async fn delete(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    now: Timestamp,
) -> Result<HouseholdLeft, StoreError> {
    household::lock(tx, household).await?;
    appointment::miss(tx, (household, person), now).await?;
    document::forget(tx, (household, person)).await?;
    private_member::forget(tx, (household, person)).await?;
    card::forget(tx, (household, person)).await?;
    merge::forget(tx, sealer, (household, person), now).await?;
    correction::overtake(tx, (household, person), now).await?;
    desk_registration::forget(tx, (household, person)).await?;
    withdrawal::forget(tx, (household, person)).await?;
    objection::forget(tx, (household, person)).await?;
    let before = member::forget(tx, sealer, (household, person), now).await?;
    let params: [Value; 2] = [household.to_string().into(), person.to_string().into()];
    for sql in [
        "-- store::person::delete_claims
         delete from claim where household = $1 and person = $2",
        "-- store::person::delete_references
         delete from reference_index where household = $1 and person = $2",
        "-- store::person::delete
         delete from person where household = $1 and id = $2",
    ] {
        tx.execute(sql, &params).await?;
    }
    person_key::erase(tx, household, person).await?;
    let left = household::delete_if_empty(tx, sealer, household, now).await?;
    match before {
        Standing::Held { by } if by != household => {
            household::lock(tx, by).await?;
            household::delete_if_empty(tx, sealer, by, now).await
        }
        Standing::Asleep { former } => {
            household::wake(tx, sealer, former, now).await?;
            Ok(left)
        }
        Standing::Held { .. } | Standing::Detached => Ok(left),
    }
}

/// Puts in the place of a birth date that its person is 18. Without the person's key there is nothing left to blank: the
/// date is unreadable already.
pub async fn mark_came_of_age(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
) -> Result<u64, StoreError> {
    let keys = person_key::group(tx, sealer, Group::Identity, &[(household, person)]).await?;
    let blank = match keys.get(&person) {
        Some(key) => Value::from(seal::seal(sealer, key, person, Field::BirthDate, CAME_OF_AGE)),
        None => Value::Null,
    };
    tx.execute(
        "-- store::person::erase_birth_date
         update person set birth_date = coalesce($3, birth_date), birth_date_erase_ix = $4
         where household = $1 and id = $2",
        &[household.into(), person.into(), blank, never(sealer)],
    )
    .await
}

/// What stands in the place of a birth date that nobody gave.
pub(super) const NO_BIRTH_DATE: &str = "";
/// What stands in the place of one that was erased on the 18th birthday: that its person is 18. Sealed, and as long.
pub(super) const CAME_OF_AGE: &str = "18";
/// Nobody was named as guardian.
const NOBODY: &str = "";

/// What stands in the place of the kind of a document that nobody has; the last four are empty with it.
const NO_DOCUMENT: &str = "";

/// An index of no day, so that rows do not tell who gave a birth date.
fn never(sealer: &Sealer) -> Value {
    sealer.random::<16>().to_vec().into()
}

/// The keyed index of the day on which a birth date is erased.
pub(super) fn erasure_ix(sealer: &Sealer, day: CivilDate) -> Vec<u8> {
    let day = days(day).to_be_bytes();
    sealer.keys.index(IndexKind::ErasureDay, &day).as_bytes().to_vec()
}

/// The columns of the facts, sealed.
struct SealedFacts {
    name: Value,
    birth_year: Value,
    birth_date: Value,
    birth_date_erase_ix: Value,
    gender: Value,
    document_type: Value,
    document_last_four: Value,
    comorbidity: Value,
}

impl SealedFacts {
    fn new(
        sealer: &Sealer,
        identity: &SecretKey,
        clinical: &SecretKey,
        person: PersonId,
        facts: &PersonFacts,
        last_four: String,
    ) -> Self {
        let seal = |field, plain: &str| Value::from(seal::seal(sealer, identity, person, field, plain));
        let birth_date = facts.birth_date;
        Self {
            name: seal(Field::Name, facts.name.as_str()),
            birth_year: seal(Field::BirthYear, &facts.birth_year.get().to_string()),
            birth_date: match birth_date {
                Some(date) => seal(Field::BirthDate, &date.get().to_string()),
                None => seal(Field::BirthDate, NO_BIRTH_DATE),
            },
            birth_date_erase_ix: match birth_date {
                Some(date) => erasure_ix(sealer, eighteenth_birthday(date)).into(),
                None => never(sealer),
            },
            gender: seal(Field::Gender, facts.gender.code()),
            document_type: match facts.document_type {
                Some(kind) => seal(Field::DocumentType, &kind.id().to_string()),
                None => seal(Field::DocumentType, NO_DOCUMENT),
            },
            document_last_four: seal(Field::DocumentLastFour, &last_four),
            comorbidity: seal::seal(
                sealer,
                clinical,
                person,
                Field::Comorbidity,
                facts.comorbidity.code(),
            )
            .into(),
        }
    }
}

/// Somebody born on 29 February turns 18 on 1 March.
fn eighteenth_birthday(born: BirthDate) -> CivilDate {
    let born = born.get();
    let year = born.year() + 18;
    CivilDate::from_ymd_opt(year, born.month(), born.day())
        .or_else(|| CivilDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(born)
}

fn epoch(sealer: &Sealer) -> Value {
    i64::from(sealer.keys.index_epoch().0).into()
}
