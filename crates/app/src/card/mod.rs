//! The printed card of somebody without a telephone or without papers, or of anybody who wants one.
//!
//! Reference id and code on it are evidence at a site, and with a one-time password to any telephone they open that one
//! person's certificates and list of accesses. The code is shown once, when the card is made; a new card ends the old one.

mod desk;
mod holder;
mod login;

use pramaan_domain::card::CardCode;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::card::ShownCard;
use pramaan_store::{Sealer, Tx, card};

pub use login::{CardConfirmation, CardLogin};
pub use pramaan_domain::card::CardCode as Code;
pub use pramaan_store::card::{CARD_TRIES, LiveCard};

use crate::encounter::{self, DeskService};
use crate::{Refusal, Staff};

/// What somebody at a desk shows of themselves, whoever is expected there.
pub enum Shown {
    Card {
        reference_id: ReferenceId,
        code: CardCode,
    },
    /// The whole number of the document in hand, of the person whom the reference id names.
    Document {
        reference_id: ReferenceId,
        document: (DocumentType, DocumentNumber),
    },
}

impl Shown {
    pub fn reference_id(&self) -> ReferenceId {
        match self {
            Self::Card { reference_id, .. } | Self::Document { reference_id, .. } => *reference_id,
        }
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Card { .. } => "Card",
            Self::Document { .. } => "Document",
        })
    }
}

/// A card that was made just now. Its code is nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedCard {
    pub reference_id: ReferenceId,
    pub code: CardCode,
}

impl PrintedCard {
    /// From the text of its QR code; none for anything else.
    pub fn from_qr(text: &str) -> Option<Self> {
        let token: pramaan_cert::CardToken = text.trim().parse().ok()?;
        Some(Self {
            reference_id: ReferenceId::parse(token.reference_id.as_str()).ok()?,
            code: token.code,
        })
    }

    /// What its QR code holds.
    pub fn token(&self) -> Option<pramaan_cert::CardToken> {
        Some(pramaan_cert::CardToken {
            reference_id: pramaan_cert::ReferenceId::parse(&self.reference_id.to_string()).ok()?,
            code: self.code.clone(),
        })
    }

    /// Its QR code, by rows from the top; `true` is dark.
    pub fn qr(&self) -> Option<Vec<Vec<bool>>> {
        let modules = pramaan_cert::qr_modules(&self.token()?.to_string()).ok()?;
        Some(modules.rows().map(<[bool]>::to_vec).collect())
    }
}

/// Who was proven to be at a desk, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AtDesk {
    pub(crate) household: HouseholdId,
    pub(crate) person: PersonId,
    /// The number of the card, if it was one.
    pub(crate) card: Option<i64>,
}

impl AtDesk {
    pub(crate) fn subject(self) -> (HouseholdId, PersonId) {
        (self.household, self.person)
    }

    /// What the entry in the person's list says of it.
    pub(crate) fn said(self) -> Option<String> {
        self.card.map(named)
    }
}

const NAMED: &str = "printed card ";

/// How the list of accesses names a card: what stands as the reason of the sealed entry.
pub(crate) fn named(number: i64) -> String {
    format!("{NAMED}{number}")
}

/// The number of the card that an entry names.
pub fn number_named(reason: &str) -> Option<i64> {
    reason.strip_prefix(NAMED)?.parse().ok()
}

/// Judges what is shown at a desk within the caller's transaction: the member of staff has to be at work there today. What is
/// wrong is counted, so commit a refusal too.
///
/// # Errors
/// `Forbidden`, `OffRoster`; `WrongCard`, and `CardSpent` after five of those with one reference id on one day; `NoMatch` for a
/// document that the named person did not register; `OverBudget` after too many of either.
pub(crate) async fn prove(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, now): (&Staff, Timestamp),
    shown: &Shown,
    service: DeskService,
) -> Result<AtDesk, Refusal> {
    match shown {
        Shown::Card { reference_id, code } => {
            let card = encounter::prove_card(tx, sealer, (staff, now), (*reference_id, code)).await?;
            let ShownCard {
                household,
                person,
                number,
            } = card;
            Ok(AtDesk {
                household,
                person,
                card: Some(number),
            })
        }
        Shown::Document {
            reference_id,
            document: (kind, number),
        } => {
            let named = (*reference_id, (*kind, number));
            let (household, person) =
                encounter::prove_document(tx, sealer, (staff, now), named, service).await?;
            Ok(AtDesk {
                household,
                person,
                card: None,
            })
        }
    }
}

/// Makes a card with a code that nobody has seen.
pub(crate) async fn print(
    tx: &mut Tx,
    sealer: &Sealer,
    (subject, reference_id): ((HouseholdId, PersonId), ReferenceId),
    now: Timestamp,
) -> Result<PrintedCard, Refusal> {
    let code = CardCode::from_random(sealer.random());
    card::issue(tx, sealer, subject, &code, now).await?;
    Ok(PrintedCard { reference_id, code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_the_card_and_no_other_reason_does() {
        assert_eq!(number_named(&named(3)), Some(3));
        assert_eq!(number_named("printed card lost"), None);
        assert!(pramaan_domain::staff::Reason::parse(&named(1)).is_ok());
    }
}
