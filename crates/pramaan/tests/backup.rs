#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! Backing up and restoring as an operator does it, with the program as it is shipped.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pramaan_store::{DatabaseUrl, Db, DbOptions, StoreError};
use support::{Folder, done, refused};

impl Folder {
    fn backup(&self, name: &str) -> PathBuf {
        let to = self.path(name);
        done(&["backup", "--data", &self.data, to.to_str().unwrap()]);
        to
    }

    fn restore(&self, records: &Path) {
        let records = records.to_str().unwrap();
        done(&["restore", "--data", &self.data, "--replace", records]);
    }

    /// A command that opens the data folder as `serve` does, and ends.
    fn start(&self) -> [&str; 9] {
        let data = &self.data;
        [
            "staff",
            "invite",
            "--data",
            data,
            "--code",
            "MH395-0001",
            "--role",
            "district-admin",
            "--name=A B",
        ]
    }

    async fn write(&self, sql: &'static str) {
        let path = Path::new(&self.data).join("pramaan.db");
        let db = Db::open(&DatabaseUrl::Sqlite(path), &DbOptions::default())
            .await
            .unwrap();
        let written = db.write("test::write", move |tx| {
            Box::pin(async move { tx.execute(sql, &[]).await })
        });
        let written: Result<u64, StoreError> = written.await;
        written.unwrap();
        db.close().await;
    }
}

#[test]
fn a_restored_backup_is_refused_until_the_fork_is_made_public() {
    let folder = Folder::made();
    let data = folder.data.as_str();
    let start = [&folder.start()[..], &["--district", "395"]].concat();
    let adopt = [
        "log",
        "adopt",
        "--data",
        data,
        "--reason",
        "the disk of the server burnt",
    ];
    assert!(refused(&adopt).contains("nothing to adopt"));
    let old = folder.backup("old.db");

    // An empty log needs no head. A lost list of erasures is adopted, with the entry of which the backup knows nothing.
    std::fs::remove_file(Path::new(data).join("log-head")).unwrap();
    done(&start);
    std::fs::remove_file(Path::new(data).join("erased")).unwrap();
    assert!(refused(&start).contains("list of erasures"));
    done(&adopt);
    done(&[&start[..4], &["--code", "MH395-0002"], &start[6..]].concat());

    folder.restore(&old);
    let refusal = refused(&start);
    assert!(
        refusal.contains("ends after 0 entries") && refusal.contains("pramaan log adopt"),
        "{refusal}"
    );
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
    let refusal = refused(&serve);
    assert!(
        refusal.contains(&format!(
            "`pramaan log adopt --data {data} --origin NEW --reason TEXT`"
        )),
        "{refusal}"
    );
    assert!(refused(&[&adopt[..5], &["burnt"]].concat()).contains("--reason"));
    assert!(refused(&adopt).contains("--origin NEW"));
    done(&[&adopt[..], &["--origin", "log.example/test-2"]].concat());
    done(&start);
}

#[tokio::test]
async fn a_backup_that_was_killed_leaves_no_half_file_and_no_key_in_the_records() {
    let folder = Folder::made();
    folder
        .write(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < 96)
             insert into access_leaf (idx, leaf) select i, randomblob(1000000) from n",
        )
        .await;
    folder
        .write(
            "insert into person_key (household, subject, contact, created_at)
             values ('h', 'p', cast('THE-WRAPPED-KEY' as blob), 1)",
        )
        .await;
    let to = folder.path("copy.db");
    let part = folder.path("copy.db.part");
    let mut killed = 0;
    for _ in 0..5 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pramaan"))
            .args(["backup", "--data", &folder.data, to.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = || part.metadata().is_ok_and(|part| part.len() > 1_000_000);
        while !begun() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            std::fs::remove_file(&to).unwrap();
            std::fs::remove_file(folder.path("copy.db.keys")).unwrap();
            continue;
        }
        killed += 1;
        assert!(!to.exists(), "a file with its name is a whole one");
        assert!(!holds_key(&part));
    }
    assert!(killed > 0, "no backup was caught in the middle");

    folder.backup("copy.db");
    let again = refused(&["backup", "--data", &folder.data, to.to_str().unwrap()]);
    assert!(
        again.contains("copy.db exists already") && !again.contains("unavailable"),
        "{again}"
    );
    let names: BTreeSet<_> = std::fs::read_dir(folder.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        names,
        ["copy.db", "copy.db.keys", "data"].map(str::to_owned).into()
    );
    assert!(!holds_key(&to) && holds_key(&folder.path("copy.db.keys")));
}

fn holds_key(path: &Path) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(15).any(|window| window == b"THE-WRAPPED-KEY")
}
