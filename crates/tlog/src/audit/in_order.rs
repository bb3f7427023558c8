//! Work on several threads, taken in order. Little is done ahead, so that memory stays small and whoever stops early has
//! asked for little too much.

use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Results that a thread may have ready before they are taken.
const AHEAD: usize = 4;

/// Does `work` for 0, 1, 2… below `jobs` and gives each result to `take` in that order, until that fails.
///
/// Thread number w of W does the jobs w, w + W, w + 2W…: the order follows from asking the threads in turn.
pub(super) fn run<T: Send, E>(
    jobs: u64,
    workers: NonZeroUsize,
    work: impl Fn(u64) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let work = &work;
    thread::scope(|scope| {
        let stride = workers.get() as u64;
        let results: Vec<Receiver<T>> = (0..stride.min(jobs))
            .map(|first| {
                let (sender, receiver) = sync_channel(AHEAD);
                scope.spawn(move || every(first, stride, jobs, work, &sender));
                receiver
            })
            .collect();
        let mut open = true;
        while open {
            for receiver in &results {
                match receiver.recv() {
                    Ok(result) => take(result)?,
                    // A thread that has ended has done its last job, and so have those after it in this round.
                    Err(_) => {
                        open = false;
                        break;
                    }
                }
            }
            open &= !results.is_empty();
        }
        Ok(())
    })
}

fn every<T>(first: u64, stride: u64, jobs: u64, work: &impl Fn(u64) -> T, results: &SyncSender<T>) {
    let mut job = first;
    while job < jobs {
        // Nobody takes results any more when the audit has ended.
        if results.send(work(job)).is_err() {
            return;
        }
        job = job.saturating_add(stride);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whoever_is_faster() {
        for workers in 1..5 {
            for jobs in [0, 1, 2, 3, 4, 5, 97] {
                let mut taken = Vec::new();
                let workers = NonZeroUsize::new(workers).unwrap();
                let done: Result<(), ()> = run(
                    jobs,
                    workers,
                    |job| job * 3,
                    |result| {
                        taken.push(result);
                        Ok(())
                    },
                );
                assert_eq!(done, Ok(()));
                assert_eq!(taken, (0..jobs).map(|job| job * 3).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn the_first_failure_ends_it_and_little_more_is_asked_for() {
        let asked = std::sync::atomic::AtomicU64::new(0);
        let work = |job| {
            asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            job
        };
        let take = |job| if job == 10 { Err(job) } else { Ok(()) };
        assert_eq!(run(1 << 60, NonZeroUsize::new(3).unwrap(), work, take), Err(10));
        assert!(asked.into_inner() < 60);
    }
}
