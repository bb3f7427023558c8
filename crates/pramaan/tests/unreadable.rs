#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A disk that answers EIO to reading: under a served platform, and at its start. Nobody is told anything, the file is named,
//! and when it can be read again, the service goes on.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::Folder;
use support::fault::{all_is_well, ended_well, nobody_is_told, until};
use support::watched::Watched;

/// Files that cannot be read, by the ends of their names.
struct Broken {
    library: PathBuf,
    list: PathBuf,
}

impl Broken {
    fn none_yet(folder: &Folder) -> Self {
        let library = folder.path("unreadable.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/unreadable.c");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .args([&library, &source])
            .arg("-ldl")
            .output()
            .unwrap();
        assert!(compiled.status.success(), "{compiled:?}");
        Self {
            library,
            list: folder.path("unreadable"),
        }
    }

    fn variables(&self) -> [(&str, &str); 2] {
        [
            ("LD_PRELOAD", self.library.to_str().unwrap()),
            ("UNREADABLE", self.list.to_str().unwrap()),
        ]
    }

    fn breaks(&self, names: &[&str]) {
        // At once, whoever reads at this moment.
        let part = self.list.with_extension("part");
        std::fs::write(&part, names.join("\n")).unwrap();
        std::fs::rename(part, &self.list).unwrap();
    }

    fn mends(&self) {
        std::fs::remove_file(&self.list).unwrap();
    }
}

#[test]
fn when_the_database_cannot_be_read_nobody_is_told_anything() {
    let folder = Folder::made();
    let broken = Broken::none_yet(&folder);
    let mut server = Watched::within(&folder, &["--direct"], &broken.variables());
    let planting = server.plant(&folder);
    broken.breaks(&["/pramaan.db", "/pramaan.db-wal"]);
    until(|| server.members(&planting.token).status != 200);
    nobody_is_told(&server, &planting);
    broken.mends();
    // What was being written when a read failed may or may not be on the disk: then it stays shut until it is started again.
    server.ended_by("-KILL");
    server.said_nothing_of(&planting);
    let server = Watched::within(&folder, &["--direct"], &broken.variables());
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}

/// What the start needs and cannot read: the keys, the kept head, the list of erasures, the database.
#[test]
fn a_start_that_cannot_read_a_file_names_it_and_tells_nobody() {
    let folder = Folder::made();
    let broken = Broken::none_yet(&folder);
    let mut server = Watched::within(&folder, &["--direct"], &broken.variables());
    let planting = server.plant(&folder);
    assert!(server.ended_by("-TERM").success());
    for (file, named) in [
        ("/keys/log.key", "log.key"),
        ("/keys/sealing.key", "sealing.key"),
        ("/log-head", "log-head"),
        ("/erased", "the list of erasures"),
        ("/pramaan.toml", "pramaan.toml"),
        ("/pramaan.db", "pramaan.db"),
    ] {
        broken.breaks(&[file]);
        let output = Command::new(env!("CARGO_BIN_EXE_pramaan"))
            .args(folder.serve())
            .envs(broken.variables())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&said);
        assert!(!output.status.success(), "{file}: {text}");
        assert!(text.contains(named), "{file}: {text}");
        assert!(
            text.contains("Input/output error") || text.contains("the disk failed, or the file is damaged"),
            "{file}: {text}"
        );
        planting.is_nowhere_in("a refused start", &said);
        broken.mends();
    }
    let server = Watched::within(&folder, &["--direct"], &broken.variables());
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}
