//! Shared devices of a centre, for its manager: enrol, rename, end.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use pramaan_app::staff::{DeviceInvitation, EnrolledDevice, SiteDevice, StaffDoor, Unsent, qr_svg};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::id::SiteDeviceId;
use pramaan_domain::site_device::DeviceName;
use serde::Deserialize;

use super::duty::{Nav, OnDuty, SESSION, SITE_DEVICE};
use super::enrol::data_address;
use super::invite::absolute;
use super::refusal;
use super::told::{Told, told};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::cookie::{self, Lifetime};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/devices";
const DONE: [(&str, &str); 2] = [("renamed", "device-done-renamed"), ("ended", "device-done-ended")];

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(act))
}

#[derive(Template)]
#[template(path = "staff/device.html")]
pub(super) struct DevicesPage {
    page: Page,
    nav: Nav,
    form: FormState,
    done: Option<Message>,
    devices: Vec<Line>,
}

#[derive(Template)]
#[template(path = "staff/device_code.html")]
pub(super) struct DeviceCodePage {
    page: Page,
    nav: Nav,
    name: String,
    code: String,
    link: String,
    picture: String,
    until: String,
}

#[derive(Template)]
#[template(path = "staff/device_end.html")]
pub(super) struct EndDevicePage {
    page: Page,
    nav: Nav,
    device: String,
    name: String,
}

struct Line {
    id: String,
    name: String,
    enrolled: String,
    /// When it ended; empty while it is in use.
    ended: String,
    /// What it said last that it keeps and has not sent.
    unsent: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    act: String,
    device: String,
    name: String,
    sure: String,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    way: Result<Query<Told>, CowinError>,
) -> Response {
    list(&front, page, &staff, (told(way, &DONE), FormState::new())).await
}

async fn act(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let done = match typed.act.as_str() {
        "here" => enrol_here(&front, &staff, &headers, &typed).await,
        "rename" => rename(&front, &staff, &typed).await,
        "end" if typed.sure == "yes" => end(&front, &staff, &typed).await,
        "end" => {
            return render(&EndDevicePage {
                nav: Nav::of(&staff, HERE),
                page,
                device: typed.device,
                name: typed.name,
            });
        }
        _ => match make_code(&front, &staff, &typed).await {
            Ok(made) => return DeviceCodePage::answer(page, Nav::of(&staff, HERE), &headers, &made),
            Err(refused) => Err(refused),
        },
    };
    match done {
        Ok(response) => response,
        Err(refused) => again(&front, page, &staff, (&typed, refused)).await,
    }
}

