//! Which keys a certificate may be signed with: the one that signs now, those before it, and those that were stolen.

use pramaan_cert::{TrustedKeys, ValueError, Verified, VerifyError, verify_json};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{KeyStore, Standing};
use pramaan_store::Sealer;

use super::Issuer;

/// This installation's public keys of one standing.
pub(crate) fn of_standing(
    keys: &dyn KeyStore,
    issuer: &Issuer,
    wanted: Standing,
) -> Result<TrustedKeys, ValueError> {
    let known = keys.certificate_public_keys();
    known
        .into_iter()
        .filter(|(_, standing)| *standing == wanted)
        .try_fold(TrustedKeys::default(), |trusted, (key, _)| {
            trusted.with(issuer.method.clone(), key)
        })
}

/// A certificate of our own database, as it is handed out: what a stolen key signed is signed anew, word for word. That it is
/// ours the seal says under which it lay.
pub(super) fn handed_out(
    sealer: &Sealer,
    issuer: &Issuer,
    json: &[u8],
    now: Timestamp,
) -> Result<Verified, VerifyError> {
    let keys = |standing| of_standing(&*sealer.keys, issuer, standing).map_err(|_| VerifyError::KeyUnknown);
    match verify_json(json, &keys(Standing::Believed)?) {
        Err(VerifyError::SignatureInvalid) => {}
        other => return other,
    }
    let old = verify_json(json, &keys(Standing::Stolen)?)?;
    let anew = pramaan_cert::sign(&old.certificate, &issuer.method, now, &|input| {
        sealer.keys.sign_certificate(input)
    });
    verify_json(anew.as_json().as_bytes(), &keys(Standing::Believed)?)
}

#[cfg(test)]
mod tests {
    use pramaan_cert::{
        Age, Certificate, CertificateFields, CertificateId, DoseGiven, Facility, Line, MaskedIdentity,
        Person, Pincode, Place, ReferenceId, Vaccine, sign,
    };
    use pramaan_keys::{FileKeyStore, Root};
    use pramaan_testkit::SeededEntropy;
    use std::path::Path;
    use std::sync::Arc;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_628_000_000);

    fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    fn certificate() -> Certificate {
        let fields = CertificateFields {
            id: CertificateId::parse("70345612890127").unwrap(),
            issuer: "https://pramaan.example/".parse().unwrap(),
            issued_at: NOW,
            person: Person {
                reference_id: ReferenceId::parse("48210937561204").unwrap(),
                identity: MaskedIdentity::new(line("Aadhaar Card"), "4321").unwrap(),
                name: line("Kamala Thiruvengadam"),
                gender: line("Female"),
                age: Age::from_years(45).unwrap(),
                nationality: line("Indian"),
            },
            vaccine: Vaccine {
                name: line("COVISHIELD"),
                manufacturer: line("Serum Institute of India"),
                batch: line("4121Z010"),
                coding: None,
            },
            dose: DoseGiven::Primary { number: 1, total: 2 },
            given_at: Timestamp::from_seconds(1_627_990_000),
            effective_start: "2021-08-03".parse().unwrap(),
            effective_until: "2022-08-02".parse().unwrap(),
            vaccinator: line("Sunita Patil"),
            facility: Facility {
                name: line("UPHC Colaba"),
                place: Place {
                    district: line("Mumbai"),
                    state: line("Maharashtra"),
                    pincode: Pincode::parse("400001").unwrap(),
                },
            },
        };
        Certificate::new(fields).unwrap()
    }

    fn sealer(dir: &Path) -> Sealer {
        let keys = Arc::new(FileKeyStore::open(dir).unwrap());
        Sealer::new(keys, Arc::new(SeededEntropy::new(2)))
    }

    #[test]
    fn what_a_stolen_key_signed_is_handed_out_signed_anew_and_word_for_word() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("keys");
        FileKeyStore::create(&dir, &SeededEntropy::new(1)).unwrap();
        let issuer = Issuer::new("https://pramaan.example/").unwrap();
        let old = sealer(&dir);
        let stored = sign(&certificate(), &issuer.method, NOW, &|input| {
            old.keys.sign_certificate(input)
        });
        let out = |sealer: &Sealer| {
            handed_out(sealer, &issuer, stored.as_json().as_bytes(), NOW.plus_seconds(9)).unwrap()
        };

        // As a precaution: the file stays as it was signed.
        FileKeyStore::create_next(&dir, Root::Certificate, &SeededEntropy::new(3)).unwrap();
        assert_eq!(out(&sealer(&dir)).signed.as_json(), stored.as_json());

        FileKeyStore::mark_stolen(&dir, Root::Certificate).unwrap();
        let new = sealer(&dir);
        let anew = out(&new);
        assert_eq!(anew.certificate.fields(), certificate().fields());
        assert_ne!(anew.signed.as_json(), stored.as_json());
        let believed = of_standing(&*new.keys, &issuer, Standing::Believed).unwrap();
        let refused = verify_json(stored.as_json().as_bytes(), &believed);
        assert_eq!(refused.unwrap_err(), VerifyError::SignatureInvalid);
        assert!(verify_json(anew.signed.as_json().as_bytes(), &believed).is_ok());
    }
}
