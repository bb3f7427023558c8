//! The shared parts on a real router, in process: extractors, refusals, headers, protection of forms.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../examples/gallery/sample.rs"]
mod sample;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};
use http::{Request, header};
use http_body_util::BodyExt;
use pramaan_domain::time::Timestamp;
use pramaan_http::body::Json;
use pramaan_http::cowin::cors;
use pramaan_http::cowin::error::CowinError;
use pramaan_http::cowin::wire::auth::ConfirmOtp;
use pramaan_http::cowin::wire::availability::ByDistrict;
use pramaan_http::face;
use pramaan_http::limit::{Budget, RequestLimit, limit_requests};
use pramaan_http::observe::{self, Metrics};
use pramaan_http::query::Query;
use pramaan_http::web::cookie::HostCookie;
use pramaan_http::web::csrf::Csrf;
use pramaan_http::web::{Site, dress};
use tower::ServiceExt;

/// A toy hash, keyed by nothing: enough to tell messages apart.
fn toy_sign(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    for (index, byte) in message.iter().enumerate() {
        digest[index % 32] = u8::wrapping_mul(digest[index % 32], 31).wrapping_add(*byte);
    }
    digest
}

fn site() -> Site {
    const SESSIONS: &[HostCookie] = &[HostCookie::new("citizen")];
    Site {
        csrf: Csrf::new(Arc::new(toy_sign), Arc::new(|bytes| bytes.fill(9)), SESSIONS),
    }
}

fn router(metrics: Metrics) -> Router {
    let api = Router::new()
        .route("/api/confirm", post(confirm))
        .route("/api/find/{district}", get(find))
        .method_not_allowed_fallback(face::not_allowed)
        .fallback(face::not_found)
        .layer(middleware::from_fn(cors::open));
    let site = site();
    Router::new()
        .merge(dress(sample::routes(), site.csrf.clone()).with_state(site))
        .merge(api)
        .fallback(face::not_found)
        .layer(middleware::from_fn_with_state(metrics.clone(), observe::track))
        .route("/metrics", metrics.endpoint(String::new))
        .route("/healthz", observe::healthz())
        .route(
            "/readyz",
            observe::readyz(|| async { Err("the database does not answer") }),
        )
}

async fn confirm(Json(body): Json<ConfirmOtp>) -> Result<String, CowinError> {
    Ok(format!("{:?} {:?}", body.otp.is_some(), body.txn_id.is_some()))
}

async fn find(Query(query): Query<ByDistrict>) -> String {
    format!("{} {}", query.district_id.0, query.date.as_str())
}

async fn call(request: Request<Body>) -> Response {
    router(Metrics::default()).oneshot(request).await.unwrap()
}

