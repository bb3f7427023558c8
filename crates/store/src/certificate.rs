//! Certificates: the signed JSON of one dose event, sealed under the person's clinical key.
//!
//! Making, signing and printing are the `cert` crate's; here they are kept, found and opened under a receipt.

use pramaan_domain::access::Field;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{DoseId, HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{IndexKind, equal};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::access_log::Receipt;
use crate::db::{ColumnType, Row, Rows, Tx, pair};
use crate::dose_binding;
use crate::dose_change::{self, Fate};
use crate::member::Subject;
use crate::pad::{padded, unpadded};
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};
use crate::session::dose_of;

/// Which certificate: of this dose event of this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CertificateKey {
    pub household: HouseholdId,
    pub person: PersonId,
    pub event: DoseId,
}

/// A certificate that exists, with nothing opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issued {
    pub key: CertificateKey,
    pub dose: DoseNumber,
    pub issued_at: Timestamp,
}

/// A certificate as it was signed.
pub struct OpenedCertificate {
    pub issued: Issued,
    pub json: Zeroizing<String>,
}

impl std::fmt::Debug for OpenedCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedCertificate")
            .field("issued", &self.issued)
            .finish_non_exhaustive()
    }
}

/// Chooses a certificate's fourteen digits and reserves them. A number that is taken is passed over.
pub async fn reserve_number(tx: &mut Tx, sealer: &Sealer, key: CertificateKey) -> Result<String, StoreError> {
    loop {
        let number = random_number(sealer);
        let ix = sealer
            .keys
            .directory(IndexKind::Certificate, number.as_bytes())
            .now;
        let reserved = tx
            .execute(
                "-- store::certificate::reserve_number
                 insert into certificate_index (certificate_ix, key_epoch, household, person, event, binding_mac)
                 values ($1, $2, $3, $4, $5, $6) on conflict (certificate_ix) do nothing",
                &[
                    ix.as_bytes().into(),
                    i64::from(sealer.keys.index_epoch().0).into(),
                    key.household.into(),
                    key.person.into(),
                    key.event.into(),
                    dose_binding::of_certificate(sealer, ix.as_bytes(), key).into(),
                ],
            )
            .await?;
        if reserved == 1 {
            return Ok(number);
        }
    }
}

/// Fourteen digits, the first 1–9. The remainder of 64 random bits favours none by more than one in 10^5.
fn random_number(sealer: &Sealer) -> String {
    const LEAST: u64 = 10_000_000_000_000;
    (LEAST + u64::from_be_bytes(sealer.random()) % (9 * LEAST)).to_string()
}

/// What became of the dose that a certificate of this number is of; none when no such was issued here, or its person was
/// erased. Opens nothing: whoever asks has the certificate.
///
/// # Errors
/// `Misplaced`, with an alarm, when the certificate's row or the dose's was not written by us as it stands.
pub async fn fate(tx: &mut Tx, sealer: &Sealer, number: &str) -> Result<Option<Fate>, StoreError> {
    let Some(key) = named_by(tx, sealer, number).await? else {
        return Ok(None);
    };
    let subject = (key.household, key.person);
    dose_change::fate(tx, sealer, subject, key.event).await.map(Some)
}

