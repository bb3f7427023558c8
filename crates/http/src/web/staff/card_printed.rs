//! A card that was made just now, in large type: to be printed from the page or as a file. It is shown this once.

use askama::Template;
use pramaan_app::card::PrintedCard;

use super::duty::Nav;
use crate::web::card::{Qr, grouped};
use crate::web::page::Page;

/// A card in words and squares.
pub(super) struct CardShown {
    pub(super) reference_id: String,
    pub(super) code: String,
    pub(super) qr: Option<Qr>,
    /// What the file is made of.
    pub(super) token: String,
}

impl CardShown {
    pub(super) fn of(card: &PrintedCard) -> Self {
        Self {
            reference_id: grouped(&card.reference_id.to_string()),
            code: grouped(card.code.as_str()),
            qr: Qr::of(card),
            token: card.token().map(|token| token.to_string()).unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "staff/card_printed.html")]
pub(super) struct CardPrintedPage {
    page: Page,
    nav: Nav,
    card: CardShown,
}

impl CardPrintedPage {
    pub(super) fn new(page: Page, nav: Nav, card: &PrintedCard) -> Self {
        Self {
            page,
            nav,
            card: CardShown::of(card),
        }
    }
}

#[cfg(test)]
pub(super) fn sample() -> PrintedCard {
    PrintedCard {
        reference_id: pramaan_domain::reference_id::ReferenceId::parse("31415926535897").unwrap(),
        code: "00421337".parse().unwrap(),
    }
}

#[cfg(test)]
impl CardPrintedPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, super::duty::HOME);
        vec![Self::new(page.clone(), nav, &sample())]
    }
}
