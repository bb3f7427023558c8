//! What answers tell of the people of the story, field by field and in every spelling that they have.

use pramaan_domain::access::Field;

use crate::story::MOBILE;

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

/// A minor's birth date, as it is typed.
pub(crate) const CHANDNI_BORN: &str = "17-05-2012";
/// What is written freely: nothing else in any answer is like it.
pub(crate) const SYMPTOM: &str = "dizzy since the kettle boiled over";
pub(crate) const FOLLOWED_UP: &str = "seen by the nurse: strong headache";
pub(crate) const WORDS: &str = "I was at home that morning";
pub(crate) const ANSWER: &str = "the nurse opened the wrong line of the list";
/// Why a record was opened without evidence: so it stands in the person's list.
pub(crate) const SITAS_REASON: &str = "phone stolen, card at home";
pub(crate) const AASHABAIS_REASON: &str = "she telephones and is at home";
/// A bulk list that Aashabai is on: her number, her year of birth and its code.
pub(crate) const LIST: &str = "mobile,birth_year,group\n9876543210,1981,traveller\n";

pub(super) type Told = (&'static [&'static str], Field, &'static str);

const AASHABAI: &[&str] = &["Aashabai"];
const KAMALA: &[&str] = &["Kamala"];
const BOTH: &[&str] = &["Aashabai", "Kamala"];

/// What answers say of people of the story: once as each of the pages, the API, the file to take along and the PDF say it.
pub(super) const TOLD_OF: &[Told] = &[
    (KAMALA, Field::BirthYear, "1976"),
    (&["Sita"], Field::BirthYear, "1983"),
    (&["Leela"], Field::BirthYear, "1986"),
    (&["Meena"], Field::BirthYear, "1985"),
    (&["Gangu"], Field::BirthYear, "1951"),
    (BOTH, Field::BirthYear, "1981"),
    (&["Chandni"], Field::BirthDate, CHANDNI_BORN),
    (&["Chandni"], Field::BirthDate, "2012-05-17"),
    (&["Chandni"], Field::BirthDate, "17 May 2012"),
    (BOTH, Field::Gender, "<dd>Other</dd>"),
    (BOTH, Field::Gender, "\"gender\":\"Others\""),
    (BOTH, Field::Gender, "\"gender\":\"other\""),
    (BOTH, Field::Gender, ", Other, "),
    (KAMALA, Field::Gender, "<dd>Transgender</dd>"),
    (KAMALA, Field::Gender, "value=\"transgender\" checked"),
    (AASHABAI, Field::DocumentType, "Pension passbook, ending in"),
    (
        AASHABAI,
        Field::DocumentType,
        "\"photo_id_type\":\"Pension Passbook\"",
    ),
    (AASHABAI, Field::DocumentType, "document-type-9"),
    (AASHABAI, Field::Doses, AASHABAIS_BATCH),
    (KAMALA, Field::Doses, KAMALAS_BATCH),
    (AASHABAI, Field::AccessList, AASHABAIS_REASON),
    (&["Sita"], Field::AccessList, SITAS_REASON),
    (AASHABAI, Field::Comorbidity, "\"comorbidity_ind\":\"Y\""),
    (AASHABAI, Field::Comorbidity, "\"comorbidity\":true"),
    (
        AASHABAI,
        Field::Comorbidity,
        "Says that they have an illness that counts",
    ),
    (AASHABAI, Field::Group, "traveller"),
    (AASHABAI, Field::AdverseEvents, SYMPTOM),
    (AASHABAI, Field::AdverseEvents, FOLLOWED_UP),
    (AASHABAI, Field::Objections, WORDS),
    (AASHABAI, Field::Objections, ANSWER),
    (&FAMILY, Field::Name, "Thiruvengadam"),
    (&FAMILY, Field::Mobile, MOBILE),
];
