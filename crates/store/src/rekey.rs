//! Changing the index key of the directories of people: each row moves from its index to `HMAC(new, old)`, without any plaintext,
//! while the server answers. Rows are moved in batches, and one by one before they are asked about; whatever `key_epoch` says
//! is not moved yet is moved later, so a run that stops in the middle goes on. No row of a person is touched.

use pramaan_domain::id::{HouseholdId, LoginId, PersonId};
use pramaan_domain::mobile::Mobile;
use pramaan_keys::{BlindIndex, IndexKind, equal};

use crate::StoreError;
use crate::certificate::CertificateKey;
use crate::db::{Row, Tx, Value, for_update};
use crate::dose_binding;
use crate::known_device;
use crate::mobile_index;
use crate::person::{Directory, KeptDocument};
use crate::sealer::Sealer;

/// Moves up to `most` rows of each directory; answers how many it moved. Nothing is left when it answers 0.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row was not written by us as it stands: it is not given a new MAC.
pub async fn batch(tx: &mut Tx, sealer: &Sealer, most: u32) -> Result<u64, StoreError> {
    let mut moved = 0;
    for directory in Kind::ALL {
        let sql = for_update(tx.engine(), directory.due());
        let due = [sealer.keys.index_epoch().0.into(), most.into()];
        for row in tx.query(&sql, &due).await? {
            moved += move_one(tx, sealer, directory, row.blob(0)?).await?;
        }
    }
    Ok(moved)
}

/// A directory of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mobile,
    Document,
    DocumentCount,
    Reference,
    Certificate,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Mobile,
        Self::Document,
        Self::DocumentCount,
        Self::Reference,
        Self::Certificate,
    ];

    const fn due(self) -> &'static str {
        match self {
            Self::Mobile => {
                "-- store::rekey::due_numbers
                 select mobile_ix from mobile_index where key_epoch < $1 order by mobile_ix limit $2"
            }
            Self::Document => {
                "-- store::rekey::due_documents
                 select document_ix from document_index where key_epoch < $1 order by document_ix limit $2"
            }
            Self::DocumentCount => {
                "-- store::rekey::due_counts
                 select document_ix from document_count where key_epoch < $1 order by document_ix limit $2"
            }
            Self::Reference => {
                "-- store::rekey::due_references
                 select reference_ix from reference_index where key_epoch < $1 order by reference_ix limit $2"
            }
            Self::Certificate => {
                "-- store::rekey::due_certificates
                 select certificate_ix from certificate_index where key_epoch < $1 order by certificate_ix limit $2"
            }
        }
    }
}

async fn move_one(tx: &mut Tx, sealer: &Sealer, kind: Kind, before: &[u8]) -> Result<u64, StoreError> {
    let Some(now) = sealer.keys.moved_index(before) else {
        return Ok(0);
    };
    let at = At { before, now };
    match kind {
        Kind::Mobile => at.number(tx, sealer).await,
        // A document and its count move together: the count is what two registrations wait for.
        Kind::Document | Kind::DocumentCount => at.document(tx, sealer).await,
        Kind::Reference => at.reference(tx, sealer).await,
        Kind::Certificate => at.certificate(tx, sealer).await,
    }
}

/// Moves a number that is about to be asked about, if it was not.
pub(crate) async fn number(tx: &mut Tx, sealer: &Sealer, mobile: &Mobile) -> Result<(), StoreError> {
    let index = sealer
        .keys
        .directory(IndexKind::Mobile, mobile.as_str().as_bytes());
    if let Some(before) = index.before {
        let at = At {
            before: before.as_bytes(),
            now: index.now,
        };
        at.number(tx, sealer).await?;
    }
    Ok(())
}

/// Moves a document that is about to be asked about, if it was not.
pub(crate) async fn document(
    tx: &mut Tx,
    sealer: &Sealer,
    document: &KeptDocument,
) -> Result<(), StoreError> {
    let index = document.directory(sealer);
    if let Some(before) = index.before {
        let at = At {
            before: before.as_bytes(),
            now: index.now,
        };
        at.document(tx, sealer).await?;
    }
    Ok(())
}

/// From where to where.
struct At<'a> {
    before: &'a [u8],
    now: BlindIndex,
}

fn epoch(sealer: &Sealer) -> Value {
    i64::from(sealer.keys.index_epoch().0).into()
}

