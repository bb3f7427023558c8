//! The witnesses of a log by its policy file: who is asked, who suffices, and whether one has seen more than we have.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use pramaan_app::public_log::{
    Consistency, Continued, Cosigned, Cosigners, Cosigning, Freshness, TooFewCosigned, Witnesses,
};
use pramaan_app::{App, Clock};
use pramaan_store::public_log::{self, Before};
use pramaan_store::{Db, Sealer, StoreError};
use pramaan_tlog::policy::Policy;
use pramaan_tlog::{Checkpoint, Verifier};
use pramaan_witness::client::{self, Asked, PATIENCE, Peer};
use pramaan_witness::wire::{Address, Tls};

use crate::data::Settings;
use crate::system::SystemClock;

/// What the policy file of a log says, ready to ask.
#[derive(Clone)]
pub(crate) struct LogPolicy(Arc<Inner>);

struct Inner {
    policy: Policy,
    log: Verifier,
    witnesses: client::Witnesses,
    /// Names of the witnesses' keys, in the order of the file.
    names: Vec<String>,
}

impl LogPolicy {
    /// The policy that the settings name; `None` for a log without witnesses.
    ///
    /// # Errors
    /// In words for the operator: a file that does not read, another log, a quorum of nobody, a witness without an address.
    pub(crate) async fn of(
        folder: &Path,
        (db, sealer, settings): (&Db, &Sealer, &Settings),
    ) -> anyhow::Result<Option<Self>> {
        let Some(file) = settings.log.policy(folder) else {
            return Ok(None);
        };
        let log = Verifier::new(&settings.origin, &sealer.keys.log_public_key())?;
        let before = db.read("pramaan::before", |tx| Box::pin(public_log::before(tx)));
        let before: Result<Vec<Before>, StoreError> = before.await;
        let read = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let policy = Policy::parse(&read).with_context(|| format!("reading {}", file.display()))?;
        Self::new(policy, log, &before?)
            .with_context(|| format!("using {}", file.display()))
            .map(Some)
    }

    fn new(policy: Policy, log: Verifier, before: &[Before]) -> anyhow::Result<Self> {
        let names = |key: &Verifier| policy.logs().iter().any(|known| known.verifier == *key);
        if !names(&log) {
            if let Some(ended) = before.iter().find(|before| names(&before.verifier)) {
                bail!(
                    "it names {}, which has ended: put `log {log}` in place of that line, and have every witness give `pramaan \
                     witness add-log DIR {log}`",
                    ended.verifier.name()
                );
            }
            bail!("it does not name this log: add the line `log {log}`");
        }
        if policy.quorum().is_none() {
            bail!(
                "its quorum is none: say how many of which witnesses must sign, or leave the setting empty"
            );
        }
        let tls = Tls::public().context("preparing TLS")?;
        let (mut peers, mut names) = (Vec::new(), Vec::new());
        for witness in policy.witnesses() {
            let name = witness.verifier.name().to_owned();
            if names.contains(&name) {
                bail!("two witnesses have keys of the name {name}: their signatures could not be told apart");
            }
            let url = witness
                .url
                .as_deref()
                .ok_or_else(|| anyhow!("the witness {name} has no address"))?;
            let url = Address::parse(url).with_context(|| format!("the address of the witness {name}"))?;
            peers.push(Peer::new(witness.verifier.clone(), url, &tls, PATIENCE));
            names.push(name);
        }
        Ok(Self(Arc::new(Inner {
            policy,
            log,
            witnesses: client::Witnesses::new(peers),
            names,
        })))
    }

    pub(crate) fn witnesses(&self, freshness: Freshness) -> Witnesses {
        Witnesses {
            cosigners: Arc::new(self.clone()),
            freshness,
        }
    }

    /// What is said at a start.
    pub(crate) fn line(&self) -> String {
        format!(
            "The log's heads are countersigned by: {}",
            self.0.names.join(", ")
        )
    }

    /// The newest head of this log that each witness has signed, or why it did not say.
    pub(crate) async fn newest(&self) -> Vec<(String, Result<Option<Checkpoint>, String>)> {
        let asked = self.0.witnesses.newest(&self.0.log).await;
        let said = |asked: Asked<Option<_>>| {
            let newest = asked
                .outcome
                .map(|head| head.map(|head: pramaan_witness::Head| head.checkpoint));
            (asked.witness, newest.map_err(|declined| declined.to_string()))
        };
        asked.into_iter().map(said).collect()
    }

