#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! The command line as people meet it: exact answers, and refusals that say what to do.

mod support;

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use support::{Folder, done, pramaan, refused};

/// A public key: that of an all-zero seed.
const KEY: &str = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";

fn explained(arguments: &str) -> Value {
    let words: Vec<_> = ["rules", "explain", "--json"]
        .into_iter()
        .chain(arguments.split(' '))
        .collect();
    let output = pramaan(&words);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_second_covishield_is_due_after_84_days() {
    let before =
        explained("--on 2021-08-06 --birth-year 1970 --vaccine COVISHIELD --dose COVISHIELD@2021-05-15");
    assert_eq!(
        (
            &before["verdict"],
            &before["dose"],
            &before["rule"],
            &before["earliest"]
        ),
        (
            &json!("not_eligible"),
            &json!(2),
            &json!("P3"),
            &json!("2021-08-07")
        )
    );
    let mut keys: Vec<_> = before.as_object().unwrap().keys().cloned().collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        ["citation", "dose", "earliest", "explanation", "rule", "verdict"]
    );
    let on = explained("--on 2021-08-07 --birth-year 1970 --vaccine COVISHIELD --dose COVISHIELD@2021-05-15");
    assert_eq!(on["verdict"], "eligible");
}

#[test]
fn a_booking_made_before_the_change_stays_valid() {
    let asked = "--on 2021-05-20 --birth-year 1970 --vaccine COVISHIELD --dose COVISHIELD@2021-04-15";
    assert_eq!(explained(asked)["verdict"], "not_eligible");
    assert_eq!(
        explained(&format!("{asked} --booked-on 2021-05-10"))["verdict"],
        "eligible"
    );
}

#[test]
fn a_straddling_birth_year_is_verified_at_the_site() {
    assert_eq!(
        explained("--on 2021-06-01 --birth-year 2003")["verdict"],
        "verify_at_site"
    );
    assert_eq!(
        explained("--on 2021-06-01 --birth-date 2003-06-01")["verdict"],
        "eligible"
    );
    assert_eq!(
        explained("--on 2021-05-31 --birth-date 2003-06-01")["verdict"],
        "not_eligible"
    );
}

#[test]
fn the_sentence_and_the_earliest_day_agree() {
    let young = explained("--on 2026-11-22 --birth-year 2012");
    assert_eq!(young["earliest"], "2024-01-01");
    let said = young["explanation"].as_str().unwrap();
    assert!(said.contains("possible since 2024-01-01"), "{said}");
    let ill = "--on 2021-08-06 --birth-year 1970 --dose COVISHIELD@2021-05-15 --recovered 2021-07-20";
    let ill = explained(ill);
    assert_eq!(ill["earliest"], "2021-10-20");
    let said = ill["explanation"].as_str().unwrap();
    assert!(said.contains("2021-10-20"), "{said}");
    for (wrong, flag) in [
        ("--dose COVISHIELD@2021-08-07", "--dose"),
        ("--booked-on 2021-08-07", "--booked-on"),
    ] {
        let asked = format!("rules explain --on 2021-08-06 --birth-year 1970 {wrong}");
        let told = refused(&asked.split(' ').collect::<Vec<_>>());
        assert!(told.contains(flag) && told.contains("after --on"), "{told}");
    }
}

#[test]
fn bad_questions_name_the_flag_and_the_form() {
    let day = ["rules", "explain", "--on", "2021-13-01", "--birth-year", "1970"];
    assert!(refused(&day).contains("--on 2021-13-01"));
    let dose = [
        "rules",
        "explain",
        "--on",
        "2021-06-01",
        "--birth-year",
        "1970",
        "--dose",
        "COVISHIELD",
    ];
    assert!(refused(&dose).contains("NAME@YYYY-MM-DD"));
    let vaccine = [
        "rules",
        "explain",
        "--on",
        "2021-06-01",
        "--birth-year",
        "1970",
        "--vaccine",
        "ASPIRIN",
    ];
    let refusal = refused(&vaccine);
    assert_eq!(refusal.matches("COVISHIELD").count(), 1, "{refusal}");
}

#[test]
fn a_data_folder_is_made_once_and_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let text = data.to_str().unwrap();
    let init = ["init", "--data", text, "--origin", "log.example/test"];
    assert!(pramaan(&init).status.success());
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&data), mode(&data.join("keys"))), (0o700, 0o700));
    assert_eq!(mode(&data.join("keys/sealing.key")), 0o600);
    assert!(refused(&init).contains("is a data folder already"));
}

