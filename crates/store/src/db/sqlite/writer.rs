//! The one thread that writes: what queued during the last commit is the next one.
//!
//! Jobs that share a commit run inside savepoints, so one that fails takes nobody with it. Every answer, refusals included, waits for
//! the commit, because each may rest on what a neighbour wrote before it.

use std::path::Path;

use tokio::sync::{mpsc, oneshot};

use super::job::{Job, Undo};
use super::session::Session;
use super::{Health, Message, QUEUE, failure};
use crate::db::{Access, DbOptions};
use crate::error::StoreError;

/// Jobs of one commit at most: beyond this a larger commit gains little and everybody waits longer.
const GROUP: usize = 512;

type Jobs = Vec<Box<dyn Job>>;

struct Writer {
    session: Session,
    queue: mpsc::Receiver<Message>,
    health: Health,
}

/// Opens the connection on its thread and answers when it is ready.
pub(super) async fn spawn(
    path: &Path,
    options: &DbOptions,
    health: Health,
) -> Result<mpsc::Sender<Message>, StoreError> {
    let (sender, queue) = mpsc::channel(QUEUE);
    let body = move |session| {
        Writer {
            session,
            queue,
            health,
        }
        .serve();
    };
    Session::spawn(path, Access::Write, options, body).await?;
    Ok(sender)
}

impl Writer {
    fn serve(mut self) {
        while let Some(first) = self.queue.blocking_recv() {
            let (jobs, stop) = self.drain(first);
            self.commit_all(jobs);
            if let Some(done) = stop {
                // Closing the last connection checkpoints the log into the database.
                drop(self.session);
                let _ = done.send(());
                return;
            }
        }
    }

    /// Takes what has queued, without waiting, up to one group or the order to stop.
    fn drain(&mut self, first: Message) -> (Jobs, Option<oneshot::Sender<()>>) {
        let mut jobs = Jobs::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Run(job) => jobs.push(job),
                Message::Stop(done) => return (jobs, Some(done)),
            }
            next = match jobs.len() < GROUP {
                true => self.queue.try_recv().ok(),
                false => None,
            };
        }
        (jobs, None)
    }

    /// One transaction; a further one only if SQLite itself ends one in the middle.
    fn commit_all(&mut self, jobs: Jobs) {
        let mut waiting = jobs.into_iter();
        while waiting.len() > 0 {
            let mut ran = Jobs::with_capacity(waiting.len());
            let outcome = match self.begin() {
                Ok(()) if waiting.len() == 1 => self.run_alone(&mut waiting, &mut ran),
                Ok(()) => self.run(&mut waiting, &mut ran).and_then(|()| self.end()),
                Err(error) => {
                    ran.extend(waiting.by_ref());
                    Err(error)
                }
            };
            for job in ran {
                job.answer(outcome.clone());
            }
        }
    }

    fn begin(&self) -> Result<(), StoreError> {
        self.health.check()?;
        let begun = self.session.control("begin immediate");
        begun.map_err(|error| failure::of_control("begin", &error))
    }

    /// Runs jobs until there are none, or until the transaction is lost and with it everything in `ran`.
    fn run(
        &mut self,
        waiting: &mut impl Iterator<Item = Box<dyn Job>>,
        ran: &mut Jobs,
    ) -> Result<(), StoreError> {
        for mut job in waiting {
            if let Err(error) = self.control("savepoint job") {
                // The transaction is rolled back: what ran now would commit by itself, and its caller be told of a failure.
                ran.push(job);
                return Err(error);
            }
            let verdict = job.run(&mut self.session.tx);
            ran.push(job);
            if !self.session.is_open() {
                return Err(self.lost());
            }
            if let Err(Undo) = verdict {
                self.control("rollback to job")?;
            }
            self.control("release job")?;
        }
        Ok(())
    }

    /// Runs the only job of its transaction, which needs no savepoint: SQLite keeps a copy of each page that one changes.
    fn run_alone(
        &mut self,
        waiting: &mut impl Iterator<Item = Box<dyn Job>>,
        ran: &mut Jobs,
    ) -> Result<(), StoreError> {
        let mut verdict = Ok(());
        for mut job in waiting {
            verdict = job.run(&mut self.session.tx);
            ran.push(job);
        }
        if !self.session.is_open() {
            return Err(self.lost());
        }
        match verdict {
            Ok(()) => self.end(),
            Err(Undo) => self.control("rollback"),
        }
    }

    /// Why SQLite ended the transaction by itself.
    fn lost(&mut self) -> StoreError {
        let cause = self.session.tx.failure.take();
        cause.unwrap_or_else(|| StoreError::unavailable("its transaction was lost"))
    }

    fn end(&self) -> Result<(), StoreError> {
        self.control("commit")
    }

    /// A command without which the transaction cannot go on: when it fails, everything is rolled back.
    fn control(&self, sql: &'static str) -> Result<(), StoreError> {
        let Err(error) = self.session.control(sql) else {
            return Ok(());
        };
        let undone = !self.session.is_open() || self.session.control("rollback").is_ok();
        if failure::is_fatal(&error) || !undone {
            self.health.poison(format!(
                "`{sql}` failed ({error}); writes that got no answer may or may not be on the disk"
            ));
        }
        self.health.check()?;
        Err(failure::of_control(sql, &error))
    }
}
