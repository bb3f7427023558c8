//! Texts as lines of a file: for a gateway that reads files, and for tests.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::{Sending, Sms, SmsError, SmsSender};

/// Readable and writable by its owner only.
const MODE: u32 = 0o600;

/// Appends `{"to":"9876543210","text":"…","at":"2026-11-22T04:30:00.000Z"}` and a line feed for each text.
#[derive(Debug)]
pub struct JsonlSender(Arc<Mutex<File>>);

#[derive(Serialize)]
struct Line<'a> {
    to: &'a str,
    text: &'a str,
    at: String,
}

impl JsonlSender {
    /// Opens or makes the file; one that others could read is closed to them.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(MODE)
            .open(path)?;
        file.set_permissions(Permissions::from_mode(MODE))?;
        Ok(Self(Arc::new(Mutex::new(file))))
    }
}

impl SmsSender for JsonlSender {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        Box::pin(async move {
            let line = Line {
                to: sms.to.as_str(),
                text: &sms.text,
                at: sms.at.to_string(),
            };
            let mut line = serde_json::to_vec(&line).map_err(|error| unreachable(&error))?;
            line.push(b'\n');
            let file = Arc::clone(&self.0);
            let written = tokio::task::spawn_blocking(move || {
                // One write a line, so that lines of other processes do not fall into it.
                file.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .write_all(&line)
            });
            written
                .await
                .map_err(|error| unreachable(&error))?
                .map_err(|error| unreachable(&error))
        })
    }
}

fn unreachable(error: &dyn std::error::Error) -> SmsError {
    SmsError::Unreachable {
        reason: format!("cannot write the line: {error}"),
    }
}
