//! `pramaan backup`: a copy of a running embedded database.

use std::process::ExitCode;

use anyhow::bail;
use indicatif::ProgressBar;
use pramaan_store::{DatabaseUrl, backup};

use crate::cli::Backup;
use crate::say;

pub(crate) fn run(options: &Backup) -> anyhow::Result<ExitCode> {
    let DatabaseUrl::Sqlite(from) = options.place.url()? else {
        bail!(
            "back PostgreSQL up with pg_dump, once with --exclude-table-data=person_key and once with --table=person_key --data-only, and keep the second for thirty days at most (docs/operation.md)"
        );
    };
    if !from.exists() {
        bail!("there is no database at {}", from.display());
    }
    let bar = ProgressBar::new_spinner().with_message("copying");
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    let made = backup::sqlite(&from, &options.to)?;
    bar.finish_and_clear();
    say::line(&format!("records: {}", made.records.display()));
    say::line(&format!(
        "keys of persons: {} (keep it apart, and for thirty days at most: erasure must stay erasure)",
        made.keys.display()
    ));
    Ok(ExitCode::SUCCESS)
}
