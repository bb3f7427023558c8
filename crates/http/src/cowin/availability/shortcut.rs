//! The public questions by pincode and district, answered in front of the router.
//!
//! Most of CoWIN's traffic was these: every poller asked for one of four bodies. A question that is not well-formed, not
//! within its network's budget, or not one of these is left alone, and the router answers it with its words.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use hyper::body::{Body as _, Incoming};
use pramaan_app::App;
use pramaan_app::origin::ClientAddr;
use serde::de::DeserializeOwned;

use super::{Asked, Bodies, Shape, kept, wire};
use crate::cowin::cors;
use crate::limit::{RequestLimit, Verdict};
use crate::observe::{Metrics, tracked};
use crate::pairs::from_pairs;
use crate::server;

/// The paths as the router's templates have them.
const QUESTIONS: [(&str, Read); 4] = [
    (
        "/api/v2/appointment/sessions/public/findByPin",
        |query, headers| asked::<wire::ByPin>(Shape::Found, query, headers),
    ),
    (
        "/api/v2/appointment/sessions/public/findByDistrict",
        |query, headers| asked::<wire::ByDistrict>(Shape::Found, query, headers),
    ),
    (
        "/api/v2/appointment/sessions/public/calendarByPin",
        |query, headers| asked::<wire::ByPin>(Shape::Calendar, query, headers),
    ),
    (
        "/api/v2/appointment/sessions/public/calendarByDistrict",
        |query, headers| asked::<wire::ByDistrict>(Shape::Calendar, query, headers),
    ),
];

type Read = fn(&str, &HeaderMap) -> Option<Asked>;

fn asked<T: DeserializeOwned + super::Question>(
    shape: Shape,
    query: &str,
    headers: &HeaderMap,
) -> Option<Asked> {
    from_pairs::<T>(query).ok()?.asked(shape, headers).ok()
}

/// See the module.
pub struct Shortcut {
    pub app: App,
    pub bodies: Arc<Bodies>,
    pub limit: RequestLimit,
    pub metrics: Metrics,
}

impl server::Shortcut for Shortcut {
    fn answer(&self, request: &Request<Incoming>, client: ClientAddr) -> Option<http::Response<Bytes>> {
        if request.method() != Method::GET || !request.body().is_end_stream() {
            return None;
        }
        let path = request.uri().path();
        let (route, read) = QUESTIONS.iter().find(|(route, _)| *route == path)?;
        let asked = read(request.uri().query().unwrap_or(""), request.headers())?;
        // Over its budget a request spends nothing, so the router will find the same and say so.
        if self.limit.check(client.into()) != Verdict::Allowed {
            return None;
        }
        Some(tracked(&self.metrics, route, || {
            let mut response = kept(&self.app, &self.bodies, asked).answer(request.headers());
            cors::allow(response.headers_mut());
            response
        }))
    }
}
