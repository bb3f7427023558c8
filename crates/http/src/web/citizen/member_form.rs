//! A person as typed into a form: judged field by field, and kept when the login ends meanwhile.

use pramaan_app::beneficiary::{Correction, Registration};
use pramaan_app::guardian::{Said, is_minor};
use pramaan_app::{Comorbidity, Repetition};
use pramaan_domain::birth::{BirthDate, BirthYear, ParseBirth};
use pramaan_domain::document::{DocumentNumber, DocumentType, ParseDocumentNumber};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::{ParsePersonName, PersonName};
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use crate::web::form::{FormState, Message};
use crate::web::kept;

/// What came with the form, untouched.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Typed {
    /// The member that is changed; empty for a new one.
    pub(in crate::web) reference: String,
    pub(in crate::web) notice: String,
    pub(in crate::web) consent: String,
    pub(in crate::web) name: String,
    pub(in crate::web) birth_year: String,
    pub(in crate::web) birth_date: String,
    pub(in crate::web) gender: String,
    pub(in crate::web) document_type: String,
    pub(in crate::web) document_number: String,
    /// Of a minor: the place of an adult in the family's list; empty for none of it.
    pub(in crate::web) guardian: String,
    /// Or the name of somebody else.
    pub(in crate::web) guardian_name: String,
    /// The session that is booked next; empty when none was chosen.
    pub(in crate::web) book: String,
    /// Makes a form that is sent twice one registration.
    pub(in crate::web) key: String,
}

