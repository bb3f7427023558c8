//! An appointment: its codes and slip, moving it, cancelling it for some or all.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use pramaan_app::appointment::{Appointment, Seat, SlipFacts};
use pramaan_app::availability::Place;
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::id::AppointmentId;
use pramaan_domain::reference_id::ReferenceId;
use serde::Deserialize;

use super::book::GonePage;
use super::layout::Nav;
use super::login::language;
use super::visitor::SignedIn;
use super::{refusal, words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;

/// Seats offered for a move.
const SEATS: usize = 40;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/household/appointments/{id}", get(show))
        .route("/household/appointments/{id}/slip.pdf", get(slip))
        .route(
            "/household/appointments/{id}/cancel",
            get(ask_cancel).post(cancel),
        )
        .route("/household/appointments/{id}/move", get(ask_move).post(move_to))
}

#[derive(Template)]
#[template(path = "citizen/appointment.html")]
pub(super) struct AppointmentPage {
    page: Page,
    nav: Nav,
    news: News,
    base: String,
    date: String,
    slot: String,
    centre: String,
    address: String,
    vaccine: String,
    members: Vec<MemberCode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    None,
    Booked,
    Moved,
}

struct MemberCode {
    name: String,
    code: String,
    queue: String,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    news: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(id): Path<String>,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let news = match told.ok().and_then(|Query(told)| told.news).as_deref() {
        Some("booked") => News::Booked,
        Some("moved") => News::Moved,
        _ => News::None,
    };
    match facts(&front, &citizen, &id, "GET /household/appointments/{id}").await {
        Ok(facts) => render(&AppointmentPage::new(page, news, &facts)),
        Err(refused) => gone(page, &refused),
    }
}

async fn facts(
    front: &Front,
    citizen: &Citizen,
    id: &str,
    request: &'static str,
) -> Result<SlipFacts, Refusal> {
    let id: AppointmentId = id.parse().map_err(|_| Refusal::UnknownAppointment)?;
    front.app.slip(citizen, id, request).await
}

fn gone(page: Page, refused: &Refusal) -> Response {
    match refused {
        Refusal::UnknownAppointment => {
            (StatusCode::NOT_FOUND, render(&GonePage::appointment(page))).into_response()
        }
        refused => refusal::page(page.locale, refused),
    }
}

impl AppointmentPage {
    fn new(page: Page, news: News, facts: &SlipFacts) -> Self {
        let locale = page.locale;
        let member = |member: &pramaan_app::appointment::SlipMemberFacts| MemberCode {
            name: member.name.as_str().to_owned(),
            code: member.code.as_str().to_owned(),
            queue: locale.t_with("appointment-queue", &[("queue", member.queue.to_string())]),
        };
        let centre = &facts.centre;
        Self {
            nav: Nav::inside("/household"),
            news,
            base: format!("/household/appointments/{}", facts.appointment),
            date: words::weekday_date(locale, facts.day),
            slot: words::slot(locale, facts.slot),
            centre: centre.name.clone(),
            address: format!("{}, {}", centre.location, centre.pincode.number()),
            vaccine: format!(
                "{}, {}",
                words::vaccine(locale, facts.vaccine),
                words::dose(locale, facts.dose)
            ),
            members: facts.members.iter().map(member).collect(),
            page,
        }
    }
}

async fn slip(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse() else {
        return gone(page, &Refusal::UnknownAppointment);
    };
    match front
        .app
        .slip_pdf(&citizen, id, "GET /household/appointments/{id}/slip.pdf")
        .await
    {
        Ok(pdf) => pdf_answer(pdf, "attachment; filename=\"pramaan-slip.pdf\""),
        Err(refused) => gone(page, &refused),
    }
}

/// A PDF to keep; its name holds nobody's.
pub(super) fn pdf_answer(pdf: Vec<u8>, disposition: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    (headers, pdf).into_response()
}

#[derive(Template)]
#[template(path = "citizen/cancel.html")]
pub(super) struct CancelPage {
    page: Page,
    nav: Nav,
    form: FormState,
    base: String,
    now: String,
    members: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Leaving {
    member: Vec<String>,
}

async fn ask_cancel(
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
        &[("when", when), ("where", facts.centre.name.clone())],
    )
}

async fn cancel(
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
        return (StatusCode::UNPROCESSABLE_ENTITY, again).into_response();
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
        Ok(()) => Redirect::to("/household?done=cancelled").into_response(),
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
pub(super) struct MovePage {
    page: Page,
    nav: Nav,
    form: FormState,
    base: String,
    now: String,
    seats: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Chosen {
    seat: String,
}

async fn ask_move(
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
    let now = locale.t_with("move-now", &[("when", when), ("where", held.centre.name.clone())]);
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

async fn move_to(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(id): Path<String>,
    CsrfForm(chosen): CsrfForm<Chosen>,
) -> Response {
    let Ok(appointment) = id.parse() else {
        return gone(page, &Refusal::UnknownAppointment);
    };
    let seat = chosen.seat.split_once('/').and_then(|(session, slot)| {
        Some(Seat {
            session: session.parse().ok()?,
            slot: slot.to_owned(),
        })
    });
    let message = match seat {
        None => Message::new("error-slot"),
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
                Err(refused) => refusal::about_seat(page.locale, &refused, "seat").1,
            }
        }
    };
    let form = FormState::new()
        .value_of("seat", chosen.seat)
        .error_at("seat", message);
    let again = move_page(&front, page, &citizen, &id, form).await;
    (StatusCode::UNPROCESSABLE_ENTITY, again).into_response()
}

#[cfg(test)]
mod samples {
    use super::*;

    impl AppointmentPage {
        pub(in super::super) fn samples(page: &Page) -> Vec<Self> {
            let locale = page.locale;
            let member = |name: &str, code: &str| MemberCode {
                name: name.to_owned(),
                code: code.to_owned(),
                queue: locale.t_with("appointment-queue", &[("queue", "7".to_owned())]),
            };
            [News::None, News::Booked, News::Moved]
                .map(|news| Self {
                    page: page.clone(),
                    nav: Nav::inside("/household"),
                    news,
                    base: "/household/appointments/1".to_owned(),
                    date: words::weekday_date(locale, chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()),
                    slot: words::slot(
                        locale,
                        pramaan_domain::slot::Slot::parse("09:00AM-10:00AM").unwrap(),
                    ),
                    centre: "Kamla Nehru Dispensary".to_owned(),
                    address: "12 Hospital Lane, Fort, 400001".to_owned(),
                    vaccine: "Covishield".to_owned(),
                    members: vec![member("Asha Devi", "4071"), member("रवि कुमार", "0093")],
                })
                .into()
        }
    }

    impl CancelPage {
        pub(in super::super) fn samples(page: &Page) -> Vec<Self> {
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
        pub(in super::super) fn samples(page: &Page) -> Vec<Self> {
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
