//! Which key seals which field, and what each sealed value is bound to.

use pramaan_domain::access::Field;
use pramaan_domain::id::PersonId;
use pramaan_keys::SecretKey;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::sealer::{Sealer, context};

pub(super) fn seal(sealer: &Sealer, key: &SecretKey, person: PersonId, field: Field, plain: &str) -> Vec<u8> {
    key.seal(
        &context("person", field.name(), person),
        plain.as_bytes(),
        &*sealer.entropy,
    )
}

pub(super) fn open(
    key: &SecretKey,
    person: PersonId,
    field: Field,
    sealed: &[u8],
) -> Result<Zeroizing<String>, StoreError> {
    let plain = key.open(&context("person", field.name(), person), sealed)?;
    let text = String::from_utf8(plain.to_vec()).map_err(|_| StoreError::corrupt("person", field.name()))?;
    Ok(Zeroizing::new(text))
}
