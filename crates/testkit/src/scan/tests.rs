//! A scanner that finds nothing proves nothing: every value is planted in each form and place, and has to be found.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use pramaan_keys::Entropy;

use super::*;
use crate::SeededEntropy;

const VALUES: [(&str, &str); 6] = [
    ("name", "Meenakshi Tharoor"),
    ("name in Hindi", "मीनाक्षी"),
    ("mobile", "9812345670"),
    ("one-time code", "481516"),
    ("appointment code", "4829"),
    ("certificate", r#"{"id":"71234567890123"}"#),
];

/// Puts bytes into a container.
type Wrap = fn(&[u8]) -> Vec<u8>;

fn planted() -> Planted {
    let mut planted = Planted::default();
    for (what, value) in VALUES {
        planted.add(what, value);
    }
    planted
}

fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SeededEntropy::new(seed).fill(&mut bytes);
    bytes
}

/// Between bytes that are no letters or digits, as columns and JSON have it.
fn within_noise(value: &[u8]) -> Vec<u8> {
    let mut bytes = noise(1, 300);
    bytes.push(b'"');
    bytes.extend_from_slice(value);
    bytes.push(b'"');
    bytes.extend(noise(2, 300));
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A local header with nothing that a reader could do without.
fn zip(method: u16, data: &[u8]) -> Vec<u8> {
    let mut zip = b"PK\x03\x04\x14\0\0\0".to_vec();
    zip.extend(method.to_le_bytes());
    zip.extend([0; 8]);
    zip.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    zip.extend([0; 4]);
    zip.extend([1, 0, 0, 0]);
    zip.push(b'x');
    zip.extend_from_slice(data);
    zip
}

fn qr(bytes: &[u8]) -> Vec<u8> {
    let text: String = zip(8, &deflate(bytes)).into_iter().map(char::from).collect();
    text.into_bytes()
}

fn pdf(stream: &[u8]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n".to_vec();
    pdf.extend_from_slice(stream);
    pdf.extend_from_slice(b"\nendstream\nendobj\n");
    pdf
}

fn finds(scanner: &Scanner, what: &str, form: Form, bytes: &[u8]) -> bool {
    let wanted = |finding: &Finding| finding.what == what && finding.form == form;
    scanner.scan("test", bytes).iter().any(wanted)
}

#[test]
fn every_value_is_found_in_every_form_and_place() {
    let places: [(&str, Wrap); 9] = [
        ("plain", |bytes| bytes.to_vec()),
        ("gzip", |bytes| within_noise(&gzip(bytes))),
        ("zlib", |bytes| within_noise(&zlib(bytes))),
        ("deflate", deflate),
        ("zip", |bytes| within_noise(&zip(8, &deflate(bytes)))),
        ("stored zip of gzip", |bytes| zip(0, &gzip(bytes))),
        ("qr", |bytes| within_noise(&qr(bytes))),
        ("pdf", |bytes| within_noise(&pdf(&zlib(bytes)))),
        ("gzip of zip of pdf of qr", |bytes| {
            gzip(&zip(8, &deflate(&pdf(&zlib(&qr(bytes))))))
        }),
    ];
    let scanner = Scanner::new(&planted());
    let mut tried = 0;
    for (number, (what, value)) in VALUES.into_iter().enumerate() {
        for pattern in form::patterns(number, value.as_bytes()) {
            for (place, wrap) in places {
                let bytes = wrap(&within_noise(&pattern.bytes));
                assert!(
                    finds(&scanner, what, pattern.form, &bytes),
                    "{what} as {:?} in {place}",
                    pattern.form
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 1_500, "{tried}");
}

#[test]
fn base64_of_a_text_around_it_is_found_at_each_alignment() {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    let scanner = Scanner::new(&planted());
    for before in ["", "a", "ab", "abc"] {
        for after in ["", "~", "~~"] {
            let text = format!("{before}Meenakshi Tharoor{after}");
            for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                assert!(!scanner.scan("test", encoded.as_bytes()).is_empty(), "{text}");
            }
        }
    }
}

#[test]
fn what_a_page_of_a_pdf_shows_is_found_though_it_is_written_in_glyphs() {
    let characters: Vec<char> = "Meenakshi Tharoor".chars().collect();
    let mut table = "beginbfchar\n".to_owned();
    let mut hex = String::new();
    let mut literal = Vec::new();
    for (number, c) in characters.iter().enumerate() {
        let glyph = u16::try_from(number).unwrap() + 0x27;
        table.push_str(&format!("<{glyph:04X}> <{:04X}>\n", u32::from(*c)));
        hex.push_str(&format!("{glyph:04X}"));
        for byte in glyph.to_be_bytes() {
            if b"()\\".contains(&byte) {
                literal.push(b'\\');
            }
            literal.push(byte);
        }
    }
    table.push_str("endbfchar");
    let scanner = Scanner::new(&planted());
    let mut split = b"BT [<".to_vec();
    split.extend_from_slice(&hex.as_bytes()[..12]);
    split.extend_from_slice(b"> -3 <");
    split.extend_from_slice(&hex.as_bytes()[12..]);
    split.extend_from_slice(b">] TJ ET");
    let mut whole = b"BT (".to_vec();
    whole.extend_from_slice(&literal);
    whole.extend_from_slice(b") Tj ET");
    for page in [split, whole] {
        let mut document = pdf(&zlib(table.as_bytes()));
        document.extend(pdf(&zlib(&page)));
        let found = scanner.scan("test", &document);
        assert!(found.iter().any(|finding| finding.what == "name"), "{found:?}");
    }
}

#[test]
fn noise_and_near_misses_are_no_finding() {
    let scanner = Scanner::new(&planted());
    assert_eq!(scanner.scan("test", &noise(3, 2_000_000)), []);
    for near in [
        "9812345671",
        "1795482900",
        "24829",
        "Meenakshi Tharoo",
        "48151",
        "4815162",
    ] {
        assert_eq!(scanner.scan("test", near.as_bytes()), [], "{near}");
        assert_eq!(scanner.scan("test", &gzip(near.as_bytes())), [], "{near}");
    }
}

/// A QR code as runs of dark modules: left, top, width.
fn runs(text: &str) -> Vec<(usize, usize, usize)> {
    let code = fast_qr::qr::QRBuilder::new(text.as_bytes()).build().unwrap();
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for y in 0..code.size {
        for x in (0..code.size).filter(|x| code[y][*x].value()) {
            match runs.last_mut() {
                Some((left, top, width)) if *top == y && *left + *width == x => *width += 1,
                _ => runs.push((x, y, 1)),
            }
        }
    }
    runs
}

#[test]
fn what_a_drawn_qr_code_says_is_found() {
    let runs = runs("pramaan:slip:48210937561204:0042 9812345670");
    let rectangle = |(x, y, w): &(usize, usize, usize)| format!("{x} {y} {w} 1 re\n");
    let corners = |(x, y, w): &(usize, usize, usize)| {
        let (right, bottom) = (x + w, y + 1);
        format!("{x} {y} m\n{right} {y} l\n{right} {bottom} l\n{x} {bottom} l\nh\n")
    };
    let page = |one: &dyn Fn(&(usize, usize, usize)) -> String| {
        let path: String = runs.iter().map(one).collect();
        pdf(&zlib(format!("q 2 0 0 2 30 30 cm\n{path}f\nQ").as_bytes()))
    };
    let path: String = runs
        .iter()
        .map(|(x, y, w)| format!("M{} {}h{w}v1h-{w}z", x + 4, y + 4))
        .collect();
    let svg = format!("<svg><path d=\"M0 0h9v9H0z\"/><path d=\"{path}\"/></svg>").into_bytes();
    let address = {
        use base64::Engine;
        let encoded = base64::engine::general_purpose::STANDARD.encode(&svg);
        format!("<img src=\"data:image/svg+xml;base64,{encoded}\">").into_bytes()
    };
    let scanner = Scanner::new(&planted());
    for drawn in [page(&rectangle), page(&corners), svg, address] {
        let found = scanner.scan("test", &drawn);
        let told = |finding: &Finding| finding.what == "mobile" && finding.place.ends_with("qr drawn");
        assert!(found.iter().any(told), "{found:?}");
    }
}

/// Made by another program: `zlib.brotliCompressSync` of Node.
const BROTLI: &str = "1bf100b08cd31db199ea250732b754498191fa194e083aa6d37c09a2820d3860ef675c0437181c72a6e728ad79ac6dd2b6b8895372d6\
    797fec49b0541b486846ee0abad3c94f17";

#[test]
fn a_body_is_read_in_each_coding_and_never_guessed() {
    let brotli = hex::decode(BROTLI).unwrap();
    let text = decoded("br", &brotli).unwrap();
    assert!(
        String::from_utf8(text)
            .unwrap()
            .contains("Aashabai Thiruvengadam")
    );
    let bodies = [
        ("", b"Asha".to_vec()),
        ("gzip", gzip(b"Asha")),
        ("deflate", zlib(b"Asha")),
        ("deflate", deflate(b"Asha")),
    ];
    for (coding, body) in bodies {
        assert_eq!(decoded(coding, &body).as_deref(), Some(&b"Asha"[..]), "{coding}");
    }
    for (coding, body) in [
        ("zstd", gzip(b"Asha")),
        ("gzip", b"Asha".to_vec()),
        ("br", gzip(b"Asha")),
    ] {
        assert_eq!(decoded(coding, &body), None, "{coding}");
    }
}
