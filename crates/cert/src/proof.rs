//! What is signed, and how the signature is written: `<header>..<signature>`, a detached JWS over two hashes.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pramaan_domain::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::canon::{document_nquads, proof_nquads};
use crate::document::{Document, PROOF_PURPOSE, Proof};
use crate::error::ValueError;
use crate::value::is_iri;

pub(crate) const ED25519_SIGNATURE_2018: &str = "Ed25519Signature2018";
/// `{"alg":"EdDSA","b64":false,"crit":["b64"]}`
const EDDSA_HEADER: &str = "eyJhbGciOiJFZERTQSIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19";

/// The name under which verifiers know the issuer's key, such as `did:pramaan:issuer`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerificationMethod(String);

impl VerificationMethod {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for VerificationMethod {
    fn default() -> Self {
        Self("did:pramaan:issuer".to_owned())
    }
}

impl fmt::Display for VerificationMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for VerificationMethod {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        if is_iri(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValueError::Identifier)
        }
    }
}

/// The bytes under the signature: `ASCII(base64url(header)) ‖ "." ‖ SHA-256(proof options) ‖ SHA-256(credential)`, both
/// hashes over canonical N-Quads. `jws_header` is the base64url text before the two dots of `proof.jws`.
pub fn signing_input(document: &Document, proof: &Proof, jws_header: &str) -> Vec<u8> {
    let mut input = Vec::with_capacity(jws_header.len() + 65);
    input.extend_from_slice(jws_header.as_bytes());
    input.push(b'.');
    input.extend_from_slice(&Sha256::digest(proof_nquads(proof)));
    input.extend_from_slice(&Sha256::digest(document_nquads(document)));
    input
}

pub(crate) fn eddsa_input(document: &Document, proof: &Proof) -> Vec<u8> {
    signing_input(document, proof, EDDSA_HEADER)
}

/// A proof that still lacks its signature.
pub(crate) fn unsigned_proof(method: &VerificationMethod, created: Timestamp) -> Proof {
    let instant = created.to_string();
    let seconds = instant.split('.').next().unwrap_or_default();
    Proof {
        kind: ED25519_SIGNATURE_2018.to_owned(),
        created: format!("{seconds}Z"),
        verification_method: method.as_str().to_owned(),
        proof_purpose: PROOF_PURPOSE,
        jws: String::new(),
    }
}

pub(crate) fn write_jws(signature: &[u8; 64]) -> String {
    format!("{EDDSA_HEADER}..{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The signature in an EdDSA `jws` with exactly our header, spelled in its one way.
pub(crate) fn read_jws(jws: &str) -> Option<[u8; 64]> {
    let signature = jws.strip_prefix(EDDSA_HEADER)?.strip_prefix("..")?;
    URL_SAFE_NO_PAD.decode(signature).ok()?.try_into().ok()
}
