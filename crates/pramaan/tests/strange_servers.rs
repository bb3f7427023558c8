#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! `pramaan log verify URL` and `tools/verify_log.py URL` at servers that answer something else than a published log: both
//! say so in plain words, in a bounded time, and take no more than a file can have.

mod support;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use pramaan_testkit::published::{Files, Log, Story};
use support::pramaan;
use support::stranger::{Reply, Stranger, answer};

/// More than any file but a bundle may have, with room for what two systems keep between them.
const TAKEN: u64 = 40_000_000;

fn verify(stranger: &Stranger, more: &[&str]) -> (Option<i32>, String) {
    let place = format!("http://{}/log/", stranger.address);
    said(pramaan(&[&["log", "verify", &place], more].concat()))
}

/// The same with nothing but Python's standard library.
fn verify_in_python(stranger: &Stranger) -> (Option<i32>, String) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/verify_log.py");
    let mut python = Command::new("python3");
    let place = format!("http://{}/log/", stranger.address);
    said(python.arg(program).arg(place).output().unwrap())
}

fn said(output: Output) -> (Option<i32>, String) {
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Answers every request alike.
fn always(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Stranger {
    Stranger::answering(move |_| reply())
}

/// A file of a published log, or that there is none.
fn file(files: &Files, path: &str) -> Vec<u8> {
    match files.get(path.strip_prefix("/log/").unwrap()) {
        Some(body) => answer("200 OK", "", body),
        None => answer("404 Not Found", "", b"no"),
    }
}

#[test]
fn what_a_server_answers_instead_of_files_is_said_in_plain_words() {
    let page = b"<!doctype html><title>Welcome</title>\n<p>It works!\n".to_vec();
    let elsewhere = "Location: https://elsewhere.example/log/\r\n";
    let flood = [b"HTTP/1.1 200 OK\r\n".as_slice(), &b"X: y\r\n".repeat(200_000)].concat();
    let long_header = [b"HTTP/1.1 200 OK\r\nX: ".as_slice(), &vec![b'y'; 4_000_000]].concat();
    let strange: [(Vec<u8>, i32, &str); 13] = [
        (
            answer("500 Internal Server Error", "", b"oh"),
            2,
            "it answered 500 Internal",
        ),
        (answer("403 Forbidden", "", b"no"), 2, "it answered 403 Forbidden"),
        (
            answer("301 Moved Permanently", elsewhere, b""),
            2,
            "it answered 301 Moved Permanently and points to https://elsewhere.example/log/: give the address that is meant",
        ),
        (answer("302 Found", "", b""), 2, "it answered 302 Found"),
        (answer("206 Partial Content", "", b"1"), 2, "it answered 206"),
        (
            answer("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b"),
            2,
            "in the encoding gzip, which nobody asked for",
        ),
        (
            answer("404 Not Found", "", &page),
            2,
            "there is no key here, so this is no published log",
        ),
        (answer("200 OK", "", &page), 1, "FAIL signature key: "),
        (answer("200 OK", "", b""), 1, "FAIL signature key: "),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort".to_vec(),
            2,
            "the answer could not be read",
        ),
        (
            b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec(),
            2,
            "the answer could not be read",
        ),
        (flood, 2, "the answer could not be read"),
        (long_header, 2, "the answer could not be read"),
    ];
    for (bytes, code, expected) in strange {
        let stranger = always({
            let bytes = bytes.clone();
            move || Reply::End(bytes.clone())
        });
        let (ended, text) = verify(&stranger, &[]);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert!(
            ended == Some(code) && text.contains(expected),
            "{shown}: {ended:?} {text}"
        );
        let named = format!("asking {}", stranger.address);
        assert!(
            code == 1 || expected.starts_with("there") || text.contains(&named),
            "{text}"
        );
        // Another program ends with the same code; its words are its own.
        if !expected.contains("encoding") {
            let (ended, text) = verify_in_python(&stranger);
            assert!(ended == Some(code), "{shown}: {ended:?} {text}");
        }
    }
    let (ended, text) = verify(&always(|| Reply::End(Vec::new())), &[]);
    assert!(ended == Some(2) && text.contains("could not be read"), "{text}");
}

#[test]
fn a_server_that_says_nothing_more_is_left_in_time() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec();
    for begun in [Vec::new(), b"HTTP/1.1 200 OK\r\nX: ".to_vec(), half] {
        let stranger = always(move || Reply::Silence(begun.clone()));
        let (ended, text) = verify(&stranger, &["--patience", "1"]);
        assert_eq!(ended, Some(2), "{text}");
        assert!(text.contains("no answer within 1 s"), "{text}");
    }
}

