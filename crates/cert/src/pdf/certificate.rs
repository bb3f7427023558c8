//! The printed certificate.

use super::font::Weight;
use super::label::{self, Label};
use super::page::{ACCENT, Book, HEIGHT, INK, MARGIN, MUTED, PALE, RULE, Sheet, Style, WHITE, WIDTH};
use crate::credential::{Certificate, CertificateFields, Place};
use crate::error::PdfError;
use crate::qr::{Modules, certificate_qr_text, qr_modules};
use crate::sign::SignedCertificate;
use krilla::tagging::{TableHeaderScope, Tag, TagGroup};

/// The name of the file attached to the PDF.
const ATTACHMENT: &str = "certificate.json";
const QR_SIDE: f32 = 216.0;
const LABEL_WIDTH: f32 = 175.0;
const GUTTER: f32 = 12.0;

const TITLE: Style = Style::new(19.0, Weight::Bold, WHITE);
const SECTION: Style = Style::new(11.5, Weight::Bold, ACCENT);
const LABEL: Style = Style::new(9.0, Weight::Regular, INK);
const LABEL_HINDI: Style = Style::new(8.5, Weight::Regular, MUTED).hindi();
const VALUE: Style = Style::new(11.0, Weight::Regular, INK);
const SMALL: Style = Style::new(8.5, Weight::Regular, MUTED);

/// Makes the PDF of a certificate: one A4 page with the fields, the QR code, and the signed JSON attached. The same input
/// gives the same bytes.
pub fn certificate_pdf(certificate: &Certificate, signed: &SignedCertificate) -> Result<Vec<u8>, PdfError> {
    let fields = certificate.fields();
    // A certificate with very long names in Indic scripts may not fit a QR code; it is still attached.
    let qr = certificate_qr_text(signed).and_then(|text| qr_modules(&text)).ok();
    let mut book = Book::new("COVID-19 vaccination certificate", fields.issued_at)?;
    book.page(|sheet| paint(sheet, fields, qr.as_ref()))?;
    book.attach_json(ATTACHMENT, "The signed certificate, which verifiers check", signed.as_json())?;
    book.finish()
}

fn paint(sheet: &mut Sheet<'_, '_>, fields: &CertificateFields, qr: Option<&Modules>) -> Result<(), PdfError> {
    banner(sheet, "COVID-19 Vaccination Certificate", "कोविड-19 टीकाकरण प्रमाण पत्र");
    let line = format!("Certificate no. {}     Issued {}", fields.id.as_str(), label::long_instant(fields.issued_at));
    sheet.paragraph((MARGIN, 121.0), &line, Style { size: 9.5, ..LABEL }, WIDTH - 2.0 * MARGIN);
    let y = section(sheet, 147.0, "Beneficiary", "लाभार्थी", &person_rows(fields));
    let y = section(sheet, y + 10.0, "Vaccination", "टीकाकरण", &vaccination_rows(fields));
    let top = (y + 6.0).max(HEIGHT - MARGIN - QR_SIDE - 38.0);
    check_box(sheet, top, qr, fields)
}

/// The coloured band with the title, shared with the slip.
pub(super) fn banner(sheet: &mut Sheet<'_, '_>, english: &str, hindi: &str) {
    sheet.decoration((0.0, 0.0), (WIDTH, 96.0), ACCENT);
    let second = Style { size: 15.0, ..TITLE.hindi() };
    sheet.heading(1, &[((MARGIN, 44.0), english, TITLE), ((MARGIN, 74.0), hindi, second)]);
}

/// A titled table of labels and values from `y` down; answers where it ends.
pub(super) fn section(
    sheet: &mut Sheet<'_, '_>,
    y: f32,
    english: &str,
    hindi: &str,
    rows: &[(Label, String)],
) -> f32 {
    let beside = MARGIN + sheet.width_of(english, SECTION) + 8.0;
    sheet.heading(2, &[((MARGIN, y), english, SECTION), ((beside, y), hindi, SECTION.hindi())]);
    sheet.decoration((MARGIN, y + 7.0), (WIDTH - 2.0 * MARGIN, 1.2), ACCENT);
    let mut table = TagGroup::new(Tag::Table);
    let mut y = y + 24.0;
    for (label, value) in rows.iter().filter(|(_, value)| !value.trim().is_empty()) {
        y = row(sheet, y, label, value, &mut table);
    }
    sheet.push(table);
    y
}

