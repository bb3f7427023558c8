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
    let (folder, data) = init();
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
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
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

#[test]
fn on_loopback_somebody_has_to_say_whether_a_proxy_is_there() {
    let (_folder, data) = init();
    let refused = |listen: &str, more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_pramaan"))
            .args(["serve", "--data", &data, "--sms", "console", "--listen", listen])
            .args(more)
            .output()
            .unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    for listen in ["127.0.0.1:0", "[::1]:0", "[::ffff:127.0.0.1]:0"] {
        let sentence = refused(listen, &[]);
        assert!(
            sentence.contains("--trusted-proxy") && sentence.contains("--direct"),
            "{sentence}"
        );
    }
    let everybody = refused("127.0.0.1:0", &["--trusted-proxy", "0.0.0.0/0"]);
    assert!(everybody.contains("trust everybody"), "{everybody}");
    let both = refused("127.0.0.1:0", &["--trusted-proxy", "127.0.0.1", "--direct"]);
    assert!(both.contains("cannot be used with"), "{both}");
    drop(serve(&[
        "--trusted-proxy",
        "127.0.0.1",
        "--trusted-proxy",
        "2001:db8::/48",
    ]));
}
