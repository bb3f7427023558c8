//! One connection, from its first byte to its last, over any transport.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

use super::guard::answer;
use super::stall::StallGuard;
use super::{Front, Limits, Shutdown};
use crate::observe::Metrics;

/// What every connection shares.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    pub(super) front: Front,
    pub(super) limits: Limits,
    pub(super) metrics: Metrics,
    /// Whether the operator has been told of an unannounced proxy.
    pub(super) told: Arc<AtomicBool>,
}

/// Serves requests until the peer leaves, breaks a limit, or shutdown lets the current request be the last.
pub(super) async fn run<I>(io: I, peer: IpAddr, shared: Shared, mut shutdown: Shutdown)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = shared.limits.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let shared = shared.clone();
        async move { Ok::<_, Infallible>(answer(&shared, request, peer).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_read)
            .max_headers(limits.max_headers)
            .max_buf_size(limits.max_buffer.max(8_192))
            .keep_alive(true)
            .serve_connection(TokioIo::new(StallGuard::new(io, limits.write_stall)), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.requested() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Trigger, shutdown};
    use super::*;
    use crate::server::client_of;
    use axum::Router;
    use axum::routing::{get, post};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::task::JoinHandle;

    fn router() -> Router {
        Router::new()
            .route(
                "/client",
                get(|request: axum::extract::Request| async move {
                    client_of(request.extensions()).ip().to_string()
                }),
            )
            .route("/api/panic", get(panicking))
            .route("/panic", get(panicking))
            .route("/api/slow", get(std::future::pending::<()>))
            .route("/large", get(|| async { "a".repeat(1_000_000) }))
            .route("/echo", post(|body: String| async move { body }))
    }

    async fn panicking() {
        panic!("secret 9876543210");
    }

    /// A client on the other end, and the server's handles, which must live as long.
    struct Wire {
        client: DuplexStream,
        metrics: Metrics,
        trigger: Trigger,
        task: JoinHandle<()>,
    }

    fn connect() -> Wire {
        let (client, server) = duplex(64 * 1024);
        let (trigger, listener) = shutdown();
        let metrics = Metrics::default();
        let shared = Shared {
            front: router().into(),
            limits: Limits::default(),
            metrics: metrics.clone(),
            told: Arc::default(),
        };
        let peer = IpAddr::from([192, 0, 2, 1]);
        Wire {
            client,
            metrics,
            trigger,
            task: tokio::spawn(run(server, peer, shared, listener)),
        }
    }

    async fn exchange(wire: &mut Wire, request: &str) -> String {
        wire.client.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        wire.client.read_to_string(&mut answer).await.unwrap();
        answer
    }

    fn get_once(path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: cdn-api.co-vin.in\r\nConnection: close\r\n\r\n")
    }

    #[tokio::test]
    async fn a_handler_knows_the_client() {
        let mut wire = connect();
        let answer = exchange(&mut wire, &get_once("/client")).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("192.0.2.1"),
            "{answer}"
        );
    }

    #[tokio::test]
    async fn a_panic_is_a_counted_500_that_tells_nothing() {
        let mut wire = connect();
        let answer = exchange(&mut wire, &get_once("/api/panic")).await;
        assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
        assert!(
            answer.ends_with(r#"{"errorCode":"GERR001","error":"Something Went wrong!"}"#),
            "{answer}"
        );
        assert_eq!(wire.metrics.panics(), 1);

        let mut wire = connect();
        let page = exchange(&mut wire, &get_once("/panic")).await;
        assert!(
            page.starts_with("HTTP/1.1 500") && page.contains("<html lang=\"en\""),
            "{page}"
        );
        assert!(!page.contains("9876543210"));
    }

    #[tokio::test]
    async fn a_connection_outlives_a_panic() {
        let mut wire = connect();
        wire.client
            .write_all(b"GET /api/panic HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let answer = exchange(&mut wire, &get_once("/client")).await;
        assert!(
            answer.contains("500 Internal") && answer.ends_with("192.0.2.1"),
            "{answer}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn dripping_headers_are_cut_off() {
        let Wire {
            mut client,
            task,
            trigger: _trigger,
            ..
        } = connect();
        let start = tokio::time::Instant::now();
        client
            .write_all(b"GET /client HTTP/1.1\r\nHost: a\r\nX-Drip: ")
            .await
            .unwrap();
        let drip = async {
            for _ in 0..60 {
                let _ = client.write_all(b"a").await;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        tokio::select! { () = drip => {}, ended = task => ended.unwrap() }
        assert!(start.elapsed() <= Duration::from_secs(6), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_handler_and_a_slow_body_end_in_time() {
        let mut wire = connect();
        let answer = exchange(&mut wire, &get_once("/api/slow")).await;
        assert!(
            answer.starts_with("HTTP/1.1 503") && answer.contains("PRAMAAN0008"),
            "{answer}"
        );

        let mut wire = connect();
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc";
        assert!(exchange(&mut wire, head).await.starts_with("HTTP/1.1 503"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_read_its_answer_is_left() {
        let Wire {
            mut client,
            task,
            trigger: _trigger,
            ..
        } = connect();
        let start = tokio::time::Instant::now();
        client.write_all(get_once("/large").as_bytes()).await.unwrap();
        task.await.unwrap();
        assert_eq!(start.elapsed().as_secs(), Limits::default().write_stall.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_slowly_gets_everything() {
        let mut wire = connect();
        wire.client
            .write_all(get_once("/large").as_bytes())
            .await
            .unwrap();
        let (mut total, mut buffer) = (0, vec![0; 32 * 1024]);
        loop {
            let read = wire.client.read(&mut buffer).await.unwrap();
            total += read;
            if read == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        assert!(total > 1_000_000, "{total}");
    }

    #[tokio::test]
    async fn too_many_or_too_large_headers_are_refused() {
        let mut wire = connect();
        let many: String = (0..65).map(|n| format!("X-{n}: a\r\n")).collect();
        let answer = exchange(&mut wire, &format!("GET /client HTTP/1.1\r\n{many}\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");

        let mut wire = connect();
        let long = format!("GET /client HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(20_000));
        assert!(exchange(&mut wire, &long).await.starts_with("HTTP/1.1 431"));
    }

    #[tokio::test]
    async fn shutdown_closes_an_idle_connection() {
        let Wire {
            client,
            task,
            trigger,
            ..
        } = connect();
        trigger.fire();
        task.await.unwrap();
        drop(client);
    }
}
