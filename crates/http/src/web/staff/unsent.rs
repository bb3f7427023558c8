//! Where a shared device says how many doses it keeps and has not sent. No login is needed: a phone whose login has ended is
//! just the one that cannot send.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use pramaan_app::Refusal;
use serde::{Deserialize, Serialize};

use super::duty::SITE_DEVICE;
use super::offline::whole;
use super::pin::switching;
use crate::cowin::error::code;
use crate::web::cookie;
use crate::web::csrf::CsrfForm;
use crate::web::front::Front;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/offline/unsent", get(offer).post(tell))
}

/// What the script needs to tell a count.
#[derive(Serialize)]
struct Offer<'a> {
    token: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    count: String,
}

/// 204 for a browser that is no shared device: it has nothing to tell.
async fn offer(State(front): State<Front>, page: Page, headers: HeaderMap) -> Response {
    match switching(&front, &headers).await {
        Ok(Some(_)) => axum::Json(Offer { token: page.token() }).into_response(),
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => {
            tracing::warn!(error = %refused, "a shared device could not be recognised");
            whole(code::BUSY)
        }
    }
}

async fn tell(State(front): State<Front>, headers: HeaderMap, CsrfForm(told): CsrfForm<Told>) -> Response {
    let Some(device) = cookie::read(&headers, SITE_DEVICE) else {
        return whole(code::PATH_UNKNOWN);
    };
    let Ok(count) = told.count.parse() else {
        return whole(code::OFFLINE_COUNT);
    };
    match front.app.tell_unsent(device, count).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(Refusal::Invalid { .. }) => whole(code::OFFLINE_COUNT),
        Err(Refusal::NoDevice) => whole(code::PATH_UNKNOWN),
        Err(refused) => {
            tracing::warn!(error = %refused, "what a shared device keeps could not be taken down");
            whole(code::BUSY)
        }
    }
}
