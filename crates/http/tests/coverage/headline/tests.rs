//! The check itself, and that it sees.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use pramaan_domain::access::{Field, FieldSet};

use super::account::Account;
use super::{Captured, Planted, holds};
use crate::played::whole_story;
use crate::world::World;

#[tokio::test]
async fn answers_tell_no_more_than_the_published_log_discloses() {
    let mut world = World::new().await;
    world.codings = "gzip, deflate, br";
    let played = whole_story(world).await;
    let world = &played.world;
    let mut account = holds(world).await;
    for inside in ["pdf text", "qr drawn", "qr"] {
        assert!(account.containers.contains(inside), "{:?}", account.containers);
    }
    every_field_is_told_and_would_be_missed(&mut account);
    // The same answers, had each been given without an entry.
    let opening = [
        ("GET /api/v2/appointment/beneficiaries", "name of Aashabai"),
        (
            "GET /api/v2/appointment/beneficiaries",
            "reference_id of Aashabai",
        ),
        (
            "GET /api/v2/registration/certificate/download",
            "name of Aashabai",
        ),
        (
            "GET /api/v2/appointment/appointmentslip/download",
            "reference_id of Aashabai",
        ),
        ("GET /household", "birth_year of Aashabai/Kamala"),
        ("POST /staff/visit", "name of Kamala"),
    ];
    let mut captured = world.captured.lock().unwrap().clone();
    captured.retain(|answer| opening.iter().any(|(call, _)| call_of(answer).starts_with(call)));
    for answer in &mut captured {
        answer.entries = 0..0;
    }
    let told = account.told_without(&captured);
    for (call, what) in opening {
        let is_told = |line: &&String| line.starts_with(call) && line.contains(what);
        assert!(
            told.iter().any(|line| is_told(&line)),
            "{call}: {what}: {told:#?}"
        );
    }
}

/// Each field that can be opened is told of somebody by some answer, and that answer is caught when no entry names the field.
fn every_field_is_told_and_would_be_missed(account: &mut Account) {
    let planted = account.planted.fields();
    let mut wrong = Vec::new();
    for field in Field::ALL {
        let name = field.name();
        if !planted.contains(&field) {
            wrong.push(format!("nothing is planted of {name}"));
        }
        match account.telling.get(&field).cloned() {
            None => wrong.push(format!("no answer tells {name}: what is planted is not shown")),
            Some(answer) => {
                let entries = 0..0;
                let told = account.told_without(&[Captured { entries, ..answer }]);
                let line = format!(" told {name} of ");
                if !told.iter().any(|found| found.contains(&line)) {
                    wrong.push(format!(
                        "{name} is told without an entry, and nobody sees it: {told:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn call_of(answer: &Captured) -> String {
    format!("{} {}", answer.call.0, answer.call.1)
}

const PAGE: &[u8] = b"<p>Aashabai Thiruvengadam</p>";

/// An answer to somebody who looked at nobody.
fn answer(coding: &str, sent: &[u8]) -> Captured {
    Captured {
        call: ("GET".to_owned(), "/sessions".to_owned()),
        typed: String::new(),
        told: String::new(),
        coding: coding.to_owned(),
        sent: sent.to_vec(),
        entries: 0..1,
    }
}

fn account(whose: &str, fields: &[Field]) -> Account {
    let disclosed = BTreeMap::from([(0, (whose.to_owned(), FieldSet::of(fields)))]);
    Account::new(Planted::of_the_story(), disclosed)
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

/// A stored entry of a ZIP.
fn zip(bytes: &[u8]) -> Vec<u8> {
    let size = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let header = [
        &b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0"[..],
        &size,
        &size,
        &[1, 0, 0, 0],
        b"x",
    ];
    [&header.concat(), bytes].concat()
}

/// `zlib.brotliCompressSync` of Node over a page that names Aashabai.
const BROTLI: [u8; 71] = [
    27, 241, 0, 176, 140, 211, 29, 177, 153, 234, 37, 7, 50, 183, 84, 73, 129, 145, 250, 25, 78, 8, 58, 166,
    211, 124, 9, 162, 130, 13, 56, 96, 239, 103, 92, 4, 55, 24, 28, 114, 166, 231, 40, 173, 121, 172, 109,
    210, 182, 184, 137, 83, 114, 214, 121, 127, 236, 73, 176, 84, 27, 72, 104, 70, 238, 10, 186, 211, 201,
    79, 23,
];

/// Somebody who was not opened is seen in whatever an answer is packed in.
#[test]
fn a_planted_name_is_seen_in_every_wrapping() {
    let pdf = [&b"%PDF-1.7\nstream\n"[..], &zlib(PAGE), b"\nendstream\n"].concat();
    let svg = pramaan_app::staff::qr_svg("Aashabai Thiruvengadam").unwrap();
    let escaped: String = zip(&gzip(PAGE)).into_iter().map(char::from).collect();
    let mut header = answer("", b"");
    header.told = "{\"pramaan-message\": \"Aashabai\"}".to_owned();
    let wrapped = [
        answer("", PAGE),
        answer("gzip", &gzip(PAGE)),
        answer("deflate", &zlib(PAGE)),
        answer("br", &BROTLI),
        answer("", &zip(&gzip(PAGE))),
        answer("", &pdf),
        answer("", svg.as_bytes()),
        answer("", escaped.as_bytes()),
        answer("gzip", &gzip(&pdf)),
        header,
    ];
    for (number, wrapped) in wrapped.into_iter().enumerate() {
        for mut account in [
            account("Kamala", &[Field::Name]),
            account("Aashabai", &[Field::Mobile]),
        ] {
            let wrong = account.told_without(std::slice::from_ref(&wrapped));
            assert!(
                wrong.iter().any(|line| line.contains("told name of Aashabai")),
                "{number}: {wrong:?}"
            );
        }
        let mut entered = account("Aashabai", &[Field::Name]);
        assert_eq!(
            entered.told_without(std::slice::from_ref(&wrapped)),
            [""; 0],
            "{number}"
        );
    }
}

/// One entry is for one answer, and what was typed is no read.
#[test]
fn an_entry_counts_once_and_an_echo_not_at_all() {
    let mut once = account("Aashabai", &[Field::Name]);
    let (first, mut second) = (answer("", PAGE), answer("", PAGE));
    assert_eq!(once.told_without(std::slice::from_ref(&first)), [""; 0]);
    let both = once.told_without(&[first, second.clone()]);
    assert!(
        both.iter()
            .any(|line| line.contains("told 2 times, in the log 1 times")),
        "{both:?}"
    );
    second.entries = 5..5;
    second.typed = "name=Aashabai+Thiruvengad%61m".to_owned();
    assert_eq!(once.told_without(std::slice::from_ref(&second)), [""; 0]);
}
