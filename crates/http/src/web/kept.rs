//! Forms that wait for a login: what was typed into them, as a form is sent, sealed into the login page and back.

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::Extensions;
use http::request::Parts;
use serde::de::DeserializeOwned;

use pramaan_app::Typist;

use super::form::FormState;
use super::front::Front;
use super::i18n::Locale;
use super::language::query_value;
use crate::pairs;

/// What the page after the login sends as `step`.
pub(super) const STEP: &str = "kept";

/// Fields and values as a form is sent.
pub(super) fn carry<N: AsRef<str>, V: AsRef<str>>(fields: &[(N, V)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", query_value(name.as_ref()), query_value(value.as_ref())))
        .collect();
    pairs.join("&")
}

/// A form by its fields, in the order of the page. What is never written back, such as a code, is none of them.
pub(super) trait Fields {
    fn fields(&self) -> Vec<(&'static str, &str)>;

    /// What goes back into the page.
    fn form(&self) -> FormState {
        let fields = self.fields().into_iter();
        fields.fold(FormState::new(), |form, (name, value)| form.value_of(name, value))
    }

    /// All of it as a form is sent, to wait for a login.
    fn carry(&self) -> String {
        carry(&self.fields())
    }
}

/// What the one button after a login sends back, sealed, for the case that this login has ended as well.
///
/// Whose request it is becomes known before its form is read. So [`Sent::of`] leaves a place, and whatever reads the form
/// fills it: no page has to hand on what it was sent, and none can forget to.
#[derive(Clone, Default)]
pub(super) struct Sent(Arc<OnceLock<String>>);

/// Redacts what was sent.
impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").finish_non_exhaustive()
    }
}

impl Sent {
    /// The place of this request.
    pub(super) fn of(parts: &mut Parts) -> Self {
        parts.extensions.get_or_insert_default::<Self>().clone()
    }

    /// Fills the place, if one was left, with what `form` gives back, if it does.
    pub(super) fn note(extensions: &Extensions, form: &str) {
        let Some(Self(place)) = extensions.get() else {
            return;
        };
        if pairs::first(form, "step").as_deref() == Some(STEP) {
            place.get_or_init(|| pairs::first(form, "kept").unwrap_or_default());
        }
    }

    /// Seals the `form` that `typist` sent to `path`: as it was typed, or what it was about to give back. None when that
    /// cannot be given back any more.
    pub(super) fn keep(&self, front: &Front, typist: Typist, (path, form): (&str, &str)) -> Option<String> {
        match self.0.get() {
            None => Some(front.app.keep_form(typist, path, form)),
            Some(kept) => front.app.keep_again(typist, path, kept),
        }
    }
}

/// A form that can be read back when it is refused as a whole.
pub(super) trait Said: Fields {
    /// The label of a field, as its form has it, and an answer in words; none for what nobody types, such as the name of a
    /// form.
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)>;

    /// What sends the same once more: the fields, and the button that was pressed where that is none of them.
    fn again(&self) -> Vec<(&'static str, &str)> {
        self.fields()
    }

    /// Whether the fields are all that was typed: no code, no PIN.
    fn is_whole(&self) -> bool {
        true
    }

    /// Labels and answers, in the order of the form.
    fn lines(&self, locale: Locale) -> Vec<(String, String)> {
        let mut lines: Vec<(String, String)> = Vec::new();
        let given = self.fields().into_iter();
        for (field, value) in given.filter(|(_, value)| !value.trim().is_empty()) {
            let Some((label, words)) = self.said(locale, field, value) else {
                continue;
            };
            let label = locale.t(label);
            match lines.last_mut() {
                // Several answers to one question.
                Some((last, said)) if *last == label => {
                    said.push_str(", ");
                    said.push_str(&words);
                }
                _ => lines.push((label, words)),
            }
        }
        lines
    }
}

/// A form of one button that takes what was typed somewhere.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) action: String,
    pub(super) fields: Vec<(&'static str, String)>,
    /// Ids of the sentence about it and of its button.
    pub(super) text: &'static str,
    pub(super) button: &'static str,
}

impl Way {
    /// The same to the same address.
    pub(super) fn again(action: &str, fields: Vec<(&'static str, &str)>) -> Self {
        let typed = fields.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            action: action.to_owned(),
            fields: owned(typed.collect()),
            text: "left-over-again",
            button: "left-over-again-go",
        }
    }

    /// Back to the form, where what is never written back is typed again; `kept` is the rest of it, sealed.
    pub(super) fn back(action: &str, kept: String) -> Self {
        Self {
            action: action.to_owned(),
            fields: vec![("step", STEP.to_owned()), ("kept", kept)],
            text: "left-over-back",
            button: "left-over-back-go",
        }
    }
}

pub(super) fn owned(fields: Vec<(&'static str, &str)>) -> Vec<(&'static str, String)> {
    let owned = |(name, value): (&'static str, &str)| (name, value.to_owned());
    fields.into_iter().map(owned).collect()
}

/// What `typist` typed into the form that waited for `path`; none when it waited too long, is somebody else's or not ours.
pub(super) fn back<T: DeserializeOwned>(front: &Front, typist: Typist, path: &str, kept: &str) -> Option<T> {
    pairs::from_pairs(&front.app.kept_form(typist, path, kept)?).ok()
}