impl At<'_> {
    /// With the devices that logged in by the number.
    async fn number(&self, tx: &mut Tx, sealer: &Sealer) -> Result<u64, StoreError> {
        let Some(number) = mobile_index::lock(tx, sealer, self.before).await? else {
            return Ok(0);
        };
        let now = self.now.as_bytes();
        let mac = mobile_index::binding(sealer, now, &number);
        let moved = tx
            .execute(
                "-- store::rekey::number
                 update mobile_index set mobile_ix = $2, key_epoch = $3, binding_mac = $4 where mobile_ix = $1",
                &[self.before.into(), now.into(), epoch(sealer), mac.into()],
            )
            .await?;
        self.devices(tx, sealer).await?;
        Ok(moved)
    }

    async fn devices(&self, tx: &mut Tx, sealer: &Sealer) -> Result<(), StoreError> {
        let now = self.now.as_bytes();
        let confirmed = known_device::confirmed(tx, sealer, self.before).await?;
        let rows = tx
            .query(
                "-- store::rekey::devices
                 select device_ix, name from known_device where mobile_ix = $1",
                &[self.before.into()],
            )
            .await?;
        for row in &rows {
            let (device_ix, name): (&[u8], LoginId) = (row.blob(0)?, row.parse(1)?);
            let mac = confirmed
                .contains(&name.to_string())
                .then(|| known_device::confirmed_mac(sealer, (now, device_ix), name).to_vec());
            tx.execute(
                "-- store::rekey::device
                 update known_device set mobile_ix = $3, confirmed_mac = $4 where mobile_ix = $1 and device_ix = $2",
                &[self.before.into(), device_ix.into(), now.into(), mac.into()],
            )
            .await?;
        }
        Ok(())
    }

    async fn document(&self, tx: &mut Tx, sealer: &Sealer) -> Result<u64, StoreError> {
        let now = self.now.as_bytes();
        let counted = tx
            .execute(
                "-- store::rekey::document_count
                 update document_count set document_ix = $2, key_epoch = $3 where document_ix = $1",
                &[self.before.into(), now.into(), epoch(sealer)],
            )
            .await?;
        let rows = tx
            .query(
                "-- store::rekey::documents
                 select household, person, binding_mac from document_index where document_ix = $1",
                &[self.before.into()],
            )
            .await?;
        for row in &rows {
            let subject: (HouseholdId, PersonId) = (row.parse(0)?, row.parse(1)?);
            Directory::Document.check(sealer, self.before, subject, row.blob(2)?)?;
            tx.execute(
                "-- store::rekey::document
                 update document_index set document_ix = $3, key_epoch = $4, binding_mac = $5
                 where document_ix = $1 and person = $2",
                &[
                    self.before.into(),
                    subject.1.into(),
                    now.into(),
                    epoch(sealer),
                    Directory::Document.bind(sealer, now, subject).into(),
                ],
            )
            .await?;
        }
        Ok(counted.max(rows.len() as u64))
    }

    async fn reference(&self, tx: &mut Tx, sealer: &Sealer) -> Result<u64, StoreError> {
        let row = tx
            .query_opt(
                "-- store::rekey::references
                 select household, person, binding_mac from reference_index where reference_ix = $1",
                &[self.before.into()],
            )
            .await?;
        let Some(row) = row else { return Ok(0) };
        let bound = |row: &Row| Ok::<_, StoreError>((row.parse(0)?, row.parse(1)?));
        let subject: (HouseholdId, PersonId) = bound(&row)?;
        Directory::Reference.check(sealer, self.before, subject, row.blob(2)?)?;
        let now = self.now.as_bytes();
        tx.execute(
            "-- store::rekey::reference
             update reference_index set reference_ix = $2, key_epoch = $3, binding_mac = $4 where reference_ix = $1",
            &[
                self.before.into(),
                now.into(),
                epoch(sealer),
                Directory::Reference.bind(sealer, now, subject).into(),
            ],
        )
        .await
    }

    async fn certificate(&self, tx: &mut Tx, sealer: &Sealer) -> Result<u64, StoreError> {
        let row = tx
            .query_opt(
                "-- store::rekey::certificates
                 select household, person, event, binding_mac from certificate_index where certificate_ix = $1",
                &[self.before.into()],
            )
            .await?;
        let Some(row) = row else { return Ok(0) };
        let key = CertificateKey {
            household: row.parse(0)?,
            person: row.parse(1)?,
            event: row.parse(2)?,
        };
        if !equal(
            &dose_binding::of_certificate(sealer, self.before, key),
            row.blob(3)?,
        ) {
            return Err(StoreError::misplaced("certificate_index"));
        }
        let now = self.now.as_bytes();
        tx.execute(
            "-- store::rekey::certificate
             update certificate_index set certificate_ix = $2, key_epoch = $3, binding_mac = $4
             where certificate_ix = $1",
            &[
                self.before.into(),
                now.into(),
                epoch(sealer),
                dose_binding::of_certificate(sealer, now, key).into(),
            ],
        )
        .await
    }
}
