//! What stands in the records of the people of the story, and which fields of theirs it is.

use pramaan_domain::access::{Field, FieldSet};
use pramaan_testkit::scan::{self, Coding, Finding, Scanner, Spelling};

use crate::story::{DOCUMENT, MOBILE};

/// Batches to which the doses of two people are corrected: nobody else has them.
pub(crate) const AASHABAIS_BATCH: &str = "QX41B07";
pub(crate) const KAMALAS_BATCH: &str = "QX41A08";

/// Everybody who is ever at the telephone of the story.
const FAMILY: [&str; 6] = ["Aashabai", "Kamala", "Chandni", "Leela", "Meena", "Somebody"];

/// Years that nobody else was born in, as far as the story can choose.
pub(crate) fn born(name: &str) -> &'static str {
    match name.split(' ').next() {
        Some("Sita") => "1983",
        Some("Leela") => "1986",
        Some("Meena") => "1985",
        // Records are joined only of people of about the same age.
        Some("Aashabai" | "Kamala") => "1981",
        _ => "1988",
    }
}

/// A value that tells something of somebody.
#[derive(Debug, Clone)]
pub(crate) struct Marker {
    /// By first names. Empty for what nobody may ever be shown.
    whose: Vec<String>,
    pub(super) field: Field,
    value: String,
}

impl Marker {
    pub(crate) fn what(&self) -> String {
        format!("{} of {}", self.field.name(), self.whose.join("/"))
    }

    /// Whether an entry about these fields of this person is one for it. A certificate holds the person's other fields.
    pub(crate) fn is_in(&self, whose: &str, fields: FieldSet) -> bool {
        let certified = !matches!(
            self.field,
            Field::Mobile | Field::AppointmentCode | Field::AdverseEvents
        );
        let is_named = |field| fields.iter().any(|named| named == field);
        let born = self.field == Field::BirthYear && is_named(Field::BirthDate);
        self.whose.iter().any(|one| one == whose)
            && (is_named(self.field) || born || (certified && is_named(Field::Certificate)))
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Planted(Vec<Marker>);

impl Planted {
    /// What is known before anything happens; numbers that are given out are added when they are.
    pub(crate) fn of_the_story() -> Self {
        let mut planted = Self(Vec::new());
        for name in [
            "Aashabai", "Kamala", "Chandni", "Gangu", "Radha", "Leela", "Meena", "Lata", "Sita",
        ] {
            planted.add(name, Field::Name, name);
        }
        planted.add("Mistaken", Field::Name, "Mistaken Bai");
        for (whose, year) in [
            ("Kamala", "1976"),
            ("Sita", "1983"),
            ("Leela", "1986"),
            ("Meena", "1985"),
            ("Gangu", "1951"),
        ] {
            planted.add(whose, Field::BirthYear, year);
        }
        planted.add(
            "Aashabai",
            Field::DocumentLastFour,
            &DOCUMENT[DOCUMENT.len() - 4..],
        );
        planted.add("Aashabai", Field::Doses, AASHABAIS_BATCH);
        planted.add("Kamala", Field::Doses, KAMALAS_BATCH);
        planted.add_of(&["Aashabai", "Kamala"], Field::BirthYear, "1981");
        planted.add_of(&FAMILY, Field::Name, "Thiruvengadam");
        planted.add_of(&FAMILY, Field::Mobile, MOBILE);
        for document in [DOCUMENT, crate::staff::SECOND, "W7654321", "VOTER12345"] {
            planted.add_of(&[], Field::DocumentLastFour, document);
        }
        planted
    }

    pub(crate) fn add(&mut self, whose: &str, field: Field, value: &str) {
        self.add_of(&[whose], field, value);
    }

    fn add_of(&mut self, whose: &[&str], field: Field, value: &str) {
        self.0.push(Marker {
            whose: whose.iter().map(|one| (*one).to_owned()).collect(),
            field,
            value: value.to_owned(),
        });
    }

    pub(crate) fn scanner(&self) -> Scanner {
        let mut planted = scan::Planted::default();
        for (number, marker) in self.0.iter().enumerate() {
            planted.add(number.to_string(), &marker.value);
        }
        Scanner::new(&planted)
    }

    /// The marker that was found. Four digits are found in any long number's hexadecimals or backwards; those count as they are.
    pub(crate) fn found(&self, finding: &Finding) -> Option<&Marker> {
        let marker = &self.0[finding.what.parse::<usize>().unwrap()];
        let as_it_is = finding.form.spelling == Spelling::AsIs && finding.form.coding == Coding::Utf8;
        (as_it_is || marker.value.len() > 5).then_some(marker)
    }
}
