//! "I feel unwell after the dose": what to do now, a report to centre and district, and what became of earlier ones.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{NaiveTime, Timelike};
use http::StatusCode;
use pramaan_app::aefi::{Entry, History, Opened, Unwell};
use pramaan_app::{Citizen, FormKey, Refusal};
use pramaan_domain::aefi::{Narrative, Symptom};
use pramaan_domain::id::DoseId;
use pramaan_domain::time::{CivilDate, Timestamp};
use serde::Deserialize;

use super::layout::Nav;
use super::login::LoginPage;
use super::refusal;
use super::visitor::{SignedIn, Visitor};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::aefi_history::{Line, dose_choice, lines};
use crate::web::aefi_words::{choices, fault, symptom};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_status, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;
use crate::web::words;

const SHOW: &str = "GET /household/{place}/unwell";
const SEND: &str = "POST /household/{place}/unwell";

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/household/{place}/unwell", get(show).post(send))
}

#[derive(Template)]
#[template(path = "citizen/unwell.html")]
pub(super) struct UnwellPage {
    page: Page,
    nav: Nav,
    form: FormState,
    action: String,
    access: String,
    key: String,
    name: String,
    doses: Vec<Choice>,
    symptoms: Vec<Choice>,
    told: Told,
    reports: Vec<Vec<Line>>,
}

/// What is said on top of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Sent,
    /// Sent, and it may be dangerous.
    CallNow,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    dose: String,
    symptoms: Vec<String>,
    onset_day: String,
    onset: String,
    words: String,
    key: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![("dose", self.dose.as_str())];
        fields.extend(self.symptoms.iter().map(|one| ("symptoms", one.as_str())));
        fields.extend([
            ("onset_day", self.onset_day.as_str()),
            ("onset", &self.onset),
            ("words", &self.words),
            ("key", &self.key),
        ]);
        fields
    }
}

impl Said for Typed {
    /// Which of the doses is none of them: only the record knows it by its number.
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        let typed = || value.trim().to_owned();
        Some(match field {
            "symptoms" => {
                let of = Symptom::from_code(value).map(|one| locale.t(symptom(one)));
                ("unwell-symptoms", of.unwrap_or_else(typed))
            }
            "onset_day" => {
                let day = value.trim().parse().map(|day| words::date(locale, day));
                ("aefi-onset-day", day.unwrap_or_else(|_| typed()))
            }
            "onset" => ("aefi-onset", typed()),
            "words" => ("unwell-words", typed()),
            _ => return None,
        })
    }
}

impl Typed {
    fn suggested(front: &Front) -> Self {
        let now = front.app.now();
        let time = now.time_of_day();
        Self {
            onset_day: now.date().to_string(),
            onset: format!("{:02}:{:02}", time.hour(), time.minute()),
            key: front.fresh_name(),
            ..Self::default()
        }
    }

    fn parse(&self) -> Result<Unwell, FormState> {
        let symptoms = self.symptoms.iter().filter_map(|code| Symptom::from_code(code));
        let wrong = |field, id| self.form().error_at(field, Message::new(id));
        let dose: DoseId = self.dose.parse().map_err(|_| wrong("dose", "aefi-dose-wrong"))?;
        Ok(Unwell {
            dose,
            symptoms: symptoms.collect(),
            onset: self.began().ok_or_else(|| wrong("onset", "aefi-onset-wrong"))?,
            words: Narrative::parse(&self.words).map_err(|_| wrong("words", "aefi-words-wrong"))?,
            key: FormKey::parse(&self.key).map_err(|_| wrong("dose", "aefi-again-later"))?,
        })
    }

    fn began(&self) -> Option<Timestamp> {
        let day: CivilDate = self.onset_day.trim().parse().ok()?;
        let time = NaiveTime::parse_from_str(self.onset.trim(), "%H:%M").ok()?;
        Some(Timestamp::from_local(day, time))
    }

