//! The document on compatibility is true: its codes are the program's, and its tests exist.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use pramaan_http::cowin::code;

const BEGIN: &str = "<!-- codes -->\n";
const END: &str = "<!-- end of codes -->\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    fs::read_to_string(root().join("docs/compatibility.md")).unwrap()
}

#[test]
fn the_page_shows_every_code_with_its_status_and_sentence() {
    let mut table = "| code | status | sentence |\n|---|---|---|\n".to_owned();
    for code in code::ALL {
        writeln!(
            table,
            "| `{}` | {} | {} |",
            code.code,
            code.status.as_u16(),
            code.sentence
        )
        .unwrap();
    }
    let page = page();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if shown != table {
        let mended = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compatibility.md");
        fs::write(&mended, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        panic!(
            "docs/compatibility.md has other codes; copy {} over it",
            mended.display()
        );
    }
}

/// The cells of a table's row.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
    Some(inner.split(" | ").collect())
}

#[test]
fn every_row_names_a_test_that_exists() {
    let tests = tests();
    let page = page();
    let rows = page.split(BEGIN).next().unwrap().lines().filter_map(cells);
    let mut checked = 0;
    for row in rows.filter(|row| row.last() != Some(&"test")) {
        let named: Vec<&str> = row.last().unwrap().split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test: {}", row[0]);
        for name in named {
            assert!(tests.contains(name), "no such test: {name}");
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn every_code_that_the_text_mentions_exists() {
    let page = page();
    for word in page.split('`').skip(1).step_by(2) {
        let ours = ["PRAMAAN0", "USRAUT", "USRRES", "APPOIN0", "CERTIFICATE0", "GERR"];
        if ours.iter().any(|start| word.starts_with(start)) {
            assert!(code::ALL.iter().any(|code| code.code == word), "{word}");
        }
    }
}

/// The names of all test functions of the workspace.
fn tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                tests.extend(tests_of(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    tests
}

/// Functions under an attribute that ends in `test]` or `_test]`, with arguments or without.
fn tests_of(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in source.lines().map(str::trim) {
        if let Some(attribute) = line.strip_prefix("#[") {
            let name = attribute.split(['(', ']']).next().unwrap();
            marked |= name.ends_with("test");
        } else if let Some((_, after)) = line.split_once("fn ").filter(|_| marked) {
            found.push(after.split(['(', '<']).next().unwrap().to_owned());
            marked = false;
        }
    }
    found
}
