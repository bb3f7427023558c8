//! What staff tap on the screen of the day, and the page of one place with everything that follows there.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use pramaan_app::encounter::Evidence;
use pramaan_app::roster::Place;
use pramaan_app::visit::OnSite;
use pramaan_app::{Refusal, Staff};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::vaccine::Vaccine;
use pramaan_domain::visit::{SentAway, VisitAct, VisitState};
use serde::Deserialize;

use super::day::visit_path;
use super::day_live::{away, clock, place_of, place_value};
use super::duty::{At, HOME, Nav, OnDuty};
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/day", post(act))
        .route("/staff/day/release", post(release))
        .route("/staff/day/{session}/{slot}/{queue}", get(show))
}

/// One tap. A code that was shown is never written back.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    act: String,
    place: String,
    slip: String,
    vaccine: String,
    dose: String,
}

#[derive(Template)]
#[template(path = "staff/day_place.html")]
pub(super) struct PlacePage {
    page: Page,
    nav: Nav,
    number: String,
    what: String,
    state: String,
    place: String,
    /// Where the record is opened.
    open: Option<String>,
    acts: Vec<Choice>,
    reasons: Vec<Choice>,
}

/// What is wrong with a slip that was shown to be checked in.
#[derive(Template)]
#[template(path = "staff/day_slip.html")]
pub(super) struct SlipPage {
    page: Page,
    nav: Nav,
    form: FormState,
    /// The place that was given up, of somebody who came after all.
    late: Option<String>,
}

