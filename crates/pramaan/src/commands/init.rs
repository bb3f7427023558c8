//! `pramaan init`: keys, settings, schema and an empty access log.

use std::process::ExitCode;

use anyhow::bail;
use pramaan_app::Clock;
use pramaan_app::certificate::Issuer;

use crate::cli::Init;
use crate::commands::certificate_key::PublicKey;
use crate::commands::{block_on, typed};
use crate::data::Settings;
use crate::system::SystemClock;
use crate::{data, say};

pub(crate) fn run(options: &Init) -> anyhow::Result<ExitCode> {
    let origin = origin(&options.origin)?;
    if let Err(error) = Issuer::new(&options.issuer) {
        bail!("--issuer {}: {error}", options.issuer);
    }
    let settings = Settings::new(origin, options.issuer.clone());
    let made = block_on(data::create(&options.place, settings, SystemClock.now()))?;
    say::line(&format!(
        "made the data folder {} with the access log {}",
        options.place.data.display(),
        made.settings.origin
    ));
    say::line(&PublicKey::of(&made.sealer).line());
    if options.issuer.contains(".example/") {
        say::line(
            "certificates will link to an address that is nobody's: give --issuer with your own before real use",
        );
    }
    let folder = typed(&options.place.data);
    say::line("centres and sessions come from files (docs/import.md): pramaan import --help");
    let database = match &options.place.database {
        Some(_) => " --database URL",
        None => "",
    };
    if options.place.database.is_some() {
        say::line("the database is named with each command, as it was here: its URL is not kept");
    }
    say::line(&format!(
        "next: pramaan serve --data {folder}{database} --sms console"
    ));
    say::line(crate::commands::COVERAGE);
    Ok(ExitCode::SUCCESS)
}

/// Bytes of a name at most: it is the name of a key in signed notes.
const LONGEST: usize = 255;

/// A host and perhaps a path. One log has one name for ever, so what others could not read back is refused here.
pub(crate) fn origin(text: &str) -> anyhow::Result<String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-_~:/".contains(letter);
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    let whole = !text.contains("//") && !text.ends_with(['/', ':', '.']);
    if text.len() > LONGEST || !text.chars().all(plain) || !begins || !whole {
        bail!(
            "--origin {text:?}: give a host and a path without https:// and without spaces, such as log.example.gov.in/2026"
        );
    }
    Ok(text.to_owned())
}
