//! `pramaan retention`: whether what is due was deleted.

use std::process::ExitCode;

use pramaan_app::Clock;
use pramaan_app::retention::{self, Age, Status};

use crate::cli::{Place, Retention, RetentionCommand};
use crate::commands::block_on;
use crate::system::SystemClock;
use crate::{data, say};

pub(crate) fn run(options: Retention) -> anyhow::Result<ExitCode> {
    let RetentionCommand::Status(place) = options.command;
    let status = block_on(read(&place))?;
    for line in lines(&status) {
        say::line(&line);
    }
    Ok(match status.overdue().next() {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::FAILURE,
    })
}

async fn read(place: &Place) -> anyhow::Result<Status> {
    let (_, settings) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    Ok(retention::status(&db, &settings.origin, SystemClock.now()).await?)
}

fn lines(status: &Status) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<20} {:>12} {:>12}",
        "table", "oldest, days", "kept, days"
    )];
    lines.extend(status.ages.iter().map(line));
    lines.push(match &status.last {
        Some(run) => format!("last entry: {} of the log, at {}", run.index, run.at),
        None => "last entry: none yet; `pramaan serve` deletes what is due every hour".to_owned(),
    });
    let overdue: Vec<_> = status.overdue().map(|age| age.kept.table).collect();
    lines.push(match overdue.is_empty() {
        true => "nothing is overdue".to_owned(),
        false => format!(
            "OVERDUE: {}: rows are older than they may be; start `pramaan serve`, and look for \"what is due for erasure was not \
             erased\" in its log",
            overdue.join(", ")
        ),
    });
    lines
}

fn line(age: &Age) -> String {
    let oldest = age.days().map_or_else(|| "-".to_owned(), |days| days.to_string());
    let mark = if age.is_overdue() { "  overdue" } else { "" };
    format!("{:<20} {oldest:>12} {:>12}{mark}", age.kept.table, age.kept.days)
}
