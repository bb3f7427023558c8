//! The measured server: the built program over a data folder.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use pramaan_bench::process::{Started, free_address};

use crate::stand_in::{Log, StandIn};

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

    /// This program once more, instead of the shipped one.
    pub(crate) fn stand_in(data: &Path, log: Log) -> Result<Self> {
        let mut command = Command::new("/proc/self/exe");
        command
            .args(["--program", "/", "--out", "/", "--stand-in"])
            .arg(data);
        command.args(StandIn::arguments(log));
        Self::started(command, data)
    }

    /// `data` must be empty or missing.
    pub(crate) fn demo(program: &Path, data: &Path) -> Result<Self> {
        Self::start(program, "demo", data, &[])
    }

    fn start(program: &Path, what: &str, data: &Path, more: &[&str]) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg(what).arg("--data").arg(data).args(more);
        Self::started(command, data)
    }

    fn started(mut command: Command, data: &Path) -> Result<Self> {
        let address = free_address()?;
        command.args(["--listen", &address.to_string()]);
        let start = Instant::now();
        let mut process = Started::spawn(&mut command, &data.with_extension("server.log"))?;
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
