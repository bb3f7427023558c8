//! What stands in people's records, as somebody reads them who holds the database and the keys, without a receipt.

use std::collections::BTreeMap;

use pramaan_domain::access::Field;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::SecretKey;
use pramaan_tlog::leaf::Day;

use crate::db::{Row, days};
use crate::household::NO_MOBILE;
use crate::member::{self, Standing};
use crate::pad::unpadded;
use crate::person_key::{self, Group};
use crate::sealer::context;
use crate::{Db, Sealer, StoreError, Tx, claim, person};

/// The values of one person's fields, a field's more than once where there are several.
#[derive(Debug, Clone)]
pub struct StolenRecord {
    pub person: PersonId,
    /// Names, years, numbers as text; of a certificate its JSON; of a view key its 32 bytes.
    pub values: Vec<(Field, Vec<u8>)>,
}

type Subject = (HouseholdId, PersonId);

/// Everybody's record, of whom the keys are still there. View keys are of the days up to `now`, from two days before.
pub async fn stolen_records(db: &Db, sealer: &Sealer, now: Timestamp) -> Vec<StolenRecord> {
    let sealer = sealer.clone();
    let read = db.read("testing::stolen_records", move |tx| {
        Box::pin(async move {
            let phones = phones(tx, &sealer).await?;
            let sql = "select household, id, name, birth_year, document_last_four, reference_id from person order by id";
            let mut records = Vec::new();
            for row in tx.query(sql, &[]).await? {
                let subject: Subject = (row.parse(0)?, row.parse(1)?);
                let Some(keys) = Keys::of(tx, &sealer, subject).await? else {
                    continue;
                };
                let mut values = keys.own(subject.1, &row)?;
                values.extend(keys.codes(tx, subject).await?);
                values.extend(keys.certificates(tx, subject).await?);
                values.extend(reached_by(tx, &sealer, subject, &phones).await?);
                values.extend(view_keys(tx, &sealer, subject, now).await?);
                let person = subject.1;
                records.push(StolenRecord { person, values });
            }
            Ok(records)
        })
    });
    let read: Result<_, StoreError> = read.await;
    read.unwrap_or_else(|error| panic!("cannot read the records: {error}"))
}

struct Keys {
    identity: SecretKey,
    clinical: SecretKey,
}

impl Keys {
    async fn of(tx: &mut Tx, sealer: &Sealer, subject: Subject) -> Result<Option<Self>, StoreError> {
        let mut identity = person_key::group(tx, sealer, Group::Identity, &[subject]).await?;
        let mut clinical = person_key::group(tx, sealer, Group::Clinical, &[subject]).await?;
        let both = identity.remove(&subject.1).zip(clinical.remove(&subject.1));
        Ok(both.map(|(identity, clinical)| Self { identity, clinical }))
    }

    fn own(&self, person: PersonId, row: &Row) -> Result<Vec<(Field, Vec<u8>)>, StoreError> {
        let fields = [
            (2, Field::Name),
            (3, Field::BirthYear),
            (4, Field::DocumentLastFour),
            (5, Field::ReferenceId),
        ];
        let mut values = Vec::new();
        for (column, field) in fields {
            let value = person::seal::open(&self.identity, person, field, row.blob(column)?)?;
            values.push((field, value.as_bytes().to_vec()));
        }
        Ok(values)
    }

    async fn codes(&self, tx: &mut Tx, subject: Subject) -> Result<Vec<(Field, Vec<u8>)>, StoreError> {
        let sql = "select appointment, code from claim where household = $1 and person = $2";
        let mut codes = Vec::new();
        for row in tx.query(sql, &[subject.0.into(), subject.1.into()]).await? {
            let appointment: AppointmentId = row.parse(0)?;
            let bound = claim::code_context(appointment, subject.1);
            let code = self.identity.open(&bound, row.blob(1)?)?;
            codes.push((Field::AppointmentCode, code.to_vec()));
        }
        Ok(codes)
    }

    async fn certificates(&self, tx: &mut Tx, subject: Subject) -> Result<Vec<(Field, Vec<u8>)>, StoreError> {
        let sql = "select event, sealed from certificate where household = $1 and person = $2";
        let mut found = Vec::new();
        for row in tx.query(sql, &[subject.0.into(), subject.1.into()]).await? {
            let bound = context("certificate", "sealed", row.text(0)?);
            let plain = self.clinical.open(&bound, row.blob(1)?)?;
            found.extend(unpadded(&plain).map(|json| (Field::Certificate, json.to_vec())));
        }
        Ok(found)
    }
}

/// Numbers by household.
async fn phones(tx: &mut Tx, sealer: &Sealer) -> Result<BTreeMap<HouseholdId, Vec<u8>>, StoreError> {
    let mut phones = BTreeMap::new();
    for row in tx.query("select id, mobile from household", &[]).await? {
        let household: HouseholdId = row.parse(0)?;
        let Some(key) = person_key::household(tx, sealer, household).await? else {
            continue;
        };
        let number = key.open(&context("household", "mobile", household), row.blob(1)?)?;
        if *number != *NO_MOBILE.as_bytes() {
            phones.insert(household, number.to_vec());
        }
    }
    Ok(phones)
}

/// The number of the household that keeps the rows, and that of the one to which the person came.
async fn reached_by(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    phones: &BTreeMap<HouseholdId, Vec<u8>>,
) -> Result<Vec<(Field, Vec<u8>)>, StoreError> {
    let by = match member::standing(tx, sealer, subject).await? {
        Standing::Held { by } => Some(by),
        Standing::Asleep { .. } | Standing::Detached => None,
    };
    let mut numbers: Vec<Vec<u8>> = [Some(subject.0), by]
        .into_iter()
        .flatten()
        .filter_map(|household| phones.get(&household).cloned())
        .collect();
    numbers.dedup();
    Ok(numbers
        .into_iter()
        .map(|number| (Field::Mobile, number))
        .collect())
}

async fn view_keys(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    now: Timestamp,
) -> Result<Vec<(Field, Vec<u8>)>, StoreError> {
    let today = Day::new(u32::try_from(days(now.date())).unwrap_or_default());
    let from = Day::new(today.number().saturating_sub(2));
    let keys = person_key::tags(tx, sealer, &[subject]).await?;
    let Some(key) = keys.get(&subject.1) else {
        return Ok(Vec::new());
    };
    let keys = key.view_keys(from, today)?;
    Ok(keys
        .into_iter()
        .map(|key| (Field::ViewKey, key.key.to_vec()))
        .collect())
}
