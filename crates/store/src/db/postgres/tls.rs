//! Encryption to PostgreSQL: always, and with the server's certificate checked, unless both are on one machine.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::StoreError;

/// Where to connect, and how.
pub(super) struct Target {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
}

/// What the address says about encryption. The driver knows neither `verify-full` nor `sslrootcert`.
#[derive(Debug, PartialEq, Eq)]
enum Mode {
    /// Nothing was said: encrypted, except by a Unix socket.
    Unsaid,
    Verified,
    Plain,
}

impl Target {
    /// Reads the address.
    ///
    /// # Errors
    /// `Url` for an address that cannot be understood or asks for a connection that others could read, `Unavailable` when
    /// the file of `sslrootcert` cannot be read.
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (rest, said) = take_ours(url)?;
        let mut config: Config = rest.parse().map_err(|_| StoreError::Url {
            reason: "its parts cannot be understood",
        })?;
        let by_socket = !config.get_hosts().is_empty()
            && config.get_hosts().iter().all(is_socket)
            && config.get_hostaddrs().is_empty();
        config.ssl_mode(match said.mode {
            Mode::Unsaid if by_socket || (said.roots.is_none() && is_this_machine(&config)) => SslMode::Disable,
            Mode::Unsaid | Mode::Verified => SslMode::Require,
            Mode::Plain if is_this_machine(&config) => SslMode::Disable,
            Mode::Plain => {
                return Err(StoreError::Url {
                    reason: "sslmode=disable is for a Unix socket or this machine's own address: to another host the \
                             connection is encrypted and the server's certificate checked",
                });
            }
        });
        let tls = MakeRustlsConnect::new(client(said.roots.as_deref())?);
        Ok(Self { config, tls })
    }
}

/// The parameters that we read ourselves.
struct Said {
    mode: Mode,
    /// The file of `sslrootcert`.
    roots: Option<String>,
}

/// The address without them.
fn take_ours(url: &str) -> Result<(String, Said), StoreError> {
    let mut said = Said {
        mode: Mode::Unsaid,
        roots: None,
    };
    let Some((base, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), said));
    };
    let mut others = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", "disable")) => said.mode = Mode::Plain,
            Some(("sslmode", "require" | "verify-full")) => said.mode = Mode::Verified,
            Some(("sslmode", _)) => {
                return Err(StoreError::Url {
                    reason: "sslmode is verify-full, or disable on this machine",
                });
            }
            Some(("sslrootcert", path)) => said.roots = Some(decoded(path)?),
            _ => others.push(pair),
        }
    }
    let rest = match others.is_empty() {
        true => base.to_owned(),
        false => format!("{base}?{}", others.join("&")),
    };
    Ok((rest, said))
}

fn decoded(text: &str) -> Result<String, StoreError> {
    let refused = || StoreError::Url {
        reason: "the path of sslrootcert is not percent-encoded UTF-8",
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let value = digit().zip(digit()).map(|(high, low)| high * 16 + low);
        bytes.push(
            value
                .and_then(|value| u8::try_from(value).ok())
                .ok_or_else(refused)?,
        );
    }
    String::from_utf8(bytes).map_err(|_| refused())
}

fn is_socket(host: &Host) -> bool {
    matches!(host, Host::Unix(_))
}

/// Whether nothing of the connection leaves this machine. Names other than `localhost` may resolve to anything.
fn is_this_machine(config: &Config) -> bool {
    let named = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
    });
    let addressed = config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
    let anywhere = config.get_hosts().is_empty() && config.get_hostaddrs().is_empty();
    named && addressed && !anywhere
}

fn client(roots: Option<&str>) -> Result<ClientConfig, StoreError> {
    let mut store = RootCertStore::empty();
    match roots {
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => read_roots(Path::new(path), &mut store)?,
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(StoreError::unavailable)?;
    Ok(config.with_root_certificates(store).with_no_client_auth())
}

fn read_roots(path: &Path, store: &mut RootCertStore) -> Result<(), StoreError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        StoreError::unavailable(format!(
            "cannot read certificates from sslrootcert {}: {error}",
            path.display()
        ))
    };
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        store.add(certificate).map_err(|error| unreadable(&error))?;
    }
    match store.is_empty() {
        true => Err(unreadable(&"there are none in it")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> Result<SslMode, StoreError> {
        Target::parse(url).map(|target| target.config.get_ssl_mode())
    }

    #[test]
    fn another_host_is_never_spoken_to_in_clear() {
        for url in [
            "postgres://p@db.example/p",
            "postgres://p@db.example/p?sslmode=require",
            "postgres://p@db.example/p?connect_timeout=3&sslmode=verify-full",
            "postgres://p@127.0.0.1/p?sslmode=require",
            "postgres://p@%2Fvar%2Frun/p?hostaddr=192.0.2.1",
            "postgres://p@db1.example,db2.example/p?target_session_attrs=read-write",
        ] {
            assert_eq!(mode(url), Ok(SslMode::Require), "{url}");
        }
        for url in [
            "postgres://p@db.example/p?sslmode=disable",
            "postgres://p@192.0.2.1/p?sslmode=disable",
            "postgres://p@localhost,db.example/p?sslmode=disable",
            "postgres://p@localhost/p?sslmode=disable&hostaddr=192.0.2.1",
            "postgres://p@localhost.db.example/p?sslmode=disable",
        ] {
            let refused = mode(url).unwrap_err().to_string();
            assert!(refused.contains("this machine's own address"), "{url}: {refused}");
        }
    }

    #[test]
    fn on_one_machine_clear_is_enough() {
        for url in [
            "postgres://p@127.0.0.1:5432/p",
            "postgres://p@localhost/p",
            "postgres://p@[::1]/p",
            "postgres://p@%2Fvar%2Frun%2Fpostgresql/p",
            "postgres://p@%2Fvar%2Frun%2Fpostgresql/p?sslmode=disable",
            "postgres://p@localhost/p?sslmode=disable",
            "postgres://p@127.0.0.1,[::1]/p?sslmode=disable",
        ] {
            assert_eq!(mode(url), Ok(SslMode::Disable), "{url}");
        }
    }

    #[test]
    fn what_checks_no_certificate_is_refused() {
        for weak in ["prefer", "allow", "verify-ca", "Disable", ""] {
            let url = format!("postgres://p@localhost/p?sslmode={weak}");
            assert!(matches!(mode(&url), Err(StoreError::Url { .. })), "{weak}");
        }
    }

    #[test]
    fn roots_are_read_from_the_file_that_is_named() {
        let missing = mode("postgres://p@localhost/p?sslrootcert=%2Fno%20where%2Froot.pem").unwrap_err();
        assert!(missing.to_string().contains("/no where/root.pem"), "{missing}");
        let broken = mode("postgres://p@localhost/p?sslrootcert=%2").unwrap_err();
        assert!(matches!(broken, StoreError::Url { .. }));
    }
}
