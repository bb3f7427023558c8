//! `pramaan migrate`: bring the database to this program's schema.

use std::process::ExitCode;

use anyhow::Context;
use pramaan_store::{Db, DbOptions, migrate};

use crate::cli::Place;
use crate::commands::block_on;
use crate::say;

pub(crate) fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let applied = block_on(async {
        let db = Db::open(&place.url()?, &DbOptions::default())
            .await
            .context("opening the database")?
            .unhurried();
        Ok::<_, anyhow::Error>(migrate::migrate(&db).await?)
    })?;
    match applied {
        0 => say::line("the database is up to date"),
        n => say::line(&format!("{n} migrations applied")),
    }
    Ok(ExitCode::SUCCESS)
}
