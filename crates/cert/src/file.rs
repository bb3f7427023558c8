//! A certificate in whatever form somebody has it: PDF, JSON, or the text scanned from the QR code.

use crate::attachment::{self, Attachment};
use crate::error::VerifyError;
use crate::qr::json_from_qr_text;
use crate::verify::{TrustedKeys, Verified, verify_json};
use crate::zip;

/// Larger than any PDF made here, small enough to read at once.
const FILE_LIMIT: usize = 4 * 1024 * 1024;

/// Verifies a certificate file. Of a PDF the attached certificate is verified, not what is painted on the page: whoever
/// shows the result shows the fields of the answer.
pub fn verify_file(bytes: &[u8], keys: &TrustedKeys) -> Result<Verified, VerifyError> {
    if bytes.len() > FILE_LIMIT {
        return Err(VerifyError::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.starts_with(b"%PDF-") {
        return match attachment::find(bytes) {
            Attachment::One(json) => verify_json(&json, keys),
            Attachment::None => Err(VerifyError::NotACertificate),
            Attachment::TooMuch => Err(VerifyError::TooLarge),
            Attachment::Several => Err(VerifyError::SeveralCertificates),
        };
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return verify_json(&json_from_zip(bytes).ok_or(VerifyError::NotACertificate)?, keys);
    }
    verify_json(bytes.trim_ascii(), keys)
}

/// QR text (UTF-8 of Latin-1), or the ZIP itself as a scanner that saves bytes hands it over.
fn json_from_zip(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok();
    text.and_then(|text| json_from_qr_text(text).ok())
        .or_else(|| zip::unpack(bytes))
}
