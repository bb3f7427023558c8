//! The form of somebody without an appointment: a new person, or one who has a reference id, and a seat.

use pramaan_app::appointment::Seat;
use pramaan_app::card::Code;
use pramaan_app::otp::OtpDigest;
use pramaan_app::walk_in::{
    Arrival, DeskMobile, Facilitator, FreeSeat, Newcomer, Undocumented, WithoutDocument,
};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::company::{self, Age};
use crate::web::card::from_qr;
use crate::web::citizen::member_form;
use crate::web::form::{FormState, Message};
use crate::web::kept::Fields;

/// The step that registers with a printed card, whatever stands in the field of the mobile.
pub(super) const CARD_STEP: &str = "card";

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
    /// Of a printed card, beside the reference id.
    pub(super) card_code: String,
    /// `yes` for somebody without any document: then why, and who speaks for them.
    pub(super) without: String,
    pub(super) reason: String,
    pub(super) facilitator: String,
    pub(super) facilitator_type: String,
    pub(super) facilitator_number: String,
    /// Of a minor: who is here with them.
    pub(super) guardian_name: String,
    /// Or why nobody is.
    pub(super) alone: String,
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
    New(Arrival, Option<DeskMobile>),
}

/// A whole form, read.
pub(super) struct WalkInForm {
    pub(super) seat: Seat,
    pub(super) dose: i64,
    pub(super) person: Person,
    /// None for somebody without any: the card that they get is shown.
    pub(super) document: Option<(DocumentType, DocumentNumber)>,
    /// Of somebody who has a card.
    pub(super) card: Option<Code>,
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
            ("without", &self.without),
            ("reason", &self.reason),
            ("facilitator", &self.facilitator),
            ("facilitator_type", &self.facilitator_type),
            ("facilitator_number", &self.facilitator_number),
            ("guardian_name", &self.guardian_name),
            ("alone", &self.alone),
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
        let (form, person, shown) = match self.reference.split_whitespace().collect::<String>() {
            none if none.is_empty() => self.new_person(form, today),
            digits => self.known_person(form, &digits),
        };
        match (form.is_valid(), seat, person, shown) {
            (true, Some((dose, seat)), Some(person), Some(InHand { document, card })) => Ok(WalkInForm {
                seat,
                dose,
                person,
                document,
                card,
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

    fn member(&self) -> member_form::Typed {
        member_form::Typed {
            notice: self.notice.clone(),
            consent: self.consent.clone(),
            name: self.name.clone(),
            birth_year: self.birth_year.clone(),
            birth_date: self.birth_date.clone(),
            gender: self.gender.clone(),
            document_type: self.document_type.clone(),
            document_number: self.document_number.clone(),
            ..member_form::Typed::default()
        }
    }

    fn new_person(&self, form: FormState, today: CivilDate) -> Read {
        let (form, mobile) = self.proof(form);
        let (form, newcomer, shown) = match self.without == "yes" {
            true => self.undocumented(form, today),
            false => self.documented(form, today),
        };
        let (form, company) = company::at_desk(form, (&self.guardian_name, &self.alone), self.age(today));
        let arrival = newcomer.zip(company).map(Arrival::from);
        let person = arrival.zip(mobile);
        (
            form,
            person.map(|(arrival, mobile)| Person::New(arrival, mobile)),
            shown,
        )
    }

    fn age(&self, today: CivilDate) -> Age {
        match self.member().is_of_minor(today) {
            true => Age::Minor,
            false => Age::Other,
        }
    }

    fn documented(&self, form: FormState, today: CivilDate) -> ReadNew {
        match self.member().registration(today) {
            Ok(registration) => {
                let document = (registration.document_type, registration.document_number.clone());
                (form, Some(registration.into()), Some(InHand::document(document)))
            }
            Err(wrong) => (wrong.errors().iter().fold(form, add), None, None),
        }
    }

    /// Somebody without any document: why, and who speaks for them, with a document of their own.
    fn undocumented(&self, mut form: FormState, today: CivilDate) -> ReadNew {
        let particulars = self.member().particulars(today);
        if let Err(wrong) = &particulars {
            form = wrong.errors().iter().fold(form, add);
        }
        let reason = Reason::parse(&self.reason).ok();
        if reason.is_none() {
            form = form.error_at("reason", Message::new("without-reason-shape"));
        }
        let name = PersonName::parse(&self.facilitator).ok();
        if name.is_none() {
            form = form.error_at("facilitator", Message::new("without-facilitator-wrong"));
        }
        let kind = DocumentType::parse(&self.facilitator_type).ok();
        if kind.is_none() {
            form = form.error_at("facilitator_type", Message::new("evidence-document-type"));
        }
        let number = DocumentNumber::parse(&self.facilitator_number).ok();
        if number.is_none() {
            form = form.error_at("facilitator_number", Message::new("evidence-document-shape"));
        }
        let (Ok(person), Some(reason), Some(name), Some(document)) =
            (particulars, reason, name, kind.zip(number))
        else {
            return (form, None, None);
        };
        let typed = Undocumented {
            form: self.key.clone(),
            name: person.name,
            birth_year: person.birth_year,
            birth_date: person.birth_date,
            gender: person.gender,
            comorbidity: person.comorbidity,
            consent_version: self.notice.clone(),
            without: WithoutDocument {
                reason,
                facilitator: Facilitator { name, document },
            },
        };
        (form, Some(typed.into()), Some(InHand::default()))
    }

    fn known_person(&self, mut form: FormState, digits: &str) -> Read {
        if let Some((id, code)) = from_qr(&self.reference) {
            return (form, Some(Person::Known(id)), Some(InHand::card(code)));
        }
        let id = ReferenceId::parse(digits).ok();
        if !self.card_code.trim().is_empty() {
            return self.with_card(form, id);
        }
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
        (
            form,
            id.map(Person::Known),
            kind.zip(number).map(InHand::document),
        )
    }

    fn with_card(&self, mut form: FormState, id: Option<ReferenceId>) -> Read {
        if id.is_none() {
            form = form.error_at("reference", Message::new("walk-in-reference-wrong"));
        }
        let code = self.card_code.parse().ok();
        if code.is_none() {
            form = form.error_at("card_code", Message::new("card-code-wrong"));
        }
        (form, id.map(Person::Known), code.map(InHand::card))
    }

    /// The code read out for the number; none where no number was typed.
    fn proof(&self, form: FormState) -> (FormState, Option<Option<DeskMobile>>) {
        // A card instead: what was typed stays on the page, and is not used.
        if self.mobile.trim().is_empty() || self.step == CARD_STEP {
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

/// What the person has in hand.
#[derive(Default)]
struct InHand {
    document: Option<(DocumentType, DocumentNumber)>,
    card: Option<Code>,
}

impl InHand {
    fn document(document: (DocumentType, DocumentNumber)) -> Self {
        Self {
            document: Some(document),
            card: None,
        }
    }

    fn card(card: Code) -> Self {
        Self {
            document: None,
            card: Some(card),
        }
    }
}

type Read = (FormState, Option<Person>, Option<InHand>);
type ReadNew = (FormState, Option<Newcomer>, Option<InHand>);

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
    fn without_a_document_a_reason_and_a_facilitator_are_asked_for_and_nobody_is_refused() {
        let without = Typed {
            without: "yes".to_owned(),
            document_type: String::new(),
            document_number: String::new(),
            ..whole()
        };
        assert_eq!(
            wrong(&without),
            ["reason", "facilitator", "facilitator_type", "facilitator_number"]
        );
        let whole = Typed {
            reason: "lives on the street, no papers".to_owned(),
            facilitator: "Ramesh Kumar".to_owned(),
            facilitator_type: "12".to_owned(),
            facilitator_number: "VOTER12345".to_owned(),
            ..without
        };
        let read = whole.parse(today()).unwrap();
        let Person::New(arrival, None) = read.person else {
            panic!("nobody new");
        };
        assert!(matches!(arrival.newcomer, Newcomer::WithoutDocument(_)));
        assert!(read.document.is_none());
    }

    #[test]
    fn who_came_with_a_minor_is_asked_for_and_of_nobody_else() {
        let seventeen = Typed {
            birth_year: "2009".to_owned(),
            ..whole()
        };
        assert_eq!(wrong(&seventeen), ["guardian_name"]);
        let perhaps = Typed {
            birth_year: "2008".to_owned(),
            ..whole()
        };
        assert_eq!(wrong(&perhaps), ["guardian_name"], "not 18 beyond doubt");
        let unread = Typed {
            gender: String::new(),
            ..seventeen.clone()
        };
        assert_eq!(wrong(&unread), ["gender", "guardian_name"], "all at once");
        let accompanied = Typed {
            guardian_name: "Kamala Bai".to_owned(),
            ..seventeen
        };
        assert!(accompanied.parse(today()).is_ok());
        let grown_up = Typed {
            guardian_name: "123".to_owned(),
            ..whole()
        };
        assert!(grown_up.parse(today()).is_ok(), "whatever stands in the field");
    }

    #[test]
    fn with_a_card_nothing_else_is_needed_and_a_card_instead_of_a_number_keeps_what_was_typed() {
        let scanned = Typed {
            seat: whole().seat,
            reference: "pramaan:card:31415926535897:00421337".to_owned(),
            ..Typed::default()
        };
        assert!(scanned.parse(today()).unwrap().card.is_some());
        let typed = Typed {
            reference: "31415926535897".to_owned(),
            card_code: "0042".to_owned(),
            ..scanned
        };
        assert_eq!(wrong(&typed), ["card_code"]);
        let instead = Typed {
            mobile: "9876543210".to_owned(),
            step: CARD_STEP.to_owned(),
            ..whole()
        };
        assert!(matches!(
            instead.parse(today()).unwrap().person,
            Person::New(_, None)
        ));
        assert_eq!(instead.form().value("mobile"), "9876543210");
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
