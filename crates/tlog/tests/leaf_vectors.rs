//! The vectors of leaf format v1: the file, the page and a second implementation agree.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::vectors::vectors;
use pramaan_tlog::Leaf;
use pramaan_tlog::leaf::{AccessKind, ActorClass, Basis, Circumstances, Purpose, SummaryKind, SystemKind};
use serde_json::{Value, json};

/// One vector for each of the twenty kinds comes first; docs/leaf.md shows those.
const KINDS: usize = 20;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn hex_of(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

fn fields(leaf: &Leaf) -> Value {
    let around = |kind: &str, c: &Circumstances| {
        json!({
            "kind": kind, "basis": c.basis.name(), "hour": c.hour.number(), "district": c.district,
            "actor": c.actor.class.name(), "organisation": c.actor.organisation, "purpose": c.purpose.name(),
            "policy": hex_of(c.policy.as_bytes()), "detail": hex_of(c.detail.as_bytes()),
        })
    };
    match leaf {
        Leaf::Access(leaf) => {
            let mut fields = around(leaf.kind.name(), &leaf.circumstances);
            fields["subject"] = json!(hex_of(leaf.subject.as_bytes()));
            fields
        }
        Leaf::Summary(leaf) => {
            let mut fields = around(leaf.kind.name(), &leaf.circumstances);
            fields["count"] = json!(leaf.count);
            fields
        }
        Leaf::System(leaf) => json!({
            "kind": leaf.kind.name(), "hour": leaf.hour.number(), "actor": leaf.actor.class.name(),
            "organisation": leaf.actor.organisation, "policy": hex_of(leaf.policy.as_bytes()),
            "detail": hex_of(leaf.detail.as_bytes()),
        }),
        Leaf::DayRoot(leaf) => json!({
            "kind": "day-root", "day": leaf.day.number(), "count": leaf.count, "root": hex_of(leaf.root.as_bytes()),
        }),
        Leaf::Bridge(leaf) => json!({
            "kind": "bridge", "hour": leaf.hour.number(), "origin": hex_of(leaf.origin.as_bytes()),
            "size": leaf.size, "root": hex_of(leaf.root.as_bytes()),
        }),
    }
}

fn vector_file() -> String {
    let vectors: Vec<Value> = vectors()
        .iter()
        .map(|(name, leaf)| {
            json!({
                "name": name, "leaf": hex_of(&leaf.to_bytes()), "leaf_hash": leaf.hash().to_string(),
                "fields": fields(leaf),
            })
        })
        .collect();
    serde_json::to_string_pretty(&vectors).unwrap() + "\n"
}

#[test]
fn the_vectors_are_what_the_code_writes() {
    let made = vector_file();
    let kept = root().join("crates/tlog/vectors/leaf_v1.json");
    if fs::read_to_string(&kept).unwrap_or_default() != made {
        let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("leaf_v1.json");
        fs::write(&beside, made).unwrap();
        panic!(
            "leaf v1 is final, but {} differs from what the code writes: {}",
            kept.display(),
            beside.display()
        );
    }
}

#[test]
fn the_page_shows_the_vectors_and_every_code() {
    let page = fs::read_to_string(root().join("docs/leaf.md")).unwrap();
    for (name, leaf) in &vectors()[..KINDS] {
        let shown = format!(
            "{name}\n  leaf {}\n  hash {}\n",
            hex_of(&leaf.to_bytes()),
            leaf.hash()
        );
        assert!(page.contains(&shown), "docs/leaf.md lacks\n{shown}");
    }
    let codes = AccessKind::ALL
        .iter()
        .map(|member| (member.code(), member.name()));
    let codes = codes.chain(
        SummaryKind::ALL
            .iter()
            .map(|member| (member.code(), member.name())),
    );
    let codes = codes.chain(
        SystemKind::ALL
            .iter()
            .map(|member| (member.code(), member.name())),
    );
    let codes = codes.chain(Basis::ALL.iter().map(|member| (member.code(), member.name())));
    let codes = codes.chain(
        ActorClass::ALL
            .iter()
            .map(|member| (member.code(), member.name())),
    );
    let codes = codes.chain(Purpose::ALL.iter().map(|member| (member.code(), member.name())));
    for (code, name) in codes.chain([(19, "day-root"), (20, "bridge")]) {
        assert!(
            page.contains(&format!("| {code} | {name} |")),
            "docs/leaf.md lacks code {code} {name}"
        );
    }
}

#[test]
fn the_vectors_meet_every_code() {
    let all: Vec<Value> = vectors().iter().map(|(_, leaf)| fields(leaf)).collect();
    let met = |field: &str| -> HashSet<String> {
        all.iter()
            .filter_map(|fields| fields.get(field)?.as_str())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(met("kind").len(), KINDS);
    assert_eq!(met("basis").len(), Basis::ALL.len());
    assert_eq!(met("actor").len(), ActorClass::ALL.len());
    assert_eq!(met("purpose").len(), Purpose::ALL.len());
}

#[test]
fn a_second_implementation_reads_the_same_leaves() {
    let output = Command::new("python3")
        .arg(root().join("tools/leaf_vectors.py"))
        .arg(root().join("crates/tlog/vectors/leaf_v1.json"))
        .output()
        .expect("python3 is needed to compare with the second implementation; install it");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains(&format!("{} leaves agree", vectors().len())),
        "{said}"
    );
}

#[test]
fn the_second_implementation_notices_a_changed_vector() {
    for (from, to) in [
        ("\"district\": 395", "\"district\": 396"),
        ("\"leaf\": \"8b01", "\"leaf\": \"8b02"),
    ] {
        let changed = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("changed_{}.json", to.len()));
        fs::write(&changed, vector_file().replacen(from, to, 1)).unwrap();
        let script = root().join("tools/leaf_vectors.py");
        let output = Command::new("python3")
            .arg(script)
            .arg(&changed)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{to} went unnoticed");
    }
}
