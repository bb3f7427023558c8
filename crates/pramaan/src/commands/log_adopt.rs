//! `pramaan log adopt`: going on with a database that is not the one that was served from this folder.
//!
//! Where nothing is known to be lost, the log goes on under its name, with an entry about it. Where anybody has seen entries
//! that the database has not, one name would have two histories: a successor begins, whose bridge says of how many.

use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use pramaan_app::Clock;
use pramaan_keys::EndedKey;
use pramaan_store::outside::{self, Ending, Fork, Held, KeptHead, Seen};
use pramaan_store::{Db, ErasureList, Sealer, StoreError};

use crate::cli::Place;
use crate::commands::block_on;
use crate::commands::log::reasoned;
use crate::commands::succession::{Heir, Stands};
use crate::data::{self, Settings};
use crate::say;
use crate::system::SystemClock;
use crate::witnesses::LogPolicy;

pub(crate) fn run(place: &Place, origin: Option<&str>, reason: &str) -> anyhow::Result<ExitCode> {
    let reason = reasoned(reason)?;
    block_on(async {
        match origin {
            None => adopt(place, reason).await,
            Some(origin) => succeed(place, origin, reason).await,
        }
    })?;
    say::line(
        "invitations and logins of staff have ended. This database may be older than the end of an account or of a partner's key: \
         end again whoever was ended since the backup, with `pramaan staff end` and `pramaan partner end`",
    );
    Ok(ExitCode::SUCCESS)
}

/// Under the same name.
async fn adopt(place: &Place, reason: String) -> anyhow::Result<()> {
    let (sealer, settings) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    data::refuse_another_name(&db, place, &settings).await?;
    let found = Found::look(place, (&db, &sealer, &settings)).await?;
    if let Some(missing) = found.missing {
        let fork = missing.held.fork(missing.seen).err().unwrap_or(Fork::Foreign);
        return Err(data::naming_folder(fork.into(), place));
    }
    if found.is_well {
        bail!("there is nothing to adopt: the log continues the one that was served from this folder");
    }
    let (policy, now) = (pramaan_policy::policy_hash(), SystemClock.now());
    let adopted = outside::adopt(&db, &sealer, &settings.origin, reason, policy, now).await;
    let adopted = adopted.map_err(|error| data::naming_folder(error, place))?;
    place.head().adopt(&adopted)?;
    ErasureList::create(&place.erased()).context("making the list of erasures")?;
    say::line(&format!(
        "adopted: the log has {} entries, the last of which says that its database was taken over",
        adopted.edge.size()
    ));
    Ok(())
}

/// Under a name of its own.
async fn succeed(place: &Place, origin: &str, reason: String) -> anyhow::Result<()> {
    let heir = Heir::open(place, origin).await?;
    let next = match heir.stands().await? {
        Stands::Begun(next) => next,
        Stands::Before => {
            let found = Found::look(place, (&heir.db, &heir.sealer, &heir.settings)).await?;
            if found.is_well {
                bail!(
                    "there is nothing to adopt: the log continues the one that was served from this folder. A log with another key \
                     is begun by `pramaan log succeed`"
                );
            }
            let seen = match &found.missing {
                Some(missing) => missing.seen,
                None => outside::ends(&heir.db).await?,
            };
            say_lost(&found);
            heir.begin(Ending::Seen(seen), reason).await?
        }
        Stands::Elsewhere(named) => {
            // From before this folder's log began: what that had last is known from the kept head alone.
            let kept = place.head().read(&heir.settings.origin, &heir.sealer)?;
            let kept =
                kept.ok_or_else(|| anyhow!(data::another_name(&named, &heir.settings.origin, place)))?;
            heir.begin(Ending::Seen(Seen::from(&kept.edge)), reason).await?
        }
    };
    ErasureList::create(&place.erased()).context("making the list of erasures")?;
    heir.finish(&next, EndedKey::KeptAside).await
}

fn say_lost(found: &Found) {
    match found.missing {
        Some(Missing {
            seen,
            held: Held::Behind { entries },
        }) => say::line(&format!(
            "the database has {entries} of the {} entries that were signed: the log says in public that the other {} are lost",
            seen.size,
            seen.size - entries
        )),
        Some(Missing { seen, .. }) => say::line(&format!(
            "the database does not continue the {} entries that were signed: its history is another, and every audit will name the \
             bridge that says so. Only the right database mends that",
            seen.size
        )),
        None => {}
    }
}

/// How the database stands to what this folder and the witnesses know of its log.
struct Found {
    /// It continues the kept head, and the list of erasures is there.
    is_well: bool,
    /// The largest head that somebody has seen and that the database does not hold.
    missing: Option<Missing>,
}

#[derive(Clone, Copy)]
struct Missing {
    seen: Seen,
    held: Held,
}

impl Found {
    async fn look(place: &Place, (db, sealer, settings): (&Db, &Sealer, &Settings)) -> anyhow::Result<Self> {
        let read = place.head().read(&settings.origin, sealer);
        // A head that other keys signed says nothing about this log.
        let is_foreign = matches!(read, Err(StoreError::Fork(Fork::Foreign)));
        let kept: Option<KeptHead> = if is_foreign { None } else { read? };
        let continues = match outside::check(db, sealer, &settings.origin, kept.clone()).await {
            Ok(_) => true,
            Err(StoreError::Fork(_)) => false,
            Err(other) => return Err(other.into()),
        };
        let mut seen: Vec<Seen> = kept.iter().map(|kept| Seen::from(&kept.edge)).collect();
        seen.extend(witnessed(place, (db, sealer, settings)).await?);
        let mut missing: Option<Missing> = None;
        for seen in seen {
            let held = outside::holds(db, seen).await?;
            if held != Held::Yes && missing.is_none_or(|missing| missing.seen.size < seen.size) {
                missing = Some(Missing { seen, held });
            }
        }
        Ok(Self {
            is_well: continues && !is_foreign && missing.is_none() && place.erased().exists(),
            missing,
        })
    }
}

/// The newest heads that the log's witnesses have signed.
async fn witnessed(
    place: &Place,
    (db, sealer, settings): (&Db, &Sealer, &Settings),
) -> anyhow::Result<Vec<Seen>> {
    let Some(policy) = LogPolicy::of(&place.data, (db, sealer, settings)).await? else {
        return Ok(Vec::new());
    };
    let mut seen = Vec::new();
    for (witness, newest) in policy.newest().await {
        match newest {
            Ok(None) => {}
            Ok(Some(head)) => seen.push(Seen {
                size: head.size(),
                root: *head.root(),
            }),
            Err(reason) => say::line(&format!(
                "the witness {witness} did not say what it has seen ({reason}): if that is more than the database has, \
                 `pramaan serve` will refuse, and this command has to be given with --origin"
            )),
        }
    }
    Ok(seen)
}
