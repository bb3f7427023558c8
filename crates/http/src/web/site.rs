//! The layers that every page wears.

use axum::extract::FromRef;
use axum::{Router, middleware};

use super::csrf::{self, Csrf};
use super::{asset, headers, language};

/// What the shared parts of pages need of the application's state.
#[derive(Debug, Clone)]
pub struct Site {
    pub csrf: Csrf,
}

/// Stands in the extensions of requests to a demonstration, whose start page leads to the tour.
#[derive(Debug, Clone, Copy)]
pub struct Demonstration;

impl FromRef<Site> for Csrf {
    fn from_ref(site: &Site) -> Self {
        site.csrf.clone()
    }
}

/// Adds the stylesheet and the language switch to `pages`, then cookies and security headers to all of them.
pub fn dress<S>(pages: Router<S>, csrf: Csrf) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    pages
        .merge(asset::routes())
        .merge(language::routes())
        .layer(middleware::from_fn_with_state(csrf, csrf::visit))
        .layer(middleware::from_fn(headers::secure))
}
