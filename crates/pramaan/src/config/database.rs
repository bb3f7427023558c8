//! How many may be at the database, how many may wait for it, and for how long.

use std::time::Duration;

use pramaan_store::{DbOptions, TimeLimits};
use serde::{Deserialize, Serialize};

use super::Within;

/// Connections to PostgreSQL; the embedded database has threads instead, and heeds the patience alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Database {
    connections: Within<2, 1_000>,
    waiting: Within<1, 65_536>,
    patience_seconds: Within<1, 60>,
}

impl Default for Database {
    fn default() -> Self {
        let options = DbOptions::default();
        Self {
            connections: Within::of(options.connections),
            waiting: Within::of(options.waiting),
            patience_seconds: Within::of(options.patience.as_secs()),
        }
    }
}

impl Database {
    /// For a server that answers each request within `request`.
    pub(crate) fn options(&self, request: Duration) -> DbOptions {
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        DbOptions {
            connections: size(self.connections.get()),
            waiting: size(self.waiting.get()),
            patience: Duration::from_secs(self.patience_seconds.get().into()),
            time_limits: Some(TimeLimits::within(request)),
            ..DbOptions::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Settings;

    fn settings(added: &str) -> Result<Settings, String> {
        let text = format!("origin = \"a\"\nissuer = \"b\"\n{added}");
        toml::from_str(&text).map_err(|refused| refused.to_string())
    }

    fn options(added: &str) -> DbOptions {
        let settings = settings(added).unwrap();
        settings.database.options(settings.server.request())
    }

    #[test]
    fn what_is_turned_is_used_and_the_rest_stays() {
        let (bare, default) = (options(""), DbOptions::default());
        let numbers = |options: &DbOptions| (options.connections, options.waiting, options.patience);
        assert_eq!(numbers(&bare), numbers(&default));
        assert_eq!(bare.time_limits, default.time_limits);
        let turned = options("[database]\nwaiting = 7\npatience_seconds = 2\n");
        assert_eq!(numbers(&turned), (default.connections, 7, Duration::from_secs(2)));
    }

    #[test]
    fn a_server_that_answers_sooner_has_its_database_end_sooner() {
        let limits = options("[server]\nrequest_seconds = 5\n").time_limits.unwrap();
        assert!(limits.statement < Duration::from_secs(5));
        assert!(limits.statement > limits.idle && limits.idle > limits.lock);
    }

    #[test]
    fn what_would_let_nobody_in_is_refused_with_its_bounds() {
        for (added, named) in [
            ("connections = 1", "2 to 1000"),
            ("waiting = 0", "1 to 65536"),
            ("patience_seconds = 61", "1 to 60"),
            ("pool = 16", "pool"),
        ] {
            let refused = settings(&format!("[database]\n{added}\n")).unwrap_err();
            assert!(refused.contains(named), "{added}: {refused}");
        }
    }
}