    /// What was refused, beside its field.
    fn refused(&self, refusal: &Refusal) -> Option<FormState> {
        let with = |id| Some(self.form().error_at("dose", Message::new(id)));
        match refusal {
            Refusal::FaultyCaseForm { faults } => Some(faults.iter().fold(self.form(), |form, one| {
                form.error_at(one.field(), Message::new(fault(*one)))
            })),
            Refusal::Invalid { field: "dose", .. } => with("aefi-dose-wrong"),
            Refusal::OverBudget { .. } => with("unwell-over"),
            _ => None,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct Landing {
    done: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    told: Result<Query<Landing>, CowinError>,
) -> Response {
    let done = told.ok().and_then(|Query(told)| told.done).is_some();
    let form = Typed::suggested(&front).form();
    match opened(&front, &citizen, &place, SHOW).await {
        Ok(opened) => {
            let told = match (done, calls_for_help(&opened)) {
                (false, _) => Told::Nothing,
                (true, false) => Told::Sent,
                (true, true) => Told::CallNow,
            };
            render(&UnwellPage::new(page, &place, (form, told), &opened))
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn send(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    Path(place): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let action = format!("/household/{place}/unwell");
    let Visitor::Citizen(citizen) = visitor else {
        return LoginPage::keeping(&front, page, &visitor, (&action, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Option<Typed> = kept::back(&front, citizen.typist(), &action, &typed.kept);
        let typed = typed.unwrap_or_else(|| Typed::suggested(&front));
        let form = typed.form();
        return again(&front, page, &citizen, (&place, &typed, form), StatusCode::OK).await;
    }
    let unwell = match typed.parse() {
        Ok(unwell) => unwell,
        Err(form) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return again(&front, page, &citizen, (&place, &typed, form), status).await;
        }
    };
    let position = place.parse().map_err(|_| Refusal::UnknownBeneficiary);
    let sent = match position {
        Ok(position) => front.app.report_unwell(&citizen, position, unwell, SEND).await,
        Err(refused) => Err(refused),
    };
    match sent {
        Ok(_) => Redirect::to(&format!("{action}?done=yes")).into_response(),
        Err(refused) => match typed.refused(&refused) {
            Some(form) => {
                let status = form_status(&refused);
                again(&front, page, &citizen, (&place, &typed, form), status).await
            }
            None => refusal::page_keeping(page, &refused, (&action, &typed)),
        },
    }
}

async fn again(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    (place, typed, form): (&str, &Typed, FormState),
    status: StatusCode,
) -> Response {
    match opened(front, citizen, place, SEND).await {
        Ok(opened) => {
            let shown = UnwellPage::new(page, place, (form, Told::Nothing), &opened);
            (status, render(&shown)).into_response()
        }
        Err(refused) => {
            let action = format!("/household/{place}/unwell");
            refusal::page_keeping(page, &refused, (&action, typed))
        }
    }
}

async fn opened(
    front: &Front,
    citizen: &Citizen,
    place: &str,
    request: &'static str,
) -> Result<Opened, Refusal> {
    let place = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    front.app.own_aefi(citizen, place, request).await
}

/// Whether the person's latest report tells of what cannot wait.
fn calls_for_help(opened: &Opened) -> bool {
    let events = opened.cases.iter().flat_map(|case| &case.events);
    let own = events.filter(|event| event.by.is_empty());
    let latest = own.max_by_key(|event| event.recorded_at);
    latest.is_some_and(|event| match &event.entry {
        Entry::Form { form, .. } => form.symptoms.iter().any(|one| one.calls_for_help()),
        _ => false,
    })
}

impl UnwellPage {
    fn new(page: Page, place: &str, (form, told): (FormState, Told), opened: &Opened) -> Self {
        let locale = page.locale;
        let doses: Vec<Choice> = opened
            .doses
            .iter()
            .rev()
            .map(|one| dose_choice(locale, one))
            .collect();
        let form = match (doses.as_slice(), form.value("dose").is_empty()) {
            ([latest, ..], true) => form.value_of("dose", &latest.value),
            _ => form,
        };
        let name = opened.person.name.as_ref().map(|name| name.as_str().to_owned());
        let reports = opened
            .cases
            .iter()
            .rev()
            .map(|case: &History| lines(locale, case));
        Self {
            nav: Nav::inside("/household"),
            action: format!("/household/{place}/unwell"),
            access: format!("/household/{place}/access"),
            key: form.value("key").to_owned(),
            name: name.unwrap_or_default(),
            symptoms: choices(locale, &Symptom::FOR_EVERYBODY, Symptom::code, symptom),
            reports: reports.collect(),
            doses,
            told,
            form,
            page,
        }
    }
}

#[cfg(test)]
impl Typed {
    pub(super) fn sample() -> Self {
        Self {
            symptoms: vec!["fever".to_owned()],
            onset_day: "2026-11-22".to_owned(),
            onset: "10:12".to_owned(),
            words: "38.5".to_owned(),
            key: "key".to_owned(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
impl UnwellPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let line = || Line {
            when: "10:12".to_owned(),
            text: page.t("aefi-class-minor"),
            words: vec![page.t("unwell-own-none")],
        };
        let wrong = ["dose", "onset", "symptoms", "words"];
        let wrong = wrong.into_iter().fold(FormState::new(), |form, field| {
            form.error_at(field, Message::new("aefi-fault-symptom"))
        });
        let sample = |form: FormState, told, doses: &[&str], reports| Self {
            page: page.clone(),
            nav: Nav::inside("/household"),
            form,
            action: "/household/1/unwell".to_owned(),
            access: "/household/1/access".to_owned(),
            key: "key".to_owned(),
            name: "Asha Devi".to_owned(),
            doses: doses
                .iter()
                .map(|one| Choice::new(*one, page.t("dose-1")))
                .collect(),
            symptoms: choices(page.locale, &Symptom::FOR_EVERYBODY, Symptom::code, symptom),
            told,
            reports,
        };
        vec![
            sample(FormState::new(), Told::Nothing, &["1"], Vec::new()),
            sample(FormState::new(), Told::Sent, &["1"], vec![vec![line(), line()]]),
            sample(FormState::new(), Told::CallNow, &["1", "2"], vec![vec![line()]]),
            sample(wrong, Told::Nothing, &["1"], Vec::new()),
            sample(FormState::new(), Told::Nothing, &[], Vec::new()),
        ]
    }
}
