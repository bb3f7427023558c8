//! A server that nobody has to trust: it answers whatever a test has it answer, and counts what it could send.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What is sent for one request, and whether the connection goes on.
pub(crate) enum Reply {
    /// These bytes, and on.
    Bytes(Vec<u8>),
    /// These bytes, and nothing more; the connection stays.
    Silence(Vec<u8>),
    /// These bytes and the end.
    End(Vec<u8>),
    /// These bytes, and then others without end, until the other side hangs up.
    Endless(Vec<u8>),
}

/// One request.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// Serves on a free port until the test ends.
pub(crate) struct Stranger {
    /// `HOST:PORT`.
    pub(crate) address: String,
    sent: Arc<AtomicU64>,
}

impl Stranger {
    pub(crate) fn answering(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (reply, sent) = (Arc::new(reply), Arc::new(AtomicU64::new(0)));
        let count = Arc::clone(&sent);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, reply, count) = (stream.unwrap(), Arc::clone(&reply), Arc::clone(&count));
                std::thread::spawn(move || serve(stream, &*reply, &count));
            }
        });
        Self { address, sent }
    }

    /// Bytes that the other side took, its system's buffers included.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }
}

fn serve(mut stream: TcpStream, reply: &dyn Fn(&Asked) -> Reply, sent: &AtomicU64) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(asked) = read(&mut reader) {
        let mut send = |bytes: &[u8]| {
            sent.fetch_add(bytes.len() as u64, Relaxed);
            stream.write_all(bytes).is_ok()
        };
        match reply(&asked) {
            Reply::Bytes(bytes) if send(&bytes) => {}
            Reply::Silence(bytes) if send(&bytes) => {
                // Until the other side has had enough.
                let _ = reader.read_to_end(&mut Vec::new());
                return;
            }
            Reply::Endless(bytes) if send(&bytes) => {
                while send(&[b'a'; 65_536]) {}
                return;
            }
            Reply::End(bytes) => {
                send(&bytes);
                return;
            }
            _ => return,
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = || {
        let mut line = String::new();
        (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
    };
    let first = line()?;
    let mut length = 0;
    loop {
        let header = line()?.to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut words = first.split(' ').map(str::to_owned);
    Some(Asked {
        method: words.next()?,
        path: words.next()?,
        body,
    })
}

/// An answer with a body, after which the connection goes on.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
