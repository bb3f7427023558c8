//! A started `pramaan demo` for the tests that come from outside: built, on a free port, with a data folder of its own,
//! stopped when this value goes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::guard::Guard;
use crate::shell;

/// The promise is a minute on a small machine; a busy one gets some more.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Demo {
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    pub(crate) partner_key: String,
    /// The data folder.
    pub(crate) folder: String,
    /// `MOBILE REFERENCE_ID` of each vaccinated person that the demo named.
    pub(crate) vaccinated: Vec<String>,
    // Dropped in this order: the program first, then what it wrote.
    guard: Guard,
    data: TempDir,
}

#[derive(Default)]
struct Said {
    base: Option<String>,
    partner_key: Option<String>,
    vaccinated: Vec<String>,
}

impl Demo {
    pub(crate) fn start() -> Result<Self> {
        shell::run(&mut shell::cargo(&["build", "--workspace", "--bins"]))?;
        let program = format!("{}/debug/pramaan", target_folder()?);
        let data = tempfile::tempdir().context("could not make a folder for the demo")?;
        let folder = data.path().join("data").display().to_string();

        println!("$ {program} demo --listen 127.0.0.1:0 --data {folder}");
        let mut guard = Guard::program(&program, &["demo", "--listen", "127.0.0.1:0", "--data", &folder])?;
        let said = wait_until_healthy(&lines(guard.output()?))?;
        Ok(Self {
            base: said
                .base
                .context("the demo printed no address (http://127.0.0.1:PORT)")?,
            partner_key: said
                .partner_key
                .context("the demo printed no line `partner key: …`")?,
            folder,
            vaccinated: said.vaccinated,
            guard,
            data,
        })
    }

    /// Where the messages to a mobile can be read; `{mobile}` is for the reader to replace.
    pub(crate) fn outbox(&self) -> String {
        outbox(&self.base)
    }

    /// How many entries its log has published.
    pub(crate) fn entries(&self) -> Result<u64> {
        let answer = get(&self.base, "/log/checkpoint").context("could not ask the demo for its log")?;
        let note = answer.split_once("\r\n\r\n").map(|(_, note)| note);
        let size = note.and_then(|note| note.lines().nth(1)?.parse().ok());
        size.with_context(|| format!("the demo's log has no head: {answer}"))
    }

    /// Stops the program. What it wrote is there until the folder that is returned is dropped.
    pub(crate) fn ended(self) -> TempDir {
        drop(self.guard);
        self.data
    }
}

/// The same at another address that leads there.
pub(crate) fn outbox(base: &str) -> String {
    format!("{base}/demo/outbox?mobile={{mobile}}")
}

/// The output line by line. What the demo says after it is healthy is read and dropped, so that it never blocks.
fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

fn wait_until_healthy(lines: &Receiver<String>) -> Result<Said> {
    let deadline = Instant::now() + PATIENCE;
    let mut said = Said::default();
    let mut all = Vec::new();
    while Instant::now() < deadline {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => {
                said.hear(&line);
                all.push(line);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => {
                bail!("the demo ended before it was healthy:\n{}", all.join("\n"))
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if said.base.as_deref().is_some_and(healthy) {
            return Ok(said);
        }
    }
    bail!(
        "the demo was not healthy within {} s:\n{}",
        PATIENCE.as_secs(),
        all.join("\n")
    )
}

impl Said {
    fn hear(&mut self, line: &str) {
        if self.base.is_none() {
            self.base = address(line);
        }
        if let Some(key) = line.trim().strip_prefix("partner key: ") {
            self.partner_key = Some(key.to_owned());
        }
        if let Some(person) = line.trim().strip_prefix("vaccinated: ") {
            self.vaccinated.push(person.to_owned());
        }
    }
}

/// The first loopback address in a line, without a path.
fn address(line: &str) -> Option<String> {
    const START: &str = "http://127.0.0.1:";
    let rest = line.split_once(START)?.1;
    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty()).then(|| format!("{START}{port}"))
}

fn healthy(base: &str) -> bool {
    get(base, "/healthz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// An answer with its head.
fn get(base: &str, path: &str) -> std::io::Result<String> {
    let host = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Where cargo puts what it builds.
pub(crate) fn target_folder() -> Result<String> {
    let metadata = shell::capture(&mut shell::cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
    ]))?;
    let metadata: Value =
        serde_json::from_str(&metadata).context("could not read what `cargo metadata` printed")?;
    let folder = metadata.get("target_directory").and_then(Value::as_str);
    Ok(folder
        .context("`cargo metadata` names no target folder")?
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_demo_are_understood() {
        let mut said = Said::default();
        for line in [
            "Pramaan demo: http://127.0.0.1:40123/demo",
            "  partner key: abc123",
            "vaccinated: 7000000001 12345678901234",
            "staff: http://127.0.0.1:1/later",
        ] {
            said.hear(line);
        }
        assert_eq!(said.base.as_deref(), Some("http://127.0.0.1:40123"));
        assert_eq!(said.partner_key.as_deref(), Some("abc123"));
        assert_eq!(said.vaccinated, ["7000000001 12345678901234"]);
    }

    #[test]
    fn a_demo_that_dies_is_reported_with_what_it_said() {
        let receiver = lines("could not bind\n".as_bytes());
        let error = wait_until_healthy(&receiver).err().unwrap().to_string();
        assert!(
            error.contains("ended before") && error.contains("could not bind"),
            "{error}"
        );
    }

    #[test]
    fn nobody_at_the_port_is_not_healthy() {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        assert!(!healthy(&format!("http://127.0.0.1:{port}")));
    }
}
