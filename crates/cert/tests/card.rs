//! The printed card as who holds it reads it: the file is taken apart, its letters read back, its QR code decoded by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::HashMap;
use std::io::Read;

use pramaan_cert::{Card, card_pdf};
use pramaan_domain::time::Timestamp;

const MADE: Timestamp = Timestamp::from_seconds(1_795_321_800);

fn card(token: &str) -> Vec<u8> {
    let card = Card {
        token: token.parse().unwrap(),
        made_at: MADE,
    };
    card_pdf(&card).unwrap()
}

fn find(haystack: &[u8], needle: &str) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle.as_bytes())
}

fn inflated(packed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut reader = flate2::read::ZlibDecoder::new(packed);
    reader.read_to_end(&mut plain).ok()?;
    Some(plain)
}

/// What stands between `N 0 obj` and `endobj`.
fn object(pdf: &[u8], number: u32) -> &[u8] {
    let head = format!("\n{number} 0 obj");
    let rest = &pdf[find(pdf, &head).unwrap() + head.len()..];
    &rest[..find(rest, "endobj").unwrap()]
}

fn stream(object: &[u8]) -> Option<Vec<u8>> {
    let rest = &object[find(object, "stream\n")? + "stream\n".len()..];
    inflated(rest)
}

/// The number before ` 0 R` behind a key.
fn reference(text: &[u8], key: &str) -> Option<u32> {
    let rest = &text[find(text, key)? + key.len()..];
    let rest = std::str::from_utf8(&rest[..rest.len().min(12)]).ok()?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Everything that is painted on the only page.
fn content(pdf: &[u8]) -> Vec<u8> {
    assert_eq!(
        String::from_utf8_lossy(pdf).matches("/Type/Page/").count(),
        1,
        "one page"
    );
    let page = find(pdf, "/Type/Page/").unwrap();
    stream(object(pdf, reference(&pdf[page..], "/Contents ").unwrap())).unwrap()
}

/// Letters by code, of the fonts by their names on the page.
fn fonts(pdf: &[u8]) -> HashMap<String, HashMap<u16, String>> {
    let mut fonts = HashMap::new();
    for number in 0..20 {
        let name = format!("/f{number}");
        let Some(font) = reference(pdf, &format!("{name} ")) else {
            continue;
        };
        let unicode = reference(object(pdf, font), "/ToUnicode ").unwrap();
        let map = String::from_utf8(stream(object(pdf, unicode)).unwrap()).unwrap();
        let mut letters = HashMap::new();
        for line in map.lines() {
            let ends: Vec<&str> = line.split(['<', '>']).collect();
            if let ["", code, " ", letter, ""] = ends[..]
                && let Ok(code) = u16::from_str_radix(code, 16)
            {
                let units: Vec<u16> = (0..letter.len() / 4)
                    .map(|at| u16::from_str_radix(&letter[4 * at..4 * at + 4], 16).unwrap())
                    .collect();
                letters.insert(code, String::from_utf16(&units).unwrap());
            }
        }
        fonts.insert(name, letters);
    }
    fonts
}

/// A string in brackets from its first byte, unescaped; and how long it was.
fn literal(bytes: &[u8]) -> (Vec<u8>, usize) {
    let (mut out, mut at, mut depth) = (Vec::new(), 0, 1);
    loop {
        match bytes[at] {
            b'\\' => {
                at += 1;
                let octal = bytes[at..]
                    .iter()
                    .take(3)
                    .take_while(|b| (b'0'..=b'7').contains(b));
                let octal: Vec<u8> = octal.copied().collect();
                if octal.is_empty() {
                    out.push(match bytes[at] {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'f' => 12,
                        other => other,
                    });
                } else {
                    let value = octal.iter().fold(0_u32, |sum, b| sum * 8 + u32::from(b - b'0'));
                    out.push(u8::try_from(value).unwrap());
                    at += octal.len() - 1;
                }
            }
            b')' if depth == 1 => return (out, at + 1),
            other => {
                depth += i32::from(other == b'(') - i32::from(other == b')');
                out.push(other);
            }
        }
        at += 1;
    }
}

/// Each run of letters with its size in points.
fn written(pdf: &[u8]) -> Vec<(f32, String)> {
    let (content, fonts) = (content(pdf), fonts(pdf));
    let (mut runs, mut font, mut size, mut at) = (Vec::<(f32, String)>::new(), String::new(), 0.0, 0);
    while at < content.len() {
        let rest = &content[at..];
        match rest[0] {
            b'/' if rest.get(1) == Some(&b'f') => {
                let words = String::from_utf8_lossy(&rest[..rest.len().min(24)]).into_owned();
                let words: Vec<&str> = words.split_whitespace().collect();
                if words.get(2).is_some_and(|word| word.starts_with("Tf")) {
                    font = words[0].to_owned();
                    size = words[1].parse().unwrap();
                }
                at += 1;
            }
            b'(' => {
                let (codes, long) = literal(&rest[1..]);
                let codes = codes
                    .chunks_exact(2)
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                let text: String = codes
                    .filter_map(|code| fonts.get(&font)?.get(&code).cloned())
                    .collect();
                match runs.last_mut() {
                    Some((last, run)) if (*last - size).abs() < 0.01 => run.push_str(&text),
                    _ => runs.push((size, text)),
                }
                at += 1 + long;
            }
            _ => at += 1,
        }
    }
    runs
}

/// The QR code as it is painted: rectangles one module high, in a grid of its own.
fn painted(pdf: &[u8]) -> Vec<Vec<bool>> {
    let content = content(pdf);
    let content = String::from_utf8_lossy(&content).into_owned();
    let mut spans = Vec::new();
    for shape in content.split("\nh") {
        let words: Vec<&str> = shape.split_whitespace().collect();
        let Some(from) = words.len().checked_sub(12) else {
            continue;
        };
        let corner = &words[from..];
        if (corner[2], corner[5], corner[8], corner[11]) != ("m", "l", "l", "l") {
            continue;
        }
        let whole = |at: usize| corner[at].parse::<usize>().ok();
        if let (Some(left), Some(top), Some(right), Some(bottom)) = (whole(0), whole(1), whole(3), whole(7))
            && bottom == top + 1
        {
            spans.push((top, left, right));
        }
    }
    let side = spans.iter().map(|span| span.2).max().unwrap();
    let mut rows = vec![vec![false; side]; side];
    for (row, left, right) in spans {
        rows[row][left..right].fill(true);
    }
    rows
}

/// Whether a module of a code of version 3 holds no data: finders, formats, timing, and the one alignment pattern.
fn is_pattern(row: usize, column: usize) -> bool {
    let finder = (row < 9 && !(9..21).contains(&column)) || (row >= 21 && column < 9);
    let alignment = (20..25).contains(&row) && (20..25).contains(&column);
    finder || alignment || row == 6 || column == 6
}

fn is_flipped(mask: usize, row: usize, column: usize) -> bool {
    let (i, j) = (row, column);
    0 == match mask {
        0 => (i + j) % 2,
        1 => i % 2,
        2 => j % 3,
        3 => (i + j) % 3,
        4 => (i / 2 + j / 3) % 2,
        5 => (i * j) % 2 + (i * j) % 3,
        6 => ((i * j) % 2 + (i * j) % 3) % 2,
        _ => ((i + j) % 2 + (i * j) % 3) % 2,
    }
}

/// The bytes of a code of version 3, level M or L, which are one block; read as they stand, without correcting anything.
fn decoded(rows: &[Vec<bool>]) -> String {
    assert_eq!(rows.len(), 29, "version 3");
    let format: usize = (0..5).fold(0, |bits, column| 2 * bits + usize::from(rows[8][column]));
    let mask = (format ^ 0b10101) & 0b111;
    let mut bits = Vec::new();
    let mut upwards = true;
    for right in [28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1] {
        for step in 0..29 {
            let row = if upwards { 28 - step } else { step };
            for column in [right, right - 1] {
                if !is_pattern(row, column) {
                    bits.push(rows[row][column] != is_flipped(mask, row, column));
                }
            }
        }
        upwards = !upwards;
    }
    let number = |from: usize, count: usize| {
        bits[from..from + count]
            .iter()
            .fold(0_usize, |sum, bit| 2 * sum + usize::from(*bit))
    };
    assert_eq!(number(0, 4), 0b0100, "bytes");
    let bytes = (0..number(4, 8)).map(|at| u8::try_from(number(12 + 8 * at, 8)).unwrap());
    String::from_utf8(bytes.collect()).unwrap()
}

#[test]
fn a_printed_card_says_reference_id_and_code_in_large_letters_on_its_one_page() {
    for (token, id, code) in [
        (
            "pramaan:card:48210937561204:00421337",
            "4821 0937 5612 04",
            "0042 1337",
        ),
        (
            "pramaan:card:31415926535897:98765432",
            "3141 5926 5358 97",
            "9876 5432",
        ),
    ] {
        let runs = written(&card(token));
        let large = |text: &str, points: f32| {
            runs.iter()
                .any(|(size, run)| *size >= points && run.contains(text))
        };
        assert!(large(id, 24.0), "{id} in {runs:?}");
        assert!(large(code, 36.0), "{code} in {runs:?}");
        let all: String = runs.iter().map(|(_, run)| run.as_str()).collect();
        assert!(all.contains("COVID-19"), "{all}");
        assert!(all.contains("by hand"), "whose it is, is written by hand: {all}");
    }
}

#[test]
fn the_qr_code_of_a_printed_card_decodes_to_reference_id_and_code() {
    for token in [
        "pramaan:card:48210937561204:00421337",
        "pramaan:card:31415926535897:98765432",
        "pramaan:card:10000000000000:00000000",
    ] {
        assert_eq!(decoded(&painted(&card(token))), token);
    }
}
