//! The server: our own accept loop on hyper, because `axum::serve` lets a client take forever over its headers.
//!
//! It bounds what strangers can hold (connections, header bytes, time) and stops gracefully. It is *not* a TLS
//! terminator, and it knows nothing of routes: it is handed a finished [`axum::Router`].

mod accept;
mod capacity;
mod connection;
mod front;
mod guard;
mod proxy;
mod shutdown;
mod stall;

use std::time::Duration;

pub use accept::serve;
pub use front::{Front, Shortcut};
pub use proxy::{ParseProxy, Proxies, Proxy, client_of};
pub use shutdown::{Shutdown, Trigger, shutdown};

/// What one client, and all of them together, may hold. Defaults are those of security review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Open connections in all; more are answered 503 and closed.
    pub connections: usize,
    /// Open connections from one subscriber: an IPv4 address or an IPv6 /64.
    pub connections_per_address: usize,
    /// Whose `X-Forwarded-For` is believed. They speak for many, so `connections_per_address` does not hold for them.
    pub proxies: Proxies,
    /// What to do with a request that some proxy forwarded.
    pub forwarded: Forwarded,
    pub loopback: Loopback,
    /// From the first byte (or the end of the last answer) to the end of the headers.
    pub header_read: Duration,
    /// From the end of the headers to the answer, reading of the body included.
    pub request: Duration,
    /// How long a write may wait for a peer that has stopped reading.
    pub write_stall: Duration,
    /// How long open requests may take after shutdown was asked for.
    pub drain: Duration,
    pub max_headers: usize,
    /// Bytes of the request head, and of read and write buffers; at least 8192.
    pub max_buffer: usize,
}

/// Whether 127.0.0.0/8 and ::1 count against `connections_per_address`: a benchmark lives there, or a proxy that nobody
/// announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loopback {
    Exempt,
    Counted,
}

/// Whether requests that look forwarded are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forwarded {
    /// Somebody said whether there are proxies, so the headers are believed or not read.
    Served,
    /// Nobody said. Behind a proxy every client would count as one, and the budgets of one would be the nation's: what a
    /// proxy's headers or HTTP/1.0 betray is answered 503 and the operator told.
    Refused,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            connections_per_address: 64,
            proxies: Proxies::default(),
            forwarded: Forwarded::Served,
            loopback: Loopback::Exempt,
            header_read: Duration::from_secs(5),
            request: Duration::from_secs(10),
            write_stall: Duration::from_secs(20),
            drain: Duration::from_secs(10),
            max_headers: 64,
            max_buffer: 16 * 1024,
        }
    }
}
