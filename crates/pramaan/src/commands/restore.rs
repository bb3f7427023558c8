//! `pramaan restore`: a backup's two files into a data folder, and what has to be done next.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use indicatif::ProgressBar;
use pramaan_store::backup::{self, Existing};
use pramaan_store::outside::{self, Fork};
use pramaan_store::{DatabaseUrl, Db, DbOptions, StoreError, migrate};

use crate::cli::{Place, Restore};
use crate::commands::{block_on, serving, typed};
use crate::{data, say};

pub(crate) fn run(options: &Restore) -> anyhow::Result<ExitCode> {
    let place = &options.place;
    let DatabaseUrl::Sqlite(to) = place.url()? else {
        bail!(
            "restore PostgreSQL with pg_restore, first the dump of the records, then that of the table person_key (docs/operation.md)"
        );
    };
    data::open_keys(place)?;
    // Until the end, so that nothing starts on a half of it.
    let _alone = data::alone(place)?;
    let existing = match options.replace {
        true => Existing::IsKeptAside,
        false => Existing::IsRefused,
    };
    let keys = options.keys.clone().unwrap_or_else(|| beside(options));
    let bar = ProgressBar::new_spinner().with_message("restoring");
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    let restored = backup::restore(&options.from, &keys, &to, existing)?;
    bar.finish_and_clear();
    say::line(&format!("restored: {}", restored.database.display()));
    if let Some(before) = restored.before {
        say::line(&format!(
            "the database that was there: {} (with persons' keys in it: delete it within thirty days)",
            before.display()
        ));
    }
    say::line(&block_on(next(place))?);
    Ok(ExitCode::SUCCESS)
}

fn beside(options: &Restore) -> PathBuf {
    let mut name = options.from.clone().into_os_string();
    name.push(".keys");
    PathBuf::from(name)
}

/// The command that has to follow, and why.
async fn next(place: &Place) -> anyhow::Result<String> {
    let folder = typed(&place.data);
    let (sealer, settings) = data::open_keys(place)?;
    let db = Db::open(&place.url()?, &DbOptions::default()).await?;
    match migrate::check(&db).await {
        Err(error @ StoreError::SchemaTooOld { .. }) => {
            return Ok(format!("next: pramaan migrate --data {folder} ({error})"));
        }
        other => other?,
    }
    let adopt = format!("next: pramaan log adopt --data {folder} --reason TEXT");
    let succeed = format!("next: pramaan log adopt --data {folder} --origin NEW --reason TEXT");
    match outside::origin(&db).await? {
        Some(named) if named != settings.origin => {
            return Ok(format!(
                "{succeed}\n{}",
                data::another_name(&named, &settings.origin, place)
            ));
        }
        _ => {}
    }
    let head = place.head();
    let kept = match head.read(&settings.origin, &sealer) {
        Err(error @ StoreError::Fork(_)) => return Ok(format!("{adopt} ({error})")),
        other => other?,
    };
    let checked = match outside::check(&db, &sealer, &settings.origin, kept).await {
        Ok(_) => data::as_published(&db, &sealer, &settings.origin, &head).await,
        Err(error) => Err(error),
    };
    db.close().await;
    Ok(match checked {
        Err(error @ StoreError::Fork(Fork::Unknown { .. } | Fork::Foreign)) => format!("{adopt}\n{error}"),
        Err(error @ StoreError::Fork(Fork::Unsigned { .. })) => error.to_string(),
        Err(StoreError::Fork(_)) => format!(
            "{succeed}\nThe log of this backup does not continue what was signed and published from this folder: if the newer \
             database is not lost, start with that one; if it is, this goes on with the older one under the name NEW, \
             and everybody sees how many entries are lost."
        ),
        Err(other) => return Err(other.into()),
        Ok(_) if !place.erased().exists() => format!(
            "{adopt}\nThe list erased is missing: bring the newest one, or accept with this that it is lost."
        ),
        Ok(_) => format!("next: {}", serving(place)),
    })
}
