//! The sessions of the manager's centre, today and to come: the list, and a new one.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::Days;
use http::StatusCode;
use pramaan_app::plan::monday;
use pramaan_app::session::{HAND_DAYS_AHEAD, SessionPlan, SessionSeats, SessionState};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::centre::CentreId;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::facilitator::centre_name;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use super::session_form::{SAME, SHORT, Typed, beside};
use super::told::centre_in;
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
/// Where an admin chooses a centre.
pub(super) const CENTRES: &str = "/staff/centres";

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
    place: At,
    /// The Monday of the week that is shown, and that week in words; none when all to come are.
    week: Option<(CivilDate, String)>,
}

/// Which centre is planned for.
#[derive(Debug, Clone)]
pub(super) struct At {
    pub(super) centre: i64,
    pub(super) name: String,
}

/// One session in words.
pub(super) struct Line {
    pub(super) day: String,
    pub(super) what: String,
    pub(super) hours: String,
    pub(super) taken: i64,
    pub(super) capacity: i64,
    pub(super) then: Then,
}

/// What can still be done with a session.
pub(super) enum Then {
    /// By the pages with these addresses.
    Open {
        change: String,
        cancel: String,
    },
    Cancelled,
    /// Its day is over.
    Over,
}

/// Whether a session can still be changed or cancelled.
pub(super) fn is_open(found: &SessionSeats, today: CivilDate) -> bool {
    found.session.state == SessionState::Published && found.session.day >= today
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
    centre: Option<String>,
    week: Option<String>,
    done: Option<String>,
    copied: Option<String>,
    moved: Option<String>,
    ended: Option<String>,
    untold: Option<String>,
}

