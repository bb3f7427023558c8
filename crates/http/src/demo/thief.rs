//! The look-up bot of June 2023, let loose on this very server: a thousand mobiles and a stolen password.
//!
//! Nothing is pretended: every line of the result is counted from answers that the service gave a moment ago, to requests
//! such as anybody on the network could send.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Router};
use http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use super::{Account, Demo};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem};
use crate::web::page::Page;

const MOBILES: usize = 1_000;
/// Numbers for which the bot also asks for a code and guesses it; each costs a message, so it is not all of them.
const GUESSED: usize = 20;

#[derive(Template)]
#[template(path = "demo/thief.html")]
struct ThiefPage {
    page: Page,
    haul: Option<Haul>,
}

/// What came of it.
#[derive(Default)]
struct Haul {
    attempts: Vec<Attempt>,
    requests: usize,
    /// Answers that held anything of a seeded record.
    records: usize,
}

/// One way of asking, and how often each status was the answer.
struct Attempt {
    id: &'static str,
    statuses: BTreeMap<u16, usize>,
}

impl Attempt {
    fn told(&self) -> String {
        let told: Vec<_> = self
            .statuses
            .iter()
            .map(|(status, times)| format!("{times} × {status}"))
            .collect();
        told.join(", ")
    }
}

pub(super) async fn show(page: Page) -> Response {
    render(ThiefPage { page, haul: None })
}

pub(super) async fn steal(
    page: Page,
    Extension(demo): Extension<Arc<Demo>>,
    _form: CsrfForm<BTreeMap<String, String>>,
) -> Response {
    let haul = Thief {
        target: demo.target.clone(),
        markers: &demo.markers,
        haul: Haul::default(),
    };
    let haul = haul.run(&demo).await;
    render(ThiefPage {
        page,
        haul: Some(haul),
    })
}

fn render(page: ThiefPage) -> Response {
    let locale = page.page.locale;
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => ErrorPage::new(locale, Problem::Internal).into_response(),
    }
}

struct Thief<'a> {
    target: Router,
    markers: &'a [String],
    haul: Haul,
}

impl Thief<'_> {
    async fn run(mut self, demo: &Demo) -> Haul {
        let mobiles = mobiles(&demo.citizens);
        self.begin("thief-by-mobile");
        for mobile in &mobiles {
            let path = format!("/api/v2/vaccinator/beneficiaries/findByMobile?mobile_number={mobile}");
            self.ask(Method::GET, &path, "application/json", String::new())
                .await;
        }
        self.begin("thief-certificates");
        for reference in references(&demo.references) {
            let path = format!(
                "/api/v2/registration/certificate/public/download?beneficiary_reference_id={reference}"
            );
            self.ask(Method::GET, &path, "application/json", String::new())
                .await;
        }
        self.begin("thief-guess");
        for mobile in mobiles.iter().take(GUESSED) {
            self.guess(mobile).await;
        }
        self.begin("thief-password");
        for totp in ["", "000000", "123456"] {
            self.log_in_staff(&demo.stolen, totp).await;
        }
        self.haul
    }

    /// Asks for a code that goes to somebody else's phone, and guesses it three times.
    async fn guess(&mut self, mobile: &str) {
        let body = format!(r#"{{"mobile":"{mobile}"}}"#);
        let sent = self
            .ask(
                Method::POST,
                "/api/v2/auth/generateMobileOTP",
                "application/json",
                body,
            )
            .await;
        let txn = serde_json::from_slice::<serde_json::Value>(&sent).ok();
        let Some(txn) = txn
            .as_ref()
            .and_then(|sent| sent.get("txnId"))
            .and_then(|txn| txn.as_str())
        else {
            return;
        };
        for guess in ["000000", "123456", "111111"] {
            let body = format!(r#"{{"txnId":"{txn}","otp":"{}"}}"#, digest(guess));
            self.ask(
                Method::POST,
                "/api/v2/auth/validateMobileOtp",
                "application/json",
                body,
            )
            .await;
        }
    }

    /// As a browser would: the form first, with its token and cookie, then the stolen password and a guessed code.
    async fn log_in_staff(&mut self, stolen: &Account, totp: &str) {
        let form = Request::builder().uri("/staff/login").body(Body::empty());
        let Ok(form) = form else { return };
        let Ok(form) = self.target.clone().oneshot(form).await;
        let cookies = cookies(form.headers());
        let page = form
            .into_body()
            .collect()
            .await
            .map(|body| body.to_bytes().to_vec())
            .unwrap_or_default();
        let token = hidden_token(&String::from_utf8_lossy(&page)).unwrap_or_default();
        let (code, password) = (&stolen.code, stolen.password.replace(' ', "+"));
        let typed = format!("_csrf={token}&next=&code={code}&password={password}&totp={totp}");
        let post = Request::builder()
            .method(Method::POST)
            .uri("/staff/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, cookies)
            .body(Body::from(typed));
        self.send(post).await;
    }

    fn begin(&mut self, id: &'static str) {
        self.haul.attempts.push(Attempt {
            id,
            statuses: BTreeMap::new(),
        });
    }

    async fn ask(&mut self, method: Method, path: &str, kind: &str, body: String) -> Vec<u8> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body));
        self.send(request).await
    }

    async fn send(&mut self, request: http::Result<Request<Body>>) -> Vec<u8> {
        let Ok(request) = request else {
            return Vec::new();
        };
        let Ok(response) = self.target.clone().oneshot(request).await;
        let status = response.status().as_u16();
        let body = response
            .into_body()
            .collect()
            .await
            .map(|body| body.to_bytes().to_vec())
            .unwrap_or_default();
        self.haul.requests += 1;
        if let Some(attempt) = self.haul.attempts.last_mut() {
            *attempt.statuses.entry(status).or_default() += 1;
        }
        let text = String::from_utf8_lossy(&body);
        if body.starts_with(b"%PDF") || self.markers.iter().any(|marker| text.contains(marker.as_str())) {
            self.haul.records += 1;
        }
        body
    }
}

/// What a browser would send back of the cookies that it was given.
fn cookies(headers: &HeaderMap) -> String {
    let set = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok());
    let pairs: Vec<_> = set.filter_map(|cookie| cookie.split(';').next()).collect();
    pairs.join("; ")
}

/// The value of the form's hidden field.
fn hidden_token(page: &str) -> Option<String> {
    let (_, after) = page.split_once(r#"name="_csrf" value=""#)?;
    after.split('"').next().map(str::to_owned)
}

/// The wire's form of a one-time password: lower-case hex of its SHA-256.
fn digest(guess: &str) -> String {
    Sha256::digest(guess)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The seeded people's numbers first, so that a leak would show, then numbers as a bot counts them up.
/// Those of seeded people first: only of them could there be a certificate.
fn references(known: &[String]) -> Vec<String> {
    let counted = (0..).map(|n: u64| (10_000_000_000_000 + n).to_string());
    known.iter().cloned().chain(counted).take(MOBILES).collect()
}

fn mobiles(known: &[String]) -> Vec<String> {
    let counted = (0..).map(|n: u64| (9_800_000_000 + n * 7_919).to_string());
    known.iter().cloned().chain(counted).take(MOBILES).collect()
}
