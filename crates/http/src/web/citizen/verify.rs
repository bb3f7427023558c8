//! Checking a certificate: a file or its text in, a verdict and its facts out. Nothing is kept, nobody logs in.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::verify::{CheckedCertificate, Verdict};

use super::layout::Nav;
use super::refusal;
use super::visitor::Visitor;
use super::words;
use crate::web::csrf::CsrfMultipart;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/verify", get(show).post(check))
}

#[derive(Template)]
#[template(path = "citizen/verify.html")]
pub(super) struct VerifyPage {
    page: Page,
    nav: Nav,
    form: FormState,
    result: Option<Outcome>,
}

/// A verdict in words.
struct Outcome {
    kind: &'static str,
    title: String,
    text: String,
    facts: Vec<(String, String)>,
}

async fn show(page: Page, visitor: Visitor) -> Response {
    let nav = Nav::of(&visitor, "/verify");
    render(&VerifyPage {
        page,
        nav,
        form: FormState::new(),
        result: None,
    })
}

async fn check(State(front): State<Front>, page: Page, visitor: Visitor, form: CsrfMultipart) -> Response {
    let nav = Nav::of(&visitor, "/verify");
    let CsrfMultipart { mut parts, place } = form;
    let given = ["file", "text"].into_iter().find_map(|name| {
        let part = parts.iter_mut().find(|part| part.name == name)?;
        (!part.content.trim_ascii().is_empty()).then(|| std::mem::take(&mut part.content))
    });
    let Some(file) = given else {
        let form = FormState::new().error_at("file", Message::new("verify-nothing"));
        let again = VerifyPage {
            page,
            nav,
            form,
            result: None,
        };
        return (StatusCode::UNPROCESSABLE_ENTITY, render(&again)).into_response();
    };
    let checked = front.app.check_certificate(file).await;
    drop(place);
    let result = match checked {
        Ok(verdict) => Some(Outcome::new(page.locale, verdict)),
        Err(refusal) => return refusal::page(page.locale, &refusal),
    };
    render(&VerifyPage {
        page,
        nav,
        form: FormState::new(),
        result,
    })
}

impl Outcome {
    fn new(locale: Locale, verdict: Verdict) -> Self {
        let since = |title: &str, on| locale.t_with(title, &[("date", words::date(locale, on))]);
        let (kind, title, text, facts) = match verdict {
            Verdict::Superseded { on } => {
                return Self {
                    kind: "care",
                    title: since("verify-superseded-title", on),
                    text: locale.t("verify-superseded-text"),
                    facts: Vec::new(),
                };
            }
            Verdict::Withdrawn { on } => {
                return Self {
                    kind: "care",
                    title: since("verify-withdrawn-title", on),
                    text: locale.t("verify-withdrawn-text"),
                    facts: Vec::new(),
                };
            }
            Verdict::Genuine(certificate) => (
                "done",
                "verify-genuine-title",
                "verify-genuine-text",
                facts(locale, *certificate),
            ),
            Verdict::Forged => ("care", "verify-forged-title", "verify-forged-text", Vec::new()),
            Verdict::StolenKey => ("care", "verify-stolen-title", "verify-stolen-text", Vec::new()),
            Verdict::UnknownIssuer => ("info", "verify-unknown-title", "verify-unknown-text", Vec::new()),
            Verdict::Unreadable => (
                "care",
                "verify-unreadable-title",
                "verify-unreadable-text",
                Vec::new(),
            ),
        };
        Self {
            kind,
            title: locale.t(title),
            text: locale.t(text),
            facts,
        }
    }
}

/// What a certificate says, each part with its label.
pub(super) fn facts(locale: Locale, certificate: CheckedCertificate) -> Vec<(String, String)> {
    let (dose, total) = certificate.dose;
    let dose = [("dose", dose.to_string()), ("total", total.to_string())];
    [
        ("verify-name", certificate.name),
        ("verify-age", certificate.age),
        ("verify-gender", certificate.gender),
        ("verify-identity", certificate.identity),
        ("verify-reference", certificate.reference_id),
        ("verify-vaccine", certificate.vaccine),
        ("verify-batch", certificate.batch),
        ("verify-dose", locale.t_with("verify-dose-of", &dose)),
        ("verify-date", words::date(locale, certificate.given_on)),
        ("verify-centre", certificate.facility),
        ("verify-number", certificate.id),
    ]
    .map(|(label, value)| (locale.t(label), value))
    .into()
}

#[cfg(test)]
pub(super) fn sample() -> CheckedCertificate {
    CheckedCertificate {
        id: "12345678901234".to_owned(),
        name: "Asha Devi".to_owned(),
        age: "46".to_owned(),
        gender: "Female".to_owned(),
        identity: "Passport # XXXX4567".to_owned(),
        reference_id: "12345678901234".to_owned(),
        vaccine: "COVISHIELD".to_owned(),
        batch: "4120Z001".to_owned(),
        dose: (1, 2),
        given_on: chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        facility: "Kamla Nehru Dispensary, Mumbai, Maharashtra".to_owned(),
    }
}

#[cfg(test)]
impl VerifyPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let day = || chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let verdicts = [
            None,
            Some(Verdict::Genuine(Box::new(sample()))),
            Some(Verdict::Superseded { on: day() }),
            Some(Verdict::Withdrawn { on: day() }),
            Some(Verdict::Forged),
            Some(Verdict::StolenKey),
            Some(Verdict::UnknownIssuer),
            Some(Verdict::Unreadable),
        ];
        let shown = |verdict: Option<Verdict>, form| Self {
            page: page.clone(),
            nav: Nav::outside("/verify"),
            form,
            result: verdict.map(|verdict| Outcome::new(page.locale, verdict)),
        };
        let empty = FormState::new().error_at("file", Message::new("verify-nothing"));
        verdicts
            .into_iter()
            .map(|verdict| shown(verdict, FormState::new()))
            .chain([shown(None, empty)])
            .collect()
    }
}
