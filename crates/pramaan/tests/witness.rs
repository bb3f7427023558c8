//! `pramaan witness` as it is shipped: the three commands of its page, and what it remembers when it is killed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::convert::Infallible;
use std::path::Path;
use std::sync::mpsc;
use std::time::{SystemTime, UNIX_EPOCH};

use pramaan_keys::{Entropy, KeyStore, MemoryKeyStore};
use pramaan_tlog::{
    Checkpoint, CompactRange, CosignatureVerifier, Hash, Verifier, consistency_plan, leaf_hash, node_hash,
};
use pramaan_witness::client::{Cosigned, Declined, Witnesses};
use support::witness::Served;
use support::{done, pramaan, refused};

const ORIGIN: &str = "log.example/test";

/// The same byte everywhere is chance enough for a log that nobody attacks.
struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, buf: &mut [u8]) {
        buf.fill(7);
    }
}

/// A log of numbered leaves in memory.
struct Log {
    keys: MemoryKeyStore,
    first: u64,
}

impl Log {
    /// Two logs with different first leaves are a fork.
    fn starting_with(first: u64) -> Self {
        Self {
            keys: MemoryKeyStore::new(&Sevens),
            first,
        }
    }

    fn verifier(&self) -> Verifier {
        Verifier::new(ORIGIN, &self.keys.log_public_key()).unwrap()
    }

    fn leaf(&self, place: u64) -> Hash {
        let number = if place == 0 { self.first } else { place };
        leaf_hash(&number.to_be_bytes())
    }

    fn note(&self, size: u64) -> String {
        let mut range = CompactRange::new();
        (0..size).for_each(|place| range.append(self.leaf(place)));
        Checkpoint::new(ORIGIN, size, range.root())
            .unwrap()
            .sign(self.keys.log_public_key(), &|message| self.keys.sign_log(message))
            .unwrap()
    }

    fn proof(&self, old: u64, new: u64) -> Vec<Hash> {
        let node = |node: pramaan_tlog::Node| {
            let first = node.index << node.level;
            let mut hashes: Vec<_> = (first..first + (1 << node.level))
                .map(|place| self.leaf(place))
                .collect();
            while hashes.len() > 1 {
                hashes = hashes
                    .chunks(2)
                    .map(|pair| node_hash(&pair[0], &pair[1]))
                    .collect();
            }
            Ok::<_, Infallible>(hashes[0])
        };
        consistency_plan(old, new).unwrap().prove(node).unwrap()
    }

    async fn cosigned_by(&self, witnesses: &Witnesses, size: u64) -> Result<Cosigned, Declined> {
        let proof = |old| async move { Ok::<_, Infallible>(self.proof(old, size)) };
        let note = self.note(size);
        witnesses
            .cosign(&note, now(), proof, |_| false)
            .await
            .remove(0)
            .outcome
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the process that is asked has the machine's clock"
)]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A witness's folder that knows the log.
fn folder(log: &Log) -> (tempfile::TempDir, String) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("witness").to_str().unwrap().to_owned();
    done(&["witness", "init", &folder, "--name", "witness.example/1"]);
    done(&["witness", "add-log", &folder, &log.verifier().to_string()]);
    (place, folder)
}

