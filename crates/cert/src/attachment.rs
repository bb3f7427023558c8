//! Finds the certificate that is attached to a PDF.
//!
//! Not a PDF reader: streams of an embedded file are never inside other streams, so a walk over the file's
//! `stream … endstream` pairs finds them whatever the cross-reference table says, also after another program saved the
//! file again. A file with two different certificates is refused, since a reader might show the other one.

use std::io::Read;

use flate2::read::ZlibDecoder;

/// One attached file, unpacked.
const CONTENT_LIMIT: usize = 64 * 1024;
/// Attached files that are looked at, and what they may unpack to together.
const FILES: usize = 8;
const CONTENTS_LIMIT: usize = 256 * 1024;
/// Streams of any kind in one file; ours have a dozen.
const STREAMS: usize = 4096;
const STREAM: &[u8] = b"stream";
const END_STREAM: &[u8] = b"endstream";
/// How far before `stream` its dictionary is looked for.
const DICTIONARY_LIMIT: usize = 1024;

pub(crate) enum Attachment {
    None,
    One(Vec<u8>),
    Several,
    /// More streams or attached files, or larger ones, than anybody needs: whoever made it wants to keep us busy.
    TooMuch,
}

pub(crate) fn find(pdf: &[u8]) -> Attachment {
    let mut found = Attachment::None;
    let (mut at, mut streams, mut files, mut unpacked) = (0, 0_usize, 0_usize, 0_usize);
    while let Some((dictionary, data, next)) = next_stream(pdf, at) {
        at = next;
        streams += 1;
        let Some(data) = embedded(dictionary, data) else {
            if streams > STREAMS {
                return Attachment::TooMuch;
            }
            continue;
        };
        files += 1;
        if files > FILES {
            return Attachment::TooMuch;
        }
        let content = data.unpack();
        unpacked = unpacked.saturating_add(content.len());
        if unpacked > CONTENTS_LIMIT {
            return Attachment::TooMuch;
        }
        let Some(content) = json(&content) else {
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

/// The bytes of an attached file as they stand in the PDF.
enum Embedded<'a> {
    Plain(&'a [u8]),
    Deflated(&'a [u8]),
}

fn embedded<'a>(dictionary: &[u8], data: &'a [u8]) -> Option<Embedded<'a>> {
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
    Some(match position(dictionary, b"/FlateDecode") {
        Some(_) => Embedded::Deflated(data),
        None => Embedded::Plain(data),
    })
}

impl Embedded<'_> {
    /// The file; of one beyond the limit a byte more than that, and of a broken one nothing.
    fn unpack(&self) -> Vec<u8> {
        let limit = CONTENT_LIMIT as u64 + 1;
        let mut content = Vec::new();
        let read = match self {
            Self::Plain(data) => data.take(limit).read_to_end(&mut content),
            Self::Deflated(data) => ZlibDecoder::new(*data).take(limit).read_to_end(&mut content),
        };
        read.map_or_else(|_| Vec::new(), |_| content)
    }
}

fn json(content: &[u8]) -> Option<Vec<u8>> {
    let within = content.len() <= CONTENT_LIMIT;
    let content = content.trim_ascii();
    (within && content.starts_with(b"{")).then(|| content.to_vec())
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
