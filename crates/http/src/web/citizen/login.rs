//! Logging in by one-time password, and out again. Nothing here tells whether a number is known.
//!
//! What somebody typed into a form while the login ended travels through here, sealed, in hidden fields, from and to the
//! browser it came from; it is never stored. So does what the page of the OTP shows, in a cookie, so that going back to that
//! page asks for no other SMS.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use pramaan_app::message::Language;
use pramaan_app::otp::{OtpConfirmation, OtpDigest, OtpRequest};
use pramaan_app::{Face, Refusal, Typist};
use pramaan_domain::id::TxnId;
use pramaan_domain::mobile::Mobile;
use serde::Deserialize;

use super::layout::Nav;
use super::visitor::{Browser, SESSION, Visitor, page_after_login, session_cookie, way_back, with_cookie};
use super::{member, proof, refusal};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::cookie::{self, HostCookie, Lifetime};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept;
use crate::web::language::query_value;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/login", get(show).post(send))
        .route("/login/otp", get(show_otp).post(confirm))
        .route("/logout", post(log_out))
}

/// Why somebody meets the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Asked,
    Expired,
    /// The login ended while a form was filled in.
    Kept,
    LoggedOut,
    /// The last member was deleted, and the number with them.
    Erased,
    /// The number is new to who has it: nobody is left on it.
    NewNumber,
    /// What was asked for takes a password of these minutes.
    Fresh,
}

#[derive(Template)]
#[template(path = "citizen/login.html")]
pub(super) struct LoginPage {
    page: Page,
    nav: Nav,
    form: FormState,
    why: Why,
    next: String,
    carried: String,
}

#[derive(Template)]
#[template(path = "citizen/otp.html")]
pub(super) struct OtpPage {
    page: Page,
    nav: Nav,
    form: FormState,
    sent: String,
    txn: String,
    mobile: String,
    next: String,
    next_value: String,
    carried: String,
}

/// After a login that a choice waited for: one button takes it back to where it was made. Nothing is opened for it here.
#[derive(Template)]
#[template(path = "citizen/resume.html")]
pub(super) struct ResumePage {
    page: Page,
    nav: Nav,
    path: String,
    kept: String,
}

#[derive(Debug, Default, Deserialize)]
struct Way {
    next: Option<String>,
    why: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Number {
    mobile: String,
    next: String,
    carried: String,
    /// Of the transaction that another password is asked for; empty the first time.
    txn: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Code {
    txn: String,
    mobile: String,
    otp: String,
    next: String,
    carried: String,
    /// Whether an SMS was sent before: empty for no.
    again: String,
    /// Whether who logs in says that the number is new to them: empty for no. Then nobody is shown on the way.
    unknown: String,
}

impl Code {
    /// All but the password itself.
    fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("txn", &self.txn),
            ("mobile", &self.mobile),
            ("next", &self.next),
            ("carried", &self.carried),
            ("again", &self.again),
        ]
    }

    /// Where the password is typed.
    fn page(self, page: Page, mobile: &Mobile) -> Response {
        let sent = match self.again.as_str() {
            "" => "otp-sent",
            _ => "otp-sent-again",
        };
        let sent = page.t1(sent, "digits", last_two(mobile));
        render(&OtpPage::new(page, self, sent, FormState::new()))
    }
}

impl LoginPage {
    /// The login for somebody whose form waits: `form` is that form, `next` its path. It waits for who typed it; where
    /// that cannot be told, it does not wait.
    pub(super) fn keeping(
        front: &Front,
        page: Page,
        visitor: &Visitor,
        (next, form): (&str, &str),
    ) -> Response {
        let carried = visitor.keep(front, (next, form));
        let kept = Self {
            page,
            nav: Nav::outside("/login"),
            form: FormState::new(),
            why: carried.as_ref().map_or(Why::Expired, |_| Why::Kept),
            next: next.to_owned(),
            carried: carried.unwrap_or_default(),
        };
        (StatusCode::UNAUTHORIZED, render(&kept)).into_response()
    }
}

async fn show(page: Page, visitor: Visitor, way: Result<Query<Way>, CowinError>) -> Response {
    let way = way.map(|Query(way)| way).unwrap_or_default();
    let next = way.next.unwrap_or_default();
    let fresh = way.why.as_deref() == Some("fresh");
    if matches!(visitor, Visitor::Citizen(_)) && !fresh {
        return Redirect::to(way_back(&next)).into_response();
    }
    let why = match way.why.as_deref() {
        Some("expired") => Why::Expired,
        Some("out") => Why::LoggedOut,
        Some("erased") => Why::Erased,
        Some("new") => Why::NewNumber,
        Some("fresh") => Why::Fresh,
        _ => Why::Asked,
    };
    let (nav, form, carried) = (Nav::outside("/login"), FormState::new(), String::new());
    render(&LoginPage {
        page,
        nav,
        form,
        why,
        next,
        carried,
    })
}

