//! Files of strangers: how much of them is read, and how many at once.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http::{Request, header, request};
use hyper::body::Frame;
use pramaan_app::origin::ClientAddr;

use crate::browser::{Browser, Page};

/// A body that counts the bytes that were taken from it, and hangs at its end or ends.
struct Counted {
    frames: VecDeque<Bytes>,
    taken: Arc<AtomicUsize>,
    end: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Comes,
    NeverComes,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match (self.frames.pop_front(), self.end) {
            (Some(bytes), _) => {
                self.taken.fetch_add(bytes.len(), Ordering::SeqCst);
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            (None, End::Comes) => Poll::Ready(None),
            (None, End::NeverComes) => Poll::Pending,
        }
    }
}

fn part(name: &str, value: &str) -> String {
    format!("--x1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn upload() -> request::Builder {
    Request::post("/verify").header(header::CONTENT_TYPE, "multipart/form-data; boundary=x1")
}

fn from(last: u8) -> request::Builder {
    upload().extension(ClientAddr::new([203, 0, 113, last].into()))
}

fn body(frames: &[String], end: End) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    // As small as a slow line sends them.
    let whole = Bytes::from(frames.concat());
    let frames = (0..whole.len())
        .step_by(1_024)
        .map(|at| whole.slice(at..whole.len().min(at + 1_024)))
        .collect();
    let counted = Counted {
        frames,
        taken: taken.clone(),
        end,
    };
    (Body::new(counted), taken)
}

async fn with_form() -> (Browser, String) {
    let mut browser = Browser::new().await;
    let token = browser.get("/verify").await.field("_csrf").unwrap();
    (browser, token)
}

#[tokio::test]
async fn nothing_of_a_file_is_read_before_the_token() {
    let (mut browser, token) = with_form().await;
    let file = part("file", &"x".repeat(300_000));
    let cases = [
        vec![part("_csrf", "guessed"), file.clone(), "--x1--\r\n".to_owned()],
        vec![
            part("file", "y"),
            part("_csrf", &token),
            file.clone(),
            "--x1--\r\n".to_owned(),
        ],
        vec!["--x1\r\nX-Long: ".to_owned() + &"h".repeat(5_000), file.clone()],
        vec!["nonsense".to_owned()],
    ];
    for frames in cases {
        let (body, taken) = body(&frames, End::Comes);
        assert_eq!(
            browser.send(upload(), body).await.status,
            403,
            "{:.40}",
            frames[0]
        );
        let taken = taken.load(Ordering::SeqCst);
        assert!(taken < 10_000, "{taken} bytes were read for a stranger");
    }
    let (body, taken) = body(
        &[part("_csrf", &token), file, "--x1--\r\n".to_owned()],
        End::Comes,
    );
    let page = browser.send(upload(), body).await;
    page.says("not a certificate that we can read");
    assert!(taken.load(Ordering::SeqCst) > 300_000);
}

#[tokio::test]
async fn a_form_larger_than_half_a_megabyte_is_refused_before_its_end() {
    let (mut browser, token) = with_form().await;
    let frames = [part("_csrf", &token), part("file", &"x".repeat(1_600_000))];
    let (body, taken) = body(&frames, End::NeverComes);
    assert_eq!(browser.send(upload(), body).await.status, 413);
    assert!(taken.load(Ordering::SeqCst) <= 513 * 1024);
}

/// Starts an upload that has shown its token and never ends.
fn drip(browser: &Browser, token: &str, last: u8) -> (tokio::task::JoinHandle<Page>, Arc<AtomicUsize>) {
    let mut twin = browser.twin();
    let (body, taken) = body(&[part("_csrf", token), "--x1".to_owned()], End::NeverComes);
    (
        tokio::spawn(async move { twin.send(from(last), body).await }),
        taken,
    )
}

async fn try_upload(browser: &Browser, token: &str, last: u8) -> Page {
    let (body, _) = body(
        &[
            part("_csrf", token),
            part("text", "hello"),
            "--x1--\r\n".to_owned(),
        ],
        End::Comes,
    );
    browser.twin().send(from(last), body).await
}

#[tokio::test]
async fn uploads_have_places_and_who_gets_none_is_told_when_to_come_back() {
    let (browser, token) = with_form().await;
    let mut held = Vec::new();
    for last in [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4] {
        let (task, taken) = drip(&browser, &token, last);
        while taken.load(Ordering::SeqCst) <= part("_csrf", &token).len() {
            tokio::task::yield_now().await;
        }
        held.push(task);
    }
    let own = try_upload(&browser, &token, 1).await;
    assert_eq!((own.status, own.retry_after.as_str()), (429, "5"));
    let all = try_upload(&browser, &token, 9).await;
    assert_eq!((all.status, all.retry_after.as_str()), (503, "5"));
    let given_up = held.pop().unwrap();
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    assert_eq!(try_upload(&browser, &token, 9).await.status, 200);
    for task in held {
        task.abort();
    }
}