#[test]
fn a_file_without_end_is_read_no_further_than_it_may_be_long() {
    let files = Arc::new(Story::new().log.files());
    for (name, expected) in [
        ("key", "FAIL signature key: "),
        ("checkpoint", "FAIL signature checkpoint: "),
        ("checkpoints/latest", "FAIL publication checkpoints/latest: "),
        ("checkpoints/3", "FAIL signature checkpoints/3: "),
        ("tile/0/000", "FAIL tile tile/0/000: "),
        ("tile/entries/001", "FAIL entry tile/entries/001: "),
    ] {
        assert!(files.contains_key(name), "{name}");
        for head in ["Content-Length: 100000000", "Transfer-Encoding: chunked"] {
            let (files, path) = (Arc::clone(&files), format!("/log/{name}"));
            let chunk = if head.starts_with('T') { "fffffff\r\n" } else { "" };
            let begun = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{chunk}").into_bytes();
            let stranger = Stranger::answering(move |asked| match asked.path == path {
                true => Reply::Endless(begun.clone()),
                false => Reply::Bytes(file(&files, &asked.path)),
            });
            for (ended, text) in [
                verify(&stranger, &["--at-once", "1"]),
                verify_in_python(&stranger),
            ] {
                assert_eq!(ended, Some(1), "{name}, {head}: {text}");
                assert!(
                    text.starts_with(expected) && text.contains("longer than"),
                    "{name}: {text}"
                );
            }
            assert!(
                stranger.sent() < 2 * TAKEN,
                "{name}: {} bytes were taken",
                stranger.sent()
            );
        }
    }
}

#[test]
fn a_busy_server_is_asked_again_and_a_broken_connection_is_made_again() {
    let files = Story::new().log.files();
    let was_busy = AtomicBool::new(false);
    let stranger = Stranger::answering(move |asked| match was_busy.swap(true, Relaxed) {
        false => Reply::Bytes(answer("503 Service Unavailable", "Retry-After: 1\r\n", b"later")),
        // It hangs up after each file and does not say so.
        true => Reply::End(file(&files, &asked.path)),
    });
    let (ended, text) = verify(&stranger, &[]);
    assert_eq!(ended, Some(0), "{text}");
    assert!(text.starts_with("OK log.example.in/2026: 718 entries"), "{text}");
}

/// Files of a folder that have no end, as when somebody made `checkpoint` a link to a device.
#[test]
fn a_checkpoint_of_a_hundred_megabytes_in_a_folder_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    pramaan_testkit::published::write(&Story::new().log.files(), &log).unwrap();
    let policy = folder.path().join("policy");
    std::fs::write(&policy, Log::policy()).unwrap();
    let checkpoint = log.join("checkpoint");
    std::fs::remove_file(&checkpoint).unwrap();
    let (log, policy) = (log.to_str().unwrap(), policy.to_str().unwrap());
    for endless in [false, true] {
        match endless {
            false => std::fs::File::create(&checkpoint)
                .unwrap()
                .set_len(100_000_000)
                .unwrap(),
            true => {
                std::fs::remove_file(&checkpoint).unwrap();
                std::os::unix::fs::symlink("/dev/zero", &checkpoint).unwrap();
            }
        }
        let (ended, text) = said(pramaan(&["log", "verify", log, "--policy", policy]));
        assert_eq!(ended, Some(1), "{text}");
        assert!(
            text.starts_with("FAIL signature checkpoint: it is longer than the 65536 bytes"),
            "{text}"
        );
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/verify_log.py");
        let (ended, text) = said(Command::new("python3").arg(program).arg(log).output().unwrap());
        assert!(
            ended == Some(1) && text.starts_with("FAIL signature checkpoint: it is longer"),
            "{text}"
        );
    }
    // The checkpoint that a person has from somebody else.
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tlog/vectors/extract_v1.json");
    let vectors: serde_json::Value = serde_json::from_slice(&std::fs::read(vectors).unwrap()).unwrap();
    let extract = folder.path().join("pramaan-accesses.json");
    std::fs::write(&extract, vectors["extracts"]["good"].to_string()).unwrap();
    let extract = extract.to_str().unwrap();
    let (ended, text) = said(pramaan(&[
        "log",
        "verify-extract",
        extract,
        "--checkpoint",
        checkpoint.to_str().unwrap(),
    ]));
    assert_eq!(ended, Some(2), "{text}");
    assert!(
        text.contains("is larger than 65536 bytes: it is something else"),
        "{text}"
    );
}
