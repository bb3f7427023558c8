//! Openings without evidence and questions of the district: the list, and one of them with what was said and what is next.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::review::{Act, Matter, Review, Topic};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::id::MatterId;
use pramaan_domain::staff::Reason;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::facilitator::centre_name;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use super::told::centre_in;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) const HERE: &str = "/staff/reviews";
const ONE: &str = "/staff/reviews/{matter}";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(list))
        .route(ONE, get(show).post(act))
}

#[derive(Template)]
#[template(path = "staff/reviews.html")]
pub(super) struct ReviewsPage {
    page: Page,
    nav: Nav,
    done: Option<Message>,
    lines: Vec<Line>,
}

/// One matter of the list.
struct Line {
    title: String,
    about: Option<String>,
    standing: String,
    href: String,
}

#[derive(Template)]
#[template(path = "staff/review.html")]
pub(super) struct ReviewPage {
    page: Page,
    nav: Nav,
    form: FormState,
    action: String,
    title: String,
    about: Option<String>,
    reason: Option<String>,
    said: Vec<(String, String)>,
    acts: Vec<Choice>,
}

/// Which centre's, and what was done a moment ago.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    centre: Option<String>,
    done: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    act: String,
    word: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("act", &self.act), ("word", &self.word)]
    }
}

async fn list(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Asked>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, HERE);
    let Query(asked) = way.unwrap_or(Query(Asked::default()));
    let done = asked.done.as_deref().and_then(|done| match done {
        "seen" => Some(Message::new("review-done-seen")),
        "asked" => Some(Message::new("review-done-asked")),
        "answered" => Some(Message::new("review-done-answered")),
        _ => None,
    });
    match front.app.matters(&staff).await {
        Ok(matters) => {
            let named = centre_in(asked.centre.as_ref());
            let wanted = |matter: &&Matter| named.is_none_or(|centre| centre == matter.centre);
            let line = |matter: &Matter| Line::new(&page, matter, &centre_name(&front, matter.centre));
            render(&ReviewsPage {
                lines: matters.iter().filter(wanted).map(line).collect(),
                page,
                nav,
                done,
            })
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Path(matter): Path<String>,
) -> Response {
    one(&front, page, &staff, (&matter, FormState::new())).await
}

async fn act(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    Path(matter): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let here = format!("{HERE}/{matter}");
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&here, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), &here, &typed.kept).unwrap_or_default();
        return one(&front, page, &staff, (&matter, typed.form())).await;
    }
    let mut form = typed.form();
    let act = Act::from_code(&typed.act);
    if act.is_none() {
        form = form.error_at("act", Message::new("review-act-choose"));
    }
    let word = Reason::parse(&typed.word).ok();
    if word.is_none() {
        form = form.error_at("word", Message::new("review-word-shape"));
    }
    let (Some(act), Some(word)) = (act, word) else {
        let again = one(&front, page, &staff, (&matter, form)).await;
        return unprocessable(again);
    };
    let done = match id_of(&matter) {
        Ok(id) => front.app.review(&staff, id, (act, word)).await,
        Err(refused) => Err(refused),
    };
    match done {
        Ok(()) => Redirect::to(&format!("{HERE}?done={}", act.code())).into_response(),
        Err(refused) => {
            let left = LeftOver::sent(&here, &typed);
            refusal::page_keeping(page, Nav::of(&staff, HERE), &refused, left)
        }
    }
}

/// The form again; another answer, such as that there is no such matter, as it is.
fn unprocessable(again: Response) -> Response {
    match again.status() {
        StatusCode::OK => (StatusCode::UNPROCESSABLE_ENTITY, again).into_response(),
        _ => again,
    }
}

fn id_of(matter: &str) -> Result<MatterId, Refusal> {
    matter.parse().map_err(|_| Refusal::NoMatter)
}

