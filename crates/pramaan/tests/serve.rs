#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A started `pramaan serve`, asked over its sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Served {
    child: Child,
    public: String,
    admin: String,
    _folder: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn init() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").to_str().unwrap().to_owned();
    let made = Command::new(env!("CARGO_BIN_EXE_pramaan"))
        .args(["init", "--data", &data, "--origin", "test.example/log"])
        .output()
        .unwrap();
    assert!(made.status.success());
    (folder, data)
}

fn serve(more: &[&str]) -> Served {
    serve_with("", more)
}

/// With more lines at the end of the settings.
fn serve_with(settings: &str, more: &[&str]) -> Served {
    let (folder, data) = init();
    let file = std::path::Path::new(&data).join("pramaan.toml");
    let whole = std::fs::read_to_string(&file).unwrap() + settings;
    std::fs::write(&file, whole).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_pramaan"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--admin-listen",
            "127.0.0.1:0",
        ])
        .args(["--data", &data, "--sms", "console"])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let mut addresses = said.lines().map_while(Result::ok).filter_map(|line| {
        let (_, rest) = line.split_once("http://")?;
        Some(rest.split([',', '/', ' ']).next()?.to_owned())
    });
    let (public, admin) = (addresses.next().unwrap(), addresses.next().unwrap());
    // What it says later has to go somewhere.
    std::thread::spawn(move || addresses.for_each(drop));
    Served {
        child,
        public,
        admin,
        _folder: folder,
    }
}

/// Status and body of a GET.
fn get(address: &str, path: &str) -> (u16, String) {
    get_with(address, path, "")
}

fn get_with(address: &str, path: &str, header: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, body.to_owned())
}

#[test]
fn strangers_see_health_only_and_nothing_of_the_demonstration() {
    let served = serve(&["--direct"]);
    assert_eq!(get(&served.public, "/healthz"), (200, "ok\n".to_owned()));
    for path in ["/metrics", "/readyz", "/demo", "/demo/outbox", "/demo/thief"] {
        assert_eq!(get(&served.public, path).0, 404, "{path}");
    }
    assert_eq!(get(&served.public, "/api/v2/admin/location/states").0, 200);
    assert_eq!(get(&served.admin, "/readyz"), (200, "ready\n".to_owned()));
    let (status, metrics) = get(&served.admin, "/metrics");
    assert_eq!(status, 200);
    assert!(
        metrics.contains("/api/v2/admin/location/states"),
        "the counts are those of the public door: {metrics}"
    );
    assert_eq!(get(&served.admin, "/api/v2/admin/location/states").0, 404);
}

const STATES: &str = "/api/v2/admin/location/states";

#[test]
fn what_an_unannounced_proxy_forwards_is_not_served() {
    let served = serve(&[]);
    assert_eq!(get(&served.public, STATES).0, 200);
    for header in [
        "X-Forwarded-For: 203.0.113.7\r\n",
        "Forwarded: for=203.0.113.7\r\n",
        "X-Real-IP: 203.0.113.7\r\n",
        "Via: 1.1 proxy\r\n",
        "X-Forwarded-Proto: https\r\n",
    ] {
        let (status, body) = get_with(&served.public, STATES, header);
        assert_eq!(status, 503, "{header}");
        assert!(
            body.contains("PRAMAAN0042") && body.contains("--trusted-proxy"),
            "{body}"
        );
        assert_eq!(get_with(&served.public, "/", header).0, 503);
        assert_eq!(get_with(&served.public, "/healthz", header).0, 200, "a probe");
    }
    assert_eq!(old_get(&served.public), 503, "as a bare proxy_pass asks");
    for said in [
        &["--direct"][..],
        &["--trusted-proxy", "127.0.0.1", "--trusted-proxy", "2001:db8::/48"],
    ] {
        let served = serve(said);
        assert_eq!(
            get_with(&served.public, STATES, "X-Forwarded-For: 203.0.113.7\r\n").0,
            200
        );
        assert_eq!(old_get(&served.public), 200);
    }
}

/// The status of a GET in HTTP/1.0.
fn old_get(address: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {STATES} HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// A proxy that adds no header and speaks HTTP/1.1 looks like a client on this machine.
#[test]
fn this_machine_has_a_networks_budget_until_somebody_says_what_it_is() {
    let narrow = "\n[requests]\nnetwork = { count = 3, seconds = 6000 }\n";
    for (said, last) in [(&[][..], 429), (&["--direct"][..], 200)] {
        let served = serve_with(narrow, said);
        for _ in 0..3 {
            assert_eq!(get(&served.public, STATES).0, 200);
        }
        assert_eq!(get(&served.public, STATES).0, last, "{said:?}");
    }
}

#[test]
fn proxies_that_cannot_be_meant_are_refused() {
    let (_folder, data) = init();
    let refused = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_pramaan"))
            .args([
                "serve",
                "--data",
                &data,
                "--sms",
                "console",
                "--listen",
                "127.0.0.1:0",
            ])
            .args(more)
            .output()
            .unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let everybody = refused(&["--trusted-proxy", "0.0.0.0/0"]);
    assert!(everybody.contains("trust everybody"), "{everybody}");
    let both = refused(&["--trusted-proxy", "127.0.0.1", "--direct"]);
    assert!(both.contains("cannot be used with"), "{both}");
}
