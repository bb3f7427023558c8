//! The witness over its sockets: each status code of the protocol, and clients that mean no good.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use common::{FakeLog, ORIGIN, Witnessing, body};
use pramaan_tlog::{MAX_ADD_CHECKPOINT, Note, with_line};
use pramaan_witness::server::{Limits, serve};
use pramaan_witness::{OriginHash, Witness};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Stops when dropped.
struct Serving {
    address: SocketAddr,
    task: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

async fn serving(witness: &Arc<Witness>, limits: Limits) -> Serving {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let witness = Arc::clone(witness);
    let task = tokio::spawn(serve(listener, witness, limits, async {
        let _ = stopped.await;
    }));
    Serving { address, task, stop }
}

/// Status, headers and body of an answer after which the connection ends.
async fn exchange(address: SocketAddr, request: &[u8]) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    // A connection that was reset after the answer still gave it.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    (status, head.to_ascii_lowercase(), body.to_owned())
}

fn head(method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: w\r\nConnection: close\r\n{more}\r\n")
}

async fn post(address: SocketAddr, body: &[u8]) -> (u16, String, String) {
    let head = head(
        "POST",
        "/add-checkpoint",
        &format!("Content-Length: {}\r\n", body.len()),
    );
    exchange(address, &[head.as_bytes(), body].concat()).await
}

async fn get(address: SocketAddr, path: &str) -> (u16, String, String) {
    exchange(address, head("GET", path, "").as_bytes()).await
}

