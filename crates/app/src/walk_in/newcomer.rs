//! Who is registered at a desk: with a document, or without any, for a reason and through a facilitator.

use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::desk_registration::WithoutDocument;
use pramaan_store::person::{Comorbidity, NewPerson, PersonFacts};

use crate::App;
use crate::beneficiary::Registration;

/// Service is not denied for lack of a document: then somebody with one speaks for the person.
pub enum Newcomer {
    WithDocument(Box<Registration>),
    WithoutDocument(Box<Undocumented>),
}

/// What is typed of somebody without any document, each part parsed.
pub struct Undocumented {
    /// The random name of the form that it was typed into. Two people without papers may have the same particulars, and the
    /// form alone tells somebody else from the same sent twice.
    pub form: String,
    pub name: PersonName,
    pub birth_year: BirthYear,
    pub birth_date: Option<BirthDate>,
    pub gender: Gender,
    pub comorbidity: Comorbidity,
    pub consent_version: String,
    pub without: WithoutDocument,
}

impl From<Registration> for Newcomer {
    fn from(registration: Registration) -> Self {
        Self::WithDocument(Box::new(registration))
    }
}

impl From<Undocumented> for Newcomer {
    fn from(undocumented: Undocumented) -> Self {
        Self::WithoutDocument(Box::new(undocumented))
    }
}

impl Newcomer {
    pub(super) fn birth(&self) -> (BirthYear, Option<BirthDate>) {
        match self {
            Self::WithDocument(typed) => (typed.birth_year, typed.birth_date),
            Self::WithoutDocument(typed) => (typed.birth_year, typed.birth_date),
        }
    }

    pub(super) fn consent_version(&self) -> &str {
        match self {
            Self::WithDocument(typed) => &typed.consent_version,
            Self::WithoutDocument(typed) => &typed.consent_version,
        }
    }

    /// All that was typed, as bytes that differ when any of it does; without a document the form's name with it.
    pub(super) fn said(&self) -> Vec<u8> {
        match self {
            Self::WithDocument(typed) => typed.said(),
            Self::WithoutDocument(typed) => typed.said(),
        }
    }
}

impl Undocumented {
    fn said(&self) -> Vec<u8> {
        let birth_date = self.birth_date.map(|date| date.get().to_string());
        let facilitator = &self.without.facilitator;
        pramaan_keys::context(&[
            b"without document",
            self.form.as_bytes(),
            self.name.as_str().as_bytes(),
            self.birth_year.get().to_string().as_bytes(),
            birth_date.unwrap_or_default().as_bytes(),
            self.gender.code().as_bytes(),
            self.comorbidity.code().as_bytes(),
            self.consent_version.as_bytes(),
            self.without.reason.as_str().as_bytes(),
            facilitator.name.as_str().as_bytes(),
            facilitator.document.0.id().to_string().as_bytes(),
            facilitator.document.1.canonical().as_bytes(),
        ])
    }
}

impl App {
    /// The person as they are stored, and for somebody without a document why.
    pub(super) fn newcomer(
        &self,
        household: HouseholdId,
        reference_id: ReferenceId,
        typed: Newcomer,
    ) -> (NewPerson, Option<WithoutDocument>) {
        match typed {
            Newcomer::WithDocument(typed) => (self.new_person(household, reference_id, *typed), None),
            Newcomer::WithoutDocument(typed) => {
                let new = NewPerson {
                    household,
                    id: PersonId::from_random(self.0.sealer.random()),
                    reference_id,
                    facts: PersonFacts {
                        name: typed.name,
                        birth_year: typed.birth_year,
                        birth_date: typed.birth_date,
                        gender: typed.gender,
                        document_type: None,
                        comorbidity: typed.comorbidity,
                    },
                    document_number: None,
                    consent_version: typed.consent_version,
                };
                (new, Some(typed.without))
            }
        }
    }
}
