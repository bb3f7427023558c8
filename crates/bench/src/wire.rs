//! The least of HTTP/1.1 that a load generator needs: prebuilt requests out, answers with a `content-length` in, one after
//! the other on a connection that stays open.
//!
//! It is *not* a client: no chunks, no redirects, no TLS. An answer that it does not understand is an error, so that
//! nothing is counted that was not read to its end.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Enough for every head, and most bodies in one read.
const BUFFER: usize = 64 * 1024;

/// A kept connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer that was read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    pub status: u16,
    pub head: &'a str,
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true).context("setting TCP_NODELAY")?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(BUFFER),
        })
    }

    /// Sends a request and reads its answer to the end.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream
            .write_all(request)
            .await
            .context("sending a request")?;
        self.buffer.clear();
        let head = loop {
            self.read_more().await?;
            if let Some(end) = end_of_head(&self.buffer) {
                break end;
            }
        };
        let parsed = Head::parse(self.buffer.get(..head).unwrap_or_default())?;
        let end = head + parsed.length;
        while self.buffer.len() < end {
            self.read_more().await?;
        }
        if self.buffer.len() > end {
            bail!("the server sent more than it announced");
        }
        let (head, body) = self.buffer.split_at(head);
        Ok(Answer {
            status: parsed.status,
            head: std::str::from_utf8(head).context("reading an answer's head")?,
            body,
        })
    }

    async fn read_more(&mut self) -> Result<()> {
        self.buffer.reserve(BUFFER / 2);
        let read = self
            .stream
            .read_buf(&mut self.buffer)
            .await
            .context("reading an answer")?;
        if read == 0 {
            bail!("the server closed a connection in the middle of an answer");
        }
        Ok(())
    }
}

/// A GET request for a kept connection. `headers` are whole lines without their ends.
pub fn get(path: &str, headers: &[&str]) -> Vec<u8> {
    request("GET", path, headers, b"")
}

/// A POST request with a JSON body.
pub fn post(path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("Content-Length: {}", body.len());
    let mut all = vec!["Content-Type: application/json", length.as_str()];
    all.extend(headers);
    request("POST", path, &all, body)
}

fn request(method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: pramaan-bench\r\n");
    for line in headers {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

struct Head {
    status: u16,
    length: usize,
}

impl Head {
    fn parse(bytes: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).context("reading an answer's head")?;
        let status: u16 = text
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3))
            .and_then(|status| status.parse().ok())
            .with_context(|| format!("no status in {:?}", text.lines().next()))?;
        let length = header(text, "content-length").and_then(|length| length.parse().ok());
        let length = match (length, status) {
            (Some(length), _) => length,
            (None, 204 | 304) => 0,
            (None, _) => bail!("an answer {status} without a content-length"),
        };
        Ok(Self { status, length })
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The index behind the empty line.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|start| start + 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// Answers each request with the next of these pieces, as they are.
    async fn server(pieces: Vec<Vec<&'static str>>) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut sink = vec![0; 4_096];
            for answer in pieces {
                let _ = stream.read(&mut sink).await.unwrap();
                for piece in answer {
                    stream.write_all(piece.as_bytes()).await.unwrap();
                    stream.flush().await.unwrap();
                    tokio::task::yield_now().await;
                }
            }
        });
        address
    }

    #[tokio::test]
    async fn answers_in_pieces_are_read_to_their_end() {
        let address = server(vec![
            vec!["HTTP/1.1 200 OK\r\nContent-", "Length: 5\r\n\r\nhe", "llo"],
            vec!["HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"],
        ])
        .await;
        let mut connection = Connection::open(address).await.unwrap();
        let answer = connection.exchange(&get("/", &[])).await.unwrap();
        assert_eq!((answer.status, answer.body), (200, b"hello".as_slice()));
        assert_eq!(answer.header("content-length"), Some("5"));
        assert_eq!(connection.exchange(&get("/", &[])).await.unwrap().status, 304);
    }

    #[tokio::test]
    async fn what_is_not_understood_is_not_counted() {
        for strange in [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
            "SSH-2.0\r\n\r\n",
        ] {
            let address = server(vec![vec![strange]]).await;
            let mut connection = Connection::open(address).await.unwrap();
            assert!(connection.exchange(&get("/", &[])).await.is_err(), "{strange}");
        }
    }
}
