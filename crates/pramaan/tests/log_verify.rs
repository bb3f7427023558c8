#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! `pramaan log verify`, over a folder and over HTTP: what it says and how it ends.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pramaan_testkit::published::{self, Files, Log, Story};
use support::pramaan;
use tempfile::TempDir;

/// A published log in a folder, and a policy beside it.
struct Published {
    folder: TempDir,
}

impl Published {
    fn new(files: &Files) -> Self {
        let folder = tempfile::tempdir().unwrap();
        published::write(files, &folder.path().join("log")).unwrap();
        std::fs::write(folder.path().join("policy"), Log::policy()).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn audited(&self, more: &[&str]) -> Output {
        verify(self.path("log").to_str().unwrap(), more)
    }

    fn audited_by_policy(&self) -> Output {
        self.audited(&["--policy", self.path("policy").to_str().unwrap()])
    }
}

fn verify(place: &str, more: &[&str]) -> Output {
    pramaan(&[&["log", "verify", place], more].concat())
}

fn said(output: &Output) -> (Option<i32>, String) {
    (
        output.status.code(),
        String::from_utf8(output.stdout.clone()).unwrap(),
    )
}

#[test]
fn a_log_that_keeps_its_promises_ends_with_0_and_says_what_was_not_checked() {
    let log = Published::new(&Story::new().log.files());
    let (code, report) = said(&log.audited_by_policy());
    assert_eq!(code, Some(0), "{report}");
    assert!(
        report.starts_with(
            "OK log.example.in/2026: 718 entries, 12 publications, 5 days rooted, bridges 1, entries lost 0\n"
        ),
        "{report}"
    );
    assert!(report.contains("cosigned by 2 of the 3 witnesses"), "{report}");
    assert!(!report.contains("NOT CHECKED"), "{report}");
    let (code, report) = said(&log.audited(&[]));
    assert_eq!(code, Some(0), "{report}");
    assert!(
        report.contains("the key was taken from beside the checkpoint")
            && report.contains("not whose it is nor that others see the same"),
        "{report}"
    );
}

#[test]
fn a_broken_promise_ends_with_1_and_is_named_on_the_first_line() {
    let mut files = Story::new().log.files();
    files.get_mut("tile/entries/001").unwrap()[60] ^= 1;
    let log = Published::new(&files);
    for output in [log.audited_by_policy(), log.audited(&["--at-once", "1"])] {
        let (code, report) = said(&output);
        assert_eq!(code, Some(1), "{report}");
        assert!(report.starts_with("FAIL tile tile/0/001: "), "{report}");
    }
}

#[test]
fn what_cannot_be_found_out_ends_with_2() {
    let log = Published::new(&Story::new().log.files());
    let refused = |output: Output, why: &str| {
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(
            error.starts_with("could not be read: ") && error.contains(why),
            "{error}"
        );
    };
    refused(verify("/nowhere", &[]), "/nowhere is no folder");
    refused(
        verify(log.folder.path().to_str().unwrap(), &[]),
        "no published log",
    );
    refused(
        log.audited(&["--policy", "/nowhere/policy"]),
        "there is no file /nowhere/policy",
    );
    std::fs::write(log.path("policy"), "quorum nobody\n").unwrap();
    refused(log.audited_by_policy(), "line 1");
    refused(verify("ftp://log.example/log/", &[]), "https://");
    refused(
        verify("http://127.0.0.1:1/log/", &[]),
        "asking 127.0.0.1:1: no connection",
    );
    std::fs::remove_file(log.path("log/checkpoint")).unwrap();
    std::fs::create_dir(log.path("log/checkpoint")).unwrap();
    refused(log.audited(&[]), "checkpoint");
}

/// Serves files on a free port until the test ends: enough HTTP/1.1 for one client, connections kept.
struct Server {
    address: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    fn start(files: Files) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/log/", listener.local_addr().unwrap());
        let (files, connections) = (Arc::new(files), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, files) = (stream.unwrap(), Arc::clone(&files));
                counter.fetch_add(1, Ordering::Relaxed);
                std::thread::spawn(move || serve(stream, &files));
            }
        });
        Self { address, connections }
    }
}

fn serve(mut stream: TcpStream, files: &Files) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    while let Some(Ok(first)) = lines.next() {
        while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
        let name = first
            .strip_prefix("GET /log/")
            .and_then(|rest| rest.strip_suffix(" HTTP/1.1"));
        let (status, body) = match files.get(name.unwrap()) {
            Some(body) => ("200 OK", body.as_slice()),
            None => ("404 Not Found", b"no".as_slice()),
        };
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all(&[head.as_bytes(), body].concat()).is_err() {
            return;
        }
    }
}

#[test]
fn a_server_is_audited_like_a_folder_over_few_connections() {
    let files = Story::new().log.files();
    let log = Published::new(&files);
    let policy = log.path("policy");
    let policy = ["--policy", policy.to_str().unwrap()];
    let server = Server::start(files.clone());
    let (code, report) = said(&verify(&server.address, &policy));
    assert_eq!((code, &report), (Some(0), &said(&log.audited_by_policy()).1));
    let connections = server.connections.load(Ordering::Relaxed);
    assert!((1..=8).contains(&connections), "{connections} connections");

    let mut without = files.clone();
    without.remove("checkpoints/7");
    let server = Server::start(without);
    let (code, report) = said(&verify(&server.address, &policy));
    assert_eq!(code, Some(1), "{report}");
    assert!(report.starts_with("FAIL publication checkpoints/7: "), "{report}");

    // A hundred megabytes are not read to their end.
    let mut huge = files;
    huge.insert("checkpoint".to_owned(), vec![b'a'; 100_000_000]);
    let server = Server::start(huge);
    let (code, report) = said(&verify(server.address.trim_end_matches('/'), &policy));
    assert_eq!(code, Some(1), "{report}");
    assert!(report.starts_with("FAIL signature checkpoint: "), "{report}");
}
