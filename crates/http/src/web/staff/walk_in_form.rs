//! The form of somebody without an appointment: a new person, or one who has a reference id, and a seat.

use pramaan_app::appointment::Seat;
use pramaan_app::beneficiary::Registration;
use pramaan_app::otp::OtpDigest;
use pramaan_app::walk_in::{DeskMobile, FreeSeat};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use crate::web::citizen::member_form;
use crate::web::form::{FormState, Message};
use crate::web::kept::Fields;

/// What came with the form, untouched.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// `{dose}|{session}|{slot}`.
    pub(super) seat: String,
    /// Empty for somebody who is registered now.
    pub(super) reference: String,
    pub(super) notice: String,
    pub(super) consent: String,
    pub(super) name: String,
    pub(super) birth_year: String,
    pub(super) birth_date: String,
    pub(super) gender: String,
    pub(super) document_type: String,
    pub(super) document_number: String,
    pub(super) mobile: String,
    /// The code that was sent last, and what was read out.
    pub(super) txn: String,
    pub(super) otp: String,
    /// Names this form, so that it is done once however often it is sent.
    pub(super) key: String,
    /// `code` to have one sent, `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

/// Who is to be seated.
pub(super) enum Person {
    Known(ReferenceId),
    New(Box<Registration>, Option<DeskMobile>),
}

/// A whole form, read.
pub(super) struct WalkInForm {
    pub(super) seat: Seat,
    pub(super) dose: i64,
    pub(super) person: Person,
    pub(super) document: (DocumentType, DocumentNumber),
}

/// How a seat is named in the form.
pub(super) fn name_of(seat: &FreeSeat) -> String {
    format!("{}|{}|{}", seat.dose.cowin_number(), seat.session, seat.slot)
}

impl Fields for Typed {
    /// All but the code, which is typed again.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("seat", &self.seat),
            ("reference", &self.reference),
            ("notice", &self.notice),
            ("consent", &self.consent),
            ("name", &self.name),
            ("birth_year", &self.birth_year),
            ("birth_date", &self.birth_date),
            ("gender", &self.gender),
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("mobile", &self.mobile),
            ("txn", &self.txn),
            ("key", &self.key),
        ]
    }
}

impl Typed {
    /// The number to which a code is to be sent.
    pub(super) fn number(&self) -> Result<Mobile, FormState> {
        let digits: String = self.mobile.split_whitespace().collect();
        Mobile::parse(&digits).map_err(|_| {
            self.form()
                .error_at("mobile", Message::new("walk-in-mobile-wrong"))
        })
    }

    /// # Errors
    /// The form with an error beside each field that cannot be read.
    pub(super) fn parse(&self, today: CivilDate) -> Result<WalkInForm, FormState> {
        let seat = self.chosen();
        let mut form = self.form();
        if seat.is_none() {
            form = form.error_at("seat", Message::new("walk-in-seat-wrong"));
        }
        let (form, person, document) = match self.reference.split_whitespace().collect::<String>() {
            none if none.is_empty() => self.new_person(form, today),
            digits => self.known_person(form, &digits),
        };
        match (form.is_valid(), seat, person, document) {
            (true, Some((dose, seat)), Some(person), Some(document)) => Ok(WalkInForm {
                seat,
                dose,
                person,
                document,
            }),
            _ => Err(form),
        }
    }

    fn chosen(&self) -> Option<(i64, Seat)> {
        let mut parts = self.seat.splitn(3, '|');
        let dose = parts.next()?.parse().ok()?;
        let session = parts.next()?.parse().ok()?;
        let slot = parts.next()?.to_owned();
        Some((dose, Seat { session, slot }))
    }

    fn new_person(&self, form: FormState, today: CivilDate) -> Read {
        let typed = member_form::Typed {
            notice: self.notice.clone(),
            consent: self.consent.clone(),
            name: self.name.clone(),
            birth_year: self.birth_year.clone(),
            birth_date: self.birth_date.clone(),
            gender: self.gender.clone(),
            document_type: self.document_type.clone(),
            document_number: self.document_number.clone(),
            ..member_form::Typed::default()
        };
        let (form, mobile) = self.proof(form);
        match typed.registration(today) {
            Ok(registration) => {
                let document = (registration.document_type, registration.document_number.clone());
                let person = mobile.map(|mobile| Person::New(Box::new(registration), mobile));
                (form, person, Some(document))
            }
            Err(wrong) => (wrong.errors().iter().fold(form, add), None, None),
        }
    }