impl Typed {
    fn fields(&self) -> [(&'static str, &str); 13] {
        [
            ("reference", &self.reference),
            ("notice", &self.notice),
            ("consent", &self.consent),
            ("name", &self.name),
            ("birth_year", &self.birth_year),
            ("birth_date", &self.birth_date),
            ("gender", &self.gender),
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("guardian", &self.guardian),
            ("guardian_name", &self.guardian_name),
            ("book", &self.book),
            ("key", &self.key),
        ]
    }

    /// The whole form as one value, to travel through the login.
    pub(in crate::web) fn carry(&self) -> String {
        kept::carry(&self.fields())
    }

    /// The form with its values, without errors.
    pub(in crate::web) fn state(&self) -> FormState {
        self.fields()
            .iter()
            .fold(FormState::new(), |form, (name, value)| {
                form.value_of(name, *value)
            })
    }

    /// How this form is known when it is sent again.
    pub(super) fn repetition(&self) -> Repetition {
        match self.key.as_str() {
            "" => Repetition::Unnamed,
            key => Repetition::Form(key.to_owned()),
        }
    }

    /// Reads a new person, or says for each field what is wrong, in the order of the page.
    pub(in crate::web) fn registration(&self, today: CivilDate) -> Result<Registration, FormState> {
        let mut form = self.state();
        if self.consent.is_empty() {
            form = form.error_at("consent", Message::new("error-consent"));
        }
        let (form, person) = self.person(form, today);
        let (form, kind) = keep(
            form,
            "document_type",
            DocumentType::parse(&self.document_type).map_err(|_| "error-document-type"),
        );
        let number = DocumentNumber::parse(&self.document_number).map_err(number_error);
        let (form, number) = keep(form, "document_number", number);
        match (form.is_valid(), person, kind, number) {
            (true, Some(person), Some(document_type), Some(document_number)) => Ok(Registration {
                name: person.name,
                birth_year: person.birth_year,
                birth_date: person.birth_date,
                gender: person.gender,
                document_type,
                document_number,
                comorbidity: Comorbidity::None,
                consent_version: self.notice.clone(),
            }),
            _ => Err(form),
        }
    }

    /// Reads a new person and who is said to be the guardian of a minor. That nobody is said is judged with the age.
    pub(super) fn guarded(&self, today: CivilDate) -> Result<(Registration, Said), FormState> {
        match (self.registration(today), self.said()) {
            (Ok(registration), Ok(said)) => Ok((registration, said)),
            (Ok(registration), Err(_)) if !registration.is_of_minor(today) => {
                Ok((registration, Said::Nobody))
            }
            (Ok(_), Err((field, error))) => Err(self.state().error_at(field, Message::new(error))),
            (Err(form), Ok(Said::Nobody)) if self.is_of_minor(today) => {
                Err(form.error_at("guardian_name", Message::new("error-guardian")))
            }
            (Err(form), Err((field, error))) if self.is_of_minor(today) => {
                Err(form.error_at(field, Message::new(error)))
            }
            (Err(form), _) => Err(form),
        }
    }

    fn said(&self) -> Result<Said, (&'static str, &'static str)> {
        match (self.guardian.trim(), self.guardian_name.trim()) {
            ("", "") => Ok(Said::Nobody),
            (place, "") => place
                .parse()
                .map(Said::Member)
                .map_err(|_| ("guardian", "error-guardian-wrong")),
            ("", name) => PersonName::parse(name)
                .map(Said::Named)
                .map_err(|_| ("guardian_name", "error-guardian-name")),
            _ => Err(("guardian_name", "error-guardian-both")),
        }
    }

    /// As far as the birth that was typed can be read.
    pub(in crate::web) fn is_of_minor(&self, today: CivilDate) -> bool {
        let date = birth_date(&self.birth_date, today).unwrap_or_default();
        let year = BirthYear::parse(self.birth_year.trim(), today);
        year.is_ok_and(|year| is_minor(year, date, today))
    }

    /// Reads a new person who has no document.
    pub(in crate::web) fn particulars(&self, today: CivilDate) -> Result<Correction, FormState> {
        let read = self.correction(today, Comorbidity::None);
        match (self.consent.is_empty(), read) {
            (false, read) => read,
            (true, read) => {
                let form = read.err().unwrap_or_else(|| self.state());
                Err(form.error_at("consent", Message::new("error-consent")))
            }
        }
    }

    /// Reads a changed person; what the page does not ask stays as it was.
    pub(in crate::web) fn correction(
        &self,
        today: CivilDate,
        comorbidity: Comorbidity,
    ) -> Result<Correction, FormState> {
        match self.person(self.state(), today) {
            (form, Some(person)) if form.is_valid() => Ok(Correction {
                name: person.name,
                birth_year: person.birth_year,
                birth_date: person.birth_date,
                gender: person.gender,
                comorbidity,
            }),
            (form, _) => Err(form),
        }
    }

    /// What is said of a person besides their document.
    pub(in crate::web) fn person(&self, form: FormState, today: CivilDate) -> (FormState, Option<Person>) {
        let (form, name) = keep(form, "name", PersonName::parse(&self.name).map_err(name_error));
        let year = BirthYear::parse(self.birth_year.trim(), today).map_err(year_error);
        let (form, birth_year) = keep(form, "birth_year", year);
        let date = birth_date(&self.birth_date, today).map_err(|_| "error-birth-date");
        let (form, birth_date) = keep(form, "birth_date", date);
        let (form, gender) = keep(
            form,
            "gender",
            Gender::parse(&self.gender).map_err(|_| "error-gender"),
        );
        let person = match (name, birth_year, birth_date, gender) {
            (Some(name), Some(birth_year), Some(birth_date), Some(gender)) => Some(Person {
                name,
                birth_year,
                birth_date,
                gender,
            }),
            _ => None,
        };
        (form, person)
    }
}

/// What a new and a changed person have in common.
pub(in crate::web) struct Person {
    pub(in crate::web) name: PersonName,
    pub(in crate::web) birth_year: BirthYear,
    pub(in crate::web) birth_date: Option<BirthDate>,
    pub(in crate::web) gender: Gender,
}

fn keep<T>(form: FormState, field: &'static str, read: Result<T, &'static str>) -> (FormState, Option<T>) {
    match read {
        Ok(value) => (form, Some(value)),
        Err(error) => (form.error_at(field, Message::new(error)), None),
    }
}

/// A birth date as people write it, if they gave one.
fn birth_date(typed: &str, today: CivilDate) -> Result<Option<BirthDate>, ParseBirth> {
    match typed.trim() {
        "" => Ok(None),
        text => BirthDate::parse(&text.replace(['/', '.'], "-"), today).map(Some),
    }
}

fn name_error(error: ParsePersonName) -> &'static str {
    match error {
        ParsePersonName::Missing => "error-name-missing",
        ParsePersonName::TooLong => "error-name-long",
        ParsePersonName::Control | ParsePersonName::NoLetter => "error-name-shape",
    }
}

fn year_error(error: ParseBirth) -> &'static str {
    match error {
        ParseBirth::Future => "error-year-future",
        ParseBirth::TooLongAgo => "error-year-past",
        _ => "error-year",
    }
}

fn number_error(error: ParseDocumentNumber) -> &'static str {
    match error {
        ParseDocumentNumber::Missing => "error-document-missing",
        ParseDocumentNumber::Length => "error-document-length",
        _ => "error-document-characters",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

        /// Whatever was typed, in whatever script, is there again after the login.
        #[test]
        fn nothing_typed_is_lost(name in "\\PC{0,60}", number in ".{0,30}", year in "\\PC{0,6}") {
            let typed = Typed { name: name.clone(), document_number: number.clone(), birth_year: year.clone(), guardian_name: name.clone(), ..Typed::default() };
            let back = pairs::from_pairs::<Typed>(&typed.carry()).unwrap();
            prop_assert_eq!(back.guardian_name, name.clone());
            prop_assert_eq!(back.name, name);
            prop_assert_eq!(back.document_number, number);
            prop_assert_eq!(back.birth_year, year);
        }
    }
}
