//! Certificates in every form in which somebody may hold one out: PDF, JSON, QR text.

use std::sync::LazyLock;

use pramaan_cert::{
    Age, Certificate, CertificateFields, CertificateId, DoseGiven, Facility, Line, MaskedIdentity, Person,
    Pincode, Place, ReferenceId, SignedCertificate, TrustedKeys, Vaccine, ValueError, VerificationMethod,
    certificate_pdf, certificate_qr_text, json_from_qr_text, sign, verify_file,
};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{KeyStore, MemoryKeyStore};
use pramaan_testkit::SeededEntropy;

const ISSUED: Timestamp = Timestamp::from_seconds(1_628_000_000);

/// The only certificate that was ever signed with this key.
struct Issued {
    certificate: Certificate,
    signed: SignedCertificate,
    trusted: TrustedKeys,
}

static ISSUED_ONCE: LazyLock<Issued> =
    LazyLock::new(|| issue().unwrap_or_else(|error| panic!("the seed certificate: {error}")));

fn issue() -> Result<Issued, Box<dyn std::error::Error>> {
    let keys = MemoryKeyStore::new(&SeededEntropy::new(9));
    let certificate = Certificate::new(fields()?)?;
    let method = VerificationMethod::default();
    let signed = sign(&certificate, &method, ISSUED, &|message| {
        keys.sign_certificate(message)
    });
    Ok(Issued {
        certificate,
        signed,
        trusted: TrustedKeys::default().with(method, keys.certificate_public_key())?,
    })
}

fn fields() -> Result<CertificateFields, ValueError> {
    let line = Line::parse;
    Ok(CertificateFields {
        id: CertificateId::parse("70345612890127")?,
        issuer: "https://pramaan.example/".parse()?,
        issued_at: ISSUED,
        person: Person {
            reference_id: ReferenceId::parse("48210937561204")?,
            identity: MaskedIdentity::new(line("Passport")?, "4321")?,
            name: line("क्षितिज श्रीवास्तव")?,
            gender: line("Male")?,
            age: Age::from_years(45)?,
            nationality: line("Indian")?,
        },
        vaccine: Vaccine {
            name: line("COVISHIELD")?,
            manufacturer: line("Serum Institute of India")?,
            batch: line("4121Z010")?,
            coding: None,
        },
        dose: DoseGiven::Primary { number: 1, total: 2 },
        given_at: Timestamp::from_seconds(1_627_990_000),
        effective_start: ISSUED.date(),
        effective_until: ISSUED.date(),
        vaccinator: line("Sunita Patil")?,
        facility: Facility {
            name: line("UPHC Colaba")?,
            place: Place {
                district: line("Mumbai")?,
                state: line("Maharashtra")?,
                pincode: Pincode::parse("400001")?,
            },
        },
    })
}

/// Whatever verifies is the one certificate that was signed.
///
/// # Panics
/// When another one verifies.
pub fn fuzz_certificate(bytes: &[u8]) -> bool {
    let verified = verify_file(bytes, &ISSUED_ONCE.trusted);
    if let Ok(verified) = &verified {
        assert_eq!(
            verified.certificate, ISSUED_ONCE.certificate,
            "nobody signed this"
        );
    }
    verified.is_ok()
}

/// The text of a scanned QR code.
///
/// # Panics
/// Only when the parser does.
pub fn fuzz_qr_text(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).ok();
    let json = text.and_then(|text| json_from_qr_text(text).ok());
    json.is_some_and(|json| fuzz_certificate(&json))
}

pub(crate) fn certificates() -> Vec<Vec<u8>> {
    let issued = &*ISSUED_ONCE;
    let pdf = certificate_pdf(&issued.certificate, &issued.signed);
    let pdf = pdf.unwrap_or_else(|error| panic!("the seed PDF: {error}"));
    vec![pdf, issued.signed.as_json().as_bytes().to_vec()]
}

pub(crate) fn qr_texts() -> Vec<Vec<u8>> {
    let text = certificate_qr_text(&ISSUED_ONCE.signed);
    vec![
        text.unwrap_or_else(|error| panic!("the seed QR text: {error}"))
            .into_bytes(),
    ]
}
