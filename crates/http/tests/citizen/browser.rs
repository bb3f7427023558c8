//! A browser of a few lines: keeps cookies, fills in the hidden fields of forms, follows nothing by itself.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_http::web::csrf::Csrf;
use pramaan_http::web::{Front, citizen, dress};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tower::ServiceExt;

pub(crate) struct Browser {
    pub(crate) test: Arc<TestApp>,
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
    /// Where a redirect leads.
    pub(crate) to: String,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) retry_after: String,
    /// What the browser lets the page do.
    pub(crate) policy: String,
}

impl Page {
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "no {text:?} in\n{}", self.body);
        self
    }

    pub(crate) fn never_says(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} in\n{}", self.body);
        self
    }

    /// The value of the first field of a name.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let tag = self
            .body
            .split('<')
            .find(|tag| tag.contains(&format!("name=\"{name}\"")))?;
        let value = tag.split("value=\"").nth(1)?.split('"').next()?;
        let decoded = [
            ("&#38;", "&"),
            ("&amp;", "&"),
            ("&#34;", "\""),
            ("&#60;", "<"),
            ("&#62;", ">"),
            ("&#39;", "'"),
        ];
        Some(
            decoded
                .into_iter()
                .fold(value.to_owned(), |text, (from, to)| text.replace(from, to)),
        )
    }
}

/// A toy hash, keyed by nothing: enough to tell messages apart.
fn toy_sign(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    for (index, byte) in message.iter().enumerate() {
        digest[index % 32] = u8::wrapping_mul(digest[index % 32], 31).wrapping_add(*byte);
    }
    digest
}

impl Browser {
    pub(crate) async fn new() -> Self {
        Self::on(Arc::new(TestApp::on_sqlite(Setup::default()).await))
    }

    pub(crate) fn on(test: Arc<TestApp>) -> Self {
        let csrf = Csrf::new(
            Arc::new(toy_sign),
            Arc::new(|bytes: &mut [u8]| bytes.fill(7)),
            &[citizen::SESSION],
        );
        let turn = AtomicU8::new(0);
        let random = Arc::new(move |bytes: &mut [u8]| bytes.fill(turn.fetch_add(1, Ordering::Relaxed)));
        let front = Front::new(test.app.clone(), csrf.clone(), random);
        let router = dress(citizen::routes(&front), csrf).with_state(front);
        Self {
            test,
            router,
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) async fn logged_in(mobile: &str) -> Self {
        let mut browser = Self::new().await;
        browser.log_in(mobile).await;
        browser
    }

    pub(crate) async fn log_in(&mut self, mobile: &str) -> Page {
        let page = self.get("/login").await;
        let page = self.submit(&page, "/login", &[("mobile", mobile)]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let code = self.test.code(mobile);
        self.submit(&page, "/login/otp", &[("otp", &code)]).await
    }

    /// The same browser app in another pair of hands.
    pub(crate) fn somebody_else(&self) -> Self {
        Self {
            test: Arc::clone(&self.test),
            router: self.router.clone(),
            cookies: BTreeMap::new(),
        }
    }

    /// The same pair of hands, once more.
    pub(crate) fn twin(&self) -> Self {
        Self {
            cookies: self.cookies.clone(),
            ..self.somebody_else()
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends the form at `action`, its hidden fields as `page` had them.
    pub(crate) async fn submit(&mut self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let mut pairs = Vec::new();
        for name in [
            "_csrf",
            "next",
            "carried",
            "txn",
            "mobile",
            "notice",
            "book",
            "reference",
            "key",
        ] {
            let is_typed = typed.iter().any(|(other, _)| *other == name);
            if let Some(value) = page.field(name).filter(|_| !is_typed) {
                pairs.push((name.to_owned(), value));
            }
        }
        pairs.extend(
            typed
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let form: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let request = Request::post(action).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self.send(request, Body::from(form.join("&"))).await;
        // The page of the OTP has an address of its own, as browsers follow it.
        match (answer.status, answer.to.as_str()) {
            (303, "/login/otp") => self.get("/login/otp").await,
            _ => answer,
        }
    }

    pub(crate) async fn send(&mut self, request: http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let mut set_cookies = Vec::new();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            set_cookies.push(cookie.to_owned());
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let to = response
            .headers()
            .get(header::LOCATION)
            .map(|to| to.to_str().unwrap().to_owned());
        let retry_after = response.headers().get(header::RETRY_AFTER);
        let retry_after = retry_after.map_or(String::new(), |value| value.to_str().unwrap().to_owned());
        let policy = response.headers().get(header::CONTENT_SECURITY_POLICY);
        let policy = policy.map_or(String::new(), |value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Page {
            status,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            to: to.unwrap_or_default(),
            set_cookies,
            retry_after,
            policy,
        }
    }
}

fn encode(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
