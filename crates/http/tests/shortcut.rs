//! The shortcut past the router answers what the router answers, byte for byte, and is held to the same budget.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use pramaan_app::testing::TestApp;
use pramaan_domain::time::Timestamp;
use pramaan_http::limit::{Budget, RequestLimit};
use pramaan_http::observe::Metrics;
use pramaan_http::router::{Manners, front, router};
use pramaan_http::server::{Front, Limits, Proxies, Trigger, serve, shutdown};
use support::Wire;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PUBLIC: &str = "/api/v2/appointment/sessions/public/";
const SHORTCUT: [&str; 4] = [
    "findByPin?pincode=400001&date=22-11-2026",
    "findByDistrict?district_id=395&date=22-11-2026",
    "calendarByPin?pincode=400001&date=22-11-2026",
    "calendarByDistrict?district_id=395&date=22-11-2026",
];
/// Left to the router, or answered alike although something is odd.
const ODD: [&str; 9] = [
    "findByPin?pincode=40000&date=22-11-2026",
    "findByPin?pincode=400001",
    "findByPin?pincode=400001&date=31-02-2026",
    "findByPin?pincode=%zz&date=22-11-2026",
    "findByDistrict?district_id=99999999&date=22-11-2026",
    "findByDistrict?district_id=x&date=22-11-2026",
    "calendarByPin?pincode=744301&date=22-11-2026&vaccine=COVAXIN&x=%20",
    "calendarByCenter?center_id=1&date=22-11-2026",
    "findByPin/?pincode=400001&date=22-11-2026",
];

struct Served {
    address: SocketAddr,
    metrics: Metrics,
    _trigger: Trigger,
}

impl Served {
    async fn start(front: impl Into<Front> + Send + 'static, metrics: Metrics) -> Self {
        Self::behind(Proxies::default(), front, metrics).await
    }

    async fn behind(proxies: Proxies, front: impl Into<Front> + Send + 'static, metrics: Metrics) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (trigger, listening) = shutdown();
        tokio::spawn(serve(
            listener,
            front,
            Limits {
                proxies,
                ..Limits::default()
            },
            metrics.clone(),
            listening,
        ));
        Self {
            address,
            metrics,
            _trigger: trigger,
        }
    }

    /// The whole answer but for the second in which it was given; its header lines sorted, for their order is no promise.
    async fn ask(&self, line: &str, headers: &str) -> (Vec<String>, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let body = if headers.contains("Content-Length") {
            "{}"
        } else {
            ""
        };
        let request = format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let mut head: Vec<_> = head
            .lines()
            .filter(|line| !line.starts_with("date: "))
            .map(str::to_owned)
            .collect();
        head[1..].sort();
        (head, answer[end + 4..].to_vec())
    }

    fn counted(&self, path: &str, status: u16) -> String {
        let labels = format!(
            "pramaan_http_request_seconds_count{{route=\"{PUBLIC}{path}\",method=\"GET\",status=\"{status}\"}} "
        );
        let text = self.metrics.render();
        let line = text.lines().find_map(|line| line.strip_prefix(&labels));
        line.unwrap_or("0").to_owned()
    }
}

fn manners(requests: u32) -> Manners {
    let budget = Budget {
        requests,
        per: Duration::from_secs(60),
    };
    let clock = Arc::new(|| Timestamp::from_seconds(1_795_321_800));
    Manners {
        metrics: Metrics::default(),
        limit: RequestLimit::new(budget, budget, NonZeroUsize::MIN, clock),
        kept_availability: pramaan_http::cowin::availability::CAPACITY,
    }
}

async fn past_the_router(test: &TestApp, requests: u32) -> Served {
    let manners = manners(requests);
    let metrics = manners.metrics.clone();
    Served::start(front(test.app.clone(), manners, Router::new()), metrics).await
}

async fn through_the_router(test: &TestApp, requests: u32) -> Served {
    let manners = manners(requests);
    let metrics = manners.metrics.clone();
    Served::start(router(test.app.clone(), manners, Router::new()), metrics).await
}

#[tokio::test]
async fn both_ways_answer_alike() {
    let test = Wire::start().await.test;
    let (past, through) = (
        past_the_router(&test, 1_000_000).await,
        through_the_router(&test, 1_000_000).await,
    );
    let (head, _) = past.ask(&format!("GET {PUBLIC}{}", SHORTCUT[0]), "").await;
    let (same, _) = through.ask(&format!("GET {PUBLIC}{}", SHORTCUT[0]), "").await;
    assert_eq!(head, same);
    let etag = head.iter().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let headers = [
        String::new(),
        "Accept-Encoding: gzip, deflate, br\r\n".to_owned(),
        "Accept-Language: hi_IN\r\n".to_owned(),
        format!("If-None-Match: {etag}\r\n"),
        "Content-Length: 2\r\n".to_owned(),
    ];
    for question in SHORTCUT.iter().chain(&ODD) {
        for headers in &headers {
            for method in ["GET", "HEAD", "POST", "OPTIONS"] {
                let line = format!("{method} {PUBLIC}{question}");
                assert_eq!(
                    past.ask(&line, headers).await,
                    through.ask(&line, headers).await,
                    "{line} {headers}"
                );
            }
        }
    }
    for path in SHORTCUT.map(|question| question.split('?').next().unwrap()) {
        for status in [200, 304, 400, 405] {
            assert_eq!(
                past.counted(path, status),
                through.counted(path, status),
                "{path} {status}"
            );
        }
    }
    assert_ne!(past.counted("findByPin", 200), "0");
    assert_ne!(past.counted("findByPin", 304), "0");
}

#[tokio::test]
async fn the_budget_is_the_same_one() {
    let test = Wire::start().await.test;
    let served = past_the_router(&test, 5).await;
    let (short, routed) = (
        format!("GET {PUBLIC}{}", SHORTCUT[0]),
        "GET /api/v2/admin/location/states",
    );
    for line in [&short, routed, &short, routed, &short] {
        assert_eq!(served.ask(line, "").await.0[0], "HTTP/1.1 200 OK", "{line}");
    }
    for line in [&short, routed, &short] {
        let (head, body) = served.ask(line, "").await;
        assert_eq!(head[0], "HTTP/1.1 429 Too Many Requests", "{line}");
        assert!(String::from_utf8(body).unwrap().contains("errorCode"));
    }
    assert_eq!(served.counted("findByPin", 200), "3");
}

#[tokio::test]
async fn behind_a_proxy_the_budget_is_the_clients() {
    let test = Wire::start().await.test;
    let manners = manners(2);
    let metrics = manners.metrics.clone();
    let proxies = Proxies::from_iter(["127.0.0.1".parse().unwrap()]);
    let front = front(test.app.clone(), manners, Router::new());
    let served = Served::behind(proxies, front, metrics).await;
    let line = format!("GET {PUBLIC}{}", SHORTCUT[0]);
    let (one, other) = (
        "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n",
        "X-Forwarded-For: 203.0.113.7, 198.51.100.1\r\n",
    );
    for (client, status) in [(one, 200), (one, 200), (one, 429), (other, 200)] {
        let (head, _) = served.ask(&line, client).await;
        assert!(
            head[0].starts_with(&format!("HTTP/1.1 {status} ")),
            "{client}: {}",
            head[0]
        );
    }
}
