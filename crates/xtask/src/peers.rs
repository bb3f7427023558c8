//! Three auditors on the same published logs: the program, tools/verify_log.py, and tests/peers/go on the packages of Go's
//! checksum database. They share no code. Each says that an intact log is well and what of it could not be checked, and of a
//! broken one names the same check at the same place: docs/audit.md.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use pramaan_testkit::published::{self, Case, Log, Verdict};

use crate::packages::{self, GO, GO_PACKAGES, GO_SUMDB, PYTHON, PYTHON_VENV, Package};
use crate::{demo, shell};

pub(crate) const NEEDS: &[Package] = &[GO, GO_SUMDB, PYTHON, PYTHON_VENV];

pub(crate) fn run() -> Result<()> {
    packages::install(NEEDS)?;
    let folder = PathBuf::from(demo::target_folder()?).join("peers");
    let auditors = Auditors::build(&folder)?;
    let policy = written(&folder, "policy", Log::policy().as_bytes())?;
    let turned = written(
        &folder,
        "policy-turned",
        Log::policy_in_another_order().as_bytes(),
    )?;
    let cases: Vec<Case> = [published::intact(), published::mutants()].concat();
    for case in &cases {
        let log = folder.join("log");
        fresh(&log)?;
        published::write(&case.files, &log).with_context(|| format!("writing {}", log.display()))?;
        let said = auditors.all_say(&log, Some(&policy))?;
        judge(case, &said)?;
        println!("{:<32} {}", case.name, said[0].1);
        judge(case, &auditors.all_say(&log, Some(&turned))?).context("the policy's logs in another order")?;
        // Without a policy no quorum is asked, and what a stranger may add to a note is nobody's signature.
        let said = auditors.all_say(&log, None)?;
        agree(case.name, &said)?;
    }
    println!(
        "{} logs: the three auditors agree on each, with a policy in either order and without",
        cases.len()
    );
    policies(&auditors, &folder)?;
    random_trees(&folder)?;
    merkle(&folder)
}

/// What one of them does not read as a policy, none reads.
fn policies(auditors: &Auditors, folder: &Path) -> Result<()> {
    let log = folder.join("log");
    fresh(&log)?;
    published::write(&published::Story::new().log.files(), &log)?;
    let refused = published::refused_policies();
    for (name, bytes) in &refused {
        let said = auditors.all_say(&log, Some(&written(folder, "policy-refused", bytes)?))?;
        agree(name, &said)?;
        if said[0].1 != Said::NotRead {
            bail!("policy {name}: all three read it, and should refuse it");
        }
    }
    println!("{} policies: each is refused by all three", refused.len());
    Ok(())
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}

/// The three programs.
struct Auditors {
    rust: PathBuf,
    python: PathBuf,
    go: PathBuf,
}

/// What an auditor says, as far as all must say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// The first line, and what was not checked, up to the colon.
    Well(String, Vec<String>),
    /// Check and place.
    Fails(String, String),
    NotRead,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well(line, unchecked) if unchecked.is_empty() => f.write_str(line),
            Self::Well(line, unchecked) => write!(f, "{line}; {}", unchecked.join(", ")),
            Self::Fails(check, place) => write!(f, "FAIL {check} {place}"),
            Self::NotRead => f.write_str("could not be read"),
        }
    }
}

impl Auditors {
    fn build(folder: &Path) -> Result<Self> {
        shell::run(&mut shell::cargo(&["build", "-p", "pramaan"]))?;
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let go = folder.join("verify");
        let mut build = shell::command("go");
        // Debian's packages lie where Go looked before it had modules; the network is not asked.
        build.args(["build", "-o"]).arg(&go).arg("./tests/peers/go");
        build
            .env("GO111MODULE", "off")
            .env("GOPATH", GO_PACKAGES)
            .env("GOFLAGS", "");
        build.env("GOCACHE", folder.join("go-cache"));
        shell::run(&mut build)?;
        Ok(Self {
            rust: PathBuf::from(demo::target_folder()?).join("debug/pramaan"),
            python: shell::root().join("tools/verify_log.py"),
            go,
        })
    }

    fn all_say(&self, log: &Path, policy: Option<&Path>) -> Result<[(&'static str, Said); 3]> {
        let mut rust = Command::new(&self.rust);
        rust.args(["log", "verify"]);
        let mut python = Command::new("python3");
        python.arg(&self.python);
        let go = Command::new(&self.go);
        Ok([
            ("pramaan log verify", says(rust, log, policy)?),
            ("verify_log.py", says(python, log, policy)?),
            ("Go", says(go, log, policy)?),
        ])
    }
}

fn says(mut auditor: Command, log: &Path, policy: Option<&Path>) -> Result<Said> {
    auditor.arg(log);
    if let Some(policy) = policy {
        auditor.arg("--policy").arg(policy);
    }
    let output = auditor
        .output()
        .with_context(|| format!("could not start {auditor:?}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().next().unwrap_or_default();
    let words: Vec<&str> = line.split(' ').collect();
    match (output.status.code(), words.as_slice()) {
        (Some(0), ["OK", ..]) => Ok(Said::Well(line.to_owned(), unchecked(&said))),
        (Some(1), ["FAIL", check, place, ..]) => Ok(Said::Fails(
            (*check).to_owned(),
            place.trim_end_matches(':').to_owned(),
        )),
        (Some(2), _) => Ok(Said::NotRead),
        (code, _) => bail!(
            "{auditor:?} ended with {code:?} and said {line:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

fn unchecked(report: &str) -> Vec<String> {
    let lines = report.lines().filter(|line| line.starts_with("NOT CHECKED "));
    lines
        .map(|line| line.split(':').next().unwrap_or(line).to_owned())
        .collect()
}

fn judge(case: &Case, said: &[(&str, Said); 3]) -> Result<()> {
    agree(case.name, said)?;
    match (case.verdict, &said[0].1) {
        // Agreement is not enough: what is lost they count by the same words, and may all miscount.
        (Verdict::Well(bridges), Said::Well(line, _))
            if line.ends_with(&format!(" days rooted{bridges}")) =>
        {
            Ok(())
        }
        (Verdict::Fails(word), Said::Fails(check, _)) if check == word => Ok(()),
        (verdict, found) => bail!(
            "{}: {verdict:?} was expected, and the auditors say {found}",
            case.name
        ),
    }
}

fn agree(name: &str, said: &[(&str, Said); 3]) -> Result<()> {
    if said.iter().all(|(_, said_by)| *said_by == said[0].1) {
        return Ok(());
    }
    let each: Vec<_> = said
        .iter()
        .map(|(who, what)| format!("{who} says: {what}"))
        .collect();
    bail!("{name}: the auditors disagree\n{}", each.join("\n"))
}

/// Our tree beside two Rust crates. They have a workspace and a lock file of their own: nothing of them is in the product.
fn random_trees(folder: &Path) -> Result<()> {
    let mut tests = shell::cargo(&[
        "test",
        "--locked",
        "--manifest-path",
        "tests/peers/rust/Cargo.toml",
    ]);
    shell::run(tests.env("CARGO_TARGET_DIR", folder.join("rust")))
}

/// pymerkle, a Merkle tree that somebody else wrote, over the entries of the intact log.
fn merkle(folder: &Path) -> Result<()> {
    let log = folder.join("log");
    fresh(&log)?;
    published::write(&published::Story::new().log.files(), &log)?;
    let mut run = shell::command("tests/peers/pymerkle/run");
    run.arg(&log).env("CLIENT_PACKAGES", folder.join("pymerkle"));
    shell::run(&mut run)
}

fn fresh(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}
