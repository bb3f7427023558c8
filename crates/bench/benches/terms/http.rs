//! The measured server: the built program over a data folder.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use pramaan_bench::process::{Started, free_address};

/// A started `pramaan`; it stops with this value.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// From the start of the program to the first 200 of `/healthz`.
    pub(crate) started_in: Duration,
    process: Started,
}

impl Server {
    pub(crate) fn serve(program: &Path, data: &Path) -> Result<Self> {
        let sms = format!("jsonl:{}", data.join("sms.jsonl").display());
        Self::start(program, "serve", data, &["--direct", "--sms", &sms])
    }

    /// `data` must be empty or missing.
    pub(crate) fn demo(program: &Path, data: &Path) -> Result<Self> {
        Self::start(program, "demo", data, &[])
    }

    fn start(program: &Path, what: &str, data: &Path, more: &[&str]) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(program);
        command
            .arg(what)
            .args(["--listen", &address.to_string(), "--data"])
            .arg(data)
            .args(more);
        let start = Instant::now();
        let mut process = Started::spawn(&mut command, &data.with_extension(format!("{what}.log")))?;
        let started_in = process.wait_until(start, || healthy(address))?;
        Ok(Self {
            address,
            started_in,
            process,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

fn healthy(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
