//! Whom an index names, bound to it by a MAC: who can write the database, but has no keys, points no reference id and no
//! document at another person, whose record would then open on somebody else's evidence.

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::sealer::Sealer;

/// A directory of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Directory {
    Reference,
    Document,
}

impl Directory {
    const fn table(self) -> &'static str {
        match self {
            Self::Reference => "reference_index",
            Self::Document => "document_index",
        }
    }

    const fn mac(self) -> MacKind {
        match self {
            Self::Reference => MacKind::PersonOfReference,
            Self::Document => MacKind::PersonOfDocument,
        }
    }

    /// What a row keeps beside index, household and person.
    pub(crate) fn bind(
        self,
        sealer: &Sealer,
        ix: &[u8],
        (household, person): (HouseholdId, PersonId),
    ) -> [u8; 32] {
        sealer
            .keys
            .mac(self.mac(), &[ix, household.as_bytes(), person.as_bytes()])
    }

    /// # Errors
    /// `Misplaced`, with an alarm, when the row was not written by us as it stands.
    pub(crate) fn check(
        self,
        sealer: &Sealer,
        ix: &[u8],
        subject: (HouseholdId, PersonId),
        found: &[u8],
    ) -> Result<(), StoreError> {
        match equal(&self.bind(sealer, ix, subject), found) {
            true => Ok(()),
            false => Err(StoreError::misplaced(self.table())),
        }
    }
}
