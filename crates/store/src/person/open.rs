//! Opening records: one receipt a person, exactly the fields that it names.

use std::collections::HashMap;

use pramaan_domain::access::{Field, FieldSet};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::DocumentType;
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::language::Language;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::SecretKey;

use super::phone::{self, Phone};
use super::{Comorbidity, DocumentState, seal};
use crate::StoreError;
use crate::access_log::{Opening, Receipt};
use crate::db::{ColumnType, Row, Tx, Value, batches, rows_placeholders};
use crate::household;
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};

/// The fields of one record that a receipt named; the others are `None`.
pub struct OpenedPerson {
    pub household: HouseholdId,
    pub person: PersonId,
    pub document_state: DocumentState,
    pub created_at: Timestamp,
    /// In which the household is written to; in clear.
    pub language: Language,
    pub name: Option<PersonName>,
    pub birth_year: Option<BirthYear>,
    pub birth_date: Option<BirthDate>,
    pub gender: Option<Gender>,
    pub document_type: Option<DocumentType>,
    pub document_last_four: Option<String>,
    pub reference_id: Option<ReferenceId>,
    pub comorbidity: Option<Comorbidity>,
    /// That of the phone which sees the person now. `None` also where nobody proved one, or no phone does.
    pub mobile: Option<Mobile>,
}

impl std::fmt::Debug for OpenedPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedPerson")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

const IDENTITY: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::BirthDate,
    Field::Gender,
    Field::DocumentType,
    Field::DocumentLastFour,
    Field::ReferenceId,
]);

/// Opens one record a receipt, in the receipts' order. A person erased or deleted since is left out.
///
/// Doses, certificates, slips and access lists have opening functions of their own.
pub async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    receipts: Vec<Receipt>,
    now: Timestamp,
) -> Result<Vec<OpenedPerson>, StoreError> {
    let openings = receipts
        .into_iter()
        .map(|receipt| receipt.spend(now))
        .collect::<Result<Vec<_>, _>>()?;
    open_all(tx, sealer, openings, now).await
}

/// Opens for receipts that were spent already.
pub(crate) async fn open_all(
    tx: &mut Tx,
    sealer: &Sealer,
    openings: Vec<Opening>,
    now: Timestamp,
) -> Result<Vec<OpenedPerson>, StoreError> {
    let subjects: Vec<_> = openings
        .iter()
        .map(|opening| (opening.household, opening.person))
        .collect();
    let wanted = openings
        .iter()
        .fold(FieldSet::EMPTY, |all, opening| all.union(opening.fields));
    let rows = load(tx, &subjects).await?;
    let elsewhere = match wanted.contains(Field::Mobile) {
        true => phone::elsewhere(tx, sealer, &subjects).await?,
        false => HashMap::new(),
    };
    let keys = Keys::load(tx, sealer, (wanted, &elsewhere), &subjects).await?;
    let mut opened = Vec::with_capacity(openings.len());
    for opening in openings {
        if let Some(row) = rows.get(&opening.person) {
            let phone = elsewhere.get(&opening.person);
            opened.extend(open_one(&keys, (row, phone), opening, now.date())?);
        }
    }
    Ok(opened)
}

async fn load(
    tx: &mut Tx,
    subjects: &[(HouseholdId, PersonId)],
) -> Result<HashMap<PersonId, Row>, StoreError> {
    let mut found = HashMap::with_capacity(subjects.len());
    for chunk in batches(tx.engine(), subjects, 2, 0) {
        let params: Vec<Value> = chunk
            .iter()
            .flat_map(|(household, person)| [household.to_string().into(), person.to_string().into()])
            .collect();
        let sql = format!(
            "-- store::person::open
             with v (household, id) as (values {})
             select p.id, p.document_state, p.created_at, p.name, p.birth_year, p.birth_date, p.gender
                  , p.document_type, p.document_last_four, p.reference_id, p.comorbidity, h.mobile
                  , h.language
             from person p join v on v.household = p.household and v.id = p.id
             join household h on h.id = p.household",
            rows_placeholders(tx.engine(), 1, &[ColumnType::Text; 2], chunk.len())
        );
        for row in tx.query(&sql, &params).await? {
            found.insert(row.parse(0)?, row);
        }
    }
    Ok(found)
}

/// The keys that the wanted fields need, and no others.
struct Keys {
    identity: HashMap<PersonId, SecretKey>,
    clinical: HashMap<PersonId, SecretKey>,
    mobile: HashMap<HouseholdId, SecretKey>,
}

