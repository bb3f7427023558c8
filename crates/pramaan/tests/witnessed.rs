#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A platform, its log and three witnesses, each a process of its own, as they are shipped.

mod support;

use std::path::Path;

use support::headline::the_published_log_says_what_was_told;
use support::house::{House, copied, head, published, settled};
use support::served::Served;
use support::{Folder, done, pramaan, refused, sql};

#[test]
fn what_two_of_three_witnesses_signed_passes_the_audit_of_strangers() {
    let mut house = House::made();
    let platform = house.folder.served();
    let token = platform.login(&house.folder);
    platform.register(&token);
    assert!(platform.members(&token).contains("Asha Devi"));
    let signatures = published(&platform, 1);
    assert!(
        (3..=4).contains(&signatures),
        "the log and two or three: {signatures}"
    );

    // One is down: the log goes on.
    house.witnesses[2].kill();
    let (before, _) = head(&platform);
    platform.members(&token);
    assert_eq!(published(&platform, before + 1), 3);

    let address = format!("http://{}/log/", platform.address);
    let said = done(&["log", "verify", &address, "--policy", &house.policy()]);
    assert!(said.contains("log.example/test"), "{said}");
    let export = house.folder.named("export");
    done(&["log", "export", "--data", &house.folder.data, &export]);
    done(&["log", "verify", &export, "--policy", &house.policy()]);
    done(&["log", "check", "--data", &house.folder.data, "--against", &export]);
    the_published_log_says_what_was_told(&house.folder, &platform, "told");
}

/// Witnesses come to a log that is quiet: the audit of strangers waits for no entry.
#[test]
fn witnesses_that_come_to_a_quiet_log_are_on_its_newest_publication() {
    let folder = Folder::made();
    let platform = folder.served();
    let token = platform.login(&folder);
    platform.register(&token);
    platform.members(&token);
    settled(&platform);
    let size = sql::entries(&folder);
    published(&platform, size);

    let house = House::over(folder);
    let audit = |platform: &Served| {
        let address = format!("http://{}/log/", platform.address);
        let said = pramaan(&["log", "verify", &address, "--policy", &house.policy()]).stdout;
        String::from_utf8(said).unwrap()
    };
    let alone = audit(&platform);
    assert!(alone.starts_with("FAIL quorum checkpoint"), "{alone}");
    platform.stop();

    let platform = house.folder.served();
    while head(&platform).1 < 3 {
        std::thread::yield_now();
    }
    assert_eq!(head(&platform).0, size, "nothing was entered");
    let witnessed = audit(&platform);
    assert!(witnessed.starts_with("OK log.example/test: "), "{witnessed}");
    done(&["log", "check", "--data", &house.folder.data]);
}

#[test]
fn a_backup_of_everything_is_refused_because_the_witnesses_have_seen_more() {
    let house = House::made();
    let data = house.folder.data.clone();
    let platform = house.folder.served();
    let token = platform.login(&house.folder);
    platform.register(&token);
    platform.members(&token);
    settled(&platform);
    published(&platform, 1);
    platform.stop();
    let old = house.folder.path("old");
    copied(&data, &old);

    let platform = house.folder.served();
    let (before, _) = head(&platform);
    platform.members(&token);
    published(&platform, before + 1);
    platform.stop();

    // Database, keys, the kept head: all of the folder as it was, so that nothing in it can tell.
    std::fs::rename(&data, house.folder.path("lost")).unwrap();
    std::fs::rename(&old, &data).unwrap();
    let serve = house.folder.serve();
    let said = refused(&serve.each_ref().map(String::as_str));
    let gap = format!("ends after {before} entries");
    assert!(said.contains(&gap) && said.contains("witness.example/"), "{said}");
    assert!(
        said.contains(&format!("entries {before} to {before} are missing")),
        "{said}"
    );
    for command in signing(&house) {
        let said = refused(&command.each_ref().map(String::as_str));
        assert!(said.contains(&gap), "{command:?}: {said}");
    }
    assert_eq!(kept_size(&house), before, "nothing was signed");
}

/// Commands that write an entry.
fn signing(house: &House) -> [[String; 7]; 3] {
    let data = &house.folder.data;
    let reason = "a drill of today, as planned";
    [
        ["keys", "rotate", "token", "--data", data, "--reason", reason],
        [
            "keys",
            "compromised",
            "certificate",
            "--data",
            data,
            "--reason",
            reason,
        ],
        // The two last words say nothing to it.
        [
            "staff",
            "end",
            "MH395-0001",
            "--data",
            data,
            "--database",
            &database(house),
        ],
    ]
    .map(|command| command.map(str::to_owned))
}

fn database(house: &House) -> String {
    format!("sqlite://{}/pramaan.db", house.folder.data)
}

