//! A certificate of a synthetic person, and a key to sign it with.
#![allow(dead_code, unreachable_pub)]

use ed25519_dalek::{Signer, SigningKey};
use pramaan_cert::{
    Age, Certificate, CertificateFields, CertificateId, Coding, DoseGiven, Facility, Line, MaskedIdentity,
    Person, Pincode, Place, ReferenceId, SignedCertificate, TrustedKeys, Vaccine, VerificationMethod, sign,
};
use pramaan_domain::time::{CivilDate, Timestamp};

pub const ISSUED: Timestamp = Timestamp::from_seconds(1_628_000_000);

pub fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

pub fn date(text: &str) -> CivilDate {
    text.parse().unwrap()
}

pub fn fields() -> CertificateFields {
    CertificateFields {
        id: CertificateId::parse("70345612890127").unwrap(),
        issuer: "https://pramaan.example/".parse().unwrap(),
        issued_at: ISSUED,
        person: Person {
            reference_id: ReferenceId::parse("48210937561204").unwrap(),
            identity: MaskedIdentity::new(line("Aadhaar Card"), "4321").unwrap(),
            name: line("क्षितिज श्रीवास्तव"),
            gender: line("Male"),
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
        effective_start: date("2021-08-03"),
        effective_until: date("2022-08-02"),
        vaccinator: line("Sunita Patil"),
        facility: Facility {
            name: line("UPHC Colaba"),
            place: Place {
                district: line("Mumbai"),
                state: line("Maharashtra"),
                pincode: Pincode::parse("400001").unwrap(),
            },
        },
    }
}

pub fn coding() -> Coding {
    Coding {
        icd11_code: line("XM68M6"),
        prophylaxis: line("COVID-19 vaccine, non-replicating viral vector"),
    }
}

pub fn certificate() -> Certificate {
    Certificate::new(fields()).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub fn signed(certificate: &Certificate) -> SignedCertificate {
    sign(certificate, &VerificationMethod::default(), ISSUED, &|message| {
        key().sign(message).to_bytes()
    })
}

pub fn keys() -> TrustedKeys {
    TrustedKeys::default()
        .with(VerificationMethod::default(), key().verifying_key().to_bytes())
        .unwrap()
}