/// The list with what was typed and what is wrong with it.
async fn again(front: &Front, page: Page, staff: &Staff, (typed, refused): (&Typed, Refusal)) -> Response {
    let error = match refused {
        Refusal::Invalid { .. } if typed.name.trim().is_empty() => "device-name-needed",
        Refusal::Invalid { .. } if DeviceName::parse(&typed.name).is_ok() => "device-too-many",
        Refusal::Invalid { .. } => "device-name-shape",
        other => return refusal::page(page, Nav::of(staff, HERE), &other),
    };
    let form = FormState::new()
        .value_of("name", &typed.name)
        .error_at("name", Message::new(error));
    let shown = list(front, page, staff, (None, form)).await;
    (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
}

fn name_of(typed: &Typed) -> Result<DeviceName, Refusal> {
    DeviceName::parse(&typed.name).map_err(|error| Refusal::Invalid {
        field: "name",
        sentence: error.to_string(),
    })
}

fn id_of(typed: &Typed) -> Result<SiteDeviceId, Refusal> {
    typed.device.parse().map_err(|_| Refusal::NoDevice)
}

async fn make_code(front: &Front, staff: &Staff, typed: &Typed) -> Result<DeviceInvitation, Refusal> {
    front.app.make_device_code(staff, name_of(typed)?).await
}

async fn enrol_here(
    front: &Front,
    staff: &Staff,
    headers: &HeaderMap,
    typed: &Typed,
) -> Result<Response, Refusal> {
    let enrolled = front.app.enrol_device_here(staff, name_of(typed)?).await?;
    hand_over(front, headers, &enrolled).await
}

/// The answer on a device that has just been enrolled: whoever was logged in on it is logged out, so that its own rule,
/// the lock after two minutes, holds from the start.
pub(super) async fn hand_over(
    front: &Front,
    headers: &HeaderMap,
    enrolled: &EnrolledDevice,
) -> Result<Response, Refusal> {
    if let Some(token) = cookie::read(headers, SESSION) {
        front.app.logout_staff(StaffDoor::Pages, token).await?;
    }
    let cookies = AppendHeaders([
        (header::SET_COOKIE, SITE_DEVICE.set(&enrolled.token, YEAR)),
        (header::SET_COOKIE, SESSION.clear()),
    ]);
    Ok((cookies, Redirect::to("/staff/pin?why=enrolled")).into_response())
}

const YEAR: Lifetime = Lifetime::Seconds(31_536_000);

async fn rename(front: &Front, staff: &Staff, typed: &Typed) -> Result<Response, Refusal> {
    let (id, name) = (id_of(typed)?, name_of(typed)?);
    front.app.rename_device(staff, id, name).await?;
    Ok(Redirect::to("/staff/devices?done=renamed").into_response())
}

async fn end(front: &Front, staff: &Staff, typed: &Typed) -> Result<Response, Refusal> {
    front.app.end_device(staff, id_of(typed)?).await?;
    Ok(Redirect::to("/staff/devices?done=ended").into_response())
}

async fn devices(front: &Front, staff: &Staff) -> Result<(Vec<SiteDevice>, Vec<Unsent>), Refusal> {
    Ok((front.app.devices(staff).await?, front.app.unsent(staff).await?))
}

async fn list(
    front: &Front,
    page: Page,
    staff: &Staff,
    (done, form): (Option<Message>, FormState),
) -> Response {
    let nav = Nav::of(staff, HERE);
    match devices(front, staff).await {
        Ok((devices, unsent)) => {
            let told = |device: &SiteDevice| unsent.iter().find(|one| one.device == device.id);
            let lines = devices
                .iter()
                .map(|device| Line::new(page.locale, device, told(device)));
            render(&DevicesPage {
                devices: lines.collect(),
                page,
                nav,
                form,
                done,
            })
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl Line {
    fn new(locale: Locale, device: &SiteDevice, told: Option<&Unsent>) -> Self {
        let enrolled = [
            ("by", device.enrolled_by.clone()),
            ("at", words::instant(locale, device.enrolled_at)),
        ];
        let ended = device.ended.as_ref().map(|(by, at)| {
            let ended = [("by", by.clone()), ("at", words::instant(locale, *at))];
            locale.t_with("device-ended", &ended)
        });
        let unsent = told.map(|told| {
            let told_at = words::instant(locale, told.told_at);
            let told = [("count", told.doses.to_string()), ("at", told_at)];
            locale.t_with("device-unsent", &told)
        });
        let unsent = unsent.unwrap_or_else(|| locale.t("device-unsent-never"));
        Self {
            unsent,
            id: device.id.to_string(),
            name: device.name.to_string(),
            enrolled: locale.t_with("device-enrolled", &enrolled),
            ended: ended.unwrap_or_default(),
        }
    }
}

impl DeviceCodePage {
    fn answer(page: Page, nav: Nav, headers: &HeaderMap, made: &DeviceInvitation) -> Response {
        let link = absolute(headers, &format!("/staff/device/{}", made.code.as_str()));
        match qr_svg(&link) {
            Ok(svg) => render(&Self {
                until: words::instant(page.locale, made.expires_at),
                name: made.name.to_string(),
                code: made.code.spelled(),
                picture: data_address(&svg),
                link,
                page,
                nav,
            }),
            Err(refused) => refusal::page(page, nav, &refused),
        }
    }
}

#[cfg(test)]
impl DevicesPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, HERE);
        let line = |name: &str, ended: &str| Line {
            id: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            name: name.to_owned(),
            enrolled: words::date(page.locale, super::tests::today()),
            ended: ended.to_owned(),
            unsent: page.t2("device-unsent", "count", 3, "at", "9:40 am"),
        };
        let with = |done, form, devices| Self {
            page: page.clone(),
            nav,
            form,
            done,
            devices,
        };
        let wrong = FormState::new().error_at("name", Message::new("device-name-needed"));
        let done = Some(Message::new("device-done-ended"));
        vec![
            with(None, wrong, Vec::new()),
            with(
                done,
                FormState::new(),
                vec![line("Table 1", ""), line("Table 2", "MH-0002")],
            ),
        ]
    }
}

#[cfg(test)]
impl DeviceCodePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, HERE),
            name: "Table 1".to_owned(),
            code: "0123-ZYXW-01HJ".to_owned(),
            link: "https://example.org/staff/device/0123ZYXW01HJ".to_owned(),
            picture: data_address("<svg/>"),
            until: words::date(page.locale, super::tests::today()),
        }]
    }
}

#[cfg(test)]
impl EndDevicePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, HERE),
            device: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            name: "Table 1".to_owned(),
        }]
    }
}
