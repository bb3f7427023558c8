//! The published access log: C2SP tlog-tiles under `/log`, and beside them the publications by number and the policies.
//!
//! docs/log.md is its description for strangers. Everything here is the same for everybody and is answered without a login.
//! What a hash names never changes, nor do full tiles as long as the log has its name, and both may be kept for ever. A
//! successor gives the numbers of publications and of earlier logs anew, so these are kept for minutes; and where entries were
//! lost its tiles are others, so caches are emptied once (docs/operation.md, A successor of the log).

use axum::Router;
use axum::body::Body;
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, header};
use pramaan_app::public_log::{EarlierFile, LogFile};
use pramaan_app::{App, StoreError};

use crate::face::Face;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Of the log of today: its successor gives the name to another file.
const MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");

pub fn routes() -> Router<App> {
    Router::new()
        .route("/log/key", get(key))
        .route("/log/checkpoint", get(checkpoint))
        .route("/log/checkpoints/{number}", get(numbered))
        .route("/log/tile/{*path}", get(file))
        .route("/log/policies/{hash}", get(policy))
        .route("/log/before/{k}/key", get(earlier_key))
        .route("/log/before/{k}/checkpoint", get(earlier_checkpoint))
        .route("/log/before/{k}/checkpoints/{number}", get(earlier_numbered))
}

/// A file of the log as it is answered.
struct File {
    body: Body,
    kind: HeaderValue,
    keep: HeaderValue,
}

impl File {
    fn text(body: String, keep: HeaderValue) -> Self {
        Self {
            body: Body::from(body),
            kind: TEXT,
            keep,
        }
    }
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.kind),
            (header::CACHE_CONTROL, self.keep),
            (header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF),
        ];
        (headers, self.body).into_response()
    }
}

/// Who asked, for answers that are no file.
type Asked = (OriginalUri, HeaderMap);

fn answer((OriginalUri(uri), headers): Asked, found: Result<Option<File>, StoreError>) -> Response {
    match found {
        Ok(Some(file)) => file.into_response(),
        Ok(None) => Face::of(&uri, &headers).not_found(),
        // Not busy: whoever asks again gets the same.
        Err(error @ (StoreError::LogDamaged { .. } | StoreError::Fork(_))) => {
            tracing::error!(%error, "ALARM: the published log was lost or altered in the database");
            Face::of(&uri, &headers).fault()
        }
        Err(error) => {
            tracing::error!(%error, "the published log could not be read");
            Face::of(&uri, &headers).busy()
        }
    }
}

async fn key(State(app): State<App>, uri: OriginalUri, headers: HeaderMap) -> Response {
    let key = app
        .log_key()
        .map(|key| Some(File::text(format!("{key}\n"), ASK_AGAIN)));
    answer((uri, headers), key)
}

async fn checkpoint(State(app): State<App>, uri: OriginalUri, headers: HeaderMap) -> Response {
    let newest = app.newest_publication().await;
    answer(
        (uri, headers),
        newest.map(|found| found.map(|newest| File::text(newest.note, ASK_AGAIN))),
    )
}

/// Which publication a path names.
enum Wanted {
    /// The number of the newest.
    Latest,
    Number(u64),
}

impl Wanted {
    fn parse(text: &str) -> Option<Self> {
        if text == "latest" {
            return Some(Self::Latest);
        }
        number(text).map(Self::Number)
    }
}

/// From 1, in one form.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}

async fn numbered(
    State(app): State<App>,
    Path(number): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response {
    let found = match Wanted::parse(&number) {
        Some(Wanted::Latest) => app
            .newest_publication()
            .await
            .map(|found| found.map(|newest| File::text(format!("{}\n", newest.number), ASK_AGAIN))),
        Some(Wanted::Number(number)) => app
            .publication(number)
            .await
            .map(|found| found.map(|publication| File::text(publication.note, MINUTES))),
        None => Ok(None),
    };
    answer((uri, headers), found)
}

async fn file(
    State(app): State<App>,
    Path(path): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response {
    let found = match LogFile::parse(&format!("tile/{path}")) {
        Some(file) => app.log_file(file).await,
        None => Ok(None),
    };
    let bytes = |bytes| File {
        body: Body::from(bytes),
        kind: BYTES,
        keep: kept(&path),
    };
    answer(
        (uri, headers),
        found.map(|found: Option<Vec<u8>>| found.map(bytes)),
    )
}

/// How long a tile may be kept. One that is not full is soon followed by a fuller one, so little is lost by asking again, and
/// behind the end of a log that lost entries it would be another log's.
fn kept(path: &str) -> HeaderValue {
    match path.contains(".p/") {
        true => MINUTES,
        false => FOREVER,
    }
}

async fn policy(
    State(app): State<App>,
    Path(hash): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response {
    let found = match sha256(&hash) {
        Some(hash) => app.log_policy(hash).await,
        None => Ok(None),
    };
    answer(
        (uri, headers),
        found.map(|found| found.map(|text| File::text(text, FOREVER))),
    )
}

/// Of a log that has ended: nothing of it changes any more, but its number may be another one's in a successor.
async fn earlier(app: &App, k: &str, file: Option<EarlierFile>, asked: Asked) -> Response {
    let found = match number(k).zip(file) {
        Some((k, file)) => app.earlier_log_file(k, file).await,
        None => Ok(None),
    };
    answer(
        asked,
        found.map(|found| found.map(|text| File::text(text, MINUTES))),
    )
}

async fn earlier_key(
    State(app): State<App>,
    Path(k): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response {
    earlier(&app, &k, Some(EarlierFile::Key), (uri, headers)).await
}

async fn earlier_checkpoint(
    State(app): State<App>,
    Path(k): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response {
    earlier(&app, &k, Some(EarlierFile::Checkpoint), (uri, headers)).await
}

async fn earlier_numbered(
    State(app): State<App>,
    Path((k, number)): Path<(String, String)>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response {
    let file = Wanted::parse(&number).map(|wanted| match wanted {
        Wanted::Latest => EarlierFile::Latest,
        Wanted::Number(number) => EarlierFile::Numbered(number),
    });
    earlier(&app, &k, file, (uri, headers)).await
}

/// Sixty-four lower-case hexadecimal digits.
fn sha256(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let digits: Vec<u8> = text.as_bytes().iter().map(digit).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high * 16 + low).collect();
    rest.is_empty().then(|| bytes.try_into().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publication_has_one_name() {
        assert!(matches!(Wanted::parse("latest"), Some(Wanted::Latest)));
        assert!(matches!(Wanted::parse("17"), Some(Wanted::Number(17))));
        for other in ["0", "01", "+1", "-1", "1 ", "", "18446744073709551616", "Latest"] {
            assert!(Wanted::parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_full_tile_is_kept_for_ever_and_another_for_minutes() {
        let kept = |path| kept(path).to_str().unwrap().to_owned();
        for full in ["0/000", "entries/x001/234", "1/000"] {
            assert!(kept(full).contains("immutable"), "{full}");
        }
        for partial in ["0/000.p/1", "entries/x001/234.p/255"] {
            assert_eq!(kept(partial), "public, max-age=300", "{partial}");
        }
    }

    #[test]
    fn a_policy_has_one_name() {
        let name = "0f".repeat(32);
        assert_eq!(sha256(&name), Some([15; 32]));
        for other in ["0F".repeat(32), "0f".repeat(31), "0f".repeat(33), "zz".repeat(32)] {
            assert_eq!(sha256(&other), None, "{other}");
        }
    }
}
