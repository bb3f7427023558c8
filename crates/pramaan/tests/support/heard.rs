//! Every answer that a test got, kept for the headline.

use std::io::Read;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use pramaan_testkit::captured::{Exchange, of_connection};

/// Shared by a folder and whoever serves it, one after the other.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<Exchange>>>);

impl Heard {
    pub(crate) fn all(&self) -> Vec<Exchange> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn forget(&self) {
        self.0.lock().unwrap().clear();
    }

    /// Reads the answer to a question that closes its connection, and keeps both.
    pub(crate) fn answer(&self, asked: &str, stream: &mut TcpStream) -> String {
        let mut told = Vec::new();
        // Who answers before it has read all of a question resets the connection; the answer is there.
        let _ = stream.read_to_end(&mut told);
        let mut kept = self.0.lock().unwrap();
        let place = format!("answer {}", kept.len() + 1);
        let mut keep = |exchange: Exchange| {
            // Whoever waits for the next head asks a thousand times.
            let same = |last: &Exchange| last.target == exchange.target && last.sent == exchange.sent;
            if !(exchange.target.starts_with("/log/") && kept.last().is_some_and(same)) {
                kept.push(exchange);
            }
        };
        of_connection(&place, (asked.as_bytes(), &told), &mut keep).unwrap();
        String::from_utf8_lossy(&told).into_owned()
    }
}
