//! Opening records: one receipt a person, exactly the fields that it names.

use std::collections::HashMap;

use pramaan_domain::access::{Field, FieldSet};
use pramaan_domain::birth::{Birth, BirthDate, BirthYear};
use pramaan_domain::document::DocumentType;
use pramaan_domain::gender::Gender;
use pramaan_domain::guardian::{Guardian, Minority};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::language::Language;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::SecretKey;

use super::phone::{self, Phone, Whose};
use super::write::{CAME_OF_AGE, NO_BIRTH_DATE};
use super::{Comorbidity, DocumentState, seal};
use crate::StoreError;
use crate::access_log::{Opening, Receipt};
use crate::db::{ColumnType, Row, Rows, Tx, pair};
use crate::household;
use crate::person_key::{self, Group};
use crate::private_member::Audience;
use crate::sealer::{Sealer, context};

/// The fields of one record that a receipt named; the others are `None`.
pub struct OpenedPerson {
    pub household: HouseholdId,
    pub person: PersonId,
    pub document_state: DocumentState,
    pub created_at: Timestamp,
    /// In which the household is written to; in clear.
    pub language: Language,
    /// Who else reads what is sent to `mobile`; `Shared` where no number was opened.
    pub audience: Audience,
    pub name: Option<PersonName>,
    pub birth_year: Option<BirthYear>,
    pub birth_date: Option<BirthDate>,
    /// Whether the birth date was erased because the person turned 18; opened with it.
    pub came_of_age: CameOfAge,
    pub gender: Option<Gender>,
    pub document_type: Option<DocumentType>,
    pub document_last_four: Option<String>,
    pub reference_id: Option<ReferenceId>,
    pub comorbidity: Option<Comorbidity>,
    /// That of the phone which sees the person now. `None` also where nobody proved one, or no phone does.
    pub mobile: Option<Mobile>,
    /// Who was named for a minor; opened with the name. `None` also where nobody was.
    pub guardian: Option<Guardian>,
}

/// What is left of a birth date that was erased on the 18th birthday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameOfAge {
    Yes,
    /// No birth date was ever given, it still stands, or it was not opened.
    NotKnown,
}

impl OpenedPerson {
    /// Who decides about this record; `None` when no birth was opened.
    pub fn minority(&self, today: CivilDate) -> Option<Minority> {
        if self.came_of_age == CameOfAge::Yes {
            return Some(Minority::CameOfAge);
        }
        let by_year = self.birth_year.map(Birth::Year);
        let birth = self.birth_date.map(Birth::Date).or(by_year)?;
        Some(Minority::of(birth, self.created_at.date(), today))
    }
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
    let phones = match wanted.contains(Field::Mobile) {
        true => phone::of_people(tx, sealer, &subjects).await?,
        false => HashMap::new(),
    };
    let keys = Keys::load(tx, sealer, (wanted, &phones), &subjects).await?;
    let mut opened = Vec::with_capacity(openings.len());
    for opening in openings {
        if let Some(row) = rows.get(&opening.person) {
            let phone = phones.get(&opening.person);
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
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], subjects.iter().map(pair)) {
        let sql = format!(
            "-- store::person::open
             with v (household, id) as ({rows})
             select p.id, p.document_state, p.created_at, p.name, p.birth_year, p.birth_date, p.gender
                  , p.document_type, p.document_last_four, p.reference_id, p.comorbidity, h.mobile
                  , h.language, p.guardian
             from person p join v on v.household = p.household and v.id = p.id
             join household h on h.id = p.household"
        );
        for row in tx.query(&sql, rows.params()).await? {
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
        (wanted, phones): (FieldSet, &HashMap<PersonId, Phone>),
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
                let of = match phones.get(person).map(|phone| &phone.whose) {
                    None | Some(Whose::Home) => *household,
                    Some(Whose::Of { household, .. }) => *household,
                    Some(Whose::None) => continue,
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
    let birth_date = field(Field::BirthDate, 5)?;
    let guardian = match keys.identity.get(&person) {
        Some(key) if opening.fields.contains(Field::Name) => seal::open_guardian(key, person, row.blob(13)?)?,
        _ => None,
    };
    let opened = OpenedPerson {
        household: opening.household,
        person,
        document_state: DocumentState::from_code(row.text(1)?)?,
        created_at: Timestamp::from_micros(row.int(2)?),
        language: language(row, phone)?,
        audience: phone.map_or(Audience::Shared, |phone| phone.audience),
        name: parsed(field(Field::Name, 3)?, "name", |text| {
            PersonName::parse(text).ok()
        })?,
        birth_year: parsed(field(Field::BirthYear, 4)?, "birth_year", |text| {
            BirthYear::parse(text, today).ok()
        })?,
        came_of_age: match birth_date.as_deref() {
            Some(CAME_OF_AGE) => CameOfAge::Yes,
            _ => CameOfAge::NotKnown,
        },
        // Nobody's is sealed like somebody's.
        birth_date: parsed(
            birth_date.filter(|text| ![NO_BIRTH_DATE, CAME_OF_AGE].contains(&text.as_str())),
            "birth_date",
            |text| BirthDate::parse(text, today).ok(),
        )?,
        gender: parsed(field(Field::Gender, 6)?, "gender", |text| {
            Gender::parse(text).ok()
        })?,
        // Of somebody without a document, empty.
        document_type: parsed(
            field(Field::DocumentType, 7)?.filter(|text| !text.is_empty()),
            "document_type",
            |text| DocumentType::from_id(text.parse().ok()?).ok(),
        )?,
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
        guardian,
    };
    let erased = opening.fields.contains(Field::Name) && opened.name.is_none();
    Ok((!erased).then_some(opened))
}

fn language(row: &Row, phone: Option<&Phone>) -> Result<Language, StoreError> {
    match phone.map(|phone| &phone.whose) {
        Some(Whose::Of { language, .. }) => Ok(*language),
        Some(Whose::Home | Whose::None) | None => {
            Language::parse(row.text(12)?).map_err(|_| row.inconsistent(12, "a language"))
        }
    }
}

fn open_mobile(
    keys: &Keys,
    (row, phone): (&Row, Option<&Phone>),
    opening: Opening,
) -> Result<Option<Mobile>, StoreError> {
    let (household, sealed) = match phone.map(|phone| &phone.whose) {
        None | Some(Whose::Home) => (opening.household, row.blob(11)?),
        Some(Whose::Of {
            household, sealed, ..
        }) => (*household, sealed.as_slice()),
        Some(Whose::None) => return Ok(None),
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
