//! Where a request came from, as far as budgets need it: a network, a device, and what only one client has.
//!
//! Nothing here is kept as it is: counters and known devices have blind indexes of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pramaan_domain::id::LoginId;

/// The address of the client itself: behind trusted proxies the one that they forwarded, otherwise the peer's. Only the
/// server's edge makes one, so nobody counts a proxy for its clients. An IPv4-mapped IPv6 address is its IPv4 one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddr(IpAddr);

impl ClientAddr {
    /// What a request has that came through no socket: a test's, or the program's own.
    pub const LOOPBACK: Self = Self(IpAddr::V4(Ipv4Addr::LOCALHOST));

    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    pub fn ip(self) -> IpAddr {
        self.0
    }

    /// The least that one subscriber is given: an IPv4 address, or an IPv6 /64, within which a client picks addresses as
    /// it likes.
    pub fn subscriber(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        }
    }

    /// An IPv4 /24 or an IPv6 /48. Carriers put thousands of people behind one.
    fn network(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(v4) => v4.octets().iter().take(3).copied().collect(),
            IpAddr::V6(v6) => v6.octets().iter().take(6).copied().collect(),
        }
    }
}

/// A login that happened earlier, proved by the bearer token that it was given, which may have expired since. It opens
/// nothing; it tells its holder from everybody else behind the same address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierLogin(pub(crate) LoginId);

/// What tells one device from another.
#[derive(Clone, Copy)]
pub enum Device<'a> {
    /// A random name that we gave the device earlier; worth nothing to anybody else.
    Own(&'a str),
    /// What the client says it is; empty when it says nothing. It counts together with the subscriber's address, and
    /// both may be those of strangers.
    UserAgent(&'a str),
}

/// Where a request came from.
///
/// Reserves go by what a stranger can have too. The *owner's* reserve is for what only one client has: our cookie, or
/// the token of an earlier login. A client that shows neither is known by address and user agent, which everybody behind
/// one carrier's address may share; it gets the small *neighbours'* reserve, which neighbours can use up, and never the
/// owner's. A partner's server speaks for many people: through a partner there is the owner's reserve for whoever shows
/// the token of an earlier login, and no other.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    device: Vec<u8>,
    network: Vec<u8>,
    uniqueness: Uniqueness,
    earlier: Option<EarlierLogin>,
}

/// Who else may look like this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Uniqueness {
    Nobody,
    Neighbours,
    EverybodyOfAPartner,
}

/// A reserve that a request may draw on, when its device or login is known for the number.
pub(crate) struct Reserves {
    /// What the owner's reserve is counted by.
    pub(crate) own: Option<Vec<u8>>,
    /// What the neighbours' is counted by.
    pub(crate) neighbours: Option<Vec<u8>>,
}

impl Origin {
    pub fn new(address: ClientAddr, device: Device<'_>) -> Self {
        let (device, uniqueness) = match device {
            Device::Own(name) => (
                pramaan_keys::context(&[b"own", name.as_bytes()]),
                Uniqueness::Nobody,
            ),
            Device::UserAgent(agent) => {
                let subscriber = address.subscriber().to_string();
                let named = pramaan_keys::context(&[b"agent", subscriber.as_bytes(), agent.as_bytes()]);
                (named, Uniqueness::Neighbours)
            }
        };
        Self {
            device,
            network: address.network(),
            uniqueness,
            earlier: None,
        }
    }

    /// The same for somebody who shows that they logged in earlier.
    pub fn with_earlier(self, earlier: Option<EarlierLogin>) -> Self {
        Self { earlier, ..self }
    }

    /// A partner's servers stand for the partner, whatever address they call from.
    pub(crate) fn through_partner(self, number: u64) -> Self {
        let device = pramaan_keys::context(&[b"partner", &number.to_be_bytes()]);
        Self {
            network: device.clone(),
            device,
            uniqueness: Uniqueness::EverybodyOfAPartner,
            earlier: self.earlier,
        }
    }

    /// A centre's desk stands for whoever is at it, as a partner's server does; it never has an owner's reserve.
    pub(crate) fn of_desk(centre: i64) -> Self {
        let device = pramaan_keys::context(&[b"desk", &centre.to_be_bytes()]);
        Self {
            network: device.clone(),
            device,
            uniqueness: Uniqueness::EverybodyOfAPartner,
            earlier: None,
        }
    }

    pub(crate) fn device(&self) -> &[u8] {
        &self.device
    }

    pub(crate) fn network(&self) -> &[u8] {
        &self.network
    }

    pub(crate) fn earlier(&self) -> Option<LoginId> {
        self.earlier.map(|EarlierLogin(login)| login)
    }

    /// Whether nobody else looks like this device.
    pub(crate) fn is_one_device(&self) -> bool {
        self.uniqueness == Uniqueness::Nobody
    }

    pub(crate) fn reserves(&self) -> Reserves {
        let login = self
            .earlier()
            .map(|login| pramaan_keys::context(&[b"login", login.as_bytes()]));
        match self.uniqueness {
            Uniqueness::Nobody => Reserves {
                own: Some(self.device.clone()),
                neighbours: None,
            },
            Uniqueness::Neighbours => Reserves {
                own: login,
                neighbours: Some(self.device.clone()),
            },
            Uniqueness::EverybodyOfAPartner => Reserves {
                own: login,
                neighbours: None,
            },
        }
    }
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Origin(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> ClientAddr {
        ClientAddr::new(text.parse().unwrap())
    }

    fn agent(text: &str) -> Origin {
        Origin::new(at(text), Device::UserAgent("x"))
    }

    #[test]
    fn a_network_is_a_prefix_and_a_mapped_address_is_its_ipv4_one() {
        assert_eq!(agent("203.0.113.7").network, agent("203.0.113.250").network);
        assert_ne!(agent("203.0.113.7").network, agent("203.0.114.7").network);
        assert_eq!(agent("::ffff:203.0.113.7"), agent("203.0.113.7"));
        assert_eq!(
            agent("2001:db8:1::1").network,
            agent("2001:db8:1:ffff::2").network
        );
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_device_under_all_its_addresses() {
        assert_eq!(
            agent("2001:db8:1:2::1").device,
            agent("2001:db8:1:2:a:b:c:d").device
        );
        assert_ne!(agent("2001:db8:1:2::1").device, agent("2001:db8:1:3::1").device);
        assert_ne!(agent("203.0.113.7").device, agent("203.0.113.8").device);
    }

    #[test]
    fn our_own_name_of_a_device_holds_wherever_it_roams() {
        let own = |text: &str| Origin::new(at(text), Device::Own("a")).device;
        assert_eq!(own("203.0.113.7"), own("198.51.100.1"));
        assert_ne!(agent("203.0.113.7").device, agent("198.51.100.1").device);
    }
}