async fn act(
    State(front): State<Front>,
    page: Page,
    // A tap holds nothing that was typed but a code, and those are not kept.
    OnDuty(staff): OnDuty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let nav = Nav::of(&staff, HOME);
    let done = match typed.act.as_str() {
        "slip" => return shown(&front, page, &staff, &typed.slip).await,
        "leftover" => offer(&front, &staff, &typed).await,
        code => step(&front, &staff, (code, &typed.place)).await,
    };
    match done {
        Ok(address) => Redirect::to(&address).into_response(),
        // Somebody else was faster, or there is nothing to take: the screen says how it is now.
        Err(Refusal::VisitMoved) => Redirect::to("/staff?done=moved").into_response(),
        Err(Refusal::Full) => Redirect::to("/staff?done=full").into_response(),
        Err(Refusal::NothingLeft) => Redirect::to("/staff?done=nothing").into_response(),
        Err(Refusal::AppointmentOver) => Redirect::to("/staff?done=over").into_response(),
        Err(Refusal::Invalid { .. }) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            refusal::page(page, nav, &Refusal::UnknownAppointment),
        )
            .into_response(),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn step(front: &Front, staff: &Staff, (code, place): (&str, &str)) -> Result<String, Refusal> {
    let place = place_of(place).ok_or(Refusal::UnknownAppointment)?;
    if code == "come_late" {
        let visit = front.app.come_late(staff, place).await?;
        return Ok(with_token(visit.token));
    }
    let act = VisitAct::from_form(code).ok_or(Refusal::UnknownAppointment)?;
    let visit = front.app.visit_step(staff, place, act).await?;
    Ok(match act {
        VisitAct::CheckIn => with_token(visit.token),
        VisitAct::Call => visit_path(place),
        VisitAct::SendAway(_) => "/staff?done=sent_away".to_owned(),
        act => format!("/staff?done={}", act.code()),
    })
}

fn with_token(token: Option<i64>) -> String {
    match token {
        Some(token) => format!("/staff?done=token&n={token}"),
        None => "/staff?done=check_in".to_owned(),
    }
}

async fn offer(front: &Front, staff: &Staff, typed: &Typed) -> Result<String, Refusal> {
    let vaccine = Vaccine::parse(&typed.vaccine).map_err(|_| Refusal::NothingLeft)?;
    let dose = typed.dose.parse().map_err(|_| Refusal::NothingLeft)?;
    let dose = DoseNumber::from_code(dose).map_err(|_| Refusal::NothingLeft)?;
    let seats = front.app.offer_leftover(staff, (vaccine, dose)).await?;
    Ok(format!("/staff?done=leftover&n={seats}"))
}

/// Somebody's slip or card at the door.
async fn shown(front: &Front, page: Page, staff: &Staff, slip: &str) -> Response {
    let nav = Nav::of(staff, HOME);
    let judged = match Evidence::from_slip(slip) {
        Ok(evidence) => front.app.check_in_shown(staff, evidence).await,
        Err(refused) => Err(refused),
    };
    let mut late = None;
    let wrong = match judged {
        Err(Refusal::GivenUp { place }) => {
            late = Some(place_value(place));
            "day-slip-given-up"
        }
        Ok((_, visit)) => return Redirect::to(&with_token(visit.token)).into_response(),
        Err(Refusal::Invalid { .. }) => "day-slip-shape",
        Err(Refusal::NoMatch | Refusal::WrongCard | Refusal::UnknownAppointment) => "day-slip-nobody",
        Err(Refusal::AlreadyRecorded) => "day-slip-recorded",
        Err(Refusal::CardSpent | Refusal::OverBudget { .. }) => "day-slip-spent",
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let form = FormState::new().error_at("slip", Message::new(wrong));
    form_again(
        StatusCode::UNPROCESSABLE_ENTITY,
        render(&SlipPage {
            page,
            nav,
            form,
            late,
        }),
    )
}

async fn release(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    CsrfForm(_): CsrfForm<Typed>,
) -> Response {
    match front
        .app
        .release_no_shows(&staff, "POST /staff/day/release")
        .await
    {
        Ok(released) => {
            let (people, seats, untold) = (released.people, released.seats, released.untold);
            let done = format!("/staff?done=released&n={people}&seats={seats}&untold={untold}");
            Redirect::to(&done).into_response()
        }
        Err(refused) => refusal::page(page, Nav::of(&staff, HOME), &refused),
    }
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, At(place): At) -> Response {
    let nav = Nav::of(&staff, HOME);
    let board = match front.app.day_board(&staff).await {
        Ok(board) => board,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    match board.at(place) {
        Some(one) => render(&PlacePage::new(page, nav, place, one)),
        None => refusal::page(page, nav, &Refusal::UnknownAppointment),
    }
}

/// What can follow by hand from where somebody stands.
fn follows(state: VisitState) -> (Vec<(VisitAct, &'static str)>, bool) {
    let acts = [
        (VisitAct::CheckIn, "day-act-check-in"),
        (VisitAct::Call, "day-call-short"),
        (VisitAct::PutBack, "day-act-put-back"),
        (VisitAct::UndoCheckIn, "day-act-undo-check-in"),
        (VisitAct::Leave, "day-leave"),
        (VisitAct::UndoLeave, "day-act-undo-leave"),
    ];
    let can = |act: VisitAct| state.after(act).is_ok();
    let follow = acts.into_iter().filter(|(act, _)| can(*act)).collect();
    (follow, can(VisitAct::SendAway(SentAway::Unwell)))
}

impl PlacePage {
    fn new(page: Page, nav: Nav, place: Place, one: &OnSite) -> Self {
        let locale = page.locale;
        let (acts, goes) = follows(one.state);
        let reasons = SentAway::BY_HAND.map(|why| Choice::new(why.code(), away(locale, why)));
        let at_table = matches!(
            one.state,
            VisitState::CheckedIn | VisitState::Called | VisitState::AtTable | VisitState::SentAway(_)
        );
        Self {
            number: match one.token {
                Some(token) => page.t1("day-token", "token", token),
                None => page.t1("today-number", "queue", place.queue),
            },
            what: format!(
                "{} · {} · {}",
                words::slot(locale, one.visitor.hours),
                words::dose(locale, one.visitor.dose),
                words::vaccine(locale, one.visitor.vaccine)
            ),
            state: state(&page, one),
            place: place_value(place),
            open: at_table.then(|| visit_path(place)),
            acts: acts
                .into_iter()
                .map(|(act, text)| Choice::new(act.code(), page.t(text)))
                .collect(),
            reasons: if goes { reasons.into() } else { Vec::new() },
            page,
            nav,
        }
    }
}

fn state(page: &Page, one: &OnSite) -> String {
    let text = match one.state {
        VisitState::Expected | VisitState::NoShow => "day-to-come",
        VisitState::CheckedIn => "day-waiting",
        VisitState::Called | VisitState::AtTable => "day-tables",
        VisitState::Observing => {
            return page.t1("day-may-go", "at", clock(page.locale, one.may_go_at()));
        }
        VisitState::Left => "day-left",
        VisitState::SentAway(why) => return away(page.locale, why),
    };
    page.t(text)
}

#[cfg(test)]
impl PlacePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let boards = super::day_live::sample_boards();
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let board = &boards[0];
        let groups = [
            &board.waiting,
            &board.at_table,
            &board.observing,
            &board.left,
            &board.sent_away,
        ];
        let sample = |people: &Vec<OnSite>| {
            let one = &people[0];
            Self::new(page.clone(), nav, one.visitor.place, one)
        };
        groups.into_iter().map(sample).collect()
    }
}

#[cfg(test)]
impl SlipPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrongs = [
            "day-slip-shape",
            "day-slip-nobody",
            "day-slip-recorded",
            "day-slip-spent",
        ];
        let sample = |(wrong, late)| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::Vaccinator, HOME),
            form: FormState::new().error_at("slip", Message::new(wrong)),
            late,
        };
        let mut samples: Vec<Self> = wrongs.map(|wrong| sample((wrong, None))).into();
        let place = super::day_live::sample_boards()[0].waiting[0].visitor.place;
        samples.push(sample(("day-slip-given-up", Some(place_value(place)))));
        samples
    }
}
