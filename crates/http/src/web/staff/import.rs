//! A file of sessions or centres: sent, shown row by row with what is wrong, and published as it was shown.
//!
//! Nothing is stored in between: the page that shows it holds the file, sealed for who sent it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use pramaan_app::import::{Bad, BadRow, ImportError};
use pramaan_app::plan::{Files, MOST_BYTES, Preview, PreviewRow, Shown};
use pramaan_app::{FormKey, Refusal, Staff, StaffRole};
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::login::LoginPage;
use super::refusal;
use super::session::nav_of;
use super::told::{Told, told};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::{CsrfForm, CsrfMultipart};
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/import";
const PUBLISH: &str = "/staff/import/publish";
const DONE: [(&str, &str); 1] = [("published", "import-done")];

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(show).post(preview))
        .route(PUBLISH, post(publish))
}

#[derive(Template)]
#[template(path = "staff/import.html")]
pub(super) struct ImportPage {
    page: Page,
    nav: Nav,
    form: FormState,
    done: Option<Message>,
    kinds: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "staff/import_preview.html")]
pub(super) struct PreviewPage {
    page: Page,
    nav: Nav,
    form: FormState,
    lines: Vec<Line>,
    good: usize,
    bad: usize,
    skip: Vec<Choice>,
}

/// One row: its line in the file, what it is, or what is wrong.
struct Line {
    line: u64,
    what: String,
    /// What becomes of a centre that is there already.
    replaces: Option<String>,
    wrong: Option<String>,
}

/// A file on its way back.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    what: String,
    /// The file, sealed for who sent it.
    file: String,
    /// Names the preview that was on the screen.
    shown: String,
    /// Names the form, so that one sent twice publishes once.
    key: String,
    /// `yes` to publish the good rows and leave the bad ones out.
    skip: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("what", &self.what),
            ("file", &self.file),
            ("shown", &self.shown),
            ("key", &self.key),
            ("skip", &self.skip),
        ]
    }
}

const KINDS: [(Files, &str); 2] = [(Files::Sessions, "sessions"), (Files::Centres, "centres")];

fn files_of(text: &str) -> Option<Files> {
    let found = KINDS.iter().find(|(_, code)| *code == text);
    found.map(|(files, _)| *files)
}

async fn show(page: Page, OnDuty(staff): OnDuty, way: Result<Query<Told>, CowinError>) -> Response {
    let nav = nav_of(&staff);
    match staff.role() {
        StaffRole::Vaccinator => refusal::page(page, nav, &Refusal::Forbidden),
        StaffRole::SiteManager | StaffRole::DistrictAdmin => {
            let form = FormState::new().value_of("what", "sessions");
            render(&ImportPage::new(page, nav, form, told(way, &DONE)))
        }
    }
}

async fn preview(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    form: CsrfMultipart,
) -> Response {
    let CsrfMultipart { mut parts, place } = form;
    let mut part = |name: &str| {
        let part = parts.iter_mut().find(|part| part.name == name);
        part.map(|part| std::mem::take(&mut part.content))
            .unwrap_or_default()
    };
    let what = String::from_utf8(part("what")).unwrap_or_default();
    let file = match part("file") {
        file if file.trim_ascii().is_empty() => part("text"),
        file => file,
    };
    drop(place);
    let (file, files) = match (String::from_utf8(file), files_of(&what)) {
        (Ok(file), Some(files)) if !file.trim().is_empty() => (file, files),
        (Ok(_), _) => return wrong(page, &staff, (&what, "import-nothing")),
        (Err(_), _) => return wrong(page, &staff, (&what, "import-unreadable")),
    };
    let typed = Typed {
        file: front.app.keep_form(staff.typist(), PUBLISH, &file),
        key: front.fresh_name(),
        what,
        ..Typed::default()
    };
    look(&front, page, &staff, (typed, files, &file, None)).await
}