impl Keys {
    async fn load(
        tx: &mut Tx,
        sealer: &Sealer,
        (wanted, elsewhere): (FieldSet, &HashMap<PersonId, Phone>),
        subjects: &[(HouseholdId, PersonId)],
    ) -> Result<Self, StoreError> {
        let identity = if wanted.iter().any(|field| IDENTITY.contains(field)) {
            person_key::group(tx, sealer, Group::Identity, subjects).await?
        } else {
            HashMap::new()
        };
        let clinical = if wanted.contains(Field::Comorbidity) {
            person_key::group(tx, sealer, Group::Clinical, subjects).await?
        } else {
            HashMap::new()
        };
        let mut mobile = HashMap::new();
        if wanted.contains(Field::Mobile) {
            for (household, person) in subjects {
                let of = match elsewhere.get(person) {
                    None => *household,
                    Some(Phone::Of { household, .. }) => *household,
                    Some(Phone::None) => continue,
                };
                if !mobile.contains_key(&of)
                    && let Some(key) = person_key::household(tx, sealer, of).await?
                {
                    mobile.insert(of, key);
                }
            }
        }
        Ok(Self {
            identity,
            clinical,
            mobile,
        })
    }
}

fn open_one(
    keys: &Keys,
    (row, phone): (&Row, Option<&Phone>),
    opening: Opening,
    today: CivilDate,
) -> Result<Option<OpenedPerson>, StoreError> {
    let person = opening.person;
    let field = |field: Field, column: usize| -> Result<Option<String>, StoreError> {
        let group = if field == Field::Comorbidity {
            &keys.clinical
        } else {
            &keys.identity
        };
        let (true, Some(sealed)) = (opening.fields.contains(field), row.opt_blob(column)?) else {
            return Ok(None);
        };
        let Some(key) = group.get(&person) else {
            return Ok(None);
        };
        Ok(Some(seal::open(key, person, field, sealed)?.to_string()))
    };
    let opened = OpenedPerson {
        household: opening.household,
        person,
        document_state: DocumentState::from_code(row.text(1)?)?,
        created_at: Timestamp::from_micros(row.int(2)?),
        language: match phone {
            Some(Phone::Of { language, .. }) => *language,
            Some(Phone::None) | None => {
                Language::parse(row.text(12)?).map_err(|_| row.inconsistent(12, "a language"))?
            }
        },
        name: parsed(field(Field::Name, 3)?, "name", |text| {
            PersonName::parse(text).ok()
        })?,
        birth_year: parsed(field(Field::BirthYear, 4)?, "birth_year", |text| {
            BirthYear::parse(text, today).ok()
        })?,
        // Nobody's is sealed like somebody's: empty.
        birth_date: parsed(
            field(Field::BirthDate, 5)?.filter(|text| !text.is_empty()),
            "birth_date",
            |text| BirthDate::parse(text, today).ok(),
        )?,
        gender: parsed(field(Field::Gender, 6)?, "gender", |text| {
            Gender::parse(text).ok()
        })?,
        document_type: parsed(field(Field::DocumentType, 7)?, "document_type", |text| {
            DocumentType::from_id(text.parse().ok()?).ok()
        })?,
        document_last_four: field(Field::DocumentLastFour, 8)?,
        reference_id: parsed(field(Field::ReferenceId, 9)?, "reference_id", |text| {
            ReferenceId::parse(text).ok()
        })?,
        comorbidity: parsed(
            field(Field::Comorbidity, 10)?,
            "comorbidity",
            Comorbidity::from_code,
        )?,
        mobile: open_mobile(keys, (row, phone), opening)?,
    };
    let erased = opening.fields.contains(Field::Name) && opened.name.is_none();
    Ok((!erased).then_some(opened))
}

fn open_mobile(
    keys: &Keys,
    (row, phone): (&Row, Option<&Phone>),
    opening: Opening,
) -> Result<Option<Mobile>, StoreError> {
    let (household, sealed) = match phone {
        None => (opening.household, row.blob(11)?),
        Some(Phone::Of {
            household, sealed, ..
        }) => (*household, sealed.as_slice()),
        Some(Phone::None) => return Ok(None),
    };
    let (true, Some(key)) = (
        opening.fields.contains(Field::Mobile),
        keys.mobile.get(&household),
    ) else {
        return Ok(None);
    };
    let plain = key.open(&context("household", "mobile", household), sealed)?;
    if *plain == *household::NO_MOBILE.as_bytes() {
        return Ok(None);
    }
    let text = std::str::from_utf8(&plain)
        .ok()
        .and_then(|text| Mobile::parse(text).ok());
    text.map(Some)
        .ok_or_else(|| StoreError::corrupt("household", "mobile"))
}

fn parsed<T>(
    text: Option<String>,
    column: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    match text {
        None => Ok(None),
        Some(text) => parse(&text)
            .map(Some)
            .ok_or_else(|| StoreError::corrupt("person", column)),
    }
}