    fn known_person(&self, mut form: FormState, digits: &str) -> Read {
        let id = ReferenceId::parse(digits).ok();
        if id.is_none() {
            form = form.error_at("reference", Message::new("walk-in-reference-wrong"));
        }
        let kind = DocumentType::parse(&self.document_type).ok();
        if kind.is_none() {
            form = form.error_at("document_type", Message::new("evidence-document-type"));
        }
        let number = DocumentNumber::parse(&self.document_number).ok();
        if number.is_none() {
            form = form.error_at("document_number", Message::new("evidence-document-shape"));
        }
        (form, id.map(Person::Known), kind.zip(number))
    }

    /// The code read out for the number; none where no number was typed.
    fn proof(&self, form: FormState) -> (FormState, Option<Option<DeskMobile>>) {
        if self.mobile.trim().is_empty() {
            return (form, Some(None));
        }
        let Ok(txn) = self.txn.parse() else {
            let unsent = Message::new("walk-in-code-unsent");
            return (form.error_at("mobile", unsent), None);
        };
        let digits: String = self.otp.chars().filter(char::is_ascii_digit).collect();
        if digits.len() != 6 {
            return (form.error_at("otp", Message::new("walk-in-code-shape")), None);
        }
        let otp = OtpDigest::of(&digits);
        (form, Some(Some(DeskMobile { txn, otp })))
    }
}

type Read = (FormState, Option<Person>, Option<(DocumentType, DocumentNumber)>);

fn add(form: FormState, (field, message): &(&'static str, Message)) -> FormState {
    form.error_at(field, message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;

    fn today() -> CivilDate {
        CivilDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn whole() -> Typed {
        Typed {
            seat: "1|07070707-0707-0707-0707-070707070707|09:00AM-11:00AM".to_owned(),
            notice: "1".to_owned(),
            consent: "yes".to_owned(),
            name: "Sita Bai".to_owned(),
            birth_year: "1971".to_owned(),
            gender: "female".to_owned(),
            document_type: "8".to_owned(),
            document_number: "P5550001".to_owned(),
            ..Typed::default()
        }
    }

    fn wrong(typed: &Typed) -> Vec<&'static str> {
        let form = typed.parse(today()).err().unwrap();
        form.errors().iter().map(|(field, _)| *field).collect()
    }

    #[test]
    fn every_wrong_field_is_named_and_what_was_typed_stays() {
        let typed = Typed {
            name: "?".to_owned(),
            mobile: "98765 43210".to_owned(),
            ..Typed::default()
        };
        let fields = wrong(&typed);
        for field in [
            "seat",
            "consent",
            "name",
            "birth_year",
            "gender",
            "document_type",
            "mobile",
        ] {
            assert!(fields.contains(&field), "{field}: {fields:?}");
        }
        let carried = pairs::from_pairs::<Typed>(&typed.carry()).unwrap();
        assert_eq!(carried.fields(), typed.fields());
    }

    #[test]
    fn a_number_wants_its_code_and_nobody_needs_a_number() {
        assert!(matches!(
            whole().parse(today()).unwrap().person,
            Person::New(_, None)
        ));
        let unsent = Typed {
            mobile: "9876543210".to_owned(),
            ..whole()
        };
        assert_eq!(wrong(&unsent), ["mobile"]);
        let sent = Typed {
            txn: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            ..unsent
        };
        assert_eq!(wrong(&sent), ["otp"]);
        let read = Typed {
            otp: "123 456".to_owned(),
            ..sent
        };
        assert!(matches!(
            read.parse(today()).unwrap().person,
            Person::New(_, Some(_))
        ));
    }

    #[test]
    fn who_has_a_reference_id_shows_the_document_and_nothing_else() {
        let known = Typed {
            reference: "3141 5926 5358 97".to_owned(),
            name: String::new(),
            birth_year: String::new(),
            ..whole()
        };
        assert!(matches!(known.parse(today()).unwrap().person, Person::Known(_)));
        let without = Typed {
            reference: "3141".to_owned(),
            document_number: String::new(),
            ..known
        };
        assert_eq!(wrong(&without), ["reference", "document_number"]);
    }
}