/// Which certificate has this number, by its index as it is now or as a row that was not moved yet still has it.
async fn named_by(tx: &mut Tx, sealer: &Sealer, number: &str) -> Result<Option<CertificateKey>, StoreError> {
    let index = sealer.keys.directory(IndexKind::Certificate, number.as_bytes());
    let [now, before] = index.both();
    let row = tx
        .query_opt(
            "-- store::certificate::named_by
             select household, person, event, binding_mac, certificate_ix from certificate_index
             where certificate_ix in ($1, $2)",
            &[now.as_bytes().into(), before.as_bytes().into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let key = CertificateKey {
        household: row.parse(0)?,
        person: row.parse(1)?,
        event: row.parse(2)?,
    };
    match equal(
        &dose_binding::of_certificate(sealer, row.blob(4)?, key),
        row.blob(3)?,
    ) {
        true => Ok(Some(key)),
        false => Err(StoreError::misplaced("certificate_index")),
    }
}

/// The event whose certificate stands for a dose: its own, or that of its latest correction. None after a void.
pub async fn standing_event(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: (HouseholdId, PersonId),
    root: DoseId,
) -> Result<Option<DoseId>, StoreError> {
    dose_change::standing_of_root(tx, sealer, subject, root).await
}

/// A certificate stands until an event takes the place of its dose's.
const STANDS: &str = "not exists (
                 select 1 from dose d
                 where d.household = c.household and d.person = c.person and d.supersedes = c.event)";

/// Whose certificate has this number; nothing is opened.
///
/// # Errors
/// As [`fate`].
pub async fn of_number(tx: &mut Tx, sealer: &Sealer, number: &str) -> Result<Option<Subject>, StoreError> {
    let key = named_by(tx, sealer, number).await?;
    Ok(key.map(|key| (key.household, key.person)))
}

/// Stores a signed certificate.
pub async fn insert(tx: &mut Tx, sealer: &Sealer, issued: Issued, json: &str) -> Result<(), StoreError> {
    let key = issued.key;
    let keys = person_key::group(tx, sealer, Group::Clinical, &[(key.household, key.person)]).await?;
    let clinical = keys.get(&key.person).ok_or(StoreError::Erased)?;
    let sealed = clinical.seal(
        &bound(key.event),
        &padded(json.as_bytes(), BLOCK),
        &*sealer.entropy,
    );
    tx.execute(
        "-- store::certificate::insert
         insert into certificate (household, person, event, dose, sealed, issued_at) values ($1, $2, $3, $4, $5, $6)",
        &[
            key.household.into(),
            key.person.into(),
            key.event.into(),
            issued.dose.code().into(),
            sealed.into(),
            issued.issued_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The certificates of these people that stand, oldest first; nothing is opened.
pub async fn of_people(tx: &mut Tx, people: &[Subject]) -> Result<Vec<Issued>, StoreError> {
    let mut found = Vec::new();
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], people.iter().map(pair)) {
        let sql = format!(
            "-- store::certificate::of_people
             with v (household, person) as ({rows})
             select c.household, c.person, c.event, c.dose, c.issued_at
             from certificate c join v on v.household = c.household and v.person = c.person
             where {STANDS}"
        );
        for row in tx.query(&sql, rows.params()).await? {
            found.push(issued(&row)?);
        }
    }
    found.sort_unstable_by_key(|issued| (issued.issued_at, issued.key.event));
    Ok(found)
}

/// Opens one certificate of the receipt's person that stands: of this event, or else of the latest dose. The receipt must
/// name certificates.
pub async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    receipt: Receipt,
    event: Option<DoseId>,
    now: Timestamp,
) -> Result<Option<OpenedCertificate>, StoreError> {
    let opening = receipt.spend(now)?;
    if !opening.fields.contains(Field::Certificate) {
        return Err(StoreError::NotNamed {
            field: Field::Certificate.name(),
        });
    }
    let sql = format!(
        "-- store::certificate::open
         select c.household, c.person, c.event, c.dose, c.issued_at, c.sealed from certificate c
         where c.household = $1 and c.person = $2 and {STANDS}
         order by c.dose desc, c.issued_at desc, c.event desc"
    );
    let rows = tx
        .query(&sql, &[opening.household.into(), opening.person.into()])
        .await?;
    let keys = person_key::group(
        tx,
        sealer,
        Group::Clinical,
        &[(opening.household, opening.person)],
    )
    .await?;
    let Some(key) = keys.get(&opening.person) else {
        return Ok(None);
    };
    for row in &rows {
        let issued = issued(row)?;
        if event.is_none_or(|event| event == issued.key.event) {
            let plain = key.open(&bound(issued.key.event), row.blob(5)?)?;
            let json = unpadded(&plain)
                .and_then(|json| String::from_utf8(json.to_vec()).ok())
                .ok_or_else(|| StoreError::corrupt("certificate", "sealed"))?;
            return Ok(Some(OpenedCertificate {
                issued,
                json: Zeroizing::new(json),
            }));
        }
    }
    Ok(None)
}

/// What certificates are padded to: most are one or two of these.
const BLOCK: usize = 2_048;

fn bound(event: DoseId) -> Vec<u8> {
    context("certificate", "sealed", event)
}

fn issued(row: &Row) -> Result<Issued, StoreError> {
    Ok(Issued {
        key: CertificateKey {
            household: row.parse(0)?,
            person: row.parse(1)?,
            event: row.parse(2)?,
        },
        dose: dose_of(row, 3)?,
        issued_at: row.timestamp(4)?,
    })
}
