//! The server on a real loopback socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::net::SocketAddr;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::get;
use axum::{Router, middleware};
use pramaan_domain::time::Timestamp;
use pramaan_http::limit::{Budget, RequestLimit, limit_requests};
use pramaan_http::observe::Metrics;
use pramaan_http::server::{Limits, Loopback, Trigger, serve, shutdown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn start(router: Router, limits: Limits) -> (SocketAddr, Trigger, JoinHandle<()>, Metrics) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (trigger, listening) = shutdown();
    let metrics = Metrics::default();
    let task = tokio::spawn(serve(listener, router, limits, metrics.clone(), listening));
    (address, trigger, task, metrics)
}

async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(REQUEST).await.unwrap();
    let mut buffer = [0; 1024];
    let read = stream.read(&mut buffer).await.unwrap();
    String::from_utf8(buffer[..read].to_vec()).unwrap()
}

#[tokio::test]
async fn a_connection_is_kept_alive_for_many_requests() {
    let (address, _trigger, ..) = start(
        Router::new().route("/", get(|| async { "hello" })),
        Limits::default(),
    )
    .await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..3 {
        let answer = ask(&mut stream).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("hello"),
            "{answer}"
        );
    }
}

/// Statuses of requests over one connection, each with its own `X-Forwarded-For`.
async fn statuses(limits: Limits, forwarded: &[&str]) -> Vec<String> {
    let two = Budget {
        requests: 2,
        per: Duration::from_secs(60),
    };
    let clock = Arc::new(|| Timestamp::from_seconds(1_795_321_800));
    let limit = RequestLimit::new(two, two, NonZeroUsize::new(8).unwrap(), clock);
    let router = Router::new()
        .route("/", get(|| async { "hello" }))
        .layer(middleware::from_fn_with_state(limit, limit_requests));
    let (address, _trigger, ..) = start(router, limits).await;
    let mut seen = Vec::new();
    for client in forwarded {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {client}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        seen.push(answer.split(' ').nth(1).unwrap().to_owned());
    }
    seen
}

#[tokio::test]
async fn each_client_behind_a_trusted_proxy_has_its_own_budget() {
    let limits = Limits {
        proxies: ["127.0.0.1".parse().unwrap()].into_iter().collect(),
        connections_per_address: 1,
        loopback: Loopback::Counted,
        ..Limits::default()
    };
    let clients = [
        "203.0.113.7",
        "203.0.113.7",
        "198.51.100.1, 203.0.113.7",
        "198.51.100.1",
        "::ffff:198.51.100.2",
        "198.51.100.3",
    ];
    assert_eq!(
        statuses(limits, &clients).await,
        ["200", "200", "429", "200", "200", "429"],
        "what a client writes into the header itself stands left of what the proxy adds"
    );
}

#[tokio::test]
async fn a_header_of_somebody_who_is_no_proxy_changes_nothing() {
    let clients = ["203.0.113.7", "198.51.100.1", "192.0.2.1"];
    assert_eq!(statuses(Limits::default(), &clients).await, ["200", "200", "429"]);
}

#[tokio::test]
async fn one_address_too_many_is_turned_away_and_leaves_room_when_it_goes() {
    let limits = Limits {
        connections_per_address: 1,
        loopback: Loopback::Counted,
        ..Limits::default()
    };
    let (address, _trigger, _, metrics) =
        start(Router::new().route("/", get(|| async { "hello" })), limits).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    assert!(ask(&mut first).await.contains("200 OK"));
    let mut second = TcpStream::connect(address).await.unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 503") && answer.contains("Retry-After"),
        "{answer}"
    );
    assert!(
        metrics
            .render()
            .contains("pramaan_http_connections_refused_total 1\n")
    );
}

#[tokio::test]
async fn shutdown_lets_an_open_request_finish_and_accepts_no_more() {
    let (entered, release) = (
        std::sync::Arc::new(Notify::new()),
        std::sync::Arc::new(Notify::new()),
    );
    let (inside, outside) = (entered.clone(), release.clone());
    let slow = get(move || async move {
        inside.notify_one();
        outside.notified().await;
        "done"
    });
    let (address, trigger, task, _) = start(Router::new().route("/", slow), Limits::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();
    entered.notified().await;
    trigger.fire();
    release.notify_one();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("done"),
        "{answer}"
    );
    task.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_ends_its_headers_is_cut_off() {
    let (address, _trigger, ..) = start(
        Router::new().route("/", get(|| async { "hello" })),
        Limits::default(),
    )
    .await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nX-Slow: ").await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(
        !rest.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&rest)
    );
}
