//! A session that goes on for longer, stops or moves: one form, with a reason. All who are booked are told.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::NaiveTime;
use http::StatusCode;
use pramaan_app::day::{Extension, Move};
use pramaan_app::session::{Cancelled, SessionSeats, SessionState};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::session::Quota;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{Duty, Nav, Of, OnDuty};
use super::login::LoginPage;
use super::refusal;
use super::session::{HERE, Line, to_come};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const ROUTE: &str = "POST /staff/sessions/{session}/change";

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/sessions/{session}/change", get(show).post(change))
}

#[derive(Template)]
#[template(path = "staff/session_change.html")]
pub(super) struct ChangePage {
    page: Page,
    nav: Nav,
    form: FormState,
    session: Line,
    ways: Vec<Choice>,
    doses: Vec<Choice>,
    centres: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    way: String,
    until: String,
    dose: String,
    online: String,
    walk_in: String,
    day: String,
    centre: String,
    reason: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("way", &self.way),
            ("until", &self.until),
            ("dose", &self.dose),
            ("online", &self.online),
            ("walk_in", &self.walk_in),
            ("day", &self.day),
            ("centre", &self.centre),
            ("reason", &self.reason),
        ]
    }
}

/// What a form asks for.
enum Wanted {
    Extend(Extension),
    Stop(Reason),
    Move(Move),
}

type Wrong = (&'static str, &'static str);

impl Typed {
    fn parse(&self) -> Result<Wanted, Wrong> {
        let reason = || Reason::parse(&self.reason).map_err(|_| ("reason", "day-close-reason-shape"));
        match self.way.as_str() {
            "extend" => {
                let until = NaiveTime::parse_from_str(self.until.trim(), "%H:%M");
                Ok(Wanted::Extend(Extension {
                    until: until.map_err(|_| ("until", "session-change-until-wrong"))?,
                    seats: self.seats()?,
                    reason: reason()?,
                }))
            }
            "stop" => Ok(Wanted::Stop(reason()?)),
            "move" => {
                let day = CivilDate::parse_from_str(self.day.trim(), "%Y-%m-%d");
                let centre = self.centre.parse().ok().map(CentreId::from_number);
                Ok(Wanted::Move(Move {
                    centre: centre
                        .and_then(Result::ok)
                        .ok_or(("centre", "session-change-centre-wrong"))?,
                    day: day.map_err(|_| ("day", "session-change-day-wrong"))?,
                    reason: reason()?,
                }))
            }
            _ => Err(("way", "session-change-choose")),
        }
    }

    fn seats(&self) -> Result<Vec<(DoseNumber, Quota, u16)>, Wrong> {
        let dose = self.dose.parse().ok().map(DoseNumber::from_code);
        let dose = dose.and_then(Result::ok).unwrap_or(DoseNumber::First);
        let count = |text: &str, field| match text.trim() {
            "" => Ok(0),
            text => match text.parse::<u16>() {
                Ok(seats) if seats <= 1000 => Ok(seats),
                _ => Err((field, "session-change-seats-wrong")),
            },
        };
        Ok(vec![
            (dose, Quota::Online, count(&self.online, "online")?),
            (dose, Quota::WalkIn, count(&self.walk_in, "walk_in")?),
        ])
    }
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, Of(id): Of) -> Response {
    let own = Typed {
        centre: staff.centre().to_string(),
        day: front.app.today().to_string(),
        ..Typed::default()
    };
    answer(&front, page, &staff, id, own.form()).await
}

async fn change(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    Of(id): Of,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let path = path(id);
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&path, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), &path, &typed.kept).unwrap_or_default();
        return answer(&front, page, &staff, id, typed.form()).await;
    }
    let (field, error) = match typed.parse() {
        Err(wrong) => wrong,
        Ok(wanted) => match changed(&front, &staff, id, wanted).await {
            Ok(done) => {
                let address = format!("{HERE}?done=changed&moved={}&ended={}", done.moved, done.ended);
                return Redirect::to(&address).into_response();
            }
            Err(Refusal::Invalid { field, .. }) => beside(field),
            Err(refused) => return refusal::page(page, Nav::of(&staff, HERE), &refused),
        },
    };
    let form = typed.form().error_at(field, Message::new(error));
    let again = answer(&front, page, &staff, id, form).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

