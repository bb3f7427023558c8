//! The fuzz targets on stable Rust: the same functions that libFuzzer drives, on inputs made from their seeds.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::panic::catch_unwind;

use pramaan_fuzz::{TARGETS, Target};
use pramaan_testkit::{Mutator, sized};

/// Inputs for each target: a second or two in CI.
fn inputs() -> usize {
    sized(2_000, 400_000)
}

/// The first input on which a target panics.
fn breaks(target: &Target, inputs: usize) -> Option<Vec<u8>> {
    let mutator = Mutator::new(2021, (target.seeds)());
    (0..inputs)
        .map(|_| mutator.input())
        .find(|input| catch_unwind(|| (target.run)(input)).is_err())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn holds(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    if let Some(input) = breaks(target, inputs()) {
        panic!("{name} panics on this input, as hex: {}", hex(&input));
    }
}

/// One test for each target, so that they run side by side and each is named when it fails.
macro_rules! targets {
    ($($name:ident)*) => {
        const TESTED: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { holds(stringify!($name)); })*
    };
}

targets!(certificate qr_text log_leaf log_note log_witness log_tile log_policy log_proof log_audit log_extract import_row cowin_body query form cookie token wire_date slip letter held_entry
    paper_sheet);

#[test]
fn every_target_is_tested_and_has_its_file_for_cargo_fuzz() {
    let names: BTreeSet<_> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(names, TESTED.iter().map(|name| (*name).to_owned()).collect());
    let fuzz = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz");
    let files: BTreeSet<_> = std::fs::read_dir(format!("{fuzz}/fuzz_targets"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    assert_eq!(names, files);
    let manifest = std::fs::read_to_string(format!("{fuzz}/Cargo.toml")).unwrap();
    for name in &names {
        let path = format!("path = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&path), "fuzz/Cargo.toml lacks {name}");
        let file = std::fs::read_to_string(format!("{fuzz}/fuzz_targets/{name}.rs")).unwrap();
        assert!(
            file.contains(&format!("pramaan_fuzz::fuzz_{name}(")),
            "{name}.rs calls another target"
        );
    }
}

/// Without this the tests above could be green because the loop makes nothing that breaks anything.
#[test]
fn a_planted_fault_is_found() {
    fn trusts_the_length(bytes: &[u8]) -> bool {
        if let [b'L', length, rest @ ..] = bytes {
            let _ = rest.get(..usize::from(*length)).unwrap();
        }
        true
    }
    let planted = Target {
        name: "planted",
        run: trusts_the_length,
        seeds: || vec![b"L\x05hello".to_vec()],
    };
    let input = breaks(&planted, 2_000).unwrap();
    assert!(input.starts_with(b"L"), "{}", hex(&input));
}

/// Seeds that a target refuses at once would leave the parser behind its door untouched.
#[test]
fn every_seed_is_read() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        for seed in seeds {
            let shown = String::from_utf8_lossy(&seed)
                .chars()
                .take(80)
                .collect::<String>();
            assert!((target.run)(&seed), "{} refuses its seed {shown:?}", target.name);
        }
    }
}
