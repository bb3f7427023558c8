//! The way out to phones: one trait, and two adapters that need no gateway.
//!
//! An adapter sends or says why not; trying again is `delivery`'s.

mod demo;
mod jsonl;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use pramaan_domain::mobile::Mobile;
use pramaan_domain::time::Timestamp;

pub use demo::DemoOutbox;
pub use jsonl::JsonlSender;

/// One text for one number.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    pub to: Mobile,
    pub text: String,
    pub at: Timestamp,
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sms(redacted, {})", self.at)
    }
}

/// Why a text was not sent. The reason holds neither number nor text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// Nobody knows whether it was sent, or it certainly was not; another attempt may succeed.
    #[error("sending an SMS: {reason}; it is tried again")]
    Unreachable { reason: String },
    /// It will never be sent.
    #[error("sending an SMS: it was refused for good, {reason}")]
    Refused { reason: String },
}

/// A text on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), SmsError>> + Send + 'a>>;

/// Hands texts to whatever reaches phones. Called from many tasks at once; the same text may come twice.
pub trait SmsSender: Send + Sync {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a>;
}
