//! Is this certificate authentic? Answered from the file and a list of public keys, without a network.
//!
//! In this order: fixed shape, a key for the named signer, signature, plausibility, field seal. Not answered: whether it
//! was revoked since, and whether the bearer is the person.

use ed25519_dalek::{Signature, VerifyingKey};

use crate::credential::Certificate;
use crate::document::Proof;
use crate::error::{ValueError, VerifyError};
use crate::proof::{ED25519_SIGNATURE_2018, VerificationMethod, eddsa_input, read_jws};
use crate::shape::parse_document;
use crate::sign::SignedCertificate;
use crate::wire::to_certificate;

/// Public keys by the name that certificates use for them. A name may have several keys, so that keys can be changed.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys(Vec<(VerificationMethod, VerifyingKey)>);

impl TrustedKeys {
    pub fn with(mut self, method: VerificationMethod, public_key: [u8; 32]) -> Result<Self, ValueError> {
        let key = VerifyingKey::from_bytes(&public_key).map_err(|_| ValueError::PublicKey)?;
        self.0.push((method, key));
        Ok(self)
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a VerifyingKey> {
        self.0
            .iter()
            .filter(move |(method, _)| method.as_str() == name)
            .map(|(_, key)| key)
    }
}

/// An authentic certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub certificate: Certificate,
    /// The certificate as JSON, re-written in its one spelling.
    pub signed: SignedCertificate,
}

/// Verifies the JSON of a certificate.
pub fn verify_json(json: &[u8], keys: &TrustedKeys) -> Result<Verified, VerifyError> {
    let document = parse_document(json)?;
    let Some(proof) = document.proof() else {
        return Err(VerifyError::ShapeViolation {
            path: "certificate.proof".to_owned(),
            problem: "missing",
        });
    };
    let signature = signature(proof)?;
    let mut candidates = keys.named(&proof.verification_method).peekable();
    if candidates.peek().is_none() {
        return Err(VerifyError::KeyUnknown);
    }
    let input = eddsa_input(&document, proof);
    if !candidates.any(|key| key.verify_strict(&input, &signature).is_ok()) {
        return Err(VerifyError::SignatureInvalid);
    }
    let certificate = to_certificate(&document)?;
    Ok(Verified {
        certificate,
        signed: SignedCertificate::write(&document),
    })
}

fn signature(proof: &Proof) -> Result<Signature, VerifyError> {
    if proof.kind != ED25519_SIGNATURE_2018 {
        return Err(VerifyError::SignatureUnsupported);
    }
    let bytes = read_jws(&proof.jws).ok_or(VerifyError::SignatureUnsupported)?;
    Ok(Signature::from_bytes(&bytes))
}
