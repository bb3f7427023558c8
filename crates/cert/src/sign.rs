//! Signing. The key stays with the caller.

use std::fmt;

use pramaan_domain::time::Timestamp;

use crate::credential::Certificate;
use crate::document::Document;
use crate::proof::{VerificationMethod, eddsa_input, unsigned_proof, write_jws};
use crate::wire::to_document;

/// The JSON of a signed certificate, exactly as signed, stored, zipped and embedded.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedCertificate(String);

impl SignedCertificate {
    pub fn as_json(&self) -> &str {
        &self.0
    }

    pub fn into_json(self) -> String {
        self.0
    }

    pub(crate) fn write(document: &Document) -> Self {
        // Strings, numbers and fixed lists into memory: serde_json has no way to fail here.
        Self(serde_json::to_string(document).unwrap_or_default())
    }
}

impl fmt::Debug for SignedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedCertificate({} bytes)", self.0.len())
    }
}

/// Signs a certificate with Ed25519Signature2018. `ed25519` returns the signature of its argument under the key that
/// verifiers know as `method`; `now` becomes `proof.created`.
pub fn sign(
    certificate: &Certificate,
    method: &VerificationMethod,
    now: Timestamp,
    ed25519: &dyn Fn(&[u8]) -> [u8; 64],
) -> SignedCertificate {
    let mut document = to_document(certificate);
    let mut proof = unsigned_proof(method, now);
    proof.jws = write_jws(&ed25519(&eddsa_input(&document, &proof)));
    document.proof = Some(proof);
    SignedCertificate::write(&document)
}
