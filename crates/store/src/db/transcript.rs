//! A list of the statements that were run, for tests that compare lists. Feature `testing`; never part of the product.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Tx, Work};

/// The texts of transactions' names and statements, in the order in which they were run. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Transcript(Arc<Mutex<Vec<String>>>);

impl Transcript {
    pub fn add(&self, line: impl Into<String>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line.into());
    }

    /// What was run since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The same work, with its transaction told where to write, or to write nothing.
pub(super) fn transcribed<T, E, F>(
    transcript: Option<Transcript>,
    name: &'static str,
    work: F,
) -> impl for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static
where
    F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
{
    move |tx: &mut Tx| {
        if let Some(transcript) = &transcript {
            transcript.add(name);
        }
        tx.transcript = transcript;
        work(tx)
    }
}
