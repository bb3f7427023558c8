//! Another phone for somebody who stands here with the document or the printed card in hand, and numbers that are new to who has them.
//!
//! Nothing of the person is shown: who they are is compared, not opened.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use pramaan_app::member::{PhoneChange, Present};
use pramaan_app::otp::OtpDigest;
use pramaan_app::walk_in::DeskMobile;
use pramaan_app::{Refusal, Staff};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use serde::Deserialize;

use super::card_form;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::evidence;
use super::login::LoginPage;
use crate::web::card::{digits_only, from_qr};
use crate::web::citizen::login::language;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const PATH: &str = "/staff/phone";
const ROUTE: &str = "POST /staff/phone";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(PATH, get(show).post(save))
}

#[derive(Template)]
#[template(path = "staff/phone.html")]
pub(super) struct PhonePage {
    page: Page,
    nav: Nav,
    form: FormState,
    documents: Vec<Choice>,
    /// A code was sent to the number a moment ago.
    sent: bool,
    done: Option<Done>,
}

/// What was done a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Changed,
    Reported,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    document_type: String,
    document_number: String,
    /// Empty where the document alone tells who it is; with a card its reference id, or the text of its QR code.
    reference: String,
    card_code: String,
    mobile: String,
    /// The code that was sent last, and what was read out.
    txn: String,
    otp: String,
    /// `code` to have one sent, `new` for a number of somebody else, `kept` from a login that interrupted the form.
    step: String,
    kept: String,
}

impl Fields for Typed {
    /// All but the codes, which are typed again.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("reference", digits_only(&self.reference)),
            ("mobile", &self.mobile),
            ("txn", &self.txn),
        ]
    }
}

impl Typed {
    fn number(&self) -> Result<Mobile, FormState> {
        let digits: String = self.mobile.split_whitespace().collect();
        Mobile::parse(&digits).map_err(|_| {
            self.form()
                .error_at("mobile", Message::new("walk-in-mobile-wrong"))
        })
    }

    /// The code read out for the number.
    fn proof(&self, form: FormState) -> (FormState, Option<DeskMobile>) {
        let Ok(txn) = self.txn.parse() else {
            return (form.error_at("mobile", Message::new("phone-code-unsent")), None);
        };
        let digits: String = self.otp.chars().filter(char::is_ascii_digit).collect();
        if digits.len() != 6 {
            return (form.error_at("otp", Message::new("walk-in-code-shape")), None);
        }
        let otp = OtpDigest::of(&digits);
        (form, Some(DeskMobile { txn, otp }))
    }

    /// # Errors
    /// The form with an error beside each field that cannot be read.
    fn change(&self) -> Result<PhoneChange, FormState> {
        let (form, present) = self.present();
        let (form, mobile) = self.proof(form);
        match (form.is_valid(), present, mobile) {
            (true, Some(present), Some(mobile)) => Ok(PhoneChange { present, mobile }),
            _ => Err(form),
        }
    }

    /// By card where its code was typed or scanned, else by document.
    fn present(&self) -> (FormState, Option<Present>) {
        if from_qr(&self.reference).is_some() || !self.card_code.trim().is_empty() {
            return self.present_by_card();
        }
        let (mut form, document) = self.document();
        let digits: String = self.reference.split_whitespace().collect();
        let named = (!digits.is_empty()).then(|| ReferenceId::parse(&digits).ok());
        if named == Some(None) {
            form = form.error_at("reference", Message::new("walk-in-reference-wrong"));
        }
        let named = named.flatten();
        let present = document.map(|document| Present::Desk { named, document });
        (form, present)
    }

    /// With the document too where one is typed: both are compared.
    fn present_by_card(&self) -> (FormState, Option<Present>) {
        let (form, document) = match self.document_number.trim().is_empty() {
            true => (self.form(), None),
            false => self.document(),
        };
        match card_form::read(&self.reference, &self.card_code) {
            Ok((reference_id, code)) => {
                let present = Present::Card {
                    reference_id,
                    code,
                    document,
                };
                (form, Some(present))
            }
            Err((field, wrong)) => (form.error_at(field, wrong), None),
        }
    }

    fn document(&self) -> (FormState, Option<(DocumentType, DocumentNumber)>) {
        let mut form = self.form();
        let kind = DocumentType::parse(&self.document_type).ok();
        if kind.is_none() {
            form = form.error_at("document_type", Message::new("evidence-document-type"));
        }
        let number = DocumentNumber::parse(&self.document_number).ok();
        if number.is_none() {
            form = form.error_at("document_number", Message::new("evidence-document-shape"));
        }
        (form, kind.zip(number))
    }
}

async fn show(page: Page, OnDuty(staff): OnDuty) -> Response {
    render(&PhonePage::new(page, &staff, FormState::new(), None))
}

async fn save(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (PATH, &typed.carry()));
    };
    let outcome = match typed.step.as_str() {
        kept::STEP => {
            let back: Option<Typed> = kept::back(&front, staff.typist(), PATH, &typed.kept);
            let form = back.map_or_else(FormState::new, |typed| typed.form());
            return render(&PhonePage::new(page, &staff, form, None));
        }
        "code" => match send(&front, page.locale, &staff, &typed).await {
            Ok(form) => return render(&PhonePage::new(page, &staff, form, None)),
            Err(again) => Err(again),
        },
        "new" => report(&front, &staff, &typed).await.map(|()| Done::Reported),
        _ => change(&front, &staff, &typed).await.map(|()| Done::Changed),
    };
    match outcome {
        Ok(done) => render(&PhonePage::new(page, &staff, FormState::new(), Some(done))),
        Err((status, form)) => form_again(status, render(&PhonePage::new(page, &staff, form, None))),
    }
}

