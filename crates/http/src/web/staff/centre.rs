//! The centres that somebody plans for: the list with what can be planned there, and the form of one.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::availability::Centre;
use pramaan_app::plan::Saved;
use pramaan_app::{App, Refusal, Staff, StaffRole};
use pramaan_domain::centre::{CentreId, CentreKind};
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use super::session::nav_of;
use super::told::{Told, told};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/centres";
const NEW: &str = "/staff/centres/new";
const DONE: [(&str, &str); 2] = [("added", "centre-added"), ("changed", "centre-changed")];
/// Millionths of a degree.
const MICRO: f64 = 1_000_000.0;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(list))
        .route(NEW, get(blank).post(add))
        .route("/staff/centres/{centre}", get(show).post(change))
}

#[derive(Template)]
#[template(path = "staff/centres.html")]
pub(super) struct CentresPage {
    page: Page,
    nav: Nav,
    done: Option<Message>,
    reader: StaffRole,
    lines: Vec<Line>,
}

struct Line {
    id: i64,
    name: String,
    place: String,
}

#[derive(Template)]
#[template(path = "staff/centre.html")]
pub(super) struct CentrePage {
    page: Page,
    nav: Nav,
    form: FormState,
    action: String,
    kinds: Vec<Choice>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    id: String,
    name: String,
    address: String,
    block: String,
    pincode: String,
    latitude: String,
    longitude: String,
    opens: String,
    closes: String,
    kind: String,
    fees: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("id", &self.id),
            ("name", &self.name),
            ("address", &self.address),
            ("block", &self.block),
            ("pincode", &self.pincode),
            ("latitude", &self.latitude),
            ("longitude", &self.longitude),
            ("opens", &self.opens),
            ("closes", &self.closes),
            ("kind", &self.kind),
            ("fees", &self.fees),
        ]
    }
}

impl Typed {
    /// What is known of a centre, as it would be typed.
    fn of(centre: &Centre) -> Self {
        let degrees = |micro: i64| match micro {
            0 => String::new(),
            // At most 98 million: exact in both types.
            micro => (micro as f64 / MICRO).to_string(),
        };
        let fees = centre.fees.iter();
        let fees: Vec<String> = fees
            .map(|(vaccine, fee)| format!("{}:{}", vaccine.name(), fee.rupees()))
            .collect();
        Self {
            id: centre.id.to_string(),
            name: centre.name.to_string(),
            address: centre.location.clone(),
            block: centre.block.clone(),
            pincode: centre.pincode.to_string(),
            latitude: degrees(centre.latitude_micro),
            longitude: degrees(centre.longitude_micro),
            opens: centre.opens.format("%H:%M").to_string(),
            closes: centre.closes.format("%H:%M").to_string(),
            kind: centre.kind.code().to_owned(),
            fees: fees.join("|"),
            ..Self::default()
        }
    }

    fn suggested() -> Self {
        Self {
            opens: "09:00".to_owned(),
            closes: "17:00".to_owned(),
            kind: CentreKind::Government.code().to_owned(),
            ..Self::default()
        }
    }

    /// # Errors
    /// The form with an error beside each field that the import would not read either.
    fn parse(&self, district: i64) -> Result<Centre, FormState> {
        let district = district.to_string();
        let mut fields = self.fields();
        fields.push(("district_id", &district));
        App::read_centre(&fields).map_err(|wrong| {
            let beside = |form: FormState, column| form.error_at(column, Message::new(error_of(column)));
            wrong.into_iter().fold(self.form(), beside)
        })
    }
}

fn error_of(column: &str) -> &'static str {
    match column {
        "id" => "centre-id-wrong",
        "pincode" => "centre-pincode-wrong",
        "latitude" | "longitude" => "centre-degrees-wrong",
        "opens" | "closes" => "centre-time-wrong",
        "kind" => "centre-kind-wrong",
        "fees" => "centre-fees-wrong",
        _ => "centre-name-wrong",
    }
}

