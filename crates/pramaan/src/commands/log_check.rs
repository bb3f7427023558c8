//! `pramaan log check`: the database compared with its log, and the log with what was published elsewhere.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use pramaan_keys::FileKeyStore;
use pramaan_store::access_log::{Checked, Finding, check, check_keys_before};
use pramaan_store::outside;
use pramaan_store::public_log;
use pramaan_store::{Db, StoreError};
use pramaan_tlog::{MAX_NOTE, Tile, decode_entries, entries_path};

use crate::cli::Place;
use crate::commands::block_on;
use crate::commands::log_verify::bounded;
use crate::{data, say};

/// Findings that are printed; the rest is counted.
const PRINTED: usize = 100;
/// Longest bundle, in bytes: 256 leaves of 65,535 bytes, each behind its length.
const MAX_BUNDLE: usize = 256 * (2 + 65_535);

pub(crate) fn run(place: &Place, against: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Compared {
        checked,
        found,
        not_compared,
    } = block_on(compare(place, against))?;
    for line in found.iter().take(PRINTED) {
        say::line(line);
    }
    if found.len() > PRINTED {
        say::line(&format!("and {} more", found.len() - PRINTED));
    }
    for line in &not_compared {
        say::line(line);
    }
    say::line(&format!(
        "compared: {} entries, {} details ({} of people who were erased: only that they are there), {} publications",
        checked.entries, checked.details, checked.erased, checked.publications
    ));
    match (found.len(), not_compared.is_empty()) {
        (0, true) => {
            say::line("the database is as its log says");
            Ok(ExitCode::SUCCESS)
        }
        (0, false) => {
            say::line("no difference was found, and not all was compared");
            Ok(ExitCode::FAILURE)
        }
        (count, _) => {
            say::line(&format!(
                "{count} differences: somebody who can write the database, and has no keys, altered it"
            ));
            Ok(ExitCode::FAILURE)
        }
    }
}

struct Compared {
    checked: Checked,
    /// The differences, each a line.
    found: Vec<String>,
    /// What could not be compared, and why: it accuses nobody.
    not_compared: Vec<String>,
}

async fn compare(place: &Place, against: Option<&Path>) -> anyhow::Result<Compared> {
    let (sealer, settings) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    let origin = &settings.origin;
    let mut lines = Vec::new();
    let (keys, not_compared) = keys_before(&db, place).await?;
    let kept = place.head().read(origin, &sealer)?;
    if let Err(fork) = outside::check(&db, &sealer, origin, kept).await {
        lines.push(format!("the head that this folder keeps: {fork}"));
    }
    if let Err(fork) = data::as_published(&db, &sealer, origin, &place.head()).await {
        lines.push(format!("what this folder knows to be published: {fork}"));
    }
    let bar = ProgressBar::new(0).with_message("comparing");
    bar.set_style(
        ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let heard = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let (checked, findings) = check(&db, &sealer, origin, heard).await?;
    bar.finish_and_clear();
    // Rows that were altered, so before what does not hold because of others.
    lines.extend(keys.iter().chain(&findings).map(Finding::to_string));
    if let Some(folder) = against {
        lines.extend(as_published(&db, folder).await?);
    }
    Ok(Compared {
        checked,
        found: lines,
        not_compared,
    })
}

/// The keys of the logs before, compared with those that the folder has of them; or why they are not. With one unknown, any
/// other key could be taken for one that was altered.
async fn keys_before(db: &Db, place: &Place) -> anyhow::Result<(Vec<Finding>, Vec<String>)> {
    let unknown = FileKeyStore::unknown_ended_logs(&place.keys())?;
    if unknown.is_empty() {
        let ended = FileKeyStore::ended_logs(&place.keys())?;
        return Ok((check_keys_before(db, &ended).await?, Vec::new()));
    }
    let lines = unknown
        .iter()
        .map(|error| format!("the keys in access_before were not compared: {error}"))
        .collect();
    Ok((Vec::new(), lines))
}

/// The entries that are others than in an export of the log.
async fn as_published(db: &Db, folder: &Path) -> anyhow::Result<Vec<String>> {
    let note = read(folder, "checkpoint", MAX_NOTE)?;
    let size = std::str::from_utf8(&note)
        .ok()
        .and_then(|note| note.lines().nth(1)?.parse().ok())
        .with_context(|| format!("{}/checkpoint is no checkpoint", folder.display()))?;
    let mut lines = Vec::new();
    for tile in Tile::all(size).take_while(|tile| tile.level() == 0) {
        let name = entries_path(tile.index(), tile.width());
        let published = read(folder, &name, MAX_BUNDLE)?;
        let published = decode_entries(&published).with_context(|| format!("reading {name}"))?;
        let ours = db.read("check::bundle", move |tx| {
            Box::pin(async move { public_log::bundle(tx, tile).await })
        });
        let ours: Option<Vec<u8>> = ours.await.map_err(|error: StoreError| error)?;
        let Some(ours) = ours else {
            lines.push(format!("{name}: the database does not hold all of these entries"));
            continue;
        };
        let ours = decode_entries(&ours).with_context(|| format!("reading the entries of {name}"))?;
        if ours.len() != published.len() {
            lines.push(format!(
                "{name}: {} entries were published, and the database has {}",
                published.len(),
                ours.len()
            ));
        }
        for (place, (ours, theirs)) in ours.iter().zip(&published).enumerate() {
            if ours != theirs {
                let index = tile.index() * 256 + place as u64;
                lines.push(format!("entry {index}: it is not the one that was published"));
            }
        }
    }
    Ok(lines)
}

/// A file of at most `most` bytes: who wrote the folder may be anybody.
fn read(folder: &Path, name: &str, most: usize) -> anyhow::Result<Vec<u8>> {
    let path = folder.join(name);
    let bytes =
        bounded(&path, most)?.with_context(|| format!("reading {}: it is not there", path.display()))?;
    match bytes.len() <= most {
        true => Ok(bytes),
        false => bail!(
            "{} is longer than the {most} bytes that it may have: it is no export of this log",
            path.display()
        ),
    }
}
