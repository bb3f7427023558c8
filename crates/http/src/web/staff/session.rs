//! The sessions of the manager's centre, today and to come: the list, and a new one.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::Days;
use http::StatusCode;
use pramaan_app::session::{SessionPlan, SessionSeats, SessionState};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::centre::CentreId;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::login::LoginPage;
use super::refusal;
use super::session_form::{DAYS_AHEAD, SHORT, Typed, beside};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) const HERE: &str = "/staff/sessions";
const NEW: &str = "/staff/sessions/new";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(list))
        .route(NEW, get(plan).post(publish))
}

#[derive(Template)]
#[template(path = "staff/sessions.html")]
pub(super) struct SessionsPage {
    page: Page,
    nav: Nav,
    done: Option<Message>,
    sessions: Vec<Line>,
}

/// One session in words.
pub(super) struct Line {
    pub(super) day: String,
    pub(super) what: String,
    pub(super) hours: String,
    pub(super) taken: i64,
    pub(super) capacity: i64,
    /// None when it is cancelled already.
    pub(super) cancel: Option<String>,
    pub(super) change: String,
}

#[derive(Template)]
#[template(path = "staff/session_new.html")]
pub(super) struct NewSessionPage {
    page: Page,
    nav: Nav,
    form: FormState,
    vaccines: Vec<Choice>,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    done: Option<String>,
    moved: Option<String>,
    ended: Option<String>,
}

impl Told {
    fn message(&self) -> Option<Message> {
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<u32>().ok());
        match (self.done.as_deref(), number(&self.moved), number(&self.ended)) {
            (Some("published"), ..) => Some(Message::new("sessions-published")),
            (Some("changed"), Some(moved), Some(ended)) => Some(
                Message::new("sessions-changed")
                    .with("moved", moved)
                    .with("ended", ended),
            ),
            (Some("cancelled"), Some(moved), Some(ended)) => Some(
                Message::new("sessions-cancelled")
                    .with("moved", moved)
                    .with("ended", ended),
            ),
            _ => None,
        }
    }
}

async fn list(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, HERE);
    let done = told.ok().and_then(|Query(told)| told.message());
    match to_come(&front, &staff).await {
        Ok(found) => {
            let sessions = found
                .iter()
                .map(|session| Line::new(page.locale, session))
                .collect();
            render(&SessionsPage {
                page,
                nav,
                done,
                sessions,
            })
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn plan(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, HERE);
    match centre_of(&staff) {
        Ok(_) => render(&NewSessionPage::new(
            page,
            nav,
            Typed::suggested(front.app.today()).form(),
        )),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn publish(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (NEW, &typed.carry()));
    };
    let nav = Nav::of(&staff, HERE);
    let centre = match centre_of(&staff) {
        Ok(centre) => centre,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    if typed.step == kept::STEP {
        let typed = kept::back(&front, staff.typist(), NEW, &typed.kept);
        let typed: Typed = typed.unwrap_or_else(|| Typed::suggested(front.app.today()));
        return render(&NewSessionPage::new(page, nav, typed.form()));
    }
    let form = match typed.parse(centre, front.app.today()) {
        Err(form) => form,
        Ok(plan) => match planned(&front, &staff, &typed, plan).await {
            Ok(None) => return Redirect::to("/staff/sessions?done=published").into_response(),
            Ok(Some(warned)) => warned,
            Err(refused) => match beside(&refused) {
                Some((field, message)) => typed.form().error_at(field, message),
                None => return refusal::page(page, nav, &refused),
            },
        },
    };
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        render(&NewSessionPage::new(page, nav, form)),
    )
        .into_response()
}

/// Publishes the session, or answers the form with a warning that the stock has fewer doses.
async fn planned(
    front: &Front,
    staff: &Staff,
    typed: &Typed,
    plan: SessionPlan,
) -> Result<Option<FormState>, Refusal> {
    let shortage = front.app.stock_short_for(staff, &plan).await?;
    if let Some(warned) = shortage.and_then(|shortage| typed.warned(shortage)) {
        return Ok(Some(warned));
    }
    front.app.publish_sessions(staff, vec![plan]).await?;
    Ok(None)
}

/// The centre that a member of staff plans for here.
pub(super) fn centre_of(staff: &Staff) -> Result<CentreId, Refusal> {
    match staff.role() {
        pramaan_app::StaffRole::SiteManager => {
            CentreId::from_number(staff.centre()).map_err(|_| Refusal::Forbidden)
        }
        pramaan_app::StaffRole::Vaccinator | pramaan_app::StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
    }
}

/// The sessions of the manager's centre from today on.
pub(super) async fn to_come(front: &Front, staff: &Staff) -> Result<Vec<SessionSeats>, Refusal> {
    let centre = centre_of(staff)?;
    let today = front.app.today();
    let last = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today);
    front.app.sessions_of(staff, centre, (today, last)).await
}

