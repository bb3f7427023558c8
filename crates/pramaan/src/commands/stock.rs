//! `pramaan stock`: recalls, on the word of whoever runs the server. Every centre sees them at once.

use std::process::ExitCode;

use anyhow::Context;
use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::{BatchKey, Recall};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use crate::cli::{BatchName, Place, Stock, StockCommand};
use crate::commands::block_on;
use crate::commands::staff::quiet_app;
use crate::say;

pub(crate) fn run(options: Stock) -> anyhow::Result<ExitCode> {
    match options.command {
        StockCommand::Recall {
            place,
            batch,
            since,
            reason,
        } => {
            let recall = Recall {
                key: key_of(&batch)?,
                since: since
                    .parse::<CivilDate>()
                    .context("--since: give a date, YYYY-MM-DD")?,
                reason: Reason::parse(&reason).context("--reason")?.as_str().to_owned(),
            };
            recall_batch(&place, recall)
        }
        StockCommand::Lift { place, batch } => lift(&place, key_of(&batch)?),
        StockCommand::List { place } => list(&place),
    }
}

fn key_of(named: &BatchName) -> anyhow::Result<BatchKey> {
    Ok(BatchKey {
        vaccine: Vaccine::parse(&named.vaccine).context("--vaccine")?,
        batch: VaccineBatch::parse(&named.batch).context("--batch")?,
    })
}

fn recall_batch(place: &Place, recall: Recall) -> anyhow::Result<ExitCode> {
    let said = told(&recall);
    block_on(async { Ok(quiet_app(place).await?.add_recall(recall).await?) })?;
    say::line(&format!("recalled: {said}"));
    say::line("Every centre sees it. A dose of it is still recorded, with a reason and a flag.");
    Ok(ExitCode::SUCCESS)
}

fn lift(place: &Place, key: BatchKey) -> anyhow::Result<ExitCode> {
    let named = format!("{} {}", key.vaccine, key.batch.as_str());
    block_on(async { Ok(quiet_app(place).await?.lift_recall(key).await?) })?;
    say::line(&format!("no longer recalled: {named}"));
    Ok(ExitCode::SUCCESS)
}

fn list(place: &Place) -> anyhow::Result<ExitCode> {
    let recalls = block_on(async { Ok(quiet_app(place).await?.recalls().await?) })?;
    if recalls.is_empty() {
        say::line("no batch is recalled");
    }
    for recall in recalls {
        say::line(&told(&recall));
    }
    Ok(ExitCode::SUCCESS)
}

fn told(recall: &Recall) -> String {
    let (vaccine, batch) = (recall.key.vaccine, recall.key.batch.as_str());
    format!("{vaccine} {batch} since {}: {}", recall.since, recall.reason)
}
