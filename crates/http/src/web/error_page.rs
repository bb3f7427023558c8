//! Pages for what went wrong: what happened, in plain words, and what to do next.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use pramaan_app::Refusal;

use super::headers::{self, Scripted};
use super::i18n::Locale;
use super::page::Page;

/// What went wrong, as far as the reader is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    BadRequest,
    /// The form's token is missing or old, or the role does not allow it.
    Forbidden,
    NotFound,
    NotAllowed,
    TooLarge,
    TooMany,
    Internal,
    Busy,
}

impl Problem {
    pub const ALL: [Self; 8] = [
        Self::BadRequest,
        Self::Forbidden,
        Self::NotFound,
        Self::NotAllowed,
        Self::TooLarge,
        Self::TooMany,
        Self::Internal,
        Self::Busy,
    ];

    /// For a database that did not answer: busy, unless asking again cannot help.
    pub fn of(error: &pramaan_app::StoreError) -> Self {
        match error {
            pramaan_app::StoreError::Misplaced { .. } => Self::Internal,
            _ => Self::Busy,
        }
    }

    pub const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Ids of title, explanation and next step.
    pub(super) const fn texts(self) -> [&'static str; 3] {
        match self {
            Self::BadRequest => ["problem-400-title", "problem-400-what", "problem-400-next"],
            Self::Forbidden => ["problem-403-title", "problem-403-what", "problem-403-next"],
            Self::NotFound | Self::NotAllowed => {
                ["problem-404-title", "problem-404-what", "problem-404-next"]
            }
            Self::TooLarge => ["problem-413-title", "problem-413-what", "problem-413-next"],
            Self::TooMany => ["problem-429-title", "problem-429-what", "problem-429-next"],
            Self::Internal => ["problem-500-title", "problem-500-what", "problem-500-next"],
            Self::Busy => ["problem-503-title", "problem-503-what", "problem-503-next"],
        }
    }
}

/// The whole answer: page, status and headers.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    page: Page,
    problem: Problem,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemTemplate<'a> {
    page: &'a Page,
    title: String,
    what: String,
    next: String,
    status: u16,
}

impl ErrorPage {
    pub fn new(locale: Locale, problem: Problem) -> Self {
        Self {
            page: Page::bare(locale),
            problem,
        }
    }

    fn template(&self) -> ProblemTemplate<'_> {
        let [title, what, next] = self.problem.texts().map(|id| self.page.t(id));
        ProblemTemplate {
            page: &self.page,
            title,
            what,
            next,
            status: self.problem.status().as_u16(),
        }
    }

    #[cfg(test)]
    pub(super) fn html(&self) -> String {
        self.template().render().unwrap()
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let status = self.problem.status();
        let mut response = soon(status, (status, render(&self.template())).into_response());
        headers::apply(response.headers_mut());
        response
    }
}

/// The status of a form that is shown again, with all that was typed, because of this.
pub(super) fn form_status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::OverBudget { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Unavailable(error) => {
            tracing::error!(%error, "a form could not be taken");
            Problem::of(error).status()
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Says when to come back, where it helps.
pub(super) fn soon(status: StatusCode, mut response: Response) -> Response {
    if matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        let seconds = HeaderValue::from_static("5");
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// A form shown again with the status of what was wrong with it. A page that could not be shown keeps its own.
pub fn form_again(status: StatusCode, shown: Response) -> Response {
    match shown.status() {
        StatusCode::OK => soon(status, (status, shown).into_response()),
        _ => shown,
    }
}

/// A template as an answer; the status is the handler's: `(StatusCode, render(&page))`.
pub fn render<T: Template>(template: &T) -> Response {
    match template.render() {
        Ok(html) => {
            // Only templates write tags; what people typed is escaped.
            let scripted = html.contains("<script src=\"/assets/");
            let mut response = Html(html).into_response();
            if scripted {
                response.extensions_mut().insert(Scripted::Script);
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "rendering a page failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
