//! `pramaan keys`: changing the key of the indexes by which people are found. No person's row is read or written for it.

use std::process::ExitCode;

use anyhow::{Context, bail};
use pramaan_keys::{FileKeyStore, KeyEpoch};
use pramaan_store::{StoreError, rekey};

use crate::cli::{Keys, KeysCommand, Place};
use crate::commands::block_on;
use crate::system::SystemEntropy;
use crate::{data, say};

/// Rows of each directory in one transaction: few enough that nobody who logs in waits for them.
const ROWS: u32 = 200;

pub(crate) fn run(options: Keys) -> anyhow::Result<ExitCode> {
    match options.command {
        KeysCommand::NewIndex { place } => new_index(&place),
        KeysCommand::RekeyIndex { place } => {
            let moved = block_on(rekey_index(&place))?;
            say::line(&format!("{moved} rows moved; every row has the newest index key"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// One key is changed at a time: rows of two epochs ago would not be found.
fn new_index(place: &Place) -> anyhow::Result<ExitCode> {
    let left = block_on(rekey_index(place))?;
    if left > 0 {
        say::line(&format!(
            "{left} rows of the change before were left, and are moved now"
        ));
    }
    let KeyEpoch(epoch) =
        FileKeyStore::create_index(&place.keys(), &SystemEntropy).context("making the next index key")?;
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
