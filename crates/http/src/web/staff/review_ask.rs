//! A question of the district to a site manager, about a line of the morning page.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::review::{Asked, Topic};
use pramaan_app::{FormKey, Refusal, Staff, StaffRole};
use pramaan_domain::centre::CentreId;
use pramaan_domain::staff::Reason;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::facilitator::centre_name;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::review::topic_text;
use super::{district, refusal};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const HERE: &str = "/staff/reviews/ask";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(ask))
}

#[derive(Template)]
#[template(path = "staff/review_ask.html")]
pub(super) struct AskPage {
    page: Page,
    nav: Nav,
    form: FormState,
    title: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    centre: String,
    topic: String,
    word: String,
    /// Names the form, so that one sent twice asks once.
    key: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("centre", &self.centre),
            ("topic", &self.topic),
            ("word", &self.word),
            ("key", &self.key),
        ]
    }
}

impl Typed {
    fn about(&self) -> Result<(CentreId, Topic), Refusal> {
        let centre = self
            .centre
            .parse()
            .ok()
            .and_then(|id| CentreId::from_number(id).ok());
        let topic = Topic::from_code(&self.topic).filter(|topic| *topic != Topic::Opening);
        centre.zip(topic).ok_or(Refusal::NoMatter)
    }
}

/// What is asked unless something else is typed.
const fn suggestion(topic: Topic) -> &'static str {
    match topic {
        Topic::NotOpened | Topic::Opening => "review-suggest-not-opened",
        Topic::NoVaccinator => "review-suggest-no-vaccinator",
        Topic::ShortOfStock => "review-suggest-short",
        Topic::HeldDoses => "review-suggest-held",
        Topic::Corrections => "review-suggest-corrections",
        Topic::BackDated => "review-suggest-back-dated",
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Typed>, CowinError>,
) -> Response {
    let Query(mut typed) = way.unwrap_or(Query(Typed::default()));
    typed.key = front.fresh_name();
    if let Ok((_, topic)) = typed.about() {
        typed.word = page.t(suggestion(topic));
    }
    answer(&front, page, &staff, (&typed, typed.form()))
}

async fn ask(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        return answer(&front, page, &staff, (&typed, typed.form()));
    }
    let Ok(word) = Reason::parse(&typed.word) else {
        let form = typed.form().error_at("word", Message::new("review-word-shape"));
        let again = answer(&front, page, &staff, (&typed, form));
        return (StatusCode::UNPROCESSABLE_ENTITY, again).into_response();
    };
    let asked = match (typed.about(), FormKey::parse(&typed.key)) {
        (Ok(about), Ok(key)) => front.app.ask_site(&staff, about, word, &key).await,
        (Err(refused), _) | (_, Err(refused)) => Err(refused),
    };
    match asked {
        Ok(Asked::Manager) => Redirect::to("/staff/district?done=asked").into_response(),
        Ok(Asked::Nobody) => Redirect::to("/staff/district?done=nobody").into_response(),
        Err(refused) => {
            let left = LeftOver::sent(HERE, &typed);
            refusal::page_keeping(page, Nav::of(&staff, district::HERE), &refused, left)
        }
    }
}

fn answer(front: &Front, page: Page, staff: &Staff, (typed, form): (&Typed, FormState)) -> Response {
    let nav = Nav::of(staff, district::HERE);
    let own = typed.about().and_then(|(centre, topic)| match staff.role() {
        StaffRole::DistrictAdmin => {
            front.app.centre_to_plan(staff, centre)?;
            Ok((centre, topic))
        }
        StaffRole::SiteManager | StaffRole::Vaccinator => Err(Refusal::Forbidden),
    });
    match own {
        Ok((centre, topic)) => {
            let name = centre_name(front, centre.number());
            render(&AskPage {
                title: page.t1(topic_text(topic), "centre", name),
                page,
                nav,
                form,
            })
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

#[cfg(test)]
impl AskPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let topics = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Opening);
        let sample = |topic: Topic| Self {
            page: page.clone(),
            nav: Nav::role(StaffRole::DistrictAdmin, district::HERE),
            form: FormState::new()
                .value_of("word", page.t(suggestion(topic)))
                .error_at("word", Message::new("review-word-shape")),
            title: page.t1(topic_text(topic), "centre", "Fort dispensary"),
        };
        topics.map(sample).collect()
    }
}
