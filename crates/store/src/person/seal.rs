//! Which key seals which field, what each sealed value is bound to, and how long it is.

use pramaan_domain::access::Field;
use pramaan_domain::guardian::Guardian;
use pramaan_domain::id::PersonId;
use pramaan_keys::SecretKey;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};

/// The length of a field before sealing, in bytes, or for names and what is unforeseen its unit. Nothing short shows how
/// long it is: not a gender, not a document, not whether there is a birth date.
const fn block(field: Field) -> usize {
    match field {
        // Thirty letters of any Indian script; a hundred, the most there can be, take four.
        Field::Name => 104,
        _ => 24,
    }
}

/// Who was named as guardian, sealed beside the name and opened with it; empty for nobody, and as long as for somebody.
pub(super) fn seal_guardian(sealer: &Sealer, key: &SecretKey, person: PersonId, plain: &str) -> Vec<u8> {
    key.seal(
        &context("person", GUARDIAN, person),
        &padded(plain.as_bytes(), block(Field::Name)),
        &*sealer.entropy,
    )
}

pub(super) fn open_guardian(
    key: &SecretKey,
    person: PersonId,
    sealed: &[u8],
) -> Result<Option<Guardian>, StoreError> {
    let plain = key.open(&context("person", GUARDIAN, person), sealed)?;
    let text = unpadded(&plain).and_then(|text| std::str::from_utf8(text).ok());
    match text {
        Some("") => Ok(None),
        Some(text) => Guardian::from_text(text)
            .map(Some)
            .ok_or_else(|| StoreError::corrupt("person", GUARDIAN)),
        None => Err(StoreError::corrupt("person", GUARDIAN)),
    }
}

const GUARDIAN: &str = "guardian";

pub(super) fn seal(sealer: &Sealer, key: &SecretKey, person: PersonId, field: Field, plain: &str) -> Vec<u8> {
    key.seal(
        &context("person", field.name(), person),
        &padded(plain.as_bytes(), block(field)),
        &*sealer.entropy,
    )
}

pub(crate) fn open(
    key: &SecretKey,
    person: PersonId,
    field: Field,
    sealed: &[u8],
) -> Result<Zeroizing<String>, StoreError> {
    let plain = key.open(&context("person", field.name(), person), sealed)?;
    let text = unpadded(&plain).and_then(|text| std::str::from_utf8(text).ok());
    text.map(|text| Zeroizing::new(text.to_owned()))
        .ok_or_else(|| StoreError::corrupt("person", field.name()))
}
