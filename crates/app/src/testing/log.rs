//! Looking at the access log as its public does, and breaking it.

use pramaan_tlog::leaf::Leaf;

use super::TestApp;
use crate::StoreError;

/// What the public sees of an access, by the names of docs/leaf.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedAccess {
    pub actor: &'static str,
    pub purpose: &'static str,
    pub basis: &'static str,
}

impl TestApp {
    /// Every access so far, in order.
    pub async fn accesses(&self) -> Vec<LoggedAccess> {
        let rows = self.db.read("testing::accesses", |tx| {
            Box::pin(async move { tx.query("select leaf from access_leaf order by idx", &[]).await })
        });
        let rows: Result<Vec<_>, StoreError> = rows.await;
        let leaf = |row: &pramaan_store::db::Row| {
            let bytes = row.blob(0).unwrap_or_else(|error| panic!("{error}"));
            Leaf::from_bytes(bytes).unwrap_or_else(|error| panic!("{error}"))
        };
        rows.unwrap_or_else(|error| panic!("{error}"))
            .iter()
            .filter_map(|row| match leaf(row) {
                Leaf::Access(access) => Some(LoggedAccess {
                    actor: access.circumstances.actor.class.name(),
                    purpose: access.circumstances.purpose.name(),
                    basis: access.circumstances.basis.name(),
                }),
                _ => None,
            })
            .collect()
    }

    /// From now on no entry can be written; what does not need the log does not notice.
    pub async fn break_log(&self) {
        self.alter("alter table access_leaf rename to access_leaf_gone")
            .await;
    }

    pub async fn mend_log(&self) {
        self.alter("alter table access_leaf_gone rename to access_leaf")
            .await;
    }

    async fn alter(&self, sql: &'static str) {
        let altered = self.db.write("testing::alter", move |tx| {
            Box::pin(async move { tx.execute(sql, &[]).await })
        });
        let altered: Result<u64, StoreError> = altered.await;
        altered.unwrap_or_else(|error| panic!("{error}"));
    }
}
