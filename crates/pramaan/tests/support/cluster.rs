//! A PostgreSQL of its own that is durable enough to be served, and can be killed.

use std::process::Command;

use pramaan_testkit::postgres::{self, Cluster};

use super::fault::until;

pub(crate) struct Durable {
    cluster: Cluster,
    folder: String,
}

impl Durable {
    pub(crate) fn started() -> Self {
        let cluster = Cluster::start().unwrap();
        let folder = cluster.base_url().trim_start_matches("postgres://pramaan@");
        let started = Self {
            folder: folder.replace("%2F", "/"),
            cluster,
        };
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            started.runs(&format!("alter system set {setting} = on"));
        }
        started.runs("select pg_reload_conf()");
        started
    }

    pub(crate) fn url(&self) -> String {
        self.cluster.url("postgres")
    }

    pub(crate) fn runs(&self, sql: &str) {
        let psql = postgres::program("psql").unwrap();
        let ran = Command::new(psql)
            .args(["-h", &self.folder, "-U", "pramaan", "-d", "postgres", "-qc", sql])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }

    /// SIGKILL to its first process, which the others follow.
    pub(crate) fn kill(&self) {
        let file = std::fs::read_to_string(format!("{}/data/postmaster.pid", self.folder)).unwrap();
        let told = Command::new("kill")
            .args(["-KILL", file.lines().next().unwrap()])
            .status();
        assert!(told.unwrap().success());
    }

    /// Again as soon as what was left of the killed one is gone.
    pub(crate) fn start_again(&self) {
        let program = postgres::program("pg_ctl").unwrap();
        let (data, log) = (format!("{}/data", self.folder), format!("{}/log", self.folder));
        let owner = ["-u", "postgres", "--"];
        let is_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
        until(|| {
            let mut command = match is_root {
                true => {
                    let mut command = Command::new("runuser");
                    command.args(owner).arg(&program);
                    command
                }
                false => Command::new(&program),
            };
            let started = command
                .args(["-D", &data, "-l", &log, "-w", "start"])
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .current_dir("/")
                .status();
            started.unwrap().success()
        });
    }
}
