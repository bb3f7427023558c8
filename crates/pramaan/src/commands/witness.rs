//! `pramaan witness`: cosigning the heads of logs that others run.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use pramaan_app::Clock as _;
use pramaan_domain::time::Timestamp;
use pramaan_tlog::Verifier;
use pramaan_witness::server::{Limits, serve};
use pramaan_witness::{Folder, Log};

use crate::cli::{Witness, WitnessCommand};
use crate::commands::{block_on, typed};
use crate::system::{SystemClock, SystemEntropy};
use crate::{host, log, say};

pub(crate) fn run(options: &Witness) -> anyhow::Result<ExitCode> {
    match &options.command {
        WitnessCommand::Init { dir, name } => init(dir, name),
        WitnessCommand::AddLog { dir, key } => add_log(dir, key),
        WitnessCommand::Serve { dir, listen } => served(dir, *listen),
        WitnessCommand::Status { dir } => status(dir),
    }
}

fn init(dir: &Path, name: &str) -> anyhow::Result<ExitCode> {
    let made = Folder::create(dir, name, &SystemEntropy)?;
    say::line(&format!("made the witness {name} in {}", dir.display()));
    say::line(&made.key().verifier().to_string());
    say::line("give that line to the logs that want your cosignature, and to their auditors by another way");
    say::line(&format!("next: pramaan witness add-log {} KEY", typed(dir)));
    Ok(ExitCode::SUCCESS)
}

fn add_log(dir: &Path, key: &str) -> anyhow::Result<ExitCode> {
    let folder = Folder::open(dir)?;
    let Ok(verifier) = Verifier::parse(key.trim()) else {
        bail!(
            "adding a log: {key:?} is not a log's verifier key, which looks like ORIGIN+1a2b3c4d+BASE64 (see /log/key)"
        );
    };
    folder.add_log(&verifier)?;
    say::line(&format!(
        "{} is cosigned from now on, whatever its size is then: what it showed before was seen by nobody here",
        verifier.name()
    ));
    say::line(&format!("next: pramaan witness serve {}", typed(dir)));
    Ok(ExitCode::SUCCESS)
}

fn served(dir: &Path, at: std::net::SocketAddr) -> anyhow::Result<ExitCode> {
    log::start();
    let served = Folder::open(dir)?.serve()?;
    let known = served.folder().logs()?;
    for damaged in known.iter().filter_map(|log| log.as_ref().err()) {
        say::error(&format!("pramaan: {damaged}"));
    }
    let key = served.folder().key().verifier().clone();
    let witness = pramaan_witness::Witness::new(served, Box::new(seconds));
    block_on(async {
        let (listener, address) = host::listen(at).await?;
        let told = host::Told::listen()?;
        let logs = known.len();
        say::line(&format!(
            "witness {} on http://{address}, {logs} logs",
            key.name()
        ));
        say::line(&key.to_string());
        if logs == 0 {
            say::line(&format!(
                "it knows no log: pramaan witness add-log {} KEY",
                typed(dir)
            ));
        }
        serve(listener, Arc::new(witness), Limits::default(), told.stopped()).await;
        Ok(ExitCode::SUCCESS)
    })
}

fn status(dir: &Path) -> anyhow::Result<ExitCode> {
    let folder = Folder::open(dir)?;
    say::line(&format!("witness {}", folder.key().verifier()));
    let logs = folder.logs().context("reading the logs")?;
    if logs.is_empty() {
        say::line("no log is known");
    }
    let mut well = true;
    for log in &logs {
        match log {
            Ok(log) => {
                well &= log.fork().is_none();
                say_log(log);
            }
            Err(error) => {
                well = false;
                say::line(&format!("DAMAGED: {error}"));
            }
        }
    }
    Ok(match well {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn say_log(log: &Log) {
    let origin = log.verifier().name();
    match log.head() {
        None => say::line(&format!("{origin}: nothing was cosigned yet")),
        Some(head) => {
            let at = Timestamp::from_seconds(i64::try_from(head.seconds).unwrap_or(i64::MAX));
            let ago = seconds().saturating_sub(head.seconds);
            let size = head.checkpoint.size();
            say::line(&format!(
                "{origin}: {size} entries, cosigned at {at}, {ago} seconds ago"
            ));
        }
    }
    if let Some(fork) = log.fork() {
        say::line(&format!(
            "{origin}: FORKED. It signed this too, although another head of the same size was cosigned:\n\n{fork}"
        ));
    }
}

fn seconds() -> u64 {
    u64::try_from(SystemClock.now().seconds()).unwrap_or_default()
}
