//! Counts open connections, in all and by address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::Limits;

#[derive(Debug, Clone)]
pub(super) struct Places {
    all: usize,
    each: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A place taken; dropping it gives it back.
pub(super) struct Place {
    address: IpAddr,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            all: limits.connections,
            each: limits.connections_per_address,
            open: Arc::default(),
        }
    }

    /// `None` when everybody, or this address alone, holds as many as allowed.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let address = subscriber(address.to_canonical());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= self.all {
            return None;
        }
        let held = open.entry(address).or_default();
        if *held >= self.each {
            return None;
        }
        *held += 1;
        Some(Place {
            address,
            open: Arc::clone(&self.open),
        })
    }
}

/// Whoever has an IPv6 address has the 2^64 beside it.
fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = open.get_mut(&self.address) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subscriber_cannot_hold_all_places() {
        let places = Places::new(&Limits {
            connections: 3,
            connections_per_address: 2,
            ..Limits::default()
        });
        let [one, beside, other] =
            ["2001:db8::1", "2001:db8::2", "::ffff:192.0.2.2"].map(|text| text.parse().unwrap());
        let first = places.take(one).unwrap();
        let _second = places.take(beside).unwrap();
        assert!(places.take(one).is_none());
        let _third = places.take(other).unwrap();
        assert!(places.take(other).is_none(), "all places are taken");
        drop(first);
        assert!(places.take(other).is_some());
        assert_eq!(places.open.lock().unwrap().len(), 2);
    }
}