async fn text(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn fetch(path: &str) -> (u16, String) {
    text(call(Request::get(path).body(Body::empty()).unwrap()).await).await
}

async fn send(kind: Option<&str>, body: impl Into<Body>) -> (u16, String) {
    let mut request = Request::post("/api/confirm");
    if let Some(kind) = kind {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    text(call(request.body(body.into()).unwrap()).await).await
}

#[tokio::test]
async fn a_body_is_json_under_any_label_but_plain_text() {
    let json = r#"{"otp":"ab","txnId":"x","more":[1]}"#;
    for kind in [
        None,
        Some("application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("nonsense"),
    ] {
        assert_eq!(send(kind, json).await, (200, "true true".to_owned()), "{kind:?}");
    }
    for kind in ["text/plain", "Text/Plain;charset=UTF-8"] {
        assert_eq!(
            send(Some(kind), json).await,
            (200, "false false".to_owned()),
            "{kind}"
        );
    }
    assert_eq!(send(None, "").await, (200, "false false".to_owned()));
    assert_eq!(send(None, "{}").await, (200, "false false".to_owned()));
}

#[tokio::test]
async fn a_broken_body_is_refused_without_an_echo() {
    for (body, code) in [
        (r#"{"otp":"#.as_bytes().to_vec(), "PRAMAAN0001"),
        (b"[]".to_vec(), "PRAMAAN0001"),
        (b"null".to_vec(), "PRAMAAN0001"),
        (b"{\"otp\":\"\xff\xfe\"}".to_vec(), "PRAMAAN0001"),
        (br#"{"otp":{"secret":9876543210}}"#.to_vec(), "PRAMAAN0002"),
        (vec![b'['; 50_000], "PRAMAAN0001"),
        (br#"{"otp":"a"} trailing"#.to_vec(), "PRAMAAN0001"),
    ] {
        let (status, answer) = send(None, body).await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer.contains(code) && !answer.contains("987654"), "{answer}");
    }
}

#[tokio::test]
async fn a_body_of_64_kib_is_the_largest() {
    let sized = |size: usize| format!(r#"{{"otp":"{}"}}"#, "a".repeat(size - 10));
    assert_eq!(send(None, sized(65_536)).await.0, 200);
    let (status, answer) = send(None, sized(65_537)).await;
    assert_eq!(status, 413);
    assert!(answer.contains("PRAMAAN0006"), "{answer}");
    let announced = Request::post("/api/confirm").header(header::CONTENT_LENGTH, "999999999999");
    assert_eq!(call(announced.body(Body::empty()).unwrap()).await.status(), 413);
}

#[tokio::test]
async fn a_query_is_strict_about_encoding_and_lenient_about_the_rest() {
    let found = fetch("/api/find/x?district_id=395&date=01-02-2021&Accept-Language=hi_IN").await;
    assert_eq!(found, (200, "395 01-02-2021".to_owned()));
    for (query, code) in [
        ("district_id=395", "USRRES0001"),
        ("district_id=395&date=", "USRRES0001"),
        ("district_id=abc&date=x", "PRAMAAN0002"),
        ("district_id=395&date=%zz", "PRAMAAN0003"),
        ("district_id=395&date=%ff", "PRAMAAN0003"),
    ] {
        let (status, answer) = fetch(&format!("/api/find/x?{query}")).await;
        assert_eq!(status, 400, "{query}");
        assert!(answer.contains(code), "{query} {answer}");
    }
}

#[tokio::test]
async fn cors_is_open_on_the_api_and_closed_on_pages() {
    let preflight = |path: &str| {
        Request::options(path)
            .header(header::ORIGIN, "https://example.org")
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization")
            .body(Body::empty())
            .unwrap()
    };
    let response = call(preflight("/api/confirm")).await;
    assert_eq!(response.status(), 204);
    let headers = response.headers();
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    let allowed = headers[header::ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap();
    for name in ["authorization", "content-type", "x-api-key"] {
        assert!(allowed.contains(name));
    }
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
    let refused = call(Request::get("/api/find/x").body(Body::empty()).unwrap()).await;
    assert_eq!(
        refused.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN],
        "*",
        "errors must be readable too"
    );
    let page = call(preflight("/sample")).await;
    assert!(!page.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
}

#[tokio::test]
async fn what_is_not_there_is_json_for_the_api_and_a_page_for_people() {
    let (status, body) = fetch("/api/nothing").await;
    assert_eq!((status, body.contains("PRAMAAN0009")), (404, true));
    let (status, body) = fetch("/nothing").await;
    assert_eq!(status, 404);
    assert!(body.contains("There is nothing here") && body.contains("href=\"/\""));
    let (status, body) = fetch("/api/confirm").await;
    assert_eq!((status, body.contains("<h1>405 Not Allowed</h1>")), (405, true));
}

#[tokio::test]
async fn a_nested_api_answers_as_the_api() {
    let api = Router::new()
        .route("/known", post(|| async {}))
        .method_not_allowed_fallback(face::not_allowed)
        .fallback(face::not_found);
    let router = Router::new().nest("/api", api).fallback(face::not_found);
    for (path, expected) in [
        ("/api/unknown", (404, "PRAMAAN0009")),
        ("/api/known", (405, "<h1>405")),
        ("/x", (404, "<html lang")),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (status, body) = text(router.clone().oneshot(request).await.unwrap()).await;
        assert_eq!(
            (status, body.contains(expected.1)),
            (expected.0, true),
            "{path} {body}"
        );
    }
}

#[tokio::test]
async fn pages_carry_their_headers_and_load_nothing_else() {
    let response = call(
        Request::get("/sample")
            .header("accept-language", "hi")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    let headers = response.headers().clone();
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(headers.contains_key(header::SET_COOKIE));
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    let (_, html) = text(response).await;
    assert!(html.contains("<html lang=\"hi\">") && html.contains("प्रमाण"));
    assert!(!html.contains("<script") && !html.contains("<style") && !html.contains("style=\""));

    let href = html
        .split("stylesheet\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let style = call(Request::get(href).body(Body::empty()).unwrap()).await;
    assert_eq!(style.status(), 200);
    assert!(
        style.headers()[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    // The same in every language: the worker of the page without a line asks in another than the pages do.
    assert_eq!(style.headers()[header::VARY], "accept-encoding");
    // It is fetched beside the first page, and must not give the browser another visit than that of the page's forms.
    assert!(!style.headers().contains_key(header::SET_COOKIE));
    // Also on the page that a refusal gives, each header once.
    let refused = Request::post("/sample").body(Body::from("name=a"));
    let refused = call(refused.unwrap()).await;
    assert_eq!(refused.status(), 403);
    for (name, _) in refused
        .headers()
        .iter()
        .filter(|(name, _)| **name != header::VARY)
    {
        assert_eq!(refused.headers().get_all(name).iter().count(), 1, "{name}");
    }
    assert_eq!(fetch("/assets/pramaan-000000000000.css").await.0, 404);
}

#[tokio::test]
async fn labels_hints_and_errors_are_tied_to_their_fields() {
    let (token, cookie) = token_and_cookie("").await;
    let (status, html) = post_form(&cookie, &format!("_csrf={token}&name=%3Cb%3E&gender=t")).await;
    assert_eq!(status, 422);
    assert!(html.contains(r##"<li><a href="#name">"##) && html.contains(r##"<li><a href="#gender">"##));
    assert!(
        html.contains(r#"aria-describedby="name-hint name-error" aria-invalid="true""#),
        "{html}"
    );
    assert!(html.contains(r#"<label for="name">"#) && html.contains(r#"autocomplete="one-time-code""#));
    assert!(html.contains(r#"value="t" checked"#), "nothing chosen is lost");
    assert!(
        html.contains("value=\"&#60;b&#62;\""),
        "what was typed comes back escaped"
    );
    assert!(html.contains("<title>Error: Sample"));
}

async fn token_and_cookie(cookie: &str) -> (String, String) {
    let request = Request::get("/sample")
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    let response = call(request).await;
    let set = response
        .headers()
        .get(header::SET_COOKIE)
        .map(|value| value.to_str().unwrap().to_owned());
    let cookie = set.map_or(cookie.to_owned(), |set| set.split(';').next().unwrap().to_owned());
    let (_, html) = text(response).await;
    let token = html
        .split("name=\"_csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    (token.to_owned(), cookie)
}

async fn post_form(cookie: &str, form: &str) -> (u16, String) {
    let request = Request::post("/sample")
        .header(header::COOKIE, cookie)
        .body(Body::from(form.to_owned()));
    text(call(request.unwrap()).await).await
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_own_visit_and_session() {
    let (token, cookie) = token_and_cookie("").await;
    assert!(cookie.starts_with("__Host-visit="));
    assert_eq!(post_form(&cookie, &format!("_csrf={token}")).await.0, 422);
    let other = "__Host-visit=other";
    for (cookie, form) in [
        (cookie.as_str(), "name=x".to_owned()),
        (cookie.as_str(), "_csrf=x".to_owned()),
        (other, format!("_csrf={token}")),
        ("", format!("_csrf={token}x")),
        (&format!("{cookie}; __Host-citizen=s1"), format!("_csrf={token}")),
    ] {
        let (status, html) = post_form(cookie, &form).await;
        assert_eq!(status, 403, "{cookie} {form}");
        assert!(html.contains("This page has expired"));
    }
    let signed_in = format!("{cookie}; __Host-citizen=s1");
    let (token, _) = token_and_cookie(&signed_in).await;
    assert_eq!(post_form(&signed_in, &format!("_csrf={token}")).await.0, 422);
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_even_with_a_token() {
    let (token, cookie) = token_and_cookie("").await;
    let request = Request::post("/sample")
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "cross-site");
    let response = call(request.body(Body::from(format!("_csrf={token}"))).unwrap()).await;
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn a_form_that_is_broken_or_too_large_is_a_page() {
    let (token, cookie) = token_and_cookie("").await;
    let (status, _) = post_form(&cookie, &format!("_csrf={token}&name=%zz")).await;
    assert_eq!(status, 403, "a form that cannot be read has no token");
    let (status, html) = post_form(&cookie, &format!("_csrf={token}&name={}", "a".repeat(70_000))).await;
    assert_eq!(status, 413);
    assert!(html.contains("too much at once"));
}

#[tokio::test]
async fn the_language_is_remembered_and_the_reader_returns() {
    let response = call(
        Request::get("/language/hi?next=/sample%3Fa%3Db")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()[header::LOCATION], "/sample?a=b");
    let cookie = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .find_map(|set| {
            set.to_str()
                .unwrap()
                .split(';')
                .next()
                .filter(|pair| pair.starts_with("__Host-lang="))
        });
    assert_eq!(cookie, Some("__Host-lang=hi"));
    let away = call(
        Request::get("/language/hi?next=//evil.example")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(away.headers()[header::LOCATION], "/");
}

#[tokio::test]
async fn over_budget_everyone_reads_the_same() {
    let budget = Budget {
        requests: 1,
        per: Duration::from_secs(60),
    };
    let clock = Arc::new(|| Timestamp::from_seconds(1_600_000_000));
    let limit = RequestLimit::new(budget, budget, NonZeroUsize::MIN, clock);
    let router = router(Metrics::default()).layer(middleware::from_fn_with_state(limit, limit_requests));
    let ask = |path: &'static str| {
        router.clone().oneshot(
            Request::get(path)
                .header("x-api-key", path)
                .body(Body::empty())
                .unwrap(),
        )
    };
    assert_eq!(ask("/healthz").await.unwrap().status(), 200);
    let first = text(ask("/api/find/1?date=a").await.unwrap()).await;
    let second = text(ask("/api/nothing").await.unwrap()).await;
    assert_eq!(first, second);
    assert_eq!(first.0, 429);
    assert!(first.1.contains("PRAMAAN0007"));
    let page = text(ask("/sample").await.unwrap()).await;
    assert!(page.0 == 429 && page.1.contains("Please wait a little"));
}

#[tokio::test]
async fn metrics_name_routes_and_never_people() {
    let metrics = Metrics::default();
    let router = router(metrics.clone());
    for path in [
        "/api/find/9876543210?district_id=1&date=secretdate",
        "/secretpath",
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let _ = router.clone().oneshot(request).await.unwrap();
    }
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let (_, scraped) = text(router.oneshot(request).await.unwrap()).await;
    assert!(
        scraped.contains(r#"_count{route="/api/find/{district}",method="GET",status="200"} 1"#),
        "{scraped}"
    );
    assert!(
        scraped.contains(r#"_count{route="unmatched",method="GET",status="404"} 1"#),
        "{scraped}"
    );
    assert!(!scraped.contains("9876543210") && !scraped.contains("secret"));
    assert_eq!(fetch("/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(
        fetch("/readyz").await,
        (503, "not ready: the database does not answer\n".to_owned())
    );
}
