#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! What fails under a served platform, and what comes out then: nothing of anybody, in no answer, on no line of its log, in no
//! core. When it works again, so does the service, and its log passes the audit.
//!
//! Somebody registers and looks first, so that the record has been in the memory of the process. The program logs at its
//! most talkative throughout.

mod support;

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use pramaan_http::inventory::ROUTES;
use pramaan_testkit::postgres::{self, Cluster};
use support::watched::{NAME, Planting, Watched};
use support::witness::Served as Witness;
use support::{Folder, done, pramaan, refused};

/// Asks every route as the person who was planted: none opens the record.
fn nobody_is_told(server: &Watched, planting: &Planting) {
    let (mut asked, mut refused) = (0, 0);
    for route in ROUTES.iter().filter(|route| !route.path.starts_with("/demo")) {
        let part = |part: &str| match part.starts_with('{') {
            true => "1".to_owned(),
            false => part.to_owned(),
        };
        let path: Vec<String> = route.path.split('/').map(part).collect();
        let method = if route.method == "ANY" {
            "GET"
        } else {
            route.method
        };
        let answer = server.ask(method, &path.join("/"), Some(&planting.token), "{}");
        planting.is_nowhere_in(&format!("{method} {}", route.path), answer.text.as_bytes());
        asked += 1;
        refused += u32::from(answer.status == 503);
    }
    assert!(asked > 100 && refused > 0, "{refused} of {asked}");
    let seen = server.members(&planting.token);
    assert_eq!(seen.status, 503, "{}", seen.text);
}

/// The record opens, and the log of the server keeps its promises.
fn all_is_well(server: &Watched, planting: &Planting) {
    let seen = server.members(&planting.token);
    assert!(seen.status == 200 && seen.text.contains(NAME), "{}", seen.text);
    done(&["log", "verify", &server.log()]);
}

/// Ends as an operator ends it; the database is as its log says, and so is what is exported.
fn ended_well(mut server: Watched, folder: &Folder, planting: &Planting, more: &[&str]) {
    assert!(server.ended_by("-TERM").success());
    server.said_nothing_of(planting);
    let export = folder.named("export");
    done(&[&["log", "export", "--data", &folder.data, &export], more].concat());
    done(&["log", "verify", &export]);
    done(
        &[
            &["log", "check", "--data", &folder.data, "--against", &export],
            more,
        ]
        .concat(),
    );
}

/// Until something is so.
fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        std::thread::yield_now();
    }
}

/// No file of the process grows, and none is written beyond its first byte: what SQLite then gets from the system is an error
/// of writing, not a full disk.
fn writes_fail(server: &Watched, limit: &str) {
    let told = Command::new("prlimit")
        .args(["--pid", &server.id(), &format!("--fsize={limit}:")])
        .status();
    assert!(told.unwrap().success());
}

#[test]
fn when_nothing_can_be_written_nobody_is_told_anything() {
    let folder = Folder::made();
    let mut server = Watched::over(&folder, &["--direct"]);
    let planting = server.plant(&folder);
    writes_fail(&server, "1");
    nobody_is_told(&server, &planting);
    writes_fail(&server, "unlimited");
    // What was being committed may or may not be on the disk: it stays shut until somebody has looked and started it again.
    assert_eq!(server.members(&planting.token).status, 503);
    server.ended_by("-KILL");
    server.said_nothing_of(&planting);
    let server = Watched::over(&folder, &["--direct"]);
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}

/// The process of an embedded database is the server's: it is killed, and starts again.
#[test]
fn a_killed_server_leaves_no_core_and_goes_on() {
    let folder = Folder::made();
    let mut server = Watched::over(&folder, &["--direct"]);
    let planting = server.plant(&folder);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.unwrap().split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{limits}");
    for (signal, number) in [("-ABRT", 6), ("-FPE", 8), ("-KILL", 9)] {
        let ended = server.ended_by(signal);
        assert_eq!(ended.signal(), Some(number));
        assert!(!ended.core_dumped(), "{signal} left a core");
        server.said_nothing_of(&planting);
        server = Watched::over(&folder, &["--direct"]);
        all_is_well(&server, &planting);
    }
    ended_well(server, &folder, &planting, &[]);
}

/// A PostgreSQL that is durable enough to be served, and is killed.
struct Killed {
    cluster: Cluster,
    folder: String,
}

