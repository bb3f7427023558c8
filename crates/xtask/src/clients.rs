//! Third-party CoWIN clients against a started demo. Each folder of tests/clients has a `run` that installs its package
//! from the registry on first use and takes the address of the server.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::demo::{self, Demo};
use crate::packages::{NODEJS, NPM, PYTHON_VENV};
use crate::{packages, shell};

/// Written by others for CoWIN, each in its own way.
const CLIENTS: usize = 3;

pub(crate) fn run() -> Result<()> {
    packages::install(&[NODEJS, NPM, PYTHON_VENV])?;
    let clients = clients()?;
    let installed = PathBuf::from(demo::target_folder()?).join("clients");
    let demo = Demo::start()?;
    for client in &clients {
        let name = client.file_name().context("a client's folder has no name")?;
        let mut run = shell::command(client.join("run"));
        run.arg(&demo.base)
            .env("CLIENT_PACKAGES", installed.join(name))
            .env("API_KEY", &demo.partner_key)
            .env("OTP_URL", demo.outbox());
        shell::run(&mut run)?;
    }
    println!("{} clients passed", clients.len());
    Ok(())
}

fn clients() -> Result<Vec<PathBuf>> {
    let folder = shell::root().join("tests/clients");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("could not list {}", folder.display()))? {
        let path = entry?.path();
        if path.join("run").exists() {
            found.push(path);
        }
    }
    found.sort();
    if found.len() != CLIENTS {
        bail!(
            "{} holds {} clients with a `run`, not {CLIENTS}: each is there to be passed",
            folder.display(),
            found.len()
        );
    }
    Ok(found)
}
