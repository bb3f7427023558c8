//! `pramaan log`: what an operator may do to the access log itself, each time with an entry; what others can check has files
//! of its own.

use std::process::ExitCode;

use anyhow::bail;
use pramaan_tlog::Verifier;

use crate::cli::{Log, LogCommand, Place};
use crate::commands::testimony::Silence;
use crate::commands::{
    log_adopt, log_check, log_export, log_succeed, log_verify, verify_extract, verify_proof,
};
use crate::{data, say};

/// Letters of a reason at least: a word is none.
const REASON: usize = 10;

pub(crate) fn run(options: Log) -> anyhow::Result<ExitCode> {
    match options.command {
        LogCommand::Adopt {
            place,
            origin,
            reason,
            without_witnesses,
        } => {
            let silence = match without_witnesses {
                true => Silence::IsTold,
                false => Silence::IsRefused,
            };
            log_adopt::run(&place, origin.as_deref(), &reason, silence)
        }
        LogCommand::Succeed(options) => log_succeed::run(&options),
        LogCommand::Key { place } => key(&place),
        LogCommand::Export { place, to } => log_export::run(&place, &to),
        LogCommand::Check { place, against } => log_check::run(&place, against.as_deref()),
        LogCommand::Verify(options) => Ok(log_verify::run(&options)),
        LogCommand::VerifyExtract(options) => Ok(verify_extract::run(&options)),
        LogCommand::VerifyProof(options) => Ok(verify_proof::run(&options)),
    }
}

fn key(place: &Place) -> anyhow::Result<ExitCode> {
    let (sealer, settings) = data::open_keys(place)?;
    let key = Verifier::new(&settings.origin, &sealer.keys.log_public_key())?;
    say::line(&key.to_string());
    Ok(ExitCode::SUCCESS)
}

/// A reason that says something.
pub(super) fn reasoned(reason: &str) -> anyhow::Result<String> {
    let reason = reason.trim().to_owned();
    if reason.chars().count() < REASON {
        bail!("--reason {reason}: say in a sentence what happened and who decided");
    }
    Ok(reason)
}
