//! Moving an appointment, and cancelling it for some or all.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use pramaan_app::appointment::{Appointment, Seat, SlipFacts, Told};
use pramaan_app::availability::Place;
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::reference_id::ReferenceId;
use serde::Deserialize;

use super::{facts, gone};
use crate::web::citizen::book::GonePage;
use crate::web::citizen::layout::Nav;
use crate::web::citizen::login::{LoginPage, language};
use crate::web::citizen::visitor::{SignedIn, Visitor};
use crate::web::citizen::{refusal, words};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept;
use crate::web::page::Page;

/// Seats offered for a move.
const SEATS: usize = 40;

#[derive(Template)]
#[template(path = "citizen/cancel.html")]
pub(in crate::web::citizen) struct CancelPage {
    page: Page,
    nav: Nav,
    form: FormState,
    base: String,
    now: String,
    members: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Leaving {
    member: Vec<String>,
}

pub(super) async fn ask_cancel(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(id): Path<String>,
) -> Response {
    cancel_page(&front, page, &citizen, &id, None).await
}

async fn cancel_page(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    id: &str,
    wrong: Option<Message>,
) -> Response {
    let facts = match facts(front, citizen, id, "GET /household/appointments/{id}/cancel").await {
        Ok(facts) => facts,
        Err(refused) => return gone(page, &refused),
    };
    let members: Vec<Choice> = facts
        .members
        .iter()
        .map(|member| Choice::new(member.reference_id.to_string(), member.name.as_str()))
        .collect();
    // Everybody is ticked, so that the usual case is one press.
    let all = |form: FormState, choice: &Choice| form.value_of("member", &choice.value);
    let form = match wrong {
        None => members.iter().fold(FormState::new(), all),
        Some(message) => FormState::new().error_at("member", message),
    };
    render(&CancelPage {
        nav: Nav::inside("/household"),
        form,
        base: format!("/household/appointments/{id}"),
        now: now_line(page.locale, &facts),
        members,
        page,
    })
}

fn now_line(locale: Locale, facts: &SlipFacts) -> String {
    let when = format!(
        "{}, {}",
        words::weekday_date(locale, facts.day),
        words::slot(locale, facts.slot)
    );
    locale.t_with(
        "move-now",
        &[("when", when), ("where", facts.centre.name.to_string())],
    )
}

pub(super) async fn cancel(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(id): Path<String>,
    CsrfForm(leaving): CsrfForm<Leaving>,
) -> Response {
    let members: Vec<ReferenceId> = leaving
        .member
        .iter()
        .filter_map(|member| ReferenceId::parse(member).ok())
        .collect();
    if members.is_empty() {
        let again = cancel_page(&front, page, &citizen, &id, Some(Message::new("error-members"))).await;
        return form_again(StatusCode::UNPROCESSABLE_ENTITY, again);
    }
    let Ok(appointment) = id.parse() else {
        return gone(page, &Refusal::UnknownAppointment);
    };
    let request = "POST /household/appointments/{id}/cancel";
    let language = language(page.locale);
    match front
        .app
        .cancel_appointment(&citizen, appointment, &members, language, request)
        .await
    {
        Ok(Told::ByMessage) => Redirect::to("/household?done=cancelled").into_response(),
        // What keeps the message back may keep the next page back as well, so this one says it.
        Ok(Told::Nothing) => render(&GonePage::cancelled_untold(page)),
        Err(Refusal::AppointmentOver) => {
            let over = Some(Message::new("error-appointment-over"));
            (
                StatusCode::CONFLICT,
                cancel_page(&front, page, &citizen, &id, over).await,
            )
                .into_response()
        }
        Err(refused) => gone(page, &refused),
    }
}

#[derive(Template)]
#[template(path = "citizen/move.html")]
pub(in crate::web::citizen) struct MovePage {
    page: Page,
    nav: Nav,
    form: FormState,
    base: String,
    now: String,
    seats: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    seat: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

pub(super) async fn ask_move(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(id): Path<String>,
) -> Response {
    move_page(&front, page, &citizen, &id, FormState::new()).await
}

async fn move_page(front: &Front, page: Page, citizen: &Citizen, id: &str, form: FormState) -> Response {
    let appointments = match front.app.appointments(citizen).await {
        Ok(appointments) => appointments,
        Err(refused) => return gone(page, &refused),
    };
    let party: Vec<&Appointment> = appointments
        .iter()
        .filter(|held| held.id.to_string() == id)
        .collect();
    let Some(held) = party.first() else {
        return gone(page, &Refusal::UnknownAppointment);
    };
    let locale = page.locale;
    let when = format!(
        "{}, {}",
        words::weekday_date(locale, held.day),
        words::slot(locale, held.slot)
    );
    let now = locale.t_with(
        "move-now",
        &[("when", when), ("where", held.centre.name.to_string())],
    );
    render(&MovePage {
        nav: Nav::inside("/household"),
        form,
        base: format!("/household/appointments/{id}"),
        now,
        seats: seats(front, locale, held, party.len()),
        page,
    })
}

/// Seats of the same vaccine in the district with room for the whole party: this centre first, then by day.
fn seats(front: &Front, locale: Locale, held: &Appointment, party: usize) -> Vec<Choice> {
    let view = front
        .app
        .availability()
        .view(Place::District(held.centre.district), front.app.now());
    let mut found = Vec::new();
    for centre in &view.centres {
        let elsewhere = centre.centre.id != held.centre.id;
        for session in centre
            .sessions
            .iter()
            .filter(|session| session.vaccine == held.vaccine)
        {
            let room = |free: u32| usize::try_from(free).is_ok_and(|free| free >= party);
            let open = session.slots.iter().filter(|slot| room(slot.free(held.dose)));
            let other = open.filter(|slot| session.id != held.session || slot.slot != held.slot);
            found.extend(other.map(|slot| {
                let when = words::weekday_date(locale, session.day);
                let label = [("when", when), ("slot", words::slot(locale, slot.slot))];
                let choice = Choice::new(
                    format!("{}/{}", session.id, slot.slot),
                    locale.t_with("move-option", &label),
                )
                .hint(format!("{}, {}", centre.centre.name, centre.centre.location));
                ((elsewhere, session.day, slot.slot.start()), choice)
            }));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, choice)| choice).take(SEATS).collect()
}

pub(super) async fn move_to(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    Path(id): Path<String>,
    CsrfForm(chosen): CsrfForm<Chosen>,
) -> Response {
    let path = format!("/household/appointments/{id}/move");
    let Visitor::Citizen(citizen) = visitor else {
        let form = kept::carry(&[("seat", &chosen.seat)]);
        return LoginPage::keeping(&front, page, &visitor, (&path, &form));
    };
    if chosen.step == kept::STEP {
        let chosen: Chosen = kept::back(&front, citizen.typist(), &path, &chosen.kept).unwrap_or_default();
        let form = FormState::new().value_of("seat", chosen.seat);
        return move_page(&front, page, &citizen, &id, form).await;
    }
    let Ok(appointment) = id.parse() else {
        return gone(page, &Refusal::UnknownAppointment);
    };
    let seat = chosen.seat.split_once('/').and_then(|(session, slot)| {
        Some(Seat {
            session: session.parse().ok()?,
            slot: slot.to_owned(),
        })
    });
    let (status, message) = match seat {
        None => (StatusCode::UNPROCESSABLE_ENTITY, Message::new("error-slot")),
        Some(seat) => {
            let (language, request) = (language(page.locale), "POST /household/appointments/{id}/move");
            match front
                .app
                .reschedule(&citizen, appointment, &seat, language, request)
                .await
            {
                Ok(()) => {
                    return Redirect::to(&format!("/household/appointments/{id}?news=moved")).into_response();
                }
                Err(Refusal::UnknownAppointment) => return gone(page, &Refusal::UnknownAppointment),
                Err(refused) => {
                    let message = refusal::about_seat(page.locale, &refused, "seat").1;
                    (form_status(&refused), message)
                }
            }
        }
    };
    let form = FormState::new()
        .value_of("seat", chosen.seat)
        .error_at("seat", message);
    let again = move_page(&front, page, &citizen, &id, form).await;
    form_again(status, again)
}

#[cfg(test)]
mod samples {
    use super::*;

    impl CancelPage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
            let wrong = FormState::new().error_at("member", Message::new("error-members"));
            [FormState::new().value_of("member", "1"), wrong]
                .map(|form| Self {
                    page: page.clone(),
                    nav: Nav::inside("/household"),
                    form,
                    base: "/household/appointments/1".to_owned(),
                    now: page.t2("move-now", "when", "…", "where", "Kamla Nehru Dispensary"),
                    members: vec![Choice::new("1", "Asha Devi"), Choice::new("2", "रवि कुमार")],
                })
                .into()
        }
    }

    impl MovePage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
            let wrong = FormState::new().error_at("seat", Message::new("error-full"));
            let seats = vec![
                Choice::new("1/a", "…").hint("Kamla Nehru Dispensary"),
                Choice::new("2/b", "…"),
            ];
            [
                (FormState::new(), seats.clone()),
                (wrong, seats),
                (FormState::new(), Vec::new()),
            ]
            .map(|(form, seats)| Self {
                page: page.clone(),
                nav: Nav::inside("/household"),
                form,
                base: "/household/appointments/1".to_owned(),
                now: page.t2("move-now", "when", "…", "where", "Kamla Nehru Dispensary"),
                seats,
            })
            .into()
        }
    }
}