impl Told {
    fn message(&self) -> Option<Message> {
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<u32>().ok());
        let counts = number(&self.moved)
            .zip(number(&self.ended))
            .zip(number(&self.untold));
        let counted = |id, ((moved, ended), untold): ((u32, u32), u32)| {
            let message = Message::new(id).with("moved", moved).with("ended", ended);
            message.with("untold", untold)
        };
        match (self.done.as_deref(), counts) {
            (Some("published"), _) => Some(Message::new("sessions-published")),
            (Some("changed"), Some(counts)) => Some(counted("sessions-changed", counts)),
            (Some("copied"), _) => {
                let count = number(&self.copied).unwrap_or(0);
                Some(Message::new("week-done").with("count", count))
            }
            (Some("cancelled"), Some(counts)) => Some(counted("sessions-cancelled", counts)),
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
    let nav = nav_of(&staff);
    let Query(told) = told.unwrap_or(Query(Told::default()));
    let named = centre_in(told.centre.as_ref());
    if staff.role() == StaffRole::DistrictAdmin && named.is_none() {
        return Redirect::to(CENTRES).into_response();
    }
    let centre = match centre_of(&staff, named) {
        Ok(centre) => centre,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let week = told.week.as_deref().and_then(|day| day.parse().ok()).map(monday);
    let found = match week {
        None => to_come(&front, &staff, centre).await,
        Some(monday) => {
            let days = (monday, monday.checked_add_days(Days::new(6)).unwrap_or(monday));
            front.app.sessions_of(&staff, centre, days).await
        }
    };
    match found {
        Ok(found) => {
            let today = front.app.today();
            let line = |session| Line::new(page.locale, session, today);
            render(&SessionsPage {
                sessions: found.iter().map(line).collect(),
                done: told.message(),
                week: week.map(|monday| (monday, words::weekday_date(page.locale, monday))),
                place: At {
                    centre: centre.number(),
                    name: centre_name(&front, centre.number()),
                },
                page,
                nav,
            })
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// The entry of the navigation that led here.
pub(super) fn nav_of(staff: &Staff) -> Nav {
    match staff.role() {
        StaffRole::DistrictAdmin => Nav::of(staff, CENTRES),
        StaffRole::SiteManager | StaffRole::Vaccinator => Nav::of(staff, HERE),
    }
}

async fn plan(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let nav = nav_of(&staff);
    let asked = told.ok().and_then(|Query(told)| centre_in(told.centre.as_ref()));
    let own = centre_of(&staff, asked).and_then(|centre| front.app.centre_to_plan(&staff, centre));
    match own {
        Ok(centre) => {
            let typed = Typed::suggested(front.app.today()).at(centre.id);
            let typed = typed.named(|| front.fresh_name());
            render(&NewSessionPage::new(page, nav, typed.form()))
        }
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
    let nav = nav_of(&staff);
    let typed = typed.named(|| front.fresh_name());
    if typed.step == kept::STEP {
        let typed = kept::back(&front, staff.typist(), NEW, &typed.kept);
        let typed: Typed = typed.unwrap_or_else(|| Typed::suggested(front.app.today()));
        let typed = typed.named(|| front.fresh_name());
        return render(&NewSessionPage::new(page, nav, typed.form()));
    }
    let centre = match centre_of(&staff, typed.centre()) {
        Ok(centre) => centre,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let form = match typed.parse(centre, front.app.today()) {
        Err(form) => form,
        Ok(plan) => match planned((&front, page.locale), &staff, &typed, plan).await {
            Ok(None) => {
                let back = list_of(&staff, centre, "done=published");
                return Redirect::to(&back).into_response();
            }
            Ok(Some(warned)) => warned,
            Err(refused) => match beside(&refused) {
                Some((field, message)) => typed.form().error_at(field, message),
                None => return refusal::page_keeping(page, nav, &refused, LeftOver::sent(NEW, &typed)),
            },
        },
    };
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        render(&NewSessionPage::new(page, nav, form)),
    )
        .into_response()
}

/// Publishes the session, or answers the form with a warning that the stock has fewer doses, or that it may be there already.
async fn planned(
    (front, locale): (&Front, Locale),
    staff: &Staff,
    typed: &Typed,
    plan: SessionPlan,
) -> Result<Option<FormState>, Refusal> {
    let key = typed.key()?;
    let shortage = front.app.stock_short_for(staff, &plan).await?;
    let same = front.app.same_hours((staff, &key), &plan).await?;
    let same = same.map(|other| same_as(locale, &other));
    if let Some(warned) = typed.warned(same, shortage) {
        return Ok(Some(warned));
    }
    front.app.publish_session((staff, &key), plan).await?;
    Ok(None)
}

/// Names the session that is there.
fn same_as(locale: Locale, other: &SessionSeats) -> Message {
    let seats = other.slots.iter().flat_map(|slot| &slot.seats);
    let hours: Vec<String> = other
        .slots
        .iter()
        .map(|slot| words::slot(locale, slot.slot))
        .collect();
    Message::new("session-same")
        .with("vaccine", words::vaccine(locale, other.session.vaccine))
        .with("ages", words::ages(locale, other.session.ages))
        .with("hours", hours.join("; "))
        .with("seats", seats.map(|seat| seat.capacity).sum::<i64>())
}

/// The centre that a member of staff plans for here: a manager's own, or the one that an admin names. Whether it is of the
/// admin's district, the use cases ask.
pub(super) fn centre_of(staff: &Staff, named: Option<i64>) -> Result<CentreId, Refusal> {
    let centre = match staff.role() {
        StaffRole::SiteManager if named.is_none_or(|named| named == staff.centre()) => staff.centre(),
        StaffRole::DistrictAdmin => named.ok_or(Refusal::Forbidden)?,
        StaffRole::SiteManager | StaffRole::Vaccinator => return Err(Refusal::Forbidden),
    };
    CentreId::from_number(centre).map_err(|_| Refusal::Forbidden)
}

/// The list of a centre's sessions; a manager's own goes without saying.
pub(super) fn list_of(staff: &Staff, centre: CentreId, rest: &str) -> String {
    match staff.role() {
        StaffRole::DistrictAdmin => format!("{HERE}?centre={centre}&{rest}"),
        StaffRole::SiteManager | StaffRole::Vaccinator => format!("{HERE}?{rest}"),
    }
}

/// The same without more.
pub(super) fn back_to(staff: &Staff, centre: CentreId) -> String {
    list_of(staff, centre, "").trim_end_matches(['?', '&']).to_owned()
}

/// The sessions of a centre from today on.
pub(super) async fn to_come(
    front: &Front,
    staff: &Staff,
    centre: CentreId,
) -> Result<Vec<SessionSeats>, Refusal> {
    let today = front.app.today();
    let last = today
        .checked_add_days(Days::new(HAND_DAYS_AHEAD))
        .unwrap_or(today);
    front.app.sessions_of(staff, centre, (today, last)).await
}

impl SessionsPage {
    /// The same list `weeks` later, or the week of today.
    fn week_link(&self, weeks: i64) -> String {
        let from = self.week.as_ref().map(|(monday, _)| *monday);
        let to = from.and_then(|from| from.checked_add_signed(chrono::TimeDelta::weeks(weeks)));
        let week = to.map_or_else(String::new, |to| format!("&week={to}"));
        format!("{HERE}?centre={}{week}", self.place.centre)
    }
}

impl Line {
    pub(super) fn new(locale: Locale, found: &SessionSeats, today: CivilDate) -> Self {
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
            then: match session.state {
                SessionState::Cancelled => Then::Cancelled,
                SessionState::Published if is_open(found, today) => Then::Open {
                    change: super::session_change::path(session.id),
                    cancel: format!("/staff/sessions/{}/cancel", session.id),
                },
                SessionState::Published => Then::Over,
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

    /// The same for another session at the same hours.
    fn same(&self) -> Vec<Choice> {
        let asked = self.form.error(SAME).is_some() || self.form.chose(SAME, "yes");
        let tick = Choice::new("yes", self.page.t("session-same-yes"));
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
            then: Then::Open {
                change: "/staff/sessions/1/change".to_owned(),
                cancel: "/staff/sessions/1/cancel".to_owned(),
            },
        }
    }
}

#[cfg(test)]
impl SessionsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::SiteManager, HERE);
        let told = Told {
            done: Some("cancelled".to_owned()),
            moved: Some("2".to_owned()),
            ended: Some("1".to_owned()),
            ..Told::default()
        };
        let other = |then| Line {
            then,
            ..Line::sample(page)
        };
        let place = At {
            centre: 7,
            name: "Fort dispensary".to_owned(),
        };
        let monday = super::tests::today();
        vec![
            Self {
                page: page.clone(),
                nav,
                done: None,
                sessions: Vec::new(),
                place: place.clone(),
                week: None,
            },
            Self {
                page: page.clone(),
                nav,
                done: told.message(),
                sessions: vec![Line::sample(page), other(Then::Cancelled), other(Then::Over)],
                place,
                week: Some((monday, words::weekday_date(page.locale, monday))),
            },
        ]
    }
}

#[cfg(test)]
impl NewSessionPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::SiteManager, HERE);
        let today = super::tests::today();
        let nothing = Typed::default()
            .parse(CentreId::from_number(1).unwrap(), today)
            .unwrap_err();
        let shortage = pramaan_app::stock::Shortage { seats: 40, doses: 25 };
        let same = Message::new("session-same")
            .with("vaccine", words::vaccine(page.locale, Vaccine::Covishield))
            .with("ages", "18+")
            .with("hours", "9:00 – 10:00")
            .with("seats", 40);
        let short = Typed::suggested(today).warned(Some(same), Some(shortage));
        let short = short.unwrap();
        vec![
            Self::new(page.clone(), nav, Typed::suggested(today).form()),
            Self::new(page.clone(), nav, short),
            Self::new(page.clone(), nav, nothing),
        ]
    }
}
