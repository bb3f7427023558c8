//! Where somebody is asked.

use std::fmt;

use http::Uri;
use http::uri::Scheme;

/// `https://HOST[:PORT][/PATH]` or the same with `http`: what is signed needs no secrecy, but https tells at once when
/// somebody else answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) security: Security,
    pub(super) host: String,
    pub(super) port: u16,
    /// With a slash before and none behind; empty for the root.
    prefix: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    Clear,
    Tls,
}

/// A text is not the address of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "reading the address {0:?}: give https://HOST or https://HOST:PORT/PATH, without user, query and fragment"
)]
pub struct ParseAddress(pub String);

impl Address {
    /// Reads an address; a slash at its end means nothing.
    ///
    /// # Errors
    /// `ParseAddress` for another scheme, a user, a query, a fragment, or no host.
    pub fn parse(text: &str) -> Result<Self, ParseAddress> {
        read(text).ok_or_else(|| ParseAddress(text.to_owned()))
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.prefix)
    }

    /// What the header `Host` says.
    pub fn authority(&self) -> String {
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        match self.port == self.security.port() {
            true => host,
            false => format!("{host}:{}", self.port),
        }
    }
}

impl Security {
    const fn port(self) -> u16 {
        match self {
            Self::Clear => 80,
            Self::Tls => 443,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.security {
            Security::Clear => "http",
            Security::Tls => "https",
        };
        write!(f, "{scheme}://{}{}", self.authority(), self.prefix)
    }
}

fn read(text: &str) -> Option<Address> {
    let uri: Uri = text.parse().ok()?;
    let security = match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => Security::Tls,
        Some(scheme) if *scheme == Scheme::HTTP => Security::Clear,
        _ => return None,
    };
    let authority = uri.authority()?;
    let unclear = authority.as_str().contains('@') || uri.query().is_some() || text.contains('#');
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let port = match authority.port() {
        Some(port) => port.as_str().parse().ok().filter(|port| *port > 0)?,
        // What stands behind the host is no port.
        None if authority.as_str() != authority.host() => return None,
        None => security.port(),
    };
    (!unclear && !host.is_empty()).then(|| Address {
        security,
        host: host.to_owned(),
        port,
        prefix: uri.path().trim_end_matches('/').to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_shown() {
        for (text, authority, path) in [
            ("https://w.example", "w.example", "/add-checkpoint"),
            ("https://w.example/", "w.example", "/add-checkpoint"),
            (
                "https://w.example:8443/a/b/",
                "w.example:8443",
                "/a/b/add-checkpoint",
            ),
            ("http://127.0.0.1:8090", "127.0.0.1:8090", "/add-checkpoint"),
            ("http://[::1]:8090/w", "[::1]:8090", "/w/add-checkpoint"),
        ] {
            let url = Address::parse(text).unwrap();
            assert_eq!(url.to_string(), text.trim_end_matches('/'));
            assert_eq!(
                (url.authority().as_str(), url.path("add-checkpoint").as_str()),
                (authority, path)
            );
        }
        assert_eq!(Address::parse("http://[::1]:8090").unwrap().host, "::1");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "w.example",
            "w.example/w",
            "/w",
            "ftp://w.example",
            "https://",
            "https://user@w.example",
            "https://w.example?x",
            "https://w.example/#x",
            "https://w.example:",
            "https://w.example:0",
            "https://w.example:70000",
            "https://w example",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
