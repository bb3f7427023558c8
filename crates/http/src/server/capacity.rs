//! Counts open connections, in all and by address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use pramaan_app::origin::ClientAddr;

use super::{Limits, Loopback};

/// The counts; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Capacity {
    limits: Limits,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place taken; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    address: IpAddr,
    open: Arc<Mutex<Open>>,
}

impl Capacity {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Arc::default(),
        }
    }

    /// `None` when everyone, or this address alone, holds as many as allowed.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Place> {
        let address = ClientAddr::new(peer).subscriber();
        let exempt = (self.limits.loopback == Loopback::Exempt && peer.to_canonical().is_loopback())
            || self.limits.proxies.trust(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.all >= self.limits.connections {
            return None;
        }
        let held = open.by_address.entry(address).or_default();
        if *held >= self.limits.connections_per_address && !exempt {
            return None;
        }
        *held += 1;
        open.all += 1;
        Some(Place {
            address,
            open: Arc::clone(&self.open),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(held) = open.by_address.get_mut(&self.address) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capacity(loopback: Loopback) -> Capacity {
        Capacity::new(Limits {
            connections: 3,
            connections_per_address: 2,
            loopback,
            ..Limits::default()
        })
    }

    #[test]
    fn one_address_cannot_hold_all_places() {
        let capacity = capacity(Loopback::Counted);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "::ffff:192.0.2.2".parse().unwrap());
        let first = capacity.take(one).unwrap();
        let _second = capacity.take(one).unwrap();
        assert!(capacity.take(one).is_none());
        let _third = capacity.take(other).unwrap();
        assert!(capacity.take(other).is_none(), "all places are taken");
        drop(first);
        assert!(capacity.take(other).is_some());
    }

    #[test]
    fn loopback_may_be_exempt_from_its_own_cap_only() {
        let capacity = capacity(Loopback::Exempt);
        let loopback = "127.0.0.1".parse().unwrap();
        let held: Vec<_> = (0..4).map_while(|_| capacity.take(loopback)).collect();
        assert_eq!(held.len(), 3);
        drop(held);
        assert!(
            capacity.open.lock().unwrap().by_address.is_empty(),
            "an address is forgotten when it leaves"
        );
    }
}
