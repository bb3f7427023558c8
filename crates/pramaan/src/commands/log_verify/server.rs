//! A published log on a server. What it answers is believed to be nothing but bytes: the audit says what they are worth.

use std::time::Duration;

use anyhow::{Context, bail};
use http::header::{CONTENT_ENCODING, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, StatusCode};
use pramaan_tlog::audit::Published;
use pramaan_witness::wire::{Address, Question, Tls, Wire};
use tokio::runtime::Runtime;

/// How often a server may say that it is busy, and how long is waited at most, in seconds.
const BUSY: u32 = 8;
const LONGEST_WAIT: u64 = 30;
/// Letters of what a stranger says that are printed.
const SAID: usize = 200;

pub(super) struct Server {
    runtime: Runtime,
    wire: Wire,
}

/// What a server answered.
enum Answer {
    File(Vec<u8>),
    None,
    /// It asks to be left alone so long.
    Busy(Duration),
}

impl Server {
    /// `patience` is for one file, connection and all.
    pub(super) fn new(address: &str, patience: Duration) -> anyhow::Result<Self> {
        let address = Address::parse(address)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let tls = Tls::public().context("preparing TLS")?;
        Ok(Self {
            runtime,
            wire: Wire::new(address, tls, patience),
        })
    }

    async fn file(&self, name: &str, most: usize) -> anyhow::Result<Option<Vec<u8>>> {
        let asking = || format!("asking {}", self.wire.address().authority());
        for _ in 0..BUSY {
            match self.ask(name, most).await.with_context(asking)? {
                Answer::File(bytes) => return Ok(Some(bytes)),
                Answer::None => return Ok(None),
                Answer::Busy(wait) => tokio::time::sleep(wait).await,
            }
        }
        bail!(
            "{}: it is too busy; try again later, or with --at-once 1",
            asking()
        )
    }

    async fn ask(&self, name: &str, most: usize) -> anyhow::Result<Answer> {
        let answer = self.wire.ask(&Question::get(name, most)).await?;
        let said = |name| said(&answer.headers, name);
        match answer.status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(Answer::None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                let seconds = said(RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
                let seconds = seconds.unwrap_or(2).clamp(1, LONGEST_WAIT);
                return Ok(Answer::Busy(Duration::from_secs(seconds)));
            }
            status if status.is_redirection() => match said(LOCATION) {
                Some(to) => bail!("it answered {status} and points to {to}: give the address that is meant"),
                None => bail!("it answered {status}"),
            },
            status => bail!("it answered {status}"),
        }
        if let Some(packed) = said(CONTENT_ENCODING).filter(|packed| packed != "identity") {
            bail!("it answered in the encoding {packed}, which nobody asked for");
        }
        // One byte more than it may have says that it is longer, whatever is in it.
        let bytes = answer.body.map_or_else(|| vec![0; most + 1], Into::into);
        Ok(Answer::File(bytes))
    }
}

/// A header's beginning, fit for a line of ours.
fn said(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(
        value
            .chars()
            .filter(|letter| !letter.is_control())
            .take(SAID)
            .collect(),
    )
}

impl Published for Server {
    type Error = anyhow::Error;

    fn read(&self, name: &str, most: usize) -> anyhow::Result<Option<Vec<u8>>> {
        self.runtime.block_on(self.file(name, most))
    }
}
