//! One PostgreSQL cluster for a run of the tests: made in a temporary folder, reached by a Unix socket in it, gone with us.
//!
//! It does not sync to disk, which is what makes it fast and unfit for anything but tests.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::guard::Guard;
use crate::shell;

const SETTINGS: &str = "\
listen_addresses = ''
fsync = off
full_page_writes = off
max_connections = 400
shared_buffers = '128MB'
";

pub(crate) struct Cluster {
    folder: String,
    _guard: Guard,
}

impl Cluster {
    /// The environment variable by which the tests learn the address.
    pub(crate) const VARIABLE: &str = "PRAMAAN_TEST_POSTGRES";

    pub(crate) fn start() -> Result<Self> {
        let programs = programs().context("could not find initdb: is the package postgresql installed?")?;
        let made = shell::capture(&mut as_server("mktemp", &["-d", "/tmp/pramaan-postgres-XXXXXX"]))?;
        let folder = made.trim_end().to_owned();
        let data = format!("{folder}/data");
        let pg_ctl = programs.join("pg_ctl").display().to_string();

        let stop = words(&as_server(
            &pg_ctl,
            &["-D", &data, "-m", "immediate", "-w", "stop"],
        ));
        let guard = Guard::at_end(&folder, &stop)?;

        let initdb = programs.join("initdb").display().to_string();
        let options = [
            "-D",
            &data,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        ];
        shell::capture(&mut as_server(&initdb, &options))?;
        configure(Path::new(&data), &folder)?;
        let log = format!("{folder}/log");
        shell::capture(&mut as_server(&pg_ctl, &["-D", &data, "-l", &log, "-w", "start"]))?;
        Ok(Self {
            folder,
            _guard: guard,
        })
    }

    /// What `pramaan_testkit::postgres` reads from the variable: an address without a database, for a superuser.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@{}", self.folder.replace('/', "%2F"))
    }
}

fn configure(data: &Path, folder: &str) -> Result<()> {
    let path = data.join("postgresql.conf");
    let mut text =
        std::fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
    text.push_str(SETTINGS);
    writeln!(text, "unix_socket_directories = '{folder}'")?;
    std::fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))
}

/// PostgreSQL refuses to run as root, so root hands over to the account that its package made.
fn as_server(program: &str, arguments: &[&str]) -> Command {
    let mut command = if shell::is_root() {
        let mut handed_over = Command::new("runuser");
        handed_over.args(["-u", "postgres", "--", program]);
        handed_over
    } else {
        Command::new(program)
    };
    command.args(arguments).current_dir("/");
    command
}

fn words(command: &Command) -> Vec<String> {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// The folder of the server's programs. Debian keeps them, one folder a version, out of the search path.
pub(crate) fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok();
    let newest = versions
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .max_by_key(|folder| version(folder));
    newest.or_else(|| shell::which("initdb")?.parent().map(Path::to_path_buf))
}

fn version(folder: &Path) -> u32 {
    let name = folder.parent().and_then(Path::file_name);
    name.and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_on_its_socket_and_leaves_nothing() {
        let cluster = Cluster::start().unwrap();
        let psql = programs().unwrap().join("psql");
        let ask = [
            "-h",
            &cluster.folder,
            "-U",
            "postgres",
            "-d",
            "postgres",
            "-Atc",
            "show max_connections",
        ];
        let answer = shell::capture(Command::new(psql).args(ask)).unwrap();
        assert_eq!(answer.trim(), "400");
        let folder = cluster.folder.clone();
        assert!(
            cluster
                .url()
                .starts_with("postgres://postgres@%2Ftmp%2Fpramaan-postgres-")
        );
        drop(cluster);
        assert!(!Path::new(&folder).exists());
    }
}
