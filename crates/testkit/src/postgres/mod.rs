//! A PostgreSQL cluster for tests: on a Unix socket in a temporary folder, gone when its owner is gone.
//!
//! Its data is not durable (`fsync=off`). It belongs to a small shell script that waits on a pipe from the owner: when
//! the owner ends, even by `kill -9`, the pipe closes, and the script stops the server and removes the folder.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// Where a cluster that is already running can be reached, as `postgres://…` without a database.
pub const VARIABLE: &str = "PRAMAAN_TEST_POSTGRES";

const WATCHDOG: &str = include_str!("watchdog.sh");
const FOLDERS: &str = "/usr/lib/postgresql";

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "PostgreSQL is not installed (no initdb in {FOLDERS}/*/bin or on the PATH): \
         run `cargo xtask test`, or `apt-get install postgresql`"
    )]
    Missing,
    #[error("cannot start the script that keeps PostgreSQL: {0}")]
    Watchdog(#[from] std::io::Error),
    #[error("PostgreSQL did not start:\n{0}")]
    Start(String),
}

/// What a server with TLS needs. Of tests only: the key is seen by everybody on the machine.
#[derive(Debug)]
pub struct ServerTls {
    /// PEM.
    pub certificate: String,
    /// PEM.
    pub key: String,
    pub port: u16,
}

/// A running cluster. Dropping it stops the server.
#[derive(Debug)]
pub struct Cluster {
    base: String,
    _watchdog: Option<Watchdog>,
}

#[derive(Debug)]
struct Watchdog {
    script: Child,
    /// Held open for as long as the server shall run.
    pipe: Option<ChildStdin>,
}

impl Cluster {
    /// Starts a cluster of its own.
    pub fn start() -> Result<Self, ClusterError> {
        Self::start_with(&[])
    }

    /// Starts a cluster that listens on 127.0.0.1 besides, with TLS.
    pub fn start_with_tls(tls: &ServerTls) -> Result<Self, ClusterError> {
        let port = tls.port.to_string();
        Self::start_with(&[&tls.certificate, &tls.key, &port])
    }

    fn start_with(arguments: &[&str]) -> Result<Self, ClusterError> {
        let binaries = binaries()?;
        let mut script = watchdog(&binaries)
            .args(arguments)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipe = script.stdin.take();
        let mut folder = String::new();
        if let Some(output) = script.stdout.take() {
            BufReader::new(output).read_line(&mut folder)?;
        }
        if folder.is_empty() {
            let mut complaint = String::new();
            if let Some(mut errors) = script.stderr.take() {
                errors.read_to_string(&mut complaint)?;
            }
            return Err(ClusterError::Start(complaint));
        }
        Ok(Self {
            base: format!("postgres://pramaan@{}", folder.trim().replace('/', "%2F")),
            _watchdog: Some(Watchdog { script, pipe }),
        })
    }

    /// The cluster named by `PRAMAAN_TEST_POSTGRES`, or else one that lives as long as this process.
    #[expect(clippy::disallowed_methods, reason = "the only configuration that tests have")]
    pub fn shared() -> Result<&'static Self, &'static ClusterError> {
        static SHARED: OnceLock<Result<Cluster, ClusterError>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| match std::env::var(VARIABLE) {
            Ok(base) => Ok(Self {
                base,
                _watchdog: None,
            }),
            Err(_) => Self::start(),
        });
        shared.as_ref()
    }

    /// The value of `PRAMAAN_TEST_POSTGRES` that lets other processes use this cluster.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// The address of one of its databases; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.base)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // The script has nothing to tell us any more.
        let _ = self.script.wait();
    }
}

/// PostgreSQL refuses to run as root, so there the script runs as `postgres`.
fn watchdog(binaries: &Path) -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    let mut command = match is_root {
        true => {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        }
        false => Command::new("sh"),
    };
    command
        .args(["-c", WATCHDOG, "watchdog"])
        .arg(binaries)
        .current_dir("/");
    command
}

/// One of PostgreSQL's programs, of the version that the clusters run.
///
/// # Errors
/// `Missing`.
pub fn program(name: &str) -> Result<PathBuf, ClusterError> {
    Ok(binaries()?.join(name))
}

/// The newest installed version's programs.
fn binaries() -> Result<PathBuf, ClusterError> {
    let installed = std::fs::read_dir(FOLDERS).into_iter().flatten().flatten();
    let newest = installed
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .max_by_key(|bin| version_of(bin));
    newest.or_else(on_path).ok_or(ClusterError::Missing)
}

fn version_of(bin: &Path) -> Option<u32> {
    bin.parent()?.file_name()?.to_str()?.parse().ok()
}

#[expect(clippy::disallowed_methods, reason = "PATH is how programs are found")]
fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pipe closes in the same way when the owner is killed.
    #[test]
    fn a_cluster_is_gone_with_its_owner() {
        let cluster = Cluster::start().unwrap();
        let socket = cluster
            .base_url()
            .trim_start_matches("postgres://pramaan@")
            .replace("%2F", "/");
        let folder = PathBuf::from(socket);
        assert!(folder.join("data/postmaster.pid").exists());
        assert_eq!(
            cluster.url("postgres"),
            format!("{}/postgres", cluster.base_url())
        );
        drop(cluster);
        assert!(!folder.exists());
    }
}
