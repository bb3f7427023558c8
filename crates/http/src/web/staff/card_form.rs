//! Reading a printed card from what was typed or scanned, and what was wrong with it.

use pramaan_app::card::{Code, PrintedCard, Shown};
use pramaan_app::held_dose::HeldSlip;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::left_over::common;
use crate::web::card::{digits_only, from_qr};
use crate::web::form::Message;
use crate::web::i18n::Locale;
use crate::web::kept::{Fields, Said};
use crate::web::words;

type Wrong = (&'static str, Message);

/// Reference id and code, or the text of the QR code in the place of the first.
pub(super) fn read(reference: &str, code: &str) -> Result<(ReferenceId, Code), Wrong> {
    if let Some(card) = from_qr(reference) {
        return Ok(card);
    }
    let id = reference_id(reference)?;
    let code = code
        .parse()
        .map_err(|_| ("card_code", Message::new("card-code-wrong")))?;
    Ok((id, code))
}

pub(super) fn reference_id(reference: &str) -> Result<ReferenceId, Wrong> {
    let digits: String = reference.split_whitespace().collect();
    ReferenceId::parse(&digits).map_err(|_| ("reference", Message::new("card-reference-wrong")))
}

/// What is done for somebody at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    NewCard,
    End,
    Certificate,
    List,
    AddDocument,
    /// A card for who has the number of a held dose instead of a reference id.
    HeldCard,
}

impl Wish {
    const WRITING: [Self; 3] = [Self::NewCard, Self::AddDocument, Self::End];

    const fn name(self) -> &'static str {
        match self {
            Self::NewCard => "new",
            Self::End => "end",
            Self::Certificate => "certificate",
            Self::List => "access",
            Self::AddDocument => "add",
            Self::HeldCard => "held",
        }
    }
}

/// What came with the form, untouched.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) reference: String,
    card_code: String,
    document_type: String,
    document_number: String,
    /// `17` or `H-17`, of a dose that was typed without a record.
    held_number: String,
    held_day: String,
    wish: String,
    /// `yes` before a card is ended.
    sure: String,
    /// `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

impl Fields for Typed {
    /// All but the code, which is typed again.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("reference", digits_only(&self.reference)),
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("held_number", &self.held_number),
            ("held_day", &self.held_day),
        ]
    }
}

impl Said for Typed {
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        let typed = || value.trim().to_owned();
        Some(match field {
            "reference" => ("card-reference", typed()),
            "held_number" => ("card-held-number", typed()),
            "held_day" => {
                let day = value.trim().parse().map(|day| words::date(locale, day));
                ("card-held-day", day.unwrap_or_else(|_| typed()))
            }
            _ => return common(locale, field, value),
        })
    }

    /// Each button of the page does something else, and which was pressed is none of the fields.
    fn is_whole(&self) -> bool {
        false
    }
}

impl Typed {
    /// What is done without opening anything; what opens has addresses of its own.
    pub(super) fn wish(&self) -> Result<Wish, Wrong> {
        let chosen = Wish::WRITING.into_iter().find(|wish| wish.name() == self.wish);
        chosen.ok_or_else(|| ("reference", Message::new("card-wish-wrong")))
    }

    /// Whether ending the card that the person holds was meant, by itself or by a new one.
    pub(super) fn sure(&self) -> Result<(), Wrong> {
        match self.sure == "yes" {
            true => Ok(()),
            false => Err(("sure", Message::new("card-sure-wrong"))),
        }
    }

    /// The card where its code was typed or scanned, else the document.
    pub(super) fn shown(&self) -> Result<Shown, Wrong> {
        let by_card = from_qr(&self.reference).is_some() || !self.card_code.trim().is_empty();
        if by_card {
            return self.card();
        }
        Ok(Shown::Document {
            reference_id: reference_id(&self.reference)?,
            document: self.document()?,
        })
    }

    pub(super) fn card(&self) -> Result<Shown, Wrong> {
        let (reference_id, code) = read(&self.reference, &self.card_code)?;
        Ok(Shown::Card { reference_id, code })
    }

    /// The number of a held dose, its day, and the document in hand.
    pub(super) fn held(&self) -> Result<HeldSlip, Wrong> {
        let typed = self.held_number.trim();
        let digits = typed.trim_start_matches(['H', 'h', '-', ' ']);
        let number = digits.parse::<i64>().ok().filter(|number| *number > 0);
        let day = self.held_day.trim().parse::<CivilDate>().ok();
        Ok(HeldSlip {
            number: number.ok_or_else(|| ("held_number", Message::new("card-held-number-wrong")))?,
            day: day.ok_or_else(|| ("held_day", Message::new("card-held-day-wrong")))?,
            document: self.document()?,
        })
    }

    pub(super) fn document(&self) -> Result<(DocumentType, DocumentNumber), Wrong> {
        let kind = DocumentType::parse(&self.document_type)
            .map_err(|_| ("document_type", Message::new("evidence-document-type")))?;
        let number = DocumentNumber::parse(&self.document_number)
            .map_err(|_| ("document_number", Message::new("evidence-document-shape")))?;
        Ok((kind, number))
    }
}

/// The card that a page shows, from its hidden field.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Printed {
    card: String,
}

impl Printed {
    pub(super) fn card(&self) -> Option<PrintedCard> {
        let (reference_id, code) = from_qr(&self.card)?;
        Some(PrintedCard { reference_id, code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_typed_or_scanned_and_what_is_wrong_is_named() {
        let typed = read("3141 5926 5358 97", "0042 1337").unwrap();
        assert_eq!(read("pramaan:card:31415926535897:00421337", "").unwrap(), typed);
        assert_eq!(read("3141", "00421337").unwrap_err().0, "reference");
        assert_eq!(read("31415926535897", "0042").unwrap_err().0, "card_code");
    }

    #[test]
    fn the_number_of_a_held_dose_is_read_as_it_stands_on_the_hand() {
        let typed = |number: &str, day: &str| Typed {
            held_number: number.to_owned(),
            held_day: day.to_owned(),
            document_type: "8".to_owned(),
            document_number: "Z1234567".to_owned(),
            ..Typed::default()
        };
        for number in ["H-17", " h 17", "17"] {
            let held = typed(number, "2026-11-22").held();
            assert_eq!(held.ok().map(|held| held.number), Some(17), "{number}");
        }
        for (number, day, field) in [
            ("", "2026-11-22", "held_number"),
            ("H-0", "2026-11-22", "held_number"),
            ("H-17", "yesterday", "held_day"),
        ] {
            assert_eq!(typed(number, day).held().err().map(|wrong| wrong.0), Some(field));
        }
    }

    #[test]
    fn without_a_code_the_document_counts_and_no_code_waits_for_a_login() {
        let typed = Typed {
            reference: "31415926535897".to_owned(),
            document_type: "8".to_owned(),
            document_number: "Z1234567".to_owned(),
            ..Typed::default()
        };
        assert!(matches!(typed.shown(), Ok(Shown::Document { .. })));
        assert!(typed.wish().is_err(), "what opens is none of these");
        let scanned = Typed {
            reference: "pramaan:card:31415926535897:00421337".to_owned(),
            card_code: "00421337".to_owned(),
            ..typed
        };
        assert!(matches!(scanned.shown(), Ok(Shown::Card { .. })));
        assert!(!scanned.carry().contains("00421337"), "{}", scanned.carry());
    }
}
