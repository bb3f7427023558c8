//! Checking a certificate that somebody brings along. It opens nothing of ours: everything shown stands in the file.

use pramaan_cert::{TrustedKeys, Verified, VerifyError, verify_file};
use pramaan_domain::time::CivilDate;

use pramaan_keys::Standing;
use pramaan_store::{Db, Sealer, StoreError, certificate};

pub use pramaan_store::dose_change::Fate;

use crate::certificate::of_standing;
use crate::{App, Refusal};

/// What became of a file that was called a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Genuine(Box<CheckedCertificate>),
    /// Genuine, and its dose was corrected since: another certificate says what was given.
    Superseded {
        on: CivilDate,
    },
    /// Genuine, and its dose was withdrawn since.
    Withdrawn {
        on: CivilDate,
    },
    /// The signature does not fit, or the content contradicts itself.
    Forged,
    /// Signed with a key of ours that was stolen since: it may be genuine, and its person finds one that is signed anew.
    StolenKey,
    /// Signed with a key that is not known here.
    UnknownIssuer,
    /// Not a certificate, or not one that can be read.
    Unreadable,
}

/// What a genuine certificate says.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedCertificate {
    pub id: String,
    pub name: String,
    pub age: String,
    pub gender: String,
    /// The kind of document and its last characters.
    pub identity: String,
    pub reference_id: String,
    pub vaccine: String,
    pub batch: String,
    /// Which dose, and of how many.
    pub dose: (u8, u8),
    pub given_on: CivilDate,
    pub facility: String,
}

impl std::fmt::Debug for CheckedCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckedCertificate(…)")
    }
}

impl App {
    /// Checks a PDF, its JSON, or the text of its QR code against this installation's own keys. Anybody may bring any
    /// file, so it is looked at off the threads that answer requests, and few at once.
    ///
    /// # Errors
    /// `Busy` when too many wait for a verdict.
    pub async fn check_certificate(&self, file: Vec<u8>) -> Result<Verdict, Refusal> {
        let of = |standing| of_standing(&*self.0.sealer.keys, &self.0.issuer, standing);
        let (Ok(believed), Ok(stolen)) = (of(Standing::Believed), of(Standing::Stolen)) else {
            return Ok(Verdict::UnknownIssuer);
        };
        let looked = self.0.inspection.run(move || verdict(&file, &believed, &stolen));
        let verdict = looked.await?;
        // A file that makes the reader fail is none that can be read.
        match verdict.unwrap_or(Verdict::Unreadable) {
            Verdict::Genuine(certificate) => self.with_fate(certificate).await,
            other => Ok(other),
        }
    }

    /// What became of the certificate since it was signed: no file can tell.
    async fn with_fate(&self, certificate: Box<CheckedCertificate>) -> Result<Verdict, Refusal> {
        let fate = certificate_fate(&self.0.db, &self.0.sealer, certificate.id.clone()).await?;
        Ok(match fate {
            None | Some(Fate::Stands) => Verdict::Genuine(certificate),
            Some(Fate::Superseded { at }) => Verdict::Superseded { on: at.date() },
            Some(Fate::Withdrawn { at }) => Verdict::Withdrawn { on: at.date() },
        })
    }
}

/// What became of a certificate of this number; none when no such was issued here, or its person was erased. For whoever
/// has the database at hand.
pub async fn certificate_fate(db: &Db, sealer: &Sealer, number: String) -> Result<Option<Fate>, StoreError> {
    let sealer = sealer.clone();
    let fate = db.read("app::verify::fate", move |tx| {
        Box::pin(async move { certificate::fate(tx, &sealer, &number).await })
    });
    fate.await
}

fn verdict(file: &[u8], believed: &TrustedKeys, stolen: &TrustedKeys) -> Verdict {
    match verify_file(file, believed) {
        Ok(verified) => Verdict::Genuine(Box::new(facts(&verified))),
        Err(VerifyError::KeyUnknown) => Verdict::UnknownIssuer,
        Err(VerifyError::SignatureInvalid) if verify_file(file, stolen).is_ok() => Verdict::StolenKey,
        Err(VerifyError::SignatureInvalid | VerifyError::FieldsMoved | VerifyError::Implausible(_)) => {
            Verdict::Forged
        }
        Err(_) => Verdict::Unreadable,
    }
}

pub(crate) fn facts(verified: &Verified) -> CheckedCertificate {
    let fields = verified.certificate.fields();
    let person = &fields.person;
    let place = &fields.facility.place;
    let facility = [
        fields.facility.name.as_str(),
        place.district.as_str(),
        place.state.as_str(),
    ];
    CheckedCertificate {
        id: fields.id.as_str().to_owned(),
        name: person.name.as_str().to_owned(),
        age: person.age.to_string(),
        gender: person.gender.as_str().to_owned(),
        identity: person.identity.to_string(),
        reference_id: person.reference_id.as_str().to_owned(),
        vaccine: fields.vaccine.name.as_str().to_owned(),
        batch: fields.vaccine.batch.as_str().to_owned(),
        dose: fields.dose.numbers(),
        given_on: fields.given_at.date(),
        facility: facility
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
    }
}
