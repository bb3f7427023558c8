#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! The only witness of a served log lies, in every way there is: nothing is published, its lie is told in plain words and
//! costs a bounded memory, nobody is told anything once it has gone on for too long, and when it signs, the service goes on.

mod support;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use pramaan_keys::{Entropy, KeyStore, MemoryKeyStore};
use pramaan_tlog::{AddCheckpoint, CosignatureVerifier, Note, cosign};
use support::fault::{all_is_well, ended_well, nobody_is_told, published, until};
use support::stranger::{Asked, Reply, Stranger, answer};
use support::watched::Watched;
use support::{Folder, ORIGIN, done, sql};

const NAME: &str = "witness.example/liar";
/// What two systems may keep between them of an answer that is not read.
const KEPT_ON_THE_WAY: u64 = 20_000_000;

/// Each byte the same: the keys of nobody.
struct Repeated(u8);

impl Entropy for Repeated {
    fn fill(&self, buf: &mut [u8]) {
        buf.fill(self.0);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Honest,
    /// A hundred megabytes that are announced, and some that are not.
    Huge,
    Endless,
    OfAnotherLog,
    ByAnotherKey,
    /// The cosignature that it gave of the head before.
    Replayed,
    /// Of this head, an hour ago.
    Old,
    Ahead,
    Forked,
    Elsewhere,
    Silent,
}

struct Liar {
    stranger: Stranger,
    mood: Arc<Mutex<Mood>>,
    /// Heads that it was to sign.
    asked: Arc<AtomicU64>,
    key: CosignatureVerifier,
}

impl Liar {
    fn honest_at_first() -> Self {
        let keys = MemoryKeyStore::new(&Repeated(7));
        let key = CosignatureVerifier::new(NAME, &keys.log_public_key()).unwrap();
        let mood = Arc::new(Mutex::new(Mood::Honest));
        let (heard, last) = (Arc::clone(&mood), Mutex::new(Vec::new()));
        let asked = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&asked);
        let stranger = Stranger::answering(move |asked| {
            let mood = *heard.lock().unwrap();
            count.fetch_add(u64::from(asked.method == "POST"), Relaxed);
            said(&keys, mood, asked, &mut last.lock().unwrap())
        });
        Self {
            stranger,
            mood,
            asked,
            key,
        }
    }

    fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// Until it has answered in this mood: who asks again has read the answer before.
    fn is_heard(&self, mood: Mood) {
        self.is(mood);
        let before = self.asked.load(Relaxed);
        until(|| self.asked.load(Relaxed) >= before + 2);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the process that asks has the machine's clock"
)]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// What it answers; `last` is the line that it gave when it was honest.
fn said(keys: &MemoryKeyStore, mood: Mood, asked: &Asked, last: &mut Vec<u8>) -> Reply {
    let ok = "HTTP/1.1 200 OK\r\n";
    match mood {
        Mood::Huge => return Reply::Endless(format!("{ok}Content-Length: 100000000\r\n\r\n").into()),
        Mood::Endless => {
            return Reply::Endless(format!("{ok}Transfer-Encoding: chunked\r\n\r\nfffffff\r\n").into());
        }
        Mood::Silent => return Reply::Silence(Vec::new()),
        _ if asked.method == "GET" => return Reply::Bytes(answer("404 Not Found", "", b"")),
        _ => {}
    }
    let request = AddCheckpoint::decode(&asked.body).unwrap();
    let note = Note::parse(&request.note).unwrap();
    let by = |keys: &MemoryKeyStore, text: &str, at| {
        let line = cosign(text, NAME, &keys.log_public_key(), at, &|message| {
            keys.sign_log(message)
        });
        answer("200 OK", "", line.unwrap().as_bytes())
    };
    Reply::Bytes(match mood {
        Mood::OfAnotherLog => by(keys, &note.text().replacen(ORIGIN, "log.example/other", 1), now()),
        Mood::ByAnotherKey => by(&MemoryKeyStore::new(&Repeated(8)), note.text(), now()),
        Mood::Replayed => last.clone(),
        Mood::Old => by(keys, note.text(), now() - 3_600),
        Mood::Ahead => answer("409 Conflict", "Content-Type: text/x.tlog.size\r\n", b"1000000\n"),
        Mood::Forked => answer("409 Conflict", "Content-Type: text/plain\r\n", b"another root\n"),
        Mood::Elsewhere => answer("302 Found", "Location: http://127.0.0.1:1/\r\n", b""),
        _ => {
            *last = by(keys, note.text(), now());
            last.clone()
        }
    })
}

