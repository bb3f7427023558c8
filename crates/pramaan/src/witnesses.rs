//! The witnesses of a log by its policy file: who is asked, who suffices, and what they have seen of it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, anyhow, bail};
use pramaan_app::Clock;
use pramaan_app::public_log::{
    Answers, Consistency, Cosigned, Cosigners, Cosigning, Dispute, Freshness, Seeing, Seen, TooFewCosigned,
    Witnesses, compare,
};
use pramaan_store::outside::KeptHead;
use pramaan_store::public_log::{self, Before};
use pramaan_store::{Db, Sealer, StoreError};
use pramaan_tlog::policy::Policy;
use pramaan_tlog::{Note, Verifier};
use pramaan_witness::Head;
use pramaan_witness::client::{self, Asked, PATIENCE, Peer};
use pramaan_witness::wire::{Address, Tls};

use crate::cli::Place;
use crate::data::{Settings, naming_folder};
use crate::system::SystemClock;

/// Witnesses of one log at most: a note has 64 signatures, and one of them is the log's.
const MOST: usize = 63;

/// What the policy file of a log says, ready to ask.
#[derive(Clone)]
pub(crate) struct LogPolicy(Arc<Inner>);

struct Inner {
    policy: Policy,
    log: Verifier,
    witnesses: client::Witnesses,
    /// Names of the witnesses' keys, in the order of the file.
    names: Vec<String>,
    /// What was said against the log when it was asked last.
    disputes: Mutex<Vec<Dispute>>,
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
        // For advice alone: a row that was altered stops nothing, and is named by `log check`.
        let before = db.read("pramaan::before", |tx| Box::pin(public_log::readable_before(tx)));
        let before: Result<(Vec<Before>, _), StoreError> = before.await;
        let read = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let policy = Policy::parse(&read).with_context(|| format!("reading {}", file.display()))?;
        Self::new(policy, log, &before?.0)
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
        if policy.witnesses().len() > MOST {
            bail!(
                "it names {} witnesses: a head has room for the signatures of {MOST} beside the log's",
                policy.witnesses().len()
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
            disputes: Mutex::default(),
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

    /// Lets a command go on that will sign: when enough witnesses say that they have seen nothing of this log that the
    /// database does not hold. `known` is the head that the folder keeps.
    ///
    /// # Errors
    /// A line for the operator, naming the witness whose head is not in the database, or those that are silent.
    pub(crate) async fn gate(
        &self,
        place: &Place,
        (db, sealer, settings): (&Db, &Sealer, &Settings),
        known: KeptHead,
    ) -> anyhow::Result<()> {
        let Answers { seen, enough, .. } = self.seen().await;
        let compared = compare(db, sealer, &settings.origin, Some(known), &seen).await;
        compared.map_err(|error| naming_folder(error, place))?;
        heard(enough)
    }

    /// Asks what they have seen of a log, which need not be that of the policy.
    pub(crate) async fn seen_of(&self, log: &Verifier) -> Answers {
        self.answers(self.0.witnesses.newest(log).await)
    }

    /// What they show, and whether they are enough.
    fn answers(&self, asked: Vec<Asked<Option<Head>>>) -> Answers {
        let (mut seen, mut answered) = (Vec::new(), Vec::new());
        let (mut silent, mut reasons) = (Vec::new(), Vec::new());
        for Asked { witness, outcome } in asked {
            match outcome {
                Ok(head) => {
                    answered.push(witness.clone());
                    seen.extend(head.map(|Head { checkpoint, .. }| Seen { witness, checkpoint }));
                }
                Err(declined) => {
                    reasons.push(format!("{witness}: {declined}"));
                    silent.push(witness);
                }
            }
        }
        let enough = match self.0.intersects(&answered) {
            true => Ok(()),
            false => Err(TooFewCosigned {
                reason: reasons.join("; "),
            }),
        };
        Answers { seen, silent, enough }
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
            self.0.keep_disputes(&answers);
            match self.0.suffices(&answers) {
                true => Ok(cosigned(answers)),
                false => Err(too_few(&answers)),
            }
        })
    }

    fn seen(&self) -> Seeing<'_> {
        Box::pin(self.seen_of(&self.0.log))
    }

    fn disputes(&self) -> Vec<Dispute> {
        let mut held = self.0.disputes.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *held)
    }

    fn are_enough_on(&self, note: &str) -> bool {
        let Ok(note) = Note::parse(note.as_bytes()) else {
            return false;
        };
        let signed = |place: usize| {
            let witness = self.0.policy.witnesses().get(place);
            witness.is_some_and(|witness| note.cosigned_by(&witness.verifier).is_ok())
        };
        self.0.policy.quorum().met(signed).is_met()
    }
}

/// Refuses what would be signed while a quorum may have seen more than anybody who answered.
///
/// # Errors
/// A line for the operator.
pub(crate) fn heard(enough: Result<(), TooFewCosigned>) -> anyhow::Result<()> {
    enough.map_err(|few| {
        anyhow!(
            "too few witnesses say what they have seen of the access log, so nothing was changed: the folder could be an older one. \
             See that they are reached, and give the command again ({})",
            few.reason
        )
    })
}

/// What a witness says against the log. Another node that is ahead of this one makes it say so too, for a moment.
fn dispute(asked: &Asked<client::Cosigned>) -> Option<Dispute> {
    use client::Declined::{Ahead, Forked, Lied, Refused};
    let declined = asked.outcome.as_ref().err()?;
    let ahead = match declined {
        Ahead { theirs, .. } => Some(*theirs),
        Forked | Lied(_) | Refused { status: 422, .. } => None,
        _ => return None,
    };
    Some(Dispute {
        witness: asked.witness.clone(),
        ahead,
        reason: declined.to_string(),
    })
}

impl Inner {
    fn keep_disputes(&self, answers: &[Asked<client::Cosigned>]) {
        let disputes = answers.iter().filter_map(dispute).collect();
        *self.disputes.lock().unwrap_or_else(PoisonError::into_inner) = disputes;
    }

    /// Whether no quorum is without one of these: then whatever a quorum has signed, one of them has.
    fn intersects(&self, answered: &[String]) -> bool {
        let silent = |place: usize| self.names.get(place).is_some_and(|name| !answered.contains(name));
        !self.policy.quorum().met(silent).is_met()
    }

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
