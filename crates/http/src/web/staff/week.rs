//! A week of sessions copied to another: which weeks, then what would be published, then that and nothing else.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::Days;
use http::StatusCode;
use pramaan_app::plan::{Conflict, Copied, WeekCopy, WeekPreview, monday};
use pramaan_app::{FormKey, Refusal, Staff};
use pramaan_domain::centre::CentreId;
use pramaan_domain::session::Quota;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::facilitator::centre_name;
use super::login::LoginPage;
use super::refusal;
use super::session::{centre_of, list_of, nav_of};
use super::told::centre_in;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept;
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/sessions/copy";
const PUBLISH: &str = "publish";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(copy))
}

#[derive(Template)]
#[template(path = "staff/week.html")]
pub(super) struct WeekPage {
    page: Page,
    nav: Nav,
    form: FormState,
    centre: String,
    /// What would be published, once two weeks were chosen.
    preview: Option<Shown>,
}

/// The preview in words.
struct Shown {
    digest: String,
    title: String,
    lines: Vec<Line>,
    /// The days that can be left out.
    days: Vec<Choice>,
}

struct Line {
    day: String,
    what: String,
    hours: String,
    /// That are booked online, and for walk-ins.
    online: i64,
    walk_in: i64,
    conflict: Option<String>,
}

