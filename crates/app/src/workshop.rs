//! Work that takes milliseconds of CPU, done on threads of its own, few at once.
//!
//! The threads that answer requests do none of it, and a crowd that asks for it slows nobody but itself.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::Refusal;

/// So many pieces of work at once, and so many that wait for their turn. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Workshop {
    benches: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Workshop {
    pub(crate) fn new(benches: usize, queue: usize) -> Self {
        Self {
            benches: Arc::new(Semaphore::new(benches)),
            places: Arc::new(Semaphore::new(benches.saturating_add(queue))),
        }
    }

    /// Does the work when it is its turn. `None` when it panicked.
    ///
    /// A bench is taken until the work has ended, also when nobody waits for it any more.
    ///
    /// # Errors
    /// `Busy` when as many wait as may.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<Option<T>, Refusal>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Refusal::Busy)?;
        let bench = Arc::clone(&self.benches)
            .acquire_owned()
            .await
            .map_err(|_| Refusal::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let made = work();
            drop((bench, place));
            made
        });
        Ok(done.await.ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_more_work_at_once_than_benches_and_no_longer_queue_than_places() {
        let workshop = Workshop::new(2, 3);
        let (at_work, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (begun, has_begun) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(std::sync::Mutex::new(released));
        let mut orders = tokio::task::JoinSet::new();
        let order = |workshop: Workshop| {
            let (at_work, most, begun) = (at_work.clone(), most.clone(), begun.clone());
            let released = released.clone();
            async move {
                let work = move || {
                    most.fetch_max(at_work.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    begun.send(()).unwrap();
                    released.lock().unwrap().recv().unwrap();
                    at_work.fetch_sub(1, Ordering::SeqCst);
                };
                workshop.run(work).await.is_ok()
            }
        };
        for _ in 0..2 {
            orders.spawn(order(workshop.clone()));
        }
        for _ in 0..2 {
            has_begun.recv().unwrap();
        }
        for _ in 0..3 {
            orders.spawn(order(workshop.clone()));
        }
        while workshop.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = workshop.run(|| ()).await;
        assert!(matches!(refused, Err(Refusal::Busy)));
        for _ in 0..5 {
            release.send(()).unwrap();
        }
        assert_eq!(orders.join_all().await, [true; 5]);
        assert_eq!(most.load(Ordering::SeqCst), 2);
        assert!(workshop.run(|| ()).await.is_ok(), "places are given back");
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_bench_back() {
        let workshop = Workshop::new(1, 0);
        for _ in 0..3 {
            let made = workshop.run(|| [0; 0].first().copied().unwrap_or_else(|| panic!("planted")));
            let made: Option<u8> = made.await.unwrap();
            assert_eq!(made, None);
        }
    }
}
