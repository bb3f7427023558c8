//! The queue in front of the log: what arrives during one commit is the next batch, so that the promise costs one fsync
//! of latency and no throughput. No timer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::AccessKind;
use tokio::sync::{mpsc, oneshot};

use super::append::{Appended, append};
use super::clock::{ClockHealth, LogClock, Pending};
use super::committed::Committed;
use super::entry::AccessEntry;
use super::receipt::Receipt;
use crate::StoreError;
use crate::db::{Again, Db, jittered};
use crate::outside::{HeadFile, HeadWriter, KeptHead, Published};
use crate::sealer::Sealer;

/// Entries in one commit at most: bounds how long the head stays locked.
const LARGEST_BATCH: usize = 4_096;
/// How long a node that is asked for nothing waits before it compares what others wrote, in milliseconds.
const CATCH_UP_MILLIS: u64 = 1_000;
/// How often a batch is tried while others are in its way: a node that stopped with the head in its hands holds it for longer than
/// one attempt waits for the lock, and not for as long as two.
const ATTEMPTS: u8 = 3;
/// Requests waiting at most; beyond it callers wait in turn.
const WAITING: usize = 16_384;

/// The one way to an access entry. Cheap to clone; all clones share the queue.
#[derive(Clone)]
pub struct AccessLog {
    origin: Arc<str>,
    requests: mpsc::Sender<Request>,
    clock: Arc<ClockHealth>,
    goes_by: LogClock,
    committed: Committed,
    published: Published,
}

pub(super) struct Request {
    pub(super) entries: Vec<Pending>,
    pub(super) answer: oneshot::Sender<Result<Vec<Option<Receipt>>, StoreError>>,
}

impl AccessLog {
    /// Starts the appender of `origin` on the current runtime; it ends when the last clone is dropped. Keeps no head
    /// outside the database: that is [`Self::start_kept`].
    pub fn start(db: Db, sealer: Sealer, origin: &str, clock: LogClock) -> Self {
        let nothing = (Committed::none(), Published::default());
        Self::start_with(db, sealer, origin, clock, nothing)
    }

    /// Starts the appender on what `file` holds, and a writer that keeps each committed head there, a moment behind the
    /// commits and never in their way. What other nodes commit is compared, and kept, within a second.
    ///
    /// # Errors
    /// `Fork::Foreign` for a file that other keys signed.
    pub fn start_kept(db: Db, sealer: Sealer, origin: &str, file: HeadFile) -> Result<Self, StoreError> {
        let committed = Committed::from(file.read(origin, &sealer)?);
        let published = file.published(origin, &sealer)?;
        let writer = HeadWriter {
            file,
            db: db.clone(),
            sealer: sealer.clone(),
            origin: Arc::from(origin),
            stopped: committed.stopped(),
        };
        tokio::spawn(writer.follow(committed.heads()));
        let known = (committed, published);
        Ok(Self::start_with(db, sealer, origin, LogClock::Engine, known))
    }

    fn start_with(
        db: Db,
        sealer: Sealer,
        origin: &str,
        clock: LogClock,
        (committed, published): (Committed, Published),
    ) -> Self {
        let (mut log, queue) = Self::queued(origin, clock, committed);
        log.published = published;
        let appender = Appender {
            db: db.of_the_log(),
            sealer,
            origin: Arc::clone(&log.origin),
            clock,
            health: Arc::clone(&log.clock),
            committed: log.committed.clone(),
        };
        tokio::spawn(appender.run(queue));
        log
    }

    /// The queue, and its end from which somebody has to answer.
    pub(super) fn queued(
        origin: &str,
        clock: LogClock,
        committed: Committed,
    ) -> (Self, mpsc::Receiver<Request>) {
        let (requests, queue) = mpsc::channel(WAITING);
        let log = Self {
            origin: Arc::from(origin),
            requests,
            clock: Arc::default(),
            goes_by: clock,
            committed,
            published: Published::default(),
        };
        (log, queue)
    }

    /// What this node knows to be published.
    pub const fn published(&self) -> &Published {
        &self.published
    }

    /// Nothing is signed until [`Self::release`]: the witnesses are yet to say what they have seen of this log.
    pub fn hold(&self) {
        self.committed.held().hold();
    }

    /// The witnesses have seen nothing that this log does not hold.
    pub fn release(&self) {
        self.committed.held().release();
    }

    /// Compares what others have committed, and keeps it as known.
    ///
    /// # Errors
    /// `Fork` when the database does not continue what this process knows; then the log has stopped.
    pub async fn catch_up(&self, db: &Db, sealer: &Sealer) -> Result<(), StoreError> {
        self.committed.catch_up(db, sealer, &self.origin).await
    }

    /// What is wrong with the clocks.
    pub fn clock(&self) -> &ClockHealth {
        &self.clock
    }

    /// The name of the log.
    pub fn origin(&self) -> Arc<str> {
        Arc::clone(&self.origin)
    }

    pub(super) fn goes_by(&self) -> LogClock {
        self.goes_by
    }

    /// Whether entries can still follow on those that this process has committed.
    ///
    /// # Errors
    /// `Fork` from the moment when the database was seen to have lost some.
    pub fn goes_on(&self) -> Result<(), StoreError> {
        self.committed.goes_on()
    }

