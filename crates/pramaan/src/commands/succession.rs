//! From one log to the next: what `pramaan log succeed` and `pramaan log adopt --origin` have in common.
//!
//! The key is made aside, the database takes the new name in one commit, and only then the folder follows: key, kept head,
//! and last the settings. Stopped anywhere in between, the same command goes on from there, because the database has one
//! name and the settings another.

use std::fs::File;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use pramaan_app::Clock;
use pramaan_keys::{EndedKey, FileKeyStore};
use pramaan_store::outside::{self, Ending, Fork, Held, KeptHead, MOST_ENTRIES, Seen, Succession};
use pramaan_store::{Db, Sealer, StoreError};
use pramaan_tlog::Verifier;

use crate::cli::Place;
use crate::commands::testimony::Testimony;
use crate::commands::{init, serving};
use crate::data::{self, Settings};
use crate::say;
use crate::system::{SystemClock, SystemEntropy};

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

/// Where the folder has the key of a log that was begun.
#[derive(Clone, Copy)]
enum KeyOfNext {
    /// As `log-next`: it was stopped before the key was put in its place, or is from then.
    Aside,
    /// As the newest.
    InPlace,
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
        let db = data::open_database(place).await?;
        data::refuse_without_keys(&db).await?;
        Ok(Self {
            place,
            db,
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
            return self.begun().await.map(Stands::Begun);
        }
        Ok(Stands::Elsewhere(named))
    }

    /// The key by which the database's log has the new name already.
    async fn begun(&self) -> anyhow::Result<Sealer> {
        let (keys, before) = (self.place.keys(), &self.settings.origin);
        // The folder's own, when it was stopped after the key was put in its place: that of the log before is aside by now.
        if self.has_signed(&self.sealer).await?
            && let Some(ended) = FileKeyStore::last_ended_log(&keys)?
        {
            let ended = Verifier::new(before, &ended)?;
            self.goes_on_from(&self.sealer, &ended, KeyOfNext::InPlace)
                .await?;
            FileKeyStore::unstage_log(&keys)?;
            return Ok(self.sealer.clone());
        }
        if let Some(next) = FileKeyStore::staged_log(&keys)?.map(sealed_by)
            && self.has_signed(&next).await?
        {
            let ended = key_of(before, &self.sealer)?;
            self.goes_on_from(&next, &ended, KeyOfNext::Aside).await?;
            return Ok(next);
        }
        bail!(
            "the access log in the database is called {} already, and no key of this folder signed it: bring log-head and pramaan.toml \
             from where it was begun, and of its folder of keys the files that are not here",
            self.origin
        )
    }

