//! Which face a request turned to, for the answers that no handler gives: faults, limits, unknown paths.

use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Uri};

use crate::cowin::error::{Code, CowinError, code};
use crate::web::error_page::{ErrorPage, Problem};
use crate::web::i18n::Locale;

/// The API answers in JSON, everything else with a page in the reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Api,
    Page(Locale),
}

impl Face {
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let path = uri.path();
        if path == "/api" || path.starts_with("/api/") {
            Self::Api
        } else {
            Self::Page(Locale::negotiate(headers))
        }
    }

    /// The handler failed in a way that nobody foresaw.
    pub fn fault(self) -> Response {
        self.answer(code::SOMETHING_WENT_WRONG, Problem::Internal)
    }

    /// Too slow, or too much at once.
    pub fn busy(self) -> Response {
        self.answer(code::BUSY, Problem::Busy)
    }

    /// The same answer for everybody who is over a budget, whichever it is.
    pub fn over_budget(self) -> Response {
        self.answer(code::OVER_BUDGET, Problem::TooMany)
    }

    /// A proxy of which the operator said nothing stands in front.
    pub fn unannounced_proxy(self) -> Response {
        self.answer(code::PROXY_UNANNOUNCED, Problem::Busy)
    }

    pub fn not_found(self) -> Response {
        self.answer(code::PATH_UNKNOWN, Problem::NotFound)
    }

    fn answer(self, code: Code, problem: Problem) -> Response {
        match self {
            Self::Api => code.into_response(),
            Self::Page(locale) => ErrorPage::new(locale, problem).into_response(),
        }
    }
}

/// Fallback of the whole router, and of routers nested in it, which see their own part of the path only.
pub async fn not_found(OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    Face::of(&uri, &headers).not_found()
}

/// Fallback of every route for methods that it does not serve.
pub async fn not_allowed(OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    match Face::of(&uri, &headers) {
        Face::Api => CowinError::NotAllowed.into_response(),
        Face::Page(locale) => ErrorPage::new(locale, Problem::NotAllowed).into_response(),
    }
}
