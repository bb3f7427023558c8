//! The load generator: a closed loop on kept connections, the same for every server.
//!
//! It shares the machine with the server, so it takes its part of the cores; that part is the same for both peers, and the
//! processor time of the servers is read apart (`process`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::JoinSet;

use crate::wire::Connection;

/// When a load ends.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// Each request once, in order of the list.
    AllSent,
    /// The list again and again.
    Passed(Duration),
}

/// What is sent.
pub struct Plan {
    pub address: SocketAddr,
    pub connections: usize,
    pub requests: Arc<[Vec<u8>]>,
    pub until: Until,
}

/// What was answered. Every answer was the expected status: anything else ends the run with an error.
#[derive(Debug, Clone, Copy)]
pub struct Done {
    pub answers: usize,
    pub body_bytes: usize,
    pub took: Duration,
}

impl Done {
    pub fn per_second(&self) -> f64 {
        self.answers as f64 / self.took.as_secs_f64().max(1e-9)
    }
}

struct Shared {
    plan: Plan,
    next: AtomicUsize,
    over: AtomicBool,
}

/// Sends, and expects 200 for everything. Connections are opened before the clock starts.
///
/// # Errors
/// The first answer that was another, with its body, or a connection that broke.
pub async fn run(plan: Plan) -> Result<Done> {
    let mut connections = Vec::with_capacity(plan.connections);
    for _ in 0..plan.connections {
        connections.push(Connection::open(plan.address).await?);
    }
    let until = plan.until;
    let shared = Arc::new(Shared {
        plan,
        next: AtomicUsize::new(0),
        over: AtomicBool::new(false),
    });
    let start = Instant::now();
    let mut loops = JoinSet::new();
    for connection in connections {
        loops.spawn(client(connection, Arc::clone(&shared)));
    }
    if let Until::Passed(duration) = until {
        tokio::time::sleep(duration).await;
        shared.over.store(true, Ordering::Relaxed);
    }
    let (mut answers, mut body_bytes) = (0, 0);
    while let Some(ended) = loops.join_next().await {
        let (some, bytes) = ended.context("a client broke off")??;
        answers += some;
        body_bytes += bytes;
    }
    Ok(Done {
        answers,
        body_bytes,
        took: start.elapsed(),
    })
}

async fn client(mut connection: Connection, shared: Arc<Shared>) -> Result<(usize, usize)> {
    let (mut answers, mut bytes) = (0, 0);
    while let Some(request) = shared.next() {
        let answer = connection
            .exchange(request)
            .await
            .with_context(|| line(request))?;
        if answer.status != 200 {
            bail!(
                "{} was answered {}: {}",
                line(request),
                answer.status,
                String::from_utf8_lossy(answer.body)
            );
        }
        answers += 1;
        bytes += answer.body.len();
    }
    Ok((answers, bytes))
}

/// Method and path; made-up people's requests are no secrets.
fn line(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    text.lines().next().unwrap_or_default().replace(" HTTP/1.1", "")
}

impl Shared {
    fn next(&self) -> Option<&[u8]> {
        if self.over.load(Ordering::Relaxed) {
            return None;
        }
        let requests = &self.plan.requests;
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let index = match self.plan.until {
            Until::AllSent => next,
            Until::Passed(_) => next.checked_rem(requests.len())?,
        };
        requests.get(index).map(Vec::as_slice)
    }
}
