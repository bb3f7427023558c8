//! `pramaan keys`: replacing root keys, and moving what is under the ones before. Nobody's record is opened for it.

use std::process::ExitCode;

use anyhow::{Context, bail};
use pramaan_keys::{FileKeyStore, KeyEpoch, Root};
use pramaan_store::{StoreError, rekey, rewrap};

use crate::cli::{Keys, KeysCommand, Place};
use crate::commands::block_on;
use crate::commands::key_change::{self, Why};
use crate::system::SystemEntropy;
use crate::{data, say};

/// Rows of each directory in one transaction: few enough that nobody who logs in waits for them.
const ROWS: u32 = 200;

pub(crate) fn run(options: Keys) -> anyhow::Result<ExitCode> {
    match options.command {
        KeysCommand::Rotate(change) => key_change::run(&change, Why::Precaution),
        KeysCommand::Compromised(change) => key_change::run(&change, Why::Stolen),
        KeysCommand::Rewrap { place } => {
            let rows = block_on(rewrap_all(&place))?;
            say::line(&format!(
                "{rows} rows wrapped anew; every person's keys are under the newest sealing key"
            ));
            Ok(ExitCode::SUCCESS)
        }
        KeysCommand::NewIndex { place } => new_index(&place),
        KeysCommand::RekeyIndex { place } => {
            let moved = block_on(rekey_index(&place))?;
            say::line(&format!("{moved} rows moved; every row has the newest index key"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// One key is changed at a time: rows of two epochs ago would not be found.
pub(super) fn new_index(place: &Place) -> anyhow::Result<ExitCode> {
    let left = block_on(rekey_index(place))?;
    if left > 0 {
        say::line(&format!(
            "{left} rows of the change before were left, and are moved now"
        ));
    }
    let KeyEpoch(epoch) = FileKeyStore::create_next(&place.keys(), Root::Index, &SystemEntropy)
        .context("making the next index key")?;
    say::line(&format!("made index key {epoch}; back it up with the others"));
    say::line("start every server again, all of them, and then give: pramaan keys rekey-index");
    Ok(ExitCode::SUCCESS)
}

async fn rekey_index(place: &Place) -> anyhow::Result<u64> {
    let (sealer, _) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    if sealer.keys.index_epoch() == KeyEpoch(1) {
        return Ok(0);
    }
    let mut all = 0;
    loop {
        let with = sealer.clone();
        let batch = db.write("keys::rekey_index", move |tx| {
            Box::pin(async move { rekey::batch(tx, &with, ROWS).await })
        });
        let moved: Result<u64, StoreError> = batch.await;
        match moved {
            Ok(0) => return Ok(all),
            Ok(moved) => all += moved,
            // Somebody was faster with a row; what was moved before stays so.
            Err(error) if error.is_retryable() => {}
            Err(error) => {
                bail!("moving rows to the newest index key: {error}; give the command again to go on")
            }
        }
    }
}

async fn rewrap_all(place: &Place) -> anyhow::Result<u64> {
    let (sealer, _) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    let (mut all, mut at) = (0, None);
    loop {
        let (with, from) = (sealer.clone(), at.clone());
        let batch = db.write("keys::rewrap", move |tx| {
            Box::pin(async move { rewrap::batch(tx, &with, from, ROWS).await })
        });
        let done: Result<rewrap::Rewrapped, StoreError> = batch.await;
        match done {
            Ok(done) => {
                all += done.rows;
                if done.place.is_none() {
                    return Ok(all);
                }
                at = done.place;
            }
            Err(error) if error.is_retryable() => {}
            Err(error) => bail!(
                "wrapping keys of persons by the newest sealing key: {error}; give the command again to go on"
            ),
        }
    }
}
