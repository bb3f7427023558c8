//! The account sees what was told in whatever it is packed, counts it once an answer, and misses an entry.

use std::collections::BTreeSet;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use pramaan_domain::access::{Field, FieldSet};

use super::{Account, Disclosed, Excuse, Marker};
use crate::captured::Exchange;

const EXCUSED: &[Excuse] = &[Excuse {
    method: "GET",
    path: "/outbox/{mobile}",
    field: Field::Name,
    why: "a telephone",
}];
const PAGE: &[u8] = b"<p>Aashabai Thiruvengadam</p>";

fn marker(whose: &[&str], field: Field, value: &str) -> Marker {
    Marker {
        whose: whose.iter().map(|one| (*one).to_owned()).collect(),
        field,
        value: value.as_bytes().to_vec(),
        bare: value.replace("<dd>", "").replace("</dd>", "").into_bytes(),
    }
}

fn account() -> Account {
    let markers = vec![
        marker(&["a"], Field::Name, "Aashabai Thiruvengadam"),
        marker(&["a"], Field::ReferenceId, "12345678901234"),
        marker(&["a", "b"], Field::BirthYear, "<dd>1981</dd>"),
    ];
    Account::new(markers, EXCUSED)
}

fn entry(whose: &str, fields: &[Field]) -> Disclosed {
    Disclosed {
        whose: whose.to_owned(),
        fields: FieldSet::of(fields),
        request: "GET /".to_owned(),
    }
}

fn answer(target: &str, coding: &str, sent: &[u8]) -> Exchange {
    Exchange {
        place: "1#1".to_owned(),
        method: "GET".to_owned(),
        target: target.to_owned(),
        typed: Vec::new(),
        status: 200,
        head: "HTTP/1.1 200 OK".to_owned(),
        coding: coding.to_owned(),
        sent: sent.to_vec(),
        is_whole: true,
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What was told beyond these entries.
fn beyond(answers: &[Exchange], log: &[Disclosed]) -> Vec<String> {
    let mut account = account();
    for answer in answers {
        account.read(answer).unwrap();
    }
    account.sum(log).beyond
}

#[test]
fn each_answer_wants_an_entry_of_its_own() {
    let names = [entry("a", &[Field::Name]), entry("a", &[Field::Name])];
    let two = [answer("/", "", PAGE), answer("/", "gzip", &gzip(PAGE))];
    assert_eq!(beyond(&two, &names), [""; 0]);
    let missing = beyond(&two, &names[..1]);
    assert!(
        matches!(missing.as_slice(), [line] if line.starts_with("name of a: told 2 times, in the log 1 times")),
        "{missing:?}"
    );
    // Others' entries, and entries of other fields, are none.
    for other in [entry("b", &[Field::Name]), entry("a", &[Field::Mobile])] {
        assert_eq!(beyond(&two, &[names[0].clone(), other]).len(), 1);
    }
    // A certificate tells the name; what several share is summed.
    assert_eq!(beyond(&two[..1], &[entry("a", &[Field::Certificate])]), [""; 0]);
    let year = answer("/", "", b"<dd>1981</dd>");
    assert_eq!(
        beyond(std::slice::from_ref(&year), &[entry("b", &[Field::BirthYear])]),
        [""; 0]
    );
    assert_eq!(beyond(&[year], &[entry("c", &[Field::BirthYear])]).len(), 1);
}

/// An entry is for the route that it names, and for no answer of another.
#[test]
fn an_entry_for_another_route_is_none() {
    let by = |request: &str| Disclosed {
        request: request.to_owned(),
        ..entry("a", &[Field::Name])
    };
    let [new, first] = ["/family/new", "/family/1?x=y"].map(|target| answer(target, "", PAGE));
    let both = [new.clone(), first];
    let log = [by("GET /family/{place}"), by("GET /family/new")];
    assert_eq!(beyond(&both, &log), [""; 0]);
    let either = [log[0].clone(), by("POST / | GET /family/new")];
    assert_eq!(beyond(&both, &either), [""; 0]);
    for wrong in [
        "POST /family/new",
        "GET /family",
        "GET /family/new/{place}",
        "job: messages",
    ] {
        let seen = beyond(&both, &[log[0].clone(), by(wrong)]);
        assert!(
            matches!(seen.as_slice(), [line] if line.contains("told 2 times by \"GET /family/{place}\", in the log 1 times")),
            "{wrong}: {seen:?}"
        );
        let seen = beyond(std::slice::from_ref(&new), &[by(wrong)]);
        assert!(
            matches!(seen.as_slice(), [line] if line.contains("by \"\", in the log 0 times:\n    1#1 GET /family/new")),
            "{wrong}: {seen:?}"
        );
    }
}

#[test]
fn it_is_seen_in_every_wrapping_and_once_in_an_answer() {
    let twice = [PAGE, PAGE].concat();
    let svg = {
        let code = fast_qr::QRBuilder::new("12345678901234").build().unwrap();
        let mut path = String::new();
        for y in 0..code.size {
            for x in 0..code.size {
                if code[y][x].value() {
                    path += &format!("M{x} {y}h1v1h-1z");
                }
            }
        }
        format!("<svg><path d=\"{path}\"/></svg>")
    };
    let mut header = answer("/", "", b"");
    header.head += "\r\npramaan-message: Aashabai Thiruvengadam";
    let mut cut = answer("/", "gzip", &gzip(&[&twice[..], &[b' '; 4096]].concat()));
    cut.sent.truncate(cut.sent.len() - 9);
    cut.is_whole = false;
    for wrapped in [
        answer("/", "", &twice),
        answer("/", "gzip", &gzip(&twice)),
        answer("/", "", &gzip(&gzip(PAGE))),
        answer("/", "gzip", &gzip(svg.as_bytes())),
        answer("/outbox", "", PAGE),
        answer("/outbox/1/2", "", PAGE),
        header,
        cut,
    ] {
        let seen = beyond(std::slice::from_ref(&wrapped), &[]);
        assert!(
            matches!(seen.as_slice(), [line] if line.contains(" of a: told 1 times")),
            "{wrapped:?}: {seen:?}"
        );
    }
}

#[test]
fn what_was_typed_and_what_is_excused_is_no_read() {
    let mut typed = answer("/", "", PAGE);
    typed.typed = b"name=Aashabai+Thiruvengad%61m".to_vec();
    let in_the_query = answer("/find?name=Aashabai%20Thiruvengadam", "", PAGE);
    let excused = answer("/outbox/9876543210?x=y", "", PAGE);
    let mut year = answer("/", "", b"<dd>1981</dd>");
    assert_eq!(beyond(std::slice::from_ref(&year), &[]).len(), 1);
    year.typed = b"birth_year=1981".to_vec();
    assert_eq!(beyond(&[typed, in_the_query, excused, year], &[]), [""; 0]);
    let mut another = answer("/outbox/9876543210", "", PAGE);
    another.method = "POST".to_owned();
    assert_eq!(beyond(&[another], &[]).len(), 1);
    let number = answer("/outbox/9876543210", "", b"12345678901234");
    assert_eq!(beyond(&[number], &[]).len(), 1, "another field");
}

#[test]
fn a_body_that_nobody_can_read_is_an_error() {
    let said = account().read(&answer("/", "zstd", PAGE)).unwrap_err();
    assert!(said.contains("zstd"), "{said}");
    assert!(account().read(&answer("/", "gzip", PAGE)).is_err());
}

#[test]
fn a_message_names_people_and_field() {
    let both = marker(&["b", "a"], Field::BirthYear, "1981");
    assert_eq!(both.whose, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
    assert_eq!(both.what(), "birth_year of a/b");
}