#[tokio::test]
async fn what_is_checked_in_the_browser_is_sent_to_nobody() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/verify/accesses").await;
    assert_eq!(page.status, 200);
    assert!(page.policy.contains("script-src 'self'") && page.policy.contains("form-action 'none'"));
    assert!(!page.policy.contains("connect-src"), "{}", page.policy);
    page.says("pramaan log verify-extract").never_says("<form");
    for script in page.body.split("<script src=\"").skip(1) {
        let address = script.split('"').next().unwrap();
        let script = browser.get(address).await;
        assert!(
            script.status == 200 && script.body.contains("'use strict'"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_list_is_taken_home_with_a_password_of_these_minutes_only() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    browser.submit(&page, "/household/new", super::ASHA).await;
    let path = "/household/1/access/extract";
    browser.get("/household/1/access").await.says(path);
    browser.test.app.publish_log().await.unwrap();
    let page = browser.get(path).await;
    page.says("Such a file is private").never_says("Asha Devi");
    let wrong = browser
        .submit(&page, path, &[("first", "0"), ("last", "3")])
        .await;
    assert_eq!(wrong.status, 422);
    let file = browser
        .submit(&page, path, &[("first", "2"), ("last", "0")])
        .await;
    assert_eq!(file.status, 200, "{}", file.body);
    let mut extract = String::new();
    let mut packed = flate2::read::GzDecoder::new(&file.bytes[..]);
    packed.read_to_string(&mut extract).unwrap();
    assert!(
        extract.starts_with("{\"format\":\"pramaan-accesses/1\""),
        "{extract}"
    );
    assert!(extract.contains("\"entries\":[{\"index\":"), "{extract}");

    browser.test.clock.advance_seconds(301);
    let late = browser
        .submit(&page, path, &[("first", "2"), ("last", "0")])
        .await;
    assert_eq!(late.status, 422);
    late.says("/login?why=fresh").says("</html>");
    let again = browser
        .get("/login?why=fresh&next=/household/1/access/extract")
        .await;
    assert_eq!(again.status, 200, "the login is asked for though there is one");
    again.says("an OTP of the last five minutes");
}

#[tokio::test]
async fn each_entry_has_a_receipt_and_the_newest_within_a_second() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    browser.submit(&page, "/household/new", super::ASHA).await;
    let list = browser.get("/household/1/access").await;
    list.says("Each entry has a receipt");
    let path = list.body.split("/receipt\"").next().unwrap();
    let path = format!("{}/receipt", path.rsplit('"').next().unwrap());
    let soon = browser.get(&path).await;
    assert_eq!((soon.status, soon.retry_after.as_str()), (503, "5"));
    soon.says("In the public log within a second or so");
    browser.test.app.publish_log().await.unwrap();
    let receipt = browser.get(&path).await;
    assert_eq!(receipt.status, 200, "{}", receipt.body);
    assert!(
        receipt.body.starts_with("c2sp.org/tlog-proof@v1\nextra "),
        "{}",
        receipt.body
    );
    for nobodys in [
        "/household/1/access/999999/receipt",
        "/household/1/access/x/receipt",
        "/household/2/access/0/receipt",
    ] {
        assert_eq!(browser.get(nobodys).await.status, 404, "{nobodys}");
    }
    let mut stranger = browser.somebody_else();
    assert!(stranger.get(&path).await.to.starts_with("/login?"));
    stranger.log_in("9876543211").await;
    let page = stranger.get("/household/new").await;
    stranger.submit(&page, "/household/new", super::ASHA).await;
    assert_eq!(stranger.get(&path).await.status, 404, "of another household");
}

#[tokio::test]
async fn a_view_key_is_made_anew_with_a_password_of_these_minutes_once_a_day() {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    browser.submit(&page, "/household/new", super::ASHA).await;
    let path = "/household/1/access/view-key";
    browser.get("/household/1/access/extract").await.says(path);
    let page = browser.get(path).await;
    page.says("recognise nothing new")
        .says("cannot be taken back")
        .never_says("holds from");
    let done = browser.submit(&page, path, &[]).await;
    assert_eq!(done.status, 200, "{}", done.body);
    done.says("From 23 November 2026 on there is a new view key")
        .says("The newest view key holds from 23 November 2026 on");
    let again = browser.submit(&page, path, &[]).await;
    assert_eq!(again.status, 422);
    again.says("A new key begins tomorrow already");
    browser
        .get("/household/1/access")
        .await
        .says("To change by what this record is opened or recognised");
    browser.test.clock.advance_seconds(86_400);
    browser.log_in("9876543210").await;
    let page = browser.get(path).await;
    browser.test.clock.advance_seconds(301);
    let late = browser.submit(&page, path, &[]).await;
    assert_eq!(late.status, 422, "{}", late.body);
    late.says("/login?why=fresh")
        .never_says("<form method=\"post\" action=\"/household/1/access/view-key\"");
}
