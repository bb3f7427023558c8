//! `pramaan retention`: whether what is due was deleted.

use std::process::ExitCode;

use pramaan_app::Clock;
use pramaan_app::retention::{self, Age, Status, Trouble};
use pramaan_domain::time::Timestamp;

use crate::cli::{Place, Retention, RetentionCommand};
use crate::commands::block_on;
use crate::system::SystemClock;
use crate::{data, say};

pub(crate) fn run(options: Retention) -> anyhow::Result<ExitCode> {
    let RetentionCommand::Status(place) = options.command;
    let (now, status) = (SystemClock.now(), block_on(read(&place))?);
    for line in lines(&status, now) {
        say::line(&line);
    }
    Ok(
        match status.overdue(now).is_empty() && status.trouble(now).is_none() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        },
    )
}

async fn read(place: &Place) -> anyhow::Result<Status> {
    let (sealer, _) = data::open_keys(place)?;
    let db = data::open_database(place).await?;
    Ok(retention::status(&db, &sealer, SystemClock.now()).await?)
}

fn lines(status: &Status, now: Timestamp) -> Vec<String> {
    let mut lines = vec![format!(
        "{:<20} {:>12} {:>12}",
        "table", "oldest, days", "kept, days"
    )];
    let overdue = status.overdue(now);
    lines.extend(status.ages.iter().map(|age| line(age, &overdue)));
    lines.push(match &status.last {
        Some(run) => format!("last entry: {} of the log, at {}", run.index, run.at),
        None => "last entry: none yet; `pramaan serve` deletes what is due every hour".to_owned(),
    });
    lines.extend(
        status
            .trouble(now)
            .map(|trouble| trouble_line(trouble).to_owned()),
    );
    lines.push(match overdue.is_empty() {
        true => "nothing is overdue".to_owned(),
        false => format!(
            "OVERDUE: {}: rows are older than they may be; start `pramaan serve`, and look for \"rows whose time is over are not \
             deleted\" in its log",
            overdue.join(", ")
        ),
    });
    lines
}

fn trouble_line(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Altered => {
            "ALTERED: the last entry's leaf does not commit to the text that is kept of it; run `pramaan log check`, and look \
             for who can write the database"
        }
        Trouble::Untold => {
            "UNTOLD: no entry was written for more than a day; start `pramaan serve`, and look for \"has no entry in the \
             access log yet\" in its log"
        }
    }
}

fn line(age: &Age, overdue: &[&str]) -> String {
    let mark = if overdue.contains(&age.kept.table) {
        "  overdue"
    } else {
        ""
    };
    format!(
        "{:<20} {:>12} {:>12}{mark}",
        age.kept.table,
        age.written(),
        age.kept.days
    )
}
