//! A person at the table who wants to keep their record from the phone they share: a PIN chosen on this screen, a code
//! printed to choose it at home, or an end to it. Their document is typed again, and nothing of them is on the page.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use pramaan_app::private_member::{AtSite, SetAtSite};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use serde::Deserialize;

use super::duty::{Duty, HOME, In, Nav, OnDuty};
use super::encounter::path;
use super::evidence::document_choices;
use super::left_over::{LeftOver, common};
use super::login::LoginPage;
use super::refusal;
use crate::web::citizen::chosen_pin;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route(
        "/staff/encounter/{session}/{encounter}/private",
        get(show).post(set),
    )
}

#[derive(Template)]
#[template(path = "staff/private.html")]
pub(super) struct PrivatePage {
    page: Page,
    nav: Nav,
    form: FormState,
    /// The encounter's own address.
    record: String,
    documents: Vec<Choice>,
    wants: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "staff/private_done.html")]
pub(super) struct DonePage {
    page: Page,
    nav: Nav,
    record: String,
    done: Done,
}

/// What was done, in words.
#[derive(Debug, Clone)]
enum Done {
    Private,
    Code { code: String, until: String },
    Open,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    document_type: String,
    document_number: String,
    want: String,
    new_pin: String,
    again: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

/// All but the PIN, which is the person's and not the nurse's to keep.
impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("want", &self.want),
        ]
    }
}

impl Said for Typed {
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        let want = match (field, value) {
            ("want", CHOOSE) => "private-site-choose",
            ("want", PRINT) => "private-site-print",
            ("want", END) => "private-site-end",
            ("want", other) => return Some(("private-site-want", other.to_owned())),
            _ => return common(locale, field, value),
        };
        Some(("private-site-want", locale.t(want)))
    }

    fn is_whole(&self) -> bool {
        self.new_pin.is_empty() && self.again.is_empty()
    }
}

const CHOOSE: &str = "choose";
const PRINT: &str = "print";
const END: &str = "end";

impl Typed {
    fn document(&self) -> Result<(DocumentType, DocumentNumber), (&'static str, Message)> {
        let kind = DocumentType::parse(&self.document_type)
            .map_err(|_| ("document_type", Message::new("evidence-document-type")))?;
        let number = DocumentNumber::parse(&self.document_number)
            .map_err(|_| ("document_number", Message::new("evidence-document-shape")))?;
        Ok((kind, number))
    }

    fn wanted(&self) -> Result<AtSite, (&'static str, Message)> {
        match self.want.as_str() {
            CHOOSE => chosen_pin(&self.new_pin, &self.again).map(AtSite::Choose),
            PRINT => Ok(AtSite::Print),
            END => Ok(AtSite::End),
            _ => Err(("want", Message::new("private-site-want-wrong"))),
        }
    }
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, In(key): In) -> Response {
    match front.app.may_ask_private(&staff, key).await {
        Ok(()) => {
            let form = FormState::new().value_of("want", CHOOSE);
            render(&PrivatePage::new(page, Nav::of(&staff, HOME), path(key), form))
        }
        Err(refused) => refusal::page(page, Nav::of(&staff, HOME), &refused),
    }
}

async fn set(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    In(key): In,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let action = format!("{}/private", path(key));
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&action, &typed.carry()));
    };
    let nav = Nav::of(&staff, HOME);
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), &action, &typed.kept).unwrap_or_default();
        return render(&PrivatePage::new(page, nav, path(key), typed.form()));
    }
    let asked = typed
        .document()
        .and_then(|document| Ok((document, typed.wanted()?)));
    let (status, (field, message)) = match asked {
        Err(wrong) => (StatusCode::UNPROCESSABLE_ENTITY, wrong),
        Ok((document, wanted)) => {
            let route = "POST /staff/encounter/{session}/{encounter}/private";
            match front
                .app
                .private_at_site(&staff, key, document, wanted, route)
                .await
            {
                Ok(done) => return render(&DonePage::new(page, &staff, path(key), done)),
                Err(refused) => match about(&refused) {
                    Some(wrong) => wrong,
                    None => {
                        let left = LeftOver::of(&front, (&staff, page.locale), &action, &typed);
                        return refusal::unopened_keeping(page, nav, &refused, left);
                    }
                },
            }
        }
    };
    let form = typed.form().error_at(field, message);
    form_again(status, render(&PrivatePage::new(page, nav, path(key), form)))
}

fn about(refused: &Refusal) -> Option<(StatusCode, (&'static str, Message))> {
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    Some(match refused {
        Refusal::NoMatch => (
            wrong,
            ("document_number", Message::new("private-site-document-other")),
        ),
        Refusal::NotOfAge => (wrong, ("want", Message::new("private-site-age"))),
        Refusal::OverBudget { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            ("document_number", Message::new("evidence-document-over")),
        ),
        Refusal::LoginsBusy { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            ("want", Message::new("login-unavailable")),
        ),
        _ => return None,
    })
}

impl PrivatePage {
    fn new(page: Page, nav: Nav, record: String, form: FormState) -> Self {
        let want =
            |value: &str, label: &str, hint: &str| Choice::new(value, page.t(label)).hint(page.t(hint));
        Self {
            documents: document_choices(page.locale),
            wants: vec![
                want(CHOOSE, "private-site-choose", "private-site-choose-hint"),
                want(PRINT, "private-site-print", "private-site-print-hint"),
                want(END, "private-site-end", "private-site-end-hint"),
            ],
            page,
            nav,
            form,
            record,
        }
    }
}

impl DonePage {
    fn new(page: Page, staff: &Staff, record: String, done: SetAtSite) -> Self {
        let done = match done {
            SetAtSite::Private => Done::Private,
            SetAtSite::Code { code, until } => Done::Code {
                code: code.shown(),
                until: words::date(page.locale, until.date()),
            },
            SetAtSite::Open => Done::Open,
        };
        Self {
            page,
            nav: Nav::of(staff, HOME),
            record,
            done,
        }
    }
}

#[cfg(test)]
impl PrivatePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let wrong = FormState::new()
            .value_of("want", CHOOSE)
            .error_at("document_number", Message::new("private-site-document-other"))
            .error_at("new_pin", Message::new("private-pin-trivial"));
        let wants_no = FormState::new().error_at("want", Message::new("private-site-age"));
        [FormState::new(), wrong, wants_no]
            .map(|form| Self::new(page.clone(), nav, "/staff/encounter/1/2".to_owned(), form))
            .into()
    }
}

#[cfg(test)]
impl DonePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let code = Done::Code {
            code: "12345 67890".to_owned(),
            until: words::date(page.locale, super::tests::today()),
        };
        [Done::Private, code, Done::Open]
            .map(|done| Self {
                page: page.clone(),
                nav: Nav::role(pramaan_app::StaffRole::Vaccinator, HOME),
                record: "/staff/encounter/1/2".to_owned(),
                done,
            })
            .into()
    }
}
