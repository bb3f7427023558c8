//! The QR code of a certificate as DIVOC prints it, and the small one of an appointment slip.
//!
//! A certificate's QR text is a ZIP whose bytes are taken for Latin-1 characters and written as UTF-8; that is what
//! DIVOC's chain of libraries does, and its readers undo it.

use std::fmt;
use std::str::FromStr;

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use pramaan_domain::card::CardCode;

use crate::error::{QrError, ValueError};
use crate::sign::SignedCertificate;
use crate::value::ReferenceId;
use crate::zip;

const SLIP_PREFIX: &str = "pramaan:slip:";
const CARD_PREFIX: &str = "pramaan:card:";

/// The text in a certificate's QR code.
pub fn certificate_qr_text(signed: &SignedCertificate) -> Result<String, QrError> {
    let zip = zip::pack(signed.as_json().as_bytes()).ok_or(QrError::Compress)?;
    Ok(zip.into_iter().map(char::from).collect())
}

/// The JSON in a certificate's QR text. Authenticity is another question: [`crate::verify_json`].
pub fn json_from_qr_text(text: &str) -> Result<Vec<u8>, QrError> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes
        .and_then(|bytes| zip::unpack(&bytes))
        .ok_or(QrError::NotACertificate)
}

/// A square of dark and light modules, without its quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Modules {
    side: usize,
    dark: Vec<bool>,
}

impl Modules {
    pub fn side(&self) -> usize {
        self.side
    }

    /// Rows from the top, each from the left; `true` is dark.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.side.max(1))
    }
}

/// Encodes a text, in byte mode when it has other than digits and capitals. Level M as DIVOC; only what does not fit is tried at level L.
pub fn qr_modules(text: &str) -> Result<Modules, QrError> {
    let build = |level| QRBuilder::new(text.as_bytes()).ecl(level).build();
    let code = build(ECL::M)
        .or_else(|_| build(ECL::L))
        .map_err(|_| QrError::TooLong)?;
    let dark = code
        .data
        .iter()
        .take(code.size * code.size)
        .map(|module| module.value())
        .collect();
    Ok(Modules {
        side: code.size,
        dark,
    })
}

/// What an appointment slip's QR code carries: `pramaan:slip:<reference id>:<four digits>`.
#[derive(Clone, PartialEq, Eq)]
pub struct SlipToken {
    reference_id: ReferenceId,
    code: String,
}

impl SlipToken {
    /// `code` is the appointment's four digits.
    pub fn new(reference_id: ReferenceId, code: &str) -> Result<Self, ValueError> {
        if code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self {
                reference_id,
                code: code.to_owned(),
            })
        } else {
            Err(ValueError::SlipToken)
        }
    }

    pub fn reference_id(&self) -> &ReferenceId {
        &self.reference_id
    }

    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for SlipToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SLIP_PREFIX}{}:{}", self.reference_id.as_str(), self.code)
    }
}

impl fmt::Debug for SlipToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlipToken(..)")
    }
}

impl FromStr for SlipToken {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (reference_id, code) = text
            .strip_prefix(SLIP_PREFIX)
            .and_then(|rest| rest.split_once(':'))
            .ok_or(ValueError::SlipToken)?;
        Self::new(
            ReferenceId::parse(reference_id).map_err(|_| ValueError::SlipToken)?,
            code,
        )
    }
}

/// What a printed card's QR code carries: `pramaan:card:<reference id>:<eight digits>`.
#[derive(Clone, PartialEq, Eq)]
pub struct CardToken {
    pub reference_id: ReferenceId,
    pub code: CardCode,
}

impl fmt::Display for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, code) = (self.reference_id.as_str(), self.code.as_str());
        write!(f, "{CARD_PREFIX}{id}:{code}")
    }
}

impl fmt::Debug for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardToken(..)")
    }
}

impl FromStr for CardToken {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (reference_id, code) = text
            .strip_prefix(CARD_PREFIX)
            .and_then(|rest| rest.split_once(':'))
            .ok_or(ValueError::CardToken)?;
        Ok(Self {
            reference_id: ReferenceId::parse(reference_id).map_err(|_| ValueError::CardToken)?,
            code: code.parse().map_err(|_| ValueError::CardToken)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_token_reads_back() {
        let token: SlipToken = "pramaan:slip:12345678901234:0042".parse().unwrap();
        assert_eq!(
            (token.reference_id().as_str(), token.code()),
            ("12345678901234", "0042")
        );
        assert_eq!(token.to_string().parse(), Ok(token));
        assert_eq!(
            "pramaan:slip:12345678901234:42".parse::<SlipToken>(),
            Err(ValueError::SlipToken)
        );
    }

    #[test]
    fn a_card_token_reads_back_and_is_no_slip() {
        let text = "pramaan:card:12345678901234:00421337";
        let token: CardToken = text.parse().unwrap();
        assert_eq!(token.code.as_str(), "00421337");
        assert_eq!(token.to_string(), text);
        assert_eq!(text.parse::<SlipToken>(), Err(ValueError::SlipToken));
        for bad in [
            "pramaan:slip:12345678901234:0042",
            "pramaan:card:12345678901234:0042",
        ] {
            assert_eq!(bad.parse::<CardToken>(), Err(ValueError::CardToken), "{bad}");
        }
    }

    #[test]
    fn a_qr_code_has_its_three_finder_patterns() {
        let modules = qr_modules("pramaan").unwrap();
        let rows: Vec<&[bool]> = modules.rows().collect();
        let last = modules.side() - 1;
        assert_eq!(rows.len(), modules.side());
        assert!(rows[0][0] && rows[0][last] && rows[last][0] && !rows[1][1]);
        assert!(matches!(qr_modules(&"x".repeat(3000)), Err(QrError::TooLong)));
    }
}