/// Entries of the head that the folder keeps.
fn kept_size(house: &House) -> u64 {
    let kept = std::fs::read_to_string(house.folder.inside("log-head")).unwrap();
    kept.lines().nth(3).unwrap().parse().unwrap()
}

#[test]
fn with_silent_witnesses_a_server_waits_and_a_command_is_refused() {
    let mut house = House::made();
    let platform = house.folder.served();
    let token = platform.login(&house.folder);
    platform.register(&token);
    platform.members(&token);
    settled(&platform);
    published(&platform, 1);
    platform.stop();
    let size = kept_size(&house);

    // One of three is no quorum's only member, and two others could have signed more.
    for witness in &mut house.witnesses[1..] {
        witness.kill();
    }
    for command in signing(&house) {
        let said = refused(&command.each_ref().map(String::as_str));
        assert!(said.contains("too few witnesses say"), "{command:?}: {said}");
    }
    let platform = house.folder.served();
    assert_eq!(platform.status(&token), 503);
    let page = platform.text("/trust");
    assert!(
        page.contains("Too few of them have answered since this server started"),
        "{page}"
    );
    assert_eq!(kept_size(&house), size, "nothing was signed");

    // Two answer: enough to know of whatever two have signed.
    house.witnesses[1].serve_again(&house.folder.named("witness-2"));
    while platform.status(&token) != 200 {
        std::thread::yield_now();
    }
    published(&platform, size + 1);
    platform.stop();
    for command in &signing(&house)[..2] {
        done(&command.each_ref().map(String::as_str));
    }
}

#[test]
fn a_policy_that_does_not_fit_is_refused_with_advice() {
    let house = House::made();
    let serve = house.folder.serve();
    let refusal = || refused(&serve.each_ref().map(String::as_str));
    let file = house.folder.inside("witnesses");
    let whole = std::fs::read_to_string(&file).unwrap();
    for (from, to, advice) in [
        ("quorum two-of-three", "quorum none", "its quorum is none"),
        (
            "http://",
            "ftp://",
            "the address of the witness witness.example/1: reading the address",
        ),
        ("log log.example/test", "# log", "it does not name this log"),
    ] {
        std::fs::write(&file, whole.replace(from, to)).unwrap();
        let said = refusal();
        assert!(said.contains(advice), "{said}");
    }
    std::fs::remove_file(&file).unwrap();
    assert!(refusal().contains("reading"));
}

#[test]
fn witnesses_that_only_the_server_would_ask_are_refused() {
    let house = House::made();
    let (own, other) = (
        house.folder.inside("pramaan.toml"),
        house.folder.path("other.toml"),
    );
    let with = std::fs::read_to_string(&own).unwrap();
    let without = with.replace("witnesses = \"witnesses\"", "witnesses = \"\"");
    assert_ne!(with, without);
    let serve = house.folder.serve();
    let mut serve: Vec<_> = serve.iter().map(String::as_str).collect();
    serve.extend(["--config", other.to_str().unwrap()]);
    // A command reads the folder's settings: it would sign without a question, and the server would not, or the other way.
    for (folder, file) in [(&without, &with), (&with, &without)] {
        std::fs::write(&own, folder).unwrap();
        std::fs::write(&other, file).unwrap();
        let said = refused(&serve);
        assert!(
            said.contains("the same `witnesses`") && said.contains(own.to_str().unwrap()),
            "{said}"
        );
    }
    // What only a server needs may differ.
    std::fs::write(&other, format!("{with}alarm_seconds = 20\n")).unwrap();
    std::fs::write(&own, &with).unwrap();
    house
        .folder
        .served_with(&["--config", other.to_str().unwrap()])
        .stop();
}

#[test]
fn an_altered_row_is_named_and_an_altered_export_too() {
    let folder = Folder::made();
    let platform = folder.served();
    let token = platform.login(&folder);
    platform.register(&token);
    for _ in 0..3 {
        platform.members(&token);
    }
    published(&platform, 3);
    platform.stop();
    let export = folder.named("export");
    done(&["log", "export", "--data", &folder.data, &export]);
    let bundle = walk(Path::new(&export).join("tile/entries"));
    let mut bytes = std::fs::read(&bundle).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    let checked = pramaan(&["log", "check", "--data", &folder.data, "--against", &export]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(!checked.status.success(), "{said}");
    assert!(said.contains("it is not the one that was published"), "{said}");
    let verified = pramaan(&["log", "verify", &export]);
    assert_eq!(verified.status.code(), Some(1));
}

/// The only file under a folder.
fn walk(folder: impl AsRef<Path>) -> std::path::PathBuf {
    let entry = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    match entry.is_dir() {
        true => walk(entry),
        false => entry,
    }
}