/// The commands in the order of the page.
fn commands_of_the_page() -> Vec<Vec<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/witness.md");
    let page = std::fs::read_to_string(page).unwrap();
    let lines = page.lines().filter_map(|line| line.strip_prefix("pramaan "));
    lines
        .map(|line| line.split(' ').map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_commands_of_the_page_do_what_it_says() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("witness").to_str().unwrap().to_owned();
    let commands = commands_of_the_page();
    let [init, add, serve, status] = commands.as_slice() else {
        panic!("the page has other commands: {commands:?}");
    };
    let given = |command: &[String]| -> Vec<String> {
        let here = |word: &String| match word.as_str() {
            "./witness" => folder.clone(),
            "127.0.0.1:8090" => "127.0.0.1:0".to_owned(),
            word => word.to_owned(),
        };
        command.iter().map(here).collect()
    };
    let run = |command: &[String]| {
        let words = given(command);
        done(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let made = run(init);
    let key = made
        .lines()
        .find_map(|line| CosignatureVerifier::parse(line).ok())
        .unwrap();
    assert_eq!(key.name(), "witness.example.org/1");
    assert!(run(add).contains("log.example.gov.in/2026"));
    assert_eq!(given(serve)[..3], ["witness", "serve", folder.as_str()]);
    let served = Served::over(&folder);
    assert_eq!(served.key, key);
    assert!(run(status).contains("log.example.gov.in/2026: nothing was cosigned yet"));
}

#[test]
fn wrong_commands_are_told_what_to_do() {
    let log = Log::starting_with(0);
    let (place, folder) = folder(&log);
    let again = refused(&["witness", "init", &folder, "--name", "witness.example/1"]);
    assert!(again.contains("never overwritten"), "{again}");
    let nothing = place.path().join("other");
    let missing = refused(&["witness", "serve", nothing.to_str().unwrap()]);
    assert!(missing.contains("pramaan witness init"), "{missing}");
    let key = refused(&["witness", "add-log", &folder, "log.example/2"]);
    assert!(key.contains("/log/key"), "{key}");
    let twice = refused(&["witness", "add-log", &folder, &log.verifier().to_string()]);
    assert!(twice.contains("known already"), "{twice}");
    let _served = Served::over(&folder);
    let second = refused(&["witness", "serve", &folder, "--listen", "127.0.0.1:0"]);
    assert!(second.contains("another process"), "{second}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_witness_remembers_what_it_cosigned() {
    let (log, fork) = (Log::starting_with(0), Log::starting_with(99));
    let (_place, folder) = folder(&log);
    let mut size = 1;
    for round in 0_u64..12 {
        let mut served = Served::over(&folder);
        let (acknowledged, heard) = mpsc::channel();
        let (witnesses, peer) = (served.witnesses(), served.peer());
        let growing = async {
            loop {
                match log.cosigned_by(&witnesses, size).await {
                    Ok(_) => acknowledged.send(size).unwrap(),
                    // It died with this head on its way.
                    Err(_) => break,
                }
                size += 1;
            }
        };
        // After so many answers it is killed while the next is asked for.
        let killed = tokio::task::spawn_blocking(move || {
            let last = heard.iter().nth(round as usize % 5 + 1).unwrap();
            served.kill();
            heard.iter().last().unwrap_or(last)
        });
        growing.await;
        drop((acknowledged, peer));
        let acknowledged = killed.await.unwrap();
        let served = Served::over(&folder);
        let head = served.peer().newest(&log.verifier()).await.unwrap().unwrap();
        let kept = head.checkpoint.size();
        assert!(
            kept == acknowledged || kept == acknowledged + 1,
            "{acknowledged} was answered, and {kept} is known"
        );
        for older in [acknowledged, kept] {
            let refused = fork.cosigned_by(&served.witnesses(), older).await;
            assert!(refused.is_err(), "a second history at {older} of {kept}");
        }
        size = kept + 1;
        log.cosigned_by(&served.witnesses(), size).await.unwrap();
        size += 1;
    }
    let status = pramaan(&["witness", "status", &folder]);
    let said = String::from_utf8(status.stdout).unwrap();
    assert!(!status.status.success() && said.contains("FORKED"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_added_while_the_witness_serves_is_cosigned() {
    let log = Log::starting_with(0);
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("witness").to_str().unwrap().to_owned();
    done(&["witness", "init", &folder, "--name", "witness.example/1"]);
    let served = Served::over(&folder);
    let refused = log.cosigned_by(&served.witnesses(), 3).await;
    assert!(
        matches!(refused, Err(Declined::Refused { status: 404, .. })),
        "{refused:?}"
    );
    done(&["witness", "add-log", &folder, &log.verifier().to_string()]);
    log.cosigned_by(&served.witnesses(), 3).await.unwrap();
    let status = done(&["witness", "status", &folder]);
    assert!(
        status.contains("log.example/test: 3 entries, cosigned at 20"),
        "{status}"
    );
}

#[test]
fn a_damaged_file_is_named() {
    let log = Log::starting_with(0);
    let (place, folder) = folder(&log);
    let logs = place.path().join("witness/logs");
    let of_log = std::fs::read_dir(logs).unwrap().next().unwrap().unwrap().path();
    std::fs::remove_file(of_log.join("checkpoint")).unwrap();
    let status = pramaan(&["witness", "status", &folder]);
    let said = String::from_utf8(status.stdout).unwrap();
    assert!(!status.status.success(), "{said}");
    assert!(
        said.contains("DAMAGED") && said.contains("checkpoint") && said.contains("retire"),
        "{said}"
    );
}
