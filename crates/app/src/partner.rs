//! Partners: white-listed organisations with a key. The key says who calls, never whose record: that takes the person.

use std::collections::HashMap;

use pramaan_domain::id::PartnerId;
use pramaan_store::StoreError;
use pramaan_store::partner::{self, PartnerRow};

pub use pramaan_store::partner::PartnerKind;

use crate::{App, Refusal};

/// An organisation whose key was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    id: PartnerId,
    number: u64,
    name: String,
    kind: PartnerKind,
}

impl Partner {
    pub fn id(&self) -> PartnerId {
        self.id
    }

    /// Its short public name: what stands in access entries.
    pub fn number(&self) -> u64 {
        self.number
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn kind(&self) -> PartnerKind {
        self.kind
    }
}

/// How often a number is tried again when two partners are added at once.
const ATTEMPTS: u8 = 3;

impl App {
    /// The partner with this key.
    ///
    /// # Errors
    /// `Forbidden` for an unknown or ended key.
    pub async fn partner(&self, key: &str) -> Result<Partner, Refusal> {
        let (sealer, key) = (self.0.sealer.clone(), key.to_owned());
        let row = self
            .0
            .db
            .read("app::partner::by_key", move |tx| {
                Box::pin(async move { partner::by_key(tx, &sealer, &key).await })
            })
            .await?;
        row.map(known).ok_or(Refusal::Forbidden)
    }

    /// Ends the key of the partner with this number, for good; answers whether there was one to end.
    pub async fn end_partner(&self, number: u64) -> Result<bool, Refusal> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let ended = self.0.db.write("app::partner::end", move |tx| {
            Box::pin(async move { partner::disable(tx, number).await })
        });
        Ok(ended.await?)
    }

    /// What partners are called that access entries name by their number; there are few.
    pub async fn partner_names(&self) -> Result<HashMap<u64, String>, Refusal> {
        let found = self
            .0
            .db
            .read("app::partner::names", |tx| Box::pin(partner::names(tx)));
        let named = |(number, name)| Some((u64::try_from(number).ok()?, name));
        Ok(found.await?.into_iter().filter_map(named).collect())
    }

    /// Every partner whose key has not ended, by number.
    pub async fn partners(&self) -> Result<Vec<Partner>, Refusal> {
        let found = self
            .0
            .db
            .read("app::partner::active", |tx| Box::pin(partner::active(tx)));
        Ok(found.await?.into_iter().map(known).collect())
    }

    /// Adds a partner and answers it with its key, which is shown this once: only a MAC of it is kept.
    pub async fn add_partner(&self, name: &str, kind: PartnerKind) -> Result<(Partner, String), Refusal> {
        let key = hex::encode(self.0.sealer.random::<20>());
        let mut attempts = 0;
        loop {
            attempts += 1;
            let (sealer, now) = (self.0.sealer.clone(), self.now());
            let (name, fresh) = (name.to_owned(), key.clone());
            let added = self
                .0
                .db
                .write("app::partner::add", move |tx| {
                    Box::pin(async move { partner::insert(tx, &sealer, (&name, kind), &fresh, now).await })
                })
                .await;
            match added {
                Err(StoreError::UniqueViolation { .. }) if attempts < ATTEMPTS => {}
                Err(error) => return Err(error.into()),
                Ok(row) => return Ok((known(row), key)),
            }
        }
    }
}

fn known(row: PartnerRow) -> Partner {
    Partner {
        id: row.id,
        number: u64::try_from(row.number).unwrap_or(0),
        name: row.name,
        kind: row.kind,
    }
}
