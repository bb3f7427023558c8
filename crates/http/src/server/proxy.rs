//! Who a request really came from: the one place that reads `X-Forwarded-For`.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use http::{Extensions, HeaderMap, HeaderName, Request, Version};
use pramaan_app::origin::ClientAddr;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// A network whose hosts are reverse proxies of ours: an address and the length of its prefix, such as `10.1.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proxy {
    network: IpAddr,
    prefix: u8,
}

/// Why a network cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseProxy {
    #[error("write the proxy as ADDRESS or ADDRESS/PREFIX, such as 127.0.0.1 or 2001:db8:1::/48")]
    Malformed,
    #[error("a prefix of 0 would trust everybody: name the network of the proxies")]
    Everybody,
    #[error("write an IPv4 network in its own form, such as 10.1.0.0/16")]
    Mapped,
}

impl FromStr for Proxy {
    type Err = ParseProxy;

    fn from_str(text: &str) -> Result<Self, ParseProxy> {
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let network: IpAddr = address.parse().map_err(|_| ParseProxy::Malformed)?;
        if network.to_canonical() != network {
            return Err(ParseProxy::Mapped);
        }
        let longest = if network.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) => digits.parse().map_err(|_| ParseProxy::Malformed)?,
        };
        match prefix {
            0 => Err(ParseProxy::Everybody),
            1..=128 if prefix <= longest => Ok(Self { network, prefix }),
            _ => Err(ParseProxy::Malformed),
        }
    }
}

impl Proxy {
    fn contains(self, address: IpAddr) -> bool {
        let differ = match (self.network, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => u128::from(ours.to_bits() ^ theirs.to_bits()) << 96,
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => ours.to_bits() ^ theirs.to_bits(),
            _ => return false,
        };
        differ.leading_zeros() >= u32::from(self.prefix)
    }
}

/// The proxies whose `X-Forwarded-For` is believed; none by default. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Arc<[Proxy]>);

impl FromIterator<Proxy> for Proxies {
    fn from_iter<I: IntoIterator<Item = Proxy>>(proxies: I) -> Self {
        Self(proxies.into_iter().collect())
    }
}

impl Proxies {
    pub(super) fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|proxy| proxy.contains(address))
    }

    /// The rightmost hop that is not itself a trusted proxy. What stands left of it was written by strangers and is not
    /// read. The header of a peer that is not trusted is not read at all. At a hop that is no address the walk ends, and
    /// the proxy that wrote it is the client: the last good hop to its right, or the peer. Somebody behind such a proxy
    /// shares its budgets, but can be nobody else.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddr {
        let mut client = peer;
        for hop in hops(headers) {
            if !self.trust(client) {
                break;
            }
            let Some(hop) = hop else { break };
            client = hop;
        }
        ClientAddr::new(client)
    }
}

/// What proxies add, and browsers and programs do not.
const SIGNS: [HeaderName; 7] = [
    HeaderName::from_static(FORWARDED_FOR),
    http::header::FORWARDED,
    http::header::VIA,
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-server"),
];

/// Whether a request looks as if some proxy forwarded it. A bare `proxy_pass` of nginx adds no header at all, but speaks
/// HTTP/1.0, which browsers have not for twenty years. A proxy that adds nothing and speaks HTTP/1.1 cannot be told.
pub(super) fn forwarded<B>(request: &Request<B>) -> bool {
    let old = request.version() < Version::HTTP_11;
    old || SIGNS.iter().any(|sign| request.headers().contains_key(sign))
}

/// The hops from right to left, over all headers of the name; `None` for one that is no address.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let headers: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
    headers
        .into_iter()
        .rev()
        .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b',').map(address))
}

/// An address, as some proxies write it also with a port or in brackets.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(hop)
        .parse()
        .ok()
        .or_else(|| hop.parse().map(|with_port: SocketAddr| with_port.ip()).ok())
}