#[test]
fn a_folder_that_could_not_be_used_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let text = data.to_str().unwrap();
    for origin in [
        "https://log.example/2026",
        "log example",
        "/2026",
        "log.example/",
        "log+1.example",
        "",
    ] {
        assert!(
            refused(&["init", "--data", text, "--origin", origin]).contains("--origin"),
            "{origin}"
        );
    }
    let init = ["init", "--data", text, "--origin", "log.example/2026"];
    for issuer in [
        "http://a.example/",
        "https://a.example",
        "https://a.example/?x=/",
        "a.example",
    ] {
        let issuer = [&init[..], &["--issuer", issuer]].concat();
        assert!(refused(&issuer).contains("--issuer"));
    }
    let unreachable = [&init[..], &["--database", "sqlite:///nowhere/at/all.db"]].concat();
    assert!(refused(&unreachable).contains("opening the database"));
    assert!(!data.exists(), "nothing is left behind");

    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("note.txt"), "mine").unwrap();
    refused(&unreachable);
    let left: Vec<_> = std::fs::read_dir(&data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["note.txt"], "what was there before stays");
    assert!(pramaan(&init).status.success(), "and the folder can be used");
}

#[test]
fn the_key_of_certificates_is_said_and_can_be_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let told = |arguments: &[&str]| {
        let output = pramaan(arguments);
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let made = told(&[
        "init",
        "--data",
        data,
        "--origin",
        "log.example/test",
        "--issuer",
        "https://a.in/",
    ]);
    let asked = told(&["certificate-key", "--data", data]);
    let (key, fingerprint) = asked.split_once('\n').unwrap();
    assert_eq!(key.len(), 64, "{asked}");
    let fingerprint = fingerprint.trim().strip_prefix("fingerprint ").unwrap();
    assert_eq!(fingerprint.len(), 19, "{asked}");
    assert!(made.contains(key) && made.contains(fingerprint), "{made}");
    let next = format!("next: pramaan serve --data {data} --sms console");
    assert!(made.contains(&next), "{made}");
    assert!(refused(&["certificate-key", "--data", "nowhere"]).contains("is not a data folder"));
}

#[test]
fn one_thing_may_be_named_in_either_of_its_spellings() {
    let asked = "--on 2021-06-01 --birth-year 1970 --vaccine COVISHIELD --channel";
    let answers = ["govt", "government"].map(|channel| explained(&format!("{asked} {channel}")));
    assert_eq!(answers[0], answers[1]);
    let folder = Folder::made();
    let data = folder.data.as_str();
    for (code, role) in [("DA395-0001", "district-admin"), ("DA395-0002", "district_admin")] {
        let whom = [
            "--code",
            code,
            "--name",
            "Sunita Rao",
            "--role",
            role,
            "--district",
            "395",
        ];
        let invited = pramaan(&[&["staff", "invite", "--data", data][..], &whom[..]].concat());
        let told = String::from_utf8(invited.stdout).unwrap();
        assert!(
            told.contains("/staff/enrol/") && told.contains("Put your address before it"),
            "{told}"
        );
    }
}

