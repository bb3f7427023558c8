//! One connection to a witness, kept while both want it.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use pramaan_tlog::MAX_NOTE;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;

use super::WitnessUrl;
use super::url::Security;

/// Whose certificates are believed when a witness has an https address.
#[derive(Debug, Clone)]
pub struct Tls(Arc<ClientConfig>);

impl Tls {
    /// The authorities that browsers believe.
    pub fn public() -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        Self::trusting(roots)
    }

    /// These authorities and no others.
    pub fn trusting(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        Ok(Self(Arc::new(
            config.with_root_certificates(roots).with_no_client_auth(),
        )))
    }
}

/// What was answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) kind: Option<HeaderValue>,
    pub(super) body: Bytes,
}

type Sender = SendRequest<Full<Bytes>>;

pub(super) struct Wire {
    pub(super) url: WitnessUrl,
    tls: Tls,
    kept: Mutex<Option<Sender>>,
}

impl Wire {
    pub(super) fn new(url: WitnessUrl, tls: Tls) -> Self {
        Self {
            url,
            tls,
            kept: Mutex::default(),
        }
    }

    /// Asks once more on a connection of its own when a kept one broke: both requests of the protocol may be repeated.
    ///
    /// # Errors
    /// In words for an operator.
    pub(super) async fn ask(&self, method: Method, rest: &str, body: Bytes) -> Result<Answer, String> {
        let mut kept = self.kept.lock().await;
        if let Some(mut sender) = kept.take()
            && let Ok(answer) = ask(&mut sender, self.request(&method, rest, body.clone())?).await
        {
            *kept = Some(sender);
            return Ok(answer);
        }
        let mut sender = self.connect().await?;
        let answer = ask(&mut sender, self.request(&method, rest, body)?).await?;
        *kept = Some(sender);
        Ok(answer)
    }

    fn request(&self, method: &Method, rest: &str, body: Bytes) -> Result<Request<Full<Bytes>>, String> {
        Request::builder()
            .method(method.clone())
            .uri(self.url.path(rest))
            .header(HOST, self.url.authority())
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(Full::new(body))
            .map_err(|error| error.to_string())
    }

    async fn connect(&self) -> Result<Sender, String> {
        let WitnessUrl {
            security, host, port, ..
        } = &self.url;
        let stream = TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(|error| format!("no connection: {error}"))?;
        let _ = stream.set_nodelay(true);
        match security {
            Security::Clear => begin(stream).await,
            Security::Tls => {
                let name = ServerName::try_from(host.clone()).map_err(|error| error.to_string())?;
                let connector = TlsConnector::from(Arc::clone(&self.tls.0));
                let stream = connector
                    .connect(name, stream)
                    .await
                    .map_err(|error| format!("no encrypted connection: {error}"))?;
                begin(stream).await
            }
        }
    }
}

async fn begin(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Result<Sender, String> {
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
    // Ends with the sender.
    tokio::spawn(connection);
    Ok(sender)
}

async fn ask(sender: &mut Sender, request: Request<Full<Bytes>>) -> Result<Answer, String> {
    sender.ready().await.map_err(|error| error.to_string())?;
    let (head, body) = sender
        .send_request(request)
        .await
        .map_err(|error| error.to_string())?
        .into_parts();
    Ok(Answer {
        status: head.status,
        kind: head.headers.get(CONTENT_TYPE).cloned(),
        body: read(body).await?,
    })
}

/// A witness may be anybody: it is read no further than a note can be long.
async fn read(body: Incoming) -> Result<Bytes, String> {
    let read = Limited::new(body, MAX_NOTE).collect().await;
    Ok(read
        .map_err(|error| format!("the answer could not be read: {error}"))?
        .to_bytes())
}