/// What the page of the OTP shows, sealed, from the request of a password to the login.
const ASKED: HostCookie = HostCookie::new("asked");
const OTP: &str = "/login/otp";
/// Some times as long as a password works: the page names the number to whoever is at the computer next.
const ASKED_FOR: Lifetime = Lifetime::Seconds(600);
/// Browsers keep four kilobytes of one cookie, its attributes included.
const LONGEST_COOKIE: usize = 3_800;

async fn show_otp(State(front): State<Front>, page: Page, headers: HeaderMap) -> Response {
    let asked: Option<Code> =
        cookie::read(&headers, ASKED).and_then(|sealed| kept::back(&front, Typist::NOBODY_YET, OTP, sealed));
    let shown = asked.and_then(|code| {
        let mobile = Mobile::parse(&code.mobile).ok()?;
        Some((code, mobile))
    });
    match shown {
        Some((code, mobile)) => code.page(page, &mobile),
        None => Redirect::to("/login").into_response(),
    }
}

/// Leads to the page of the OTP. A form that waits and does not fit a cookie is on the page at once.
fn asked(front: &Front, page: Page, code: Code, mobile: &Mobile) -> Response {
    let sealed = front
        .app
        .keep_form(Typist::NOBODY_YET, OTP, &kept::carry(&code.fields()));
    if sealed.len() > LONGEST_COOKIE {
        return code.page(page, mobile);
    }
    let cookie = ASKED.set(&sealed, ASKED_FOR);
    with_cookie(Redirect::to(OTP).into_response(), Some(cookie))
}

async fn send(
    State(front): State<Front>,
    page: Page,
    browser: Browser,
    CsrfForm(typed): CsrfForm<Number>,
) -> Response {
    let digits: String = typed.mobile.chars().filter(|c| !c.is_whitespace()).collect();
    let Ok(mobile) = Mobile::parse(&digits) else {
        return number_again(
            page,
            typed,
            StatusCode::UNPROCESSABLE_ENTITY,
            "login-mobile-wrong",
        );
    };
    let request = OtpRequest {
        mobile: mobile.clone(),
        face: Face::Pages,
        origin: browser.origin,
        full_name: None,
        language: language(page.locale),
    };
    let answer = match front.app.request_otp(request).await {
        Ok(txn) => {
            let code = Code {
                txn: txn.to_string(),
                mobile: mobile.as_str().to_owned(),
                otp: String::new(),
                unknown: String::new(),
                next: typed.next,
                carried: typed.carried,
                again: match typed.txn.as_str() {
                    "" => String::new(),
                    _ => "yes".to_owned(),
                },
            };
            asked(&front, page, code, &mobile)
        }
        // Nothing that waits for this login is lost because of it.
        Err(refused) => match later(&refused, "login-too-many") {
            Some(later) if !typed.txn.is_empty() => code_later(page, typed, &mobile, later),
            Some((status, error)) => number_again(page, typed, status, error),
            None => refusal::page(page.locale, &refused),
        },
    };
    with_cookie(answer, browser.fresh)
}

fn number_again(page: Page, typed: Number, status: StatusCode, error: &'static str) -> Response {
    let form = FormState::new()
        .value_of("mobile", typed.mobile)
        .error_at("mobile", Message::new(error));
    let why = if typed.carried.is_empty() {
        Why::Asked
    } else {
        Why::Kept
    };
    let again = LoginPage {
        page,
        nav: Nav::outside("/login"),
        form,
        why,
        next: typed.next,
        carried: typed.carried,
    };
    form_again(status, render(&again))
}

async fn confirm(
    State(front): State<Front>,
    page: Page,
    browser: Browser,
    parts: Parts,
    CsrfForm(typed): CsrfForm<Code>,
) -> Response {
    let digits: String = typed.otp.chars().filter(char::is_ascii_digit).collect();
    let (Ok(txn), 6) = (typed.txn.parse::<TxnId>(), digits.len()) else {
        return code_again(page, typed, "otp-shape".into());
    };
    let confirmation = OtpConfirmation {
        txn,
        otp: OtpDigest::of(&digits),
        face: Face::Pages,
        origin: browser.origin,
        language: Some(language(page.locale)),
    };
    let login = match front.app.confirm_otp(confirmation).await {
        Ok(login) => login,
        Err(Refusal::WrongOtp) => return code_again(page, typed, "otp-wrong".into()),
        Err(Refusal::OtpSpent) => return code_again(page, typed, "otp-spent".into()),
        Err(refused) => {
            return match later(&refused, "otp-over") {
                Some((status, error)) => code_again(page, typed, Wrong { status, error }),
                None => refusal::page(page.locale, &refused),
            };
        }
    };
    let next = match typed.unknown.as_str() {
        "" => way_back(&typed.next),
        _ => proof::NUMBER,
    };
    let page = page_after_login(&front, &parts, &login.token);
    let carried = match member::shows_private(&front, &login.citizen, next).await {
        // What was typed with the PIN given is not shown to whoever has the phone now.
        true => String::new(),
        false => typed.carried,
    };
    let answer = resumed(&front, page, login.citizen.typist(), (next, carried));
    let answer = with_cookie(answer, browser.fresh);
    let answer = with_cookie(answer, Some(ASKED.clear()));
    with_cookie(answer, Some(session_cookie(&login.token)))
}

