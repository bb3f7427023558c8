//! Who works at a page: the session cookie, what addresses name, and the navigation of each role.

use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use http::request::Parts;
use pramaan_app::encounter::EncounterKey;
use pramaan_app::roster::Place;
use pramaan_app::staff::Switching;
use pramaan_app::{Refusal, Staff, StaffRole, Typist};
use pramaan_domain::id::{SessionId, SiteDeviceId};
use serde::de::DeserializeOwned;

use super::pin::switching;
use super::refusal;
use crate::web::cookie::{self, HostCookie};
use crate::web::error_page::{ErrorPage, Problem};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::Sent;
use crate::web::language::{is_ours, query_value};
use crate::web::page::Page;

/// Holds the token of a login of staff. The database says when it ends.
pub const SESSION: HostCookie = HostCookie::new("staff");
/// Holds the token of a shared device, which is no login.
pub const SITE_DEVICE: HostCookie = HostCookie::new("site-device");
/// Where a login leads when it was not asked for on the way to somewhere.
pub(super) const HOME: &str = "/staff";

/// A member of staff who is logged in; everybody else is sent to the login, which leads back here.
#[derive(Debug)]
pub(super) struct OnDuty(pub(super) Staff);

/// A member of staff who is logged in, or whose login has ended: for forms that are kept meanwhile.
#[derive(Debug)]
pub(super) enum Duty {
    On(Staff),
    /// Whose login it was.
    Expired(Lapsed),
}

/// A login that has ended, or the lock of a shared device.
#[derive(Debug)]
pub(super) struct Lapsed {
    /// None when the cookie is none of ours.
    typist: Option<Typist>,
    /// The shared device that the request comes from.
    device: Option<Switching>,
    sent: Sent,
}

impl Duty {
    /// Seals what came with this request for `path`, for who typed it; none where that cannot be told.
    pub(super) fn keep(&self, front: &Front, typed: (&str, &str)) -> Option<String> {
        match self {
            Self::On(staff) => Sent::default().keep(front, staff.typist(), typed),
            Self::Expired(lapsed) => lapsed.sent.keep(front, lapsed.typist?, typed),
        }
    }

    /// The shared device whose lock the request met.
    pub(super) fn locked(&self) -> Option<&Switching> {
        match self {
            Self::On(_) => None,
            Self::Expired(lapsed) => lapsed.device.as_ref(),
        }
    }
}

impl FromRequestParts<Front> for Duty {
    type Rejection = Response;

    /// Who has no cookie at all is sent to the login, as from anywhere else.
    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Response> {
        if let Some(token) = cookie::read(&parts.headers, SESSION).map(str::to_owned)
            && let Err(Refusal::Unauthenticated) = front.app.staff(&token).await
        {
            let lapsed = Lapsed::of(front, parts, &token).await;
            return lapsed
                .map(Self::Expired)
                .map_err(|refused| refusal::page(bare(parts), Nav::outside(), &refused));
        }
        let OnDuty(staff) = OnDuty::from_request_parts(parts, front).await?;
        Ok(Self::On(staff))
    }
}

impl Lapsed {
    async fn of(front: &Front, parts: &mut Parts, token: &str) -> Result<Self, Refusal> {
        Ok(Self {
            typist: front.app.ended_staff(token).await?,
            device: switching(front, &parts.headers).await?,
            sent: Sent::of(parts),
        })
    }
}

impl FromRequestParts<Front> for OnDuty {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Response> {
        let expired = match cookie::read(&parts.headers, SESSION) {
            None => "",
            Some(token) => match front.app.staff(token).await {
                Ok(staff) => return Ok(Self(staff)),
                Err(Refusal::Unauthenticated) => "&why=expired",
                Err(refused) => return Err(refusal::page(bare(parts), Nav::outside(), &refused)),
            },
        };
        let here = match parts.method {
            Method::GET => parts.uri.path_and_query().map_or(HOME, |path| path.as_str()),
            _ => HOME,
        };
        let shared = switching(front, &parts.headers).await;
        let address = match shared {
            Ok(Some(_)) => format!("/staff/pin?next={}", query_value(here)),
            Ok(None) => format!("/staff/login?next={}{expired}", query_value(here)),
            Err(refused) => return Err(refusal::page(bare(parts), Nav::outside(), &refused)),
        };
        Err(Redirect::to(&address).into_response())
    }
}

fn bare(parts: &Parts) -> Page {
    Page::bare(Locale::negotiate(&parts.headers))
}

/// A page of ours to go to after the login.
pub(super) fn way_back(next: &str) -> &str {
    let within = next == HOME || next.starts_with("/staff/");
    if is_ours(next) && within { next } else { HOME }
}

/// The place in a queue that an address names: `{session}/{slot}/{queue}`.
#[derive(Debug, Clone, Copy)]
pub(super) struct At(pub(super) Place);

impl<S: Send + Sync> FromRequestParts<S> for At {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ErrorPage> {
        let path = Path::<(SessionId, i64, i64)>::from_request_parts(parts, state).await;
        match path {
            Ok(Path((session, slot, queue))) => Ok(Self(Place { session, slot, queue })),
            Err(_) => Err(nothing_here(parts)),
        }
    }
}

