//! `pramaan log export`: the published log as a folder of files, which anybody can serve, copy and audit.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use pramaan_store::public_log::{self, Before, Covered, Publication};
use pramaan_store::{Db, Sealer, StoreError};
use pramaan_tlog::leaf::Leaf;
use pramaan_tlog::{Hash, Tile, Verifier, decode_entries, entries_path};

use crate::cli::Place;
use crate::commands::block_on;
use crate::{data, say};

/// Tiles of one level read in one transaction.
const TILES_AT_ONCE: usize = 16;
/// Publications read in one transaction.
const PUBLICATIONS_AT_ONCE: usize = 256;

pub(crate) fn run(place: &Place, to: &Path) -> anyhow::Result<ExitCode> {
    let newest = block_on(export(place, to))?;
    say::line(&format!(
        "exported: {} entries, {} publications, in {}",
        newest.size,
        newest.number,
        to.display()
    ));
    say::line(&format!(
        "anybody can audit it: pramaan log verify {}",
        crate::commands::typed(to)
    ));
    Ok(ExitCode::SUCCESS)
}

async fn export(place: &Place, to: &Path) -> anyhow::Result<Publication> {
    let (sealer, settings) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    let verifier = Verifier::new(&settings.origin, &sealer.keys.log_public_key())?;
    // Whoever writes the database could have an older log laid over a newer one.
    data::refuse_another_name(&db, place, &settings).await?;
    let published = data::as_published(&db, &sealer, &settings.origin, &place.head()).await;
    published.map_err(|error| data::naming_folder(error, place))?;
    let export = Export {
        db,
        sealer,
        origin: settings.origin,
        to: to.to_owned(),
    };
    let Some(newest) = export.newest(&export.origin).await? else {
        bail!("nothing is published yet: serve the platform first, and the head is published within a second")
    };
    let key = format!("{verifier}\n");
    let before = export.before().await?;
    export.forget_another_log(&key, &before)?;
    export.write("key", key.as_bytes())?;
    let policies = export.tiles(&newest).await?;
    export.policies(&policies).await?;
    export.publications(&export.origin, newest.number, "").await?;
    export.earlier(&before).await?;
    // Last, so that whoever copies the folder meanwhile finds everything that a head promises.
    // The checkpoint first of the two: it is never older than the number beside it says.
    export.write("checkpoint", newest.note.as_bytes())?;
    export.write("checkpoints/latest", format!("{}\n", newest.number).as_bytes())?;
    Ok(newest)
}

struct Export {
    db: Db,
    sealer: Sealer,
    origin: String,
    to: PathBuf,
}

impl Export {
    async fn newest(&self, origin: &str) -> Result<Option<Publication>, StoreError> {
        let (sealer, origin) = (self.sealer.clone(), origin.to_owned());
        let newest = self.db.read("export::newest", move |tx| {
            Box::pin(async move { public_log::newest(tx, (&sealer, &origin)).await })
        });
        newest.await
    }