/// The form again, with what is wrong with the file.
fn wrong(page: Page, staff: &Staff, (what, error): (&str, &'static str)) -> Response {
    let form = FormState::new()
        .value_of("what", what)
        .error_at("file", Message::new(error).with("most", MOST_BYTES / 1024));
    let again = ImportPage::new(page, nav_of(staff), form, None);
    (StatusCode::UNPROCESSABLE_ENTITY, render(&again)).into_response()
}

/// Shows the file as it would be published now.
async fn look(
    front: &Front,
    page: Page,
    staff: &Staff,
    (typed, files, file, error): (Typed, Files, &str, Option<&'static str>),
) -> Response {
    let nav = nav_of(staff);
    let found = match front.app.preview_file(staff, files, file.as_bytes()).await {
        Ok(found) => found,
        Err(ImportError::ColumnMissing { .. }) => {
            return wrong(page, staff, (&typed.what, "import-columns"));
        }
        Err(ImportError::Refused(Refusal::Invalid { .. })) => {
            return wrong(page, staff, (&typed.what, "import-too-large"));
        }
        Err(ImportError::Refused(refused)) => return refusal::page(page, nav, &refused),
        Err(ImportError::BadRows(_)) => return wrong(page, staff, (&typed.what, "import-unreadable")),
    };
    let mut form = Typed {
        shown: found.shown.clone(),
        ..typed
    }
    .form();
    let mut status = StatusCode::OK;
    if let Some(error) = error {
        form = form.error_at("skip", Message::new(error));
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    (status, render(&PreviewPage::new(page, nav, form, &found))).into_response()
}

async fn publish(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(mut typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (PUBLISH, &typed.carry()));
    };
    let again = typed.step == kept::STEP;
    if again {
        typed = kept::back(&front, staff.typist(), PUBLISH, &typed.kept).unwrap_or_default();
    }
    let file = front.app.kept_form(staff.typist(), PUBLISH, &typed.file);
    let (Some(file), Some(files)) = (file, files_of(&typed.what)) else {
        return wrong(page, &staff, (&typed.what, "import-waited"));
    };
    if again {
        return look(&front, page, &staff, (typed, files, &file, None)).await;
    }
    let bad = match typed.skip.as_str() {
        "yes" => Bad::IsSkipped,
        _ => Bad::RefusesAll,
    };
    let published = match FormKey::parse(&typed.key) {
        Ok(key) => {
            let (who, what) = ((&staff, &key), (files, file.as_bytes()));
            front.app.publish_file(who, what, (&typed.shown, bad)).await
        }
        Err(refused) => Err(ImportError::Refused(refused)),
    };
    let error = match published {
        Ok(_) => return Redirect::to("/staff/import?done=published").into_response(),
        Err(ImportError::BadRows(_)) => "import-skip-needed",
        Err(ImportError::Refused(Refusal::PlanMoved)) => "import-moved",
        Err(ImportError::ColumnMissing { .. }) => "import-columns",
        Err(ImportError::Refused(refused)) => return refusal::page(page, nav_of(&staff), &refused),
    };
    look(&front, page, &staff, (typed, files, &file, Some(error))).await
}

impl ImportPage {
    fn new(page: Page, nav: Nav, form: FormState, done: Option<Message>) -> Self {
        let kind = |(files, code): (Files, &str)| {
            let (label, hint) = match files {
                Files::Sessions => ("import-sessions", "import-sessions-columns"),
                Files::Centres => ("import-centres", "import-centres-columns"),
            };
            Choice::new(code, page.t(label)).hint(page.t(hint))
        };
        Self {
            kinds: KINDS.map(kind).into(),
            page,
            nav,
            form,
            done,
        }
    }
}

impl PreviewPage {
    fn new(page: Page, nav: Nav, form: FormState, found: &Preview) -> Self {
        Self {
            lines: found.rows.iter().map(|row| Line::new(&page, row)).collect(),
            good: found.good(),
            bad: found.bad(),
            skip: vec![Choice::new("yes", page.t1("import-skip", "count", found.bad()))],
            page,
            nav,
            form,
        }
    }
}

impl Line {
    fn new(page: &Page, row: &PreviewRow) -> Self {
        let mut replaces = None;
        let (what, wrong) = match &row.read {
            Ok(Shown::Session(plan)) => {
                let seats = plan.slots.iter().flat_map(|slot| &slot.seats);
                let said = Message::new("import-session")
                    .with("centre", plan.centre.number())
                    .with("day", words::weekday_date(page.locale, plan.day))
                    .with("vaccine", words::vaccine(page.locale, plan.vaccine))
                    .with("ages", words::ages(page.locale, plan.ages))
                    .with("slots", plan.slots.len())
                    .with("seats", seats.map(|(.., seats)| i64::from(*seats)).sum::<i64>());
                (page.say(&said), None)
            }
            Ok(Shown::Centre { centre, renames }) => {
                let said = Message::new("import-centre")
                    .with("id", centre.id.number())
                    .with("name", &centre.name)
                    .with("address", &centre.location)
                    .with("kind", words::centre_kind(page.locale, centre.kind));
                replaces = renames
                    .as_ref()
                    .map(|name| page.t1("import-renames", "name", name));
                (page.say(&said), None)
            }
            Err(BadRow {
                column,
                reason,
                fields,
                ..
            }) => {
                let wrong = page.t2("import-wrong", "column", column, "reason", reason);
                (fields.join(", "), Some(wrong))
            }
        };
        Self {
            line: row.line,
            what,
            replaces,
            wrong,
        }
    }
}

#[cfg(test)]
impl ImportPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::DistrictAdmin, super::session::CENTRES);
        let errors = [
            "import-nothing",
            "import-unreadable",
            "import-columns",
            "import-too-large",
            "import-waited",
        ];
        let form = |error| FormState::new().error_at("file", Message::new(error).with("most", 32));
        let done = Some(Message::new("import-done"));
        let wrong = errors.map(|error| Self::new(page.clone(), nav, form(error), None));
        let first = Self::new(page.clone(), nav, FormState::new(), done);
        wrong.into_iter().chain([first]).collect()
    }
}

#[cfg(test)]
impl PreviewPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::DistrictAdmin, super::session::CENTRES);
        let line = |wrong: bool| Line {
            line: 2,
            what: "1, 2026-11-22, COVISHIELD".to_owned(),
            replaces: (!wrong).then(|| page.t1("import-renames", "name", "Fort Hospital")),
            wrong: wrong.then(|| page.t2("import-wrong", "column", "date", "reason", "not a date")),
        };
        let with = |lines: Vec<Line>, error: Option<&'static str>| Self {
            page: page.clone(),
            nav,
            form: error.map_or_else(FormState::new, |error| {
                FormState::new().error_at("skip", Message::new(error))
            }),
            good: lines.iter().filter(|line| line.wrong.is_none()).count(),
            bad: lines.iter().filter(|line| line.wrong.is_some()).count(),
            skip: vec![Choice::new("yes", page.t1("import-skip", "count", 1))],
            lines,
        };
        vec![
            with(vec![line(false)], None),
            with(vec![line(false), line(true)], Some("import-skip-needed")),
            with(vec![line(true)], Some("import-moved")),
            with(Vec::new(), None),
        ]
    }
}
