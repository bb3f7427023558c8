//! With a printed card on any telephone: reference id, code and a one-time password to the phone at hand.
//!
//! Nothing here tells whether there is such a card. What was typed waits for the password sealed in a cookie, and nowhere else.

mod holder;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use pramaan_app::card::{CardConfirmation, Code};
use pramaan_app::otp::OtpDigest;
use pramaan_app::{Refusal, Typist};
use pramaan_domain::id::TxnId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use serde::Deserialize;

use super::layout::Nav;
use super::login::language;
use super::refusal;
use super::visitor::{Browser, with_cookie};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::card::from_qr;
use crate::web::cookie::{self, HostCookie, Lifetime};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::kept;
use crate::web::page::Page;

#[cfg(test)]
pub(super) use holder::RecordPage;
pub use holder::SESSION;

const HERE: &str = "/card";
const OTP: &str = "/card/otp";
/// What the page of the password needs, sealed.
const ASKED: HostCookie = HostCookie::new("card-asked");
/// Some times as long as a password works.
const ASKED_FOR: Lifetime = Lifetime::Seconds(600);

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(show).post(send))
        .route(OTP, get(show_otp).post(confirm))
        .merge(holder::routes())
}

#[derive(Template)]
#[template(path = "citizen/card.html")]
pub(super) struct CardPage {
    page: Page,
    nav: Nav,
    form: FormState,
    /// What happened before: the texts of a title and a sentence.
    news: Option<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "citizen/card_otp.html")]
pub(super) struct OtpPage {
    page: Page,
    nav: Nav,
    form: FormState,
    sent: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    reference: String,
    card_code: String,
    mobile: String,
}

/// A card and a telephone, read.
struct Asked {
    reference_id: ReferenceId,
    code: Code,
    mobile: Mobile,
}

/// The same with the password's transaction, as it waits in the cookie.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Waiting {
    txn: String,
    reference: String,
    card_code: String,
    mobile: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Password {
    otp: String,
}

#[derive(Default, Deserialize)]
struct Way {
    why: Option<String>,
}

impl Typed {
    fn form(&self) -> FormState {
        // The text of a QR code holds a code, which is never written back.
        let reference = match from_qr(&self.reference) {
            Some(_) => "",
            None => self.reference.as_str(),
        };
        FormState::new()
            .value_of("reference", reference)
            .value_of("mobile", &self.mobile)
    }

    /// # Errors
    /// The form with an error beside each field that cannot be read.
    fn parse(&self) -> Result<Asked, FormState> {
        let mut form = self.form();
        let digits = |text: &str| text.split_whitespace().collect::<String>();
        let scanned = from_qr(&self.reference);
        let id = ReferenceId::parse(&digits(&self.reference)).ok();
        let id = scanned.as_ref().map(|(id, _)| *id).or(id);
        if id.is_none() {
            form = form.error_at("reference", Message::new("card-reference-wrong"));
        }
        let code = scanned
            .map(|(_, code)| code)
            .or_else(|| self.card_code.parse().ok());
        if code.is_none() {
            form = form.error_at("card_code", Message::new("card-code-wrong"));
        }
        let mobile = Mobile::parse(&digits(&self.mobile)).ok();
        if mobile.is_none() {
            form = form.error_at("mobile", Message::new("login-mobile-wrong"));
        }
        match (id, code, mobile) {
            (Some(reference_id), Some(code), Some(mobile)) => Ok(Asked {
                reference_id,
                code,
                mobile,
            }),
            _ => Err(form),
        }
    }
}

impl Waiting {
    fn of(front: &Front, headers: &HeaderMap) -> Option<(TxnId, Asked)> {
        let sealed = cookie::read(headers, ASKED)?;
        let waiting: Self = kept::back(front, Typist::NOBODY_YET, OTP, sealed)?;
        let asked = Asked {
            reference_id: ReferenceId::parse(&waiting.reference).ok()?,
            code: waiting.card_code.parse().ok()?,
            mobile: Mobile::parse(&waiting.mobile).ok()?,
        };
        Some((waiting.txn.parse().ok()?, asked))
    }
}

impl Asked {
    fn sealed(&self, front: &Front, txn: TxnId) -> String {
        let carried = kept::carry(&[
            ("txn", txn.to_string()),
            ("reference", self.reference_id.to_string()),
            ("card_code", self.code.as_str().to_owned()),
            ("mobile", self.mobile.as_str().to_owned()),
        ]);
        front.app.keep_form(Typist::NOBODY_YET, OTP, &carried)
    }
}

async fn show(page: Page, way: Result<Query<Way>, CowinError>) -> Response {
    let why = way.ok().and_then(|Query(way)| way.why);
    let news = match why.as_deref() {
        Some("ended") => Some(("card-ended-title", "card-ended-text")),
        Some("out") => Some(("login-out-title", "login-out-text")),
        Some("expired") => Some(("login-expired-title", "card-expired-text")),
        _ => None,
    };
    render(&CardPage::new(page, FormState::new(), news))
}

