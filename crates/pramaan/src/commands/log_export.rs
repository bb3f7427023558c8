//! `pramaan log export`: the published log as a folder of files, which anybody can serve, copy and audit.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use pramaan_store::public_log::{self, Publication};
use pramaan_store::{Db, Sealer, StoreError};
use pramaan_tlog::leaf::Leaf;
use pramaan_tlog::{Hash, Tile, Verifier, decode_entries, entries_path};

use crate::cli::Place;
use crate::commands::block_on;
use crate::{data, say};

/// Tiles of one level read in one transaction.
const TILES_AT_ONCE: usize = 16;

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
    let export = Export {
        db,
        sealer,
        origin: settings.origin,
        to: to.to_owned(),
    };
    let Some(newest) = export.newest().await? else {
        bail!("nothing is published yet: serve the platform first, and the head is published within a second")
    };
    let key = format!("{verifier}\n");
    export.refuse_another(&key)?;
    export.write("key", key.as_bytes())?;
    let policies = export.tiles(&newest).await?;
    export.policies(&policies).await?;
    export.publications(&newest).await?;
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
    async fn newest(&self) -> Result<Option<Publication>, StoreError> {
        let (sealer, origin) = (self.sealer.clone(), self.origin.clone());
        let newest = self.db.read("export::newest", move |tx| {
            Box::pin(async move { public_log::newest(tx, (&sealer, &origin)).await })
        });
        newest.await
    }

    /// Every tile and bundle of the newest publication; answers the policies that the leaves name. What is full and there
    /// already is left as it is.
    async fn tiles(&self, newest: &Publication) -> anyhow::Result<BTreeSet<[u8; 32]>> {
        let tiles: Vec<Tile> = Tile::all(newest.size).collect();
        let bar = bar(tiles.len(), "tiles");
        let mut policies = BTreeSet::new();
        for some in tiles.chunks(TILES_AT_ONCE) {
            for (tile, hashes, bundle) in self.read(some.to_vec()).await? {
                self.write(&tile.path(), &hashes)?;
                if let Some(bundle) = bundle {
                    policies.extend(named(&bundle)?);
                    self.write(&entries_path(tile.index(), tile.width()), &bundle)?;
                }
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(policies)
    }

    async fn read(&self, tiles: Vec<Tile>) -> anyhow::Result<Vec<(Tile, Vec<u8>, Option<Vec<u8>>)>> {
        let origin = self.origin.clone();
        let read = self.db.read("export::tiles", move |tx| {
            Box::pin(async move {
                let mut read = Vec::with_capacity(tiles.len());
                for tile in tiles {
                    let hashes = public_log::tile(tx, &origin, tile).await?;
                    let bundle = match tile.level() {
                        0 => public_log::bundle(tx, &origin, tile).await?,
                        _ => None,
                    };
                    read.push((tile, hashes, bundle));
                }
                Ok::<_, StoreError>(read)
            })
        });
        let whole = |(tile, hashes, bundle): (Tile, Option<Vec<u8>>, _)| {
            let hashes = hashes.with_context(|| {
                format!(
                    "the database does not hold all of {}: `pramaan log check` names what is missing",
                    tile.path()
                )
            })?;
            Ok((tile, hashes, bundle))
        };
        read.await?.into_iter().map(whole).collect()
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

    async fn publications(&self, newest: &Publication) -> anyhow::Result<()> {
        let bar = bar(
            usize::try_from(newest.number).unwrap_or(usize::MAX),
            "publications",
        );
        for number in 1..=newest.number {
            bar.inc(1);
            let name = format!("checkpoints/{number}");
            if self.to.join(&name).exists() {
                continue;
            }
            let (sealer, origin) = (self.sealer.clone(), self.origin.clone());
            let read = self.db.read("export::publication", move |tx| {
                Box::pin(async move { public_log::numbered(tx, (&sealer, &origin), number).await })
            });
            let Some(publication) = read.await? else {
                bail!("publication {number} is not in the database: `pramaan log check` tells more")
            };
            self.write(&name, publication.note.as_bytes())?;
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Nobody could tell the files of two logs in one folder apart.
    fn refuse_another(&self, key: &str) -> anyhow::Result<()> {
        let path = self.to.join("key");
        let is_another = match fs::read_to_string(&path) {
            Ok(found) => found != key,
            Err(error) => error.kind() != std::io::ErrorKind::NotFound,
        };
        if is_another {
            bail!(
                "{} is not the key of this log: the folder has an export of another; name a folder of its own",
                path.display()
            );
        }
        Ok(())
    }

    /// Whole or not there, whatever stops the export, a power cut included. What is there already and the same is left, so
    /// that an export that goes on writes only what is new.
    fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.to.join(name);
        if is_there(&path, bytes) {
            return Ok(());
        }
        let writing = || format!("writing {}", path.display());
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

/// Whether the file has these bytes; one of another length is not read.
fn is_there(path: &Path, bytes: &[u8]) -> bool {
    let length = fs::metadata(path).map(|file| file.len());
    length.is_ok_and(|length| length == bytes.len() as u64)
        && fs::read(path).is_ok_and(|found| found == bytes)
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
