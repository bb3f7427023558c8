//! For every certificate that can be made: it reads back, verifies, and has one canonical form.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use pramaan_cert::{
    Age, Certificate, CertificateFields, CertificateId, DoseGiven, Line, MaskedIdentity, Pincode,
    ReferenceId, document_nquads, parse_document, verify_json,
};
use pramaan_domain::time::Timestamp;
use proptest::prelude::*;

fn any_line() -> impl Strategy<Value = Line> {
    "[\\PC]{0,40}".prop_filter_map("control", |text| Line::parse(&text).ok())
}

fn any_name() -> impl Strategy<Value = Line> {
    any_line().prop_filter("blank", |line| !line.is_blank())
}

fn any_dose() -> impl Strategy<Value = DoseGiven> {
    (1..=9_u8, 1..=9_u8).prop_filter_map("no such dose", |(dose, total)| {
        DoseGiven::from_numbers(dose, total).ok()
    })
}

prop_compose! {
    fn any_fields()(
        (name, vaccine, facility) in (any_name(), any_name(), any_name()),
        (batch, manufacturer, vaccinator, district, state, document) in
            (any_line(), any_line(), any_line(), any_line(), any_line(), any_name()),
        (id, reference, last, pincode) in ("[0-9]{14}", "[1-9][0-9]{13}", "[A-Z0-9/-]{1,4}", "([1-9][0-9]{5})?"),
        (age, dose, coded) in (0..=130_u8, any_dose(), any::<bool>()),
        (given, delay, days) in (1_600_000_000_000_000_i64..1_900_000_000_000_000, 0..9_000_000_000_i64, 0..4_000_u64),
    ) -> Option<CertificateFields> {
        let base = support::fields();
        let given_at = Timestamp::from_micros(given);
        Some(CertificateFields {
            id: CertificateId::parse(&id).ok()?,
            issued_at: Timestamp::from_micros(given + delay),
            person: pramaan_cert::Person {
                reference_id: ReferenceId::parse(&reference).ok()?,
                identity: MaskedIdentity::new(document, &last).ok()?,
                name,
                age: Age::from_years(age).ok()?,
                ..base.person
            },
            vaccine: pramaan_cert::Vaccine {
                name: vaccine, manufacturer, batch, coding: coded.then(support::coding),
            },
            dose,
            given_at,
            effective_start: given_at.date(),
            effective_until: given_at.date() + chrono::Days::new(days),
            vaccinator,
            facility: pramaan_cert::Facility {
                name: facility,
                place: pramaan_cert::Place { district, state, pincode: Pincode::parse(&pincode).ok()? },
            },
            ..base
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(300)))]

    #[test]
    fn a_certificate_reads_back_as_itself(fields in any_fields()) {
        let certificate = Certificate::new(fields.unwrap()).unwrap();
        let signed = support::signed(&certificate);
        let verified = verify_json(signed.as_json().as_bytes(), &support::keys()).unwrap();
        prop_assert_eq!(&verified.certificate, &certificate);
        prop_assert_eq!(verified.signed, signed);
    }

    #[test]
    fn the_canonical_form_does_not_depend_on_spelling(fields in any_fields()) {
        let signed = support::signed(&Certificate::new(fields.unwrap()).unwrap());
        let document = parse_document(signed.as_json().as_bytes()).unwrap();
        // serde_json's Value sorts the keys and spaces them out.
        let value: serde_json::Value = serde_json::from_str(signed.as_json()).unwrap();
        let pretty = parse_document(serde_json::to_string_pretty(&value).unwrap().as_bytes()).unwrap();
        prop_assert_eq!(document_nquads(&document), document_nquads(&pretty));
    }

    #[test]
    fn no_bytes_panic_the_verifier(bytes in proptest::collection::vec(any::<u8>(), 0..200), prefix in 0..4_usize) {
        let mut file = [&b""[..], b"%PDF-1.7 obj<</Type/EmbeddedFile>>stream\n", b"PK\x03\x04", b"{\"@context\":"][prefix].to_vec();
        file.extend(bytes);
        prop_assert!(pramaan_cert::verify_file(&file, &support::keys()).is_err());
    }
}
