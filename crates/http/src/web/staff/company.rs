//! Who came with somebody who is not 18 yet, as typed into the forms of people without an appointment.

use pramaan_app::walk_in::Company;
use pramaan_domain::name::PersonName;
use pramaan_domain::staff::Reason;

use crate::web::form::{FormState, Message};

/// Whether the person of the form is a minor, as far as the birth that was typed can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// Not 18 beyond doubt.
    Minor,
    /// Whatever stands in the fields counts for nothing.
    Other,
}

/// At the desk: a name, or why nobody came.
pub(super) fn at_desk(
    form: FormState,
    (name, alone): (&str, &str),
    age: Age,
) -> (FormState, Option<Company>) {
    let read = match (age, name.trim(), alone.trim()) {
        (Age::Other, ..) => Ok(Company::Unsaid),
        (Age::Minor, "", "") => Err(("guardian_name", "desk-guardian-missing")),
        (Age::Minor, name, "") => PersonName::parse(name)
            .map(Company::Guardian)
            .map_err(|_| ("guardian_name", "error-guardian-name")),
        (Age::Minor, "", why) => Reason::parse(why)
            .map(Company::Alone)
            .map_err(|_| ("alone", "desk-alone-shape")),
        (Age::Minor, ..) => Err(("alone", "desk-guardian-both")),
    };
    match read {
        Ok(company) => (form, Some(company)),
        Err((field, sentence)) => (form.error_at(field, Message::new(sentence)), None),
    }
}

/// Of a dose that was given already: a name, or none. It keeps no dose back.
pub(super) fn with_dose(form: FormState, name: &str, age: Age) -> (FormState, Option<Option<PersonName>>) {
    match (age, name.trim()) {
        (Age::Other, _) | (Age::Minor, "") => (form, Some(None)),
        (Age::Minor, name) => match PersonName::parse(name) {
            Ok(name) => (form, Some(Some(name))),
            Err(_) => {
                let wrong = Message::new("error-guardian-name");
                (form.error_at("guardian_name", wrong), None)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(name: &str, alone: &str) -> Vec<&'static str> {
        let (form, company) = at_desk(FormState::new(), (name, alone), Age::Minor);
        assert_eq!(company.is_none(), !form.is_valid());
        form.errors().iter().map(|(field, _)| *field).collect()
    }

    #[test]
    fn a_minor_at_the_desk_has_a_guardian_or_a_reason_why_nobody_came() {
        assert_eq!(wrong("", " "), ["guardian_name"]);
        assert_eq!(wrong("123", ""), ["guardian_name"]);
        assert_eq!(wrong("", "short"), ["alone"]);
        assert_eq!(wrong("Kamala Bai", "the mother is at work"), ["alone"]);
        assert!(wrong("Kamala Bai", "").is_empty());
        assert!(wrong("", "the mother is at work").is_empty());
        let (form, company) = at_desk(FormState::new(), ("123", "x"), Age::Other);
        assert!(form.is_valid() && matches!(company, Some(Company::Unsaid)));
    }

    #[test]
    fn a_dose_that_was_given_waits_for_no_guardian_but_for_no_wrong_name_either() {
        for (typed, age) in [("", Age::Minor), ("123", Age::Other)] {
            let (form, name) = with_dose(FormState::new(), typed, age);
            assert!(form.is_valid() && name == Some(None), "{typed}");
        }
        let (form, name) = with_dose(FormState::new(), "Kamala Bai", Age::Minor);
        assert!(form.is_valid() && name.flatten().is_some());
        let (form, name) = with_dose(FormState::new(), "123", Age::Minor);
        assert!(name.is_none() && form.error("guardian_name").is_some());
    }
}
