//! The forms of evidence: what was typed, and beside which field a refusal belongs.

use http::StatusCode;
use pramaan_app::Refusal;
use pramaan_app::encounter::Evidence;
use pramaan_app::roster::Place;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::TxnId;
use pramaan_domain::staff::Reason;
use serde::Deserialize;

use super::card_form;
use super::left_over::common;
use crate::web::card::digits_only;
use crate::web::form::{FormState, Message};
use crate::web::i18n::Locale;
use crate::web::kept::{Fields, Said};

/// What can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Code,
    Slip,
    Mobile,
    Document,
    Card,
    Nothing,
}

impl Way {
    const ALL: [Self; 6] = [
        Self::Code,
        Self::Slip,
        Self::Mobile,
        Self::Document,
        Self::Card,
        Self::Nothing,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Slip => "slip",
            Self::Mobile => "mobile",
            Self::Document => "document",
            Self::Card => "card",
            Self::Nothing => "nothing",
        }
    }

    /// The field that carries what is wrong with it.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Slip => "slip",
            Self::Mobile => "otp",
            Self::Document => "document_number",
            Self::Card => "card_code",
            Self::Nothing => "reason",
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    way: String,
    code: String,
    slip: String,
    pub(super) txn: String,
    otp: String,
    document_type: String,
    document_number: String,
    /// Of a correction for somebody without a place today.
    pub(super) reference_id: String,
    reason: String,
    /// Of a printed card: reference id and code, or the text of its QR code as the first.
    reference: String,
    card_code: String,
    /// `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

/// Codes are used up or over by the time that a form comes back, and are typed again.
impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("way", &self.way),
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("reference_id", &self.reference_id),
            ("reason", &self.reason),
            ("reference", digits_only(&self.reference)),
        ]
    }
}

impl Said for Typed {
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        let typed = || value.trim().to_owned();
        Some(match field {
            "reference_id" => ("correction-reference", typed()),
            "reason" => ("evidence-reason", typed()),
            "reference" => ("card-reference", typed()),
            _ => return common(locale, field, value),
        })
    }

    fn is_whole(&self) -> bool {
        let codes = [&self.code, &self.slip, &self.otp, &self.card_code];
        codes.into_iter().all(String::is_empty) && digits_only(&self.reference) == self.reference
    }
}

impl Typed {
    /// The one that was chosen, else the first that the page offers.
    pub(super) fn way_at(&self, place: Option<Place>) -> Way {
        let chosen = Way::ALL.into_iter().find(|way| way.name() == self.way);
        chosen.unwrap_or(if place.is_some() { Way::Code } else { Way::Slip })
    }

    /// What may go back into the page.
    pub(super) fn for_page(&self) -> FormState {
        FormState::new()
            .value_of("document_type", &self.document_type)
            .value_of("document_number", &self.document_number)
            .value_of("reference_id", &self.reference_id)
            .value_of("reason", &self.reason)
            .value_of("reference", digits_only(&self.reference))
    }

    /// Whether the evidence is that on which the dose was recorded today.
    pub(super) fn is_own(&self) -> bool {
        self.way == "own"
    }

    pub(super) fn evidence(
        &self,
        way: Way,
        place: Option<Place>,
    ) -> Result<Evidence, (&'static str, Message)> {
        let wrong = |id| (way.field(), Message::new(id));
        let here = || place.ok_or_else(|| wrong("evidence-place"));
        Ok(match way {
            Way::Code => {
                let code = self.code.parse().map_err(|_| wrong("evidence-code-shape"))?;
                Evidence::Code { place: here()?, code }
            }
            Way::Slip => Evidence::from_slip(&self.slip).map_err(|_| wrong("evidence-slip-shape"))?,
            Way::Mobile => {
                let txn: TxnId = self.txn.parse().map_err(|_| wrong("evidence-mobile-unsent"))?;
                let code: String = self.otp.chars().filter(char::is_ascii_digit).collect();
                Evidence::Mobile {
                    place: here()?,
                    txn,
                    code,
                }
            }
            Way::Document => {
                let kind = DocumentType::parse(&self.document_type)
                    .map_err(|_| ("document_type", Message::new("evidence-document-type")))?;
                let number = DocumentNumber::parse(&self.document_number)
                    .map_err(|_| wrong("evidence-document-shape"))?;
                Evidence::Document { kind, number }
            }
            Way::Card => {
                let (reference_id, code) = card_form::read(&self.reference, &self.card_code)?;
                Evidence::Card { reference_id, code }
            }
            Way::Nothing => {
                let reason = Reason::parse(&self.reason).map_err(|_| wrong("evidence-reason-shape"))?;
                Evidence::None {
                    place: here()?,
                    reason,
                }
            }
        })
    }
}

/// The same where a message could not be sent, beside the button that asks for it.
pub(super) fn unsent(refusal: &Refusal) -> Option<(StatusCode, FormState)> {
    let (status, message) = match refusal {
        Refusal::OverBudget { .. } => (StatusCode::TOO_MANY_REQUESTS, "evidence-mobile-over"),
        Refusal::NoMobile => (StatusCode::UNPROCESSABLE_ENTITY, "evidence-no-mobile"),
        _ => return None,
    };
    Some((status, FormState::new().error_at("otp", Message::new(message))))
}

/// The sentence beside the field, for a refusal that is about what was shown.
pub(super) fn wrong(way: Way, refusal: &Refusal) -> Option<Message> {
    Some(match (refusal, way) {
        (Refusal::WrongCode { left }, _) => Message::new("evidence-code-wrong").with("left", left),
        (Refusal::CodeSpent, _) => Message::new("evidence-code-spent"),
        (Refusal::WrongVisitCode, _) => Message::new("evidence-mobile-wrong"),
        (Refusal::NoMobile, _) => Message::new("evidence-no-mobile"),
        (Refusal::WrongCard, _) => Message::new("card-wrong"),
        (Refusal::CardSpent, _) => Message::new("card-spent"),
        (Refusal::UnknownAppointment, Way::Card) => Message::new("card-not-expected"),
        (Refusal::OverBudget { .. }, Way::Card) => Message::new("card-over"),
        (Refusal::GivenUp { place }, _) => Message::new("evidence-given-up").with("queue", place.queue),
        (Refusal::NoMatch, Way::Document) => Message::new("evidence-document-nobody"),
        (Refusal::NoMatch, _) => Message::new("evidence-slip-nobody"),
        (Refusal::NoEvidenceSpent, _) => Message::new("evidence-reason-spent"),
        (
            Refusal::Invalid {
                field: "document_number",
                ..
            },
            _,
        ) => Message::new("evidence-document-two"),
        (Refusal::OverBudget { .. }, Way::Code) => Message::new("evidence-code-over"),
        (Refusal::OverBudget { .. }, Way::Slip) => Message::new("evidence-slip-over"),
        (Refusal::OverBudget { .. }, Way::Document) => Message::new("evidence-document-over"),
        _ => return None,
    })
}
