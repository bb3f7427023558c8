//! `pramaan log adopt`: going on with a database that is not the one that was served from this folder.
//!
//! Where nothing is known to be lost, the log goes on under its name, with an entry about it. Where anybody has seen entries
//! that the database has not, one name would have two histories: a successor begins, whose bridge says of how many. So the
//! witnesses are asked first, and nothing is signed while too few of them answer; without a policy of witnesses in
//! `pramaan.toml` nobody is asked.

use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use pramaan_app::Clock;
use pramaan_keys::EndedKey;
use pramaan_store::outside::{self, Ending, Fork, Held, KeptHead, Seen};
use pramaan_store::{Db, ErasureList, Sealer, StoreError};

use crate::cli::Place;
use crate::commands::log::reasoned;
use crate::commands::succession::{Heir, Stands, key_of};
use crate::commands::testimony::{Silence, Testimony};
use crate::commands::{block_on, serving};
use crate::data::{self, Settings};
use crate::say;
use crate::system::SystemClock;

pub(crate) fn run(
    place: &Place,
    origin: Option<&str>,
    reason: &str,
    silence: Silence,
) -> anyhow::Result<ExitCode> {
    let reason = reasoned(reason)?;
    block_on(async {
        match origin {
            None if silence == Silence::IsTold => bail!(
                "--without-witnesses: what they have seen may be more than the database has, so the log must not go on under its name: \
                 give it another with --origin"
            ),
            None => adopt(place, reason).await,
            Some(origin) => succeed(place, origin, (reason, silence)).await,
        }
    })?;
    say::line(
        "invitations and logins of staff have ended. This database may be older than the end of an account or of a partner's key: \
         end again whoever was ended since the backup, with `pramaan staff end` and `pramaan partner end`",
    );
    if origin.is_none() {
        say::line(&format!("next: {}", serving(place)));
    }
    Ok(ExitCode::SUCCESS)
}

