//! The rules of invariant 4, without any input or output: fields and their classification in, sentences out.
//!
//! Rules go by names: they catch what is called by its name. What a field really holds, a reviewer sees in the
//! difference of policy/fields.txt.

use super::complete;
use super::declared::{CONSTANT, Declared, Meaning};
use super::field::{Field, Kind, words};

/// Words of where somebody lives or is.
const WHERE: [&str; 20] = [
    "addr",
    "address",
    "domicile",
    "geo",
    "gps",
    "home",
    "house",
    "ip",
    "landmark",
    "lat",
    "latitude",
    "lng",
    "locality",
    "location",
    "long",
    "longitude",
    "pincode",
    "postal",
    "street",
    "village",
];
/// Words that no log line may have a field for, whatever is said about it.
const NEVER_LOGGED: [&str; 14] = [
    "beneficiary",
    "birth",
    "code",
    "dob",
    "document",
    "household",
    "mobile",
    "name",
    "otp",
    "password",
    "person",
    "phone",
    "reference",
    "token",
];
const NUMBERED: [&str; 5] = ["card", "document", "doc", "id", "identity"];
const DOCUMENTS: [&str; 5] = ["aadhaar", "aadhar", "passport", "pan", "voter"];

/// A field that a rule on names would refuse, and that is right all the same.
struct Exception {
    field: &'static str,
    /// The only form or protection in which it is right.
    only: &'static str,
}

/// Each is a decision: a new line here is for a second pair of eyes.
const EXCEPTIONS: &[Exception] = &[
    // Of minors only; erased on the 18th birthday, which the keyed index finds.
    except("stored person.birth_date", "sealed"),
    except("stored person.birth_date_erase_ix", "keyed"),
    except(
        "sent http::cowin::wire::beneficiary::NewBeneficiary.date_of_birth",
        "request",
    ),
    except(
        "sent http::web::citizen::member_form::Typed.birth_date",
        "request",
    ),
    except("sent http::web::staff::walk_in_form::Typed.birth_date", "request"),
    except(
        "sent http::web::citizen::own_data::json::Patient.birthDate",
        "receipt",
    ),
    except(
        "sent http::web::staff::card_form::Typed.document_number",
        "request",
    ),
    except(
        "sent http::web::staff::walk_in_form::Typed.facilitator_number",
        "request",
    ),
    // DIVOC's shape has both. In ours the one is a constant of seven empty texts, and the other is not there; other issuers'
    // certificates are read too.
    except("sent cert::document::Subject.address", CONSTANT),
    except("sent cert::document::Subject.dob", "response"),
    // The document as it is shown: its keyed index and its last four characters are what stays.
    except(
        "sent http::cowin::wire::beneficiary::NewBeneficiary.photo_id_number",
        "request",
    ),
    except(
        "sent http::cowin::wire::beneficiary::Beneficiary.photo_id_number",
        "masked",
    ),
    except(
        "sent http::cowin::wire::vaccinator::OnSpot.photo_id_number",
        "request",
    ),
    except(
        "sent http::cowin::wire::vaccinator::Vaccinate.photo_id_number",
        "request",
    ),
    except(
        "sent http::web::citizen::member_form::Typed.document_number",
        "request",
    ),
    except(
        "sent http::web::staff::aefi_form::Typed.document_number",
        "request",
    ),
    except(
        "sent http::web::staff::encounter::Document.document_number",
        "request",
    ),
    except(
        "sent http::web::staff::merge_record::Typed.document_number",
        "request",
    ),
    except(
        "sent http::web::staff::private_member::Typed.document_number",
        "request",
    ),
    except(
        "sent http::web::staff::evidence_form::Typed.document_number",
        "request",
    ),
    except(
        "sent http::web::staff::walk_in_form::Typed.document_number",
        "request",
    ),
    except("sent http::web::staff::phone::Typed.document_number", "request"),
    except(
        "sent http::web::staff::held_dose_form::Typed.document_number",
        "request",
    ),
];

const fn except(field: &'static str, only: &'static str) -> Exception {
    Exception { field, only }
}

pub(super) fn violations(fields: &[Field], declared: &Declared, openable: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for field in fields {
        match declared.meaning(field) {
            Some(meaning) => {
                let wrong = [
                    address(field, &meaning, fields, declared),
                    birth_date(field, &meaning),
                    document_number(field, &meaning),
                    protection(field, &meaning, openable),
                ];
                found.extend(wrong.into_iter().flatten());
            }
            None => found.push(format!(
                "{}: undeclared field {field}: say what it is in crates/xtask/fields.toml",
                field.path
            )),
        }
        found.extend(never_logged(field));
    }
    found.extend(stale(fields, declared));
    found.extend(complete::kept(fields, declared));
    found.extend(complete::classes(declared, openable));
    found.dedup();
    found
}

