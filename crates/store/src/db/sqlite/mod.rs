//! SQLite: one writer thread that commits in groups, a few reader threads.
//!
//! A connection lives on its own thread, which drives the same `async` work as PostgreSQL's to its end: nothing there
//! ever waits, so one poll is enough. Callers wait on channels and never block a thread of their own.

mod connection;
mod failure;
mod job;
mod reader;
mod session;
mod tx;
mod writer;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use tokio::sync::{mpsc, oneshot};

pub(super) use tx::SqliteTx;

use super::{Access, DbOptions, Outcome, Tx, Work};
use crate::error::StoreError;
use job::{Job, Task};

/// Jobs that may wait for a thread before callers are held back.
const QUEUE: usize = 16_384;

/// An open SQLite database.
#[derive(Debug)]
pub(super) struct Sqlite {
    writer: mpsc::Sender<Message>,
    readers: mpsc::Sender<Message>,
    reader_count: usize,
    health: Health,
}

/// Why the database stopped itself, once it has. Never unset: after a failed sync nobody knows what the disk holds.
#[derive(Debug, Clone, Default)]
struct Health(Arc<OnceLock<String>>);

enum Message {
    Run(Box<dyn Job>),
    /// Ends the thread that takes it.
    Stop(oneshot::Sender<()>),
}

impl Sqlite {
    pub(super) async fn open(path: &Path, options: &DbOptions) -> Result<Self, StoreError> {
        connection::create_if_missing(path)?;
        let health = Health::default();
        let writer = writer::spawn(path, options, health.clone()).await?;
        let reader_count = options.readers.max(1);
        let readers = reader::spawn(path, reader_count, options).await?;
        Ok(Self {
            writer,
            readers,
            reader_count,
            health,
        })
    }

    pub(super) async fn run<T, E, F>(
        &self,
        access: Access,
        name: &'static str,
        work: F,
    ) -> (Result<T, E>, Outcome)
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let lost = |error: StoreError| (Err(error.into()), Outcome::Unavailable);
        if let Err(error) = self.health.check() {
            return lost(error);
        }
        let (reply, answer) = oneshot::channel();
        let job = Message::Run(Box::new(Task::new(name, work, reply)));
        let queue = match access {
            Access::Write => &self.writer,
            Access::Read => &self.readers,
        };
        if queue.send(job).await.is_err() {
            return lost(closed());
        }
        answer.await.unwrap_or_else(|_| lost(closed()))
    }

    pub(super) async fn close(&self) {
        for _ in 0..self.reader_count {
            stop(&self.readers).await;
        }
        stop(&self.writer).await;
    }
}

async fn stop(queue: &mpsc::Sender<Message>) {
    let (done, stopped) = oneshot::channel();
    if queue.send(Message::Stop(done)).await.is_ok() {
        // An error means that the thread has ended without taking the message, which is as good.
        let _ = stopped.await;
    }
}

fn closed() -> StoreError {
    StoreError::unavailable("it was closed")
}

impl Health {
    fn check(&self) -> Result<(), StoreError> {
        match self.0.get() {
            Some(reason) => Err(StoreError::unavailable(reason)),
            None => Ok(()),
        }
    }

    fn poison(&self, reason: String) {
        tracing::error!(
            reason,
            "the database stopped itself: restart after looking at the disk"
        );
        // Only the first reason counts.
        let _ = self.0.set(reason);
    }
}
