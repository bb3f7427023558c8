//! A record from which another of the same person is looked for: by the document, or on the person's other telephone; and
//! where a merge is taken back.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use pramaan_app::merge::{Act, History, OtherPhone, Told, Wanted, What};
use pramaan_app::otp::OtpDigest;
use pramaan_app::{Refusal, Staff};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::VisitId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use serde::Deserialize;

use super::duty::{Duty, HOME, In, Nav, Of, OnDuty};
use super::evidence::document_choices;
use super::left_over::{LeftOver, common};
use super::login::LoginPage;
use super::merge::{MERGES, PATH};
use super::proposal::How;
use super::{correction_record, refusal};
use crate::web::citizen::login::language;
use crate::web::csrf::{CsrfForm, Nothing};
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/merge/record/{visit}", get(show).post(submit))
        .route("/staff/encounter/{session}/{encounter}/merge", post(begin))
}

#[derive(Template)]
#[template(path = "staff/merge_record.html")]
pub(super) struct MergeRecordPage {
    page: Page,
    nav: Nav,
    form: FormState,
    path: String,
    name: String,
    documents: Vec<Choice>,
    /// Whether a code is on its way to the other telephone.
    sent: bool,
    /// The other records that are open: when, and where they are compared.
    others: Vec<(String, String)>,
    joined: Vec<Choice>,
    told: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// `document`, `code`, `phone` or `part`.
    act: String,
    document_type: String,
    document_number: String,
    mobile: String,
    txn: String,
    otp: String,
    /// When the link was made, in microseconds.
    joined: String,
    reason: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("act", &self.act),
            ("document_type", &self.document_type),
            ("document_number", &self.document_number),
            ("mobile", &self.mobile),
            ("txn", &self.txn),
            ("joined", &self.joined),
            ("reason", &self.reason),
        ]
    }
}

impl Said for Typed {
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        let typed = || value.trim().to_owned();
        Some(match field {
            "mobile" => ("merge-phone-label", typed()),
            "joined" => {
                let at = value
                    .parse()
                    .map(|micros| linked(locale, Timestamp::from_micros(micros)));
                ("merge-part-which", at.unwrap_or_else(|_| typed()))
            }
            "reason" => ("merge-reason", typed()),
            _ => return common(locale, field, value),
        })
    }

    fn is_whole(&self) -> bool {
        self.otp.is_empty()
    }
}

/// A link by when it was made, in words.
fn linked(locale: Locale, at: Timestamp) -> String {
    locale.t_with("merge-joined-at", &[("at", words::instant(locale, at))])
}

/// Where others are looked for.
pub(super) fn path(visit: VisitId) -> String {
    format!("{PATH}/record/{visit}")
}

/// Where two are compared.
pub(super) fn compared(visit: VisitId, other: VisitId) -> String {
    format!("{}/with/{other}", path(visit))
}

