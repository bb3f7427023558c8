//! The queue in front of the log: what arrives during one commit is the next batch, so that the promise costs one fsync
//! of latency and no throughput. No timer.

use std::sync::Arc;

use pramaan_domain::time::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::append::append;
use super::entry::AccessEntry;
use super::receipt::Receipt;
use crate::StoreError;
use crate::db::Db;
use crate::sealer::Sealer;

/// Entries in one commit at most: bounds how long the head stays locked.
const LARGEST_BATCH: usize = 4_096;
/// Requests waiting at most; beyond it callers wait in turn.
const WAITING: usize = 16_384;

/// The one way to an access entry. Cheap to clone; all clones share the queue.
#[derive(Clone)]
pub struct AccessLog {
    origin: Arc<str>,
    requests: mpsc::Sender<Request>,
}

struct Request {
    entries: Vec<AccessEntry>,
    now: Timestamp,
    answer: oneshot::Sender<Result<Vec<Option<Receipt>>, StoreError>>,
}

impl AccessLog {
    /// Starts the appender of `origin` on the current runtime; it ends when the last clone is dropped.
    pub fn start(db: Db, sealer: Sealer, origin: &str) -> Self {
        let (requests, queue) = mpsc::channel(WAITING);
        let origin: Arc<str> = Arc::from(origin);
        tokio::spawn(run(queue, db, sealer, Arc::clone(&origin)));
        Self { origin, requests }
    }

    /// The name of the log.
    pub fn origin(&self) -> Arc<str> {
        Arc::clone(&self.origin)
    }

    /// Appends one entry each and returns the receipts, in order, once all are durable.
    ///
    /// # Errors
    /// `Erased` when the keys of one of the persons are gone, `Unavailable` and the like when the log cannot be written:
    /// then nothing may be opened.
    pub async fn append(
        &self,
        entries: Vec<AccessEntry>,
        now: Timestamp,
    ) -> Result<Vec<Receipt>, StoreError> {
        let receipts = self.append_present(entries, now).await?;
        receipts
            .into_iter()
            .map(|receipt| receipt.ok_or(StoreError::Erased))
            .collect()
    }

    /// Like [`Self::append`], with `None` for a person whose keys are gone.
    pub async fn append_present(
        &self,
        entries: Vec<AccessEntry>,
        now: Timestamp,
    ) -> Result<Vec<Option<Receipt>>, StoreError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, receipts) = oneshot::channel();
        let stopped = |_| StoreError::unavailable("the access log has stopped");
        self.requests
            .send(Request { entries, now, answer })
            .await
            .map_err(|_| StoreError::unavailable("the access log has stopped"))?;
        receipts.await.map_err(stopped)?
    }
}

async fn run(mut queue: mpsc::Receiver<Request>, db: Db, sealer: Sealer, origin: Arc<str>) {
    let mut waiting = Vec::new();
    while queue.recv_many(&mut waiting, LARGEST_BATCH).await > 0 {
        let requests = std::mem::take(&mut waiting);
        let sizes: Vec<_> = requests.iter().map(|request| request.entries.len()).collect();
        let now = requests
            .iter()
            .map(|request| request.now)
            .max()
            .unwrap_or(Timestamp::from_micros(0));
        let (entries, answers): (Vec<_>, Vec<_>) = requests
            .into_iter()
            .map(|request| (request.entries, request.answer))
            .unzip();
        let entries: Vec<AccessEntry> = entries.into_iter().flatten().collect();
        let outcome = commit(&db, &sealer, &origin, entries.clone(), now).await;
        if let (Err(StoreError::Misplaced { .. }), 2..) = (&outcome, sizes.len()) {
            // One of them asks for a row that was moved: nobody else is to suffer for it.
            let mut entries = entries.into_iter();
            for (size, answer) in sizes.into_iter().zip(answers) {
                let own = entries.by_ref().take(size).collect();
                let outcome = commit(&db, &sealer, &origin, own, now).await;
                deliver(outcome, vec![size], vec![answer]);
            }
            continue;
        }
        deliver(outcome, sizes, answers);
    }
}

async fn commit(
    db: &Db,
    sealer: &Sealer,
    origin: &Arc<str>,
    entries: Vec<AccessEntry>,
    now: Timestamp,
) -> Result<Vec<Option<Receipt>>, StoreError> {
    let (sealer, origin) = (sealer.clone(), Arc::clone(origin));
    db.write("store::access_log::append", move |tx| {
        Box::pin(async move { append(tx, &sealer, &origin, &entries, now).await })
    })
    .await
}

type Answer = oneshot::Sender<Result<Vec<Option<Receipt>>, StoreError>>;

/// Hands each request its share. A caller that went away leaves an entry without an opening: harmless over-reporting.
fn deliver(outcome: Result<Vec<Option<Receipt>>, StoreError>, sizes: Vec<usize>, answers: Vec<Answer>) {
    match outcome {
        Ok(receipts) => {
            let mut receipts = receipts.into_iter();
            for (size, answer) in sizes.into_iter().zip(answers) {
                let share = receipts.by_ref().take(size).collect();
                let _gone = answer.send(Ok(share));
            }
        }
        Err(error) => {
            for answer in answers {
                let _gone = answer.send(Err(error.clone()));
            }
        }
    }
}