/// Where the login leads: to the form that waited for it, if it waited for this household.
fn resumed(front: &Front, page: Page, typist: Typist, (next, kept): (&str, String)) -> Response {
    if front.app.kept_form(typist, next, &kept).is_none() {
        return Redirect::to(next).into_response();
    }
    if member::is_form(next) {
        return member::resume(front, page, typist, (next, &kept));
    }
    render(&ResumePage {
        page,
        nav: Nav::inside("/sessions"),
        path: next.to_owned(),
        kept,
    })
}

/// What is said beside a field, and the status of the page.
struct Wrong {
    status: StatusCode,
    error: &'static str,
}

impl From<&'static str> for Wrong {
    fn from(error: &'static str) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { status, error }
    }
}

/// For what may pass: status and sentence of the page that is shown again meanwhile.
fn later(refused: &Refusal, over: &'static str) -> Option<(StatusCode, &'static str)> {
    let error = match refused {
        Refusal::OverBudget { .. } => over,
        Refusal::Busy | Refusal::Unavailable(_) => "login-unavailable",
        _ => return None,
    };
    Some((form_status(refused), error))
}

fn code_again(page: Page, typed: Code, wrong: Wrong) -> Response {
    let sent = Mobile::parse(&typed.mobile)
        .map(|mobile| page.t1("otp-sent", "digits", last_two(&mobile)))
        .unwrap_or_default();
    let form = FormState::new().error_at("otp", Message::new(wrong.error));
    form_again(wrong.status, render(&OtpPage::new(page, typed, sent, form)))
}

/// No further password, but the one already sent can still be typed.
fn code_later(
    page: Page,
    typed: Number,
    mobile: &Mobile,
    (status, error): (StatusCode, &'static str),
) -> Response {
    let sent = page.t1("otp-sent", "digits", last_two(mobile));
    let form = FormState::new().error_at("otp", Message::new(error));
    let code = Code {
        txn: typed.txn,
        mobile: typed.mobile,
        next: typed.next,
        carried: typed.carried,
        ..Code::default()
    };
    form_again(status, render(&OtpPage::new(page, code, sent, form)))
}

/// The cookie goes in any case; the login ends for every copy of it.
async fn log_out(State(front): State<Front>, headers: HeaderMap, CsrfForm(_): CsrfForm<Way>) -> Response {
    if let Some(token) = cookie::read(&headers, SESSION)
        && let Err(error) = front.app.end_page_login(token).await
    {
        tracing::error!(%error, "a login was ended at this node only");
    }
    with_cookie(
        Redirect::to("/login?why=out").into_response(),
        Some(SESSION.clear()),
    )
}

impl OtpPage {
    fn new(page: Page, typed: Code, sent: String, form: FormState) -> Self {
        Self {
            page,
            nav: Nav::outside("/login"),
            form,
            sent,
            txn: typed.txn,
            mobile: typed.mobile,
            next_value: query_value(&typed.next),
            next: typed.next,
            carried: typed.carried,
        }
    }
}

/// Enough to see that it was the right phone, too little for whoever looks over the shoulder.
fn last_two(mobile: &Mobile) -> String {
    mobile.last_four().chars().skip(2).collect()
}

/// The language of messages is the page's.
pub(in crate::web) fn language(locale: Locale) -> Language {
    match locale {
        Locale::En => Language::English,
        Locale::Hi => Language::Hindi,
    }
}

#[cfg(test)]
impl LoginPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new()
            .value_of("mobile", "12345")
            .error_at("mobile", Message::new("login-mobile-wrong"));
        [
            (Why::Asked, FormState::new()),
            (Why::Expired, FormState::new()),
            (Why::Kept, FormState::new()),
            (Why::LoggedOut, FormState::new()),
            (Why::Erased, FormState::new()),
            (Why::NewNumber, FormState::new()),
            (Why::Fresh, FormState::new()),
            (Why::Asked, wrong),
        ]
        .map(|(why, form)| Self {
            page: page.clone(),
            nav: Nav::outside("/login"),
            form,
            why,
            next: String::new(),
            carried: String::new(),
        })
        .into()
    }
}

#[cfg(test)]
impl ResumePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::inside("/sessions"),
            path: "/book/1".to_owned(),
            kept: "AAAA".to_owned(),
        }]
    }
}

#[cfg(test)]
impl OtpPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let code = || Code {
            txn: "t".to_owned(),
            mobile: "9876543210".to_owned(),
            ..Code::default()
        };
        let spent = FormState::new().error_at("otp", Message::new("otp-spent"));
        [FormState::new(), spent]
            .map(|form| Self::new(page.clone(), code(), page.t1("otp-sent", "digits", "10"), form))
            .into()
    }
}