async fn begin(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    In(key): In,
    CsrfForm(_): CsrfForm<Nothing>,
) -> Response {
    match front.app.visit_of_encounter(&staff, key).await {
        Ok(visit) => Redirect::to(&path(visit)).into_response(),
        Err(refused) => refusal::unopened(page, Nav::of(&staff, HOME), &refused),
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Of(visit): Of<VisitId>,
) -> Response {
    let route = "GET /staff/merge/record/{visit}";
    let fresh = (FormState::new(), LeftOver::default());
    shown(&front, page, &staff, (visit, fresh), route).await
}

async fn shown(
    front: &Front,
    page: Page,
    staff: &Staff,
    (visit, (form, left)): (VisitId, (FormState, LeftOver)),
    route: &'static str,
) -> Response {
    let nav = Nav::of(staff, HOME);
    match front.app.merge_record(staff, visit, route).await {
        Ok(history) => render(&MergeRecordPage::new(page, nav, (visit, form), &history)),
        Err(refused) => refusal::unopened_keeping(page, nav, &refused, left),
    }
}

const POST: &str = "POST /staff/merge/record/{visit}";

async fn submit(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    Of(visit): Of<VisitId>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&path(visit), &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), &path(visit), &typed.kept).unwrap_or_default();
        let left = LeftOver::of(&front, (&staff, page.locale), &path(visit), &typed);
        return shown(&front, page, &staff, (visit, (typed.form(), left)), POST).await;
    }
    let left = LeftOver::of(&front, (&staff, page.locale), &path(visit), &typed);
    let (form, status) = match done(&front, page.locale, &staff, (visit, &typed)).await {
        Ok(Done::Go(to)) => return Redirect::to(&to).into_response(),
        Ok(Done::Sent(form)) => (form, StatusCode::OK),
        Err(Wrong::Field(field, message)) => (
            typed.form().error_at(field, message),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Err(Wrong::Refused(refused)) => {
            return refusal::unopened_keeping(page, Nav::of(&staff, HOME), &refused, left);
        }
    };
    let again = shown(&front, page, &staff, (visit, (form, left)), POST).await;
    match status {
        StatusCode::OK => again,
        status => form_again(status, again),
    }
}

enum Done {
    Go(String),
    /// The code is on its way: the form with what names it.
    Sent(FormState),
}

enum Wrong {
    Field(&'static str, Message),
    Refused(Refusal),
}

async fn done(
    front: &Front,
    locale: Locale,
    staff: &Staff,
    (visit, typed): (VisitId, &Typed),
) -> Result<Done, Wrong> {
    let app = &front.app;
    match typed.act.as_str() {
        "code" => {
            let mobile = (typed.mobile()?, language(locale));
            let sent = app.send_code_to_other_phone(staff, visit, mobile).await;
            let txn = sent.map_err(|refused| beside(refused, "mobile"))?;
            let typed = Typed {
                mobile: typed.mobile.clone(),
                txn: txn.to_string(),
                ..Typed::default()
            };
            Ok(Done::Sent(typed.form()))
        }
        "phone" => {
            let found = app.same_name(staff, visit, typed.phone()?, POST).await;
            let found = found.map_err(|refused| beside(refused, "otp"))?;
            Ok(Done::Go(found_at(visit, &found)))
        }
        "part" => {
            let (wanted, reason) = typed.part()?;
            let proposed = app.propose_merge(staff, (visit, wanted), reason).await;
            proposed.map_err(|refused| beside(refused, "joined"))?;
            Ok(Done::Go(MERGES.told(How::Waits)))
        }
        _ => {
            let found = app.same_document(staff, visit, typed.document()?).await;
            let found = found.map_err(|refused| beside(refused, "document_number"))?;
            match found.is_empty() {
                true => Err(wrong("document_number", "merge-document-alone")),
                false => Ok(Done::Go(found_at(visit, &found))),
            }
        }
    }
}

/// One is compared at once; of several, the page of the record has a list.
fn found_at(visit: VisitId, found: &[VisitId]) -> String {
    match found {
        [only] => compared(visit, *only),
        _ => path(visit),
    }
}

fn wrong(field: &'static str, id: &'static str) -> Wrong {
    Wrong::Field(field, Message::new(id))
}

fn beside(refused: Refusal, field: &'static str) -> Wrong {
    match refused {
        Refusal::NoMatch if field == "otp" => wrong("otp", "merge-phone-nobody"),
        Refusal::NoMatch => wrong(field, "record-document-other"),
        Refusal::WrongOtp => wrong("otp", "walk-in-code-wrong"),
        Refusal::OtpSpent => wrong("otp", "walk-in-code-spent"),
        refused => Wrong::Refused(refused),
    }
}

impl Typed {
    fn document(&self) -> Result<(DocumentType, DocumentNumber), Wrong> {
        let kind = DocumentType::parse(&self.document_type)
            .map_err(|_| wrong("document_type", "evidence-document-type"))?;
        let number = DocumentNumber::parse(&self.document_number)
            .map_err(|_| wrong("document_number", "evidence-document-shape"))?;
        Ok((kind, number))
    }

