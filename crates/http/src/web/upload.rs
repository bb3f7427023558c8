//! How many files are taken in at once: everybody's together and one subscriber's alone.
//!
//! A file is memory that a stranger fills at the speed that they like. Whoever gets no place is told when to come back.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use pramaan_app::origin::ClientAddr;

/// With the largest form this is 8 MiB.
const AT_ONCE: usize = 16;
/// So that one subscriber, who may drip, leaves room for the others.
const OF_ONE: usize = 4;

/// The places; cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uploads(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A place taken; dropping it gives it back.
#[derive(Debug)]
pub(crate) struct UploadPlace {
    subscriber: IpAddr,
    uploads: Uploads,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPlace {
    AllTaken,
    OwnTaken,
}

impl Uploads {
    pub(crate) fn take(&self, client: ClientAddr) -> Result<UploadPlace, NoPlace> {
        let subscriber = client.subscriber();
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.get(&subscriber).is_some_and(|own| *own >= OF_ONE) {
            return Err(NoPlace::OwnTaken);
        }
        if taken.values().sum::<usize>() >= AT_ONCE {
            return Err(NoPlace::AllTaken);
        }
        *taken.entry(subscriber).or_default() += 1;
        Ok(UploadPlace {
            subscriber,
            uploads: self.clone(),
        })
    }
}

impl Drop for UploadPlace {
    fn drop(&mut self) {
        let mut taken = self.uploads.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.subscriber) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.remove(&self.subscriber);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(last: u8) -> ClientAddr {
        ClientAddr::new([203, 0, 113, last].into())
    }

    #[test]
    fn one_subscriber_leaves_room_and_all_together_have_an_end() {
        let uploads = Uploads::default();
        let mut held: Vec<_> = (0..4).map(|_| uploads.take(client(1)).unwrap()).collect();
        assert_eq!(uploads.take(client(1)).unwrap_err(), NoPlace::OwnTaken);
        for last in 2..5 {
            held.extend((0..4).map(|_| uploads.take(client(last)).unwrap()));
        }
        assert_eq!(uploads.take(client(9)).unwrap_err(), NoPlace::AllTaken);
        held.pop();
        assert!(uploads.take(client(9)).is_ok());
        held.clear();
        assert!(uploads.0.lock().unwrap().is_empty(), "nobody is remembered");
    }
}
