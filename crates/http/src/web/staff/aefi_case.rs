//! One case on the screen of the district's officer: what is known, what was done, and the form for what is next.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::aefi::{CaseStep, Copies, GoOn, OpenCase};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::aefi::{Committee, Stage};
use pramaan_domain::id::AefiId;
use serde::Deserialize;

use super::aefi::{LIST, number};
use super::aefi_form::{Anchor, Typed};
use super::aefi_lists::{Asks, Lists};
use super::aefi_report::name;
use super::duty::{Duty, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::aefi_history::{Line, dose_line, lines, vial_line};
use crate::web::aefi_words::stage;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem, form_again, render};
use crate::web::form::FormState;
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

const SHOW: &str = "GET /staff/aefi/case/{case}";
const GO_ON: &str = "POST /staff/aefi/case/{case}";

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/aefi/case/{case}", get(show).post(go_on))
}

#[derive(Template)]
#[template(path = "staff/aefi_case.html")]
pub(super) struct CasePage {
    page: Page,
    nav: Nav,
    form: FormState,
    path: String,
    key: String,
    version: i64,
    name: String,
    born: String,
    gender: String,
    dose: String,
    vial: Option<String>,
    number: Option<String>,
    waits: String,
    due: Option<String>,
    lines: Vec<Line>,
    todo: Todo,
    death: Death,
    lists: Lists,
}

/// Which form is on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Todo {
    Number,
    Correct,
    Investigate,
    Assess(Committee),
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    Yes,
    No,
}

impl Todo {
    /// What is next at a stage.
    const fn at(stage: Stage) -> Self {
        match stage {
            Stage::Heard => Self::Correct,
            Stage::Reported => Self::Number,
            Stage::Numbered => Self::Investigate,
            Stage::Investigated => Self::Assess(Committee::State),
            Stage::AssessedByState => Self::Assess(Committee::National),
            Stage::Settled => Self::Nothing,
        }
    }

    const fn act(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Correct => "correct",
            Self::Investigate => "investigate",
            Self::Assess(Committee::State) => "state",
            Self::Assess(Committee::National) => "national",
            Self::Nothing => "",
        }
    }

    fn from_act(act: &str) -> Option<Self> {
        let all = [
            Self::Number,
            Self::Correct,
            Self::Investigate,
            Self::Assess(Committee::State),
            Self::Assess(Committee::National),
        ];
        all.into_iter().find(|todo| todo.act() == act)
    }
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    form: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Path(case): Path<String>,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    let Ok(id) = case.parse() else {
        return ErrorPage::new(page.locale, Problem::NotFound).into_response();
    };
    let correct = asked.ok().and_then(|Query(asked)| asked.form).is_some();
    let wanted = correct.then_some(Todo::Correct);
    match front.app.aefi_case(&staff, id, SHOW).await {
        Ok(open) => {
            let form = suggested(&front, &open, wanted).form();
            render(&CasePage::new(page, Nav::of(&staff, LIST), (wanted, form), &open))
        }
        Err(refused) => refusal::unopened(page, Nav::of(&staff, LIST), &refused),
    }
}

/// The form before anybody typed.
fn suggested(front: &Front, open: &OpenCase, wanted: Option<Todo>) -> Typed {
    let latest = open.history().and_then(|case| case.form());
    let typed = match (wanted.unwrap_or(Todo::at(open.listed.stage)), latest) {
        (Todo::Correct, Some((form, _))) => Typed::of(form),
        (Todo::Investigate, _) => Typed {
            began_on: front.app.today().to_string(),
            alike: "0".to_owned(),
            ..Typed::default()
        },
        (Todo::Assess(_), _) => Typed {
            decided_on: front.app.today().to_string(),
            ..Typed::default()
        },
        _ => Typed::default(),
    };
    Typed {
        key: front.fresh_name(),
        version: open.version.to_string(),
        ..typed
    }
}

async fn go_on(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    Path(case): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Ok(id) = case.parse::<AefiId>() else {
        return ErrorPage::new(page.locale, Problem::NotFound).into_response();
    };
    let path = path(id);
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&path, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed = kept::back(&front, staff.typist(), &path, &typed.kept).unwrap_or_default();
        return again(&front, page, &staff, (id, &typed), typed.form()).await;
    }
    let form = match done(&front, &staff, id, &typed).await {
        Done::Yes => return Redirect::to(&path).into_response(),
        Done::Wrong(form) => form,
        Done::Refused(refused) => match typed.refused(&refused, Anchor::Case) {
            Some(form) => form,
            None => {
                let left = LeftOver::of(&front, (&staff, page.locale), &path, &typed);
                return refusal::unopened_keeping(page, Nav::of(&staff, LIST), &refused, left);
            }
        },
    };
    let page = again(&front, page, &staff, (id, &typed), form).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, page)
}

enum Done {
    Yes,
    Wrong(FormState),
    Refused(Refusal),
}

