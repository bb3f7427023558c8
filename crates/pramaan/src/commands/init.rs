//! `pramaan init`: keys, settings, schema and an empty access log.

use std::process::ExitCode;

use pramaan_app::Clock;

use crate::cli::Init;
use crate::commands::block_on;
use crate::data::Settings;
use crate::system::SystemClock;
use crate::{data, say};

pub(crate) fn run(options: &Init) -> anyhow::Result<ExitCode> {
    let settings = Settings::new(options.origin.clone(), options.issuer.clone());
    let made = block_on(data::create(&options.place, settings, SystemClock.now()))?;
    say::line(&format!(
        "made the data folder {} with the access log {}",
        options.place.data.display(),
        made.settings.origin
    ));
    say::line(
        "next: pramaan import centres FILE.csv --data DIR, then pramaan serve --data DIR --sms ADAPTER",
    );
    say::line(crate::commands::COVERAGE);
    Ok(ExitCode::SUCCESS)
}
