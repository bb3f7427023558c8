//! Finds the certificate that is attached to a PDF.
//!
//! Not a PDF reader: streams of an embedded file are never inside other streams, so a walk over the file's
//! `stream … endstream` pairs finds them whatever the cross-reference table says, also after another program saved the
//! file again. A file with two different certificates is refused, since a reader might show the other one.

use std::io::Read;

use flate2::read::ZlibDecoder;

const CONTENT_LIMIT: u64 = 64 * 1024;
const STREAM: &[u8] = b"stream";
const END_STREAM: &[u8] = b"endstream";
/// How far before `stream` its dictionary is looked for.
const DICTIONARY_LIMIT: usize = 1024;

pub(crate) enum Attachment {
    None,
    One(Vec<u8>),
    Several,
}

pub(crate) fn find(pdf: &[u8]) -> Attachment {
    let mut found = Attachment::None;
    let mut at = 0;
    while let Some((dictionary, data, next)) = next_stream(pdf, at) {
        at = next;
        let Some(content) = embedded_json(dictionary, data) else {
            continue;
        };
        found = match found {
            Attachment::None => Attachment::One(content),
            Attachment::One(other) if other == content => Attachment::One(other),
            _ => return Attachment::Several,
        };
    }
    found
}

/// Dictionary, data and the position after the next stream at or after `from`.
fn next_stream(pdf: &[u8], from: usize) -> Option<(&[u8], &[u8], usize)> {
    let start = from.checked_add(position(pdf.get(from..)?, STREAM)?)?;
    let dictionary_from = start.saturating_sub(DICTIONARY_LIMIT).max(from);
    let dictionary = pdf.get(dictionary_from..start)?;
    let data_at = start.checked_add(STREAM.len())?;
    let length = position(pdf.get(data_at..)?, END_STREAM)?;
    let data_end = data_at.checked_add(length)?;
    Some((
        dictionary,
        pdf.get(data_at..data_end)?,
        data_end.checked_add(END_STREAM.len())?,
    ))
}

fn embedded_json(dictionary: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let object = dictionary
        .windows(4)
        .rposition(|window| window == b" obj")
        .unwrap_or_default();
    let dictionary = dictionary.get(object..)?;
    position(dictionary, b"/EmbeddedFile")?;
    let data = data
        .strip_prefix(b"\r\n")
        .or_else(|| data.strip_prefix(b"\n"))
        .unwrap_or(data);
    let content = if position(dictionary, b"/FlateDecode").is_some() {
        inflate(data)?
    } else {
        data.to_vec()
    };
    content
        .trim_ascii()
        .starts_with(b"{")
        .then(|| content.trim_ascii().to_vec())
}

fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    ZlibDecoder::new(data)
        .take(CONTENT_LIMIT + 1)
        .read_to_end(&mut content)
        .ok()?;
    (u64::try_from(content.len()).ok()? <= CONTENT_LIMIT).then_some(content)
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
