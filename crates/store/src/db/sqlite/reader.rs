//! The threads that read: each takes the next job from a common queue and runs it on one snapshot.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::job::Job;
use super::session::Session;
use super::{Message, QUEUE, failure};
use crate::db::{Access, DbOptions};
use crate::error::StoreError;

type Queue = Arc<Mutex<mpsc::Receiver<Message>>>;

/// Opens the connections, each on its own thread, and answers when all are ready.
pub(super) async fn spawn(
    path: &Path,
    count: usize,
    options: &DbOptions,
) -> Result<mpsc::Sender<Message>, StoreError> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let queue: Queue = Arc::new(Mutex::new(receiver));
    for _ in 0..count {
        let queue = Arc::clone(&queue);
        Session::spawn(path, Access::Read, options, move |session| serve(session, &queue)).await?;
    }
    Ok(sender)
}

fn serve(mut session: Session, queue: &Queue) {
    loop {
        // Whoever holds the lock is the one that waits; it is released before the job runs. No code can panic while
        // holding it, so a poisoned lock is as good as a sound one.
        let message = queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .blocking_recv();
        match message {
            Some(Message::Run(job)) => run(&mut session, job),
            Some(Message::Stop(done)) => {
                drop(session);
                let _ = done.send(());
                return;
            }
            None => return,
        }
    }
}

fn run(session: &mut Session, mut job: Box<dyn Job>) {
    if let Err(error) = session.control("begin") {
        return job.answer(Err(failure::of_control("begin", &error)));
    }
    // Whether it failed or not, there is nothing to undo.
    let _ = job.run(&mut session.tx);
    let ended = match session.is_open() {
        true => session.control("rollback"),
        false => Ok(()),
    };
    job.answer(ended.map_err(|error| failure::of_control("rollback", &error)));
}
