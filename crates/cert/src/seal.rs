//! The field seal: binds each value to its place.
//!
//! DIVOC's vocabulary maps several terms to one RDF property (`dose` and `totalDoses`; `batch`, `vaccine`, `manufacturer`
//! and `certificateId`; the three dates), and a signed RDF graph is a set. "Dose 1 of 2" and "dose 2 of 1" have the same
//! signature. The seal is a hash over (path, value) pairs, carried in the query of `feedbackUrl`, which is signed. To other
//! verifiers it is part of a link.

use sha2::{Digest, Sha256};

use crate::document::{Address, Document};

/// Names what is hashed, so that the hash can mean nothing else.
const DOMAIN: &[u8] = b"pramaan certificate fields v1\n";
/// 128 bits: an attacker needs a second preimage, and every byte makes the QR code denser.
const SEAL_BYTES: usize = 16;

/// The seal of a document in lower-case hexadecimal: over every field except the proof and `feedbackUrl`, which carries it.
pub(crate) fn seal(document: &Document) -> String {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    for (path, value) in fields(document) {
        add(&mut hash, path.as_bytes());
        add(&mut hash, value.as_bytes());
    }
    let digest = hash.finalize();
    hex::encode(digest.get(..SEAL_BYTES).unwrap_or_default())
}

/// Length first, so that no two lists of fields have the same bytes.
fn add(hash: &mut Sha256, bytes: &[u8]) {
    hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(bytes);
}

fn fields(document: &Document) -> Vec<(String, String)> {
    let mut list = Vec::with_capacity(40);
    let mut put = |path: &str, value: &str| list.push((path.to_owned(), value.to_owned()));
    let (subject, evidence) = (&document.subject, document.evidence());
    put("@context", &document.vocabulary);
    put("credentialSubject.id", &subject.id);
    put("credentialSubject.refId", &subject.ref_id);
    put(
        "credentialSubject.uhid",
        subject.uhid.as_deref().unwrap_or_default(),
    );
    put("credentialSubject.name", &subject.name);
    put("credentialSubject.gender", &subject.gender);
    put("credentialSubject.age", &subject.age);
    put("credentialSubject.nationality", &subject.nationality);
    put_address(&mut put, "credentialSubject.address", subject.address.node());
    put("issuer", &document.issuer);
    put("issuanceDate", &document.issuance_date);
    put("evidence.id", &evidence.id);
    put("evidence.infoUrl", &evidence.info_url);
    put("evidence.certificateId", &evidence.certificate_id);
    put("evidence.batch", &evidence.batch);
    put("evidence.vaccine", &evidence.vaccine);
    put("evidence.manufacturer", &evidence.manufacturer);
    put(
        "evidence.icd11Code",
        evidence.icd11_code.as_deref().unwrap_or_default(),
    );
    put(
        "evidence.prophylaxis",
        evidence.prophylaxis.as_deref().unwrap_or_default(),
    );
    put("evidence.date", &evidence.date);
    put("evidence.effectiveStart", &evidence.effective_start);
    put("evidence.effectiveUntil", &evidence.effective_until);
    put("evidence.dose", &evidence.dose.to_string());
    put("evidence.totalDoses", &evidence.total_doses.to_string());
    put("evidence.verifier.name", &evidence.verifier.name);
    put("evidence.facility.name", &evidence.facility.name);
    put_address(&mut put, "evidence.facility.address", &evidence.facility.address);
    list
}

fn put_address(put: &mut impl FnMut(&str, &str), path: &str, address: &Address) {
    put(&format!("{path}.streetAddress"), &address.street_address);
    put(&format!("{path}.streetAddress2"), &address.street_address_2);
    put(&format!("{path}.district"), &address.district);
    put(&format!("{path}.city"), &address.city);
    put(&format!("{path}.addressRegion"), &address.address_region);
    put(&format!("{path}.addressCountry"), &address.address_country);
    put(&format!("{path}.postalCode"), &address.postal_code);
}
