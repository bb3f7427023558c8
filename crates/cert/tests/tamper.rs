//! What an attacker may try with a genuine certificate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use pramaan_cert::{
    Certificate, DoseGiven, TrustedKeys, VerificationMethod, VerifyError, certificate_qr_text,
    document_nquads, json_from_qr_text, parse_document, verify_file, verify_json,
};
use serde_json::{Value, json};
use support::{certificate, coding, fields, keys, line, signed};

fn genuine() -> Value {
    serde_json::from_str(signed(&certificate()).as_json()).unwrap()
}

fn verdict(value: &Value) -> Result<(), VerifyError> {
    verify_json(value.to_string().as_bytes(), &keys()).map(|_| ())
}

fn leaves(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(k, v)| leaves(v, &format!("{pointer}/{k}"), found)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(i, v)| leaves(v, &format!("{pointer}/{i}"), found)),
        _ => found.push(pointer.to_owned()),
    }
}

fn all_leaves() -> Vec<String> {
    let mut found = Vec::new();
    leaves(&genuine(), "", &mut found);
    assert!(found.len() > 45, "{}", found.len());
    found
}

#[test]
fn the_genuine_one_verifies() {
    let certificate = certificate();
    let verified = verify_json(signed(&certificate).as_json().as_bytes(), &keys()).unwrap();
    assert_eq!(verified.certificate, certificate);
    assert_eq!(verified.signed, signed(&certificate));
}

/// A certificate printed today must verify with the program of any later day.
#[test]
fn the_seal_and_the_signature_of_a_given_certificate_never_change() {
    let value = genuine();
    let link = "https://pramaan.example/?70345612890127&s=5915cc5a100f7112ed9b829a9705e23e";
    assert_eq!(value["evidence"][0]["feedbackUrl"], link);
    assert!(
        value["proof"]["jws"]
            .as_str()
            .unwrap()
            .ends_with("qh46re7sZgaEnik9iNm5WMCg")
    );
}

#[test]
fn every_changed_field_fails() {
    for pointer in all_leaves() {
        let mut value = genuine();
        let leaf = value.pointer_mut(&pointer).unwrap();
        *leaf = match leaf {
            Value::Number(_) => json!(2 + u8::from(pointer.ends_with("totalDoses"))),
            _ => json!(format!("{}x", leaf.as_str().unwrap())),
        };
        assert!(verdict(&value).is_err(), "{pointer}");
    }
}

#[test]
fn every_dropped_or_doubled_key_fails() {
    for pointer in all_leaves() {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let mut value = genuine();
        match value.pointer_mut(parent).unwrap() {
            Value::Object(map) => drop(map.remove(key)),
            other => *other = json!([]),
        }
        assert!(verdict(&value).is_err(), "{pointer}");
    }
    let text = genuine().to_string();
    let doubled = text.replacen("\"name\":", "\"name\":\"Somebody Else\",\"name\":", 1);
    assert!(matches!(
        verify_json(doubled.as_bytes(), &keys()),
        Err(VerifyError::ShapeViolation { .. })
    ));
}

#[test]
fn an_added_key_fails_anywhere() {
    for parent in [
        "",
        "/credentialSubject",
        "/credentialSubject/address",
        "/evidence/0",
        "/evidence/0/facility",
        "/proof",
    ] {
        let mut value = genuine();
        value.pointer_mut(parent).unwrap()["extra"] = json!("x");
        assert!(
            matches!(verdict(&value), Err(VerifyError::ShapeViolation { .. })),
            "{parent}"
        );
    }
}

fn swapped(a: &str, b: &str) -> Value {
    let mut value = genuine();
    let (left, right) = (
        value.pointer(a).unwrap().clone(),
        value.pointer(b).unwrap().clone(),
    );
    *value.pointer_mut(a).unwrap() = right;
    *value.pointer_mut(b).unwrap() = left;
    value
}

/// DIVOC's signature holds for all of these: the canonical form is the same.
#[test]
fn swapped_aliased_fields_fail_although_the_canonical_form_is_equal() {
    let original = document_nquads(&parse_document(genuine().to_string().as_bytes()).unwrap());
    let groups: [&[&str]; 4] = [
        &["dose", "totalDoses"],
        &["batch", "vaccine", "manufacturer", "certificateId"],
        &["date", "effectiveStart", "effectiveUntil"],
        &["infoUrl", "feedbackUrl"],
    ];
    for group in groups {
        for a in group {
            for b in group.iter().filter(|b| *b != a) {
                let value = swapped(&format!("/evidence/0/{a}"), &format!("/evidence/0/{b}"));
                let moved = document_nquads(&parse_document(value.to_string().as_bytes()).unwrap());
                assert_eq!(moved, original, "{a} {b}");
                let refused = matches!(
                    verdict(&value),
                    Err(VerifyError::FieldsMoved | VerifyError::Implausible(_))
                );
                assert!(refused, "{a} {b}");
            }
        }
    }
    assert!(verdict(&swapped("/credentialSubject/refId", "/credentialSubject/uhid")).is_err());
}

#[test]
fn a_booster_made_of_a_first_dose_is_caught_by_the_seal_alone() {
    assert_eq!(
        verdict(&swapped("/evidence/0/dose", "/evidence/0/totalDoses")),
        Err(VerifyError::FieldsMoved)
    );
    assert_eq!(
        verdict(&swapped("/evidence/0/batch", "/evidence/0/vaccine")),
        Err(VerifyError::FieldsMoved)
    );
}

