//! What pages of both sides know of a printed card: reading its QR code, and drawing it.

use pramaan_app::card::{Code, PrintedCard};
use pramaan_domain::reference_id::ReferenceId;

/// The text of a card's QR code; none for anything else.
pub(super) fn from_qr(text: &str) -> Option<(ReferenceId, Code)> {
    let PrintedCard { reference_id, code } = PrintedCard::from_qr(text)?;
    Some((reference_id, code))
}

/// A reference id goes back into the page; the text of a QR code holds a code, and does not.
pub(super) fn digits_only(reference: &str) -> &str {
    match reference.contains(|c: char| !c.is_ascii_digit() && !c.is_whitespace()) {
        true => "",
        false => reference,
    }
}

/// The QR code of a card as one path of squares, and the side of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Qr {
    pub(super) side: usize,
    /// Of digits, `M`, `h`, `v` and `z` only.
    pub(super) path: String,
}

impl Qr {
    /// With a quiet zone of four modules. None when it cannot be drawn.
    pub(super) fn of(card: &PrintedCard) -> Option<Self> {
        const QUIET: usize = 4;
        let rows = card.qr()?;
        let mut path = String::new();
        for (y, row) in rows.iter().enumerate() {
            let dark = row.iter().enumerate().filter(|(_, dark)| **dark);
            for (x, _) in dark {
                path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
            }
        }
        let side = rows.len() + 2 * QUIET;
        Some(Self { side, path })
    }
}

/// Digits in groups of four, as people read them out.
pub(super) fn grouped(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    let groups = digits.chunks(4).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_drawn_with_a_quiet_zone_and_nothing_but_a_path() {
        let (reference_id, code) = from_qr("pramaan:card:31415926535897:00421337").unwrap();
        let qr = Qr::of(&PrintedCard { reference_id, code }).unwrap();
        assert!(qr.side > 28 && qr.path.starts_with("M4 4h1v1h-1z"), "{}", qr.side);
        assert!(
            qr.path
                .chars()
                .all(|c| c.is_ascii_digit() || "Mhvz -".contains(c))
        );
        assert_eq!(grouped("31415926535897"), "3141 5926 5358 97");
        assert_eq!(from_qr("pramaan:slip:31415926535897:0042"), None);
    }
}
