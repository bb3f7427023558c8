//! The printed card of somebody without a telephone or without papers: reference id, code and QR code of both, in large type.
//!
//! There is no name on it: who finds a card learns nobody's. Whose it is, is written by hand.

use pramaan_domain::time::Timestamp;

use super::certificate::banner;
use super::font::Weight;
use super::label;
use super::page::{ACCENT, Book, INK, MARGIN, PALE, Sheet, Style, WHITE, WIDTH};
use crate::error::PdfError;
use crate::qr::{CardToken, qr_modules};

const QR_SIDE: f32 = 170.0;
const LABEL: Style = Style::new(13.0, Weight::Bold, ACCENT);
const NUMBER: Style = Style::new(26.0, Weight::Bold, INK);
const CODE: Style = Style::new(38.0, Weight::Bold, INK);
const TEXT: Style = Style::new(14.0, Weight::Regular, INK);
const PAD: f32 = 18.0;

/// A card that was made just now.
#[derive(Debug, Clone)]
pub struct Card {
    pub token: CardToken,
    pub made_at: Timestamp,
}

/// Makes the PDF of a card: one A4 page, of which the upper half is the card.
pub fn card_pdf(card: &Card) -> Result<Vec<u8>, PdfError> {
    let mut book = Book::new("COVID-19 vaccination card", card.made_at)?;
    book.page(|sheet| paint(sheet, &card.token))?;
    book.finish()
}

/// Digits in groups of four, as people read them out.
fn grouped(digits: &str) -> String {
    let groups: Vec<&str> = (0..digits.len())
        .step_by(4)
        .filter_map(|start| digits.get(start..digits.len().min(start + 4)))
        .collect();
    groups.join(" ")
}

fn paint(sheet: &mut Sheet<'_, '_>, token: &CardToken) -> Result<(), PdfError> {
    banner(sheet, "COVID-19 Vaccination Card", "कोविड-19 टीकाकरण कार्ड");
    let top = 112.0;
    sheet.decoration((MARGIN, top), (WIDTH - 2.0 * MARGIN, QR_SIDE + 2.0 * PAD), PALE);
    sheet.decoration((MARGIN + 4.0, top + 4.0), (QR_SIDE + 28.0, QR_SIDE + 28.0), WHITE);
    let alt = "QR code with the reference ID and the code of this card";
    sheet.qr(
        (MARGIN + PAD, top + PAD),
        QR_SIDE,
        &qr_modules(&token.to_string())?,
        alt,
    )?;

    let x = MARGIN + QR_SIDE + 3.0 * PAD;
    let width = WIDTH - MARGIN - PAD - x;
    let label::Label(english, hindi) = label::REFERENCE;
    titled(sheet, (x, top + 32.0), english, hindi);
    sheet.paragraph(
        (x, top + 64.0),
        &grouped(token.reference_id.as_str()),
        NUMBER,
        width,
    );
    titled(sheet, (x, top + 110.0), "Your code", "आपका कोड");
    sheet.paragraph((x, top + 156.0), &grouped(token.code.as_str()), CODE, width);

    let below = top + QR_SIDE + 2.0 * PAD + 30.0;
    let full = WIDTH - 2.0 * MARGIN;
    let mut y = below;
    for (english, hindi) in ADVICE {
        let next = sheet.paragraph((MARGIN, y), english, TEXT, full);
        y = sheet.paragraph((MARGIN, next + 4.0), hindi, TEXT.hindi(), full) + 12.0;
    }
    Ok(())
}

fn titled(sheet: &mut Sheet<'_, '_>, (x, y): (f32, f32), english: &str, hindi: &str) {
    let beside = x + sheet.width_of(english, LABEL) + 8.0;
    sheet.heading(
        2,
        &[((x, y), english, LABEL), ((beside, y), hindi, LABEL.hindi())],
    );
}

const ADVICE: [(&str, &str); 4] = [
    (
        "Name (written by hand): ______________________",
        "नाम (हाथ से लिखें): ______________________",
    ),
    (
        "Keep this card like money. Show it at the centre for the next dose.",
        "यह कार्ड पैसे की तरह सँभालकर रखें। अगली खुराक के लिए केंद्र पर दिखाएँ।",
    ),
    (
        "With this card you get your certificate, and the list of who read your record, at any centre or on any phone: page /card.",
        "इस कार्ड से आपको अपना प्रमाण पत्र, और आपका रिकॉर्ड किसने देखा इसकी सूची, किसी भी केंद्र पर या किसी भी फ़ोन पर मिलती है: पृष्ठ /card।",
    ),
    (
        "If it is lost or somebody copied it, ask at any centre for a new one: the old one then opens nothing.",
        "खो जाए या कोई नकल कर ले, तो किसी भी केंद्र पर नया कार्ड माँगें: पुराने से फिर कुछ नहीं खुलेगा।",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_fours() {
        assert_eq!(grouped("31415926535897"), "3141 5926 5358 97");
        assert_eq!(grouped("00421337"), "0042 1337");
    }
}
