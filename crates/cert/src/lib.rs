//! Vaccination certificates: made, signed, printed and checked, all offline.
//!
//! The format is DIVOC's W3C credential (the one behind CoWIN's certificates), signed with Ed25519Signature2018, so that
//! DIVOC's verifiers accept what is made here. `docs/certificate.md` has the fields and the one addition, the field seal.
//!
//! Not here: who may have a certificate, where it is stored, and keys. Signing takes a closure over 64-byte signatures,
//! verifying takes public keys.
//!
//! ```text
//! CertificateFields → Certificate → sign → SignedCertificate → certificate_pdf → file
//!                                                 file → verify_file → Verified
//! ```

mod attachment;
mod canon;
mod credential;
mod document;
mod error;
mod file;
mod json;
mod pdf;
mod proof;
mod qr;
mod seal;
mod shape;
mod sign;
mod value;
mod verify;
mod wire;
mod zip;

pub use canon::{document_nquads, proof_nquads};
pub use credential::{Certificate, CertificateFields, Coding, Facility, Person, Place, Vaccine};
pub use document::{Document, Proof};
pub use error::{Implausible, PdfError, QrError, ValueError, VerifyError};
pub use file::verify_file;
pub use pdf::{Card, Slip, SlipMember, card_pdf, certificate_pdf, slip_pdf};
pub use proof::{VerificationMethod, signing_input};
pub use qr::{CardToken, Modules, SlipToken, certificate_qr_text, json_from_qr_text, qr_modules};
pub use shape::parse_document;
pub use sign::{SignedCertificate, sign};
pub use value::{Age, CertificateId, DoseGiven, IssuerUrl, Line, MaskedIdentity, Pincode, ReferenceId};
pub use verify::{TrustedKeys, Verified, verify_json};