    fn mobile(&self) -> Result<Mobile, Wrong> {
        let digits: String = self.mobile.split_whitespace().collect();
        Mobile::parse(&digits).map_err(|_| wrong("mobile", "walk-in-mobile-wrong"))
    }

    fn phone(&self) -> Result<OtherPhone, Wrong> {
        let txn = self
            .txn
            .parse()
            .map_err(|_| wrong("mobile", "merge-code-unsent"))?;
        let digits: String = self.otp.chars().filter(char::is_ascii_digit).collect();
        match digits.len() {
            6 => Ok(OtherPhone {
                txn,
                otp: OtpDigest::of(&digits),
            }),
            _ => Err(wrong("otp", "walk-in-code-shape")),
        }
    }

    fn part(&self) -> Result<(Wanted, Reason), Wrong> {
        let joined: i64 = self
            .joined
            .parse()
            .map_err(|_| wrong("joined", "merge-choose-link"))?;
        let reason = Reason::parse(&self.reason).map_err(|_| wrong("reason", "evidence-reason-shape"))?;
        Ok((Wanted::Part(Timestamp::from_micros(joined)), reason))
    }
}

impl MergeRecordPage {
    fn new(page: Page, nav: Nav, (visit, form): (VisitId, FormState), history: &History) -> Self {
        let locale = page.locale;
        let joined = |at: &Timestamp| Choice::new(at.micros().to_string(), linked(locale, *at));
        Self {
            path: path(visit),
            name: correction_record::name(&history.person),
            documents: document_choices(locale),
            sent: !form.value("txn").is_empty(),
            others: history
                .others
                .iter()
                .map(|other| {
                    let at = [("time", words::time(locale, other.opened_at.time_of_day()))];
                    (locale.t_with("merge-other-open", &at), compared(visit, other.id))
                })
                .collect(),
            joined: history.joined.iter().map(joined).collect(),
            told: history.told.iter().map(|told| told_line(locale, told)).collect(),
            page,
            nav,
            form,
        }
    }
}

/// What became of the record's links, in words.
fn told_line(locale: Locale, told: &Told) -> String {
    let at = ("at", words::instant(locale, told.recorded_at));
    let What::Decided {
        act,
        staff_code,
        agreed_code,
        reason,
    } = &told.what
    else {
        return locale.t_with("merge-told-erased", &[at]);
    };
    let id = match act {
        Act::Join => "merge-told-join",
        Act::Part => "merge-told-part",
    };
    let facts = [
        at,
        ("code", staff_code.clone()),
        ("agreed", agreed_code.clone()),
        ("reason", reason.as_str().to_owned()),
    ];
    locale.t_with(id, &facts)
}

#[cfg(test)]
impl MergeRecordPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let with = |form: FormState, joined: Vec<Choice>| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::Vaccinator, HOME),
            sent: !form.value("txn").is_empty(),
            form,
            path: format!("{PATH}/record/1"),
            name: "Asha Devi".to_owned(),
            documents: document_choices(page.locale),
            others: vec![(
                page.t1("merge-other-open", "time", "10:12"),
                "/staff/merge/record/1/with/2".to_owned(),
            )],
            told: match joined.is_empty() {
                true => Vec::new(),
                false => vec!["22 November 2026, MH-0001".to_owned()],
            },
            joined,
        };
        let link = || vec![Choice::new("7", page.t1("merge-joined-at", "at", "10:12"))];
        let wrong = FormState::new()
            .value_of("txn", "1")
            .error_at("otp", Message::new("merge-phone-nobody"))
            .error_at("joined", Message::new("merge-choose-link"));
        vec![with(FormState::new(), Vec::new()), with(wrong, link())]
    }
}
