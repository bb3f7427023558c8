//! No log at all behind the same queue: receipts for entries that nobody writes. Feature `testing`, never part of the
//! product: it is the peer of the benchmark that asks what the promise costs.

use tokio::sync::mpsc;

use super::clock::LogClock;
use super::committed::Committed;
use super::queue::{AccessLog, Request};
use super::receipt::Receipt;

/// Entries whose requests are answered at once.
const AT_ONCE: usize = 4_096;

/// A log that answers every entry with its receipt and has written nothing.
pub(crate) fn start(origin: &str) -> AccessLog {
    let (log, queue) = AccessLog::queued(origin, LogClock::Callers, Committed::none());
    tokio::spawn(answer(queue));
    log
}

async fn answer(mut queue: mpsc::Receiver<Request>) {
    let (mut waiting, mut index) = (Vec::new(), 0);
    while queue.recv_many(&mut waiting, AT_ONCE).await > 0 {
        for request in waiting.drain(..) {
            let mut receipts = Vec::with_capacity(request.entries.len());
            for pending in &request.entries {
                let entry = &pending.entry;
                let subject = (entry.household, entry.person);
                receipts.push(Some(Receipt::mint(
                    subject,
                    entry.fields,
                    entry.purpose,
                    pending.now,
                    index,
                )));
                index += 1;
            }
            let _gone = request.answer.send(Ok(receipts));
        }
    }
}
