//! What is inside: gzip, zlib, raw DEFLATE, ZIP entries, streams of PDF, QR codes that are drawn, the text of a certificate's.
//!
//! Containers are found anywhere in the bytes by their first bytes; only raw DEFLATE, which has none, must begin where
//! the bytes begin (a column, a file, an entry).

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::{drawn, pdf, zip};

/// More than this out of one container is not looked at: no test makes that much.
const LIMIT: u64 = 32 * 1024 * 1024;

/// Each container's name and place, and its content.
pub(super) fn contents(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut contents = Vec::new();
    let mut add = |kind: &str, at: usize, content: Option<Vec<u8>>| {
        contents.extend(content.map(|content| (format!("{kind}@{at}"), content)));
    };
    add("deflate", 0, inflate(DeflateDecoder::new(bytes)));
    for at in 0..bytes.len() {
        let here = bytes.get(at..).unwrap_or_default();
        match here {
            [0x1f, 0x8b, 8, ..] => add("gzip", at, inflate(GzDecoder::new(here))),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => add("zlib", at, inflate(ZlibDecoder::new(here))),
            [b'P', b'K', 3, 4, ..] => {
                add("zip", at, zip::entry(here));
                add("qr", at, latin1_of(here).as_deref().and_then(zip::entry));
            }
            _ => {}
        }
    }
    if let Some(start) = bytes.windows(5).position(|window| window == b"%PDF-") {
        let document = bytes.get(start..).unwrap_or_default();
        for (number, stream) in pdf::streams(document).into_iter().enumerate() {
            let said = drawn::in_pdf(&stream);
            contents.extend(said.into_iter().map(|said| (DRAWN.to_owned(), said)));
            contents.push((format!("pdf stream {number}"), stream));
        }
        contents.extend(pdf::text(document).map(|text| ("pdf text".to_owned(), text)));
    }
    if bytes.windows(4).any(|window| window == b"<svg") {
        let said = drawn::in_svg(bytes);
        contents.extend(said.into_iter().map(|said| (DRAWN.to_owned(), said)));
    }
    contents.extend(pictures(bytes));
    contents
}

const DRAWN: &str = "qr drawn";
const PICTURE: &[u8] = b"data:image/svg+xml;base64,";

/// Pictures that stand in the address of an image.
fn pictures(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let at = bytes.windows(PICTURE.len()).enumerate();
    let starts = at.filter(|(_, window)| *window == PICTURE);
    let picture = |(start, _): (usize, &[u8])| {
        let text = bytes.get(start + PICTURE.len()..)?;
        let end = text.iter().position(|byte| b"\"')".contains(byte));
        let svg = STANDARD.decode(text.get(..end.unwrap_or(text.len()))?).ok()?;
        Some((format!("svg@{start}"), svg))
    };
    starts.filter_map(picture).collect()
}

/// What a body says that was sent under this `content-encoding`, in the form that a browser shows. `None` for a coding that
/// nobody here can read, and for a damaged body.
pub fn decoded(coding: &str, body: &[u8]) -> Option<Vec<u8>> {
    let whole = |mut decoder: Box<dyn Read + '_>| {
        let mut content = Vec::new();
        decoder.read_to_end(&mut content).ok()?;
        Some(content)
    };
    match coding {
        "" | "identity" => Some(body.to_vec()),
        "gzip" => whole(Box::new(GzDecoder::new(body).take(LIMIT))),
        // The standard means zlib, and some send the bare stream.
        "deflate" => whole(Box::new(ZlibDecoder::new(body).take(LIMIT)))
            .or_else(|| whole(Box::new(DeflateDecoder::new(body).take(LIMIT)))),
        "br" => whole(Box::new(
            brotli_decompressor::Decompressor::new(body, 4096).take(LIMIT),
        )),
        _ => None,
    }
}

/// What comes out before the end or the first error: a value in the first half of a damaged stream was still written.
pub(super) fn inflate(decoder: impl Read) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    // Damage is no failure here, see above.
    let _ = decoder.take(LIMIT).read_to_end(&mut content);
    (!content.is_empty()).then_some(content)
}

/// The bytes of a text that has a character a byte, as a certificate's QR code has; the text ends where that does.
fn latin1_of(text: &[u8]) -> Option<Vec<u8>> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(text.get(..error.valid_up_to())?).ok()?,
    };
    Some(
        text.chars()
            .map_while(|c| u8::try_from(u32::from(c)).ok())
            .collect(),
    )
}
