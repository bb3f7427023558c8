//! Reference ids: fourteen digits, the first 1 to 9, with a keyed tag that is checked before any query.
//!
//! The first ten digits are a keyed permutation of the serial, the last four a keyed tag over them. Independent of the
//! person and of the appointment's code. Leading with 1 to 9 keeps the id fourteen digits long as a number.

use crate::permutation::residue;
use crate::{KeyError, Permutation, SecretKey, equal};

/// How many reference ids there are: ten digits, the first not zero.
pub const SERIALS: u64 = 9_000_000_000;
const FIRST: u64 = 1_000_000_000;
const TAGS: u64 = 10_000;

pub(crate) struct ReferenceIds {
    numbers: Permutation,
    tags: SecretKey,
}

impl ReferenceIds {
    pub(crate) fn new(root: &SecretKey) -> Self {
        let Some(numbers) = Permutation::new(root.derive("reference/number"), SERIALS) else {
            unreachable!("nine thousand million is a possible size")
        };
        Self {
            numbers,
            tags: root.derive("reference/tag"),
        }
    }

    pub(crate) fn id(&self, serial: u64) -> Result<u64, KeyError> {
        let number = FIRST + self.numbers.apply(serial).ok_or(KeyError::Serial(serial))?;
        Ok(number * TAGS + self.tag(number))
    }

    pub(crate) fn recognises(&self, candidate: u64) -> bool {
        let (number, tag) = (candidate / TAGS, candidate % TAGS);
        let fits = equal(&self.tag(number).to_be_bytes(), &tag.to_be_bytes());
        fits && (FIRST..FIRST + SERIALS).contains(&number)
    }

    fn tag(&self, number: u64) -> u64 {
        residue(&self.tags.mac(&[&number.to_be_bytes()]), TAGS)
    }
}
