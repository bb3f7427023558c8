//! Beneficiaries: sealed field by field when written, opened under receipts only.
//!
//! It does not decide who may register or read; it keeps what was decided.

mod binding;
mod birth_date;
mod document;
mod find;
mod open;
mod phone;
pub(crate) mod seal;
mod write;

use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;

pub(crate) use binding::Directory;
pub use birth_date::{erase_due_birth_dates, oldest_due_birth_date};
pub use document::{KeptDocument, add_document, is_without_document, repeats_a_document};
pub(crate) use find::reference_ixs;
pub use find::{Member, by_reference_ids, rivals};
pub(crate) use open::open_all;
pub use open::{CameOfAge, OpenedPerson, open};
pub use write::{
    Registered, allocate_reference_serials, delete, insert, insert_kept, mark_came_of_age, put_guardian,
    update,
};

use crate::StoreError;
use crate::db::Tx;
use crate::person_key;

/// What a person just typed, parsed, before it is sealed. The whole document number lives here and nowhere else.
pub struct NewPerson {
    pub household: HouseholdId,
    pub id: PersonId,
    pub reference_id: ReferenceId,
    pub facts: PersonFacts,
    /// None of somebody without any document.
    pub document_number: Option<DocumentNumber>,
    pub consent_version: String,
}

/// The same where the whole document number was forgotten before.
pub struct NewKeptPerson {
    pub household: HouseholdId,
    pub id: PersonId,
    pub reference_id: ReferenceId,
    pub facts: PersonFacts,
    /// None of somebody who has no document.
    pub document: Option<KeptDocument>,
    pub consent_version: String,
}

/// The facts a person may change before any dose.
pub struct PersonFacts {
    pub name: PersonName,
    pub birth_year: BirthYear,
    /// Only of 12 to 17-year-olds; erased on the 18th birthday.
    pub birth_date: Option<BirthDate>,
    pub gender: Gender,
    /// None of somebody without any document.
    pub document_type: Option<DocumentType>,
    pub comorbidity: Comorbidity,
}

/// Whether the person says that one of the twenty listed conditions applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comorbidity {
    None,
    Declared,
}

impl Comorbidity {
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "N",
            Self::Declared => "Y",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "N" => Some(Self::None),
            "Y" => Some(Self::Declared),
            _ => None,
        }
    }
}

/// Whether somebody else registered the same document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentState {
    /// Nobody else did when this person registered, or the dispute was settled at a site in their favour.
    Sole,
    /// Somebody had: the dose waits until the document is seen. Shown to staff and to the first holder only.
    Disputed,
    /// There is none: registered at a desk with a reason and through a facilitator, until a document is shown.
    NoDocument,
}

impl DocumentState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sole => "sole",
            Self::Disputed => "disputed",
            Self::NoDocument => "no_document",
        }
    }

    pub(crate) fn from_code(code: &str) -> Result<Self, StoreError> {
        match code {
            "sole" => Ok(Self::Sole),
            "disputed" => Ok(Self::Disputed),
            "no_document" => Ok(Self::NoDocument),
            _ => Err(StoreError::corrupt("person", "document_state")),
        }
    }
}

/// Locks a person until the transaction ends, so that deleting, booking, changing and recording wait for each other.
///
/// # Errors
/// `Erased` when the person is gone.
pub async fn lock(tx: &mut Tx, subject: (HouseholdId, PersonId)) -> Result<(), StoreError> {
    match person_key::lock(tx, &[subject]).await?.is_empty() {
        true => Err(StoreError::Erased),
        false => Ok(()),
    }
}

/// Parts of an opened record borrow nothing from the database.
pub type LastFour = String;

/// The household's number, opened for one of its members.
pub type OpenedMobile = Mobile;
