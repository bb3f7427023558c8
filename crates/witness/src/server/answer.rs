//! One request, one answer: the status codes of tlog-witness.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use pramaan_tlog::MAX_ADD_CHECKPOINT;

use crate::{FolderError, Head, OriginHash, Refusal, Witness};

/// What a 409 is when it says which size to prove from.
pub(crate) const SIZE: &str = "text/x.tlog.size";
const TEXT: &str = "text/plain; charset=utf-8";

type Answer = Response<Full<Bytes>>;

pub(super) async fn answer(witness: Arc<Witness>, request: Request<Incoming>, patience: Duration) -> Answer {
    match tokio::time::timeout(patience, route(witness, request)).await {
        Ok(answer) => answer,
        Err(_) => last(said(StatusCode::SERVICE_UNAVAILABLE, "the request took too long")),
    }
}

async fn route(witness: Arc<Witness>, request: Request<Incoming>) -> Answer {
    let path = request.uri().path();
    let log = path
        .strip_prefix('/')
        .and_then(|path| path.strip_suffix("/checkpoint"))
        .and_then(OriginHash::parse);
    match (log, path) {
        (Some(log), _) if is_read(request.method()) => newest(witness, log).await,
        (None, "/healthz") if is_read(request.method()) => said(StatusCode::OK, "ok"),
        (None, "/add-checkpoint") if request.method() == Method::POST => match body(request).await {
            Ok(body) => add_checkpoint(witness, body).await,
            Err(refused) => refused,
        },
        (Some(_), _) | (None, "/healthz" | "/add-checkpoint") => last(said(
            StatusCode::METHOD_NOT_ALLOWED,
            "this is asked with another method",
        )),
        _ => last(said(StatusCode::NOT_FOUND, "there is nothing here")),
    }
}

fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

/// What is announced as too large is refused before any of it is read; what is not announced, when it has become so.
async fn body(request: Request<Incoming>) -> Result<Bytes, Answer> {
    let large = || {
        last(said(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!("a request is at most {MAX_ADD_CHECKPOINT} bytes long"),
        ))
    };
    let body = request.into_body();
    if body.size_hint().lower() > MAX_ADD_CHECKPOINT as u64 {
        return Err(large());
    }
    match Limited::new(body, MAX_ADD_CHECKPOINT).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(large()),
        Err(error) => Err(last(said(
            StatusCode::BAD_REQUEST,
            &format!("the body could not be read: {error}"),
        ))),
    }
}

async fn add_checkpoint(witness: Arc<Witness>, body: Bytes) -> Answer {
    let done = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body)).await;
    match done {
        Ok(Ok(line)) => typed(StatusCode::OK, TEXT, line),
        Ok(Err(refusal)) => refused(&refusal),
        Err(_) => {
            tracing::error!("a checkpoint led to a fault in the program; it was not cosigned");
            said(StatusCode::INTERNAL_SERVER_ERROR, "a fault in the program")
        }
    }
}

fn refused(refusal: &Refusal) -> Answer {
    let status = match refusal {
        Refusal::Malformed(_) | Refusal::OldSizeAbove => StatusCode::BAD_REQUEST,
        Refusal::UnknownLog => StatusCode::NOT_FOUND,
        Refusal::NotSigned => StatusCode::FORBIDDEN,
        Refusal::OldSize(size) => return typed(StatusCode::CONFLICT, SIZE, format!("{size}\n")),
        Refusal::Forked => StatusCode::CONFLICT,
        Refusal::NotContinued(_) => {
            tracing::warn!("a log's head was not shown to continue the one before: a bad proof, or a fork");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::Fault(error) => return fault(error),
    };
    said(status, &refusal.to_string())
}

async fn newest(witness: Arc<Witness>, log: OriginHash) -> Answer {
    let read = tokio::task::spawn_blocking(move || witness.newest(log)).await;
    match read {
        Ok(Ok(Some(Head { note, .. }))) => {
            let mut answer = typed(StatusCode::OK, TEXT, note);
            answer
                .headers_mut()
                .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            answer
        }
        Ok(Ok(None)) => said(StatusCode::NOT_FOUND, "this witness cosigned nothing of this log"),
        Ok(Err(error)) => fault(&error),
        Err(_) => said(StatusCode::INTERNAL_SERVER_ERROR, "a fault in the program"),
    }
}

/// The reason names files of the witness's machine: it is for the operator.
fn fault(error: &FolderError) -> Answer {
    tracing::error!(error = error as &dyn Error, "nothing can be cosigned");
    said(
        StatusCode::INTERNAL_SERVER_ERROR,
        "this witness cannot say what it cosigned, or cannot write it down; its operator finds the reason in its log",
    )
}

fn said(status: StatusCode, text: &str) -> Answer {
    typed(status, TEXT, format!("{text}\n"))
}

fn typed(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

/// Nothing more is read of a connection on which something was left unread.
fn last(mut answer: Answer) -> Answer {
    answer
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}
