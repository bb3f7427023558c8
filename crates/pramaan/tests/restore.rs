#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A household that registered, a backup, a lost database: brought back with the program as it is shipped.

mod support;

use std::process::Command;

use support::{Folder, done, refused};

#[test]
fn a_household_opens_again_after_the_database_was_lost() {
    let folder = Folder::made();
    let data = folder.data.clone();
    let backup = folder.named("old.db");
    let keys = folder.named("old.db.keys");
    let restore = ["restore", "--data", &data, &backup];
    let replace = ["restore", "--data", &data, "--replace", &backup];
    assert!(refused(&replace).contains("there is no file"));
    let served = folder.served();
    let token = served.login(&folder);
    served.register(&token);
    done(&["backup", "--data", &data, &backup]);
    assert!(
        served.members(&token).contains("Asha Devi"),
        "read, and in the log, after the backup"
    );
    assert!(refused(&replace).contains("in use"), "a server has the folder");
    served.stop();
    let head = std::fs::read(folder.inside("log-head")).unwrap();

    let taken = refused(&restore);
    assert!(
        taken.contains("--replace") && taken.contains("pramaan.db.before-restore"),
        "{taken}"
    );
    std::fs::rename(&keys, folder.named("elsewhere")).unwrap();
    assert!(refused(&replace).contains("--keys"));
    assert!(folder.inside("pramaan.db").exists() && !folder.inside("pramaan.db.part").exists());

    // What an operator did who read of two files and copied one.
    let by_hand = Folder::made();
    let _ = std::fs::remove_dir_all(by_hand.inside("keys"));
    Command::new("cp")
        .args(["-r", &format!("{data}/keys"), &by_hand.data])
        .status()
        .unwrap();
    for beside in ["log-head", "pramaan.db-wal", "pramaan.db-shm"] {
        let _ = std::fs::remove_file(by_hand.inside(beside));
    }
    std::fs::copy(&backup, by_hand.inside("pramaan.db")).unwrap();
    let serve = by_hand.serve();
    let refusal = refused(&serve.each_ref().map(String::as_str));
    assert!(
        refusal.contains("not one of the keys") && refusal.contains("pramaan restore"),
        "{refusal}"
    );

    let said = done(&[&replace[..], &["--keys", &folder.named("elsewhere")]].concat());
    assert!(
        said.contains(&format!("pramaan log adopt --data {data} --origin NEW")),
        "{said}"
    );
    assert_eq!(
        std::fs::read(folder.inside("log-head")).unwrap(),
        head,
        "the newest head stays"
    );
    assert!(folder.inside("pramaan.db.before-restore").exists());
    let serve = folder.serve();
    assert!(refused(&serve.each_ref().map(String::as_str)).contains("log adopt"));
    let adopt = [
        "log",
        "adopt",
        "--data",
        &data,
        "--reason",
        "the disk of the server burnt",
    ];
    assert!(refused(&adopt).contains("--origin NEW"), "others have seen more");
    let said = done(&[&adopt[..], &["--origin", "log.example/test-2"]].concat());
    assert!(said.contains("are lost"), "{said}");
    let served = folder.served();
    assert!(served.members(&token).contains("Asha Devi"));
    drop(served);
    let again = refused(&[&replace[..], &["--keys", &folder.named("elsewhere")]].concat());
    assert!(again.contains("move it away first"), "{again}");
}
