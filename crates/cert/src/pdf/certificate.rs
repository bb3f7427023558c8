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
const BOX_HEIGHT: f32 = QR_SIDE + 28.0;
/// Baseline of the first section's title.
pub(super) const TOP: f32 = 134.0;
/// The lowest that anything may be painted.
const FLOOR: f32 = HEIGHT - 28.0;

const TITLE: Style = Style::new(19.0, Weight::Bold, WHITE);
const SECTION: Style = Style::new(11.5, Weight::Bold, ACCENT);
const LABEL: Style = Style::new(8.5, Weight::Regular, MUTED);
const VALUE: Style = Style::new(11.5, Weight::Regular, INK);
const FACTS: Style = Style::new(9.5, Weight::Regular, INK);
const SMALL: Style = Style::new(8.5, Weight::Regular, MUTED);

/// Makes the PDF of a certificate: one A4 page with the fields, the QR code, and the signed JSON attached. The same input
/// gives the same bytes.
pub fn certificate_pdf(certificate: &Certificate, signed: &SignedCertificate) -> Result<Vec<u8>, PdfError> {
    let fields = certificate.fields();
    // A certificate with very long names in Indic scripts may not fit a QR code; it is still attached.
    let qr = certificate_qr_text(signed)
        .and_then(|text| qr_modules(&text))
        .ok();
    let mut book = Book::new("COVID-19 vaccination certificate", fields.issued_at)?;
    let end = book.page(|sheet| {
        let end = paint_fields(sheet, fields);
        if fits(end) {
            check_box(sheet, box_top(end), qr.as_ref(), fields).map(|()| end)
        } else {
            Ok(end)
        }
    })?;
    if !fits(end) {
        book.page(|sheet| check_box(sheet, MARGIN, qr.as_ref(), fields))?;
    }
    book.attach_json(
        ATTACHMENT,
        "The signed certificate, which verifiers check",
        signed.as_json(),
    )?;
    book.finish()
}

/// Only names of hundreds of characters push the QR code to a second page.
fn fits(end_of_fields: f32) -> bool {
    end_of_fields + BOX_HEIGHT <= FLOOR
}

fn box_top(end_of_fields: f32) -> f32 {
    (end_of_fields + 12.0).min(FLOOR - BOX_HEIGHT)
}

fn paint_fields(sheet: &mut Sheet<'_, '_>, fields: &CertificateFields) -> f32 {
    banner(
        sheet,
        "COVID-19 Vaccination Certificate",
        "कोविड-19 टीकाकरण प्रमाण पत्र",
    );
    let number = format!("{} {}: {}", label::NUMBER.0, label::NUMBER.1, fields.id.as_str());
    let issued = format!(
        "{} {}: {}",
        label::ISSUED.0,
        label::ISSUED.1,
        label::long_instant(fields.issued_at)
    );
    sheet.paragraph((MARGIN, 104.0), &number, FACTS, HALF);
    sheet.paragraph((MARGIN + HALF + GUTTER, 104.0), &issued, FACTS, HALF);
    let (name, rest) = person_cells(fields);
    let y = section(sheet, TOP, "Beneficiary", "लाभार्थी", &[&[name], &rest]);
    section(
        sheet,
        y + 14.0,
        "Vaccination",
        "टीकाकरण",
        &[&vaccination_cells(fields)],
    )
}

/// The coloured band with the title, shared with the slip.
pub(super) fn banner(sheet: &mut Sheet<'_, '_>, english: &str, hindi: &str) {
    sheet.decoration((0.0, 0.0), (WIDTH, 80.0), ACCENT);
    let second = Style {
        size: 15.0,
        ..TITLE.hindi()
    };
    sheet.heading(
        1,
        &[((MARGIN, 36.0), english, TITLE), ((MARGIN, 63.0), hindi, second)],
    );
}

/// A titled table of labels and values from `y` down; answers where it ends. Each group of one cell takes a whole row,
/// the others stand in pairs. Cells without a value are left out.
pub(super) fn section(
    sheet: &mut Sheet<'_, '_>,
    y: f32,
    english: &str,
    hindi: &str,
    groups: &[&[(Label, String)]],
) -> f32 {
    let beside = MARGIN + sheet.width_of(english, SECTION) + 8.0;
    sheet.heading(
        2,
        &[
            ((MARGIN, y), english, SECTION),
            ((beside, y), hindi, SECTION.hindi()),
        ],
    );
    sheet.decoration((MARGIN, y + 7.0), (FULL, 1.2), ACCENT);
    let mut table = TagGroup::new(Tag::Table);
    let mut y = y + 22.0;
    for group in groups {
        let cells: Vec<&(Label, String)> = group
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .collect();
        for pair in cells.chunks(2) {
            let width = if group.len() == 1 { FULL } else { HALF };
            y = row(sheet, y, pair, width, &mut table);
        }
    }
    sheet.push(table);
    y
}