    /// Every tile and bundle of the newest publication, anew: an export that was stopped in the middle is made whole by the
    /// next. Answers the policies that the leaves name.
    async fn tiles(&self, newest: &Publication) -> anyhow::Result<BTreeSet<[u8; 32]>> {
        let tiles: Vec<Tile> = Tile::all(newest.size).collect();
        let bar = bar(tiles.len(), "tiles");
        let mut policies = BTreeSet::new();
        for some in tiles.chunks(TILES_AT_ONCE) {
            for (tile, found) in self.read(newest, some.to_vec()).await? {
                self.write(&tile.path(), &found.hashes)?;
                if let Some(bundle) = found.bundle {
                    policies.extend(named(&bundle)?);
                    self.write(&entries_path(tile.index(), tile.width()), &bundle)?;
                }
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(policies)
    }

    async fn read(&self, newest: &Publication, tiles: Vec<Tile>) -> anyhow::Result<Vec<(Tile, Covered)>> {
        let newest = newest.clone();
        let read = self.db.read("export::tiles", move |tx| {
            Box::pin(async move {
                let mut read = Vec::with_capacity(tiles.len());
                for tile in tiles {
                    let found = public_log::covered(tx, &newest, tile).await?;
                    read.extend(found.map(|found| (tile, found)));
                }
                Ok::<_, StoreError>(read)
            })
        });
        Ok(read.await?)
    }

    async fn policies(&self, hashes: &BTreeSet<[u8; 32]>) -> anyhow::Result<()> {
        for hash in hashes {
            let hash = *hash;
            let read = self.db.read("export::policy", move |tx| {
                Box::pin(async move { public_log::policy_text(tx, hash).await })
            });
            let name = Hash::from_bytes(hash);
            let Some(text) = read.await? else {
                bail!(
                    "the text of the policy {name}, by which entries were decided, is not in the database: the export would \
                     not pass an audit"
                )
            };
            self.write(&format!("policies/{name}"), text.as_bytes())?;
        }
        Ok(())
    }

    /// Nobody could tell the files of two logs in one folder apart. An export from before the log got another name is gone on
    /// with, but for its publications, which have the numbers of this one's, and for the earlier logs, which may have the
    /// numbers of others. A key that was cut off is mended like every file.
    fn forget_another_log(&self, key: &str, before: &[Before]) -> anyhow::Result<()> {
        let path = self.to.join("key");
        let found = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            found => found.with_context(|| format!("reading {}", path.display()))?,
        };
        if key.as_bytes().starts_with(&found) {
            return Ok(());
        }
        if !before.iter().any(|ended| key_file(ended).as_bytes() == found) {
            bail!(
                "{} is not the key of this log: the folder has an export of another; name a folder of its own",
                path.display()
            );
        }
        for numbered in ["checkpoints", "before"] {
            let folder = self.to.join(numbered);
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("removing {}", folder.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn before(&self) -> Result<Vec<Before>, StoreError> {
        let before = self
            .db
            .read("export::before", |tx| Box::pin(public_log::before(tx)));
        before.await
    }

    /// The logs that this one continues, each in a folder of its own.
    async fn earlier(&self, before: &[Before]) -> anyhow::Result<()> {
        for ended in before {
            let under = format!("before/{}/", ended.k);
            self.write(&format!("{under}key"), key_file(ended).as_bytes())?;
            if let Some(last) = self.newest(ended.verifier.name()).await? {
                self.publications(ended.verifier.name(), last.number, &under)
                    .await?;
                let latest = format!("{}\n", last.number);
                self.write(&format!("{under}checkpoints/latest"), latest.as_bytes())?;
                self.write(&format!("{under}checkpoint"), last.note.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Every publication of a log up to `latest`, and not only those that are not there: what a power cut left of one is no
    /// publication. Their folder begins with `under`.
    async fn publications(&self, origin: &str, latest: u64, under: &str) -> anyhow::Result<()> {
        let bar = bar(usize::try_from(latest).unwrap_or(usize::MAX), "publications");
        for first in (1..=latest).step_by(PUBLICATIONS_AT_ONCE) {
            let last = latest.min(first + PUBLICATIONS_AT_ONCE as u64 - 1);
            for publication in self.numbered(origin, first, last).await? {
                self.write(
                    &format!("{under}checkpoints/{}", publication.number),
                    publication.note.as_bytes(),
                )?;
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(())
    }

    async fn numbered(&self, origin: &str, first: u64, last: u64) -> anyhow::Result<Vec<Publication>> {
        let (sealer, origin) = (self.sealer.clone(), origin.to_owned());
        let read = self.db.read("export::publications", move |tx| {
            Box::pin(async move {
                let mut read = Vec::new();
                for number in first..=last {
                    read.push((
                        number,
                        public_log::numbered(tx, (&sealer, &origin), number).await?,
                    ));
                }
                Ok::<_, StoreError>(read)
            })
        });
        let there = |(number, found): (u64, Option<Publication>)| {
            found.with_context(|| {
                format!("publication {number} is not in the database: `pramaan log check` tells more")
            })
        };
        read.await?.into_iter().map(there).collect()
    }

    /// Whole or not there, whatever stops the export, a power cut included; left alone when it is there as it should be.
    fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.to.join(name);
        let writing = || format!("writing {}", path.display());
        if is(&path, bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.to);
        fs::create_dir_all(folder).with_context(writing)?;
        let part = path.with_file_name(format!(
            "{}.part",
            path.file_name().unwrap_or_default().to_string_lossy()
        ));
        let mut file = fs::File::create(&part).with_context(writing)?;
        file.write_all(bytes).with_context(writing)?;
        file.sync_all().with_context(writing)?;
        fs::rename(&part, &path).with_context(writing)
    }
}

/// The file `key` of a log that has ended.
fn key_file(ended: &Before) -> String {
    format!("{}\n", ended.verifier)
}

/// Whether a file holds just this.
fn is(path: &Path, bytes: &[u8]) -> bool {
    let same_length = fs::metadata(path).is_ok_and(|found| found.len() == bytes.len() as u64);
    same_length && fs::read(path).is_ok_and(|found| found == bytes)
}

/// The policies that the leaves of a bundle name.
fn named(bundle: &[u8]) -> anyhow::Result<BTreeSet<[u8; 32]>> {
    let entries = decode_entries(bundle).context("cutting a bundle into its leaves")?;
    let policy = |bytes: &&[u8]| match Leaf::from_bytes(bytes) {
        Ok(Leaf::Access(access)) => Some(access.circumstances.policy),
        Ok(Leaf::Summary(summary)) => Some(summary.circumstances.policy),
        Ok(Leaf::System(system)) => Some(system.policy),
        _ => None,
    };
    let policies = entries.iter().filter_map(policy);
    Ok(policies.map(|policy| *policy.as_bytes()).collect())
}

fn bar(length: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64).with_message(what);
    bar.set_style(
        ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar
}
