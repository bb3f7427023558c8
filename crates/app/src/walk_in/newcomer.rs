//! Who is registered at a desk: with a document, or without any, for a reason and through a facilitator; and who came with
//! somebody who is not 18 yet.

use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use pramaan_store::desk_registration::WithoutDocument;
use pramaan_store::person::{Comorbidity, NewPerson, PersonFacts};

use crate::beneficiary::Registration;
use crate::guardian::is_minor;
use crate::{App, Refusal};

/// Service is not denied for lack of a document: then somebody with one speaks for the person.
pub enum Newcomer {
    WithDocument(Box<Registration>),
    WithoutDocument(Box<Undocumented>),
}

/// Who came to a desk with somebody who is not 18 beyond doubt. Of anybody else nothing of it is kept.
#[derive(Clone, Default)]
pub enum Company {
    /// Nothing was said of it.
    #[default]
    Unsaid,
    /// Whoever speaks for them.
    Guardian(PersonName),
    /// Nobody, and why: no minor is sent away for it, and it stays on their own list.
    Alone(Reason),
}

/// Somebody who is to be registered at a desk, and who came with them.
pub struct Arrival {
    pub newcomer: Newcomer,
    pub company: Company,
}

impl<T: Into<Newcomer>> From<(T, Company)> for Arrival {
    fn from((newcomer, company): (T, Company)) -> Self {
        Self {
            newcomer: newcomer.into(),
            company,
        }
    }
}

impl From<Registration> for Arrival {
    fn from(registration: Registration) -> Self {
        (registration, Company::Unsaid).into()
    }
}

impl From<Undocumented> for Arrival {
    fn from(undocumented: Undocumented) -> Self {
        (undocumented, Company::Unsaid).into()
    }
}

impl Arrival {
    /// The same without what was said of the company of somebody who is 18.
    ///
    /// # Errors
    /// `Invalid` of `guardian_name` for a minor of whose company nothing was said.
    pub(super) fn judged(self, today: CivilDate) -> Result<Self, Refusal> {
        let (year, date) = self.newcomer.birth();
        match (is_minor(year, date, today), &self.company) {
            (false, _) => Ok(Self {
                company: Company::Unsaid,
                ..self
            }),
            (true, Company::Guardian(_) | Company::Alone(_)) => Ok(self),
            (true, Company::Unsaid) => Err(Refusal::Invalid {
                field: "guardian_name",
                sentence: "name who came with somebody under 18, or say why nobody did".to_owned(),
            }),
        }
    }

    /// Who it is, as bytes that differ when any of it does. Who came along is left out: a form that is sent again because the
    /// mother has come by now registers nobody twice.
    pub(super) fn said(&self) -> Vec<u8> {
        self.newcomer.said()
    }
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
    fn said(&self) -> Vec<u8> {
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
