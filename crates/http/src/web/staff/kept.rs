//! Forms that wait for a login: what was typed into them, as a form is sent, sealed into the login page and back.

use serde::de::DeserializeOwned;

use crate::pairs;
use crate::web::front::Front;
use crate::web::language::query_value;

/// What the page after the login sends as `step`.
pub(super) const STEP: &str = "kept";

/// Fields and values as a form is sent.
pub(super) fn carry(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", query_value(value)))
        .collect();
    pairs.join("&")
}

/// What was typed into the form that waited for `path`; an empty form when it waited too long or is not ours.
pub(super) fn back<T: DeserializeOwned + Default>(front: &Front, path: &str, kept: &str) -> T {
    let form = front.app.kept_form(path, kept);
    form.and_then(|form| pairs::from_pairs(&form).ok())
        .unwrap_or_default()
}
