//! What really went over a line: a relay that keeps both directions of each connection, and a reader of what it kept.
//!
//! The relay stands between a browser, or any other client, and a server. It changes no byte and knows no protocol. What it
//! kept is read afterwards as HTTP/1.1, question by question. Whatever cannot be kept or read is an error and not a gap.

mod body;
mod exchange;
mod head;
mod relay;

#[cfg(test)]
mod tests;

pub use exchange::{Exchange, exchanges, of_connection};
pub use relay::Relay;

/// Ends the name of a file with what a client sent.
const ASKED: &str = "asked";
/// Ends the name of a file with what a server sent.
const TOLD: &str = "told";
