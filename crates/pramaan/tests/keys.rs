//! Root keys replaced as the operator's page says, over a served folder, with an entry of the log each time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::fs;
use std::path::Path;

use pramaan_tlog::leaf::{Leaf, System, SystemKind};
use pramaan_tlog::{Tile, decode_entries, entries_path};
use support::headline::the_published_log_says_what_was_told;
use support::house::{head, published};
use support::{Folder, done, refused};

const HEADING: &str = "## Keys: rotating them, and when one was stolen";

/// The commands of the page's section, in its order, over a folder.
fn commands_of_the_page(data: &str) -> Vec<Vec<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operation.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once(HEADING).unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let lines = section.lines().filter_map(|line| line.strip_prefix("pramaan "));
    lines
        .map(|line| {
            let (words, reason) = line.split_once(" --reason ").unwrap_or((line, ""));
            let mut words: Vec<_> = words.replace("DIR", data).split(' ').map(str::to_owned).collect();
            if !reason.is_empty() {
                words.extend(["--reason".to_owned(), reason.trim_matches('"').to_owned()]);
            }
            words
        })
        .collect()
}

/// How many entries of an export tell about a key.
fn key_events(export: &str) -> usize {
    let note = fs::read_to_string(Path::new(export).join("checkpoint")).unwrap();
    let size = note.lines().nth(1).unwrap().parse().unwrap();
    let is_event = |leaf: &&[u8]| {
        let kind = SystemKind::KeyEvent;
        matches!(Leaf::from_bytes(leaf), Ok(Leaf::System(System { kind: found, .. })) if found == kind)
    };
    Tile::all(size)
        .filter(|tile| tile.level() == 0)
        .map(|tile| {
            let path = Path::new(export).join(entries_path(tile.index(), tile.width()));
            let bundle = fs::read(path).unwrap();
            decode_entries(&bundle)
                .unwrap()
                .iter()
                .filter(|leaf| is_event(leaf))
                .count()
        })
        .sum()
}

#[test]
fn the_commands_of_the_page_do_what_it_says() {
    let folder = Folder::made();
    let platform = folder.served();
    let token = platform.login(&folder);
    platform.register(&token);
    platform.stop();

    let commands = commands_of_the_page(&folder.data);
    assert_eq!(commands.len(), 12);
    let (mut events, mut wrapped) = (0, Vec::new());
    for command in &commands {
        let said = done(&command.iter().map(String::as_str).collect::<Vec<_>>());
        if command[1..3] == ["compromised", "sealing"] {
            assert!(said.contains("Treat it as a leak"), "{said}");
        }
        match command[1].as_str() {
            "rotate" | "compromised" => events += 1,
            "rewrap" => wrapped.push(said),
            _ => {}
        }
    }
    // The person and the number of the household, twice.
    assert!(
        wrapped.len() == 2 && wrapped.iter().all(|said| said.starts_with("2 rows")),
        "{wrapped:?}"
    );

    let platform = folder.served();
    assert_ne!(platform.status(&token), 200, "the login ended with its key");
    let token = platform.login(&folder);
    assert!(platform.members(&token).contains("Asha Devi"));
    let (size, _) = head(&platform);
    platform.members(&token);
    published(&platform, size + 1);
    the_published_log_says_what_was_told(&folder, &platform, "told");
    platform.stop();
    let export = folder.named("export");
    done(&["log", "export", "--data", &folder.data, &export]);
    done(&["log", "verify", &export]);
    done(&["log", "check", "--data", &folder.data]);
    assert_eq!((key_events(&export), events), (8, 8));
}

#[test]
fn logins_outlive_a_precaution_and_end_with_a_theft() {
    let folder = Folder::made();
    let change = |what: &str| {
        let reason = "decided by the drill of today";
        done(&["keys", what, "token", "--data", &folder.data, "--reason", reason])
    };
    let platform = folder.served();
    let token = platform.login(&folder);
    platform.register(&token);
    platform.stop();
    change("rotate");
    let platform = folder.served();
    assert_eq!(platform.status(&token), 200);
    platform.stop();
    let said = change("compromised");
    assert!(said.contains("every login at a phone ends"), "{said}");
    assert_ne!(folder.served().status(&token), 200);
}

#[test]
fn the_key_of_the_log_is_not_replaced_and_no_key_without_a_reason() {
    let folder = Folder::made();
    let files = || fs::read_dir(folder.inside("keys")).unwrap().count();
    for what in ["rotate", "compromised"] {
        let said = refused(&[
            "keys",
            what,
            "log",
            "--data",
            &folder.data,
            "--reason",
            "a drill of today",
        ]);
        assert!(said.contains("a log has one key for ever"), "{said}");
        let said = refused(&["keys", what, "token", "--data", &folder.data, "--reason", "why"]);
        assert!(said.contains("say in a sentence"), "{said}");
    }
    assert_eq!(files(), 5);
}
