use std::collections::HashSet;
use std::path::PathBuf;

use super::rows::{Attacker, ROWS};
use super::*;
use crate::web::i18n::Locale;

fn document() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/trust.md")
}

/// The table as a page of docs/: the same rows, the same words.
fn printed() -> String {
    let t = |id: &str| Locale::En.t(id);
    let mut text = format!(
        "# {}\nWritten by a test from crates/http/src/web/citizen/trust/rows.rs, which the page `/trust` shows too, in English and Hindi: \
         change it there, then give `cargo test -p pramaan-http --lib -- --ignored docs_trust_md_is_written`. \
         `cargo xtask lint` checks that each test that is named here exists.\n",
        t("trust-title")
    );
    for shape in Shape::ALL {
        text += &format!(
            "\n## {}\n| {} | {} | {} | {} | {} |\n|---|---|---|---|---|\n",
            t(shape.id()),
            t("trust-who"),
            t("trust-opens"),
            t("trust-left"),
            t("trust-alters"),
            t("trust-shown"),
        );
        for row in rows::of(shape) {
            let tests: Vec<String> = row.tests.iter().map(|test| format!("`{test}`")).collect();
            text += &format!(
                "| {} | {} | {} | {} | {} |\n",
                t(row.attacker.id()),
                t(row.opens),
                t(row.left.id()),
                t(row.alters),
                tests.join(", ")
            );
        }
    }
    text
}

#[test]
fn each_attacker_has_one_answer_in_each_shape() {
    for shape in Shape::ALL {
        for attacker in Attacker::ALL {
            let answers = rows::of(shape).filter(|row| row.attacker == attacker).count();
            assert_eq!(answers, 1, "{shape:?} {attacker:?}");
        }
    }
    for row in ROWS {
        let named: HashSet<_> = row.tests.iter().collect();
        assert!(
            !row.tests.is_empty() && named.len() == row.tests.len(),
            "{}",
            row.opens
        );
    }
}

#[test]
fn exactly_one_shape_is_here() {
    for page in TrustPage::samples(&Page::bare(Locale::En)) {
        let here: Vec<_> = page
            .parts
            .iter()
            .filter(|part| part.is_here)
            .map(|part| part.id)
            .collect();
        assert_eq!(here.len(), 1, "{here:?}");
        let witnessed = page.witnessed.contains("witness.example/one");
        assert_ne!(
            witnessed,
            page.witnessed == Locale::En.t("trust-here-unwitnessed")
        );
        assert_eq!(here == ["trust-shape-witnessed"], witnessed);
    }
}

#[test]
fn the_document_is_the_table() {
    let written = std::fs::read_to_string(document()).unwrap_or_default();
    assert!(
        written == printed(),
        "docs/trust.md is not the table: cargo test -p pramaan-http --lib -- --ignored docs_trust_md_is_written"
    );
}

#[test]
#[ignore = "writes the document"]
fn docs_trust_md_is_written() {
    std::fs::write(document(), printed()).unwrap();
}