/// The encounter that an address names: `{session}/{encounter}`.
#[derive(Debug, Clone, Copy)]
pub(super) struct In(pub(super) EncounterKey);

impl<S: Send + Sync> FromRequestParts<S> for In {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ErrorPage> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path((session, id))) => Ok(Self(EncounterKey { session, id })),
            Err(_) => Err(nothing_here(parts)),
        }
    }
}

/// What an address names by its ids: a session, where nothing else is said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<T = SessionId>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Of<T> {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ErrorPage> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(_) => Err(nothing_here(parts)),
        }
    }
}

fn nothing_here(parts: &Parts) -> ErrorPage {
    ErrorPage::new(Locale::negotiate(&parts.headers), Problem::NotFound)
}

/// The navigation, named `nav` in every template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nav {
    role: Option<StaffRole>,
    at: &'static str,
    /// The shared device that the reader is on.
    device: Option<SiteDeviceId>,
    /// The same, where the page covers itself after two minutes.
    cover: Option<SiteDeviceId>,
}

/// An entry: where it leads, and the id of its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) href: &'static str,
    pub(super) text: &'static str,
}

const TODAY: Entry = Entry {
    href: HOME,
    text: "staff-nav-today",
};
const ROSTER: Entry = Entry {
    href: "/staff/roster",
    text: "staff-nav-roster",
};
const SESSIONS: Entry = Entry {
    href: "/staff/sessions",
    text: "staff-nav-sessions",
};
const INVITE: Entry = Entry {
    href: "/staff/invite",
    text: "staff-nav-invite",
};

const AEFI: Entry = Entry {
    href: "/staff/aefi",
    text: "aefi-nav",
};
const PEOPLE: Entry = Entry {
    href: "/staff/people",
    text: "staff-nav-people",
};

const STOCK: Entry = Entry {
    href: "/staff/stock",
    text: "staff-nav-stock",
};
const RECALLS: Entry = Entry {
    href: "/staff/stock/recall",
    text: "staff-nav-recalls",
};
const FACILITATORS: Entry = Entry {
    href: "/staff/facilitators",
    text: "staff-nav-facilitators",
};
const DEVICES: Entry = Entry {
    href: "/staff/devices",
    text: "staff-nav-devices",
};

const DISTRICT: Entry = Entry {
    href: "/staff/district",
    text: "district-nav",
};
const OBJECTIONS: Entry = Entry {
    href: "/staff/objections",
    text: "objections-nav",
};
const CENTRES: Entry = Entry {
    href: "/staff/centres",
    text: "centre-nav",
};
const PROGRESS: Entry = Entry {
    href: "/staff/progress",
    text: "progress-nav",
};
const REVIEWS: Entry = Entry {
    href: "/staff/reviews",
    text: "review-nav",
};

impl Nav {
    pub(super) const fn outside() -> Self {
        Self {
            role: None,
            at: "",
            device: None,
            cover: None,
        }
    }

    /// `at` is the entry that leads to where the reader is.
    pub(super) fn of(staff: &Staff, at: &'static str) -> Self {
        Self {
            device: staff.device(),
            cover: staff.device(),
            ..Self::role(staff.role(), at)
        }
    }

    pub(super) const fn role(role: StaffRole, at: &'static str) -> Self {
        Self {
            role: Some(role),
            at,
            device: None,
            cover: None,
        }
    }

    /// For a page that has a lock of its own, which needs no line.
    pub(super) const fn uncovered(self) -> Self {
        Self { cover: None, ..self }
    }

    #[cfg(test)]
    pub(super) fn on_sample_device(self) -> Self {
        let device = SiteDeviceId::from_bytes([7; 16]);
        Self {
            device: Some(device),
            cover: Some(device),
            ..self
        }
    }

    /// The shared device, by the id that stays the same for as long as it is enrolled.
    pub(super) fn device(&self) -> Option<SiteDeviceId> {
        self.device
    }

    /// The shared device whose page covers itself when nobody touches it.
    pub(super) fn cover(&self) -> Option<SiteDeviceId> {
        self.cover
    }

    pub(super) fn is_inside(&self) -> bool {
        self.role.is_some()
    }

    pub(super) fn is_vaccinator(&self) -> bool {
        self.role == Some(StaffRole::Vaccinator)
    }

    pub(super) fn is_site_manager(&self) -> bool {
        self.role == Some(StaffRole::SiteManager)
    }

    pub(super) fn is(&self, entry: &Entry) -> bool {
        self.at == entry.href
    }

    pub(super) fn entries(&self) -> &'static [Entry] {
        match self.role {
            None => &[],
            Some(StaffRole::Vaccinator) => &[TODAY, STOCK],
            Some(StaffRole::SiteManager) => {
                &[TODAY, ROSTER, SESSIONS, STOCK, INVITE, PEOPLE, DEVICES, REVIEWS]
            }
            Some(StaffRole::DistrictAdmin) => &[
                DISTRICT,
                REVIEWS,
                OBJECTIONS,
                CENTRES,
                PROGRESS,
                AEFI,
                INVITE,
                PEOPLE,
                RECALLS,
                FACILITATORS,
            ],
        }
    }
}
