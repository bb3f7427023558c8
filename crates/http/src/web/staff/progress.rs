//! How far the blocks of a district are: targets against doses given, in words and a bar with its numbers beside it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::Days;
use http::{HeaderValue, StatusCode, header};
use pramaan_app::district::{Progress, Target};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/progress";
const CSV: &str = "/staff/progress.csv";
/// Days that are shown unless others are asked for.
const DAYS: u64 = 7;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(show).post(set))
        .route(CSV, get(download))
}

#[derive(Template)]
#[template(path = "staff/progress.html")]
pub(super) struct ProgressPage {
    page: Page,
    nav: Nav,
    form: FormState,
    done: bool,
    csv: String,
    lines: Vec<Line>,
    blocks: Vec<Choice>,
}

/// One block on one day.
struct Line {
    day: String,
    block: String,
    said: String,
    given: i64,
    /// None where nothing was aimed at.
    target: Option<i64>,
}

/// Which days; those until today unless said.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    from: Option<String>,
    until: Option<String>,
    done: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    block: String,
    from: String,
    until: String,
    doses: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("block", &self.block),
            ("from", &self.from),
            ("until", &self.until),
            ("doses", &self.doses),
        ]
    }
}

impl Typed {
    /// # Errors
    /// The form with an error beside each field that cannot be read.
    fn parse(&self) -> Result<Target, FormState> {
        let day = |text: &str| text.trim().parse::<CivilDate>().ok();
        let block = PlaceName::parse(&self.block).ok();
        let days = day(&self.from).zip(day(&self.until));
        let doses = self.doses.trim().parse::<u32>().ok();
        match (block, days, doses) {
            (Some(block), Some(days), Some(doses)) => Ok(Target {
                block,
                days,
                doses: doses.into(),
            }),
            (block, days, doses) => {
                let wrong = [
                    ("block", "progress-block-wrong", block.is_none()),
                    ("until", "progress-days-wrong", days.is_none()),
                    ("doses", "progress-doses-wrong", doses.is_none()),
                ];
                let wrong = wrong.into_iter().filter(|(.., wrong)| *wrong);
                Err(wrong.fold(self.form(), |form, (field, error, _)| {
                    form.error_at(field, Message::new(error))
                }))
            }
        }
    }
}

impl Asked {
    fn days(&self, today: CivilDate) -> (CivilDate, CivilDate) {
        let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
        let until = day(&self.until).unwrap_or(today);
        let week = until.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(until);
        (day(&self.from).unwrap_or(week), until)
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Asked>, CowinError>,
) -> Response {
    let Query(asked) = way.unwrap_or(Query(Asked::default()));
    let today = front.app.today().to_string();
    let form = FormState::new()
        .value_of("from", &today)
        .value_of("until", &today);
    answer(&front, page, &staff, (&asked, form)).await
}

async fn set(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    let asked = Asked::default();
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        return answer(&front, page, &staff, (&asked, typed.form())).await;
    }
    let form = match typed.parse() {
        Err(form) => form,
        Ok(target) => match front.app.set_target(&staff, target).await {
            Ok(()) => {
                let back = format!(
                    "{HERE}?from={}&until={}&done=set",
                    typed.from.trim(),
                    typed.until.trim()
                );
                return Redirect::to(&back).into_response();
            }
            Err(Refusal::Invalid { field, .. }) => {
                let (field, error) = match field {
                    "block" => ("block", "progress-block-wrong"),
                    "doses" => ("doses", "progress-doses-wrong"),
                    _ => ("until", "progress-days-wrong"),
                };
                typed.form().error_at(field, Message::new(error))
            }
            Err(refused) => {
                let left = LeftOver::sent(HERE, &typed);
                return refusal::page_keeping(page, Nav::of(&staff, HERE), &refused, left);
            }
        },
    };
    let again = answer(&front, page, &staff, (&asked, form)).await;
    match again.status() {
        StatusCode::OK => (StatusCode::UNPROCESSABLE_ENTITY, again).into_response(),
        _ => again,
    }
}

async fn answer(front: &Front, page: Page, staff: &Staff, (asked, form): (&Asked, FormState)) -> Response {
    let nav = Nav::of(staff, HERE);
    let today = front.app.today();
    let mut days = asked.days(today);
    let mut found = front.app.progress(staff, days).await;
    if matches!(found, Err(Refusal::Invalid { .. })) {
        days = Asked::default().days(today);
        found = front.app.progress(staff, days).await;
    }
    let found = found.and_then(|rows| Ok((rows, front.app.blocks(staff)?)));
    match found {
        Ok((rows, blocks)) => render(&ProgressPage {
            lines: rows.iter().map(|row| Line::new(&page, row)).collect(),
            blocks: blocks.iter().map(|block| Choice::new(block, block)).collect(),
            csv: format!("{CSV}?from={}&until={}", days.0, days.1),
            done: asked.done.as_deref() == Some("set"),
            page,
            nav,
            form,
        }),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn download(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Asked>, CowinError>,
) -> Response {
    let Query(asked) = way.unwrap_or(Query(Asked::default()));
    match front
        .app
        .progress_csv(&staff, asked.days(front.app.today()))
        .await
    {
        Ok(csv) => {
            let headers = [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/csv; charset=utf-8"),
                ),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::from_static("attachment; filename=\"progress.csv\""),
                ),
            ];
            (headers, csv).into_response()
        }
        Err(Refusal::Invalid { .. }) => Redirect::to(HERE).into_response(),
        Err(refused) => refusal::page(page, Nav::of(&staff, HERE), &refused),
    }
}

impl Line {
    fn new(page: &Page, row: &Progress) -> Self {
        let said = match row.target {
            Some(target) if target > 0 => Message::new("progress-said")
                .with("given", row.given)
                .with("target", target)
                .with("percent", row.given.saturating_mul(100) / target),
            _ => Message::new("progress-said-free").with("given", row.given),
        };
        Self {
            day: words::weekday_date(page.locale, row.day),
            block: row.block.clone(),
            said: page.say(&said),
            given: row.given,
            target: row.target.filter(|target| *target > 0),
        }
    }
}

#[cfg(test)]
impl ProgressPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let row = |target| Progress {
            day: super::tests::today(),
            block: "Ward A".to_owned(),
            target,
            given: 31,
        };
        let with = |form, lines, done| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::DistrictAdmin, HERE),
            form,
            done,
            csv: CSV.to_owned(),
            lines,
            blocks: vec![Choice::new("Ward A", "Ward A")],
        };
        let lines = [Some(40), Some(0), None].map(|target| Line::new(page, &row(target)));
        let wrong = Typed::default().parse().unwrap_err();
        vec![
            with(FormState::new(), Vec::new(), false),
            with(wrong, lines.into(), true),
        ]
    }
}
