//! `--sms console`: messages on standard output, for a development machine.

use pramaan_app::sms::{Sending, Sms, SmsSender};

use crate::say;

pub(crate) struct ConsoleSender;

impl SmsSender for ConsoleSender {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        Box::pin(async move {
            say::line(&format!("SMS to {}: {}", sms.to.as_str(), sms.text));
            Ok(())
        })
    }
}
