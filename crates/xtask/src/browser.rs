//! The browser tests: node's own test runner, Debian's Chromium, and what package-lock.json names.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::demo::{self, Demo};
use crate::packages::{CHROMIUM, NODEJS, NPM, POPPLER, PYTHON_VENV};
use crate::{packages, shell};

/// The tests of the helpers: a page served by themselves, with a planted fault.
pub(crate) fn run_helpers() -> Result<()> {
    packages::install(&[CHROMIUM, NODEJS, NPM])?;
    let tests = prepared("helpers/")?;
    node(&tests, None)
}

/// The tests of the helpers, and every story against a started demo.
pub(crate) fn run_all() -> Result<()> {
    run_helpers()?;
    packages::install(&[POPPLER, PYTHON_VENV])?;
    let stories = prepared("stories/")?;
    let demo = Demo::start()?;
    node(&stories, Some(&demo))
}

fn node(tests: &[PathBuf], demo: Option<&Demo>) -> Result<()> {
    let target = demo::target_folder()?;
    let mut node = shell::command("node");
    node.args(["--test", "--test-concurrency=1", "--test-timeout=300000"])
        .args(tests)
        .env("SCREENSHOTS", format!("{target}/browser"));
    if let Some(demo) = demo {
        node.env("BASE_URL", &demo.base)
            .env("OTP_URL", demo.outbox())
            .env("PRAMAAN", format!("{target}/debug/pramaan"))
            .env("VACCINATED", demo.vaccinated.join("\n"))
            .env("DATA", &demo.folder);
    }
    shell::run(&mut node)
}

/// Installs the packages when the lock file is new, and lists the test files in a folder.
fn prepared(folder: &str) -> Result<Vec<PathBuf>> {
    let home = shell::root().join("tests/browser");
    install(&home)?;
    let folder = home.join(folder);
    let mut tests = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("could not list {}", folder.display()))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            tests.push(path);
        }
    }
    tests.sort();
    if tests.is_empty() {
        bail!("{} holds no test (*.test.mjs)", folder.display());
    }
    Ok(tests)
}

fn install(home: &Path) -> Result<()> {
    let lock = std::fs::read(home.join("package-lock.json"))
        .context("could not read the browser tests' lock file")?;
    let stamp = home.join("node_modules/.installed-from");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = shell::command("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(home);
    shell::run(&mut npm)?;
    std::fs::write(&stamp, lock).with_context(|| format!("could not write {}", stamp.display()))
}
