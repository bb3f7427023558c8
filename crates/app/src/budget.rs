//! How many one-time passwords may be asked for: by mobile, by device, by network, by partner and in the whole nation.
//!
//! Widths only; counting is `store::budget`'s. A device that has logged in for the number before is served from a reserve
//! of its own first, so that no stranger, neighbour or nationwide flood locks the owner out.

use std::net::IpAddr;

use pramaan_keys::IndexKind;
use pramaan_store::Sealer;
use pramaan_store::budget::Charge;
use pramaan_store::known_device::{Acquaintance, DeviceOfNumber};

/// At most `count` in any window of `seconds` that begins with its first request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub count: u32,
    pub seconds: u32,
}

impl Budget {
    pub const fn new(count: u32, seconds: u32) -> Self {
        Self { count, seconds }
    }
}

const TEN_MINUTES: u32 = 600;
const DAY: u32 = 86_400;

/// The budgets of requests for one-time passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtpBudgets {
    /// One mobile number, from devices that never logged in for it and those that did.
    pub mobile: Budget,
    /// The same over a day: with three guesses a request it bounds guessing.
    pub mobile_day: Budget,
    /// One number from one device that has logged in for it before.
    pub reserve: Budget,
    pub reserve_day: Budget,
    /// One device, whatever the numbers.
    pub device: Budget,
    /// One network: an IPv4 /24 or an IPv6 /48. Carriers put thousands of people behind one.
    pub network: Budget,
    /// One partner, in place of device and network: its servers speak for many people.
    pub partner: Budget,
    /// Everybody together: what the SMS gateways can carry.
    pub nation: Budget,
    /// Into how many counters the nation's budget is split, so that requests do not queue for one row. Each holds an equal
    /// part, and a request is counted in one at random.
    pub nation_parts: u8,
}

impl Default for OtpBudgets {
    fn default() -> Self {
        Self {
            mobile: Budget::new(5, TEN_MINUTES),
            mobile_day: Budget::new(30, DAY),
            reserve: Budget::new(10, TEN_MINUTES),
            reserve_day: Budget::new(100, DAY),
            device: Budget::new(30, TEN_MINUTES),
            network: Budget::new(1_000, TEN_MINUTES),
            partner: Budget::new(60_000, 60),
            nation: Budget::new(300_000, 60),
            nation_parts: 16,
        }
    }
}

impl OtpBudgets {
    /// Wide enough for a demonstration from one machine: twenty a mobile in ten minutes, two thousand a minute in all.
    pub const fn demo() -> Self {
        Self {
            mobile: Budget::new(20, TEN_MINUTES),
            mobile_day: Budget::new(2_880, DAY),
            reserve: Budget::new(20, TEN_MINUTES),
            reserve_day: Budget::new(2_880, DAY),
            device: Budget::new(2_000, 60),
            network: Budget::new(2_000, 60),
            partner: Budget::new(2_000, 60),
            nation: Budget::new(2_000, 60),
            nation_parts: 1,
        }
    }
}

/// Where a request came from, as far as budgets need it. It is only ever kept as a blind index.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    device: Vec<u8>,
    network: Vec<u8>,
}

impl Origin {
    /// `device` is whatever the face tells devices apart by: a cookie of ours, or else the user agent. It counts together
    /// with the address unless it is `Own`.
    pub fn new(address: IpAddr, device: Device<'_>) -> Self {
        let address = address.to_canonical();
        let device = match device {
            Device::Own(name) => pramaan_keys::context(&[b"own", name.as_bytes()]),
            Device::UserAgent(agent) => {
                pramaan_keys::context(&[b"agent", address.to_string().as_bytes(), agent.as_bytes()])
            }
        };
        Self {
            device,
            network: network(address),
        }
    }

    pub(crate) fn partner(number: u64) -> Self {
        let device = pramaan_keys::context(&[b"partner", &number.to_be_bytes()]);
        Self {
            network: device.clone(),
            device,
        }
    }

    pub(crate) fn device(&self) -> &[u8] {
        &self.device
    }

    pub(crate) fn network(&self) -> &[u8] {
        &self.network
    }
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Origin(redacted)")
    }
}

/// What tells one device from another.
#[derive(Clone, Copy)]
pub enum Device<'a> {
    /// A random name that we gave the device earlier; worth nothing to anybody else.
    Own(&'a str),
    /// What the client says it is; empty when it says nothing.
    UserAgent(&'a str),
}

fn network(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().iter().take(3).copied().collect(),
        IpAddr::V6(v6) => v6.octets().iter().take(6).copied().collect(),
    }
}

