#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! `pramaan log verify-extract FILE`: the vectors, as somebody with a terminal meets them.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn vectors() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../tlog/vectors/extract_v1.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Exit code, and everything that was said.
fn told(folder: &Path, extract: &[u8], more: &[&str]) -> (i32, String) {
    std::fs::write(folder.join("pramaan-accesses.json"), extract).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_pramaan"))
        .args(["log", "verify-extract", "pramaan-accesses.json"])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn a_good_extract_is_told_in_words_with_what_was_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let good = &vectors()["extracts"]["good"];
    let (code, said) = told(folder.path(), good.to_string().as_bytes(), &[]);
    assert_eq!(code, 0, "{said}");
    for line in [
        "HOLDS: log log.example/2026 at ",
        "7 entries are about the person",
        "2026-10-31 09:05 entry ",
        "disclosure by vaccinator, number 1205, staff code MH395-0007, for vaccination, on no_evidence_with_reason: name \
         birth_year doses; reason: Lost her slip; known at the centre",
        "COMPLETE from 2026-10-30 to 2026-11-04",
        "Nobody looked: 2026-10-30, 2026-11-01 to 2026-11-02, 2026-11-04",
        "NOT SHOWN for 2026-11-05, 2026-11-06",
        "NOT CHECKED whose log it is",
        "NOT CHECKED whether others are shown the same log",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    std::fs::write(folder.path().join("note"), good["checkpoint"].as_str().unwrap()).unwrap();
    let known = ["--key", good["key"].as_str().unwrap(), "--checkpoint", "note"];
    let (code, said) = told(folder.path(), good.to_string().as_bytes(), &known);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("NOT CHECKED"), "{said}");
}

#[test]
fn a_bad_extract_names_its_place_and_what_is_none_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = vectors();
    let mut bad = vectors["extracts"]["good"].clone();
    bad["entries"].as_array_mut().unwrap().remove(2);
    let (code, said) = told(folder.path(), bad.to_string().as_bytes(), &[]);
    assert_eq!(code, 1);
    assert!(said.starts_with("FAIL present day 2026-11-03: "), "{said}");
    let (code, said) = told(folder.path(), b"{}", &[]);
    assert_eq!(code, 2);
    assert!(said.starts_with("FAIL format file: "), "{said}");
    let good = vectors["extracts"]["good"].to_string();
    let (code, said) = told(folder.path(), good.as_bytes(), &["--key", "nonsense"]);
    assert_eq!(code, 2);
    assert!(said.contains("--key nonsense"), "{said}");
    let (code, said) = told(folder.path(), &vec![b' '; 9 * 1024 * 1024], &[]);
    assert_eq!(code, 2);
    assert!(said.contains("larger than"), "{said}");
}
