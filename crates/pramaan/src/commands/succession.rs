//! From one log to the next: what `pramaan log succeed` and `pramaan log adopt --origin` have in common.
//!
//! The key is made aside, the database takes the new name in one commit, and only then the folder follows: key, kept head,
//! and last the settings. Stopped anywhere in between, the same command goes on from there, because the database has one
//! name and the settings another.

use std::fs::File;
use std::sync::Arc;

use anyhow::{Context, bail};
use pramaan_app::Clock;
use pramaan_keys::{EndedKey, FileKeyStore};
use pramaan_store::outside::{self, Ending, KeptHead, Succession};
use pramaan_store::{Db, Sealer};
use pramaan_tlog::Verifier;

use crate::cli::Place;
use crate::commands::{init, typed};
use crate::data::{self, Settings};
use crate::say;
use crate::system::{SystemClock, SystemEntropy};
use crate::witnesses::LogPolicy;

/// A folder that nobody else has open, and the name of the log that is to go on in it.
pub(crate) struct Heir<'a> {
    pub(crate) place: &'a Place,
    pub(crate) db: Db,
    pub(crate) sealer: Sealer,
    pub(crate) settings: Settings,
    origin: String,
    /// The text of `pramaan.toml` under the new name.
    renamed: String,
    _alone: File,
}

/// Whose name the database's log has.
pub(crate) enum Stands {
    /// That of the settings: nothing was begun.
    Before,
    /// The new one, signed by the new key: the folder has to follow.
    Begun(Sealer),
    /// A third one.
    Elsewhere(String),
}

impl<'a> Heir<'a> {
    pub(crate) async fn open(place: &'a Place, origin: &str) -> anyhow::Result<Self> {
        let origin = init::origin(origin)?;
        let (sealer, settings) = data::open_keys(place)?;
        if settings.origin == origin {
            bail!("--origin {origin}: the log of this folder has that name; its successor needs another");
        }
        let renamed = data::renamed(place, &settings, &origin)?;
        let alone = data::alone(place)?;
        Ok(Self {
            place,
            db: data::open_database(place).await?,
            sealer,
            settings,
            origin,
            renamed,
            _alone: alone,
        })
    }

    pub(crate) async fn stands(&self) -> anyhow::Result<Stands> {
        let named = outside::origin(&self.db).await?;
        let Some(named) = named.filter(|named| *named != self.settings.origin) else {
            return Ok(Stands::Before);
        };
        if named == self.origin {
            let staged = FileKeyStore::staged_log(&self.place.keys())?.map(sealed_by);
            // The folder's own, when it was stopped after the key was put in its place.
            for next in staged.into_iter().chain([self.sealer.clone()]) {
                if outside::committed(&self.db, &next, &self.origin).await.is_ok() {
                    return Ok(Stands::Begun(next));
                }
            }
        }
        Ok(Stands::Elsewhere(named))
    }

    /// Refuses to end a log as whole of which its witnesses have seen more, or of which too few of them say what they have
    /// seen: the next one's bridge would say that nothing is lost.
    pub(crate) async fn ask_witnesses(&self, known: KeptHead) -> anyhow::Result<()> {
        let log = (&self.db, &self.sealer, &self.settings);
        match LogPolicy::of(&self.place.data, log).await? {
            Some(witnesses) => witnesses.gate(self.place, log, known).await,
            None => Ok(()),
        }
    }

    /// Ends the log and begins the next in the database. The folder stays as it is.
    pub(crate) async fn begin(&self, ending: Ending, reason: String) -> anyhow::Result<Sealer> {
        data::keep_policy(&self.db).await?;
        let staged = FileKeyStore::stage_log(&self.place.keys(), &SystemEntropy);
        let next = sealed_by(staged.context("making the key of the new log")?);
        let succession = Succession {
            ended: key_of(&self.settings.origin, &self.sealer)?,
            origin: self.origin.clone(),
            ending,
            reason,
            policy_hash: pramaan_policy::policy_hash(),
            now: SystemClock.now(),
        };
        outside::succeed(&self.db, &self.sealer, &next, succession).await?;
        Ok(next)
    }

    /// The folder follows the database: its key, the kept head, and last the settings, by which it is known to be done.
    pub(crate) async fn finish(self, next: &Sealer, ended: EndedKey) -> anyhow::Result<()> {
        let head = outside::committed(&self.db, next, &self.origin).await?;
        FileKeyStore::settle_log(&self.place.keys(), ended)
            .context("putting the key of the new log in its place")?;
        self.place.head().adopt(&head)?;
        data::replace_settings(self.place, &self.renamed)?;
        self.tell(next, &head, ended)
    }

    fn tell(&self, next: &Sealer, head: &KeptHead, ended: EndedKey) -> anyhow::Result<()> {
        let (before, after) = (&self.settings.origin, &self.origin);
        let size = head.edge.size();
        say::line(&format!(
            "the log {before} has ended, and {after} goes on with its entries: {size} in all"
        ));
        let key = key_of(after, next)?;
        say::line(&format!("its key: {key}"));
        if let Some(policy) = self.settings.log.policy(&self.place.data) {
            say::line(&format!(
                "in {}, and in every auditor's policy, put this line in place of that of {before}:\nlog {key}",
                policy.display()
            ));
            say::line("every witness needs: pramaan witness add-log DIR KEY");
        } else {
            say::line("give it to the auditors, by another way than the log itself");
        }
        say::line(match ended {
            EndedKey::KeptAside => {
                "the key of the log that ended is aside in the folder of keys, as log-NUMBER.ended. Nothing needs it, and whoever \
                 has it can sign for the old name: destroy it there and in backups"
            }
            EndedKey::Destroyed => {
                "the key of the log that ended was removed. Destroy it in backups of the folder too: nothing needs it"
            }
        });
        say::line(&format!(
            "next: bring the folder of keys, log-head and pramaan.toml to every server, and start them: pramaan serve --data {}",
            typed(&self.place.data)
        ));
        Ok(())
    }
}

pub(crate) fn key_of(origin: &str, sealer: &Sealer) -> anyhow::Result<Verifier> {
    Ok(Verifier::new(origin, &sealer.keys.log_public_key())?)
}

fn sealed_by(keys: FileKeyStore) -> Sealer {
    Sealer::new(Arc::new(keys), Arc::new(SystemEntropy))
}
