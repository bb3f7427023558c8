//! docs/extract.md has every word that a reader needs.

use pramaan_tlog::extract::{BASES, CLASSES, Check, FIELDS, PURPOSES};

#[test]
fn the_page_has_every_word_with_its_code_and_every_check() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/extract.md");
    let page = std::fs::read_to_string(path).unwrap();
    let words = CLASSES.iter().map(|(word, code)| (*word, code.name()));
    let words = words.chain(BASES.iter().map(|(word, code)| (*word, code.name())));
    let words = words.chain(PURPOSES.iter().map(|(word, code)| (*word, code.name())));
    for (word, code) in words {
        let row = format!("| {word} | {code} |");
        assert!(page.contains(&row), "docs/extract.md lacks {row}");
    }
    for (bit, field) in FIELDS.iter().enumerate() {
        let row = format!("| {bit} | {field} |");
        assert!(page.contains(&row), "docs/extract.md lacks {row}");
    }
    for check in Check::ALL {
        let row = format!("| {} |", check.name());
        assert!(page.contains(&row), "docs/extract.md lacks {row}");
    }
}
