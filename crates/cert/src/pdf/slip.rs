//! The appointment slip: what a person takes to the centre, one page for each member of the booking.

use std::fmt;

use pramaan_domain::id::AppointmentId;
use pramaan_domain::time::{CivilDate, Timestamp};

use super::certificate::{banner, place, section};
use super::font::Weight;
use super::label;
use super::page::{ACCENT, Book, INK, MARGIN, MUTED, PALE, Sheet, Style, WHITE, WIDTH};
use crate::credential::Facility;
use crate::error::PdfError;
use crate::qr::{SlipToken, qr_modules};
use crate::value::{DoseGiven, Line};

const QR_SIDE: f32 = 150.0;
const CODE: Style = Style::new(40.0, Weight::Bold, INK);
const CODE_LABEL: Style = Style::new(11.5, Weight::Bold, ACCENT);
const HINT: Style = Style::new(9.5, Weight::Regular, INK);
const SMALL: Style = Style::new(8.5, Weight::Regular, MUTED);

/// A booking.
#[derive(Debug, Clone)]
pub struct Slip {
    pub appointment: AppointmentId,
    pub members: Vec<SlipMember>,
    pub centre: Facility,
    /// Where the centre is, as its own page says.
    pub address: Line,
    pub date: CivilDate,
    /// As on the wire, such as `09:00AM-11:00AM`.
    pub slot: Line,
    pub dose: DoseGiven,
    pub vaccine: Line,
    /// When the slip is made.
    pub made_at: Timestamp,
}

/// One person of a booking. The token holds the reference id and the four-digit code.
#[derive(Clone)]
pub struct SlipMember {
    pub name: Line,
    /// The place in the queue, by which the list of the day knows the person.
    pub queue: i64,
    pub token: SlipToken,
}

impl fmt::Debug for SlipMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlipMember { .. }")
    }
}

/// Makes the PDF of a booking: one A4 page for each member.
pub fn slip_pdf(slip: &Slip) -> Result<Vec<u8>, PdfError> {
    if slip.members.is_empty() {
        return Err(PdfError::Layout);
    }
    let mut book = Book::new("COVID-19 vaccination appointment", slip.made_at)?;
    for member in &slip.members {
        book.page(|sheet| paint(sheet, slip, member))?;
    }
    book.finish()
}

fn paint(sheet: &mut Sheet<'_, '_>, slip: &Slip, member: &SlipMember) -> Result<(), PdfError> {
    banner(
        sheet,
        "COVID-19 Vaccination Appointment",
        "कोविड-19 टीकाकरण अपॉइंटमेंट",
    );
    let name = [(label::NAME, member.name.as_str().to_owned())];
    let reference = [(label::REFERENCE, member.token.reference_id().as_str().to_owned())];
    let y = section(sheet, 112.0, "Beneficiary", "लाभार्थी", &[&name, &reference]);
    let visit = [
        (label::DATE, slip.date.format("%A, %-d %B %Y").to_string()),
        (label::SLOT, slip.slot.as_str().to_owned()),
        (label::QUEUE, member.queue.to_string()),
        (label::CENTRE, slip.centre.name.as_str().to_owned()),
        (label::ADDRESS, slip.address.as_str().to_owned()),
        (label::PLACE, place(&slip.centre.place)),
        (label::VACCINE, slip.vaccine.as_str().to_owned()),
        (label::DOSE, label::dose(slip.dose)),
    ];
    let number = [(label::APPOINTMENT, slip.appointment.to_string())];
    let y = section(sheet, y + 14.0, "Appointment", "अपॉइंटमेंट", &[&visit, &number]);
    show_at_centre(sheet, y + 8.0, &member.token)
}

fn show_at_centre(sheet: &mut Sheet<'_, '_>, top: f32, token: &SlipToken) -> Result<(), PdfError> {
    let pad = 18.0;
    sheet.decoration((MARGIN, top), (WIDTH - 2.0 * MARGIN, QR_SIDE + 2.0 * pad), PALE);
    sheet.decoration((MARGIN + 4.0, top + 4.0), (QR_SIDE + 28.0, QR_SIDE + 28.0), WHITE);
    let modules = qr_modules(&token.to_string())?;
    let alt = "QR code with the reference ID and the four-digit code of this appointment";
    sheet.qr((MARGIN + pad, top + pad), QR_SIDE, &modules, alt)?;

    let x = MARGIN + QR_SIDE + 3.0 * pad;
    let width = WIDTH - MARGIN - pad - x;
    let y = top + 34.0;
    let beside = x + sheet.width_of("Your code", CODE_LABEL) + 8.0;
    sheet.heading(
        2,
        &[
            ((x, y), "Your code", CODE_LABEL),
            ((beside, y), "आपका कोड", CODE_LABEL.hindi()),
        ],
    );
    sheet.paragraph((x, y + 46.0), token.code(), CODE, width);
    let y = sheet.paragraph(
        (x, y + 76.0),
        "Tell this code, or show the QR code, to the vaccinator only, at the centre: it opens your record. Nobody will ask for it by phone.",
        HINT,
        width,
    );
    let hindi = "यह कोड केवल टीकाकरण केंद्र पर टीका लगाने वाले को बताएँ। फ़ोन पर कोई यह कोड नहीं पूछेगा।";
    sheet.paragraph((x, y + 4.0), hindi, HINT.hindi(), width);

    let below = top + QR_SIDE + 2.0 * pad + 22.0;
    let bring = "Bring this slip and the photo identity document you registered with.";
    let next = sheet.paragraph((MARGIN, below), bring, HINT, WIDTH - 2.0 * MARGIN);
    let hindi = "यह पर्ची और वही फोटो पहचान पत्र साथ लाएँ जिससे पंजीकरण किया था।";
    sheet.paragraph((MARGIN, next), hindi, SMALL.hindi(), WIDTH - 2.0 * MARGIN);
    Ok(())
}
