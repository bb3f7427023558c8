//! One question and its answer.

use std::path::{Path, PathBuf};

use super::body::{self, Kind};
use super::head::Head;
use super::{ASKED, TOLD};

/// A question that was answered, whatever the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Which connection, and the how-manieth question of it.
    pub place: String,
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The body of the question.
    pub typed: Vec<u8>,
    pub status: u16,
    /// First line and headers of the answer.
    pub head: String,
    /// Its `content-encoding`; empty for none.
    pub coding: String,
    /// Its body, still so encoded, and without chunks.
    pub sent: Vec<u8>,
    /// Whether all of the body was sent: a browser may hang up before.
    pub is_whole: bool,
}

/// Hands over every exchange of a folder that a relay filled, connection by connection.
///
/// # Errors
/// Which file cannot be read, or is not HTTP/1.1.
pub fn exchanges(folder: &Path, mut each: impl FnMut(Exchange)) -> Result<(), String> {
    let unreadable = |error| format!("{}: {error}", folder.display());
    let mut connections: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|end| end == ASKED) {
            connections.push(path);
        }
    }
    connections.sort();
    for asked in connections {
        let told = asked.with_extension(TOLD);
        let bytes = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
        let name = asked.file_stem().unwrap_or_default().to_string_lossy();
        of_connection(&name, (&bytes(&asked)?, &bytes(&told)?), &mut each)?;
    }
    Ok(())
}

/// The same of one connection: what its client sent, and what its server sent.
///
/// # Errors
/// Which answer, by this name of the connection, is not HTTP/1.1.
pub fn of_connection(
    name: &str,
    (mut asked, mut told): (&[u8], &[u8]),
    each: &mut impl FnMut(Exchange),
) -> Result<(), String> {
    let mut number = 0;
    while !told.is_empty() {
        number += 1;
        let place = format!("{name}#{number}");
        let odd = |what: &str| format!("{place}: {what} is not HTTP/1.1");
        let question = question(&mut asked).ok_or_else(|| odd("the question"))?;
        let (head, rest) = Head::of(told).ok_or_else(|| odd("the answer"))?;
        let status = head.status().ok_or_else(|| odd("the answer"))?;
        if status / 100 == 1 {
            return Err(format!("{place}: status {status} is not read here"));
        }
        let kind = match (question.0.as_str(), status) {
            ("HEAD", _) | (_, 204 | 304) => Kind::Bodiless,
            _ => Kind::Answer,
        };
        let (body, rest) = body::read(&head, kind, rest).ok_or_else(|| odd("the answer's body"))?;
        let (method, target, typed) = question;
        each(Exchange {
            method,
            target,
            typed,
            status,
            head: head.text.to_owned(),
            coding: head.header("content-encoding").unwrap_or_default().to_owned(),
            sent: body.bytes,
            is_whole: body.is_whole,
            place,
        });
        told = rest;
    }
    Ok(())
}

/// Takes one question. Where nothing was asked, as before an answer that a connection was open for too long, it is empty.
fn question(asked: &mut &[u8]) -> Option<(String, String, Vec<u8>)> {
    if asked.is_empty() {
        return Some(Default::default());
    }
    let Some((head, rest)) = Head::of(asked) else {
        // Too long, or too late: the server answers before it has all of it.
        *asked = &[];
        return Some(Default::default());
    };
    let (method, target) = head.question()?;
    let (body, rest) = body::read(&head, Kind::Question, rest)?;
    let question = (method.to_owned(), target.to_owned(), body.bytes);
    *asked = rest;
    Some(question)
}
