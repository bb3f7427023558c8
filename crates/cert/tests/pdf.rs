//! What citizens print: it must open, carry the signed certificate, and survive any name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::Write;

use pramaan_cert::{
    Certificate, DoseGiven, Slip, SlipMember, SlipToken, VerifyError, certificate_pdf, qr_modules, slip_pdf,
    verify_file,
};
use pramaan_domain::id::AppointmentId;
use support::{certificate, fields, keys, line, signed};

fn pdf_for(name: &str) -> Vec<u8> {
    let mut fields = fields();
    fields.person.name = line(name);
    let certificate = Certificate::new(fields).unwrap();
    certificate_pdf(&certificate, &signed(&certificate)).unwrap()
}

fn slip() -> Slip {
    let member = |name: &str, token: &str| SlipMember {
        name: line(name),
        queue: 17,
        token: token.parse::<SlipToken>().unwrap(),
    };
    Slip {
        appointment: AppointmentId::from_random([9; 16]),
        members: vec![
            member("தமிழ்ச்செல்வி முருகன்", "pramaan:slip:48210937561204:0042"),
            member("Asha Murugan", "pramaan:slip:48210937561205:9731"),
        ],
        centre: fields().facility,
        address: line("Bora Bazar, Fort"),
        date: support::date("2021-08-05"),
        slot: line("09:00AM-11:00AM"),
        dose: DoseGiven::Primary { number: 2, total: 2 },
        vaccine: line("COVAXIN"),
        made_at: support::ISSUED,
    }
}

#[test]
fn a_pdf_verifies_by_its_attachment() {
    let pdf = certificate_pdf(&certificate(), &signed(&certificate())).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    assert!(pdf.len() < 110_000, "{} bytes", pdf.len());
    assert_eq!(verify_file(&pdf, &keys()).unwrap().certificate, certificate());
}

/// A PDF with these attached files, deflated.
fn with_attachments(files: &[Vec<u8>]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    for file in files {
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(file).unwrap();
        pdf.extend(b"1 0 obj <</Type /EmbeddedFile /Filter /FlateDecode>> stream\n");
        pdf.extend(packed.finish().unwrap());
        pdf.extend(b"\nendstream endobj\n");
    }
    pdf
}

#[test]
fn a_pdf_made_to_keep_us_busy_is_given_up_early() {
    let ours = signed(&certificate()).as_json().as_bytes().to_vec();
    let verified = |files: &[Vec<u8>]| verify_file(&with_attachments(files), &keys()).map(|_| ());
    assert_eq!(verified(&[vec![b' '; 60_000], ours.clone()]), Ok(()));
    let eight: Vec<_> = (0..8).map(|_| b"no JSON".to_vec()).collect();
    assert_eq!(
        verified(&[&eight[..7], std::slice::from_ref(&ours)].concat()),
        Ok(())
    );
    assert_eq!(
        verified(&[&eight[..], std::slice::from_ref(&ours)].concat()),
        Err(VerifyError::TooLarge),
        "nine files"
    );
    let bombs: Vec<_> = (0..4).map(|_| vec![b' '; 50_000_000 / 4]).collect();
    assert_eq!(
        verified(&[&bombs[..], std::slice::from_ref(&ours)].concat()),
        Err(VerifyError::TooLarge),
        "more than 256 KiB together"
    );
    let mut streams = b"%PDF-1.7\n".to_vec();
    streams.extend(b"stream endstream ".repeat(5_000));
    assert_eq!(
        verify_file(&streams, &keys()).map(|_| ()),
        Err(VerifyError::TooLarge)
    );
}

#[test]
fn the_same_certificate_is_the_same_file() {
    assert_eq!(pdf_for("Asha Rao"), pdf_for("Asha Rao"));
}

#[test]
fn every_script_can_be_printed() {
    for name in [
        "Asha Rao",
        "क्षितिज श्रीवास्तव",
        "অনিরুদ্ধ চট্টোপাধ্যায়",
        "தமிழ்ச்செல்வி முருகன்",
        "శ్రీనివాస్ రెడ్డి",
        "કૃષ્ણકાંત પટેલ",
        "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
        "ಕೃಷ್ಣಮೂರ್ತಿ ಹೆಗ್ಡೆ",
        "ശ്രീലക്ഷ്മി നമ്പൂതിരി",
        "ଜଗନ୍ନାଥ ମହାପାତ୍ର",
        "ᱥᱟᱱᱛᱟᱲᱤ ᱢᱩᱨᱢᱩ",
        "ꯃꯤꯇꯩ ꯂꯣꯟ",
        "Zoë O’Brien-D’Souza",
    ] {
        assert!(verify_file(&pdf_for(name), &keys()).is_ok(), "{name}");
    }
}

