//! Two records side by side, what agrees in words, and the proposal that they are one person's.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::encounter::Given;
use pramaan_app::merge::{Agreement, Agrees, Compared, Likeness, Side, Wanted};
use pramaan_domain::id::VisitId;
use pramaan_domain::staff::Reason;
use serde::Deserialize;

use super::correction_record::name;
use super::duty::{Duty, HOME, Nav, Of, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::merge::MERGES;
use super::merge_record::{compared, path};
use super::proposal::How;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/merge/record/{visit}/with/{other}", get(show).post(submit))
}

#[derive(Template)]
#[template(path = "staff/merge_compare.html")]
pub(super) struct ComparePage {
    page: Page,
    nav: Nav,
    form: FormState,
    path: String,
    back: String,
    /// Fact, this record, the other, whether they agree; none where the form is only shown again, which opens nothing.
    lines: Vec<(String, String, String, String)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    reason: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("reason", &self.reason)]
    }
}

impl Said for Typed {
    fn said(&self, _: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        (field == "reason").then(|| ("merge-reason", value.trim().to_owned()))
    }
}

type Ids = Of<(VisitId, VisitId)>;

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, Of(ids): Ids) -> Response {
    let route = "GET /staff/merge/record/{visit}/with/{other}";
    let nav = Nav::of(&staff, HOME);
    match front.app.compare(&staff, ids, route).await {
        Ok(two) => {
            let lines = lines(page.locale, &two);
            render(&ComparePage::new(page, nav, (ids, FormState::new()), lines))
        }
        Err(refused) => refusal::unopened(page, nav, &refused),
    }
}

async fn submit(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    Of(ids): Ids,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let here = compared(ids.0, ids.1);
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&here, &typed.carry()));
    };
    let again = |page, form| {
        render(&ComparePage::new(
            page,
            Nav::of(&staff, HOME),
            (ids, form),
            Vec::new(),
        ))
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), &here, &typed.kept).unwrap_or_default();
        return again(page, typed.form());
    }
    let Ok(reason) = Reason::parse(&typed.reason) else {
        let form = typed
            .form()
            .error_at("reason", Message::new("evidence-reason-shape"));
        return form_again(StatusCode::UNPROCESSABLE_ENTITY, again(page, form));
    };
    let wanted = (ids.0, Wanted::Join(ids.1));
    match front.app.propose_merge(&staff, wanted, reason).await {
        Ok(_) => Redirect::to(&MERGES.told(How::Waits)).into_response(),
        Err(refused) => {
            let left = LeftOver::of(&front, (&staff, page.locale), &here, &typed);
            refusal::unopened_keeping(page, Nav::of(&staff, HOME), &refused, left)
        }
    }
}

impl ComparePage {
    fn new(
        page: Page,
        nav: Nav,
        ((one, other), form): ((VisitId, VisitId), FormState),
        lines: Vec<(String, String, String, String)>,
    ) -> Self {
        Self {
            path: compared(one, other),
            back: path(one),
            lines,
            page,
            nav,
            form,
        }
    }
}

fn lines(locale: Locale, two: &Compared) -> Vec<(String, String, String, String)> {
    let line =
        |id, of: &dyn Fn(&Side) -> String, says: String| (locale.t(id), of(&two.one), of(&two.other), says);
    let found = agreement(locale, &two.agreement);
    let [of_name, of_born, of_gender, of_document] = found.map(|(_, says)| says);
    vec![
        line("merge-name", &|side| name(&side.person), of_name),
        line(
            "record-born",
            &|side| {
                let year = side.person.birth_year;
                year.map(|year| year.get().to_string()).unwrap_or_default()
            },
            of_born,
        ),
        line(
            "record-gender",
            &|side| {
                let gender = side.person.gender;
                gender
                    .map(|gender| words::gender(locale, gender))
                    .unwrap_or_default()
            },
            of_gender,
        ),
        line("record-document", &|side| document(locale, side), of_document),
        line("merge-doses", &|side| doses(locale, &side.doses), String::new()),
    ]
}

fn document(locale: Locale, side: &Side) -> String {
    let Some(kind) = side.person.document_type else {
        return locale.t("record-no-document");
    };
    let last = side.person.document_last_four.clone().unwrap_or_default();
    let document = [("kind", words::document(locale, kind)), ("last", last)];
    locale.t_with("record-document-masked", &document)
}

/// The doses of a record in one line.
pub(super) fn doses(locale: Locale, doses: &[Given]) -> String {
    let of_one = |given: &Given| {
        let vaccine = words::vaccine(locale, given.facts.vaccine);
        format!(
            "{}: {vaccine}, {}",
            words::dose(locale, given.dose),
            words::date(locale, given.on())
        )
    };
    match doses.is_empty() {
        true => locale.t("record-earlier-none"),
        false => doses.iter().map(of_one).collect::<Vec<_>>().join("; "),
    }
}

/// What agrees, in words: name, year, gender, document.
pub(super) fn agreement(locale: Locale, found: &Agreement) -> [(String, String); 4] {
    let name = match found.name {
        Likeness::Same => "merge-agrees",
        Likeness::Alike => "merge-alike",
        Likeness::Different => "merge-differs",
    };
    let says = |agrees| match agrees {
        Agrees::Yes => "merge-agrees",
        Agrees::No => "merge-differs",
        Agrees::Unknown => "merge-unknown",
    };
    [
        ("merge-name", name),
        ("record-born", says(found.born)),
        ("record-gender", says(found.gender)),
        ("record-document", says(found.document)),
    ]
    .map(|(fact, says)| (locale.t(fact), locale.t(says)))
}

#[cfg(test)]
impl ComparePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new().error_at("reason", Message::new("evidence-reason-shape"));
        let line = (
            page.t("merge-name"),
            "Asha Devi".to_owned(),
            "आशा देवी".to_owned(),
            page.t("merge-alike"),
        );
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let ids = (VisitId::from_bytes([1; 16]), VisitId::from_bytes([2; 16]));
        let sample = |form, lines| Self::new(page.clone(), nav, (ids, form), lines);
        vec![sample(FormState::new(), vec![line]), sample(wrong, Vec::new())]
    }
}
