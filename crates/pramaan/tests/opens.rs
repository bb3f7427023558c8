#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Commands that show nobody, as policy/openings.txt says, given on a folder that has people in it: the log gets no entry
//! about anybody's fields, and nothing that a command says or writes has a byte of a record. That an entry is missing says
//! nothing of a command that opens without one: what it would do with it, the second half sees; and which functions can open
//! at all, `receipts_cannot_be_made_or_kept`.

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use pramaan_app::inventory::{self, CommandOpens};
use pramaan_store::{DatabaseUrl, Db, DbOptions, StoreError};
use pramaan_testkit::scan::{Finding, Planted, Scanner};
use pramaan_tlog::leaf::{AccessKind, Leaf};

use support::{done, pramaan};

/// They take no data folder, or make one in which nobody is.
const WITHOUT_PEOPLE: [&str; 12] = [
    "certificate-key",
    "init",
    "inventory",
    "log verify",
    "log verify-extract",
    "log verify-proof",
    "rules explain",
    "verify-certificate",
    "witness add-log",
    "witness init",
    "witness serve",
    "witness status",
];

/// A demonstration's folder, whose server has ended.
fn with_people(folder: &Path) -> String {
    let data = folder.join("data").to_str().unwrap().to_owned();
    let mut server = Command::new(env!("CARGO_BIN_EXE_pramaan"))
        .args(["demo", "--listen", "127.0.0.1:0", "--data", &data])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let serving = lines.any(|line| line.unwrap().contains("http://"));
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(serving, "the demonstration did not start");
    data
}

/// What the records of the demonstration's people hold: words of their names, mobiles and documents.
fn markers() -> Scanner {
    let mut planted = Planted::default();
    for value in [
        "Anita Kadam",
        "Suresh",
        "Kadam",
        "Farida",
        "Shaikh",
        "लक्ष्मी",
        "पाटील",
        "7000000001",
        "7000000002",
        "DMO0000001",
        "DMO0000002",
        "DMO0000003",
        "DMO0000004",
    ] {
        planted.add(value, value);
    }
    Scanner::new(&planted)
}

/// Nothing of anybody's record is in what a command said, nor in a file that it wrote besides the data folder.
fn shows_nobody(scanner: &Scanner, words: &[&str], output: &Output, written: &[&str]) {
    let mut found: Vec<Finding> = scanner.scan("stdout", &output.stdout);
    found.extend(scanner.scan("stderr", &output.stderr));
    for path in written.iter().map(Path::new).filter(|path| path.exists()) {
        found.extend(match path.is_dir() {
            true => scanner.scan_folder(path).unwrap(),
            false => scanner.scan("written", &std::fs::read(path).unwrap()),
        });
    }
    assert!(found.is_empty(), "{words:?} showed somebody: {found:?}");
}

/// How many disclosures the log has.
fn disclosures(data: &str) -> usize {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = DatabaseUrl::Sqlite(Path::new(data).join("pramaan.db"));
        let db = Db::open(&url, &DbOptions::default()).await.unwrap();
        let leaves: Result<Vec<Vec<u8>>, StoreError> = db
            .read("test::leaves", |tx| {
                Box::pin(async move {
                    let rows = tx.query("select leaf from access_leaf", &[]).await?;
                    rows.iter().map(|row| Ok(row.blob(0)?.to_vec())).collect()
                })
            })
            .await;
        let is_opening = |leaf: &&Vec<u8>| {
            matches!(Leaf::from_bytes(leaf), Ok(Leaf::Access(access)) if access.kind == AccessKind::Disclosure)
        };
        leaves.unwrap().iter().filter(is_opening).count()
    })
}

