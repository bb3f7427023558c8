//! docs/witness.md says what the program says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

use pramaan_witness::client::Declined;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/witness.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_page_explains_each_reason_that_a_log_is_given() {
    let refused = |status| Declined::Refused {
        status,
        reason: "…".to_owned(),
    };
    let page = page();
    for declined in [
        Declined::Ahead {
            theirs: 100,
            ours: 90,
        },
        Declined::Forked,
        refused(422),
        refused(404),
        refused(403),
        Declined::Lied("…"),
        Declined::Clock {
            theirs: 1000,
            ours: 2000,
        },
        Declined::Unreachable("…".to_owned()),
        Declined::Slow,
    ] {
        assert!(
            page.contains(&format!("| `{declined}` |")),
            "docs/witness.md lacks: {declined}"
        );
    }
}

#[test]
fn the_page_quotes_what_the_witness_writes_in_its_log() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/answer.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let page = page();
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `a log")?.split_once("` |"));
    let quoted: Vec<_> = rows.map(|(rest, _)| format!("a log{rest}")).collect();
    assert_eq!(quoted.len(), 1);
    for sentence in quoted {
        assert!(source.contains(&sentence), "nobody says {sentence}");
    }
}
