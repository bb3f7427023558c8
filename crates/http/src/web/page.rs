//! What every template is given: the language, the form token, and where the reader is.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use http::Method;
use http::request::Parts;

use super::csrf::Csrf;
use super::form::Message;
use super::i18n::Locale;
use super::stay::Stay;
use super::{asset, language};

/// The context of a page, named `page` in every template.
#[derive(Debug, Clone)]
pub struct Page {
    pub locale: Locale,
    token: String,
    here: String,
    of: Of,
    stay: Option<Stay>,
}

/// What a page answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Link,
    /// What stands in it was typed, or stood in the page before.
    Form,
}

impl Page {
    /// A page without forms, for answers that no handler gives.
    pub fn bare(locale: Locale) -> Self {
        Self {
            locale,
            token: String::new(),
            here: "/".to_owned(),
            of: Of::Link,
            stay: None,
        }
    }

    /// A page whose forms carry `token`, for the answer that changes the session.
    pub(super) fn with_token(locale: Locale, token: String) -> Self {
        Self {
            token,
            ..Self::bare(locale)
        }
    }

    pub fn lang(&self) -> &'static str {
        self.locale.tag()
    }

    /// The text `id`.
    pub fn t(&self, id: &str) -> String {
        self.locale.t(id)
    }

    /// The text `id` with one variable.
    pub fn t1(&self, id: &str, name: &'static str, value: impl ToString) -> String {
        self.locale.t_with(id, &[(name, value.to_string())])
    }

    /// The text `id` with two variables.
    pub fn t2(
        &self,
        id: &str,
        name: &'static str,
        value: impl ToString,
        other: &'static str,
        second: impl ToString,
    ) -> String {
        self.locale
            .t_with(id, &[(name, value.to_string()), (other, second.to_string())])
    }

    /// A message in the reader's language.
    pub fn say(&self, message: &Message) -> String {
        message.in_language(self.locale)
    }

    /// The value of the hidden field of every form.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Whether it answers a form: then what its own form holds is nowhere else.
    pub fn is_answer(&self) -> bool {
        self.of == Of::Form
    }

    pub fn style(&self) -> &'static str {
        asset::style()
    }

    /// The script that covers a shared device.
    pub fn lock_script(&self) -> &'static str {
        asset::lock()
    }

    /// The script that announces the end of a login.
    pub fn stay_script(&self) -> &'static str {
        asset::stay()
    }

    /// Until when the reader stays logged in; none for who is not.
    pub(super) fn stay(&self) -> Option<&Stay> {
        self.stay.as_ref()
    }

    /// The sentence about it.
    pub(super) fn stay_sentence(&self) -> String {
        self.stay
            .map_or_else(String::new, |stay| stay.sentence(self.locale))
    }

    /// The script that keeps the screen of the day fresh.
    pub fn day_script(&self) -> &'static str {
        asset::day()
    }

    pub fn mark(&self) -> &'static str {
        asset::mark()
    }

    pub fn languages(&self) -> [Locale; 2] {
        Locale::ALL
    }

    /// The link that switches to `locale` and comes back here.
    pub fn switch(&self, locale: &Locale) -> String {
        language::href(*locale, &self.here)
    }
}

impl<S> FromRequestParts<S> for Page
where
    S: Send + Sync,
    Csrf: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let token = Csrf::from_ref(state)
            .token(&parts.headers, &parts.extensions)
            .unwrap_or_default();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        // The answer to a form cannot be fetched again by a link, so the switch leads to the form's own path.
        let (of, here) = match parts.method {
            Method::GET => (Of::Link, path),
            _ => (Of::Form, parts.uri.path()),
        };
        Ok(Self {
            locale: Locale::negotiate(&parts.headers),
            token,
            here: here.to_owned(),
            of,
            stay: parts.extensions.get().copied(),
        })
    }
}
