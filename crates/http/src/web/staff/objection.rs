//! Objections of people to accesses: the district's lists of what waits, what is overdue on top, and of what was answered; and one
//! of them with its answer.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use pramaan_app::objection::{After, Answerer, ObjectionList, OpenObjection, Standing, Waits, Wanted, Words};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::id::ObjectionId;
use pramaan_domain::time::Timestamp;
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
use crate::web::done;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) const HERE: &str = "/staff/objections";
/// What the list tells when one was answered.
const ANSWERED: &str = "answered";
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
    wanted: Wanted,
    lines: Vec<Line>,
    /// Those about the reader's own looks.
    own: Vec<Line>,
    /// How many lines somebody has changed in the database.
    altered: usize,
    /// The address of the next page; none on the last.
    next: Option<String>,
}

/// One objection of the list: no word of it, and nobody's name.
struct Line {
    made: String,
    due: String,
    standing: Standing,
    /// Where it is opened; none for who looked themselves.
    href: Option<String>,
}

impl ObjectionsPage {
    fn new(page: Page, nav: Nav, (wanted, list): (Wanted, &ObjectionList)) -> Self {
        let lines = |waits: &[Waits]| waits.iter().map(|one| Line::new(page.locale, one)).collect();
        Self {
            lines: lines(&list.lines),
            own: lines(&list.own),
            altered: list.altered,
            next: list.next.map(|after| address(wanted, Some(after))),
            done: None,
            wanted,
            page,
            nav,
        }
    }

    fn is_waiting(&self) -> bool {
        self.wanted == Wanted::Waiting
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.own.is_empty() && self.altered == 0
    }

    /// The list that this is not.
    fn other(&self) -> String {
        match self.wanted {
            Wanted::Waiting => address(Wanted::Answered, None),
            Wanted::Answered => address(Wanted::Waiting, None),
        }
    }
}

/// The address of a page of a list: `after` is `MICROSECONDS.ID` of the line before it.
fn address(wanted: Wanted, after: Option<After>) -> String {
    let which = match wanted {
        Wanted::Waiting => None,
        Wanted::Answered => Some("which=answered".to_owned()),
    };
    let after = after.map(|after| format!("after={}.{}", after.made_at.micros(), after.id));
    let query: Vec<String> = which.into_iter().chain(after).collect();
    match query.is_empty() {
        true => HERE.to_owned(),
        false => format!("{HERE}?{}", query.join("&")),
    }
}

impl Line {
    fn new(locale: Locale, waits: &Waits) -> Self {
        let due = ("when", words::date(locale, waits.due_at.date()));
        let id = match waits.standing {
            Standing::Overdue => "objection-overdue",
            Standing::Open => "objection-due",
            Standing::Answered => "objection-was-due",
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
    standing: Standing,
}

impl ObjectionPage {
    fn is_answered(&self) -> bool {
        self.standing == Standing::Answered
    }
}

/// Which part of which list; what no link of ours says is the first part of what waits.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Part {
    which: String,
    after: String,
}

impl Part {
    fn wanted(&self) -> Wanted {
        match self.which.as_str() {
            "answered" => Wanted::Answered,
            _ => Wanted::Waiting,
        }
    }

    fn after(&self) -> Option<After> {
        let (made_at, id) = self.after.split_once('.')?;
        Some(After {
            made_at: Timestamp::from_micros(made_at.parse().ok()?),
            id: id.parse().ok()?,
        })
    }
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
    headers: HeaderMap,
    part: Result<Query<Part>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, HERE);
    let part = part.map(|Query(part)| part).unwrap_or_default();
    let wanted = part.wanted();
    let list = match front.app.objections(&staff, (wanted, part.after())).await {
        Ok(list) => list,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let shown = ObjectionsPage::new(page, nav, (wanted, &list));
    match done::told(&front, place(&staff), &headers).as_deref() {
        Some(ANSWERED) => done::once(render(&ObjectionsPage {
            done: Some(Message::new("objection-answer-done")),
            ..shown
        })),
        _ => render(&shown),
    }
}

fn place(staff: &Staff) -> done::Place<'static> {
    done::Place {
        typist: staff.typist(),
        path: HERE,
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
        Ok(()) => done::tell(
            &front,
            place(&staff),
            ANSWERED,
            Redirect::to(HERE).into_response(),
        ),
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
                standing: open.waits.standing,
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
        let line = |standing, by| Waits {
            id: ObjectionId::from_bytes([7; 16]),
            made_at: Timestamp::from_seconds(1_795_321_800),
            due_at: Timestamp::from_seconds(1_797_913_799),
            standing,
            by,
        };
        let full = ObjectionList {
            lines: vec![
                line(Standing::Overdue, Answerer::Reader),
                line(Standing::Open, Answerer::Reader),
            ],
            own: vec![line(Standing::Open, Answerer::Colleague)],
            altered: 2,
            next: Some(After::beginning(Timestamp::from_seconds(1_795_321_800))),
        };
        let answered = ObjectionList {
            lines: vec![line(Standing::Answered, Answerer::Reader)],
            own: vec![line(Standing::Answered, Answerer::Colleague)],
            ..ObjectionList::default()
        };
        let nothing = ObjectionList::default();
        let shown = |wanted, list| Self::new(page.clone(), nav, (wanted, list));
        vec![
            shown(Wanted::Waiting, &nothing),
            Self {
                done: Some(Message::new("objection-answer-done")),
                ..shown(Wanted::Waiting, &full)
            },
            shown(Wanted::Answered, &answered),
            shown(Wanted::Answered, &nothing),
        ]
    }
}

#[cfg(test)]
impl ObjectionPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::DistrictAdmin, HERE);
        let all = Objection::samples(page.locale).into_iter();
        all.map(|one| Self {
            page: page.clone(),
            nav,
            form: match one.answer.is_empty() {
                true => FormState::new().error_at("words", Message::new("objection-answer-wrong")),
                false => FormState::new(),
            },
            action: "/staff/objections/1".to_owned(),
            standing: match one.answer.is_empty() {
                true => Standing::Open,
                false => Standing::Answered,
            },
            one,
        })
        .collect()
    }
}