const FULL: f32 = WIDTH - 2.0 * MARGIN;
const GUTTER: f32 = 16.0;
const HALF: f32 = (FULL - GUTTER) / 2.0;

fn row(
    sheet: &mut Sheet<'_, '_>,
    y: f32,
    cells: &[&(Label, String)],
    width: f32,
    table: &mut TagGroup,
) -> f32 {
    let mut both = TagGroup::new(Tag::TR);
    let mut x = MARGIN;
    let mut end = y;
    for (label, value) in cells {
        let mut head = TagGroup::new(Tag::TH(TableHeaderScope::Row));
        let beside = x + sheet.width_of(label.0, LABEL) + 6.0;
        sheet.text((x, y), label.0, LABEL, width, &mut head);
        sheet.text((beside, y), label.1, LABEL.hindi(), width, &mut head);
        let mut cell = TagGroup::new(Tag::TD);
        end = end.max(sheet.text((x, y + 15.5), value, VALUE, width, &mut cell));
        both.push(head);
        both.push(cell);
        x += width + GUTTER;
    }
    table.push(both);
    sheet.decoration((MARGIN, end - 7.5), (FULL, 0.5), RULE);
    end + 6.5
}

fn person_cells(fields: &CertificateFields) -> ((Label, String), [(Label, String); 4]) {
    let person = &fields.person;
    let rest = [
        (label::AGE, format!("{} years / वर्ष", person.age)),
        (label::GENDER, label::gender(person.gender.as_str())),
        (label::IDENTITY, person.identity.to_string()),
        (label::REFERENCE, person.reference_id.as_str().to_owned()),
    ];
    ((label::NAME, person.name.as_str().to_owned()), rest)
}

fn vaccination_cells(fields: &CertificateFields) -> [(Label, String); 9] {
    let vaccine = &fields.vaccine;
    let valid = format!(
        "{} – {}",
        label::long_date(fields.effective_start),
        label::long_date(fields.effective_until)
    );
    [
        (label::VACCINE, vaccine.name.as_str().to_owned()),
        (label::DOSE, label::dose(fields.dose)),
        (label::MANUFACTURER, vaccine.manufacturer.as_str().to_owned()),
        (label::BATCH, vaccine.batch.as_str().to_owned()),
        (label::GIVEN_ON, label::long_instant(fields.given_at)),
        (label::VALID, valid),
        (label::CENTRE, fields.facility.name.as_str().to_owned()),
        (label::PLACE, place(&fields.facility.place)),
        (label::VACCINATOR, fields.vaccinator.as_str().to_owned()),
    ]
}

pub(super) fn place(place: &Place) -> String {
    let parts = [
        place.district.as_str(),
        place.state.as_str(),
        place.pincode.as_str(),
    ];
    parts
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn check_box(
    sheet: &mut Sheet<'_, '_>,
    top: f32,
    qr: Option<&Modules>,
    fields: &CertificateFields,
) -> Result<(), PdfError> {
    let pad = 14.0;
    sheet.decoration((MARGIN, top), (FULL, BOX_HEIGHT), PALE);
    let mut x = MARGIN + pad;
    if let Some(modules) = qr {
        // The quiet zone is white paper, whatever the box's colour.
        sheet.decoration((MARGIN + 4.0, top + 4.0), (QR_SIDE + 20.0, QR_SIDE + 20.0), WHITE);
        sheet.qr(
            (x, top + pad),
            QR_SIDE,
            modules,
            "QR code holding this certificate with its digital signature",
        )?;
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
    sheet.heading(
        2,
        &[
            (at, "Check it", SECTION),
            ((beside, at.1), "जाँच करें", SECTION.hindi()),
        ],
    );
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
    let style = Style {
        colour: INK,
        size: 9.0,
        ..SMALL
    };
    let y = sheet.paragraph((at.0, at.1 + 21.0), english, style, width);
    sheet.paragraph((at.0, y + 5.0), hindi, style.hindi(), width)
}