#[test]
fn imports_are_all_or_nothing_unless_told_to_skip() {
    let folder = Folder::made();
    let data = folder.data.as_str();
    let file = folder.path("centres.csv");
    std::fs::write(
        &file,
        "id,name,address,district_id,pincode,opens,closes,kind\n\
         1,Clinic,Street 1,395,400001,09:00,17:00,government\n\
         2,Clinic,Street 2,395,40000,09:00,17:00,government\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let message = refused(&["import", "centres", file, "--data", data]);
    assert!(
        message.contains("line 3, pincode:") && message.contains("--skip-bad"),
        "{message}"
    );
    let named = std::fs::read_to_string(format!("{file}.rejects.csv")).unwrap();
    assert!(named.lines().nth(1).unwrap().starts_with("3,pincode,"), "{named}");
    let skipped = pramaan(&["import", "centres", file, "--data", data, "--skip-bad"]);
    assert!(skipped.status.success());
    assert!(String::from_utf8_lossy(&skipped.stdout).contains("1 imported"));
    let rejects = std::fs::read_to_string(format!("{file}.rejects.csv")).unwrap();
    assert!(
        rejects.lines().nth(1).unwrap().starts_with("3,pincode,"),
        "{rejects}"
    );
    let whole = std::fs::read_to_string(file)
        .unwrap()
        .replace(",40000,", ",400002,");
    std::fs::write(file, whole).unwrap();
    done(&["import", "centres", file, "--data", data]);
    assert!(!Path::new(&format!("{file}.rejects.csv")).exists());
}

#[test]
fn a_partners_key_is_shown_once_and_a_facilitys_is_bound_to_a_centre() {
    let folder = Folder::made();
    let data = folder.data.as_str();
    let add = [
        "partner",
        "add",
        "--data",
        data,
        "--name",
        "Helping Hands",
        "--kind",
    ];
    let made = pramaan(&[&add[..], &["aggregator"]].concat());
    assert!(made.status.success());
    assert!(String::from_utf8(made.stdout).unwrap().contains("partner key: "));
    assert!(refused(&[&add[..], &["facility"]].concat()).contains("--centre"));
}

#[test]
fn partners_are_listed_and_ended_by_number() {
    let folder = Folder::made();
    let data = folder.data.clone();
    assert_eq!(
        done(&["partner", "list", "--data", &data]).trim(),
        "nobody has a key"
    );
    let add = [
        "partner",
        "add",
        "--data",
        &data,
        "--name",
        "Helping Hands",
        "--kind",
        "aggregator",
    ];
    done(&add);
    assert_eq!(
        done(&["partner", "list", "--data", &data]).trim(),
        "1 aggregator Helping Hands"
    );
    let end = ["partner", "end", "1", "--data", &data];
    assert!(done(&end).contains("partner 1: ended"));
    assert!(refused(&end).contains("partner list"));
    assert_eq!(
        done(&["partner", "list", "--data", &data]).trim(),
        "nobody has a key"
    );
}

#[test]
fn an_account_is_ended_once_and_says_so() {
    let folder = Folder::made();
    let data = folder.data.as_str();
    let end = ["staff", "end", "DA395-0001", "--data", data];
    assert!(refused(&end).contains("no member of staff DA395-0001"));
    assert!(refused(&["staff", "end", "!", "--data", data]).contains("CODE"));
    let invite = ["staff", "invite", "--data", data, "--code", "DA395-0001"];
    let whom = [
        "--name",
        "Sunita Rao",
        "--role",
        "district-admin",
        "--district",
        "395",
    ];
    let invite = [&invite[..], &whom[..]].concat();
    assert!(pramaan(&invite).status.success());
    let told = |output: Output| String::from_utf8(output.stdout).unwrap();
    for expected in ["DA395-0001: ended;", "DA395-0001: had ended before"] {
        let ended = pramaan(&end);
        assert!(ended.status.success());
        let told = told(ended);
        assert!(told.contains(expected), "{told}");
    }
    assert!(refused(&invite).contains("is taken"));
}

#[test]
fn settings_that_cannot_be_meant_are_refused_by_name_before_anything_is_served() {
    let folder = Folder::made();
    let data = folder.data.as_str();
    let file = folder.path("other.toml");
    let base = "origin = \"log.example/test\"\nissuer = \"https://test.example/\"\n";
    for (text, named) in [
        (format!("{base}[otp]\nmobil = 1\n"), "mobil"),
        (
            format!("{base}[staff_logins]\ncode = {{ count = 0, seconds = 9 }}\n"),
            "nonzero",
        ),
        (
            base.replace("example/test\"\ni", "example/other\"\ni"),
            "origin is log.example/other, the log of",
        ),
    ] {
        std::fs::write(&file, &text).unwrap();
        let serve = [
            "serve",
            "--data",
            data,
            "--sms",
            "console",
            "--direct",
            "--listen",
            "127.0.0.1:0",
        ];
        let config = ["--config", file.to_str().unwrap()];
        let message = refused(&[&serve[..], &config[..]].concat());
        assert!(message.contains(named), "{message}");
    }
}

#[test]
fn what_would_be_unsafe_is_refused_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    assert!(refused(&["serve", "--data", data]).contains("--sms"));
    assert!(refused(&["demo", "--listen", "0.0.0.0:0"]).contains("loopback"));
    std::fs::write(folder.path().join("file"), "x").unwrap();
    assert!(refused(&["demo", "--listen", "127.0.0.1:0", "--data", data]).contains("is not empty"));
    let file = folder.path().join("file");
    let file = file.to_str().unwrap();
    assert!(refused(&["verify-certificate", file]).contains("NOT VALID"));
    assert!(refused(&["verify-certificate", file, "--key", KEY]).contains("NOT VALID"));
}
