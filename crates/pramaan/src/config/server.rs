//! What clients may hold of the server, and how long logins of the pages last.

use std::num::NonZeroU32;
use std::time::Duration;

use pramaan_app::PageLogins as Lasting;
use pramaan_http::cowin::availability::CAPACITY;
use pramaan_http::server::{Limits, Proxies};
use serde::{Deserialize, Serialize};

use super::Within;

/// Connections, times and sizes; the memory of built answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    connections: NonZeroU32,
    connections_per_address: NonZeroU32,
    header_read_seconds: NonZeroU32,
    request_seconds: NonZeroU32,
    write_stall_seconds: NonZeroU32,
    drain_seconds: NonZeroU32,
    max_headers: Within<16, 1_024>,
    max_buffer_bytes: Within<8_192, 1_048_576>,
    kept_availability_bytes: NonZeroU32,
}

/// Logins of citizens and of staff at the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PageLogins {
    /// A day at most: who holds the telephone may be another by then.
    citizen_seconds: Within<300, 86_400>,
    /// A minute is how closely a login's last request is noted.
    staff_idle_seconds: Within<120, 86_400>,
    staff_seconds: Within<120, 86_400>,
}

impl Default for Server {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            connections: whole(limits.connections),
            connections_per_address: whole(limits.connections_per_address),
            header_read_seconds: seconds(limits.header_read),
            request_seconds: seconds(limits.request),
            write_stall_seconds: seconds(limits.write_stall),
            drain_seconds: seconds(limits.drain),
            max_headers: Within::of(limits.max_headers),
            max_buffer_bytes: Within::of(limits.max_buffer),
            kept_availability_bytes: whole(CAPACITY),
        }
    }
}

impl Server {
    pub(crate) fn limits(&self, proxies: Proxies) -> Limits {
        let lasting = |seconds: NonZeroU32| Duration::from_secs(seconds.get().into());
        Limits {
            connections: size(self.connections.get()),
            connections_per_address: size(self.connections_per_address.get()),
            proxies,
            header_read: lasting(self.header_read_seconds),
            request: lasting(self.request_seconds),
            write_stall: lasting(self.write_stall_seconds),
            drain: lasting(self.drain_seconds),
            max_headers: size(self.max_headers.get()),
            max_buffer: size(self.max_buffer_bytes.get()),
            ..Limits::default()
        }
    }

    /// In how long each request is answered.
    pub(crate) fn request(&self) -> Duration {
        Duration::from_secs(self.request_seconds.get().into())
    }

    /// Bytes.
    pub(crate) fn kept_availability(&self) -> usize {
        size(self.kept_availability_bytes.get())
    }
}

impl Default for PageLogins {
    fn default() -> Self {
        let lasting = Lasting::default();
        Self {
            citizen_seconds: Within::of(lasting.citizen_seconds),
            staff_idle_seconds: Within::of(lasting.staff_idle_seconds),
            staff_seconds: Within::of(lasting.staff_seconds),
        }
    }
}

impl From<&PageLogins> for Lasting {
    fn from(logins: &PageLogins) -> Self {
        Self {
            citizen_seconds: logins.citizen_seconds.get().into(),
            staff_idle_seconds: logins.staff_idle_seconds.get().into(),
            staff_seconds: logins.staff_seconds.get().into(),
        }
    }
}

fn whole(number: usize) -> NonZeroU32 {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn seconds(duration: Duration) -> NonZeroU32 {
    whole(usize::try_from(duration.as_secs()).unwrap_or(usize::MAX))
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Settings;

    fn settings(added: &str) -> Result<Settings, String> {
        let text = format!("origin = \"a\"\nissuer = \"b\"\n{added}");
        toml::from_str(&text).map_err(|refused| refused.to_string())
    }

    #[test]
    fn what_is_turned_is_used_and_the_rest_stays() {
        let turned = settings("[server]\nrequest_seconds = 33\nkept_availability_bytes = 1000\n").unwrap();
        let limits = turned.server.limits(Proxies::default());
        let expected = Limits {
            request: Duration::from_secs(33),
            ..Limits::default()
        };
        assert_eq!(limits, expected);
        assert_eq!(turned.server.kept_availability(), 1_000);
        let turned = settings("[page_logins]\nstaff_idle_seconds = 600\n").unwrap();
        let expected = Lasting {
            staff_idle_seconds: 600,
            ..Lasting::default()
        };
        assert_eq!(Lasting::from(&turned.page_logins), expected);
        let bare = settings("").unwrap();
        assert_eq!(bare.server.limits(Proxies::default()), Limits::default());
        assert_eq!(Lasting::from(&bare.page_logins), Lasting::default());
    }

    #[test]
    fn what_would_lock_everybody_out_is_refused_with_its_bounds() {
        for (added, named) in [
            ("[server]\nmax_buffer_bytes = 8191\n", "8192 to 1048576"),
            ("[server]\nconnections = 0\n", "nonzero"),
            ("[page_logins]\nstaff_idle_seconds = 60\n", "120 to 86400"),
            ("[page_logins]\nstaff_seconds = 172800\n", "120 to 86400"),
        ] {
            let refused = settings(added).unwrap_err();
            assert!(refused.contains(named), "{added}: {refused}");
        }
    }
}
