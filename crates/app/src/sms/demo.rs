//! Texts kept in memory, for the demonstration's outbox page and for tests.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pramaan_domain::mobile::Mobile;

use super::{Sending, Sms, SmsSender};

/// Texts kept at most; the oldest go first.
const KEPT: usize = 10_000;

/// What was sent, newest last. Cloning shares it.
#[derive(Clone, Default)]
pub struct DemoOutbox(Arc<Mutex<VecDeque<Sms>>>);

impl DemoOutbox {
    /// The texts to one number, newest last.
    pub fn to(&self, mobile: &Mobile) -> Vec<Sms> {
        self.lock()
            .iter()
            .filter(|sms| sms.to == *mobile)
            .cloned()
            .collect()
    }

    /// The newest `most` texts to anybody, newest last.
    pub fn latest(&self, most: usize) -> Vec<Sms> {
        let kept = self.lock();
        kept.iter()
            .skip(kept.len().saturating_sub(most))
            .cloned()
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Sms>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for DemoOutbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DemoOutbox({} texts)", self.lock().len())
    }
}

impl SmsSender for DemoOutbox {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        let mut kept = self.lock();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(sms.clone());
        Box::pin(async { Ok(()) })
    }
}