fn address(field: &Field, meaning: &Meaning, fields: &[Field], declared: &Declared) -> Option<String> {
    let word = words(&field.name)
        .into_iter()
        .find(|word| WHERE.contains(&word.as_str()))?;
    if field.kind == Kind::Logged || excepted(field, meaning) {
        return None;
    }
    let of_people = fields
        .iter()
        .filter(|other| other.kind == field.kind && other.owner == field.owner)
        .any(|other| matches!(declared.meaning(other), Some(Meaning::About { .. })));
    (*meaning != Meaning::Place || of_people).then(|| {
        format!(
            "{}: {field} says where a person is (`{word}`): no address of a person is collected; a place belongs where \
             nothing is about people, as \"place, not person\"",
            field.path
        )
    })
}

fn birth_date(field: &Field, meaning: &Meaning) -> Option<String> {
    let words = words(&field.name);
    let has = |word: &str| words.iter().any(|known| known == word);
    let birth_year = words
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == "birth" && b == "year"));
    let birth_date = has("dob") || has("birthdate") || has("birthday") || (has("birth") && !birth_year);
    (birth_date && field.kind != Kind::Logged && !excepted(field, meaning)).then(|| {
        format!(
            "{}: {field} is a birth date outside the list of exceptions: of an adult only the year is collected",
            field.path
        )
    })
}

fn document_number(field: &Field, meaning: &Meaning) -> Option<String> {
    let words = words(&field.name);
    let numbered = words
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if NUMBERED.contains(&a.as_str()) && b == "number"));
    let named = words.iter().any(|word| DOCUMENTS.contains(&word.as_str()));
    ((numbered || named) && field.kind != Kind::Logged && !excepted(field, meaning)).then(|| {
        format!(
            "{}: {field} is an identity number outside the list of exceptions: only a keyed index and the last four stay",
            field.path
        )
    })
}

/// What is called sealed has to be able to be.
fn protection(field: &Field, meaning: &Meaning, openable: &[&str]) -> Option<String> {
    let Meaning::About { protection, .. } = meaning else {
        return None;
    };
    let must = match (field.kind, protection.as_str(), field.form.as_str()) {
        (Kind::Inside, kept, _) if kept != "sealed" => "is inside a sealed value: call it sealed",
        (Kind::Stored, kept, _)
            if kept != "sealed" && field.owner == "person" && openable.contains(&field.name.as_str()) =>
        {
            "is what a receipt opens: it is sealed"
        }
        (Kind::Stored, "sealed" | "keyed", form) if form != "blob" => {
            "is called sealed or keyed, but is no blob"
        }
        (Kind::Stored, "random id" | "clear", "blob") => {
            "is a blob about a person: it is sealed or keyed, or it is not needed"
        }
        _ => return None,
    };
    Some(format!("{}: {field} {must}", field.path))
}

fn never_logged(field: &Field) -> Option<String> {
    if field.kind != Kind::Logged {
        return None;
    }
    let words = words(&field.name);
    let banned = |word: &&String| NEVER_LOGGED.contains(&word.as_str()) || WHERE.contains(&word.as_str());
    let word = words.iter().find(banned)?;
    Some(format!(
        "{}: {field} could be about a person (`{word}`): logs name nobody",
        field.path
    ))
}

fn stale(fields: &[Field], declared: &Declared) -> Vec<String> {
    let gone = declared.keys().filter(|(kind, owner, name)| {
        !fields
            .iter()
            .any(|field| field.kind == *kind && field.owner == *owner && field.name == *name)
    });
    let mut found: Vec<_> = gone
        .map(|(kind, owner, name)| {
            let dot = if owner.is_empty() { "" } else { "." };
            format!(
                "crates/xtask/fields.toml: {} {owner}{dot}{name} is not in the code: take its line out",
                kind.name()
            )
        })
        .collect();
    let names: Vec<_> = fields.iter().map(ToString::to_string).collect();
    let unused = EXCEPTIONS
        .iter()
        .filter(|exception| !names.iter().any(|name| name == exception.field));
    found.extend(unused.map(|exception| {
        format!(
            "{} is an exception and not in the code: take it out of rules.rs",
            exception.field
        )
    }));
    found
}

fn excepted(field: &Field, meaning: &Meaning) -> bool {
    let name = field.to_string();
    let right = |only: &str| match meaning {
        Meaning::About { protection, .. } => field.form == only || protection == only,
        Meaning::Constant => only == CONSTANT,
        _ => false,
    };
    EXCEPTIONS
        .iter()
        .any(|exception| exception.field == name && right(exception.only))
}