impl Killed {
    fn started() -> Self {
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

    fn runs(&self, sql: &str) {
        let psql = postgres::program("psql").unwrap();
        let ran = Command::new(psql)
            .args(["-h", &self.folder, "-U", "pramaan", "-d", "postgres", "-qc", sql])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }

    /// SIGKILL to its first process, which the others follow.
    fn kill(&self) {
        let file = std::fs::read_to_string(format!("{}/data/postmaster.pid", self.folder)).unwrap();
        let told = Command::new("kill")
            .args(["-KILL", file.lines().next().unwrap()])
            .status();
        assert!(told.unwrap().success());
    }

    /// Again as soon as what was left of the killed one is gone.
    fn start_again(&self) {
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

#[test]
fn when_the_database_is_killed_nobody_is_told_anything() {
    let database = Killed::started();
    let url = database.cluster.url("postgres");
    let place = ["--database", &url];
    let folder = Folder::made_with(&place);
    let server = Watched::over(&folder, &["--direct", "--database", &url]);
    let planting = server.plant(&folder);
    database.kill();
    nobody_is_told(&server, &planting);
    database.start_again();
    until(|| server.members(&planting.token).status == 200);
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &place);
}

/// The only witness stops answering: after the limit nothing is opened, until it answers again.
#[test]
fn when_the_witness_is_silent_nobody_is_told_anything() {
    let folder = Folder::made();
    let key = done(&["log", "key", "--data", &folder.data]);
    let own = folder.named("witness");
    done(&["witness", "init", &own, "--name", "witness.example/only"]);
    done(&["witness", "add-log", &own, key.trim()]);
    let mut witness = Witness::over(&own);
    let policy = format!(
        "log {}\nwitness only {} {}\nquorum only\n",
        key.trim(),
        witness.key,
        witness.url
    );
    std::fs::write(folder.inside("witnesses"), policy).unwrap();
    let settings = folder.inside("pramaan.toml");
    let log = "\n[log]\nwitnesses = \"witnesses\"\nalarm_seconds = 10\nstop_seconds = 11\n";
    let whole = std::fs::read_to_string(&settings).unwrap() + log;
    std::fs::write(&settings, whole).unwrap();
    let server = Watched::over(&folder, &["--direct"]);
    let planting = server.plant(&folder);
    witness.kill();
    // Each look is an entry that nobody has seen.
    until(|| server.members(&planting.token).status == 503);
    nobody_is_told(&server, &planting);
    server.said_nothing_of(&planting);
}

/// What keeps a server from starting, and what it says then. Put back, it starts.
#[test]
fn a_refused_start_tells_nobody() {
    let folder = Folder::made();
    let mut server = Watched::over(&folder, &["--direct"]);
    let planting = server.plant(&folder);
    assert!(server.ended_by("-TERM").success());
    let serve = folder.serve();
    let serve = serve.each_ref().map(String::as_str);
    let head = folder.inside("log-head");
    let key = folder.inside("keys/log.key");
    let whole = std::fs::read(&head).unwrap();
    let half = whole[..whole.len() / 2].to_vec();
    let note = String::from_utf8(whole.clone()).unwrap();
    let mut lines: Vec<&str> = note.lines().collect();
    lines[1] = "4000";
    let longer = lines.join("\n").into_bytes();
    for (file, broken) in [(&head, Some(half)), (&head, Some(longer)), (&key, None)] {
        let kept = file.with_extension("kept");
        std::fs::rename(file, &kept).unwrap();
        if let Some(broken) = broken {
            std::fs::write(file, broken).unwrap();
        }
        let said = refused(&serve);
        planting.is_nowhere_in("a refused start", said.as_bytes());
        assert!(
            said.contains(file.file_name().unwrap().to_str().unwrap()),
            "{said}"
        );
        std::fs::rename(kept, file).unwrap();
    }
    let server = Watched::over(&folder, &["--direct"]);
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}

/// An export whose disk was full in the middle of a tile: named, and no word of anybody.
#[test]
fn a_half_written_tile_is_named_and_tells_nobody() {
    let folder = Folder::made();
    let mut server = Watched::over(&folder, &["--direct"]);
    let planting = server.plant(&folder);
    until(|| {
        !server
            .ask("GET", "/log/checkpoint", None, "")
            .text
            .contains("\n0\n")
    });
    assert!(server.ended_by("-TERM").success());
    let export = folder.named("half");
    done(&["log", "export", "--data", &folder.data, &export]);
    let tile = std::path::Path::new(&export).join("tile/0");
    let tile = std::fs::read_dir(tile).unwrap().next().unwrap().unwrap().path();
    let tile = std::fs::read_dir(tile).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&tile).unwrap();
    std::fs::write(&tile, &whole[..whole.len() / 2]).unwrap();
    let verified = pramaan(&["log", "verify", &export]);
    assert_eq!(verified.status.code(), Some(1));
    let said = [verified.stdout, verified.stderr].concat();
    assert!(String::from_utf8_lossy(&said).contains("FAIL tile"), "{said:?}");
    planting.is_nowhere_in("the audit", &said);
    let server = Watched::over(&folder, &["--direct"]);
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}
