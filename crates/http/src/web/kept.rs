//! Forms that wait for a login: what was typed into them, as a form is sent, sealed into the login page and back.

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

/// What `typist` typed into the form that waited for `path`; none when it waited too long, is somebody else's or not ours.
pub(super) fn back<T: DeserializeOwned>(front: &Front, typist: Typist, path: &str, kept: &str) -> Option<T> {
    pairs::from_pairs(&front.app.kept_form(typist, path, kept)?).ok()
}