    /// What this process has committed.
    pub(super) fn known(&self) -> &Committed {
        &self.committed
    }

    /// Stops the log for a fork; hands every error on.
    pub fn observe<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        self.committed.stopped().observe(outcome)
    }

    /// The last head that this process knows to be committed and to continue all before it; `None` before the first.
    pub fn known_head(&self) -> Option<KeptHead> {
        self.committed.head()
    }

    /// Keeps the head of a transaction that appended for itself and has committed.
    pub fn committed(&self, head: KeptHead) {
        self.committed.keep(head);
    }

    /// Appends one entry each and returns the receipts, in order, once all are durable.
    ///
    /// # Errors
    /// `Erased` when the keys of one of the persons are gone, `Unavailable` and the like when the log cannot be written:
    /// then nothing may be opened. `ClockOff` when `now` is not the database's time.
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
        let asked = Instant::now();
        let pending = |entry| Pending {
            entry,
            kind: AccessKind::Disclosure,
            now,
            asked,
        };
        let entries = entries.into_iter().map(pending).collect();
        let (answer, receipts) = oneshot::channel();
        let stopped = |_| StoreError::unavailable("the access log has stopped");
        self.requests
            .send(Request { entries, answer })
            .await
            .map_err(|_| StoreError::unavailable("the access log has stopped"))?;
        receipts.await.map_err(stopped)?
    }
}

/// What writes batch after batch.
struct Appender {
    db: Db,
    sealer: Sealer,
    origin: Arc<str>,
    clock: LogClock,
    health: Arc<ClockHealth>,
    committed: Committed,
}

impl Appender {
    async fn run(self, mut queue: mpsc::Receiver<Request>) {
        let mut waiting = Vec::new();
        while self.received(&mut queue, &mut waiting).await > 0 {
            let requests = std::mem::take(&mut waiting);
            let sizes: Vec<_> = requests.iter().map(|request| request.entries.len()).collect();
            let (entries, answers): (Vec<_>, Vec<_>) = requests
                .into_iter()
                .map(|request| (request.entries, request.answer))
                .unzip();
            let entries: Arc<[Pending]> = entries.into_iter().flatten().collect();
            let outcome = self.append(Arc::clone(&entries)).await;
            match outcome {
                Err(error) if sizes.len() > 1 && of_one_row(&error) => {
                    self.one_by_one(&entries, sizes, answers).await;
                }
                outcome => deliver(outcome, sizes, answers),
            }
        }
    }

    /// The next batch. While none comes, what other nodes wrote is compared, so that a request need not wait for it.
    async fn received(&self, queue: &mut mpsc::Receiver<Request>, waiting: &mut Vec<Request>) -> usize {
        let pause = Duration::from_millis(CATCH_UP_MILLIS);
        loop {
            tokio::select! {
                biased;
                received = queue.recv_many(waiting, LARGEST_BATCH) => return received,
                () = tokio::time::sleep(pause) => {
                    // A fork is alarmed by whoever finds it; a database that is away is met by the next request.
                    let _later = self.catch_up().await;
                }
            }
        }
    }

    async fn catch_up(&self) -> Result<(), StoreError> {
        self.committed
            .catch_up(&self.db, &self.sealer, &self.origin)
            .await
    }

    /// One of them asks for a row that was moved or does not read: nobody else is to suffer for it.
    async fn one_by_one(&self, entries: &[Pending], sizes: Vec<usize>, answers: Vec<Answer>) {
        let mut entries = entries.iter();
        for (size, answer) in sizes.into_iter().zip(answers) {
            let own = entries.by_ref().take(size).cloned().collect();
            deliver(self.append(own).await, vec![size], vec![answer]);
        }
    }

    /// Commits, and tells those who watch the clocks and the head.
    async fn append(&self, entries: Arc<[Pending]>) -> Result<Vec<Option<Receipt>>, StoreError> {
        let mut outcome = self.commit(Arc::clone(&entries)).await;
        if let Err(StoreError::LogAhead { .. }) = outcome {
            outcome = match self.catch_up().await {
                Ok(()) => self.commit(entries).await,
                Err(error) => Err(error),
            };
        }
        self.health
            .observe(outcome.as_ref().map(|appended| appended.time));
        if let Ok(appended) = &outcome {
            self.committed.keep(appended.head.clone());
        }
        outcome.map(|appended| appended.receipts)
    }

    async fn commit(&self, entries: Arc<[Pending]>) -> Result<Appended, StoreError> {
        let (sealer, origin, clock) = (self.sealer.clone(), Arc::clone(&self.origin), self.clock);
        let committed = self.committed.clone();
        let pause = |attempt| jittered(attempt, u64::from_le_bytes(self.sealer.random()));
        let again = Again::new(ATTEMPTS, &pause);
        self.db
            .write_again("store::access_log::append", again, move |tx| {
                Box::pin(async move { append(tx, &sealer, &origin, &entries, clock, &committed).await })
            })
            .await
    }
}

/// Whether the error may be about one person's row, so that the others' entries can be written without it.
fn of_one_row(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Misplaced { .. }
            | StoreError::Unreadable { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Inconsistent { .. }
    )
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
            let error = error.of_log();
            for answer in answers {
                let _gone = answer.send(Err(error.clone()));
            }
        }
    }
}
