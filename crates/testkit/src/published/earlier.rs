//! The logs before: what each published while it went on, over the entries that its successor has too.

use pramaan_tlog::{Checkpoint, Verifier};

use super::keys::{cosignature, log_key, sign};
use super::log::{COSIGNED, root, two_in_turn};
use super::{EARLIER_ORIGIN, Files};

/// The operator whose key is that of the log before.
pub(super) const EARLIER_OPERATOR: u64 = 2;

/// What is published under `before/<k>/`.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub origin: String,
    /// The size at each publication, the first being number 1.
    pub sizes: Vec<u64>,
    /// Whose key is published: 0 is that of the log that goes on.
    pub key: u64,
    /// Whose key signed.
    pub signed_by: u64,
    /// Which of the three witnesses cosigned publication number `n`.
    pub cosigners: fn(usize) -> &'static [usize],
    /// Its entries, where they are not those of the log that continues it.
    pub leaves: Option<Vec<Vec<u8>>>,
}

impl Earlier {
    /// The log before, that published at these sizes.
    pub fn of(sizes: Vec<u64>) -> Self {
        Self {
            origin: EARLIER_ORIGIN.to_owned(),
            sizes,
            key: EARLIER_OPERATOR,
            signed_by: EARLIER_OPERATOR,
            cosigners: two_in_turn,
            leaves: None,
        }
    }

    /// Keeps its key and signs with it.
    pub fn by(self, operator: u64) -> Self {
        let (key, signed_by) = (operator, operator);
        Self {
            key,
            signed_by,
            ..self
        }
    }

    /// The signed and cosigned note of publication number `n`, when these are the entries of the log that goes on.
    pub fn note(&self, leaves: &[Vec<u8>], number: usize) -> String {
        let size = self.sizes[number - 1];
        let leaves = self.leaves.as_deref().unwrap_or(leaves);
        let checkpoint = Checkpoint::new(&self.origin, size, root(leaves, size)).expect("a size that can be");
        let mut note = checkpoint
            .sign(log_key(self.signed_by), &|message| sign(self.signed_by, message))
            .expect("a note that can be signed");
        for witness in (self.cosigners)(number) {
            let seconds = COSIGNED - 1_000_000 + number as u64;
            note.push_str(&cosignature(*witness, &checkpoint.body(), seconds));
        }
        note
    }

    pub(super) fn publish(&self, k: usize, leaves: &[Vec<u8>], files: &mut Files) {
        let line = |text: String| format!("{text}\n").into_bytes();
        let name = |file: &str| format!("before/{k}/{file}");
        let verifier = Verifier::new(&self.origin, &log_key(self.key));
        let verifier = verifier.expect("a key and a name that are in order");
        files.insert(name("key"), line(verifier.to_string()));
        let mut last = String::new();
        for number in 1..=self.sizes.len() {
            last = self.note(leaves, number);
            files.insert(name(&format!("checkpoints/{number}")), last.clone().into_bytes());
        }
        // A log that published nothing has no number of its newest publication.
        if !self.sizes.is_empty() {
            files.insert(name("checkpoints/latest"), line(self.sizes.len().to_string()));
            files.insert(name("checkpoint"), last.into_bytes());
        }
    }
}
