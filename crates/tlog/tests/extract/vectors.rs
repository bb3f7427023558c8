//! The vectors are what the code writes, and each case is judged as it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pramaan_tlog::Verifier;
use pramaan_tlog::extract::{
    BASES, CLASSES, Check, Extract, ExtractError, FIELDS, PURPOSES, Trusted, Verified,
};
use serde_json::{Value, json};

use super::cases::{bases, cases};
use super::log::{FIRST, by_nurse, eight_days};

fn file() -> Value {
    let all: Vec<_> = cases().iter().map(super::cases::Case::json).collect();
    json!({ "words": words(), "extracts": bases(), "cases": all })
}

/// The words of details with their codes, for implementations that cannot ask ours.
fn words() -> Value {
    let classes = CLASSES
        .iter()
        .map(|(word, code)| ((*word).to_owned(), json!(code.code())));
    let bases = BASES
        .iter()
        .map(|(word, code)| ((*word).to_owned(), json!(code.code())));
    let purposes = PURPOSES
        .iter()
        .map(|(word, code)| ((*word).to_owned(), json!(code.code())));
    json!({
        "class": Value::Object(classes.collect()), "basis": Value::Object(bases.collect()),
        "purpose": Value::Object(purposes.collect()), "fields": FIELDS,
    })
}

/// The part of JSON Patch (RFC 6902) that the vectors use.
fn patched(base: &Value, patch: &[Value]) -> Value {
    let mut made = base.clone();
    for step in patch {
        let path = step["path"].as_str().unwrap();
        let (parent, name) = path.rsplit_once('/').unwrap();
        let value = step.get("value").cloned();
        match (step["op"].as_str().unwrap(), made.pointer_mut(parent).unwrap()) {
            ("remove", Value::Object(fields)) => drop(fields.remove(name).unwrap()),
            ("remove", Value::Array(items)) => drop(items.remove(name.parse().unwrap())),
            ("add", Value::Array(items)) => items.insert(name.parse().unwrap(), value.unwrap()),
            ("replace", Value::Array(items)) => items[name.parse::<usize>().unwrap()] = value.unwrap(),
            (_, Value::Object(fields)) => drop(fields.insert(name.to_owned(), value.unwrap())),
            (_, other) => panic!("{path} in {other}"),
        }
    }
    made
}

fn judged(case: &Value, bases: &Value) -> Result<Verified, ExtractError> {
    let made = patched(
        &bases[case["extract"].as_str().unwrap()],
        case["patch"].as_array().unwrap(),
    );
    let trusted = Trusted {
        key: case["key"].as_str().map(|key| Verifier::parse(key).unwrap()),
        checkpoint: case["checkpoint"].as_str().map(|note| note.as_bytes().to_vec()),
    };
    Extract::parse(made.to_string().as_bytes())?.verify(&trusted)
}

#[test]
fn each_case_is_judged_as_the_vectors_say() {
    let file = file();
    let mut met = std::collections::BTreeSet::new();
    for case in file["cases"].as_array().unwrap() {
        let said = match judged(case, &file["extracts"]) {
            Ok(_) => Value::Null,
            Err(error) => {
                met.insert(error.check);
                json!(format!("{} {}", error.check.name(), error.place))
            }
        };
        assert_eq!(said, case["fails"], "{}", case["name"]);
    }
    assert_eq!(
        met.into_iter().collect::<Vec<_>>(),
        Check::ALL,
        "a check that no case meets"
    );
}

#[test]
fn the_extract_vectors_are_what_the_code_writes() {
    let kept: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/extract_v1.json");
    let made = serde_json::to_string_pretty(&file()).unwrap() + "\n";
    if fs::read_to_string(&kept).unwrap_or_default() != made {
        let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("extract_v1.json");
        fs::write(&beside, made).unwrap();
        panic!(
            "{} differs from what the code writes: {}",
            kept.display(),
            beside.display()
        );
    }
}

#[test]
fn an_extract_is_read_as_it_was_written() {
    let made = eight_days(&by_nurse()).extract(FIRST, FIRST + 7);
    assert_eq!(Extract::parse(&made.to_json()).unwrap(), made);
    assert_eq!(Extract::parse(&made.to_file()).unwrap(), made);
}

#[test]
fn what_holds_is_told_with_days_on_which_nobody_looked() {
    let extract = eight_days(&by_nurse()).extract(FIRST, FIRST + 7);
    let told = extract.verify(&Trusted::default()).unwrap();
    assert_eq!(told.entries.len(), 7);
    assert_eq!((told.complete.len(), told.open.len()), (6, 2));
    let runs: Vec<_> = told.quiet().iter().map(ToString::to_string).collect();
    assert_eq!(runs, ["2026-10-30", "2026-11-01 to 2026-11-02", "2026-11-04"]);
    let nurse = &told.entries[2];
    assert_eq!(nurse.fields, ["name", "birth_year", "doses"]);
    assert_eq!(nurse.detail.staff, "MH395-0007");
    assert_eq!(
        nurse.detail.reason.as_deref(),
        Some("Lost her slip; known at the centre")
    );
    assert_eq!(told.entries[0].detail.reason, None);
}

#[test]
fn no_byte_of_an_extract_can_change_unnoticed() {
    let made = eight_days(&by_nurse()).extract(FIRST + 4, FIRST + 4).to_json();
    let whole = Extract::parse(&made).unwrap();
    whole.verify(&Trusted::default()).unwrap();
    for at in 0..made.len() {
        for bit in [1, 2, 32] {
            let mut changed = made.clone();
            changed[at] ^= bit;
            let verified = Extract::parse(&changed).and_then(|extract| extract.verify(&Trusted::default()));
            assert!(
                verified.is_err(),
                "byte {at} of {}",
                String::from_utf8_lossy(&changed)
            );
        }
    }
}

#[test]
fn a_packed_file_is_whole_and_not_too_large() {
    let made = eight_days(&by_nurse()).extract(FIRST, FIRST + 7);
    let refused = |file: &[u8]| {
        let error = Extract::parse(file).unwrap_err();
        assert_eq!(error.check, Check::Format, "{error}");
        error.why
    };
    let file = made.to_file();
    assert_eq!(file, made.to_file(), "one extract is one file");
    assert_eq!(
        refused(&file[..file.len() - 1]),
        "it is not whole: it does not unpack"
    );
    assert_eq!(
        refused(&[&file[..], b" "].concat()),
        "something follows what is packed"
    );
    let mut changed = file.clone();
    let crc = changed.len() - 5;
    changed[crc] ^= 1;
    assert_eq!(refused(&changed), "it is not whole: it does not unpack");
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut bomb, &vec![b' '; 9 << 20]).unwrap();
    assert_eq!(
        refused(&bomb.finish().unwrap()),
        "unpacked it is larger than 8 MiB"
    );
}

fn python(vectors: &Path) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/verify_extract.py");
    let output = Command::new("python3")
        .arg(script)
        .arg("--vectors")
        .arg(vectors)
        .output()
        .expect("python3 is needed to compare with the implementation in Python; install it");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn the_implementation_in_python_judges_alike_and_notices_a_changed_vector() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/extract_v1.json");
    let (agree, said) = python(&kept);
    assert!(agree, "{said}");
    assert!(said.contains(&format!("{} cases agree", cases().len())), "{said}");
    let changed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("extract_changed.json");
    let text = fs::read_to_string(&kept).unwrap();
    fs::write(
        &changed,
        text.replacen("\"fails\": \"tag ", "\"fails\": \"day ", 1),
    )
    .unwrap();
    assert!(!python(&changed).0, "a wrong vector went unnoticed");
}
