//! `pramaan log`: what an operator may do to the access log itself, each time with an entry; what others can check has files
//! of its own.

use std::process::ExitCode;

use anyhow::{Context, bail};
use pramaan_app::Clock;
use pramaan_store::outside::{self, Fork};
use pramaan_store::{Db, ErasureList, Sealer, StoreError, public_log};
use pramaan_tlog::Verifier;

use crate::cli::{Log, LogCommand, Place};
use crate::commands::{block_on, log_check, log_export, log_verify, verify_extract, verify_proof};
use crate::system::SystemClock;
use crate::witnesses::LogPolicy;
use crate::{data, say};

/// Letters of a reason at least: a word is none.
const REASON: usize = 10;

pub(crate) fn run(options: Log) -> anyhow::Result<ExitCode> {
    match options.command {
        LogCommand::Adopt { place, reason } => adopt_with_reason(&place, &reason),
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

fn adopt_with_reason(place: &Place, reason: &str) -> anyhow::Result<ExitCode> {
    let reason = reasoned(reason)?;
    let size = block_on(adopt(place, reason))?;
    say::line(&format!(
        "adopted: the log has {size} entries, the last of which say that it does not continue what was signed here before"
    ));
    say::line(
        "invitations and logins of staff have ended. This database may be older than the end of an account or of a partner's key: \
         end again whoever was ended since the backup, with `pramaan staff end` and `pramaan partner end`",
    );
    Ok(ExitCode::SUCCESS)
}

async fn adopt(place: &Place, reason: String) -> anyhow::Result<u64> {
    let (sealer, settings) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    let (file, origin) = (place.head(), &settings.origin);
    let read = file.read(origin, &sealer);
    // A head that other keys signed says nothing about this log.
    let foreign = matches!(read, Err(StoreError::Fork(Fork::Foreign)));
    let kept = if foreign { None } else { read? };
    match data::continued(&db, &sealer, origin, (&file, kept.clone())).await {
        Ok(_) if !foreign && place.erased().exists() => {
            bail!("there is nothing to adopt: the log continues the one that was served from this folder")
        }
        Ok(_) | Err(StoreError::Fork(_)) => {}
        Err(other) => return Err(other.into()),
    }
    if let Some(witnesses) = LogPolicy::of(&place.data, &settings, &sealer)? {
        witnesses.gate_unknown(&db, origin).await?;
    }
    data::keep_policy(&db).await?;
    let policy = pramaan_policy::policy_hash();
    let adopted = outside::adopt(&db, &sealer, origin, kept, reason, policy, SystemClock.now()).await?;
    forget_altered(&db, &sealer, origin).await?;
    file.adopt(&adopted)?;
    ErasureList::create(&place.erased()).context("making the list of erasures")?;
    Ok(adopted.edge.size())
}

/// Publications that were altered are given up with the log that they were of.
async fn forget_altered(db: &Db, sealer: &Sealer, origin: &str) -> Result<(), StoreError> {
    let (sealer, origin) = (sealer.clone(), origin.to_owned());
    let forgotten = db.write("pramaan::forget_altered", move |tx| {
        Box::pin(async move { public_log::forget_altered(tx, (&sealer, &origin)).await })
    });
    forgotten.await
}
