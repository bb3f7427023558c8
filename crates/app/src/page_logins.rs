//! How long logins of the pages last. The API's tokens live fifteen minutes, whatever is said here.

use crate::staff::{ABSOLUTE_SECONDS, IDLE_SECONDS};
use crate::token::PAGES_SECONDS;

/// Seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLogins {
    /// From the one-time password, however much the pages are used.
    pub citizen_seconds: i64,
    /// Without a request. More than a minute, which is how closely requests are noted.
    pub staff_idle_seconds: i64,
    /// From the second factor. At most a day: rows of logins are deleted after two.
    pub staff_seconds: i64,
}

impl crate::App {
    pub fn page_logins(&self) -> PageLogins {
        self.0.page_logins
    }
}

impl Default for PageLogins {
    fn default() -> Self {
        Self {
            citizen_seconds: PAGES_SECONDS,
            staff_idle_seconds: IDLE_SECONDS,
            staff_seconds: ABSOLUTE_SECONDS,
        }
    }
}
