//! Where a body ends.

use super::head::Head;

/// A body as far as it was sent.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) is_whole: bool,
}

/// What the body of an answer depends on besides its own head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Without a length there is no body.
    Question,
    /// Without a length it ends with the connection.
    Answer,
    /// To HEAD, or of a status that has none.
    Bodiless,
}

/// The body that follows this head, and what follows the body. `None` when its own marks make no sense.
pub(super) fn read<'a>(head: &Head<'_>, kind: Kind, rest: &'a [u8]) -> Option<(Body, &'a [u8])> {
    if kind == Kind::Bodiless {
        return Some((whole(&[]), rest));
    }
    let is_chunked = head
        .header("transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    if is_chunked {
        return chunked(rest);
    }
    let length = match head.header("content-length") {
        Some(length) => length.parse().ok()?,
        None if kind == Kind::Answer => return Some((whole(rest), &[])),
        None => 0,
    };
    match rest.split_at_checked(length) {
        Some((body, after)) => Some((whole(body), after)),
        None => Some((cut(rest.to_vec()), &[])),
    }
}

fn chunked(mut rest: &[u8]) -> Option<(Body, &[u8])> {
    let mut bytes = Vec::new();
    loop {
        let Some(end) = line_end(rest) else {
            return Some((cut(bytes), &[]));
        };
        let size = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end + 2..)?;
        if size == 0 {
            return trailers(bytes, rest);
        }
        let Some((chunk, after)) = rest.split_at_checked(size) else {
            bytes.extend_from_slice(rest);
            return Some((cut(bytes), &[]));
        };
        bytes.extend_from_slice(chunk);
        match after.strip_prefix(b"\r\n") {
            Some(after) => rest = after,
            None if b"\r\n".starts_with(after) => return Some((cut(bytes), &[])),
            None => return None,
        }
    }
}

/// Headers after the last chunk, up to an empty line.
fn trailers(bytes: Vec<u8>, mut rest: &[u8]) -> Option<(Body, &[u8])> {
    loop {
        let Some(end) = line_end(rest) else {
            return Some((cut(bytes), &[]));
        };
        rest = rest.get(end + 2..)?;
        if end == 0 {
            let is_whole = true;
            return Some((Body { bytes, is_whole }, rest));
        }
    }
}

fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|window| window == b"\r\n")
}

fn whole(bytes: &[u8]) -> Body {
    Body {
        bytes: bytes.to_vec(),
        is_whole: true,
    }
}

const fn cut(bytes: Vec<u8>) -> Body {
    Body {
        bytes,
        is_whole: false,
    }
}