fn row(sheet: &mut Sheet<'_, '_>, y: f32, label: &Label, value: &str, table: &mut TagGroup) -> f32 {
    let mut head = TagGroup::new(Tag::TH(TableHeaderScope::Row));
    sheet.text((MARGIN, y), label.0, LABEL, LABEL_WIDTH, &mut head);
    let label_end = sheet.text((MARGIN, y + 12.5), label.1, LABEL_HINDI, LABEL_WIDTH, &mut head);
    let mut cell = TagGroup::new(Tag::TD);
    let x = MARGIN + LABEL_WIDTH + GUTTER;
    let value_end = sheet.text((x, y + 4.0), value, VALUE, WIDTH - MARGIN - x, &mut cell);
    let mut both = TagGroup::new(Tag::TR);
    both.push(head);
    both.push(cell);
    table.push(both);
    let end = label_end.max(value_end - 1.0);
    sheet.decoration((MARGIN, end - 6.5), (WIDTH - 2.0 * MARGIN, 0.5), RULE);
    end + 7.0
}

fn person_rows(fields: &CertificateFields) -> Vec<(Label, String)> {
    let person = &fields.person;
    vec![
        (label::NAME, person.name.as_str().to_owned()),
        (label::AGE, format!("{} years / वर्ष", person.age)),
        (label::GENDER, label::gender(person.gender.as_str())),
        (label::IDENTITY, person.identity.to_string()),
        (label::REFERENCE, person.reference_id.as_str().to_owned()),
    ]
}

fn vaccination_rows(fields: &CertificateFields) -> Vec<(Label, String)> {
    let vaccine = &fields.vaccine;
    let valid =
        format!("{} – {}", label::long_date(fields.effective_start), label::long_date(fields.effective_until));
    vec![
        (label::VACCINE, vaccine.name.as_str().to_owned()),
        (label::MANUFACTURER, vaccine.manufacturer.as_str().to_owned()),
        (label::BATCH, vaccine.batch.as_str().to_owned()),
        (label::DOSE, label::dose(fields.dose)),
        (label::GIVEN_ON, label::long_instant(fields.given_at)),
        (label::VALID, valid),
        (label::VACCINATOR, fields.vaccinator.as_str().to_owned()),
        (label::CENTRE, fields.facility.name.as_str().to_owned()),
        (label::PLACE, place(&fields.facility.place)),
    ]
}

pub(super) fn place(place: &Place) -> String {
    let parts = [place.district.as_str(), place.state.as_str(), place.pincode.as_str()];
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(", ")
}

fn check_box(
    sheet: &mut Sheet<'_, '_>,
    top: f32,
    qr: Option<&Modules>,
    fields: &CertificateFields,
) -> Result<(), PdfError> {
    let pad = 14.0;
    sheet.decoration((MARGIN, top), (WIDTH - 2.0 * MARGIN, QR_SIDE + 2.0 * pad), PALE);
    let mut x = MARGIN + pad;
    if let Some(modules) = qr {
        // The quiet zone is white paper, whatever the box's colour.
        sheet.decoration((MARGIN + 4.0, top + 4.0), (QR_SIDE + 20.0, QR_SIDE + 20.0), WHITE);
        sheet.qr((x, top + pad), QR_SIDE, modules, "QR code holding this certificate with its digital signature")?;
        x += QR_SIDE + 2.0 * pad;
    }
    let width = WIDTH - MARGIN - pad - x;
    let y = sheet_text(sheet, (x, top + 26.0), width, qr.is_some());
    let issuer = format!("Issuer: {}", fields.issuer.as_str());
    sheet.paragraph((x, y + 4.0), &issuer, SMALL, width);
    Ok(())
}

fn sheet_text(sheet: &mut Sheet<'_, '_>, at: (f32, f32), width: f32, has_qr: bool) -> f32 {
    let beside = at.0 + sheet.width_of("Check it", SECTION) + 8.0;
    sheet.heading(2, &[(at, "Check it", SECTION), ((beside, at.1), "जाँच करें", SECTION.hindi())]);
    let (english, hindi) = if has_qr {
        (
            "This certificate is digitally signed. Scan the QR code with a verifier, or run “pramaan verify-certificate” on this file; no network is needed. Compare what the verifier shows with what is printed here.",
            "यह प्रमाण पत्र डिजिटल रूप से हस्ताक्षरित है। क्यूआर कोड स्कैन करके इसकी जाँच करें, और दिखाए गए विवरण का इस पन्ने से मिलान करें।",
        )
    } else {
        (
            "This certificate is digitally signed; it is too long for a QR code and is attached to this file. Run “pramaan verify-certificate” on the file; no network is needed.",
            "यह प्रमाण पत्र डिजिटल रूप से हस्ताक्षरित है। इसकी जाँच इस फ़ाइल से ही की जा सकती है।",
        )
    };
    let style = Style { colour: INK, size: 9.0, ..SMALL };
    let y = sheet.paragraph((at.0, at.1 + 21.0), english, style, width);
    sheet.paragraph((at.0, y + 5.0), hindi, style.hindi(), width)
}
