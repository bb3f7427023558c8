//! The browser tests: node's own test runner, Debian's Chromium, and what package-lock.json names.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::demo::{self, Demo};
use crate::lines::{Lines, Played};
use crate::packages::{CHROMIUM, FOR_BROWSERS, NODEJS, NPM};
use crate::{packages, shell};

/// The tests of the helpers: a page served by themselves, with a planted fault.
pub(crate) fn run_helpers() -> Result<()> {
    packages::install(&[CHROMIUM, NODEJS, NPM])?;
    let tests = prepared("helpers/")?;
    node(&tests, None)
}

/// Every sample of every page under axe, in each language; they need no demo.
pub(crate) fn run_pages() -> Result<()> {
    packages::install(&[CHROMIUM, NODEJS, NPM])?;
    let tests = prepared("pages/")?;
    let pages = shell::root().join("target/pages");
    let written = ["--lib", "pages_for_the_browser", "--", "--ignored"];
    // The whole workspace, though one test is wanted: with other features than the tests everything would be built again.
    let arguments = [&["test", "--workspace"][..], &written].concat();
    shell::run(&mut shell::cargo(&arguments))?;
    shell::run(runner().args(&tests).env("PAGES", &pages))
}

/// The tests of the helpers, every page, and every story against a started demo; and whether its log has what it told.
pub(crate) fn run_all() -> Result<()> {
    run_helpers()?;
    run_pages()?;
    play(&[])
}

/// The stories whose files' names begin so, each against a started demo.
///
/// # Errors
/// When a beginning fits none.
pub(crate) fn run_some(beginnings: &[String]) -> Result<()> {
    play(beginnings)
}

fn play(beginnings: &[String]) -> Result<()> {
    packages::install(FOR_BROWSERS)?;
    let stories = chosen(prepared("stories/")?, beginnings)?;
    let demo = Demo::start()?;
    let played = match beginnings {
        [] => Played::Every,
        _ => Played::Some,
    };
    let lines = Lines::to(&demo, played)?;
    node(&stories, Some((&demo, &lines)))?;
    lines.sum_up(demo)
}

/// Those whose names begin as one of the beginnings; without any, all.
fn chosen(stories: Vec<PathBuf>, beginnings: &[String]) -> Result<Vec<PathBuf>> {
    let begins = |story: &Path, beginning: &str| {
        let name = story.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(beginning))
    };
    if let Some(none) = beginnings
        .iter()
        .find(|beginning| !stories.iter().any(|story| begins(story, beginning)))
    {
        bail!("no story begins with {none}: they are in tests/browser/stories");
    }
    let wanted = |story: &PathBuf| {
        beginnings.is_empty() || beginnings.iter().any(|beginning| begins(story, beginning))
    };
    Ok(stories.into_iter().filter(wanted).collect())
}

fn node(tests: &[PathBuf], demo: Option<(&Demo, &Lines)>) -> Result<()> {
    let target = demo::target_folder()?;
    let mut node = runner();
    node.args(tests).env("SCREENSHOTS", format!("{target}/browser"));
    if let Some((demo, lines)) = demo {
        node.env("BASE_URL", lines.base())
            .env("OTP_URL", demo::outbox(&lines.base()))
            .env("PRAMAAN", format!("{target}/debug/pramaan"))
            .env("VACCINATED", demo.vaccinated.join("\n"))
            .env("DATA", &demo.folder);
    }
    shell::run(&mut node)
}

/// A file may take a quarter of an hour on a machine with other work; whatever hangs ends.
fn runner() -> Command {
    let mut node = shell::command("node");
    node.args(["--test", "--test-concurrency=1", "--test-timeout=900000"]);
    node
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
