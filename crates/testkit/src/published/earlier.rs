//! The log before: what it published while it went on, over the entries that its successor has too.

use pramaan_tlog::Checkpoint;

use super::keys::{EARLIER_OPERATOR, earlier_verifier, log_key, sign};
use super::log::root;
use super::{EARLIER_ORIGIN, Files};

/// What is published under `before/1/`.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// The size at each publication, the first being number 1.
    pub sizes: Vec<u64>,
    /// Whose key signed: that of the log before, or a forger's.
    pub signed_by: u64,
    /// Its entries, where they are not those of the log that continues it.
    pub leaves: Option<Vec<Vec<u8>>>,
}

impl Earlier {
    /// A log that published at these sizes.
    pub fn of(sizes: Vec<u64>) -> Self {
        Self {
            sizes,
            signed_by: EARLIER_OPERATOR,
            leaves: None,
        }
    }

    /// The name of the file of publication number `n`.
    pub fn name(number: usize) -> String {
        format!("before/1/checkpoints/{number}")
    }

    /// The signed note of publication number `n`, when these are the entries of the log that goes on.
    pub fn note(&self, leaves: &[Vec<u8>], number: usize) -> String {
        let size = self.sizes[number - 1];
        let leaves = self.leaves.as_deref().unwrap_or(leaves);
        Checkpoint::new(EARLIER_ORIGIN, size, root(leaves, size))
            .expect("a size that can be")
            .sign(log_key(self.signed_by), &|message| sign(self.signed_by, message))
            .expect("a note that can be signed")
    }

    pub(super) fn publish(&self, leaves: &[Vec<u8>], files: &mut Files) {
        let line = |text: String| format!("{text}\n").into_bytes();
        files.insert("before/1/key".to_owned(), line(earlier_verifier().to_string()));
        let mut last = String::new();
        for number in 1..=self.sizes.len() {
            last = self.note(leaves, number);
            files.insert(Self::name(number), last.clone().into_bytes());
        }
        files.insert(
            "before/1/checkpoints/latest".to_owned(),
            line(self.sizes.len().to_string()),
        );
        files.insert("before/1/checkpoint".to_owned(), last.into_bytes());
    }
}