#[test]
fn another_vocabulary_is_caught_although_it_is_not_signed() {
    for vocabulary in [
        "https://cowin.gov.in/credentials/vaccination/v2",
        "https://evil.example/credentials/vaccination/v1",
    ] {
        let mut value = genuine();
        value["@context"][1] = json!(vocabulary);
        assert!(verdict(&value).is_err(), "{vocabulary}");
    }
}

#[test]
fn the_key_must_be_known_and_right() {
    let signed = signed(&certificate());
    let json = signed.as_json().as_bytes();
    assert_eq!(
        verify_json(json, &TrustedKeys::default()),
        Err(VerifyError::KeyUnknown)
    );
    let other = ed25519_dalek::SigningKey::from_bytes(&[8; 32])
        .verifying_key()
        .to_bytes();
    let wrong = TrustedKeys::default()
        .with(VerificationMethod::default(), other)
        .unwrap();
    assert_eq!(verify_json(json, &wrong), Err(VerifyError::SignatureInvalid));
}

#[test]
fn a_name_cannot_write_json_or_quads() {
    let ordinary = document_nquads(&parse_document(genuine().to_string().as_bytes()).unwrap());
    for name in [
        "A\",\"id\":\"did:india:OTHER",
        "\\\" . <x> <y> <z> .",
        "Robert'); DROP TABLE",
        "{{name}}",
        "😀 \u{10FFFF}",
    ] {
        let mut fields = fields();
        fields.person.name = line(name);
        let certificate = Certificate::new(fields).unwrap();
        let signed = signed(&certificate);
        let value: Value = serde_json::from_str(signed.as_json()).unwrap();
        assert_eq!(value["credentialSubject"]["name"], name);
        assert_eq!(value["credentialSubject"]["id"], "did:pramaan:48210937561204");
        let quads = document_nquads(&parse_document(signed.as_json().as_bytes()).unwrap());
        assert_eq!(
            quads.lines().count(),
            ordinary.lines().count(),
            "one line per statement"
        );
        assert_eq!(
            verify_json(signed.as_json().as_bytes(), &keys())
                .unwrap()
                .certificate,
            certificate
        );
    }
}

#[test]
fn the_person_has_no_address_and_no_birth_date() {
    let value = genuine();
    let address = value["credentialSubject"]["address"].as_object().unwrap();
    assert_eq!(address.len(), 7);
    assert!(address.values().all(|text| text == ""));
    assert!(value["credentialSubject"].get("dob").is_none());
}

#[test]
fn a_coded_vaccine_uses_the_second_vocabulary() {
    let mut fields = fields();
    fields.vaccine.coding = Some(coding());
    let certificate = Certificate::new(fields).unwrap();
    let signed = signed(&certificate);
    let value: Value = serde_json::from_str(signed.as_json()).unwrap();
    assert_eq!(
        value["@context"][1],
        "https://cowin.gov.in/credentials/vaccination/v2"
    );
    assert_eq!(
        verify_json(signed.as_json().as_bytes(), &keys())
            .unwrap()
            .certificate,
        certificate
    );
    let mut moved = value;
    moved["@context"][1] = json!("https://cowin.gov.in/credentials/vaccination/v1");
    assert!(verdict(&moved).is_err());
}

#[test]
fn implausible_fields_make_no_certificate() {
    let refused = |change: &dyn Fn(&mut pramaan_cert::CertificateFields)| {
        let mut fields = fields();
        change(&mut fields);
        assert!(Certificate::new(fields).is_err());
    };
    refused(&|f| f.vaccine.name = line(" "));
    refused(&|f| f.person.name = line(""));
    refused(&|f| f.dose = DoseGiven::Primary { number: 3, total: 2 });
    refused(&|f| f.given_at = f.issued_at.plus_seconds(1));
    refused(&|f| f.effective_until = support::date("2021-08-02"));
    refused(&|f| f.effective_until = support::date("9999-01-01"));
}

#[test]
fn the_qr_text_verifies_as_text_and_as_raw_bytes() {
    let signed = signed(&certificate());
    let text = certificate_qr_text(&signed).unwrap();
    assert_eq!(json_from_qr_text(&text).unwrap(), signed.as_json().as_bytes());
    assert!(verify_file(text.as_bytes(), &keys()).is_ok());
    let raw: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    assert!(verify_file(&raw, &keys()).is_ok());
    assert!(verify_file(format!("\n{}\n", signed.as_json()).as_bytes(), &keys()).is_ok());
    assert_eq!(verify_file(b"hello", &keys()), Err(VerifyError::NotACertificate));
    assert_eq!(
        verify_file(&vec![b' '; 5_000_000], &keys()),
        Err(VerifyError::TooLarge)
    );
}

#[test]
fn debug_output_and_errors_hold_nobody() {
    let certificate = certificate();
    let shown = format!(
        "{certificate:?} {:?} {:?}",
        certificate.fields(),
        signed(&certificate)
    );
    for secret in ["क्षितिज", "48210937561204", "4321", "70345612890127"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let mut value = genuine();
    value["credentialSubject"]["क्षितिज"] = json!("48210937561204");
    let error = verdict(&value).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("क्षितिज"));
}
