//! The witness on the network: `POST /add-checkpoint`, and `GET /<hash of an origin>/checkpoint` for whoever wants to see
//! what was cosigned.
//!
//! Strangers may ask; they can hold few connections, for a short time, and send little. It is *not* a TLS terminator: put a
//! proxy before it, or none, since every answer that matters is signed.

mod accept;
mod answer;
mod places;

use std::time::Duration;

pub use accept::serve;
pub(crate) use answer::SIZE;

/// What strangers may hold.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open connections in all; more are closed at once.
    pub connections: usize,
    /// Open connections from one address. A proxy is one address.
    pub connections_per_address: usize,
    /// From the first byte, or the end of the last answer, to the end of the headers.
    pub header_read: Duration,
    /// From the end of the headers to the answer.
    pub request: Duration,
    /// How long a connection lives; the request that is being answered then is the last.
    pub life: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            connections_per_address: 64,
            header_read: Duration::from_secs(15),
            request: Duration::from_secs(10),
            life: Duration::from_secs(600),
        }
    }
}
