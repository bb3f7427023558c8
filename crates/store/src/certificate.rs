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
use crate::db::{Row, Tx};
use crate::dose_binding;
use crate::dose_change::{self, Fate};
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
        let ix = sealer.keys.index(IndexKind::Certificate, number.as_bytes());
        let reserved = tx
            .execute(
                "-- store::certificate::reserve_number
                 insert into certificate_index (certificate_ix, key_epoch, household, person, event, binding_mac)
                 values ($1, $2, $3, $4, $5, $6) on conflict (certificate_ix) do nothing",
                &[
                    ix.as_bytes().into(),
                    i64::from(sealer.keys.epoch().0).into(),
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
    let ix = sealer.keys.index(IndexKind::Certificate, number.as_bytes());
    let row = tx
        .query_opt(
            "-- store::certificate::fate
             select household, person, event, binding_mac from certificate_index where certificate_ix = $1",
            &[ix.as_bytes().into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let key = CertificateKey {
        household: row.parse(0)?,
        person: row.parse(1)?,
        event: row.parse(2)?,
    };
    if !equal(
        &dose_binding::of_certificate(sealer, ix.as_bytes(), key),
        row.blob(3)?,
    ) {
        return Err(StoreError::misplaced("certificate_index"));
    }
    let subject = (key.household, key.person);
    dose_change::fate(tx, sealer, subject, key.event).await.map(Some)
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

/// The certificates of a household's members that stand, oldest first; nothing is opened.
pub async fn of_household(tx: &mut Tx, household: HouseholdId) -> Result<Vec<Issued>, StoreError> {
    let sql = format!(
        "-- store::certificate::of_household
         select c.household, c.person, c.event, c.dose, c.issued_at from certificate c
         where c.household = $1 and {STANDS} order by c.issued_at, c.event"
    );
    let rows = tx.query(&sql, &[household.into()]).await?;
    rows.iter().map(issued).collect()
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
