//! A session that goes on for longer, stops or moves: one form, with a reason. All who are booked are told.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{Days, NaiveTime};
use http::StatusCode;
use pramaan_app::day::{Extension, Move};
use pramaan_app::session::{Cancelled, HAND_DAYS_AHEAD};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::session::Quota;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{Duty, Nav, Of, OnDuty};
use super::facilitator::centre_name;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use super::session::{Line, back_to, is_open, list_of, nav_of};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

/// The box that is asked for before people move.
const SURE: &str = "sure";
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
    /// Where the list of sessions is.
    back: String,
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
    /// The move that was looked at once more, as [`seen`] spells it.
    sure: String,
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
            (SURE, &self.sure),
        ]
    }
}

/// A move as it was shown before it is done: another day or centre is looked at again.
fn seen(day: &str, centre: &str) -> String {
    format!("{} {centre}", day.trim())
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

    /// Whether who moves a session was shown how many people go there. A day that is refused anyway is refused first.
    fn has_looked(&self, front: &Front, to: &Move) -> bool {
        let today = front.app.today();
        let last = today
            .checked_add_days(Days::new(HAND_DAYS_AHEAD))
            .unwrap_or(today);
        self.sure == seen(&self.day, &self.centre) || !(today..=last).contains(&to.day)
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
    let centre = match front.app.centre_of_session(&staff, id).await {
        Ok(centre) => centre,
        Err(refused) => return refusal::page(page, nav_of(&staff), &refused),
    };
    let own = Typed {
        centre: centre.to_string(),
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
        Ok(Wanted::Move(to)) if !typed.has_looked(&front, &to) => {
            let form = typed.form();
            return form_again(
                StatusCode::UNPROCESSABLE_ENTITY,
                look(&front, page, &staff, (id, &to), form).await,
            );
        }
        Ok(wanted) => match changed(&front, &staff, id, wanted).await {
            Ok((centre, done)) => {
                let done = format!(
                    "done=changed&moved={}&ended={}&untold={}",
                    done.moved, done.ended, done.untold
                );
                return Redirect::to(&list_of(&staff, centre, &done)).into_response();
            }
            Err(Refusal::Invalid { field, .. }) => beside(field),
            Err(refused) => {
                let left = LeftOver::sent(&path, &typed);
                return refusal::page_keeping(page, nav_of(&staff), &refused, left);
            }
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

/// The form with how many people go where, and the box to tick.
async fn look(
    front: &Front,
    page: Page,
    staff: &Staff,
    (id, to): (SessionId, &Move),
    form: FormState,
) -> Response {
    let taken = match front.app.session_to_plan(staff, id).await {
        Ok(session) => Line::new(page.locale, &session, front.app.today()).taken,
        Err(refused) => return refusal::page(page, nav_of(staff), &refused),
    };
    let message = Message::new("session-change-look")
        .with("taken", taken)
        .with("day", words::weekday_date(page.locale, to.day))
        .with("centre", centre_name(front, to.centre.number()));
    answer(front, page, staff, id, form.error_at(SURE, message)).await
}

async fn changed(
    front: &Front,
    staff: &Staff,
    id: SessionId,
    wanted: Wanted,
) -> Result<(CentreId, Cancelled), Refusal> {
    let app = &front.app;
    let centre = app.centre_of_session(staff, id).await?;
    let done = match wanted {
        Wanted::Extend(extension) => app.extend_session(staff, id, extension, ROUTE).await,
        Wanted::Stop(reason) => app.stop_session(staff, id, reason, ROUTE).await,
        Wanted::Move(to) => app.move_session(staff, id, to, ROUTE).await,
    };
    Ok((centre, done?))
}

pub(super) fn path(id: SessionId) -> String {
    format!("/staff/sessions/{id}/change")
}

async fn answer(front: &Front, page: Page, staff: &Staff, id: SessionId, form: FormState) -> Response {
    let (nav, today) = (nav_of(staff), front.app.today());
    let session = match front.app.session_to_plan(staff, id).await {
        Ok(session) if is_open(&session, today) => session,
        Ok(_) => return refusal::page(page, nav, &Refusal::UnknownSession),
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let centre = session.session.centre;
    render(&ChangePage {
        session: Line::new(page.locale, &session, today),
        back: back_to(staff, centre),
        ways: ways(&page),
        doses: doses(&page),
        centres: centres(front, staff, centre),
        page,
        nav,
        form,
    })
}

impl ChangePage {
    /// The box to tick once who goes where was shown; nothing before.
    fn look(&self) -> Vec<Choice> {
        let as_seen = seen(self.form.value("day"), self.form.value("centre"));
        let asked = self.form.error(SURE).is_some() || self.form.chose(SURE, &as_seen);
        let tick = Choice::new(as_seen, self.page.t("session-change-sure"));
        asked.then_some(tick).into_iter().collect()
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
    let choice = |dose: DoseNumber| Choice::new(dose.code().to_string(), words::dose(page.locale, dose));
    [DoseNumber::First, DoseNumber::Second, DoseNumber::Precaution]
        .map(choice)
        .into()
}

/// The centres of the district, the session's own first.
fn centres(front: &Front, staff: &Staff, own: CentreId) -> Vec<Choice> {
    let mut centres = front.app.availability().centres();
    centres.retain(|centre| centre.district.number() == staff.district());
    centres.sort_by_key(|centre| (centre.id != own, centre.name.to_string()));
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
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, super::session::HERE),
            form,
            session: Line::sample(page),
            back: super::session::HERE.to_owned(),
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
        let look = Message::new("session-change-look")
            .with("taken", 7)
            .with("day", "1")
            .with("centre", "Fort dispensary");
        let typed = Typed {
            way: "move".to_owned(),
            ..Typed::default()
        };
        samples.push(with(typed.form().error_at(SURE, look)));
        samples
    }
}