async fn done(front: &Front, staff: &Staff, id: AefiId, typed: &Typed) -> Done {
    let step = match step(typed) {
        Ok(step) => step,
        Err(form) => return Done::Wrong(form),
    };
    // A form without its version was never shown by us: it fits no case.
    let version = typed.version.parse().unwrap_or(0);
    let went = match typed.key() {
        Err(refused) => Err(refused),
        Ok(key) => {
            let go = GoOn { version, step, key };
            front.app.go_on_with_aefi(staff, id, go, GO_ON).await
        }
    };
    match went {
        Ok(_) => Done::Yes,
        Err(refused) => Done::Refused(refused),
    }
}

fn step(typed: &Typed) -> Result<CaseStep, FormState> {
    match Todo::from_act(&typed.act) {
        Some(Todo::Correct) => typed
            .correction()
            .map(|(form, reason)| CaseStep::Correct(form, reason)),
        Some(Todo::Investigate) => typed.investigation().map(CaseStep::Investigate),
        Some(Todo::Assess(committee)) => typed.assessment(committee).map(CaseStep::Assess),
        Some(Todo::Number | Todo::Nothing) | None => Ok(CaseStep::Number(match typed.copies.as_str() {
            "yes" => Copies::Sent,
            _ => Copies::NotSaid,
        })),
    }
}

/// The case as it is now, with what was typed. The version is that of now: whoever sends it again has seen it.
async fn again(
    front: &Front,
    page: Page,
    staff: &Staff,
    (id, typed): (AefiId, &Typed),
    form: FormState,
) -> Response {
    let nav = Nav::of(staff, LIST);
    match front.app.aefi_case(staff, id, GO_ON).await {
        Ok(open) => render(&CasePage::new(
            page,
            nav,
            (Todo::from_act(&typed.act), form),
            &open,
        )),
        Err(refused) => {
            let left = LeftOver::of(front, (staff, page.locale), &path(id), typed);
            refusal::unopened_keeping(page, nav, &refused, left)
        }
    }
}

fn path(id: AefiId) -> String {
    format!("{LIST}/case/{id}")
}

impl CasePage {
    fn new(page: Page, nav: Nav, (wanted, form): (Option<Todo>, FormState), open: &OpenCase) -> Self {
        let (locale, person) = (page.locale, &open.opened.person);
        let about = open
            .history()
            .and_then(|case| case.form())
            .map(|(_, about)| about);
        let due = open.listed.due_at.map(|at| words::instant(locale, at));
        Self {
            path: path(open.listed.key.id),
            key: form.value("key").to_owned(),
            version: open.version,
            name: name(person),
            born: person
                .birth_year
                .map(|year| year.get().to_string())
                .unwrap_or_default(),
            gender: person
                .gender
                .map(|one| words::gender(locale, one))
                .unwrap_or_default(),
            dose: about.map(|about| dose_line(locale, about)).unwrap_or_default(),
            vial: about.and_then(|about| vial_line(locale, about)),
            number: number(&open.listed),
            waits: locale.t(stage(open.listed.stage)),
            due: due.map(|at| locale.t_with("aefi-due", &[("when", at)])),
            lines: open.history().map(|case| lines(locale, case)).unwrap_or_default(),
            todo: wanted.unwrap_or(Todo::at(open.listed.stage)),
            death: if open.is_death { Death::Yes } else { Death::No },
            lists: Lists::new(locale, Asks::from(open.asks_bearing)),
            page,
            nav,
            form,
        }
    }

    fn is_death(&self) -> bool {
        self.death == Death::Yes
    }

    fn corrects(&self) -> bool {
        self.todo == Todo::Correct
    }
}

#[cfg(test)]
impl CasePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use crate::web::form::Message;
        let sample = |todo: Todo, death, wrong: &[&'static str]| {
            let form = wrong.iter().fold(FormState::new(), |form, field| {
                form.error_at(field, Message::new("aefi-moved"))
            });
            let case = super::aefi::sample_case(Stage::Numbered, 9);
            Self {
                page: page.clone(),
                nav: Nav::role(pramaan_app::StaffRole::DistrictAdmin, LIST),
                form,
                path: path(case.key.id),
                key: "key".to_owned(),
                version: 2,
                name: "Asha Devi".to_owned(),
                born: "1980".to_owned(),
                gender: words::gender(page.locale, pramaan_domain::gender::Gender::Female),
                dose: words::dose(page.locale, pramaan_domain::dose::DoseNumber::First),
                vial: Some("7".to_owned()),
                number: number(&case),
                waits: page.t(stage(case.stage)),
                due: case.due_at.map(|at| words::instant(page.locale, at)),
                lines: vec![Line {
                    when: words::instant(page.locale, case.reported_at),
                    text: page.t("aefi-class-serious"),
                    words: vec!["taken to the district hospital".to_owned()],
                }],
                todo,
                death,
                lists: Lists::new(page.locale, Asks::Bearing),
            }
        };
        vec![
            sample(Todo::Number, Death::No, &["case"]),
            sample(Todo::Number, Death::Yes, &["copies"]),
            sample(Todo::Correct, Death::No, &["onset", "symptoms", "reason"]),
            sample(
                Todo::Investigate,
                Death::No,
                &["began_on", "specimen", "alike", "words"],
            ),
            sample(
                Todo::Assess(Committee::State),
                Death::No,
                &["causality", "decided_on"],
            ),
            sample(Todo::Assess(Committee::National), Death::No, &[]),
            sample(Todo::Nothing, Death::No, &[]),
        ]
    }
}
