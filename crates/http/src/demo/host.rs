//! The demonstration answers to the names of this machine only.
//!
//! A page anywhere in the web can have its own name point at 127.0.0.1 (DNS rebinding) and then read, as of its own
//! origin, what is served there: the tour's passwords and the phone's messages. The browser still sends the page's name.
//! The API keeps answering to every name, as CoWIN's clients need; without the pages it opens nothing.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Uri, header};

use crate::web::Demonstration;

/// Refuses requests for any other name with 421, and marks the rest as a demonstration's.
pub fn on_this_machine<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes.layer(from_fn(refuse_other_names))
}

async fn refuse_other_names(mut request: Request, next: Next) -> Response {
    if names_this_machine(request.uri(), request.headers()) {
        request.extensions_mut().insert(Demonstration);
        return next.run(request).await;
    }
    let sentence = "The demonstration answers to localhost and 127.0.0.1 only.\n";
    (StatusCode::MISDIRECTED_REQUEST, sentence).into_response()
}

/// Every name that the request gives must be ours. One without any came from no browser.
fn names_this_machine(uri: &Uri, headers: &HeaderMap) -> bool {
    let in_line = uri.authority().map(|name| is_loopback(name.host()));
    let in_headers = headers.get_all(header::HOST).iter().map(|value| {
        let name = value
            .to_str()
            .ok()
            .and_then(|text| text.parse::<Authority>().ok());
        name.is_some_and(|name| is_loopback(name.host()))
    });
    in_line.into_iter().chain(in_headers).all(|ours| ours)
}

fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(host).parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost")
        || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn status(uri: &str, host: Option<&str>) -> u16 {
        let routes = on_this_machine(Router::new().route("/demo", get(|| async { "secret" })));
        let mut request = Request::get(uri);
        if let Some(host) = host {
            request = request.header(header::HOST, host);
        }
        let answer = routes.oneshot(request.body(Body::empty()).unwrap()).await;
        answer.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn what_is_let_in_is_marked_as_a_demonstrations() {
        let marked =
            |mark: Option<axum::Extension<Demonstration>>| async move { format!("{}", mark.is_some()) };
        let routes = on_this_machine(Router::new().route("/", get(marked)));
        let request = Request::get("/").body(Body::empty()).unwrap();
        let answer = routes.oneshot(request).await.unwrap().into_body();
        let body = axum::body::to_bytes(answer, 100).await.unwrap();
        assert_eq!(&body[..], b"true");
    }

    #[tokio::test]
    async fn only_names_of_this_machine_are_answered() {
        for ours in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:8080",
        ] {
            assert_eq!(status("/demo", Some(ours)).await, 200, "{ours}");
        }
        assert_eq!(status("/demo", None).await, 200);
        for other in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:8080",
            "10.0.0.1",
            "",
            "a b",
        ] {
            assert_eq!(status("/demo", Some(other)).await, 421, "{other}");
        }
        assert_eq!(status("http://evil.example/demo", Some("localhost")).await, 421);
    }
}
