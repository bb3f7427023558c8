//! "Devices and logins": every device that logged in with the number, which of them the person said is theirs, and the end of all
//! logins. Always at hand, whatever is asked about elsewhere: the device that is held to be theirs may be the stranger's.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use pramaan_app::ended_logins::{Confirmed, Door, KnownDevice, KnownDevices, Proof};
use pramaan_app::{Citizen, Refusal};
use serde::Deserialize;

use super::ended::partner;
use super::layout::Nav;
use super::refusal;
use super::visitor::SignedIn;
use crate::web::csrf::CsrfForm;
use crate::web::done;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/household/devices";
const DISTRUST: &str = "/household/devices/distrust";
const DISTRUSTED: &str = "distrusted";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(HERE, get(show))
        .route(DISTRUST, post(distrust))
}

#[derive(Template)]
#[template(path = "citizen/devices.html")]
pub(super) struct DevicesPage {
    page: Page,
    nav: Nav,
    done: Option<&'static str>,
    devices: Vec<Device>,
    proof: Proof,
    /// Whether the device that asks is confirmed.
    this: Confirmed,
}

/// One device, in words.
struct Device {
    what: String,
    first: String,
    last: String,
    /// Whether it is the one that asks.
    which: Which,
    confirmed: Confirmed,
    /// What the form names it by.
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    This,
    Other,
}

impl Device {
    fn new(locale: Locale, (device, which): (&KnownDevice, Which), partners: &HashMap<u64, String>) -> Self {
        Self {
            what: match device.door {
                Door::Pages => locale.t("devices-pages"),
                Door::App => locale.t("devices-app"),
                Door::Partner(number) => {
                    let partner = ("partner", partner(partners, number));
                    locale.t_with("devices-partner", &[partner])
                }
            },
            first: words::instant(locale, device.first_login_at),
            last: words::instant(locale, device.last_login_at),
            which,
            confirmed: device.confirmed,
            name: device.name.to_string(),
        }
    }

    fn is_this(&self) -> bool {
        self.which == Which::This
    }

    fn is_confirmed(&self) -> bool {
        self.confirmed == Confirmed::Yes
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    headers: HeaderMap,
) -> Response {
    let told = done::told(&front, place(&citizen), &headers);
    match known(&front, &citizen).await {
        Ok((known, partners)) => {
            let shown = DevicesPage::new(page, &known, &partners);
            match told.as_deref() {
                Some(DISTRUSTED) => done::once(render(&DevicesPage {
                    done: Some("devices-distrusted"),
                    ..shown
                })),
                _ => render(&shown),
            }
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

fn place(citizen: &Citizen) -> done::Place<'static> {
    done::Place {
        typist: citizen.typist(),
        path: HERE,
    }
}

async fn known(front: &Front, citizen: &Citizen) -> Result<(KnownDevices, HashMap<u64, String>), Refusal> {
    let known = front.app.known_devices(citizen).await?;
    Ok((known, front.app.partner_names().await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    device: String,
}

async fn distrust(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let distrusted = match typed.device.parse() {
        Ok(device) => front.app.distrust_device(&citizen, device).await,
        Err(_) => Err(Refusal::Forbidden),
    };
    match distrusted {
        Ok(()) => done::tell(
            &front,
            place(&citizen),
            DISTRUSTED,
            Redirect::to(HERE).into_response(),
        ),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

impl DevicesPage {
    fn new(page: Page, known: &KnownDevices, partners: &HashMap<u64, String>) -> Self {
        let which = |device: &KnownDevice| match device.name == known.this {
            true => Which::This,
            false => Which::Other,
        };
        let devices = known.devices.iter();
        let devices: Vec<_> = devices
            .map(|device| Device::new(page.locale, (device, which(device)), partners))
            .collect();
        let is_ours = devices.iter().any(|one| one.is_this() && one.is_confirmed());
        Self {
            nav: Nav::inside("/household"),
            done: None,
            devices,
            proof: known.proof,
            this: match is_ours {
                true => Confirmed::Yes,
                false => Confirmed::NotYet,
            },
            page,
        }
    }

    fn is_fresh(&self) -> bool {
        self.proof == Proof::Fresh
    }

    fn may_confirm(&self) -> bool {
        self.this == Confirmed::Yes
    }

    /// Whether the end of all logins spares this one.
    fn stays(&self) -> bool {
        self.is_fresh() && self.may_confirm()
    }
}

#[cfg(test)]
impl DevicesPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let at = pramaan_domain::time::Timestamp::from_seconds(1_795_321_800);
        let named = |n: u8| pramaan_domain::id::LoginId::from_bytes([n; 16]);
        let device = |n, door, confirmed| KnownDevice {
            name: named(n),
            door,
            first_login_at: at,
            last_login_at: at,
            confirmed,
        };
        let devices = vec![
            device(1, Door::Pages, Confirmed::Yes),
            device(2, Door::Partner(12), Confirmed::NotYet),
            device(3, Door::App, Confirmed::Yes),
        ];
        let partners = HashMap::from([(12, "Helping Hands".to_owned())]);
        let shown = |this, proof, done| Self {
            done,
            ..Self::new(
                page.clone(),
                &KnownDevices {
                    devices: devices.clone(),
                    this: named(this),
                    proof,
                },
                &partners,
            )
        };
        vec![
            shown(1, Proof::Fresh, Some("devices-distrusted")),
            shown(1, Proof::Old, None),
            shown(2, Proof::Fresh, None),
        ]
    }
}