    /// Whether every quorum of the policy has one of these: then what a quorum has signed, one of them has signed.
    pub(crate) fn meets_every_quorum(&self, heard: &[String]) -> bool {
        let silent = |place: usize| self.0.names.get(place).is_some_and(|name| !heard.contains(name));
        !self.0.policy.quorum().met(silent).is_met()
    }

    /// Refuses to serve when a witness has signed what this log does not hold: it was restored from a backup, or rewritten.
    pub(crate) async fn refuse_rollback(&self, app: &App) -> anyhow::Result<()> {
        for (witness, newest) in self.newest().await {
            let seen = match newest {
                Ok(Some(head)) => head,
                Ok(None) => continue,
                Err(declined) => {
                    tracing::warn!(witness, reason = %declined, "a witness did not say what it has seen of the access log");
                    continue;
                }
            };
            match app
                .continues(&seen)
                .await
                .context("comparing the log with its witnesses")?
            {
                Continued::Yes => {}
                Continued::Behind { ours } => bail!(
                    "the access log in the database ends after {ours} entries, but the witness {witness} has signed a head over \
                     {}: the database was restored from a backup or is another one; entries {ours} to {} are missing. Start \
                     with the newer database, or, if that is lost, make the loss public with `pramaan log adopt --origin NEW --reason \
                     TEXT`",
                    seen.size(),
                    seen.size() - 1
                ),
                Continued::No => bail!(
                    "the access log in the database does not continue the head over {} entries that the witness {witness} has \
                     signed: it is another database or was altered; `pramaan log check` names what was altered",
                    seen.size()
                ),
            }
        }
        Ok(())
    }
}

impl Cosigners for LogPolicy {
    fn names(&self) -> &[String] {
        &self.0.names
    }

    fn are_there(&self) -> bool {
        true
    }

    fn cosign<'a>(&'a self, note: &'a str, consistency: &'a dyn Consistency) -> Cosigning<'a> {
        Box::pin(async move {
            let now = u64::try_from(SystemClock.now().seconds()).unwrap_or_default();
            let answers = self
                .0
                .witnesses
                .cosign(
                    note,
                    now,
                    |old| consistency.from(old),
                    |asked| self.0.suffices(asked),
                )
                .await;
            for asked in &answers {
                if let Some(declined) = asked
                    .outcome
                    .as_ref()
                    .err()
                    .filter(|declined| disagrees(declined))
                {
                    tracing::error!(witness = asked.witness, reason = %declined, "ALARM: a witness disagrees with the access log");
                }
            }
            match self.0.suffices(&answers) {
                true => Ok(cosigned(answers)),
                false => Err(too_few(&answers)),
            }
        })
    }
}

/// Whether a witness says that this is not the log that it has seen. Another node that is ahead of this one says so too,
/// for a moment.
fn disagrees(declined: &client::Declined) -> bool {
    use client::Declined::{Ahead, Forked, Lied, Refused};
    matches!(
        declined,
        Ahead { .. } | Forked | Lied(_) | Refused { status: 422, .. }
    )
}

impl Inner {
    fn suffices(&self, asked: &[Asked<client::Cosigned>]) -> bool {
        let signed = |place: usize| {
            self.names.get(place).is_some_and(|name| {
                asked
                    .iter()
                    .any(|asked| asked.witness == *name && asked.outcome.is_ok())
            })
        };
        self.policy.quorum().met(signed).is_met()
    }
}

fn cosigned(answers: Vec<Asked<client::Cosigned>>) -> Cosigned {
    let lines = answers.into_iter().filter_map(|asked| asked.outcome.ok());
    Cosigned {
        lines: lines
            .map(|cosigned| cosigned.line.trim_end_matches('\n').to_owned())
            .collect(),
    }
}

fn too_few(answers: &[Asked<client::Cosigned>]) -> TooFewCosigned {
    let said = |asked: &Asked<client::Cosigned>| match &asked.outcome {
        Ok(_) => format!("{}: signed", asked.witness),
        Err(declined) => format!("{}: {declined}", asked.witness),
    };
    let said: Vec<String> = answers.iter().map(said).collect();
    TooFewCosigned {
        reason: said.join("; "),
    }
}
