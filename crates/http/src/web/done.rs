//! "It is done": what a form did, told once by the page that it leads to. It waits sealed in a cookie, for a minute and for whoever
//! sent the form, so that no address that somebody made up can tell anybody of what nobody did.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use pramaan_app::Typist;

use super::cookie::{self, HostCookie, Lifetime};
use super::front::Front;

const DONE: HostCookie = HostCookie::new("done");
/// A redirect takes no longer, on any line.
const SECONDS: u32 = 60;

/// Who did something, and the page that tells of it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) typist: Typist,
    pub(super) path: &'a str,
}

impl Place<'_> {
    /// No form is kept for such a path, so none is taken for one of these.
    fn sealed_for(self) -> String {
        format!("done {}", self.path)
    }
}

/// The same answer, with word of what was done: `what` is letters that [`told`] gives back.
pub(super) fn tell(front: &Front, place: Place<'_>, what: &str, answer: Response) -> Response {
    let content = format!("{} {what}", front.app.now().seconds());
    let sealed = front.app.keep_form(place.typist, &place.sealed_for(), &content);
    with(answer, DONE.set(&sealed, Lifetime::Seconds(SECONDS)))
}

/// What was done a moment ago; none for anybody else, another page, and later.
pub(super) fn told(front: &Front, place: Place<'_>, headers: &HeaderMap) -> Option<String> {
    let sealed = cookie::read(headers, DONE)?;
    let content = front.app.kept_form(place.typist, &place.sealed_for(), sealed)?;
    let (at, what) = content.split_once(' ')?;
    let age = front.app.now().seconds().saturating_sub(at.parse().ok()?);
    (age <= i64::from(SECONDS)).then(|| what.to_owned())
}

/// The page that told it, which tells it once.
pub(super) fn once(answer: Response) -> Response {
    with(answer, DONE.clear())
}

fn with(mut answer: Response, cookie: HeaderValue) -> Response {
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    answer
}
