//! Until when a login lasts: said on every page behind it. A script announces its end, with a button that keeps it; a shared
//! device of staff has its lock instead.
//!
//! What is typed when a login ends is kept and comes back after the next.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use pramaan_domain::time::Timestamp;
use serde::Serialize;

use super::front::Front;
use super::i18n::Locale;
use super::page::Page;
use super::{cookie, staff, words};

/// Noted in a request's extensions for its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) seconds: i64,
    pub(super) until: Timestamp,
}

impl Stay {
    /// Of a citizen whose login was, or was not, renewed with this request.
    pub(super) fn citizen(front: &Front, token: &str) -> Option<Self> {
        let until = front.app.page_login_until(token)?;
        Some(Self {
            seconds: until.seconds() - front.app.now().seconds(),
            until,
        })
    }

    fn staff(front: &Front) -> Self {
        let seconds = front.app.page_logins().staff_idle_seconds;
        Self {
            seconds,
            until: front.app.now().plus_seconds(seconds),
        }
    }

    /// The sentence of the page.
    pub(super) fn sentence(&self, locale: Locale) -> String {
        let time = words::time(locale, self.until.time_of_day());
        locale.t_with("stay-until", &[("time", time)])
    }
}

/// Middleware of the pages of staff: a request keeps a login for as long as no request may be missing.
pub(super) async fn of_staff(State(front): State<Front>, mut request: Request, next: Next) -> Response {
    if cookie::read(request.headers(), staff::SESSION).is_some() {
        let stay = Stay::staff(&front);
        request.extensions_mut().insert(stay);
    }
    next.run(request).await
}

/// What the script is told when it asked to stay. No seconds when nobody is logged in.
#[derive(Serialize)]
struct Told {
    seconds: i64,
    sentence: String,
}

pub(super) fn told(page: &Page) -> Response {
    let stay = page.stay().copied();
    let told = Told {
        seconds: stay.map_or(0, |stay| stay.seconds),
        sentence: page.stay_sentence(),
    };
    axum::Json(told).into_response()
}
