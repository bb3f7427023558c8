#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! `pramaan verify-certificate FILE`: valid, not valid, or not checked because nobody said whose signature counts.

use std::path::Path;
use std::process::{Command, Output};

use pramaan_cert::{
    Age, Certificate, CertificateFields, CertificateId, DoseGiven, Facility, Line, MaskedIdentity, Person,
    Pincode, Place, ReferenceId, Vaccine, VerificationMethod, sign,
};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{FileKeyStore, KeyStore};

const ISSUED: Timestamp = Timestamp::from_seconds(1_628_000_000);
/// A public key: that of an all-zero seed.
const OTHER_KEY: &str = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";

fn pramaan(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pramaan"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Exit code, and everything that was said.
fn told(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = pramaan(folder, arguments);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

/// A folder with `pramaan-data`, and a certificate that its key signed.
fn issued() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let init = ["init", "--data", "pramaan-data", "--origin", "log.example/test"];
    assert!(pramaan(folder.path(), &init).status.success());
    let keys = FileKeyStore::open(&folder.path().join("pramaan-data/keys")).unwrap();
    let certificate = Certificate::new(CertificateFields {
        id: CertificateId::parse("70345612890127").unwrap(),
        issuer: "https://pramaan.example/".parse().unwrap(),
        issued_at: ISSUED,
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
    });
    let signed = sign(
        &certificate.unwrap(),
        &VerificationMethod::default(),
        ISSUED,
        &|message| keys.sign_certificate(message),
    );
    std::fs::write(folder.path().join("certificate.json"), signed.as_json()).unwrap();
    let key = keys.certificate_public_key();
    (folder, key.iter().map(|byte| format!("{byte:02x}")).collect())
}

const VERIFY: [&str; 2] = ["verify-certificate", "certificate.json"];

#[test]
fn a_file_alone_is_checked_against_the_data_folder_beside_it() {
    let (folder, _) = issued();
    let (code, said) = told(folder.path(), &VERIFY);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.starts_with("VALID: signed by the issuer of ./pramaan-data"),
        "{said}"
    );
    assert!(said.contains("Kamala Thiruvengadam") && said.contains("4121Z010"));
}

#[test]
fn without_any_key_nothing_is_claimed_and_the_exit_code_says_so() {
    let (folder, key) = issued();
    std::fs::rename(
        folder.path().join("pramaan-data"),
        folder.path().join("elsewhere"),
    )
    .unwrap();
    let (code, said) = told(folder.path(), &VERIFY);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("NOT CHECKED") && said.contains("--key"), "{said}");
    assert!(
        !said.contains("Kamala"),
        "facts that nobody vouches for are not shown: {said}"
    );
    for trust in [["--key", key.as_str()], ["--data", "elsewhere"]] {
        let (code, said) = told(folder.path(), &[&VERIFY[..], &trust[..]].concat());
        assert_eq!(code, 0, "{trust:?} {said}");
    }
}

#[test]
fn another_issuers_file_beside_a_data_folder_is_not_checked_and_under_a_named_key_not_valid() {
    let ((folder, _), (other, _)) = (issued(), issued());
    let foreign = other.path().join("certificate.json");
    std::fs::copy(foreign, folder.path().join("certificate.json")).unwrap();
    let (code, said) = told(folder.path(), &VERIFY);
    assert_eq!(code, 3, "{said}");
    assert!(
        said.contains("the key of ./pramaan-data did not sign it"),
        "{said}"
    );
    for trust in [["--key", OTHER_KEY], ["--data", "pramaan-data"]] {
        let (code, said) = told(folder.path(), &[&VERIFY[..], &trust[..]].concat());
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("NOT VALID"), "{said}");
    }
}

#[test]
fn a_changed_fact_is_never_valid_and_no_certificate_at_all_is_not_valid() {
    let (folder, key) = issued();
    let file = folder.path().join("certificate.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("4121Z010", "4121Z011")).unwrap();
    let (code, said) = told(folder.path(), &[&VERIFY[..], &["--key", &key]].concat());
    assert_eq!(code, 2, "{said}");
    let (code, said) = told(folder.path(), &VERIFY);
    assert_eq!(code, 3, "{said}");
    assert!(
        said.contains("or it was changed") && !said.contains("Kamala"),
        "{said}"
    );
    std::fs::write(&file, "{}").unwrap();
    let (code, said) = told(folder.path(), &VERIFY);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("NOT VALID"), "{said}");
}

#[test]
fn a_certificate_of_a_replaced_key_is_valid_and_of_a_stolen_one_is_not() {
    let (folder, _) = issued();
    let change = |what| {
        let reason = ["--reason", "decided by the drill of today"];
        let change = [
            ["keys", what, "certificate", "--data", "pramaan-data"].as_slice(),
            &reason,
        ]
        .concat();
        let (code, said) = told(folder.path(), &change);
        assert_eq!(code, 0, "{said}");
    };
    change("rotate");
    assert_eq!(told(folder.path(), &VERIFY).0, 0);
    change("compromised");
    assert_ne!(told(folder.path(), &VERIFY).0, 0);
}