async fn one(front: &Front, page: Page, staff: &Staff, (matter, form): (&str, FormState)) -> Response {
    let nav = Nav::of(staff, HERE);
    let found = match id_of(matter) {
        Ok(id) => front.app.matter(staff, id).await,
        Err(refused) => Err(refused),
    };
    match found {
        Ok(matter) => {
            let centre = centre_name(front, matter.centre);
            render(&ReviewPage::new(
                page,
                nav,
                (&matter, &centre, staff.role()),
                form,
            ))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

pub(super) const fn topic_text(topic: Topic) -> &'static str {
    match topic {
        Topic::Opening => "review-topic-opening",
        Topic::NotOpened => "review-topic-not-opened",
        Topic::NoVaccinator => "review-topic-no-vaccinator",
        Topic::ShortOfStock => "review-topic-short",
        Topic::HeldDoses => "review-topic-held",
        Topic::Corrections => "review-topic-corrections",
        Topic::BackDated => "review-topic-back-dated",
    }
}

const fn act_text(act: Act) -> &'static str {
    match act {
        Act::Asked => "review-act-ask",
        Act::Answered => "review-act-answer",
        Act::Seen => "review-act-seen",
    }
}

const fn standing(last: Option<Act>) -> &'static str {
    match last {
        None => "review-standing-new",
        Some(Act::Asked) => "review-standing-asked",
        Some(Act::Answered) => "review-standing-answered",
        Some(Act::Seen) => "review-standing-seen",
    }
}

/// Who opened a record, on which day and in which hour; whose is not known here.
fn about(page: &Page, matter: &Matter) -> Option<String> {
    let opening = matter.opening.as_ref()?;
    let about = Message::new("review-opening")
        .with("staff", &opening.staff)
        .with("day", words::weekday_date(page.locale, opening.day))
        .with("from", opening.hour)
        .with("until", opening.hour + 1);
    Some(page.say(&about))
}

impl Line {
    fn new(page: &Page, matter: &Matter, centre: &str) -> Self {
        Self {
            title: page.t1(topic_text(matter.topic), "centre", centre),
            about: about(page, matter),
            standing: page.t(standing(matter.last())),
            href: format!("{HERE}/{}", matter.id),
        }
    }
}

impl ReviewPage {
    fn new(
        page: Page,
        nav: Nav,
        (matter, centre, reader): (&Matter, &str, StaffRole),
        form: FormState,
    ) -> Self {
        let next = Act::ALL
            .into_iter()
            .filter(|act| act.may_follow(matter.last(), reader));
        let said = |review: &Review| {
            let by = Message::new(standing(Some(review.act)))
                .with("staff", &review.by)
                .with("at", words::instant(page.locale, review.at));
            let line = Message::new("review-said")
                .with("what", page.say(&by))
                .with("staff", &review.by)
                .with("at", words::instant(page.locale, review.at));
            (page.say(&line), review.word.as_str().to_owned())
        };
        Self {
            title: page.t1(topic_text(matter.topic), "centre", centre),
            about: about(&page, matter),
            reason: matter
                .opening
                .as_ref()
                .map(|opening| opening.reason.as_str().to_owned()),
            said: matter.said.iter().map(said).collect(),
            acts: next
                .map(|act| Choice::new(act.code(), page.t(act_text(act))))
                .collect(),
            action: format!("{HERE}/{}", matter.id),
            page,
            nav,
            form,
        }
    }
}

#[cfg(test)]
pub(super) fn sample() -> Matter {
    use pramaan_domain::time::Timestamp;
    let id: MatterId = "3fa85f64-5717-4562-b3fc-2c963f66afa6".parse().unwrap();
    let word = Reason::parse("the nurse knew the visitor from last month").unwrap();
    Matter {
        id,
        centre: 7,
        topic: Topic::NotOpened,
        opening: None,
        said: vec![Review {
            district: 395,
            matter: id,
            seq: 0,
            centre: 7,
            topic: Topic::NotOpened,
            act: Act::Asked,
            by: "MH-0003".to_owned(),
            word,
            at: Timestamp::from_seconds(1_795_321_800),
        }],
    }
}

#[cfg(test)]
impl ReviewsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let with = |role, lines| Self {
            page: page.clone(),
            nav: Nav::role(role, HERE),
            done: Some(Message::new("review-done-seen")),
            lines,
        };
        let line = Line::new(page, &sample(), "Fort dispensary");
        vec![
            with(StaffRole::SiteManager, Vec::new()),
            with(StaffRole::DistrictAdmin, vec![line]),
        ]
    }
}

#[cfg(test)]
impl ReviewPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new()
            .error_at("act", Message::new("review-act-choose"))
            .error_at("word", Message::new("review-word-shape"));
        [
            (StaffRole::SiteManager, FormState::new()),
            (StaffRole::DistrictAdmin, wrong),
        ]
        .map(|(role, form)| {
            let nav = Nav::role(role, HERE);
            Self::new(page.clone(), nav, (&sample(), "Fort dispensary", role), form)
        })
        .into()
    }
}