fn beside(field: &str) -> Wrong {
    match field {
        "until" => ("until", "session-change-until-wrong"),
        "seats" => ("online", "session-change-seats-none"),
        "centre" => ("centre", "session-change-centre-wrong"),
        _ => ("day", "session-change-day-wrong"),
    }
}

async fn changed(front: &Front, staff: &Staff, id: SessionId, wanted: Wanted) -> Result<Cancelled, Refusal> {
    let app = &front.app;
    match wanted {
        Wanted::Extend(extension) => app.extend_session(staff, id, extension, ROUTE).await,
        Wanted::Stop(reason) => app.stop_session(staff, id, reason, ROUTE).await,
        Wanted::Move(to) => app.move_session(staff, id, to, ROUTE).await,
    }
}

pub(super) fn path(id: SessionId) -> String {
    format!("/staff/sessions/{id}/change")
}

async fn answer(front: &Front, page: Page, staff: &Staff, id: SessionId, form: FormState) -> Response {
    let nav = Nav::of(staff, HERE);
    let sessions = match front.app.centre_of_session(staff, id).await {
        Ok(centre) => to_come(front, staff, centre).await,
        Err(refused) => Err(refused),
    };
    let sessions = match sessions {
        Ok(sessions) => sessions,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let published =
        |found: &&SessionSeats| found.session.id == id && found.session.state == SessionState::Published;
    match sessions.iter().find(published) {
        Some(session) => render(&ChangePage {
            session: Line::new(page.locale, session),
            ways: ways(&page),
            doses: doses(&page),
            centres: centres(front, staff),
            page,
            nav,
            form,
        }),
        None => refusal::page(page, nav, &Refusal::UnknownSession),
    }
}

fn ways(page: &Page) -> Vec<Choice> {
    let way = |code: &str, text: &str, hint: &str| Choice::new(code, page.t(text)).hint(page.t(hint));
    vec![
        way("extend", "session-change-extend", "session-change-extend-hint"),
        way("stop", "session-change-stop", "session-change-stop-hint"),
        way("move", "session-change-move", "session-change-move-hint"),
    ]
}

fn doses(page: &Page) -> Vec<Choice> {
    let choice = |dose: DoseNumber| {
        Choice::new(
            dose.code().to_string(),
            crate::web::words::dose(page.locale, dose),
        )
    };
    [DoseNumber::First, DoseNumber::Second, DoseNumber::Precaution]
        .map(choice)
        .into()
}

/// The centres of the district, one's own first.
fn centres(front: &Front, staff: &Staff) -> Vec<Choice> {
    let mut centres = front.app.availability().centres();
    centres.retain(|centre| centre.district.number() == staff.district());
    centres.sort_by_key(|centre| (centre.id.number() != staff.centre(), centre.name.to_string()));
    let choice = |centre: &std::sync::Arc<pramaan_app::availability::Centre>| {
        Choice::new(centre.id.number().to_string(), centre.name.to_string())
    };
    centres.iter().map(choice).collect()
}

#[cfg(test)]
impl ChangePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let with = |form| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, HERE),
            form,
            session: Line::sample(page),
            ways: ways(page),
            doses: doses(page),
            centres: vec![Choice::new("1", "Fort dispensary")],
        };
        let wrong = |way: &str, field| {
            let typed = Typed {
                way: way.to_owned(),
                ..Typed::default()
            };
            let (at, error) = match field {
                "" => typed.parse().err().unwrap(),
                field => beside(field),
            };
            typed.form().error_at(at, Message::new(error))
        };
        let mut samples = vec![with(FormState::new())];
        for (way, field) in [
            ("", ""),
            ("extend", ""),
            ("stop", ""),
            ("move", ""),
            ("extend", "seats"),
            ("move", "day"),
        ] {
            samples.push(with(wrong(way, field)));
        }
        samples
    }
}
