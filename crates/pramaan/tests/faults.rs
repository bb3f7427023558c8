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

use support::cluster::Durable;
use support::fault::{all_is_well, ended_well, nobody_is_told, until};
use support::watched::Watched;
use support::witness::Served as Witness;
use support::{Folder, done, pramaan, refused};

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

#[test]
fn when_the_database_is_killed_nobody_is_told_anything() {
    let database = Durable::started();
    let url = database.url();
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

/// An export whose disk was full, or whose machine lost power, in the middle of a file: named without a word of anybody, and
/// mended by exporting again.
#[test]
fn a_half_written_export_is_named_tells_nobody_and_is_mended_by_the_next() {
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
    let place = std::path::Path::new(&export);
    for (file, check) in [
        (first_file(place.join("tile/0")), "FAIL tile"),
        (first_file(place.join("tile/entries")), "FAIL entry"),
        (first_file(place.join("policies")), "FAIL policy"),
        (place.join("checkpoints/1"), "FAIL signature"),
        (place.join("checkpoint"), "FAIL signature"),
    ] {
        let whole = std::fs::read(&file).unwrap();
        for half in [whole.len() / 2, 0] {
            std::fs::write(&file, &whole[..half]).unwrap();
            let verified = pramaan(&["log", "verify", &export]);
            assert_eq!(verified.status.code(), Some(1));
            let said = [verified.stdout, verified.stderr].concat();
            let text = String::from_utf8_lossy(&said);
            assert!(text.starts_with(check), "{}: {text}", file.display());
            planting.is_nowhere_in("the audit", &said);
            done(&["log", "export", "--data", &folder.data, &export]);
            done(&["log", "verify", &export]);
        }
    }
    let server = Watched::over(&folder, &["--direct"]);
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}

/// The only file under a folder.
fn first_file(folder: std::path::PathBuf) -> std::path::PathBuf {
    let entry = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    match entry.is_dir() {
        true => first_file(entry),
        false => entry,
    }
}
