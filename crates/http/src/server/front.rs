//! What stands behind every connection: the router, and in front of it what needs neither its layers nor a future.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper::body::{Frame, Incoming, SizeHint};
use pramaan_app::origin::ClientAddr;

/// Answers some requests at once. What it leaves alone is the router's, which must answer those requests alike.
pub trait Shortcut: Send + Sync {
    /// `None` leaves the request, with whatever is wrong with it, to the router. Nothing may have been counted then.
    fn answer(&self, request: &Request<Incoming>, client: ClientAddr) -> Option<http::Response<Bytes>>;
}

/// A router, with or without a shortcut past it; cheap to clone.
#[derive(Clone)]
pub struct Front {
    pub(super) router: Router,
    pub(super) shortcut: Option<Arc<dyn Shortcut>>,
}

impl Front {
    #[must_use]
    pub fn new(router: Router, shortcut: Arc<dyn Shortcut>) -> Self {
        Self {
            router,
            shortcut: Some(shortcut),
        }
    }
}

impl From<Router> for Front {
    fn from(router: Router) -> Self {
        Self {
            router,
            shortcut: None,
        }
    }
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front")
            .field("shortcut", &self.shortcut.is_some())
            .finish_non_exhaustive()
    }
}

/// The body of either; whole bytes need no box.
#[derive(Debug)]
pub(super) enum Answer {
    Whole(Full<Bytes>),
    Routed(Body),
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Self::Routed(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Routed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Routed(body) => body.size_hint(),
        }
    }
}
