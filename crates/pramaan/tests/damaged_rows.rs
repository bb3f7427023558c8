#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Rows of the access log that were cut, altered or lost in the database: not one byte of them gets out as if it were the log,
//! the file is named, and when they are put back, the log is what it was.

mod support;

use support::fault::{all_is_published, all_is_well, ended_well, published, until};
use support::watched::{Planting, Watched};
use support::{Folder, done, pramaan, refused, sql};

/// How the second entry is damaged.
const DAMAGES: [(&str, &str); 4] = [
    (
        "half a leaf",
        "update access_leaf set leaf = substr(leaf, 1, length(leaf) / 2) where idx = 1",
    ),
    (
        "another leaf",
        "update access_leaf set leaf = (select leaf from access_leaf where idx = 2) where idx = 1",
    ),
    (
        "a value of another type",
        "update access_leaf set leaf = 'x' where idx = 1",
    ),
    ("no leaf", "delete from access_leaf where idx = 1"),
];
const KEEP: &str = "create table kept as select * from access_leaf where idx = 1";
const MEND: [&str; 3] = [
    "delete from access_leaf where idx = 1",
    "insert into access_leaf select * from kept",
    "drop table kept",
];

fn says_so(server: &Watched, folder: &Folder, planting: &Planting, size: u64) {
    let tile = format!("tile/0/000.p/{size}");
    for path in [
        tile.clone(),
        tile.replace("/0/", "/entries/"),
        "tile/0/000.p/1".to_owned(),
    ] {
        let answer = server.ask("GET", &format!("/log/{path}"), None, "");
        assert_eq!(answer.status, 500, "{path}: {}", answer.text);
        planting.is_nowhere_in(&path, answer.text.as_bytes());
    }
    let errors = server.errors();
    assert!(
        errors.contains("ALARM: the published log was lost or altered in the database")
            && errors.contains(&tile),
        "{errors}"
    );
    let audited = pramaan(&["log", "verify", &server.log()]);
    let said = String::from_utf8([audited.stdout, audited.stderr].concat()).unwrap();
    assert_eq!(audited.status.code(), Some(2), "{said}");
    assert!(said.contains("it answered 500"), "{said}");
    let said = refused(&["log", "export", "--data", &folder.data, &folder.named("damaged")]);
    assert!(
        said.contains(&format!("the access log is damaged at {tile}")) && said.contains("pramaan log check"),
        "{said}"
    );
    let checked = pramaan(&["log", "check", "--data", &folder.data]);
    let said = String::from_utf8([checked.stdout, checked.stderr].concat()).unwrap();
    assert!(!checked.status.success() && said.contains("entry 1"), "{said}");
    planting.is_nowhere_in("the commands", said.as_bytes());
}

#[test]
fn damaged_entries_are_not_published_and_are_named() {
    let folder = Folder::made();
    let server = Watched::over(&folder, &["--direct"]);
    let planting = server.plant(&folder);
    for _ in 0..3 {
        assert_eq!(server.members(&planting.token).status, 200);
    }
    let mut size = all_is_published(&server, &folder);
    done(&["log", "verify", &server.log()]);
    for (what, damage) in DAMAGES {
        assert_eq!(sql::run(&folder, &[KEEP, damage]), 1, "{what}");
        says_so(&server, &folder, &planting, size);
        // What is new is entered, and not published over the damage.
        assert_eq!(server.members(&planting.token).status, 200, "{what}");
        server.says_again("the access log is not published");
        assert_eq!(published(&server), size, "{what}");
        sql::run(&folder, &MEND);
        size = all_is_published(&server, &folder);
        done(&["log", "verify", &server.log()]);
    }
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}

/// Who compares the database with an export that is none.
#[test]
fn an_export_that_is_none_is_refused_by_the_comparison() {
    let folder = Folder::made();
    let server = Watched::over(&folder, &["--direct"]);
    server.plant(&folder);
    until(|| published(&server) > 0);
    let export = folder.named("export");
    done(&["log", "export", "--data", &folder.data, &export]);
    let checkpoint = folder.path("export/checkpoint");
    std::fs::remove_file(&checkpoint).unwrap();
    let check = ["log", "check", "--data", &folder.data, "--against", &export];
    assert!(refused(&check).contains("it is not there"));
    std::fs::File::create(&checkpoint)
        .unwrap()
        .set_len(100_000_000)
        .unwrap();
    let said = refused(&check);
    assert!(
        said.contains("longer than the 65536 bytes that it may have"),
        "{said}"
    );
    std::fs::remove_file(&checkpoint).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &checkpoint).unwrap();
    let said = refused(&check);
    assert!(
        said.contains("longer than the 65536 bytes that it may have"),
        "{said}"
    );
}