fn with_witness(folder: &Folder, liar: &Liar) {
    let key = done(&["log", "key", "--data", &folder.data]);
    let policy = format!(
        "log {}\nwitness only {} http://{}\nquorum only\n",
        key.trim(),
        liar.key,
        liar.stranger.address
    );
    std::fs::write(folder.inside("witnesses"), policy).unwrap();
    let settings = folder.inside("pramaan.toml");
    let log = "\n[log]\nwitnesses = \"witnesses\"\nalarm_seconds = 10\nstop_seconds = 11\n";
    let whole = std::fs::read_to_string(&settings).unwrap() + log;
    std::fs::write(&settings, whole).unwrap();
}

#[test]
fn a_lying_witness_gets_nothing_published_and_nobody_told() {
    let folder = Folder::made();
    let liar = Liar::honest_at_first();
    with_witness(&folder, &liar);
    // At a start it is asked what it has seen: a hundred megabytes keep nobody from starting, and open nothing.
    liar.is(Mood::Huge);
    let server = Watched::over(&folder, &["--direct"]);
    until(|| server.errors().contains("longer than the 65536 bytes"));
    let waits = || {
        let page = server.ask("GET", "/trust", None, "").text;
        page.contains("Too few of them have answered since this server started")
    };
    assert!(waits());
    liar.is(Mood::Honest);
    until(|| !waits());
    let planting = server.plant(&folder);
    // The first entry of the retention job comes with its second run: nothing was signed when it ran.
    until(|| published(&server) == sql::entries(&folder));

    liar.is(Mood::Huge);
    assert_eq!(
        server.members(&planting.token).status,
        200,
        "an entry that nobody signs"
    );
    server.says_again("longer than the 65536 bytes");
    let kept = published(&server);
    for (mood, told) in [
        (Mood::Endless, "longer than the 65536 bytes"),
        (Mood::OfAnotherLog, "no cosignature of this checkpoint by its key"),
        (Mood::ByAnotherKey, "no cosignature of this checkpoint by its key"),
        (Mood::Replayed, "no cosignature of this checkpoint by its key"),
        (Mood::Old, "one of the clocks is wrong"),
        (Mood::Ahead, "was an older backup restored?"),
        (Mood::Forked, "this log forked"),
        (Mood::Elsewhere, "the witness refused with status 302"),
        (Mood::Silent, "no answer within 5 s"),
    ] {
        liar.is_heard(mood);
        // Once, however often it is asked: several of these lies read the same.
        until(|| server.errors().contains(told));
        assert_eq!(published(&server), kept, "{mood:?}: it was published");
    }
    let errors = server.errors();
    assert!(
        errors.contains("ALARM: a witness disagrees with the access log"),
        "{errors}"
    );
    let sent = liar.stranger.sent();
    // Each second it was asked again, for ten seconds or so.
    assert!(sent < 30 * KEPT_ON_THE_WAY, "{sent} bytes were taken");

    until(|| server.members(&planting.token).status == 503);
    let refused = server.members(&planting.token).text;
    assert!(refused.contains("PRAMAAN0066"), "{refused}");
    nobody_is_told(&server, &planting);
    liar.is(Mood::Honest);
    until(|| server.members(&planting.token).status == 200);
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}
