//! Forms that wait for a login: what was typed into them, as a form is sent, sealed into the login page and back.

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::Extensions;
use http::request::Parts;
use serde::de::DeserializeOwned;

use pramaan_app::Typist;

use super::form::FormState;
use super::front::Front;
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

/// What `typist` typed into the form that waited for `path`; none when it waited too long, is somebody else's or not ours.
pub(super) fn back<T: DeserializeOwned>(front: &Front, typist: Typist, path: &str, kept: &str) -> Option<T> {
    pairs::from_pairs(&front.app.kept_form(typist, path, kept)?).ok()
}
