//! What a log asks witnesses with: honest ones, those that lie, and those that are not there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{FakeLog, NOW, WITNESS, Witnessing};
use pramaan_tlog::{CosignatureVerifier, Hash, Note, with_line};
use pramaan_witness::client::{Declined, Peer, Witnesses};
use pramaan_witness::server::{Limits, serve};
use pramaan_witness::wire::{Address, Tls};
use rustls::RootCertStore;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PATIENCE: Duration = Duration::from_secs(20);

/// Serves for as long as the test runs.
async fn serving(witnessing: &Witnessing, limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let witness = Arc::clone(&witnessing.witness);
    tokio::spawn(serve(listener, witness, limits, std::future::pending()));
    address
}

fn peer_of(verifier: &CosignatureVerifier, url: &str, tls: &Tls, patience: Duration) -> Peer {
    Peer::new(verifier.clone(), Address::parse(url).unwrap(), tls, patience)
}

fn peer(witnessing: &Witnessing, address: SocketAddr) -> Peer {
    let verifier = witnessing.witness.folder().key().verifier();
    peer_of(
        verifier,
        &format!("http://{address}"),
        &Tls::public().unwrap(),
        PATIENCE,
    )
}

fn cosigned_by(witnessing: &Witnessing, note: &str, line: &str) -> bool {
    let note = with_line(note, line).unwrap();
    let verifier = witnessing.witness.folder().key().verifier();
    Note::parse(note.as_bytes())
        .unwrap()
        .cosigned_by(verifier)
        .is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_honest_log_gets_its_cosignature() {
    let (log, witnessing) = (FakeLog::new(20), Witnessing::new());
    // One connection is enough for all: each answer comes over the one before's.
    let limits = Limits {
        connections_per_address: 1,
        ..Limits::default()
    };
    let peer = peer(&witnessing, serving(&witnessing, limits).await);
    assert_eq!(peer.newest(&log.verifier()).await, Ok(None));
    let cosigned = peer
        .add_checkpoint(&log.note(10), 0, Vec::new(), NOW)
        .await
        .unwrap();
    assert_eq!(cosigned.seconds, NOW);
    assert!(cosigned_by(&witnessing, &log.note(10), &cosigned.line));
    let refused = peer.add_checkpoint(&log.note(20), 5, log.proof(5, 20), NOW).await;
    assert_eq!(refused, Err(Declined::OldSize(10)));
    let refused = peer.add_checkpoint(&log.note(7), 0, Vec::new(), NOW).await;
    assert_eq!(refused, Err(Declined::Ahead { theirs: 10, ours: 7 }));
    let fork = FakeLog::forked(20, 3);
    let refused = peer.add_checkpoint(&fork.note(10), 10, Vec::new(), NOW).await;
    assert_eq!(refused, Err(Declined::Forked));
    let refused = peer
        .add_checkpoint(&fork.note(20), 10, fork.proof(10, 20), NOW)
        .await;
    assert!(
        matches!(refused, Err(Declined::Refused { status: 422, .. })),
        "{refused:?}"
    );
    let other = FakeLog::of("log.example/2", 10);
    let refused = peer.add_checkpoint(&other.note(10), 0, Vec::new(), NOW).await;
    assert!(
        matches!(&refused, Err(Declined::Refused { status: 404, reason }) if reason.contains("does not know the log")),
        "{refused:?}"
    );
    let head = peer.newest(&log.verifier()).await.unwrap().unwrap();
    assert_eq!((head.checkpoint, head.seconds), (log.checkpoint(10), NOW));
}

/// Answers every request alike; counts them.
async fn liar(answer: Vec<u8>) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 65_536]).await;
                let _ = stream.write_all(&answer).await;
            });
        }
    });
    (address, asked)
}

fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n");
    format!("{head}Connection: close\r\n\r\n{body}").into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ended_is_made_again() {
    let (log, witnessing) = (FakeLog::new(0), Witnessing::new());
    // It does not say that it will hang up.
    let (address, asked) = liar(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()).await;
    let peer = peer(&witnessing, address);
    for _ in 0..50 {
        assert_eq!(peer.newest(&log.verifier()).await, Ok(None));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_that_lies_is_not_believed() {
    let (log, witnessing) = (FakeLog::new(20), Witnessing::new());
    let honest = serving(&witnessing, Limits::default()).await;
    let line = |note: String, old: u64, proof: Vec<Hash>| {
        let peer = peer(&witnessing, honest);
        async move { peer.add_checkpoint(&note, old, proof, NOW).await.unwrap().line }
    };
    let of_ten = line(log.note(10), 0, Vec::new()).await;
    let of_twenty = line(log.note(20), 10, log.proof(10, 20)).await;
    let renamed = of_twenty.replacen(WITNESS, "witness.example/w2", 1);
    let size = "text/x.tlog.size";
    let lies = [
        (answer("200 OK", "text/plain", &of_ten), "no cosignature"),
        (answer("200 OK", "text/plain", &renamed), "no cosignature"),
        (answer("200 OK", "text/plain", ""), "no cosignature"),
        (
            answer("200 OK", "text/plain", "<html>\n\n</html>\n"),
            "no cosignature",
        ),
        // The log's own signature, and a whole note, are no cosignature.
        (answer("200 OK", "text/plain", &log.note(20)), "no cosignature"),
        (answer("409 Conflict", size, "010\n"), "size that is none"),
        (answer("409 Conflict", size, "many\n"), "size that is none"),
        (answer("409 Conflict", size, "12"), "size that is none"),
        (answer("409 Conflict", size, "3\n"), "the proof that it was sent"),
        (
            answer("500 Oh\r\nX: y", "text/plain", "no\u{7}\nway"),
            "status 500: noway",
        ),
        (
            answer("302 Found\r\nLocation: http://127.0.0.1:1/", "text/plain", ""),
            "status 302",
        ),
        (
            answer("200 OK", "text/plain", &"x".repeat(70_000)),
            "could not be read",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort".to_vec(),
            "could not be read",
        ),
        (b"what?\r\n\r\n".to_vec(), "could not be reached"),
        (Vec::new(), "could not be reached"),
    ];
    for (lie, expected) in lies {
        let (address, _) = liar(lie.clone()).await;
        let (peer, note) = (peer(&witnessing, address), log.note(20));
        let asked = peer.add_checkpoint(&note, 3, log.proof(3, 20), NOW).await;
        let told = asked.unwrap_err().to_string();
        assert!(
            told.contains(expected),
            "{:.80}: {told}",
            String::from_utf8_lossy(&lie)
        );
    }
    // The right one among others is found.
    let among = format!("{renamed}\u{2014} x AAAAAAAA\n{of_ten}{of_twenty}");
    let (address, _) = liar(answer("200 OK", "text/plain", &among)).await;
    let (peer, note) = (peer(&witnessing, address), log.note(20));
    let found = peer.add_checkpoint(&note, 3, log.proof(3, 20), NOW).await;
    assert_eq!(found.unwrap().line, of_twenty);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_witness_shows_must_be_signed_by_both() {
    let (log, witnessing) = (FakeLog::new(20), Witnessing::new());
    let honest = serving(&witnessing, Limits::default()).await;
    let line = peer(&witnessing, honest)
        .add_checkpoint(&log.note(10), 0, Vec::new(), NOW)
        .await
        .unwrap()
        .line;
    let shown = with_line(&log.note(10), &line).unwrap();
    let altered = shown.replacen("\n10\n", "\n99\n", 1);
    for lie in [log.note(10), altered, line, String::new()] {
        let (address, _) = liar(answer("200 OK", "text/plain", &lie)).await;
        let told = peer(&witnessing, address).newest(&log.verifier()).await;
        assert!(matches!(told, Err(Declined::Lied(_))), "{lie:.40}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_far_off_is_noticed() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let peer = peer(&witnessing, serving(&witnessing, Limits::default()).await);
    for (now, near) in [
        (NOW + 300, true),
        (NOW - 300, true),
        (NOW + 301, false),
        (NOW - 301, false),
    ] {
        let old = peer.newest(&log.verifier()).await.unwrap().map_or(0, |_| 10);
        let asked = peer.add_checkpoint(&log.note(10), old, Vec::new(), now).await;
        assert_eq!(asked.is_ok(), near, "{asked:?}");
        if !near {
            assert_eq!(
                asked,
                Err(Declined::Clock {
                    theirs: NOW,
                    ours: now
                })
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_that_never_answers_is_left_in_time() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let verifier = witnessing.witness.folder().key().verifier();
    let peer = peer_of(
        verifier,
        &url,
        &Tls::public().unwrap(),
        Duration::from_millis(200),
    );
    let told = peer.add_checkpoint(&log.note(10), 0, Vec::new(), NOW).await;
    assert!(matches!(told, Err(Declined::Unreachable(_))), "{told:?}");
    drop(listener);
    let told = peer.newest(&log.verifier()).await;
    assert!(matches!(told, Err(Declined::Unreachable(_))), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_are_asked_and_each_from_where_it_is() {
    let log = FakeLog::new(40);
    let (fresh, behind, ahead) = (Witnessing::new(), Witnessing::new(), Witnessing::new());
    for (witnessing, size) in [(&behind, 10), (&ahead, 40)] {
        witnessing.witness.add_checkpoint(&log.request(0, size)).unwrap();
    }
    let mut peers = Vec::new();
    for witnessing in [&fresh, &behind, &ahead] {
        peers.push(peer(witnessing, serving(witnessing, Limits::default()).await));
    }
    let (address, _) = liar(answer("409 Conflict", "text/x.tlog.size", "5\n")).await;
    peers.push(peer(&fresh, address));
    let witnesses = Witnesses::new(peers);
    let proofs = Mutex::new(Vec::new());
    let ask = |size: u64| {
        let (log, proofs) = (&log, &proofs);
        let note = log.note(size);
        let witnesses = &witnesses;
        async move {
            let proof = |old: u64| {
                proofs.lock().unwrap().push(old);
                async move { Ok::<_, String>(log.proof(old, size)) }
            };
            let asked = witnesses.cosign(&note, NOW, proof, |_| false).await;
            let mut outcomes = asked
                .into_iter()
                .map(|asked| asked.outcome.map(|cosigned| cosigned.seconds));
            [(); 4].map(|()| outcomes.next().unwrap())
        }
    };
    let stuck = Err(Declined::Lied("it asks for the proof that it was sent"));
    let rolled = Err(Declined::Ahead { theirs: 40, ours: 20 });
    assert_eq!(ask(20).await, [Ok(NOW), Ok(NOW), rolled, stuck.clone()]);
    // Who cosigned is asked from there at once, and who was ahead is not any more.
    proofs.lock().unwrap().clear();
    assert_eq!(ask(40).await, [Ok(NOW), Ok(NOW), Ok(NOW), stuck]);
    let mut proofs = proofs.into_inner().unwrap();
    proofs.sort_unstable();
    assert_eq!(proofs, [5, 20, 20]);
    let sizes: Vec<_> = witnesses
        .newest(&log.verifier())
        .await
        .into_iter()
        .map(|asked| asked.outcome.ok().flatten().map(|head| head.checkpoint.size()))
        .collect();
    assert_eq!(sizes, [Some(40), Some(40), Some(40), None]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_that_cannot_be_made_is_no_fault_of_the_witness() {
    let (log, witnessing) = (FakeLog::new(20), Witnessing::new());
    witnessing.witness.add_checkpoint(&log.request(0, 10)).unwrap();
    let witnesses = Witnesses::new([peer(&witnessing, serving(&witnessing, Limits::default()).await)]);
    let asked = witnesses
        .cosign(
            &log.note(20),
            NOW,
            |_| async { Err::<Vec<Hash>, _>("the database is down") },
            |_| false,
        )
        .await;
    assert_eq!(
        asked[0].outcome,
        Err(Declined::Unproven("the database is down".to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_hangs_does_not_hold_up_the_others() {
    let log = Arc::new(FakeLog::new(20));
    let witnessing = Witnessing::new();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let tls = Tls::public().unwrap();
    let hung = peer_of(
        &CosignatureVerifier::new("witness.example/hung", log.verifier().public_key()).unwrap(),
        &format!("http://{}", silent.local_addr().unwrap()),
        &tls,
        Duration::from_secs(600),
    );
    let witnesses = Witnesses::new([
        hung,
        peer(&witnessing, serving(&witnessing, Limits::default()).await),
    ]);
    // As a job does it: the future has to be one that a runtime may move.
    let asking = tokio::spawn(async move {
        let proof = |old: u64| {
            let log = Arc::clone(&log);
            async move { Ok::<_, String>(log.proof(old, 20)) }
        };
        let one =
            |asked: &[pramaan_witness::client::Asked<_>]| asked.iter().any(|asked| asked.outcome.is_ok());
        witnesses.cosign(&log.note(20), NOW, proof, one).await
    });
    let asked = asking.await.unwrap();
    assert_eq!(asked[0].outcome, Err(Declined::Slow));
    assert_eq!(asked[0].witness, "witness.example/hung");
    assert!(asked[1].outcome.is_ok());
}

/// A proxy with a certificate before the witness.
async fn behind_tls(plain: SocketAddr) -> (SocketAddr, RootCertStore) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut behind = TcpStream::connect(plain).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
            });
        }
    });
    (address, roots)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_https_address_is_asked_with_its_certificate_checked() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let plain = serving(&witnessing, Limits::default()).await;
    let (address, roots) = behind_tls(plain).await;
    let url = format!("https://localhost:{}", address.port());
    let verifier = witnessing.witness.folder().key().verifier();
    let trusted = peer_of(verifier, &url, &Tls::trusting(roots.clone()).unwrap(), PATIENCE);
    let asked = trusted.add_checkpoint(&log.note(10), 0, Vec::new(), NOW).await;
    assert!(asked.is_ok(), "{asked:?}");
    let public = peer_of(verifier, &url, &Tls::public().unwrap(), PATIENCE);
    let other_name = format!("https://127.0.0.1:{}", address.port());
    let other = peer_of(verifier, &other_name, &Tls::trusting(roots).unwrap(), PATIENCE);
    for peer in [public, other] {
        let told = peer.newest(&log.verifier()).await.unwrap_err().to_string();
        assert!(told.contains("no encrypted connection"), "{told}");
    }
}
