//! How many objections wait, and for how many the time is over: for whoever watches the server.

use std::sync::atomic::{AtomicI64, Ordering};

use pramaan_store::objection::{self, Waiting};

use crate::{App, Refusal};

/// As the last count found it.
#[derive(Default)]
pub(crate) struct Clock {
    open: AtomicI64,
    overdue: AtomicI64,
}

impl App {
    /// Counts anew what waits in all districts. Opens nothing.
    pub async fn count_objections(&self) -> Result<(), Refusal> {
        let now = self.now();
        let counted = self.0.db.read("app::objection::count", move |tx| {
            Box::pin(async move { objection::waiting_everywhere(tx, now).await })
        });
        let counted = counted.await?;
        let clock = &self.0.objections;
        clock.open.store(counted.open, Ordering::Relaxed);
        clock.overdue.store(counted.overdue, Ordering::Relaxed);
        Ok(())
    }

    /// As the last count found it; none before the first.
    pub fn objections_counted(&self) -> Waiting {
        Waiting {
            open: self.0.objections.open.load(Ordering::Relaxed),
            overdue: self.0.objections.overdue.load(Ordering::Relaxed),
        }
    }
}
