//! A published log on a server, read over kept HTTP/1.1 connections: one for each thread that asks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT_ENCODING, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use pramaan_tlog::audit::Published;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

/// One file, connection included.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a server may say that it is busy, and how long is waited at most, in seconds.
const BUSY: u32 = 8;
const LONGEST_WAIT: u64 = 30;

type Connection = SendRequest<Empty<Bytes>>;

pub(super) struct Server {
    runtime: Runtime,
    tls: Option<TlsConnector>,
    host: String,
    port: u16,
    /// Of every request.
    authority: String,
    /// Begins and ends with a slash.
    path: String,
    idle: Mutex<Vec<Connection>>,
}

/// What a server answered.
enum Answer {
    File(Vec<u8>),
    None,
    /// It asks to be left alone so long.
    Busy(Duration),
}

impl Server {
    pub(super) fn new(address: &str) -> anyhow::Result<Self> {
        let uri: Uri = address
            .parse()
            .with_context(|| format!("the address {address}"))?;
        let tls = match uri.scheme_str() {
            Some("https") => Some(tls()?),
            Some("http") => None,
            _ => bail!("the address {address} begins neither with https:// nor with http://"),
        };
        let authority = uri
            .authority()
            .with_context(|| format!("the address {address} names no host"))?;
        ensure!(
            uri.query().is_none(),
            "the address {address} has a question mark; give the one that ends in /log/"
        );
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        Ok(Self {
            runtime,
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(if tls.is_some() { 443 } else { 80 }),
            authority: authority.as_str().to_owned(),
            path: format!("{}/", uri.path().trim_end_matches('/')),
            tls,
            idle: Mutex::default(),
        })
    }

    async fn file(&self, name: &str, most: usize) -> anyhow::Result<Option<Vec<u8>>> {
        for _ in 0..BUSY {
            match tokio::time::timeout(PATIENCE, self.ask(name, most)).await {
                Ok(Ok(Answer::File(bytes))) => return Ok(Some(bytes)),
                Ok(Ok(Answer::None)) => return Ok(None),
                Ok(Ok(Answer::Busy(wait))) => tokio::time::sleep(wait).await,
                Ok(Err(error)) => return Err(error),
                Err(_) => bail!(
                    "{} did not answer within {} s",
                    self.authority,
                    PATIENCE.as_secs()
                ),
            }
        }
        bail!(
            "{} is too busy; try again later, or with --at-once 1",
            self.authority
        )
    }

    async fn ask(&self, name: &str, most: usize) -> anyhow::Result<Answer> {
        // A server may have closed a connection that was idle: that is found out by asking, and then a new one is made.
        while let Some(mut kept) = self.kept() {
            if let Ok(response) = self.send(&mut kept, name).await {
                return self.answer(kept, response, most).await;
            }
        }
        let mut connection = self.connect().await?;
        let response = self.send(&mut connection, name).await;
        let response = response.with_context(|| format!("asking {}", self.authority))?;
        self.answer(connection, response, most).await
    }

    fn kept(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    async fn connect(&self) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
        let stream = stream.with_context(|| format!("connecting to {}", self.authority))?;
        stream.set_nodelay(true)?;
        let Some(tls) = &self.tls else {
            return shake_hands(stream).await;
        };
        let name = ServerName::try_from(self.host.clone())?;
        let stream = tls.connect(name, stream).await;
        shake_hands(stream.with_context(|| format!("the certificate of {}", self.authority))?).await
    }

    async fn send(&self, connection: &mut Connection, name: &str) -> anyhow::Result<Response<Incoming>> {
        connection.ready().await?;
        let request = Request::get(format!("{}{name}", self.path))
            .header(HOST, &self.authority)
            .header(ACCEPT_ENCODING, "identity")
            .header(
                USER_AGENT,
                concat!("pramaan-log-verify/", env!("CARGO_PKG_VERSION")),
            )
            .body(Empty::new())?;
        Ok(connection.send_request(request).await?)
    }

    async fn answer(
        &self,
        connection: Connection,
        response: Response<Incoming>,
        most: usize,
    ) -> anyhow::Result<Answer> {
        let (head, body) = response.into_parts();
        let answer = match head.status {
            StatusCode::OK => Answer::File(Vec::new()),
            StatusCode::NOT_FOUND => Answer::None,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let seconds = head
                    .headers
                    .get(RETRY_AFTER)
                    .and_then(|value| value.to_str().ok()?.parse().ok());
                return Ok(Answer::Busy(Duration::from_secs(
                    seconds.unwrap_or(2).clamp(1, LONGEST_WAIT),
                )));
            }
            status => bail!("{} answered {status}", self.authority),
        };
        let bytes = match Limited::new(body, most).collect().await {
            Ok(body) => body.to_bytes().to_vec(),
            // Longer than it may be: one byte more says so, and the rest is not waited for.
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Ok(match answer {
                    Answer::File(_) => Answer::File(vec![0; most + 1]),
                    other => other,
                });
            }
            Err(error) => bail!("{} stopped in the middle: {error}", self.authority),
        };
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        Ok(match answer {
            Answer::File(_) => Answer::File(bytes),
            other => other,
        })
    }
}

impl Published for Server {
    type Error = anyhow::Error;

    fn read(&self, name: &str, most: usize) -> anyhow::Result<Option<Vec<u8>>> {
        self.runtime.block_on(self.file(name, most))
    }
}

async fn shake_hands<S>(stream: S) -> anyhow::Result<Connection>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // Ends when the sender is dropped; what goes wrong shows in the answers.
    tokio::spawn(connection);
    Ok(sender)
}

fn tls() -> anyhow::Result<TlsConnector> {
    let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
