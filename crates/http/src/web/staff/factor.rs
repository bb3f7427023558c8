//! Lost second factors: a site manager asks, the district's admin approves. Who asks cannot approve.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use pramaan_app::staff::FactorLine;
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::id::FactorRequestId;
use pramaan_domain::staff::{Reason, StaffCode};
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::invite::InvitedPage;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use super::roster::role;
use super::sheet::FROM;
use super::told::{Told, told};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/factors";
const DONE: [(&str, &str); 3] = [
    ("asked", "factor-done-asked"),
    ("withdrawn", "factor-done-withdrawn"),
    ("refused", "factor-done-refused"),
];

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(act))
}

#[derive(Template)]
#[template(path = "staff/factor.html")]
pub(super) struct FactorsPage {
    page: Page,
    nav: Nav,
    form: FormState,
    done: Option<Message>,
    reader: StaffRole,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    code: String,
    work: String,
    reason: String,
    asked: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    act: String,
    request: String,
    code: String,
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
            ("request", &self.request),
            ("code", &self.code),
            ("reason", &self.reason),
        ]
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Told>, CowinError>,
) -> Response {
    list(&front, page, &staff, (told(way, &DONE), FormState::new())).await
}

async fn act(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        return list(&front, page, &staff, (None, typed.form())).await;
    }
    let done = match typed.act.as_str() {
        "approve" => match approve(&front, &staff, &typed).await {
            Ok(invitation) => {
                let nav = Nav::of(&staff, FROM);
                return InvitedPage::answer(page, nav, (&headers, HERE), &invitation);
            }
            Err(refused) => Err(refused),
        },
        "refuse" => refuse(&front, &staff, &typed).await.map(|()| "refused"),
        "withdraw" => withdraw(&front, &staff, &typed).await.map(|()| "withdrawn"),
        _ => ask(&front, &staff, &typed).await.map(|()| "asked"),
    };
    match done {
        Ok(done) => Redirect::to(&format!("{HERE}?done={done}")).into_response(),
        Err(refused) => again(&front, page, &staff, (&typed, refused)).await,
    }
}

async fn ask(front: &Front, staff: &Staff, typed: &Typed) -> Result<(), Refusal> {
    let invalid = |field| Refusal::Invalid {
        field,
        sentence: String::new(),
    };
    let code = StaffCode::parse(&typed.code).map_err(|_| invalid("code"))?;
    let reason = Reason::parse(&typed.reason).map_err(|_| invalid("reason"))?;
    front.app.ask_factor(staff, code, reason).await
}

fn request(typed: &Typed) -> Result<FactorRequestId, Refusal> {
    typed.request.parse().map_err(|_| Refusal::RequestGone)
}

async fn approve(
    front: &Front,
    staff: &Staff,
    typed: &Typed,
) -> Result<pramaan_app::staff::Invitation, Refusal> {
    front.app.approve_factor(staff, request(typed)?).await
}

async fn refuse(front: &Front, staff: &Staff, typed: &Typed) -> Result<(), Refusal> {
    front.app.refuse_factor(staff, request(typed)?).await
}

async fn withdraw(front: &Front, staff: &Staff, typed: &Typed) -> Result<(), Refusal> {
    front.app.withdraw_factor(staff, request(typed)?).await
}

async fn again(front: &Front, page: Page, staff: &Staff, (typed, refused): (&Typed, Refusal)) -> Response {
    let (field, error) = match refused {
        Refusal::Invalid { field: "reason", .. } => ("reason", "factor-reason-shape"),
        Refusal::Invalid { .. } => ("code", "factor-code-unknown"),
        Refusal::RequestWaits => ("code", "factor-waits"),
        other => {
            let left = LeftOver::sent(HERE, typed);
            return refusal::page_keeping(page, Nav::of(staff, FROM), &other, left);
        }
    };
    let form = typed.form().error_at(field, Message::new(error));
    let shown = list(front, page, staff, (None, form)).await;
    (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
}

async fn list(
    front: &Front,
    page: Page,
    staff: &Staff,
    (done, form): (Option<Message>, FormState),
) -> Response {
    let nav = Nav::of(staff, FROM);
    match front.app.factor_requests(staff).await {
        Ok(requests) => render(&FactorsPage {
            lines: requests
                .iter()
                .map(|request| Line::new(page.locale, request))
                .collect(),
            page,
            nav,
            form,
            done,
            reader: staff.role(),
        }),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl Line {
    fn new(locale: Locale, request: &FactorLine) -> Self {
        let work = [
            ("role", role(locale, request.role)),
            ("centre", request.centre.to_string()),
        ];
        let asked = [
            ("by", request.asked_by.clone()),
            ("at", words::instant(locale, request.asked_at)),
        ];
        Self {
            id: request.id.to_string(),
            code: request.code.to_string(),
            work: locale.t_with("people-centre", &work),
            reason: request.reason.as_str().to_owned(),
            asked: locale.t_with("factor-asked", &asked),
        }
    }
}

impl FactorsPage {
    fn asks(&self) -> bool {
        self.reader == StaffRole::SiteManager
    }
}

#[cfg(test)]
impl FactorsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let line = Line {
            id: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            code: "MH-0001".to_owned(),
            work: role(page.locale, StaffRole::Vaccinator),
            reason: "her telephone fell into the well".to_owned(),
            asked: words::date(page.locale, super::tests::today()),
        };
        let with = |reader, form, lines| Self {
            page: page.clone(),
            nav: Nav::role(reader, FROM),
            form,
            done: Some(Message::new("factor-done-asked")),
            reader,
            lines,
        };
        let wrong = FormState::new().error_at("reason", Message::new("factor-reason-shape"));
        vec![
            with(StaffRole::SiteManager, wrong, Vec::new()),
            with(StaffRole::DistrictAdmin, FormState::new(), vec![line]),
        ]
    }
}