    async fn has_signed(&self, next: &Sealer) -> anyhow::Result<bool> {
        match outside::committed(&self.db, next, &self.origin).await {
            Ok(_) => Ok(true),
            Err(StoreError::Fork(_)) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }

    /// Somebody who could write database and folder for a moment may have begun a log of their own.
    async fn goes_on_from(&self, next: &Sealer, ended: &Verifier, key: KeyOfNext) -> anyhow::Result<()> {
        let kept = self.place.head().seen(ended)?;
        let begun = outside::begun(&self.db, (next, &self.origin), ended, kept).await;
        begun.map_err(|error| match error {
            StoreError::Fork(fork @ Fork::WentOn { .. }) => anyhow!("{fork}. {}", self.way_on(key)),
            other => data::naming_folder(other, self.place),
        })
    }

    /// What to do where the log went on since it was begun. A folder of keys from before would cost the only key of the log, so
    /// none is put over this one.
    fn way_on(&self, key: KeyOfNext) -> String {
        let origin = &self.origin;
        match key {
            KeyOfNext::InPlace => format!(
                "The keys here are those of {origin}: write `origin = \"{origin}\"` in {} and change nothing else. When the start then \
                 refuses log-head, bring that file alone",
                self.place.settings().display()
            ),
            KeyOfNext::Aside => format!(
                "Its key lies here as log-next: keep it. Bring pramaan.toml and log-head from the server that serves {origin}, and copy from \
                 its folder of keys the files that are not here; put no other folder of keys over this one"
            ),
        }
    }

    /// What the witnesses have seen of the log that ends.
    pub(crate) async fn testimony(&self) -> anyhow::Result<Testimony> {
        self.testimony_of(&key_of(&self.settings.origin, &self.sealer)?)
            .await
    }

    async fn testimony_of(&self, log: &Verifier) -> anyhow::Result<Testimony> {
        Testimony::asked(self.place, (&self.db, &self.sealer, &self.settings), log).await
    }

    /// What the witnesses have seen of the log that the database has: one that ended here before.
    ///
    /// # Errors
    /// In words for the operator: the database is nobody's of ours, or its entries are others than those that a witness signed.
    pub(crate) async fn testimony_of_the_earlier(&self) -> anyhow::Result<Testimony> {
        let earlier = FileKeyStore::ended_logs(&self.place.keys())?;
        let ended = key_of(&self.settings.origin, &self.sealer)?;
        let found = outside::author_of(&self.db, &ended, &earlier).await;
        let found = found.map_err(|error| data::naming_folder(error, self.place))?;
        let told = self.testimony_of(&found).await?;
        for seen in &told.seen {
            let (name, size) = (found.name(), seen.size);
            match outside::holds(&self.db, *seen).await? {
                Held::Yes => {}
                // Those that no log can have are told as such.
                Held::Behind { .. } if size > MOST_ENTRIES => {}
                Held::Behind { entries } => say::line(&format!(
                    "a witness of {name} has signed a head over {size} entries, and the database has {entries} of that log: what it had \
                     beyond stands in the bridge of the log that went on with it, unless that head is of whoever stole the key of {name}, \
                     as when that log was ended with --disown"
                )),
                Held::No { entries } => bail!(
                    "a witness of {name} has signed a head over {size} entries with the root {}, and of the {entries} of that log in the \
                     database some are others: it is another history under that name, by whoever had its key. Restore another backup of \
                     the database that was served from here. When this is one, the head is not ours, as when {name} was ended with \
                     --disown, and no flag of this command gives it up: docs/operation.md has the way on, under A head of a thief over \
                     an older log",
                    seen.root
                ),
            }
        }
        Ok(told)
    }

    /// A log ends as whole only when the database has all that anybody was shown.
    pub(crate) async fn refuse_what_is_not_held(&self, told: &Testimony) -> anyhow::Result<()> {
        let Some((seen, fork)) = self.not_held(told).await?.into_iter().next() else {
            return Ok(());
        };
        let fork = data::naming_folder(fork.into(), self.place);
        bail!(
            "a witness of {} has signed a head over {} entries that the database does not hold: {fork}. If nothing of the database is \
             lost and whoever stole the key had it signed, go on without it: --disown",
            self.settings.origin,
            seen.size
        );
    }

    /// Goes on without the heads that the database does not hold: a thief's, as the operator says. Witnesses sign whatever
    /// continues what they have seen, also when it is not ours. Answers the reason as the entry of the log is to have it.
    ///
    /// # Errors
    /// A sentence for the operator when there is no such head.
    pub(crate) async fn disown(&self, told: &Testimony, reason: String) -> anyhow::Result<String> {
        let disowned: Vec<_> = self
            .not_held(told)
            .await?
            .iter()
            .map(|(seen, _)| format!("{} entries with the root {}", seen.size, seen.root))
            .collect();
        if disowned.is_empty() {
            bail!("--disown: no witness shows a head that the database does not hold, so leave it out");
        }
        let disowned = disowned.join("; ");
        say::line(&format!(
            "disowned: a head of {} over {disowned}. Tell the auditors and the witnesses by another way than the log: it has the \
             signatures of the old key and of witnesses. Keep this line with the folder: no command shows it again",
            self.settings.origin
        ));
        Ok(format!("{reason} (by --disown: a head over {disowned})"))
    }

    /// Heads that witnesses showed and that are not in the database.
    async fn not_held(&self, told: &Testimony) -> anyhow::Result<Vec<(Seen, Fork)>> {
        let mut not_held = Vec::new();
        for seen in &told.seen {
            if let Err(fork) = outside::holds(&self.db, *seen).await?.fork(*seen) {
                not_held.push((*seen, fork));
            }
        }
        Ok(not_held)
    }

    /// Ends the log and begins the next in the database, by a key that is made now: none that lies there. The folder stays as
    /// it is.
    pub(crate) async fn begin(&self, ending: Ending, reason: String) -> anyhow::Result<Sealer> {
        let earlier = match ending {
            // It has the name of the settings: no key of an earlier log is asked about it.
            Ending::Whole(_) => Vec::new(),
            Ending::Seen(_) | Ending::AsFound => FileKeyStore::ended_logs(&self.place.keys())?,
        };
        data::keep_policy(&self.db).await?;
        let staged = FileKeyStore::stage_log(&self.place.keys(), &SystemEntropy);
        let next = sealed_by(staged.context("making the key of the new log")?);
        let succession = Succession {
            ended: key_of(&self.settings.origin, &self.sealer)?,
            earlier,
            origin: self.origin.clone(),
            ending,
            reason,
            policy_hash: pramaan_policy::policy_hash(),
            now: SystemClock.now(),
        };
        let begun = outside::succeed(&self.db, &self.sealer, &next, succession).await;
        begun.map_err(|error| data::naming_folder(error, self.place))?;
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
                "in {}, put this line in place of that of {before}; every auditor puts it before that of {before}, and keeps \
                 that:\nlog {key}",
                policy.display()
            ));
            say::line("every witness needs: pramaan witness add-log DIR KEY");
        } else {
            say::line("give it to the auditors, by another way than the log itself");
        }
        say::line(match ended {
            EndedKey::KeptAside => {
                "the key of the log that ended is aside in the folder of keys, as log-NUMBER.ended. Nothing reads it, and whoever has \
                 it can sign for the old name: unless it is evidence, destroy it there and in backups. Keep log-NUMBER.public beside \
                 it: by that a backup of the database from before is known to be ours"
            }
            EndedKey::Destroyed => {
                "the key of the log that ended was removed. Destroy it in backups of the folder too: nothing needs it. Its public half \
                 stays, as log-NUMBER.public"
            }
        });
        say::line(&format!(
            "next: empty every cache in front of /log/ (proxies, CDN, mirrors): they keep full tiles for a year, and where entries \
             were lost this log has others under the same addresses. Bring the folder of keys, log-head and pramaan.toml to every \
             server, and start them: {}",
            serving(self.place)
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
