//! The state behind every page: the application, and what protects forms.

use axum::extract::FromRef;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pramaan_app::App;

use super::csrf::{Csrf, Random};
use super::upload::Uploads;

/// Cheap to clone.
#[derive(Clone)]
pub struct Front {
    pub app: App,
    pub csrf: Csrf,
    random: Random,
    uploads: Uploads,
}

impl Front {
    /// `random` names devices; it must be unguessable.
    pub fn new(app: App, csrf: Csrf, random: Random) -> Self {
        Self {
            app,
            csrf,
            random,
            uploads: Uploads::default(),
        }
    }

    /// A name that nobody can guess, fit for a cookie.
    pub(super) fn fresh_name(&self) -> String {
        let mut bytes = [0; 16];
        (self.random)(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl FromRef<Front> for Csrf {
    fn from_ref(front: &Front) -> Self {
        front.csrf.clone()
    }
}

impl FromRef<Front> for Uploads {
    fn from_ref(front: &Front) -> Self {
        front.uploads.clone()
    }
}

impl FromRef<Front> for App {
    fn from_ref(front: &Front) -> Self {
        front.app.clone()
    }
}
