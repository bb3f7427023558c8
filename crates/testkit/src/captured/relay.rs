//! Bytes go through, and into files.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{ASKED, TOLD};

/// What a relay keeps at most, of all connections together: no run of our stories comes near.
const KEPT: u64 = 2 * 1024 * 1024 * 1024;

/// Listens on a port of its own, leads to a server, and keeps what passes. The files are whole when both ends have closed.
pub struct Relay {
    address: SocketAddr,
    kept: Arc<Kept>,
}

struct Kept {
    folder: PathBuf,
    bytes: AtomicU64,
    connections: AtomicU64,
    /// The first thing that was not kept.
    lost: Mutex<Option<String>>,
}

impl Relay {
    /// Leads to `server`; keeps each connection in two files of `folder`, which is made.
    ///
    /// # Errors
    /// When the folder cannot be made, or no port is free.
    pub fn start(server: SocketAddr, folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let kept = Arc::new(Kept {
            folder: folder.to_owned(),
            bytes: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            lost: Mutex::new(None),
        });
        let keeping = Arc::clone(&kept);
        thread::spawn(move || {
            for client in listener.incoming() {
                let led = client.as_ref().map_err(io::Error::to_string).and_then(|client| {
                    let led = keeping.lead(client, server);
                    led.map_err(|error| error.to_string())
                });
                // The client is hung up on after it was said.
                if let Err(error) = led {
                    keeping.lose(&format!("a connection: {error}"));
                }
            }
        });
        Ok(Self { address, kept })
    }

    /// Where it listens, on loopback.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether everything so far was kept.
    ///
    /// # Errors
    /// What was not, and why.
    pub fn is_whole(&self) -> Result<(), String> {
        let lost = self.kept.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.clone().map_or(Ok(()), Err)
    }
}

impl Kept {
    fn lead(self: &Arc<Self>, client: &TcpStream, server: SocketAddr) -> io::Result<()> {
        let server = TcpStream::connect(server)?;
        // Each part leaves as it came: a story may wait for it.
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let number = self.connections.fetch_add(1, Relaxed) + 1;
        let file = |end| File::create(self.folder.join(format!("{number:06}.{end}")));
        let (asked, told) = (file(ASKED)?, file(TOLD)?);
        let (client, back, forth) = (client.try_clone()?, client.try_clone()?, server.try_clone()?);
        let keeping = Arc::clone(self);
        thread::spawn(move || keeping.pass(client, forth, asked));
        let keeping = Arc::clone(self);
        thread::spawn(move || keeping.pass(server, back, told));
        Ok(())
    }

    /// Until the sender closes. It is kept before it is passed on: what somebody was told is in the file.
    fn pass(&self, mut from: TcpStream, mut to: TcpStream, mut file: File) {
        let mut part = vec![0; 65_536];
        loop {
            let read = match from.read(&mut part) {
                Ok(0) => break,
                Ok(read) => part.get(..read).unwrap_or_default(),
                // Closed by force, as a browser closes what it no longer wants.
                Err(_) => return hang_up(&from, &to),
            };
            self.keep(&mut file, read);
            if to.write_all(read).is_err() {
                return hang_up(&from, &to);
            }
        }
        // The other direction may go on.
        let _ = to.shutdown(Shutdown::Write);
    }

    fn keep(&self, file: &mut File, read: &[u8]) {
        let before = self.bytes.fetch_add(read.len() as u64, Relaxed);
        if before > KEPT {
            return self.lose(&format!("more than {KEPT} bytes"));
        }
        if let Err(error) = file.write_all(read) {
            self.lose(&format!("{}: {error}", self.folder.display()));
        }
    }

    fn lose(&self, what: &str) {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.get_or_insert_with(|| format!("the relay did not keep everything: {what}"));
    }
}

fn hang_up(one: &TcpStream, other: &TcpStream) {
    for end in [one, other] {
        // It may be closed already.
        let _ = end.shutdown(Shutdown::Both);
    }
}