/// What one request is counted against: always the same kinds in the same order, whatever the number.
pub(crate) struct Bill {
    lines: Vec<Line>,
}

struct Line {
    charge: Charge,
    limit: u32,
    reserve: Reserve,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reserve {
    OfKnownDevices,
    OfEverybody,
}

/// Who is behind a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    Directly,
    ThroughPartner,
}

impl Bill {
    pub(crate) fn new(
        budgets: &OtpBudgets,
        sealer: &Sealer,
        (origin, asker): (&Origin, Asker),
        device: &DeviceOfNumber,
    ) -> Self {
        let index = |kind, value: &[u8]| sealer.keys.index(kind, value).as_bytes().to_vec();
        let [part] = sealer.random::<1>();
        let parts = budgets.nation_parts.max(1);
        let nation = Budget::new(
            budgets.nation.count.div_ceil(parts.into()),
            budgets.nation.seconds,
        );
        let (mobile, pair) = (device.mobile_ix().to_vec(), device.device_ix().to_vec());
        let mut lines = vec![
            line("otp.mobile", mobile.clone(), budgets.mobile),
            line("otp.mobile-day", mobile, budgets.mobile_day),
            line("otp.reserve", pair.clone(), budgets.reserve).reserved(),
            line("otp.reserve-day", pair, budgets.reserve_day).reserved(),
        ];
        match asker {
            Asker::Directly => {
                lines.push(line(
                    "otp.device",
                    index(IndexKind::Device, &origin.device),
                    budgets.device,
                ));
                lines.push(line(
                    "otp.network",
                    index(IndexKind::NetworkPrefix, &origin.network),
                    budgets.network,
                ));
            }
            Asker::ThroughPartner => {
                lines.push(line(
                    "otp.partner",
                    index(IndexKind::Device, &origin.device),
                    budgets.partner,
                ));
            }
        }
        lines.push(line("otp.nation", vec![part % parts], nation));
        Self { lines }
    }

    pub(crate) fn charges(&self) -> Vec<Charge> {
        self.lines.iter().map(|line| line.charge.clone()).collect()
    }

    /// Whether the counts, this request included, are within the reserve of a known device or else within all the others.
    pub(crate) fn allows(
        &self,
        counts: &std::collections::HashMap<String, i64>,
        acquaintance: Acquaintance,
    ) -> Verdict {
        let within = |line: &Line| {
            counts
                .get(line.charge.kind)
                .is_some_and(|count| *count <= i64::from(line.limit))
        };
        let all = |reserve| {
            self.lines
                .iter()
                .filter(|line| line.reserve == reserve)
                .all(within)
        };
        if all(Reserve::OfEverybody) || (acquaintance == Acquaintance::Known && all(Reserve::OfKnownDevices))
        {
            Verdict::Allowed
        } else {
            Verdict::Over
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    Over,
}

fn line(kind: &'static str, subject: Vec<u8>, budget: Budget) -> Line {
    let charge = Charge {
        kind,
        subject,
        window_seconds: budget.seconds.into(),
    };
    Line {
        charge,
        limit: budget.count,
        reserve: Reserve::OfEverybody,
    }
}

impl Line {
    fn reserved(self) -> Self {
        Self {
            reserve: Reserve::OfKnownDevices,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_a_prefix_and_a_mapped_address_is_its_ipv4_one() {
        let origin = |text: &str| Origin::new(text.parse().unwrap(), Device::UserAgent("x"));
        assert_eq!(origin("203.0.113.7").network, origin("203.0.113.250").network);
        assert_ne!(origin("203.0.113.7").network, origin("203.0.114.7").network);
        assert_eq!(origin("::ffff:203.0.113.7"), origin("203.0.113.7"));
        assert_eq!(
            origin("2001:db8:1::1").network,
            origin("2001:db8:1:ffff::2").network
        );
    }

    #[test]
    fn our_own_name_of_a_device_holds_wherever_it_roams() {
        let at = |text: &str| Origin::new(text.parse().unwrap(), Device::Own("a")).device;
        assert_eq!(at("203.0.113.7"), at("198.51.100.1"));
        let agent = |text: &str| Origin::new(text.parse().unwrap(), Device::UserAgent("a")).device;
        assert_ne!(agent("203.0.113.7"), agent("198.51.100.1"));
    }
}
