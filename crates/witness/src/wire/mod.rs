//! The one HTTP/1.1 client here: it asks whoever need not be trusted, for a cosignature or for a file of a published log.
//!
//! Connections are kept while both want it. It follows no redirect, unpacks nothing, takes no longer than it is told to and
//! reads no further than it is told to, so whatever a server sends costs a bounded time and a bounded memory.

mod address;
mod tls;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use address::Security;

pub use address::{Address, ParseAddress};
pub use tls::Tls;

const AGENT: &str = concat!("pramaan/", env!("CARGO_PKG_VERSION"));

/// Why there is no answer, in words for an operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    #[error("no connection: {0}")]
    Connect(String),
    #[error("no encrypted connection: {0}")]
    Tls(String),
    #[error("no answer within {} s", .0.as_secs_f32())]
    Silent(Duration),
    #[error("the answer could not be read: {0}")]
    Broken(String),
}

impl WireError {
    fn broken(error: impl ToString) -> Self {
        Self::Broken(error.to_string())
    }
}

/// One question. It may be sent twice, when a kept connection breaks: only what may be repeated is asked this way.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    pub method: Method,
    /// Behind the address and a slash.
    pub path: &'a str,
    /// Text, or empty.
    pub body: Bytes,
    /// Bytes of an answer that are read.
    pub most: usize,
}

impl<'a> Question<'a> {
    /// `GET`, of a file of at most `most` bytes.
    pub fn get(path: &'a str, most: usize) -> Self {
        Self {
            method: Method::GET,
            path,
            body: Bytes::new(),
            most,
        }
    }
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Nothing when it is longer than what was asked for: the rest was not waited for.
    pub body: Option<Bytes>,
}

type Sender = SendRequest<Full<Bytes>>;

/// A server at an address, and the connections to it that wait for the next question.
pub struct Wire {
    address: Address,
    tls: Tls,
    patience: Duration,
    idle: Mutex<Vec<Sender>>,
}

impl Wire {
    /// `patience` is for one answer, connection and all.
    pub fn new(address: Address, tls: Tls, patience: Duration) -> Self {
        Self {
            address,
            tls,
            patience,
            idle: Mutex::default(),
        }
    }

    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Asks once. Several may ask at one time: each over a connection of its own.
    ///
    /// # Errors
    /// [`WireError`]. An answer of any status and of any length is none.
    pub async fn ask(&self, question: &Question<'_>) -> Result<Answer, WireError> {
        tokio::time::timeout(self.patience, self.answer(question))
            .await
            .unwrap_or(Err(WireError::Silent(self.patience)))
    }

    /// A server may have closed a connection that was idle: that is found out by asking, and then a new one is made.
    async fn answer(&self, question: &Question<'_>) -> Result<Answer, WireError> {
        while let Some(kept) = self.kept() {
            if let Ok(answer) = self.over(kept, question).await {
                return Ok(answer);
            }
        }
        self.over(self.connect().await?, question).await
    }

    fn kept(&self) -> Option<Sender> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, sender: Sender) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(sender);
    }

    async fn over(&self, mut sender: Sender, question: &Question<'_>) -> Result<Answer, WireError> {
        sender.ready().await.map_err(WireError::broken)?;
        let request = self.request(question)?;
        let response = sender.send_request(request).await.map_err(WireError::broken)?;
        let (head, body) = response.into_parts();
        let body = read(body, question.most).await?;
        if body.is_some() {
            self.keep(sender);
        }
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
    }

    fn request(&self, question: &Question<'_>) -> Result<Request<Full<Bytes>>, WireError> {
        let mut request = Request::builder()
            .method(question.method.clone())
            .uri(self.address.path(question.path))
            .header(HOST, self.address.authority())
            .header(ACCEPT_ENCODING, "identity")
            .header(USER_AGENT, AGENT);
        if !question.body.is_empty() {
            request = request.header(CONTENT_TYPE, "text/plain; charset=utf-8");
        }
        request
            .body(Full::new(question.body.clone()))
            .map_err(WireError::broken)
    }

    async fn connect(&self) -> Result<Sender, WireError> {
        let Address {
            security, host, port, ..
        } = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(|error| WireError::Connect(error.to_string()))?;
        let _ = stream.set_nodelay(true);
        match security {
            Security::Clear => begin(stream).await,
            Security::Tls => {
                let refused = |error: String| WireError::Tls(error);
                let name = ServerName::try_from(host.clone()).map_err(|error| refused(error.to_string()))?;
                let connector = TlsConnector::from(Arc::clone(&self.tls.0));
                let stream = connector.connect(name, stream).await;
                begin(stream.map_err(|error| refused(error.to_string()))?).await
            }
        }
    }
}

async fn begin(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Result<Sender, WireError> {
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .map_err(|error| WireError::Connect(error.to_string()))?;
    // Ends when the sender is dropped; what goes wrong shows in the answers.
    tokio::spawn(connection);
    Ok(sender)
}

/// Nothing when there is more than that.
async fn read(body: Incoming, most: usize) -> Result<Option<Bytes>, WireError> {
    match Limited::new(body, most).collect().await {
        Ok(body) => Ok(Some(body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(error) => Err(WireError::broken(error)),
    }
}