fn shown(origin: &str) -> String {
    format!("/{}/checkpoint", OriginHash::of(origin))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_answer_has_the_status_of_the_specification() {
    let (log, fork, other) = (
        FakeLog::new(20),
        FakeLog::forked(20, 3),
        FakeLog::of("log.example/2", 20),
    );
    let witnessing = Witnessing::new();
    let server = serving(&witnessing.witness, Limits::default()).await;
    let address = server.address;

    assert_eq!(get(address, &shown(ORIGIN)).await.0, 404, "nothing was cosigned");
    assert_eq!(post(address, &other.request(0, 10)).await.0, 404);
    let altered = log.note(10).replacen("\n10\n", "\n11\n", 1);
    assert_eq!(post(address, &body(0, Vec::new(), &altered)).await.0, 403);
    assert_eq!(post(address, b"").await.0, 400);
    assert_eq!(post(address, b"old 1\n\nnothing\n").await.0, 400);
    assert_eq!(post(address, &body(11, Vec::new(), &log.note(10))).await.0, 400);

    let (status, head, line) = post(address, &log.request(0, 10)).await;
    assert_eq!(status, 200);
    assert!(head.contains("content-type: text/plain; charset=utf-8"), "{head}");
    let cosigned = with_line(&log.note(10), &line).unwrap();
    let verifier = witnessing.witness.folder().key().verifier();
    assert!(
        Note::parse(cosigned.as_bytes())
            .unwrap()
            .cosigned_by(verifier)
            .is_ok()
    );

    for old in [0, 3] {
        let (status, head, size) = post(address, &log.request(old, 20)).await;
        assert_eq!((status, size.as_str()), (409, "10\n"), "from {old}");
        assert!(head.contains("content-type: text/x.tlog.size\r\n"), "{head}");
    }
    let (status, head, _) = post(address, &body(10, Vec::new(), &fork.note(10))).await;
    assert_eq!(status, 409);
    assert!(
        !head.contains("tlog.size"),
        "no size helps a log that forked: {head}"
    );
    assert_eq!(post(address, &fork.request(10, 20)).await.0, 422);
    assert_eq!(
        post(address, &body(10, log.proof(3, 10), &log.note(10))).await.0,
        422
    );

    let (status, head, note) = get(address, &shown(ORIGIN)).await;
    assert_eq!((status, note), (200, cosigned));
    assert!(head.contains("cache-control: no-cache"), "{head}");
    assert_eq!(get(address, &shown("log.example/2")).await.0, 404);
}

#[tokio::test]
async fn nothing_else_is_there() {
    let witnessing = Witnessing::new();
    let server = serving(&witnessing.witness, Limits::default()).await;
    let address = server.address;
    for path in [
        "/",
        "/checkpoint",
        "/../witness.key",
        "/logs",
        "/00/checkpoint",
        "//checkpoint",
    ] {
        assert_eq!(get(address, path).await.0, 404, "{path}");
    }
    assert_eq!(get(address, &shown(ORIGIN).to_uppercase()).await.0, 404);
    assert_eq!(get(address, "/healthz").await.2, "ok\n");
    assert_eq!(get(address, "/add-checkpoint").await.0, 405);
    let put = head("PUT", &shown(ORIGIN), "Content-Length: 0\r\n");
    assert_eq!(exchange(address, put.as_bytes()).await.0, 405);
}

#[tokio::test]
async fn a_hundred_megabytes_are_refused_before_they_are_read() {
    let witnessing = Witnessing::new();
    let server = serving(&witnessing.witness, Limits::default()).await;
    let address = server.address;
    // Announced: nothing of it is sent, and the answer is there.
    let announced = head("POST", "/add-checkpoint", "Content-Length: 100000000\r\n");
    assert_eq!(exchange(address, announced.as_bytes()).await.0, 413);
    // Not announced: it is cut off where it became too large.
    let chunked = head("POST", "/add-checkpoint", "Transfer-Encoding: chunked\r\n");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(chunked.as_bytes()).await.unwrap();
    let chunk = [b"10000\r\n".as_slice(), &vec![b'x'; 65_536], b"\r\n"].concat();
    let mut sent = 0;
    while sent < 100_000_000 && stream.write_all(&chunk).await.is_ok() {
        sent += 65_536;
    }
    assert!(sent < 20_000_000, "{sent} bytes were taken");
    // As large as a request can be is still read.
    let largest = [b"old 0\n\n".as_slice(), &vec![b'x'; MAX_ADD_CHECKPOINT - 7]].concat();
    assert_eq!(post(address, &largest).await.0, 400);
}

/// Short enough for a test, long enough for a slow machine.
fn hasty() -> Limits {
    Limits {
        header_read: Duration::from_millis(300),
        request: Duration::from_millis(300),
        life: Duration::from_millis(900),
        ..Limits::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_are_left() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let server = serving(&witnessing.witness, hasty()).await;
    let address = server.address;
    // Half a head, and a head whose body never comes.
    assert_eq!(
        exchange(address, b"POST /add-checkpoint HTTP/1.1\r\nHo").await.0,
        0
    );
    let promised = head("POST", "/add-checkpoint", "Content-Length: 100\r\n");
    assert_eq!(exchange(address, promised.as_bytes()).await.0, 503);
    // One that keeps asking for ever is sent away in the end.
    let mut stream = TcpStream::connect(address).await.unwrap();
    let again = b"GET /healthz HTTP/1.1\r\nHost: w\r\n\r\n";
    let mut buffer = [0; 1024];
    let mut answers = 0_u64;
    while stream.write_all(again).await.is_ok() && stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
        answers += 1;
    }
    assert!(answers > 1, "{answers}");
    assert_eq!(
        post(address, &log.request(0, 10)).await.0,
        200,
        "others are served"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_holds_all_connections() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let limits = Limits {
        connections_per_address: 3,
        ..Limits::default()
    };
    let server = serving(&witnessing.witness, limits).await;
    let address = server.address;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // An answer shows that the place is taken.
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: w\r\n\r\n")
            .await
            .unwrap();
        let mut buffer = [0; 1024];
        assert!(stream.read(&mut buffer).await.unwrap() > 0);
        held.push(stream);
    }
    assert_eq!(
        get(address, "/healthz").await.0,
        0,
        "a fourth is closed unanswered"
    );
    let mut stream = held.pop().unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(post(address, &log.request(0, 10)).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_waits_for_nobody_who_is_idle() {
    let witnessing = Witnessing::new();
    let Serving { address, task, stop } = serving(&witnessing.witness, Limits::default()).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: w\r\n\r\n")
        .await
        .unwrap();
    let mut buffer = [0; 1024];
    assert!(idle.read(&mut buffer).await.unwrap() > 0);
    stop.send(()).unwrap();
    task.await.unwrap();
    assert_eq!(
        Arc::strong_count(&witnessing.witness),
        1,
        "nothing is left behind"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_witness_that_lost_its_memory_says_nothing_of_its_files() {
    let (log, witnessing) = (FakeLog::new(10), Witnessing::new());
    let server = serving(&witnessing.witness, Limits::default()).await;
    let address = server.address;
    std::fs::write(witnessing.inside("checkpoint"), "half").unwrap();
    for (status, _, said) in [
        post(address, &log.request(0, 10)).await,
        get(address, &shown(ORIGIN)).await,
    ] {
        assert_eq!(status, 500);
        assert!(!said.contains("logs") && said.contains("operator"), "{said}");
    }
}