/// Under the same name.
async fn adopt(place: &Place, reason: String) -> anyhow::Result<()> {
    let (sealer, settings) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    data::refuse_another_name(&db, place, &settings).await?;
    let log = (&db, &sealer, &settings);
    let told = Testimony::asked(place, log, &key_of(&settings.origin, &sealer)?).await?;
    let found = Found::look(place, log, &told.seen).await?;
    if let Some(missing) = found.missing {
        let fork = missing.held.fork(missing.seen).err().unwrap_or(Fork::Foreign);
        return Err(data::naming_folder(fork.into(), place));
    }
    // Its number would be given to another text.
    if let Some(altered) = found.altered {
        return Err(data::naming_folder(altered.into(), place));
    }
    let reason = told.heard(Silence::IsRefused, reason)?;
    if found.is_well {
        bail!("there is nothing to adopt: the log continues the one that was served from this folder");
    }
    data::keep_policy(&db).await?;
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
async fn succeed(place: &Place, origin: &str, (reason, silence): (String, Silence)) -> anyhow::Result<()> {
    let heir = Heir::open(place, origin).await?;
    let next = match heir.stands().await? {
        Stands::Begun(next) => next,
        Stands::Before => {
            let told = heir.testimony().await?;
            let credible: Vec<_> = told.credible().collect();
            let found = Found::look(place, (&heir.db, &heir.sealer, &heir.settings), &credible).await?;
            // What silent witnesses have seen would be missing, and the bridge would not say so.
            let reason = told.heard(silence, reason)?;
            if found.is_well {
                bail!(
                    "there is nothing to adopt: the log continues the one that was served from this folder. A log with another key \
                     is begun by `pramaan log succeed`"
                );
            }
            let reason = told.without_what_is_made_up(reason);
            say_lost(&found);
            let ending = match found.missing {
                Some(missing) => Ending::Seen(missing.seen),
                None => Ending::AsFound,
            };
            heir.begin(ending, reason).await?
        }
        Stands::Elsewhere(named) => {
            let told = heir.testimony().await?;
            let last = last_of_this_folder(&heir, &named, &told).await?;
            let of_the_earlier = heir.testimony_of_the_earlier().await?;
            refuse_what_no_bridge_says(&heir, &named, last)?;
            let told = told.and(of_the_earlier);
            let reason = told.heard(silence, reason)?;
            let reason = told.without_what_is_made_up(reason);
            heir.begin(Ending::Seen(last.seen), reason).await?
        }
    };
    ErasureList::create(&place.erased()).context("making the list of erasures")?;
    heir.finish(&next, EndedKey::KeptAside).await
}

/// The last head of this folder's log, over a database whose log has another name. It must be from before this folder's log
/// began, so what that had last is known from the kept head and the witnesses alone.
async fn last_of_this_folder(heir: &Heir<'_>, named: &str, told: &Testimony) -> anyhow::Result<Missing> {
    let (place, ours) = (heir.place, &heir.settings.origin);
    let kept = place.head().read(ours, &heir.sealer)?;
    let mut last: Option<Missing> = None;
    for seen in told
        .credible()
        .chain(kept.iter().map(|kept| Seen::from(&kept.edge)))
    {
        let held = outside::holds(&heir.db, seen).await?;
        if held == Held::Yes {
            bail!(
                "this folder is older than the database, whose log goes on from {ours} under the name {named}: bring log-head and \
                 pramaan.toml from where that was begun, and of its folder of keys the files that are not here"
            );
        }
        if last.is_none_or(|last| last.seen.size < seen.size) {
            last = Some(Missing { seen, held });
        }
    }
    last.ok_or_else(|| anyhow!(data::another_name(named, ours, place)))
}

/// Behind the bridge of the earlier log stands that of this folder's, which says what became of its entries beyond the earlier
/// log's. One that is not larger says nothing, and every audit would end there.
fn refuse_what_no_bridge_says(heir: &Heir<'_>, named: &str, last: Missing) -> anyhow::Result<()> {
    let ours = &heir.settings.origin;
    match last.held {
        Held::Behind { entries } | Held::No { entries } if last.seen.size < entries + 2 => bail!(
            "the log {named} in the database has {entries} entries, and the last head of {ours} that is known is over {}: a log that \
             began behind so many has {} at least. This database is not from before {ours} began, and no bridge could say what became \
             of that log. Restore a backup of {ours}, or one of {named} from before",
            last.seen.size,
            entries.saturating_add(2)
        ),
        _ => Ok(()),
    }
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
    /// It continues the kept head, what was published is there, and the list of erasures is, too.
    is_well: bool,
    /// The largest head that somebody has seen and that the database does not hold.
    missing: Option<Missing>,
    /// The publication that the database has not as it was published.
    altered: Option<Fork>,
}

#[derive(Clone, Copy)]
struct Missing {
    seen: Seen,
    held: Held,
}

impl Found {
    async fn look(
        place: &Place,
        (db, sealer, settings): (&Db, &Sealer, &Settings),
        told: &[Seen],
    ) -> anyhow::Result<Self> {
        let read = place.head().read(&settings.origin, sealer);
        // A head that other keys signed says nothing about this log.
        let is_foreign = matches!(read, Err(StoreError::Fork(Fork::Foreign)));
        let kept: Option<KeptHead> = if is_foreign { None } else { read? };
        let continues = match outside::check(db, sealer, &settings.origin, kept.clone()).await {
            Ok(_) => true,
            Err(StoreError::Fork(_)) => false,
            Err(other) => return Err(other.into()),
        };
        let (altered, is_another) =
            match data::as_published(db, sealer, &settings.origin, &place.head()).await {
                Ok(()) => (None, false),
                // What other keys bound says nothing about this log either.
                Err(StoreError::Fork(Fork::Foreign)) => (None, true),
                Err(StoreError::Fork(fork)) => (Some(fork), false),
                Err(other) => return Err(other.into()),
            };
        let mut seen: Vec<Seen> = kept.iter().map(|kept| Seen::from(&kept.edge)).collect();
        seen.extend(told);
        let mut missing: Option<Missing> = None;
        for seen in seen {
            let held = outside::holds(db, seen).await?;
            if held != Held::Yes && missing.is_none_or(|missing| missing.seen.size < seen.size) {
                missing = Some(Missing { seen, held });
            }
        }
        let is_ours = continues && !is_foreign && !is_another;
        Ok(Self {
            is_well: is_ours && missing.is_none() && altered.is_none() && place.erased().exists(),
            missing,
            altered,
        })
    }
}
