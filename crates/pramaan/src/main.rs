//! The composition root: reads the clock, the environment and the command line, wires the crates and runs a command.

mod cli;
mod commands;
mod config;
mod console;
mod core_dump;
mod data;
mod host;
mod log;
mod system;
mod witnesses;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

fn main() -> ExitCode {
    log::quiet_panics();
    let cli = Cli::parse();
    match core_dump::forbid().and_then(|()| run(cli)) {
        Ok(code) => code,
        Err(error) => {
            say::error(&format!("pramaan: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Demo(options) => commands::demo::run(options),
        Command::Serve(options) => commands::serve::run(options),
        Command::Init(options) => commands::init::run(&options),
        Command::Migrate(options) => commands::migrate::run(&options),
        Command::Import(options) => commands::import::run(options),
        Command::Staff(options) => commands::staff::run(options),
        Command::Stock(options) => commands::stock::run(options),
        Command::Partner(options) => commands::partner::run(options),
        Command::Keys(options) => commands::keys::run(options),
        Command::Number(options) => commands::number::run(options),
        Command::Rules(options) => commands::rules::run(options),
        Command::VerifyCertificate(options) => commands::verify_certificate::run(&options),
        Command::Backup(options) => commands::backup::run(&options),
        Command::Restore(options) => commands::restore::run(&options),
        Command::CertificateKey { data } => commands::certificate_key::run(data),
        Command::Log(options) => commands::log::run(options),
        Command::Witness(options) => commands::witness::run(&options),
        Command::Inventory(options) => commands::inventory::run(&options),
        Command::Retention(options) => commands::retention::run(options),
    }
}

/// What the program says to whoever typed the command. Nothing else prints.
mod say {
    use std::io::Write;

    /// Whoever stopped listening (`| head`) is no fault of ours.
    pub(crate) fn line(text: &str) {
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    pub(crate) fn error(text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}