async fn send(
    State(front): State<Front>,
    page: Page,
    browser: Browser,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let asked = match typed.parse() {
        Ok(asked) => asked,
        Err(form) => return again(page, StatusCode::UNPROCESSABLE_ENTITY, form),
    };
    let phone = (asked.mobile.clone(), language(page.locale));
    let answer = match front.app.request_card_otp(phone, browser.origin).await {
        Ok(txn) => {
            let cookie = ASKED.set(&asked.sealed(&front, txn), ASKED_FOR);
            with_cookie(Redirect::to(OTP).into_response(), Some(cookie))
        }
        Err(refused) => match later(&refused, "login-too-many") {
            Some(error) => {
                let form = typed.form().error_at("mobile", Message::new(error));
                again(page, form_status(&refused), form)
            }
            None => refusal::page(page.locale, &refused),
        },
    };
    with_cookie(answer, browser.fresh)
}

fn again(page: Page, status: StatusCode, form: FormState) -> Response {
    form_again(status, render(&CardPage::new(page, form, None)))
}

/// For what may pass.
fn later(refused: &Refusal, over: &'static str) -> Option<&'static str> {
    match refused {
        Refusal::OverBudget { .. } => Some(over),
        Refusal::Busy | Refusal::Unavailable(_) => Some("login-unavailable"),
        _ => None,
    }
}

async fn show_otp(State(front): State<Front>, page: Page, headers: HeaderMap) -> Response {
    match Waiting::of(&front, &headers) {
        Some((_, asked)) => render(&OtpPage::new(page, &asked.mobile, FormState::new())),
        None => Redirect::to(HERE).into_response(),
    }
}

async fn confirm(
    State(front): State<Front>,
    page: Page,
    browser: Browser,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Password>,
) -> Response {
    let Some((txn, asked)) = Waiting::of(&front, &headers) else {
        return Redirect::to(HERE).into_response();
    };
    let digits: String = typed.otp.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != 6 {
        return otp_again(
            page,
            &asked.mobile,
            (StatusCode::UNPROCESSABLE_ENTITY, "otp-shape"),
        );
    }
    let confirmation = CardConfirmation {
        txn,
        otp: OtpDigest::of(&digits),
        reference_id: asked.reference_id,
        code: asked.code,
        origin: browser.origin,
    };
    match front.app.confirm_card_otp(confirmation).await {
        Ok(login) => {
            let answer = Redirect::to(holder::HERE).into_response();
            let answer = with_cookie(answer, Some(ASKED.clear()));
            let answer = with_cookie(answer, browser.fresh);
            with_cookie(answer, Some(holder::session_cookie(&login.token)))
        }
        Err(Refusal::WrongCard) => wrong_card(page, &asked.mobile),
        Err(refused) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let wrong = match (&refused, later(&refused, "otp-over")) {
                (Refusal::WrongOtp, _) => (status, "otp-wrong"),
                (Refusal::OtpSpent, _) => (status, "otp-spent"),
                (_, Some(error)) => (form_status(&refused), error),
                (_, None) => return refusal::page(page.locale, &refused),
            };
            otp_again(page, &asked.mobile, wrong)
        }
    }
}

fn otp_again(page: Page, mobile: &Mobile, (status, error): (StatusCode, &'static str)) -> Response {
    let form = FormState::new().error_at("otp", Message::new(error));
    form_again(status, render(&OtpPage::new(page, mobile, form)))
}

/// One answer for a wrong code, a card that ended and a reference id of nobody; nothing of it depends on which. The number is
/// kept, reference id and code are typed again.
fn wrong_card(page: Page, mobile: &Mobile) -> Response {
    let form = FormState::new()
        .value_of("mobile", mobile.as_str())
        .error_at("reference", Message::new("card-wrong-here"));
    let answer = again(page, StatusCode::UNPROCESSABLE_ENTITY, form);
    with_cookie(answer, Some(ASKED.clear()))
}

impl CardPage {
    fn new(page: Page, form: FormState, news: Option<(&'static str, &'static str)>) -> Self {
        Self {
            page,
            nav: Nav::outside(HERE),
            form,
            news,
        }
    }
}

impl OtpPage {
    fn new(page: Page, mobile: &Mobile, form: FormState) -> Self {
        let last: String = mobile.as_str().chars().skip(8).collect();
        Self {
            sent: page.t1("otp-sent", "digits", last),
            page,
            nav: Nav::outside(HERE),
            form,
        }
    }
}

#[cfg(test)]
impl CardPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = Typed::default().parse().err().unwrap();
        vec![
            Self::new(page.clone(), FormState::new(), None),
            Self::new(
                page.clone(),
                FormState::new(),
                Some(("card-ended-title", "card-ended-text")),
            ),
            Self::new(page.clone(), wrong, None),
        ]
    }
}

#[cfg(test)]
impl OtpPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let mobile = Mobile::parse("9876543210").unwrap();
        let wrong = FormState::new().error_at("otp", Message::new("otp-wrong"));
        [FormState::new(), wrong]
            .map(|form| Self::new(page.clone(), &mobile, form))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_typed_or_scanned_and_its_code_is_not_written_back() {
        let typed = Typed {
            reference: "pramaan:card:31415926535897:00421337".to_owned(),
            card_code: String::new(),
            mobile: "98765 43210".to_owned(),
        };
        let asked = typed.parse().unwrap();
        assert_eq!(asked.code.as_str(), "00421337");
        assert_eq!(typed.form().value("reference"), "");
        let wrong = Typed::default().parse().err().unwrap();
        let fields: Vec<_> = wrong.errors().iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["reference", "card_code", "mobile"]);
    }
}