impl Line {
    pub(super) fn new(locale: Locale, found: &SessionSeats) -> Self {
        let session = &found.session;
        let seats = || found.slots.iter().flat_map(|slot| &slot.seats);
        let hours: Vec<String> = found
            .slots
            .iter()
            .map(|slot| words::slot(locale, slot.slot))
            .collect();
        Self {
            day: words::weekday_date(locale, session.day),
            what: format!(
                "{}, {}",
                words::vaccine(locale, session.vaccine),
                words::ages(locale, session.ages)
            ),
            hours: hours.join("; "),
            taken: seats().map(|seat| seat.taken).sum(),
            capacity: seats().map(|seat| seat.capacity).sum(),
            change: super::session_change::path(session.id),
            cancel: match session.state {
                SessionState::Published => Some(format!("/staff/sessions/{}/cancel", session.id)),
                SessionState::Cancelled => None,
            },
        }
    }
}

impl NewSessionPage {
    /// The box to tick when there are fewer doses than seats; nothing for everybody else.
    fn shortage(&self) -> Vec<Choice> {
        let asked = self.form.error(SHORT).is_some() || self.form.chose(SHORT, "yes");
        let tick = Choice::new("yes", self.page.t("session-short-yes"));
        asked.then_some(tick).into_iter().collect()
    }

    fn new(page: Page, nav: Nav, form: FormState) -> Self {
        let vaccines = Vaccine::ALL
            .map(|one| Choice::new(one.name(), words::vaccine(page.locale, one)))
            .into();
        Self {
            page,
            nav,
            form,
            vaccines,
        }
    }
}

#[cfg(test)]
impl Line {
    pub(super) fn sample(page: &Page) -> Self {
        Self {
            day: words::weekday_date(page.locale, super::tests::today()),
            what: words::vaccine(page.locale, Vaccine::Covishield),
            hours: "9:00 – 10:00".to_owned(),
            taken: 7,
            capacity: 40,
            cancel: Some("/staff/sessions/1/cancel".to_owned()),
            change: "/staff/sessions/1/change".to_owned(),
        }
    }
}

#[cfg(test)]
impl SessionsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, HERE);
        let told = Told {
            done: Some("cancelled".to_owned()),
            moved: Some("2".to_owned()),
            ended: Some("1".to_owned()),
        };
        let cancelled = Line {
            cancel: None,
            ..Line::sample(page)
        };
        vec![
            Self {
                page: page.clone(),
                nav,
                done: None,
                sessions: Vec::new(),
            },
            Self {
                page: page.clone(),
                nav,
                done: told.message(),
                sessions: vec![Line::sample(page), cancelled],
            },
        ]
    }
}

#[cfg(test)]
impl NewSessionPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, HERE);
        let today = super::tests::today();
        let nothing = Typed::default()
            .parse(CentreId::from_number(1).unwrap(), today)
            .unwrap_err();
        let shortage = pramaan_app::stock::Shortage { seats: 40, doses: 25 };
        let short = Typed::suggested(today).warned(shortage).unwrap();
        vec![
            Self::new(page.clone(), nav, Typed::suggested(today).form()),
            Self::new(page.clone(), nav, short),
            Self::new(page.clone(), nav, nothing),
        ]
    }
}
