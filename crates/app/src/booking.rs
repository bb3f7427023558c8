//! The booking queue: what queued during the last commit is the next batch. No timer: a request alone is a batch of one.
//!
//! Ten thousand people who want a hundred seats cost as many commits as the disk can do, each with everybody who came
//! meanwhile. Nothing is decided here; see `store::appointment`.

use std::sync::{Arc, OnceLock};

use pramaan_store::appointment::{self, BookingOutcome, BookingRequest};
use pramaan_store::db::Again;
use pramaan_store::{Db, Sealer, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::Clock;
use crate::again::pause;
use crate::availability::Availability;

/// Requests in one transaction at most.
const BATCH: usize = 512;
/// Requests that may wait before callers are held back.
const QUEUE: usize = 16_384;
/// How often a batch gives way to other nodes before its callers are told to try again.
const ATTEMPTS: u8 = 20;

/// Where bookings are handed in. Its task starts with the first booking and ends with the app.
#[derive(Default)]
pub(crate) struct Desk(OnceLock<mpsc::Sender<Waiting>>);

struct Waiting {
    request: BookingRequest,
    answer: oneshot::Sender<Result<BookingOutcome, StoreError>>,
}

/// What the desk's task works with.
#[derive(Clone)]
pub(crate) struct Clerk {
    pub(crate) db: Db,
    pub(crate) sealer: Sealer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) availability: Arc<Availability>,
}

impl Desk {
    /// Books, together with whoever else is waiting; answers after the commit.
    pub(crate) async fn book(
        &self,
        clerk: impl FnOnce() -> Clerk,
        request: BookingRequest,
    ) -> Result<BookingOutcome, StoreError> {
        let queue = self.0.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(QUEUE);
            tokio::spawn(clerk().work(receiver));
            sender
        });
        let (answer, answered) = oneshot::channel();
        let gone = |_| StoreError::Unavailable {
            reason: "bookings have stopped; the service is shutting down".to_owned(),
        };
        queue
            .send(Waiting { request, answer })
            .await
            .map_err(|_| gone(()))?;
        answered.await.map_err(|_| gone(()))?
    }
}

impl Clerk {
    async fn work(self, mut queue: mpsc::Receiver<Waiting>) {
        let mut waiting = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut waiting, BATCH).await > 0 {
            self.serve(std::mem::take(&mut waiting)).await;
        }
    }

    async fn serve(&self, waiting: Vec<Waiting>) {
        let (requests, answers): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .map(|waiting| (waiting.request, waiting.answer))
            .unzip();
        let outcomes = match self.book(&requests).await {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(error) => self.each_alone(requests, error).await,
        };
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            // Whoever has gone meanwhile is booked all the same, and finds it in the list.
            let _ = answer.send(outcome);
        }
    }

    /// A batch that failed is taken apart, so that nobody's request fails another's.
    async fn each_alone(
        &self,
        requests: Vec<BookingRequest>,
        error: StoreError,
    ) -> Vec<Result<BookingOutcome, StoreError>> {
        let of_all = matches!(
            error,
            StoreError::Unavailable { .. } | StoreError::DiskFull | StoreError::Crowded
        );
        if requests.len() == 1 || of_all {
            return requests.iter().map(|_| Err(error.clone())).collect();
        }
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests {
            let gone = StoreError::Serialization;
            outcomes.push(
                self.book(&[request])
                    .await
                    .and_then(|mut one| one.pop().ok_or(gone)),
            );
        }
        outcomes
    }

    async fn book(&self, requests: &[BookingRequest]) -> Result<Vec<BookingOutcome>, StoreError> {
        let (sealer, batch, clock) = (self.sealer.clone(), requests.to_vec(), Arc::clone(&self.clock));
        let pause = pause(&self.sealer);
        let again = Again::new(ATTEMPTS, &pause);
        let booked = self.db.write_again("app::booking::book", again, move |tx| {
            Box::pin(async move { appointment::book(tx, &sealer, &batch, clock.now()).await })
        });
        let outcomes = booked.await?;
        let mut changed: Vec<_> = requests
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| outcome.is_ok())
            .map(|(request, _)| request.session)
            .collect();
        changed.sort_unstable();
        changed.dedup();
        // The next refresh brings what this one could not.
        if !changed.is_empty() && self.availability.reload(&self.db, &changed).await.is_err() {
            tracing::warn!("availability could not be refreshed after a booking");
        }
        Ok(outcomes)
    }
}
