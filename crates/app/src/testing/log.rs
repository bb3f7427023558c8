//! Looking at the access log as its public does, and breaking it.

use pramaan_store::testing;
use pramaan_tlog::leaf::Leaf;

use super::TestApp;

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
        let leaves = testing::leaves(&self.db).await;
        let access = |bytes: &Vec<u8>| match Leaf::from_bytes(bytes) {
            Ok(Leaf::Access(access)) => Some(LoggedAccess {
                actor: access.circumstances.actor.class.name(),
                purpose: access.circumstances.purpose.name(),
                basis: access.circumstances.basis.name(),
            }),
            Ok(_) => None,
            Err(error) => panic!("{error}"),
        };
        leaves.iter().filter_map(access).collect()
    }

    /// From now on no entry can be written; what does not need the log does not notice.
    pub async fn break_log(&self) {
        testing::break_log(&self.db).await;
    }

    pub async fn mend_log(&self) {
        testing::mend_log(&self.db).await;
    }
}