async fn list(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Told>, CowinError>,
) -> Response {
    let nav = nav_of(&staff);
    match front.app.centres_to_plan(&staff) {
        Ok(centres) => render(&CentresPage {
            lines: centres.iter().map(|centre| Line::new(centre)).collect(),
            page,
            nav,
            done: told(way, &DONE),
            reader: staff.role(),
        }),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn blank(page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = nav_of(&staff);
    match staff.role() {
        StaffRole::DistrictAdmin => {
            let form = Typed::suggested().form();
            render(&CentrePage::new(page, nav, (NEW.to_owned(), form)))
        }
        StaffRole::SiteManager | StaffRole::Vaccinator => refusal::page(page, nav, &Refusal::Forbidden),
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Path(centre): Path<String>,
) -> Response {
    let nav = nav_of(&staff);
    match own(&front, &staff, &centre) {
        Ok(centre) => {
            let form = Typed::of(&centre).form();
            render(&CentrePage::new(page, nav, (path_of(centre.id), form)))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

fn own(front: &Front, staff: &Staff, centre: &str) -> Result<std::sync::Arc<Centre>, Refusal> {
    let id = CentreId::parse(centre).map_err(|_| Refusal::Forbidden)?;
    front.app.centre_to_plan(staff, id)
}

fn path_of(centre: CentreId) -> String {
    format!("{HERE}/{centre}")
}

async fn add(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    save(&front, page, duty, (Saved::Added, NEW.to_owned(), typed)).await
}

async fn change(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    Path(centre): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let typed = Typed {
        id: centre.clone(),
        ..typed
    };
    save(
        &front,
        page,
        duty,
        (Saved::Changed, format!("{HERE}/{centre}"), typed),
    )
    .await
}

async fn save(front: &Front, page: Page, duty: Duty, (how, here, typed): (Saved, String, Typed)) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(front, page, &duty, (&here, &typed.carry()));
    };
    let nav = nav_of(&staff);
    if typed.step == kept::STEP {
        let typed = kept::back(front, staff.typist(), &here, &typed.kept);
        let typed: Typed = typed.unwrap_or_else(Typed::suggested);
        return render(&CentrePage::new(page, nav, (here, typed.form())));
    }
    let saved = match typed.parse(staff.district()) {
        Ok(centre) => front.app.save_centre(&staff, centre, how).await,
        Err(form) => return again(page, nav, (here, form)),
    };
    let done = match how {
        Saved::Added => "added",
        Saved::Changed => "changed",
    };
    match saved {
        Ok(()) => Redirect::to(&format!("{HERE}?done={done}")).into_response(),
        Err(Refusal::Invalid { .. }) => {
            let form = typed.form().error_at("id", Message::new("centre-id-taken"));
            again(page, nav, (here, form))
        }
        Err(refused) => refusal::page_keeping(page, nav, &refused, LeftOver::sent(&here, &typed)),
    }
}

fn again(page: Page, nav: Nav, form: (String, FormState)) -> Response {
    let again = CentrePage::new(page, nav, form);
    (StatusCode::UNPROCESSABLE_ENTITY, render(&again)).into_response()
}

impl Line {
    fn new(centre: &Centre) -> Self {
        Self {
            id: centre.id.number(),
            name: centre.name.to_string(),
            place: format!("{}, {} {}", centre.location, centre.block, centre.pincode),
        }
    }
}

impl CentresPage {
    fn is_district(&self) -> bool {
        self.reader == StaffRole::DistrictAdmin
    }
}

impl CentrePage {
    fn new(page: Page, nav: Nav, (action, form): (String, FormState)) -> Self {
        let kinds = [CentreKind::Government, CentreKind::Private];
        Self {
            kinds: kinds
                .map(|kind| Choice::new(kind.code(), words::centre_kind(page.locale, kind)))
                .into(),
            page,
            nav,
            form,
            action,
        }
    }

    /// The number of a centre that is there stays.
    fn is_new(&self) -> bool {
        self.action == NEW
    }
}

#[cfg(test)]
impl CentresPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let line = || Line {
            id: 7,
            name: "Fort dispensary".to_owned(),
            place: "Fort, Ward A 400001".to_owned(),
        };
        let with = |reader, lines| Self {
            page: page.clone(),
            nav: Nav::role(reader, HERE),
            done: Some(Message::new("centre-added")),
            reader,
            lines,
        };
        vec![
            with(StaffRole::DistrictAdmin, Vec::new()),
            with(StaffRole::DistrictAdmin, vec![line()]),
            with(StaffRole::SiteManager, vec![line()]),
        ]
    }
}

#[cfg(test)]
impl CentrePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::DistrictAdmin, HERE);
        let wrong = Typed {
            latitude: "200".to_owned(),
            fees: "water".to_owned(),
            ..Typed::default()
        };
        let wrong = wrong.parse(395).unwrap_err();
        [
            (NEW, Typed::suggested().form()),
            (NEW, wrong),
            ("/staff/centres/7", FormState::new()),
        ]
        .map(|(action, form)| Self::new(page.clone(), nav, (action.to_owned(), form)))
        .into()
    }
}
