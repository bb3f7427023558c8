//! Certificate downloads: section 7. The answer is `application/pdf`.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;
use serde::Deserialize;

use crate::text::Text;

/// Query of `certificate/download` and `certificate/public/download`.
#[derive(Debug, Clone, Deserialize)]
pub struct CertificateOf {
    pub beneficiary_reference_id: Text,
}

/// A PDF answer: a certificate or an appointment slip. Personal, so no cache may keep it.
#[derive(Debug, Clone)]
pub struct Pdf {
    pub bytes: Bytes,
    /// What the browser suggests to save it as; nothing personal.
    pub file_name: &'static str,
}

impl IntoResponse for Pdf {
    fn into_response(self) -> Response {
        let disposition = format!("attachment; filename=\"{}\"", self.file_name);
        (
            [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (header::CONTENT_DISPOSITION, disposition),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ],
            self.bytes,
        )
            .into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_is_labelled_and_not_kept() {
        let response = Pdf {
            bytes: Bytes::from_static(b"%PDF-1.7"),
            file_name: "certificate.pdf",
        }
        .into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/pdf");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(
            response.headers()[header::CONTENT_DISPOSITION],
            "attachment; filename=\"certificate.pdf\""
        );
    }
}
