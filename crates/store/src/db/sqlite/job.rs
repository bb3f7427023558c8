//! One piece of work on its way to a connection's thread, and its answer on the way back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;

use crate::db::{Outcome, Tx, Work};
use crate::error::StoreError;

/// Work with its types erased.
pub(super) trait Job: Send {
    /// Runs it. `Err` means that what it wrote must be undone; the answer is kept.
    fn run(&mut self, tx: &mut Tx) -> Result<(), Undo>;
    /// Answers the caller: what [`Job::run`] kept, or the failure of the whole transaction.
    fn answer(self: Box<Self>, transaction: Result<(), StoreError>);
}

/// The work must be rolled back.
pub(super) struct Undo;

/// What the caller gets, and as what it is counted.
pub(super) type Answer<T, E> = (Result<T, E>, Outcome);

pub(super) struct Task<T, E, F> {
    name: &'static str,
    work: Option<F>,
    outcome: Option<Answer<T, E>>,
    reply: oneshot::Sender<Answer<T, E>>,
}

impl<T, E, F> Task<T, E, F> {
    pub(super) fn new(name: &'static str, work: F, reply: oneshot::Sender<Answer<T, E>>) -> Self {
        Self {
            name,
            work: Some(work),
            outcome: None,
            reply,
        }
    }
}

impl<T, E, F> Job for Task<T, E, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx) -> Result<(), Undo> {
        let Some(work) = self.work.take() else {
            return Err(Undo);
        };
        tx.name = self.name;
        tx.failure = None;
        let transaction = self.name;
        let polled = catch_unwind(AssertUnwindSafe(|| poll_once(work(tx))));
        let has_ended = matches!(polled, Ok(Some(_)));
        let outcome = match polled {
            Err(_) => Err(StoreError::Panicked { transaction }.into()),
            Ok(None) => Err(StoreError::Suspended { transaction }.into()),
            Ok(Some(Ok(_))) if tx.failure.is_some() => Err(StoreError::Aborted { transaction }.into()),
            Ok(Some(outcome)) => outcome,
        };
        let verdict = outcome.as_ref().map(|_| ()).map_err(|_| Undo);
        let came_to = match (&verdict, &tx.failure) {
            (Ok(()), _) => Outcome::Ok,
            (Err(Undo), Some(failure)) => Outcome::of(failure),
            (Err(Undo), None) if has_ended => Outcome::Refused,
            (Err(Undo), None) => Outcome::Failed,
        };
        self.outcome = Some((outcome, came_to));
        verdict
    }

    fn answer(self: Box<Self>, transaction: Result<(), StoreError>) {
        let outcome = match (transaction, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Err(error), _) => {
                let came_to = Outcome::of(&error);
                (Err(error.into()), came_to)
            }
            (Ok(()), None) => {
                let never = StoreError::unavailable("the work was never run");
                (Err(never.into()), Outcome::Failed)
            }
        };
        // The caller may have gone; its work is done all the same.
        let _ = self.reply.send(outcome);
    }
}

/// Nothing on these threads has anything to wait for, so work that is not ready never will be.
fn poll_once<T, E>(mut work: Work<'_, T, E>) -> Option<Result<T, E>> {
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
}
