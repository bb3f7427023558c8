//! `pramaan import`: a CSV file into the database, with a progress bar; all or nothing unless told to skip.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use pramaan_app::App;
use pramaan_app::import::{self, Bad, BadRow, ImportError, Imported, ImportedStaff};

use crate::cli::{Import, Importable};
use crate::commands::block_on;
use crate::commands::staff::{quiet_app, tell};
use crate::say;

/// Bad rows named on the screen at most; the rejects file has them all.
const NAMED: usize = 20;

pub(crate) fn run(options: Import) -> anyhow::Result<ExitCode> {
    let bytes =
        std::fs::read(&options.file).with_context(|| format!("reading {}", options.file.display()))?;
    let policy = if options.skip_bad {
        Bad::IsSkipped
    } else {
        Bad::RefusesAll
    };
    let outcome = block_on(async {
        let app = quiet_app(&options.place).await?;
        Ok(import(&app, options.what, &bytes, policy).await)
    })?;
    match outcome {
        Ok(imported) => {
            say::line(&format!(
                "{} imported from {}",
                imported.added,
                options.file.display()
            ));
            let to = rejects_file(&options.file);
            if imported.rejected.is_empty() {
                // Of an earlier try: nothing in it is true of this file any more.
                forget(&to)?;
            } else {
                write_private(&to, &import::rejects(&imported.rejected))?;
                say::line(&format!(
                    "{} bad rows, with reasons, in {}",
                    imported.rejected.len(),
                    to.display()
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(ImportError::BadRows(rows)) => {
            name(&rows);
            let to = rejects_file(&options.file);
            write_private(&to, &import::rejects(&rows))?;
            bail!(
                "nothing was imported: correct the rows, all named in {}, or take the good ones with --skip-bad",
                to.display()
            )
        }
        Err(error) => Err(error.into()),
    }
}

async fn import(app: &App, what: Importable, bytes: &[u8], policy: Bad) -> Result<Imported, ImportError> {
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let mut progress = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let imported = match what {
        Importable::Centres => import::centres(app, bytes, policy, &mut progress).await,
        Importable::Sessions => import::sessions(app, bytes, policy, &mut progress).await,
        Importable::Staff => import::staff(app, bytes, policy, &mut progress)
            .await
            .map(invited),
        Importable::Cohort => import::cohort(app, bytes, policy, &mut progress).await,
    };
    bar.finish_and_clear();
    imported
}

/// Invitations are shown this once: only a keyed hash of each link is kept.
fn invited(imported: ImportedStaff) -> Imported {
    tell(&imported.invitations);
    Imported {
        added: imported.invitations.len(),
        rejected: imported.rejected,
    }
}

fn name(rows: &[BadRow]) {
    for row in rows.iter().take(NAMED) {
        say::error(&format!("line {}, {}: {}", row.line, row.column, row.reason));
    }
    if rows.len() > NAMED {
        say::error(&format!("and {} more", rows.len() - NAMED));
    }
}

fn rejects_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".rejects.csv");
    PathBuf::from(name)
}

fn forget(old: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(old) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", old.display()))
        }
        _ => Ok(()),
    }
}

fn write_private(to: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut open = std::fs::OpenOptions::new();
    let file = open.write(true).create(true).truncate(true).mode(0o600).open(to);
    file.and_then(|mut file| file.write_all(bytes))
        .with_context(|| format!("writing {}", to.display()))
}
