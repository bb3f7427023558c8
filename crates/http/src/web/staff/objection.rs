//! Objections of people to accesses: the district's list, what is overdue on top, and one of them with its answer.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::objection::{Answerer, OpenObjection, Standing, Waits, Words};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::id::ObjectionId;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::citizen::access::objected::Objection;
use crate::web::citizen::access::{Names, centre_name};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) const HERE: &str = "/staff/objections";
const ONE: &str = "/staff/objections/{objection}";
const SHOW: &str = "GET /staff/objections/{objection}";
const ANSWER: &str = "POST /staff/objections/{objection}";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(list))
        .route(ONE, get(show).post(answer))
}

#[derive(Template)]
#[template(path = "staff/objections.html")]
pub(super) struct ObjectionsPage {
    page: Page,
    nav: Nav,
    done: Option<Message>,
    lines: Vec<Line>,
}

/// One objection of the list: no word of it, and nobody's name.
struct Line {
    made: String,
    due: String,
    standing: Standing,
    /// Where it is answered; none for who looked themselves.
    href: Option<String>,
}

impl Line {
    fn new(locale: Locale, waits: &Waits) -> Self {
        let due = ("when", words::date(locale, waits.due_at.date()));
        let id = match waits.standing {
            Standing::Overdue => "objection-overdue",
            Standing::Open | Standing::Answered => "objection-due",
        };
        Self {
            made: locale.t_with(
                "objection-made",
                &[("when", words::instant(locale, waits.made_at))],
            ),
            due: locale.t_with(id, &[due]),
            standing: waits.standing,
            href: (waits.by == Answerer::Reader).then(|| path(waits.id)),
        }
    }

    fn is_overdue(&self) -> bool {
        self.standing == Standing::Overdue
    }
}

#[derive(Template)]
#[template(path = "staff/objection.html")]
pub(super) struct ObjectionPage {
    page: Page,
    nav: Nav,
    form: FormState,
    action: String,
    one: Objection,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    done: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    words: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("words", &self.words)]
    }
}

async fn list(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, HERE);
    let done = told.ok().and_then(|Query(told)| told.done);
    match front.app.objections(&staff).await {
        Ok(waits) => render(&ObjectionsPage {
            lines: waits.iter().map(|one| Line::new(page.locale, one)).collect(),
            page,
            nav,
            done: done.map(|_| Message::new("objection-answer-done")),
        }),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Path(objection): Path<String>,
) -> Response {
    one(&front, page, &staff, (&objection, FormState::new()), SHOW).await
}

async fn answer(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    Path(objection): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let here = format!("{HERE}/{objection}");
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&here, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), &here, &typed.kept).unwrap_or_default();
        return one(&front, page, &staff, (&objection, typed.form()), ANSWER).await;
    }
    let words = Words::parse(&typed.words).ok().filter(|words| !words.is_empty());
    let Some(words) = words else {
        let form = typed
            .form()
            .error_at("words", Message::new("objection-answer-wrong"));
        let again = one(&front, page, &staff, (&objection, form), ANSWER).await;
        return unprocessable(again);
    };
    let done = match id_of(&objection) {
        Ok(id) => front.app.answer_objection(&staff, (id, words), ANSWER).await,
        Err(refused) => Err(refused),
    };
    match done {
        Ok(()) => Redirect::to("/staff/objections?done=answered").into_response(),
        Err(refused) => {
            let left = LeftOver::sent(&here, &typed);
            refusal::unopened_keeping(page, Nav::of(&staff, HERE), &refused, left)
        }
    }
}

/// The form again; another answer, such as that there is no such objection, as it is.
fn unprocessable(again: Response) -> Response {
    match again.status() {
        StatusCode::OK => (StatusCode::UNPROCESSABLE_ENTITY, again).into_response(),
        _ => again,
    }
}

fn id_of(objection: &str) -> Result<ObjectionId, Refusal> {
    objection.parse().map_err(|_| Refusal::NoObjection)
}

fn path(id: ObjectionId) -> String {
    format!("{HERE}/{id}")
}

async fn one(
    front: &Front,
    page: Page,
    staff: &Staff,
    (objection, form): (&str, FormState),
    request: &'static str,
) -> Response {
    let nav = Nav::of(staff, HERE);
    match opened(front, staff, objection, request).await {
        Ok((open, partner)) => {
            let centre = |number| centre_name(front, number);
            let names = Names {
                centre: &centre,
                partner: &partner,
            };
            render(&ObjectionPage {
                one: Objection::new(page.locale, &open.objected, names),
                action: path(open.waits.id),
                page,
                nav,
                form,
            })
        }
        Err(refused) => refusal::unopened(page, nav, &refused),
    }
}

async fn opened(
    front: &Front,
    staff: &Staff,
    objection: &str,
    request: &'static str,
) -> Result<(OpenObjection, HashMap<u64, String>), Refusal> {
    let open = front.app.objection(staff, id_of(objection)?, request).await?;
    Ok((open, front.app.partner_names().await?))
}

#[cfg(test)]
impl ObjectionsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::DistrictAdmin, HERE);
        let line = |standing, href: Option<&str>| Line {
            made: page.t1("objection-made", "when", "10:12"),
            due: page.t1("objection-overdue", "when", "10:12"),
            standing,
            href: href.map(str::to_owned),
        };
        let sample = |lines, done| Self {
            page: page.clone(),
            nav,
            done,
            lines,
        };
        let lines = vec![
            line(Standing::Overdue, Some("/staff/objections/1")),
            line(Standing::Open, None),
        ];
        vec![
            sample(Vec::new(), None),
            sample(lines, Some(Message::new("objection-answer-done"))),
        ]
    }
}

#[cfg(test)]
impl ObjectionPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::DistrictAdmin, HERE);
        let all = Objection::samples(page.locale).into_iter().take(2);
        all.map(|one| Self {
            page: page.clone(),
            nav,
            form: FormState::new().error_at("words", Message::new("objection-answer-wrong")),
            action: "/staff/objections/1".to_owned(),
            one,
        })
        .collect()
    }
}
