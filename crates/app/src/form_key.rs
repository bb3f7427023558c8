//! The name of one form, so that what it asks for is done once however often it is sent.

use crate::{App, Refusal};

/// A random name that a form was given when it was shown: 8 to 64 visible ASCII characters.
#[derive(Clone, PartialEq, Eq)]
pub struct FormKey(String);

impl std::fmt::Debug for FormKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormKey(…)")
    }
}

impl FormKey {
    /// # Errors
    /// `Invalid` with the field `key` for what no form of ours was given.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let fits = (8..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        match fits {
            true => Ok(Self(text.to_owned())),
            false => Err(Refusal::Invalid {
                field: "key",
                sentence: "this form is not complete: open the page again".to_owned(),
            }),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl App {
    /// A new name, for whoever sends what no page showed.
    pub fn form_key(&self) -> FormKey {
        let bytes: [u8; 16] = self.0.sealer.random();
        FormKey(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_a_name_that_was_given_to_it() {
        let longest = "a".repeat(64);
        for name in [
            "Pq-_9dWm3xT0aZ7kLhV2cA",
            "0123456789abcdef0123456789abcdef",
            &longest,
        ] {
            assert_eq!(FormKey::parse(name).unwrap().as_str(), name);
        }
        for text in [
            "",
            "short",
            "with a space in between",
            "नामनामनाम",
            &"a".repeat(65),
        ] {
            assert!(FormKey::parse(text).is_err(), "{text:?}");
        }
    }
}
