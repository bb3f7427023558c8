//! The server on a real loopback socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
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
