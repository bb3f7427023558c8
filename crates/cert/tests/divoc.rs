//! Byte equality with DIVOC's own, unmodified signer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use pramaan_cert::{
    TrustedKeys, VerifyError, document_nquads, parse_document, proof_nquads, signing_input, verify_json,
};

struct Vector {
    certificate: &'static [u8],
    document: &'static str,
    proof: &'static str,
    expected: &'static str,
}

macro_rules! vector {
    ($name:literal) => {
        Vector {
            certificate: include_bytes!(concat!("data/", $name, ".cert.json")),
            document: include_str!(concat!("data/", $name, ".doc.nq")),
            proof: include_str!(concat!("data/", $name, ".proof.nq")),
            expected: include_str!(concat!("data/", $name, ".json")),
        }
    };
}

fn vectors() -> [Vector; 3] {
    [vector!("ED25519_v1"), vector!("RSA_v1"), vector!("RSA_v3")]
}

#[test]
fn canonical_forms_are_byte_equal() {
    for vector in vectors() {
        let document = parse_document(vector.certificate).unwrap();
        assert_eq!(document_nquads(&document), vector.document);
        assert_eq!(proof_nquads(document.proof().unwrap()), vector.proof);
    }
}

#[test]
fn signing_inputs_are_byte_equal() {
    for vector in vectors() {
        let document = parse_document(vector.certificate).unwrap();
        let json: serde_json::Value = serde_json::from_slice(vector.certificate).unwrap();
        let header = json["proof"]["jws"].as_str().unwrap().split("..").next().unwrap();
        let input = signing_input(&document, document.proof().unwrap(), header);
        let expected: serde_json::Value = serde_json::from_str(vector.expected).unwrap();
        assert_eq!(
            hex::encode(input),
            expected["signing_input_hex"].as_str().unwrap()
        );
    }
}

#[test]
fn a_document_is_written_as_divoc_writes_it() {
    for vector in vectors() {
        let document = parse_document(vector.certificate).unwrap();
        assert_eq!(
            serde_json::to_string(&document).unwrap().as_bytes(),
            vector.certificate.trim_ascii()
        );
    }
}

#[test]
fn our_key_order_is_divocs() {
    let ours = support::signed(&support::certificate());
    let keys = |json: &str| -> Vec<String> {
        let quoted = json.split('"').skip(1).step_by(2);
        let known = "@context type credentialSubject id refId name gender age nationality address streetAddress streetAddress2 district city addressRegion addressCountry postalCode issuer issuanceDate evidence infoUrl feedbackUrl certificateId batch vaccine manufacturer date effectiveStart effectiveUntil dose totalDoses verifier facility nonTransferable proof created verificationMethod proofPurpose jws";
        quoted
            .filter(|key| known.split(' ').any(|k| k == *key))
            .map(str::to_owned)
            .collect()
    };
    let theirs = std::str::from_utf8(vectors()[0].certificate).unwrap();
    assert_eq!(keys(ours.as_json()), keys(theirs));
}

#[test]
fn certificates_of_others_are_refused_for_the_right_reason() {
    let none = TrustedKeys::default();
    assert_eq!(
        verify_json(vectors()[0].certificate, &none),
        Err(VerifyError::KeyUnknown)
    );
    assert_eq!(
        verify_json(vectors()[1].certificate, &none),
        Err(VerifyError::SignatureUnsupported)
    );
    let john = include_bytes!("data/divoc_John_Doe_dose1_2022-01-05.json");
    assert!(
        matches!(verify_json(john, &none), Err(VerifyError::ShapeViolation { path, .. }) if path == "certificate.credentialSubject.id")
    );
    let blank = include_bytes!("data/divoc_rsa_valid_v1.json");
    assert!(
        matches!(verify_json(blank, &none), Err(VerifyError::ShapeViolation { path, .. }) if path == "certificate.evidence.certificateId")
    );
}

#[test]
fn two_equal_empty_addresses_keep_their_places() {
    let json = std::str::from_utf8(vectors()[0].certificate).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(json).unwrap();
    let empty: serde_json::Value = serde_json::json!({"streetAddress":"","streetAddress2":"","district":"","city":"","addressRegion":"","addressCountry":"","postalCode":""});
    value["credentialSubject"]["address"] = empty.clone();
    value["evidence"][0]["facility"]["address"] = empty;
    let quads = document_nquads(&parse_document(value.to_string().as_bytes()).unwrap());
    let owners: Vec<&str> = quads
        .lines()
        .filter(|line| line.contains("schema.org/PostalAddress>"))
        .collect();
    assert_eq!(owners.len(), 2);
    assert_ne!(owners[0].rsplit(' ').nth(1), owners[1].rsplit(' ').nth(1));
    assert_eq!(
        quads
            .lines()
            .filter(|line| line.contains("<vac:city> \"\""))
            .count(),
        2
    );
}
