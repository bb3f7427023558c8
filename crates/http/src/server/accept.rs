//! The accept loop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::capacity::Capacity;
use super::connection::{Shared, run};
use super::{Front, Limits, Shutdown};
use crate::observe::Metrics;

const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Out of file descriptors or memory: accepting again at once would spin.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves `front` (a router will do) on `listener` until shutdown, then lets open requests finish for at most `limits.drain`.
///
/// Returns when the last connection is closed or the drain time is over, whichever comes first.
pub async fn serve(
    listener: TcpListener,
    front: impl Into<Front>,
    limits: Limits,
    metrics: Metrics,
    mut shutdown: Shutdown,
) {
    let capacity = Capacity::new(limits.clone());
    let drain = limits.drain;
    let shared = Shared {
        front: front.into(),
        limits,
        metrics,
        told: Arc::default(),
    };
    // Each connection holds a sender: the channel closes with the last of them.
    let (alive, mut all_closed) = mpsc::channel::<()>(1);
    let stop = shutdown.clone();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause_after(&error).await;
                    continue;
                }
            },
            () = shutdown.requested() => break,
        };
        let Some(place) = capacity.take(peer.ip()) else {
            shared.metrics.refused();
            turn_away(&stream);
            continue;
        };
        // Answers are written whole; waiting for more would only add latency.
        let _ = stream.set_nodelay(true);
        let (shared, stop, alive) = (shared.clone(), stop.clone(), alive.clone());
        tokio::spawn(async move {
            let open = shared.metrics.connection();
            run(stream, peer.ip(), shared, stop).await;
            drop((open, place, alive));
        });
    }
    drop((listener, alive));
    if tokio::time::timeout(drain, all_closed.recv()).await.is_err() {
        tracing::warn!("shutdown: requests were still open when the drain time was over");
    }
}

/// Best effort: a client that sent something already may see a reset instead.
fn turn_away(stream: &TcpStream) {
    let _ = stream.try_write(FULL);
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
