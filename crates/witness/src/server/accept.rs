//! The accept loop, and one connection from its first byte to its last.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::Limits;
use super::answer::answer;
use super::places::Places;
use crate::Witness;

/// Headers of a request; a proxy adds a few.
const HEADERS: usize = 48;
/// Bytes of the request's head, and of the buffer that the body passes through.
const BUFFER: usize = 16_384;
/// Out of file descriptors or memory: accepting again at once would spin.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers until `shutdown` ends, then lets open requests finish.
pub async fn serve(
    listener: TcpListener,
    witness: Arc<Witness>,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let places = Places::new(&limits);
    // Each connection holds a sender: the channel closes with the last of them.
    let (alive, mut all_closed) = mpsc::channel::<()>(1);
    let (stop, stopped) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause_after(&error).await;
                    continue;
                }
            },
            () = &mut shutdown => break,
        };
        let Some(place) = places.take(peer.ip()) else {
            continue;
        };
        // Answers are written whole; waiting for more would only add latency.
        let _ = stream.set_nodelay(true);
        let (witness, limits) = (Arc::clone(&witness), limits.clone());
        let (stopped, alive) = (stopped.clone(), alive.clone());
        tokio::spawn(async move {
            run(stream, witness, limits, stopped).await;
            drop((place, alive));
        });
    }
    drop((listener, alive, stop));
    let _ = all_closed.recv().await;
}

/// Serves requests until the peer leaves, breaks a limit or has been here for too long, or until everything ends.
async fn run<I>(io: I, witness: Arc<Witness>, limits: Limits, mut stopped: watch::Receiver<()>)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let patience = limits.request;
    let service = service_fn(move |request| {
        let witness = Arc::clone(&witness);
        async move { Ok::<_, Infallible>(answer(witness, request, patience).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_read)
            .max_headers(HEADERS)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(io), service)
    );
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = tokio::time::sleep(limits.life) => {}
    }
    connection.as_mut().graceful_shutdown();
    // A peer that does not read its answer is left.
    let _ = tokio::time::timeout(patience * 2, connection).await;
}

async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    ) {
        tracing::error!(%error, "accepting a connection failed; raise the limit of open files if it says so");
        tokio::time::sleep(PAUSE).await;
    }
}
