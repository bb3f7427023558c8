#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! `pramaan retention status`: what is overdue is said, and scripts hear of it.

mod support;

use pramaan_store::{DatabaseUrl, Db, DbOptions, StoreError};

use support::{Folder, done, pramaan};

/// A login that ended in 1970.
fn forget_to_delete(folder: &Folder) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = DatabaseUrl::Sqlite(folder.inside("pramaan.db"));
        let db = Db::open(&url, &DbOptions::default()).await.unwrap();
        let planted: Result<u64, StoreError> = db
            .write("test::forgotten", |tx| {
                let sql = "insert into ended_login (login, ended_at) values ('planted', 1)";
                Box::pin(async move { tx.execute(sql, &[]).await })
            })
            .await;
        assert_eq!(planted, Ok(1));
    });
}

#[test]
fn what_is_overdue_is_said_and_ends_with_exit_code_1() {
    let folder = Folder::made();
    let status = ["retention", "status", "--data", folder.data.as_str()];
    let said = done(&status);
    assert!(
        said.contains("last entry: none yet") && said.contains("nothing is overdue"),
        "{said}"
    );
    forget_to_delete(&folder);
    let output = pramaan(&status);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("OVERDUE: ended_login: rows are older than they may be"),
        "{said}"
    );
    let line = said
        .lines()
        .find(|line| line.starts_with("ended_login "))
        .unwrap();
    assert!(line.ends_with("2  overdue"), "{line}");
}
