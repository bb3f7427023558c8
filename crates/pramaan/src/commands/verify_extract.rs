//! `pramaan log verify-extract`: a person's extract, checked offline, told in plain words.
//!
//! Ends with 0 when all holds, 1 when a check fails, 2 when there is no extract to check.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use pramaan_domain::time::Timestamp;
use pramaan_tlog::extract::{Check, Extract, MAX_EXTRACT, Trusted, Verified, VerifiedEntry};
use pramaan_tlog::leaf::Day;
use pramaan_tlog::{MAX_NOTE, Verifier};

use crate::cli::VerifyExtract;
use crate::say;

const FAILS: u8 = 1;
const NOTHING_TO_CHECK: u8 = 2;

pub(crate) fn run(options: &VerifyExtract) -> ExitCode {
    let (extract, trusted) = match read(options) {
        Ok(read) => read,
        Err(error) => {
            say::error(&format!("pramaan: {error:#}"));
            return ExitCode::from(NOTHING_TO_CHECK);
        }
    };
    match extract.and_then(|extract| extract.verify(&trusted)) {
        Ok(verified) => {
            report(&verified).iter().for_each(|line| say::line(line));
            worth(options).iter().for_each(|line| say::line(line));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say::error(&format!("FAIL {error}"));
            ExitCode::from(if error.check == Check::Format {
                NOTHING_TO_CHECK
            } else {
                FAILS
            })
        }
    }
}

type Parsed = Result<Extract, pramaan_tlog::extract::ExtractError>;

fn read(options: &VerifyExtract) -> anyhow::Result<(Parsed, Trusted)> {
    let key = options.key.as_deref().map(|key| {
        Verifier::parse(key.trim())
            .map_err(|error| anyhow!("--key {key}: {error}; the log publishes it as /log/key"))
    });
    let checkpoint = options.checkpoint.as_deref().map(|file| bytes(file, MAX_NOTE));
    let trusted = Trusted {
        key: key.transpose()?,
        checkpoint: checkpoint.transpose()?,
    };
    Ok((Extract::parse(&bytes(&options.file, MAX_EXTRACT)?), trusted))
}

/// A file of at most `most` bytes.
pub(super) fn bytes(path: &Path, most: usize) -> anyhow::Result<Vec<u8>> {
    let reading = || format!("reading {}", path.display());
    let file = std::fs::File::open(path).with_context(reading)?;
    let mut bytes = Vec::new();
    file.take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(reading)?;
    if bytes.len() > most {
        bail!(
            "{} is larger than {most} bytes: it is something else",
            path.display()
        );
    }
    Ok(bytes)
}

fn report(verified: &Verified) -> Vec<String> {
    let head = &verified.checkpoint;
    let mut lines = vec![format!(
        "HOLDS: log {} at {} entries; the extract is about {} to {}",
        head.origin(),
        head.size(),
        verified.from,
        verified.to
    )];
    lines.push(match verified.entries.len() {
        0 => "No entry is about the person.".to_owned(),
        1 => "1 entry is about the person, and is in the log:".to_owned(),
        n => format!("{n} entries are about the person, and are in the log:"),
    });
    lines.extend(verified.entries.iter().map(told));
    if let (Some(first), Some(last)) = (verified.complete.first(), verified.complete.last()) {
        lines.push(format!(
            "COMPLETE from {first} to {last}: of these days there are no others."
        ));
    }
    let quiet: Vec<_> = verified.quiet().iter().map(ToString::to_string).collect();
    if !quiet.is_empty() {
        lines.push(format!("Nobody looked: {}", quiet.join(", ")));
    }
    if !verified.open.is_empty() {
        let open: Vec<_> = verified.open.iter().map(Day::to_string).collect();
        lines.push(format!(
            "NOT SHOWN for {}: the log has no root of such a day yet, and there may be further entries. Ask for another \
             extract two days later",
            open.join(", ")
        ));
    }
    lines
}

/// One entry in one line.
fn told(entry: &VerifiedEntry) -> String {
    let detail = &entry.detail;
    let at = i64::try_from(detail.at).map_or(Timestamp::from_micros(0), Timestamp::from_micros);
    let mut who = plain(&detail.class);
    if detail.organisation > 0 {
        who.push_str(&format!(", number {}", detail.organisation));
    }
    if !detail.staff.is_empty() {
        who.push_str(&format!(", staff code {}", plain(&detail.staff)));
    }
    let reason = detail.reason.as_deref();
    let reason = reason.map_or_else(String::new, |reason| format!("; reason: {}", plain(reason)));
    format!(
        "  {} {} entry {}: {} by {who}, for {}, on {}: {}{reason}",
        entry.day,
        at.time_of_day().format("%H:%M"),
        entry.index,
        entry.kind.name(),
        plain(&detail.purpose),
        plain(&detail.basis),
        entry.fields.join(" "),
    )
}

/// What somebody wrote, without what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { '?' } else { letter })
        .collect()
}

/// What the answer rests on.
fn worth(options: &VerifyExtract) -> Vec<String> {
    let mut lines = Vec::new();
    if options.key.is_none() {
        lines.push(
            "NOT CHECKED whose log it is: the key was taken from the file. Give the one that the log publishes with --key"
                .to_owned(),
        );
    }
    if options.checkpoint.is_none() {
        lines.push(
            "NOT CHECKED whether others are shown the same log: give a checkpoint of this size that somebody else has with \
             --checkpoint"
                .to_owned(),
        );
    }
    lines
}