#[test]
fn what_opens_nothing_leaves_no_entry_about_anybody_and_shows_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let data = with_people(folder.path());
    let before = disclosures(&data);
    assert!(before > 10, "the demonstration has opened records: {before}");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let centres = file(
        "centres.csv",
        "id,name,address,district_id,pincode,opens,closes,kind\n990001,Clinic,Road 1,395,400001,09:00,17:00,government\n",
    );
    let numbers = file("numbers", "9876543210\n9876543211\n");
    let backup = folder.path().join("backup").to_str().unwrap().to_owned();
    let batch = ["--vaccine", "COVISHIELD", "--batch", "PLANTED1"];
    let export = folder.path().join("export").to_str().unwrap().to_owned();
    let commands: [(&str, Vec<&str>); 24] = [
        ("migrate", vec![]),
        ("import", vec!["centres", &centres]),
        (
            "staff invite",
            vec![
                "--code",
                "MH395-0999",
                "--name",
                "A. Desai",
                "--role",
                "district-admin",
                "--district",
                "395",
            ],
        ),
        ("staff end", vec!["MH395-0999"]),
        (
            "stock recall",
            [
                &batch[..],
                &["--since", "2026-01-01", "--reason", "Cracked vials were found"],
            ]
            .concat(),
        ),
        ("stock list", vec![]),
        ("stock lift", batch.to_vec()),
        (
            "partner add",
            vec!["--name", "Helping Hands", "--kind", "aggregator"],
        ),
        ("partner list", vec![]),
        ("partner end", vec!["1"]),
        ("keys new-index", vec![]),
        ("keys rekey-index", vec![]),
        (
            "keys rotate",
            vec!["sealing", "--reason", "a drill, decided by the test"],
        ),
        ("keys rewrap", vec![]),
        (
            "keys compromised",
            vec!["token", "--reason", "a drill, decided by the test"],
        ),
        ("number recycled", vec![&numbers]),
        ("retention status", vec![]),
        ("log key", vec![]),
        ("log export", vec![&export]),
        ("log check", vec![]),
        ("backup", vec![&backup]),
        ("restore", vec![&backup, "--replace"]),
        (
            "log adopt",
            vec!["--reason", "a restored backup, decided by the test"],
        ),
        (
            "log succeed",
            vec![
                "--origin",
                "log.example/opens-2",
                "--reason",
                "a drill, decided by the test",
            ],
        ),
    ];
    let scanner = markers();
    for (name, arguments) in &commands {
        if *name == "log adopt" {
            std::fs::remove_file(Path::new(&data).join("log-head")).unwrap();
        }
        let words: Vec<&str> = name
            .split(' ')
            .chain(["--data", &data])
            .chain(arguments.iter().copied())
            .collect();
        let output = pramaan(&words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // What it says of what is overdue is no failure.
        assert!(
            output.status.success() || *name == "retention status",
            "{words:?}: {said}"
        );
        assert_eq!(disclosures(&data), before, "{words:?} opened somebody");
        let backup_keys = format!("{backup}.keys");
        shows_nobody(&scanner, &words, &output, &[&export, &backup, &backup_keys]);
    }
    let register = inventory::register().commands.iter();
    let closed =
        register.filter(|command| matches!(command.opens, CommandOpens::Nothing | CommandOpens::Compares));
    let closed: BTreeSet<&str> = closed.map(|command| command.name.as_str()).collect();
    let tried: BTreeSet<&str> = commands
        .iter()
        .map(|(name, _)| *name)
        .chain(WITHOUT_PEOPLE)
        .collect();
    assert_eq!(
        tried, closed,
        "what this test gives, and what policy/openings.txt says opens nothing or only compares"
    );
}

/// The search is no empty one: each value is found in a text that has it.
#[test]
fn a_command_that_would_show_somebody_is_seen() {
    let scanner = markers();
    for said in ["of Anita Kadam: altered", "लक्ष्मी पाटील", "+917000000001"] {
        assert!(!scanner.scan("stdout", said.as_bytes()).is_empty(), "{said}");
    }
}

#[test]
fn the_register_is_told_by_the_program_alone_and_has_one_hash() {
    let text = done(&["inventory", "--all", "--json"]);
    assert_eq!(text, inventory::TEXT);
    let hash = format!("sha256:{}", inventory::hash());
    for arguments in [
        &["inventory"][..],
        &["inventory", "--json"],
        &["inventory", "--all"],
        &["--version"],
    ] {
        assert!(done(arguments).contains(&hash), "{arguments:?}");
    }
}