/// The client of a request. One that did not come through our accept loop is a test's and counts as loopback.
pub fn client_of(extensions: &Extensions) -> ClientAddr {
    extensions
        .get::<ClientAddr>()
        .copied()
        .unwrap_or(ClientAddr::LOOPBACK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const TRUSTED: [&str; 3] = ["127.0.0.1", "10.1.0.0/16", "2001:db8:1::/48"];

    /// The client of a request from `peer` with these headers, in their order.
    fn client(peer: &str, forwarded: &[&str]) -> String {
        let proxies: Proxies = TRUSTED.iter().map(|text| text.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).ip().to_string()
    }

    #[test]
    fn the_client_is_the_rightmost_hop_that_is_no_proxy() {
        for (peer, forwarded, expected) in [
            ("127.0.0.1", &["203.0.113.7"][..], "203.0.113.7"),
            ("127.0.0.1", &["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", &["198.51.100.1,203.0.113.7,10.1.2.3"], "203.0.113.7"),
            (
                "10.1.9.9",
                &["198.51.100.1", "203.0.113.7", "10.1.2.3"],
                "203.0.113.7",
            ),
            ("127.0.0.1", &["2001:db8:2::1, 2001:db8:1::9"], "2001:db8:2::1"),
            ("2001:db8:1::9", &["203.0.113.7"], "203.0.113.7"),
            ("::ffff:127.0.0.1", &["::ffff:203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", &["203.0.113.7:4711"], "203.0.113.7"),
            ("127.0.0.1", &["[2001:db8:2::1]:443"], "2001:db8:2::1"),
            ("127.0.0.1", &["[2001:db8:2::1]"], "2001:db8:2::1"),
            ("127.0.0.1", &["10.1.0.1, 10.1.0.2"], "10.1.0.1"),
        ] {
            assert_eq!(client(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_peer_that_is_no_proxy_is_the_client_whatever_it_writes() {
        for peer in ["203.0.113.9", "10.2.0.1", "2001:db8:2::9", "127.0.0.2"] {
            assert_eq!(client(peer, &["198.51.100.1"]), peer);
            assert_eq!(client(peer, &[]), peer);
        }
    }

    #[test]
    fn at_a_malformed_hop_the_last_good_one_is_the_client() {
        for bad in [
            "unknown",
            "",
            "_hidden",
            "203.0.113",
            "203.0.113.7.8",
            "fe80::1%eth0",
            "नमस्ते",
            "1.2.3.4 5.6.7.8",
        ] {
            let both = format!("203.0.113.7, {bad}");
            assert_eq!(client("127.0.0.1", &[&both]), "127.0.0.1", "{bad:?}: the peer");
            let behind = format!("203.0.113.7, {bad}, 10.1.0.5");
            assert_eq!(
                client("127.0.0.1", &[&behind]),
                "10.1.0.5",
                "{bad:?}: the proxy right of it"
            );
            let left = format!("{bad}, 203.0.113.7");
            assert_eq!(
                client("127.0.0.1", &[&left]),
                "203.0.113.7",
                "{bad:?}: not reached"
            );
        }
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn a_proxy_is_told_by_what_it_adds_and_by_the_old_protocol() {
        let request = |version, header: Option<&'static str>| {
            let mut request = Request::builder().version(version).header("host", "localhost");
            if let Some(header) = header {
                request = request.header(header, "203.0.113.7");
            }
            forwarded(&request.body(()).unwrap())
        };
        for header in [
            "X-Forwarded-For",
            "Forwarded",
            "Via",
            "X-Real-IP",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded-Server",
        ] {
            assert!(request(Version::HTTP_11, Some(header)), "{header}");
        }
        assert!(request(Version::HTTP_10, None));
        assert!(!request(Version::HTTP_11, None));
        assert!(!request(Version::HTTP_11, Some("x-api-key")));
    }

    #[test]
    fn nobody_trusts_by_default() {
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, HeaderValue::from_static("203.0.113.7"));
        let client = Proxies::default().client([127, 0, 0, 1].into(), &headers);
        assert_eq!(client, ClientAddr::LOOPBACK);
    }

    #[test]
    fn a_network_is_read_as_it_is_written_everywhere() {
        for good in [
            "127.0.0.1",
            "10.0.0.0/8",
            "10.1.2.3/32",
            "::1",
            "2001:db8::/32",
            "::1/128",
        ] {
            assert!(good.parse::<Proxy>().is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", ParseProxy::Malformed),
            ("localhost", ParseProxy::Malformed),
            ("10.0.0.0/33", ParseProxy::Malformed),
            ("10.0.0.0/", ParseProxy::Malformed),
            ("10.0.0.0/8/8", ParseProxy::Malformed),
            ("::/129", ParseProxy::Malformed),
            ("0.0.0.0/0", ParseProxy::Everybody),
            ("::/0", ParseProxy::Everybody),
            ("::ffff:10.0.0.0/104", ParseProxy::Mapped),
        ] {
            assert_eq!(bad.parse::<Proxy>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_prefix_holds_to_the_bit() {
        let narrow: Proxy = "203.0.113.64/26".parse().unwrap();
        for (address, inside) in [
            ("203.0.113.64", true),
            ("203.0.113.127", true),
            ("203.0.113.128", false),
            ("203.0.113.63", false),
            ("::ffff:203.0.113.65", true),
            ("2001:db8::1", false),
        ] {
            assert_eq!(narrow.contains(address.parse().unwrap()), inside, "{address}");
        }
    }
}