/// The form again, and the status that says why.
type Again = (StatusCode, FormState);

fn mistyped(form: FormState) -> Again {
    (StatusCode::UNPROCESSABLE_ENTITY, form)
}

fn refused(typed: &Typed, refusal: &Refusal) -> Again {
    let (field, text) = beside(refusal);
    (
        form_status(refusal),
        typed.form().error_at(field, Message::new(text)),
    )
}

/// Sends a code to the number that was typed; the form again, with what the code is for.
async fn send(front: &Front, locale: Locale, staff: &Staff, typed: &Typed) -> Result<FormState, Again> {
    let mobile = typed.number().map_err(mistyped)?;
    let sent = front.app.send_desk_code(staff, mobile, language(locale)).await;
    let txn = sent.map_err(|refusal| refused(typed, &refusal))?;
    Ok(Typed {
        txn: txn.to_string(),
        ..typed.clone()
    }
    .form())
}

async fn change(front: &Front, staff: &Staff, typed: &Typed) -> Result<(), Again> {
    let change = typed.change().map_err(mistyped)?;
    let changed = front.app.change_phone(staff, change, ROUTE).await;
    changed.map_err(|refusal| refused(typed, &refusal))
}

async fn report(front: &Front, staff: &Staff, typed: &Typed) -> Result<(), Again> {
    let (form, mobile) = typed.proof(typed.form());
    let mobile = mobile.ok_or_else(|| mistyped(form))?;
    let reported = front.app.report_number_at_desk(staff, mobile, ROUTE).await;
    reported.map_err(|refusal| refused(typed, &refusal))
}

/// Beside which field a refusal belongs, and the id of its sentence.
fn beside(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::WrongOtp => ("otp", "walk-in-code-wrong"),
        Refusal::OtpSpent => ("otp", "walk-in-code-spent"),
        Refusal::MobileNotHere => ("mobile", "walk-in-mobile-not-here"),
        Refusal::WrongCard => ("card_code", "card-wrong"),
        Refusal::CardSpent => ("card_code", "card-spent"),
        Refusal::NoMatch => ("document_number", "phone-no-match"),
        Refusal::HasDocument => ("document_number", "phone-document-too"),
        Refusal::Invalid {
            field: "reference", ..
        } => ("reference", "phone-several"),
        Refusal::OverBudget { .. } => ("document_number", "walk-in-over"),
        Refusal::OffRoster => ("document_number", "gone-roster-text"),
        Refusal::Forbidden => ("document_number", "gone-forbidden-text"),
        _ => ("document_number", "error-unavailable"),
    }
}

impl PhonePage {
    fn new(page: Page, staff: &Staff, form: FormState, done: Option<Done>) -> Self {
        Self::with(page, Nav::of(staff, HOME), form, done)
    }

    fn with(page: Page, nav: Nav, form: FormState, done: Option<Done>) -> Self {
        Self {
            documents: evidence::document_choices(page.locale),
            sent: !form.value("txn").is_empty() && !form.value("mobile").is_empty(),
            page,
            nav,
            form,
            done,
        }
    }
}

#[cfg(test)]
impl PhonePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let sent = Typed {
            mobile: "9876543210".to_owned(),
            txn: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            ..Typed::default()
        };
        let wrong = sent.change().err().unwrap_or_default();
        let with = |form, done| Self::with(page.clone(), nav, form, done);
        vec![
            with(FormState::new(), None),
            with(sent.form(), None),
            with(wrong, None),
            with(FormState::new(), Some(Done::Changed)),
            with(FormState::new(), Some(Done::Reported)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(typed: &Typed) -> Vec<&'static str> {
        let form = typed.change().err().unwrap();
        form.errors().iter().map(|(field, _)| *field).collect()
    }

    #[test]
    fn every_wrong_field_is_named_and_a_reference_id_may_be_missing() {
        let typed = Typed {
            reference: "314".to_owned(),
            ..Typed::default()
        };
        assert_eq!(
            wrong(&typed),
            ["document_type", "document_number", "reference", "mobile"]
        );
        let whole = Typed {
            document_type: "8".to_owned(),
            document_number: "P5550001".to_owned(),
            txn: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            otp: "123 456".to_owned(),
            ..Typed::default()
        };
        let present = whole.change().ok().unwrap().present;
        assert!(matches!(present, Present::Desk { named: None, .. }));
        let unread = Typed {
            otp: "12".to_owned(),
            ..whole.clone()
        };
        assert_eq!(wrong(&unread), ["otp"]);
        let half = Typed {
            card_code: "0042".to_owned(),
            ..whole.clone()
        };
        assert_eq!(wrong(&half), ["reference"]);
        let scanned = Typed {
            reference: "pramaan:card:31415926535897:00421337".to_owned(),
            ..whole
        };
        let present = scanned.change().ok().unwrap().present;
        assert!(
            matches!(
                present,
                Present::Card {
                    document: Some(_),
                    ..
                }
            ),
            "what was typed besides is compared too"
        );
        assert_eq!(scanned.form().value("reference"), "", "a code is not kept");
    }
}
