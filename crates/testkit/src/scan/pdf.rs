//! The streams of a PDF, and the text that its pages show: PDF writes numbers of glyphs, so a name is nowhere in it.
//!
//! Not a PDF reader. Every string of every page is read with every font's table of characters (`ToUnicode`), because
//! which font a string is in does not matter to somebody who looks for a value.

use std::collections::HashMap;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::unpack::inflate;

/// Every stream, inflated where it is deflated.
pub(super) fn streams(document: &[u8]) -> Vec<Vec<u8>> {
    let mut streams = Vec::new();
    let mut rest = document;
    while let Some(start) = find(rest, b"stream") {
        let after = rest.get(start + 6..).unwrap_or_default();
        let data = after
            .strip_prefix(b"\r\n")
            .or_else(|| after.strip_prefix(b"\n"))
            .unwrap_or(after);
        let end = find(data, b"endstream").unwrap_or(data.len());
        let raw = data.get(..end).unwrap_or_default();
        let inflated = inflate(ZlibDecoder::new(raw)).or_else(|| inflate(DeflateDecoder::new(raw)));
        streams.push(inflated.unwrap_or_else(|| raw.to_vec()));
        rest = data.get(end + 9..).unwrap_or_default();
    }
    streams
}

/// The text of all pages, once for each font's table.
pub(super) fn text(document: &[u8]) -> Option<Vec<u8>> {
    let streams = streams(document);
    let tables: Vec<Table> = streams.iter().filter_map(|stream| table(stream)).collect();
    let shown: Vec<Vec<u8>> = streams
        .iter()
        .filter(|stream| find(stream, b"Tj").is_some() || find(stream, b"TJ").is_some())
        .flat_map(|page| strings(page))
        .collect();
    let mut text = String::new();
    for table in &tables {
        for string in &shown {
            for code in string.chunks_exact(2) {
                let code = u16::from_be_bytes([
                    code.first().copied().unwrap_or(0),
                    code.last().copied().unwrap_or(0),
                ]);
                text.push_str(table.get(&code).map_or("", String::as_str));
            }
        }
        text.push('\n');
    }
    (!tables.is_empty()).then(|| text.into_bytes())
}

type Table = HashMap<u16, String>;

/// Glyphs' characters: `<0012> <0041>` between `beginbfchar` and `endbfchar`, `<first> <last> <character>` in ranges.
fn table(stream: &[u8]) -> Option<Table> {
    let stream = std::str::from_utf8(stream).ok()?;
    let mut table = Table::new();
    for block in stream.split("beginbfchar").skip(1) {
        let codes = hexes(block.split("endbfchar").next()?);
        for pair in codes.chunks_exact(2) {
            if let [code, character] = pair {
                table.insert(number(code), characters(character));
            }
        }
    }
    for block in stream.split("beginbfrange").skip(1) {
        for triple in hexes(block.split("endbfrange").next()?).chunks_exact(3) {
            let [first, last, character] = triple else {
                continue;
            };
            let base = number(character);
            for (offset, code) in (number(first)..=number(last)).enumerate() {
                let offset = u16::try_from(offset).unwrap_or(u16::MAX);
                table.insert(code, characters(&base.saturating_add(offset).to_be_bytes()));
            }
        }
    }
    (!table.is_empty()).then_some(table)
}

fn hexes(block: &str) -> Vec<Vec<u8>> {
    block
        .split('<')
        .skip(1)
        .filter_map(|part| hex::decode(part.split('>').next()?.replace(' ', "")).ok())
        .collect()
}

fn number(bytes: &[u8]) -> u16 {
    bytes
        .iter()
        .fold(0_u16, |number, byte| number << 8 | u16::from(*byte))
}

fn characters(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(number).collect();
    String::from_utf16_lossy(&units)
}

/// Strings in a page, `(literal)` and `<hexadecimal>`, in the order in which they stand.
fn strings(page: &[u8]) -> Vec<Vec<u8>> {
    let mut strings = Vec::new();
    let mut rest = page;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'(' => strings.push(literal(&mut rest)),
            b'<' => {
                let end = find(rest, b">").unwrap_or(rest.len());
                strings.extend(hex::decode(rest.get(..end).unwrap_or_default()).ok());
            }
            _ => {}
        }
    }
    strings
}

fn literal(rest: &mut &[u8]) -> Vec<u8> {
    let mut string = Vec::new();
    let mut depth = 1_u32;
    while let Some((byte, after)) = rest.split_first() {
        *rest = after;
        match byte {
            b'\\' => string.extend(escaped(rest)),
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if *byte != b'\\' {
            string.push(*byte);
        }
    }
    string
}

fn escaped(rest: &mut &[u8]) -> Option<u8> {
    let octal: Vec<u8> = rest
        .iter()
        .take(3)
        .copied()
        .take_while(|byte| (b'0'..=b'7').contains(byte))
        .collect();
    let (byte, length) = match (octal.is_empty(), rest.first()?) {
        (false, _) => (
            octal.iter().fold(0_u8, |byte, digit| {
                byte.wrapping_mul(8).wrapping_add(digit - b'0')
            }),
            octal.len(),
        ),
        (true, b'n') => (b'\n', 1),
        (true, b'r') => (b'\r', 1),
        (true, b't') => (b'\t', 1),
        (true, b'b') => (8, 1),
        (true, b'f') => (12, 1),
        (true, other) => (*other, 1),
    };
    *rest = rest.get(length..).unwrap_or_default();
    Some(byte)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