#[test]
fn what_no_font_has_is_still_printed_and_signed() {
    for name in [
        "张伟",
        "نور جہاں",
        "😀",
        "\u{E000}",
        "\u{200D}",
        "\u{93F}",
        "a\u{301}\u{301}क्",
        &"म".repeat(200),
    ] {
        let pdf = pdf_for(name);
        assert_eq!(
            verify_file(&pdf, &keys())
                .unwrap()
                .certificate
                .fields()
                .person
                .name
                .as_str(),
            name
        );
    }
}

#[test]
fn a_certificate_too_long_for_a_qr_code_is_attached_all_the_same() {
    let mut fields = fields();
    let mut next = 7_u32;
    let mut long = || {
        let text: String = std::iter::repeat_with(|| {
            next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from_u32(0x0905 + (next >> 16) % 0x33).unwrap()
        })
        .take(200)
        .collect();
        line(&text)
    };
    (fields.person.name, fields.vaccinator, fields.facility.name) = (long(), long(), long());
    (fields.facility.place.district, fields.facility.place.state) = (long(), long());
    let certificate = Certificate::new(fields).unwrap();
    let signed = signed(&certificate);
    assert!(
        pramaan_cert::certificate_qr_text(&signed)
            .and_then(|text| qr_modules(&text))
            .is_err()
    );
    assert!(verify_file(&certificate_pdf(&certificate, &signed).unwrap(), &keys()).is_ok());
}

#[test]
fn a_pdf_with_another_certificate_inside_is_refused() {
    let mut pdf = pdf_for("Asha Rao");
    let other = b"\n99 0 obj\n<</Type/EmbeddedFile>>\nstream\n{\"a\":1}\nendstream\nendobj\n";
    pdf.extend_from_slice(other);
    assert_eq!(verify_file(&pdf, &keys()), Err(VerifyError::SeveralCertificates));
    assert_eq!(
        verify_file(b"%PDF-1.7 nothing", &keys()),
        Err(VerifyError::NotACertificate)
    );
}

#[test]
fn a_booking_of_nobody_has_no_slip() {
    let empty = Slip {
        members: Vec::new(),
        ..slip()
    };
    assert!(slip_pdf(&empty).is_err());
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(pramaan_testkit::cases(60)))]

    #[test]
    fn any_line_can_be_printed(
        mixed in "[\\PC]{1,30}",
        indic in "[\u{900}-\u{D7F}\u{200C}\u{200D} 0-9a-z]{1,40}",
    ) {
        let mut fields = fields();
        for (target, text) in [(&mut fields.person.name, mixed), (&mut fields.vaccinator, indic)] {
            *target = pramaan_cert::Line::parse(&text).ok().filter(|line| !line.is_blank()).unwrap_or(line("A"));
        }
        let certificate = Certificate::new(fields).unwrap();
        let pdf = certificate_pdf(&certificate, &signed(&certificate)).unwrap();
        proptest::prop_assert_eq!(verify_file(&pdf, &keys()).unwrap().certificate, certificate);
    }
}

#[test]
fn a_slip_has_a_page_for_each_member_and_is_no_certificate() {
    let pdf = slip_pdf(&slip()).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&pdf);
    let pages = text.matches("/Type/Page/").count();
    assert_eq!(pages, slip().members.len());
    assert_eq!(verify_file(&pdf, &keys()), Err(VerifyError::NotACertificate));
}

#[test]
fn a_printed_card_is_one_page_in_large_type() {
    let card = pramaan_cert::Card {
        token: "pramaan:card:48210937561204:00421337".parse().unwrap(),
        made_at: support::ISSUED,
    };
    let pdf = pramaan_cert::card_pdf(&card).unwrap();
    assert!(
        pdf.starts_with(b"%PDF-") && pdf.len() < 110_000,
        "{} bytes",
        pdf.len()
    );
}

#[test]
fn a_certificate_without_a_document_says_so_and_verifies() {
    let mut fields = fields();
    fields.person.identity = pramaan_cert::MaskedIdentity::none();
    let certificate = Certificate::new(fields).unwrap();
    let pdf = certificate_pdf(&certificate, &signed(&certificate)).unwrap();
    let verified = verify_file(&pdf, &keys()).unwrap().certificate;
    assert_eq!(
        verified.fields().person.identity.to_string(),
        "No identity document shown"
    );
}
