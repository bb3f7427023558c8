//! The demonstration alters its own log as a dishonest administrator would, and lets an auditor find it.

use std::sync::{Arc, Mutex, PoisonError};

use pramaan_store::access_log::dishonest::{Altered, delete, edit, put_back};
pub use pramaan_store::access_log::dishonest::{DELETE, EDIT};
use pramaan_store::access_log::{Checked, Finding, check};
use pramaan_store::{StoreError, Tx};

use crate::App;

/// What was done to the database, newest last, so that it can be put back. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Dishonesty(Arc<Mutex<Vec<(Deed, Altered)>>>);

/// What an administrator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A read by a vaccinator becomes one by a machine.
    Edit,
    /// A read by a vaccinator goes from its person's list.
    Delete,
}

impl Dishonesty {
    /// What was done and not put back: the deed and the number of the entry.
    pub fn deeds(&self) -> Vec<(Deed, u64)> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter()
            .map(|(deed, altered)| (*deed, altered.index))
            .collect()
    }

    fn oldest(&self) -> u64 {
        self.deeds()
            .iter()
            .map(|(_, index)| *index)
            .min()
            .unwrap_or(u64::MAX)
    }

    fn keep(&self, deed: Deed, altered: Altered) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.push((deed, altered));
    }

    fn take(&self) -> Option<Altered> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.pop().map(|(_, altered)| altered)
    }
}

/// What the auditor finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    pub checked: Checked,
    pub findings: Vec<Finding>,
}

impl App {
    /// Alters one row by SQL; answers the number of the entry, `None` when no read by staff is left to hide.
    pub async fn be_dishonest(&self, dishonesty: &Dishonesty, deed: Deed) -> Result<Option<u64>, StoreError> {
        let before = dishonesty.oldest();
        let done = self.0.db.write("app::be_dishonest", move |tx: &mut Tx| {
            Box::pin(async move {
                match deed {
                    Deed::Edit => edit(tx, before).await,
                    Deed::Delete => delete(tx, before).await,
                }
            })
        });
        let done: Option<Altered> = done.await?;
        let index = done.as_ref().map(|altered| altered.index);
        if let Some(altered) = done {
            dishonesty.keep(deed, altered);
        }
        Ok(index)
    }

    /// Puts everything back as it was.
    pub async fn repent(&self, dishonesty: &Dishonesty) -> Result<(), StoreError> {
        while let Some(altered) = dishonesty.take() {
            let back = self.0.db.write("app::repent", move |tx: &mut Tx| {
                Box::pin(async move { put_back(tx, altered).await })
            });
            back.await?;
        }
        Ok(())
    }

    /// The database compared with its log, as `pramaan log check` does.
    pub async fn audit_log(&self) -> Result<Audit, StoreError> {
        let origin = self.0.log.origin();
        let (checked, findings) = check(&self.0.db, &self.0.sealer, &origin, |_, _| ()).await?;
        Ok(Audit { checked, findings })
    }
}
