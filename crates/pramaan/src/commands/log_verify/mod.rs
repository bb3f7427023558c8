//! `pramaan log verify`: the audit of a published log, in a folder or on a server (docs/audit.md). Needs no data folder.
//!
//! Ends with 0 when the log keeps its promises, 1 when it breaks one, 2 when that could not be found out.

mod folder;
mod server;

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use pramaan_tlog::audit::{Failure, Progress, Published, Report, audit};
use pramaan_tlog::policy::{MAX_POLICY, Policy};

use crate::cli::Verify;
use crate::say;
use folder::Folder;
pub(super) use folder::bounded;
use server::Server;

/// A promise was broken.
const VIOLATION: u8 = 1;
/// Nothing was found out.
const UNREADABLE: u8 = 2;
/// Requests to a server at one time: enough to hide the way there, few enough to be no burden.
const AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

pub(crate) fn run(options: &Verify) -> ExitCode {
    match outcome(options) {
        Ok(code) => code,
        Err(error) => {
            say::error(&format!("could not be read: {error:#}"));
            ExitCode::from(UNREADABLE)
        }
    }
}

fn outcome(options: &Verify) -> anyhow::Result<ExitCode> {
    let policy = options.policy.as_deref().map(policy).transpose()?;
    match options.place.contains("://") {
        true => {
            let server = Server::new(&options.place, Duration::from_secs(options.patience))?;
            verdict(run_on(
                &server,
                policy.as_ref(),
                options.at_once.unwrap_or(AT_ONCE),
            ))
        }
        false => {
            let folder = Folder::new(Path::new(&options.place))?;
            let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
            verdict(run_on(&folder, policy.as_ref(), options.at_once.unwrap_or(cores)))
        }
    }
}

/// Whom the auditor trusts.
fn policy(file: &Path) -> anyhow::Result<Policy> {
    let attempt = || format!("the policy {}", file.display());
    let bytes =
        folder::bounded(file, MAX_POLICY)?.with_context(|| format!("there is no file {}", file.display()))?;
    Policy::parse(&bytes).with_context(attempt)
}

fn run_on<P: Published>(
    published: &P,
    policy: Option<&Policy>,
    workers: NonZeroUsize,
) -> Result<Report, Failure<P::Error>> {
    let bar = ProgressBar::no_length();
    let plain = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {per_sec} {eta}");
    bar.set_style(plain.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let outcome = audit(published, policy, workers, &mut |progress| {
        let (what, done, of) = match progress {
            Progress::Publications { done, of } => ("publications", done, of),
            Progress::Entries { done, of } => ("entries", done, of),
        };
        if bar.message() != what {
            bar.reset();
            bar.set_message(what);
        }
        bar.set_length(of);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    outcome
}

fn verdict(outcome: Result<Report, Failure<anyhow::Error>>) -> anyhow::Result<ExitCode> {
    match outcome {
        Ok(report) => {
            for line in report.lines() {
                say::line(&line);
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Violation(finding)) => {
            say::line(&finding.to_string());
            Ok(ExitCode::from(VIOLATION))
        }
        Err(Failure::Unreadable { name, error }) => Err(error.context(name)),
        Err(Failure::NoLog(name)) => anyhow::bail!(
            "there is no {name} here, so this is no published log: give the folder of an export, or the address that ends in \
             /log/"
        ),
    }
}
