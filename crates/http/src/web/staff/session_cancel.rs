//! Cancelling a session, with what happens to those who are booked: they move, or their appointments end. All are told.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::Days;
use http::StatusCode;
use pramaan_app::session::{HAND_DAYS_AHEAD, SessionSeats, can_replace};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::id::SessionId;
use serde::Deserialize;

use super::duty::{Nav, Of, OnDuty};
use super::left_over::LeftOver;
use super::refusal;
use super::session::{Line, back_to, is_open, list_of, nav_of};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::Fields;
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/sessions/{session}/cancel", get(show).post(cancel))
}

#[derive(Template)]
#[template(path = "staff/session_cancel.html")]
pub(super) struct CancelPage {
    page: Page,
    nav: Nav,
    form: FormState,
    session: Line,
    /// Where the list of sessions is.
    back: String,
    others: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    to: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("to", &self.to)]
    }
}

/// The answer that moves nobody.
const NOWHERE: &str = "none";

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, Of(id): Of) -> Response {
    answer(&front, page, &staff, id, FormState::new()).await
}

async fn cancel(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Of(id): Of,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let to = match (typed.to.as_str(), typed.to.parse::<SessionId>()) {
        (NOWHERE, _) => Ok(None),
        (_, Ok(to)) => Ok(Some(to)),
        (_, Err(_)) => Err("session-cancel-choose"),
    };
    let error = match to {
        Err(error) => error,
        Ok(to) => match cancel_own(&front, &staff, id, to).await {
            Ok(address) => return Redirect::to(&address).into_response(),
            Err(Refusal::Invalid { .. }) => "session-cancel-other-wrong",
            Err(refused) => {
                let left = LeftOver::sent(&format!("/staff/sessions/{id}/cancel"), &typed);
                return refusal::page_keeping(page, nav_of(&staff), &refused, left);
            }
        },
    };
    let form = FormState::new()
        .value_of("to", typed.to)
        .error_at("to", Message::new(error));
    let again = answer(&front, page, &staff, id, form).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

async fn cancel_own(
    front: &Front,
    staff: &Staff,
    id: SessionId,
    to: Option<SessionId>,
) -> Result<String, Refusal> {
    let centre = front.app.centre_of_session(staff, id).await?;
    still_open(front, &front.app.session_to_plan(staff, id).await?)?;
    let route = "POST /staff/sessions/{session}/cancel";
    let cancelled = front.app.cancel_session(staff, id, to, route).await?;
    let done = format!(
        "done=cancelled&moved={}&ended={}&untold={}",
        cancelled.moved, cancelled.ended, cancelled.untold
    );
    Ok(list_of(staff, centre, &done))
}

async fn answer(front: &Front, page: Page, staff: &Staff, id: SessionId, form: FormState) -> Response {
    let nav = nav_of(staff);
    let found = match around(front, staff, id).await {
        Ok(found) => found,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let (session, sessions) = found;
    render(&CancelPage {
        session: Line::new(page.locale, &session, front.app.today()),
        back: back_to(staff, session.session.centre),
        others: others(&page, &sessions, &session),
        page,
        nav,
        form,
    })
}

/// A session that can still be cancelled, and those of its centre from its day on, however far ahead that is.
async fn around(
    front: &Front,
    staff: &Staff,
    id: SessionId,
) -> Result<(SessionSeats, Vec<SessionSeats>), Refusal> {
    let session = front.app.session_to_plan(staff, id).await?;
    still_open(front, &session)?;
    let (centre, day) = (session.session.centre, session.session.day);
    let last = day.checked_add_days(Days::new(HAND_DAYS_AHEAD)).unwrap_or(day);
    let others = front.app.sessions_of(staff, centre, (day, last)).await?;
    Ok((session, others))
}

fn still_open(front: &Front, session: &SessionSeats) -> Result<(), Refusal> {
    match is_open(session, front.app.today()) {
        true => Ok(()),
        false => Err(Refusal::SessionCancelled),
    }
}

/// Where the booked can move: sessions to which all of them may come; or nowhere.
fn others(page: &Page, sessions: &[SessionSeats], from: &SessionSeats) -> Vec<Choice> {
    let fits = |other: &&SessionSeats| can_replace(&other.session, &from.session);
    let choice = |other: &SessionSeats| {
        let free: i64 = other
            .slots
            .iter()
            .flat_map(|slot| &slot.seats)
            .map(|seats| seats.free())
            .sum();
        let day = words::weekday_date(page.locale, other.session.day);
        let label = page.t1("session-cancel-to", "day", day);
        Choice::new(other.session.id.to_string(), label).hint(page.t1("session-cancel-free", "free", free))
    };
    let mut choices: Vec<Choice> = sessions.iter().filter(fits).map(choice).collect();
    choices.push(
        Choice::new(NOWHERE, page.t("session-cancel-nowhere")).hint(page.t("session-cancel-nowhere-hint")),
    );
    choices
}

#[cfg(test)]
impl CancelPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let others = || {
            vec![
                Choice::new("1", page.t1("session-cancel-to", "day", "1")).hint(page.t1(
                    "session-cancel-free",
                    "free",
                    3,
                )),
                Choice::new(NOWHERE, page.t("session-cancel-nowhere"))
                    .hint(page.t("session-cancel-nowhere-hint")),
            ]
        };
        let with = |form| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, super::session::HERE),
            form,
            session: Line::sample(page),
            back: super::session::HERE.to_owned(),
            others: others(),
        };
        let wrong = FormState::new().error_at("to", Message::new("session-cancel-choose"));
        vec![with(FormState::new()), with(wrong)]
    }
}