/// Which centre, and the week that was on the screen.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    centre: Option<String>,
    week: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    centre: String,
    from: String,
    to: String,
    skip: Vec<String>,
    /// Names the preview that was on the screen.
    shown: String,
    /// Names the form, so that one sent twice publishes once.
    key: String,
    /// `publish`, or `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields: Vec<(&'static str, &str)> = vec![
            ("centre", &self.centre),
            ("from", &self.from),
            ("to", &self.to),
            ("key", &self.key),
        ];
        fields.extend(self.skip.iter().map(|day| ("skip", day.as_str())));
        fields
    }

    fn form(&self) -> FormState {
        let fields = self.fields().into_iter();
        fields.fold(FormState::new(), |form, (name, value)| form.value_of(name, value))
    }

    /// # Errors
    /// The form with an error beside each week that is none.
    fn parse(&self, centre: CentreId) -> Result<WeekCopy, FormState> {
        let day = |text: &str| text.trim().parse::<CivilDate>().ok();
        match (day(&self.from), day(&self.to)) {
            (Some(from), Some(to)) if monday(from) != monday(to) => Ok(WeekCopy { centre, from, to }),
            (Some(_), Some(_)) => Err(self.form().error_at("to", Message::new("week-same"))),
            (from, to) => {
                let mut form = self.form();
                for (field, _) in [("from", from), ("to", to)]
                    .iter()
                    .filter(|(_, day)| day.is_none())
                {
                    form = form.error_at(field, Message::new("week-day-wrong"));
                }
                Err(form)
            }
        }
    }

    fn skipped(&self) -> Vec<CivilDate> {
        self.skip.iter().filter_map(|day| day.parse().ok()).collect()
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Asked>, CowinError>,
) -> Response {
    let nav = nav_of(&staff);
    let Query(asked) = way.unwrap_or(Query(Asked::default()));
    let own = centre_of(&staff, centre_in(asked.centre.as_ref()))
        .and_then(|id| front.app.centre_to_plan(&staff, id));
    let centre = match own {
        Ok(centre) => centre,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let week = asked.week.and_then(|day| day.parse().ok());
    let from = monday(week.unwrap_or(front.app.today()));
    let to = from.checked_add_days(Days::new(7)).unwrap_or(from);
    let typed = Typed {
        centre: centre.id.to_string(),
        from: from.to_string(),
        to: to.to_string(),
        ..Typed::default()
    };
    render(&WeekPage {
        page,
        nav,
        form: typed.form(),
        centre: centre.name.to_string(),
        preview: None,
    })
}

async fn copy(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(mut typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &kept::carry(&typed.fields())));
    };
    let nav = nav_of(&staff);
    if typed.step == kept::STEP {
        typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
    }
    let centre = match centre_of(&staff, typed.centre.parse().ok()) {
        Ok(centre) => centre,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let week = match typed.parse(centre) {
        Ok(week) => week,
        Err(form) => return again(&front, page, &staff, (centre, form)),
    };
    if typed.step != PUBLISH {
        return preview(&front, page, &staff, (week, &typed, None)).await;
    }
    let copied = match FormKey::parse(&typed.key) {
        Ok(key) => {
            let skip = typed.skipped();
            front
                .app
                .copy_week((&staff, &key), week, &skip, &typed.shown)
                .await
        }
        Err(refused) => Err(refused),
    };
    match copied {
        Ok(count) => {
            let to = monday(week.to);
            let done = format!("week={to}&done=copied&copied={count}");
            let back = list_of(&staff, centre, &done);
            Redirect::to(&back).into_response()
        }
        Err(Refusal::PlanMoved) => preview(&front, page, &staff, (week, &typed, Some("week-moved"))).await,
        Err(Refusal::Invalid { field: "skip", .. }) => {
            preview(&front, page, &staff, (week, &typed, Some("week-nothing"))).await
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// The choice of weeks again.
fn again(front: &Front, page: Page, staff: &Staff, (centre, form): (CentreId, FormState)) -> Response {
    let again = WeekPage {
        page,
        nav: nav_of(staff),
        form,
        centre: centre_name(front, centre.number()),
        preview: None,
    };
    (StatusCode::UNPROCESSABLE_ENTITY, render(&again)).into_response()
}

async fn preview(
    front: &Front,
    page: Page,
    staff: &Staff,
    (week, typed, error): (WeekCopy, &Typed, Option<&'static str>),
) -> Response {
    let nav = nav_of(staff);
    let found = match front.app.week_preview(staff, week).await {
        Ok(found) => found,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    let key = match typed.key.as_str() {
        "" => front.fresh_name(),
        key => key.to_owned(),
    };
    let typed = Typed { key, ..typed.clone() };
    let mut form = typed.form();
    let mut status = StatusCode::OK;
    if let Some(error) = error {
        form = form.error_at("skip", Message::new(error));
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    let shown = Shown::new(page.locale, &found);
    let answer = WeekPage {
        page,
        nav,
        form,
        centre: centre_name(front, week.centre.number()),
        preview: Some(shown),
    };
    (status, render(&answer)).into_response()
}

impl Shown {
    fn new(locale: Locale, found: &WeekPreview) -> Self {
        let title = [
            ("from", words::date(locale, found.from)),
            ("to", words::date(locale, found.to)),
        ];
        let mut days: Vec<CivilDate> = found.sessions.iter().map(|one| one.plan.day).collect();
        days.dedup();
        Self {
            digest: found.shown.clone(),
            title: locale.t_with("week-preview", &title),
            lines: found.sessions.iter().map(|one| Line::new(locale, one)).collect(),
            days: days
                .into_iter()
                .map(|day| Choice::new(day.to_string(), words::weekday_date(locale, day)))
                .collect(),
        }
    }
}

impl Line {
    fn new(locale: Locale, copied: &Copied) -> Self {
        let plan = &copied.plan;
        let hours: Vec<String> = plan
            .slots
            .iter()
            .map(|slot| words::slot(locale, slot.slot))
            .collect();
        let seats_of = |wanted: Quota| -> i64 {
            let seats = plan.slots.iter().flat_map(|slot| &slot.seats);
            let of_quota = seats.filter(|(_, quota, _)| *quota == wanted);
            of_quota.map(|(.., seats)| i64::from(*seats)).sum()
        };
        let conflict = copied.conflict.map(|conflict| match conflict {
            Conflict::SameHours => "week-same-hours",
            Conflict::DayOver => "week-day-over",
            Conflict::TooFarAhead => "week-too-far",
            Conflict::NotAllowed => "week-not-allowed",
        });
        Self {
            day: words::weekday_date(locale, plan.day),
            what: format!(
                "{}, {}",
                words::vaccine(locale, plan.vaccine),
                words::ages(locale, plan.ages)
            ),
            hours: hours.join("; "),
            online: seats_of(Quota::Online),
            walk_in: seats_of(Quota::WalkIn),
            conflict: conflict.map(|id| locale.t(id)),
        }
    }
}

#[cfg(test)]
impl WeekPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let with = |form, preview| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, super::session::HERE),
            form,
            centre: "Fort dispensary".to_owned(),
            preview,
        };
        let line = |conflict: Option<&str>| Line {
            day: words::weekday_date(page.locale, super::tests::today()),
            what: words::vaccine(page.locale, pramaan_domain::vaccine::Vaccine::Covaxin),
            hours: "9:00 – 10:00".to_owned(),
            online: 40,
            walk_in: 8,
            conflict: conflict.map(|id| page.t(id)),
        };
        let conflicts = [
            "week-same-hours",
            "week-day-over",
            "week-too-far",
            "week-not-allowed",
        ];
        let shown = Shown {
            digest: "0".repeat(64),
            title: page.t2("week-preview", "from", "1", "to", "2"),
            lines: conflicts.into_iter().map(Some).chain([None]).map(line).collect(),
            days: vec![Choice::new("2026-11-22", "Sunday")],
        };
        let empty = Shown {
            digest: String::new(),
            title: page.t2("week-preview", "from", "1", "to", "2"),
            lines: Vec::new(),
            days: Vec::new(),
        };
        let wrong = Typed::default()
            .parse(CentreId::from_number(1).unwrap())
            .unwrap_err();
        let moved = FormState::new().error_at("skip", Message::new("week-moved"));
        vec![
            with(FormState::new(), None),
            with(wrong, None),
            with(moved, Some(shown)),
            with(FormState::new(), Some(empty)),
        ]
    }
}
