//! Every refusal of the CoWIN-compatible API: its status, its code and its sentence.
//!
//! Forms matter to clients: 401 is plain text, 403 is the API gateway's JSON, 405 is HTML, everything else is
//! `{"errorCode","error"}`. Nothing here carries what was sent or what went wrong inside.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::body::to_body;
use crate::cowin::wire::ErrorBody;

pub use super::code::{self, Code};

const NOT_ALLOWED: &str = "<html>\r\n<head><title>405 Not Allowed</title></head>\r\n<body>\r\n\
<center><h1>405 Not Allowed</h1></center>\r\n</body>\r\n</html>\r\n";

/// A refusal as a client of CoWIN expects it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CowinError {
    /// 401, plain text: no token, an expired or foreign one, an unknown transaction.
    Unauthenticated,
    /// 403: a missing or invalid `x-api-key`.
    Forbidden,
    /// 405, HTML: the method is not served on this path.
    NotAllowed,
    /// `{"errorCode","error"}` under the code's own status, with a sentence of its own where one helps more.
    Refused {
        code: Code,
        sentence: Option<Cow<'static, str>>,
    },
}

impl CowinError {
    /// What is answered when the fault is ours; the cause goes to the log only.
    pub const INTERNAL: Self = Self::Refused {
        code: code::SOMETHING_WENT_WRONG,
        sentence: None,
    };

    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused { code, .. } => code.status,
        }
    }
}

impl From<Code> for CowinError {
    fn from(code: Code) -> Self {
        Self::Refused { code, sentence: None }
    }
}

impl Code {
    /// The same refusal with a more telling sentence, for example a rule's explanation. No personal data.
    pub fn because(self, sentence: String) -> CowinError {
        CowinError::Refused {
            code: self,
            sentence: Some(Cow::Owned(sentence)),
        }
    }
}

impl IntoResponse for Code {
    fn into_response(self) -> Response {
        CowinError::from(self).into_response()
    }
}

impl IntoResponse for CowinError {
    fn into_response(self) -> Response {
        let status = self.status();
        match self {
            Self::Unauthenticated => (status, "Unauthenticated access!").into_response(),
            Self::Forbidden => (
                status,
                [(header::CONTENT_TYPE, "application/json")],
                r#"{"message":"Forbidden"}"#,
            )
                .into_response(),
            Self::NotAllowed => (status, [(header::CONTENT_TYPE, "text/html")], NOT_ALLOWED).into_response(),
            Self::Refused { code, sentence } => refused(code, sentence.as_deref().unwrap_or(code.sentence)),
        }
    }
}

fn refused(code: Code, sentence: &str) -> Response {
    let body = to_body(&ErrorBody {
        error_code: code.code,
        error: sentence,
    })
    .unwrap_or_default();
    let mut response = (
        code.status,
        [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))],
        body,
    )
        .into_response();
    if code.status == StatusCode::TOO_MANY_REQUESTS || code.status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    async fn shown(error: impl IntoResponse) -> (u16, String, String) {
        let response = error.into_response();
        let kind = response.headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_401_is_plain_text_that_does_not_parse_as_json() {
        let (status, kind, body) = shown(CowinError::Unauthenticated).await;
        assert_eq!((status, body.as_str()), (401, "Unauthenticated access!"));
        assert!(kind.starts_with("text/plain"));
        assert!(serde_json::from_str::<serde_json::Value>(&body).is_err());
    }

    #[tokio::test]
    async fn each_other_refusal_has_its_form() {
        let json = "application/json".to_owned();
        assert_eq!(
            shown(CowinError::Forbidden).await,
            (403, json.clone(), r#"{"message":"Forbidden"}"#.to_owned())
        );
        assert_eq!(
            shown(code::INVALID_OTP).await,
            (
                400,
                json.clone(),
                r#"{"errorCode":"USRAUT0014","error":"Invalid OTP"}"#.to_owned()
            )
        );
        assert_eq!(
            shown(code::TOO_EARLY.because("not yet".to_owned())).await.2,
            r#"{"errorCode":"PRAMAAN0023","error":"not yet"}"#
        );
        let (status, kind, body) = shown(CowinError::NotAllowed).await;
        assert_eq!((status, kind.as_str()), (405, "text/html"));
        assert!(body.contains("<h1>405 Not Allowed</h1>"));
    }

    #[tokio::test]
    async fn over_budget_tells_when_to_come_back() {
        let response = code::OVER_BUDGET.into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()[header::RETRY_AFTER], "5");
    }

    #[test]
    fn codes_are_told_apart_and_speak_in_sentences() {
        let mut codes: Vec<_> = code::ALL.iter().map(|code| code.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), code::ALL.len());
        for code in code::ALL {
            assert!(code.sentence.len() > 8, "{}", code.code);
            assert!(code.status.is_client_error() || code.status.is_server_error());
        }
    }
}
