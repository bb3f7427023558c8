//! What the operator of a log holds, and what is published of it.

use std::collections::BTreeMap;

use pramaan_tlog::{Checkpoint, CompactRange, Hash, Tile, Verifier, encode_entries, entries_path, leaf_hash};
use sha2::{Digest, Sha256};

use super::earlier::Earlier;
use super::keys::{cosignature, earlier_verifier, log_key, log_verifier, sign, witness_key};
use super::{Files, ORIGIN, WITNESSES};

/// When publication number 0 would have been cosigned, in seconds since 1970.
pub(super) const COSIGNED: u64 = 1_795_000_000;

/// A log as its operator holds it: change it and publish again, and it is signed as if nothing had happened.
#[derive(Debug, Clone)]
pub struct Log {
    /// Whose key signs: 0 is the operator's, any other is a forger's.
    pub signed_by: u64,
    /// The bytes of each entry.
    pub leaves: Vec<Vec<u8>>,
    /// The size at each publication, the first being number 1.
    pub sizes: Vec<u64>,
    /// The texts of the access policies.
    pub policies: Vec<Vec<u8>>,
    /// Which of the three witnesses cosign publication number `n`.
    pub cosigners: fn(usize) -> &'static [usize],
    /// So many publications were made before history was rewritten, of this log.
    pub before: Option<Box<(usize, Log)>>,
    /// What the logs that this one continues had published, oldest first.
    pub earlier: Vec<Earlier>,
}

/// Two of three, in turn.
pub(super) fn two_in_turn(publication: usize) -> &'static [usize] {
    [&[0, 1], &[1, 2], &[2, 0]][publication % 3]
}

impl Log {
    /// The root of the first `size` entries.
    pub fn root(&self, size: u64) -> Hash {
        root(&self.leaves, size)
    }

    /// Takes an entry out, as if it had never been there: what was published later is smaller by one.
    pub fn remove(&mut self, index: usize) {
        self.leaves.remove(index);
        for size in &mut self.sizes {
            *size -= u64::from(*size > index as u64);
        }
    }

    /// The signed and cosigned note of publication number `n` (from 1).
    pub fn note(&self, number: usize) -> String {
        self.note_over(number, self.root(self.sizes[number - 1]))
    }

    fn note_over(&self, number: usize, root: Hash) -> String {
        note(
            (self.sizes[number - 1], root),
            self.signed_by,
            (self.cosigners)(number),
            COSIGNED + number as u64,
        )
    }

    /// The auditor's policy: this log and the one before, and two of three witnesses.
    pub fn policy() -> String {
        policy([log_verifier(0), earlier_verifier()])
    }

    /// The same policy with its logs in the other order: every verdict is the same.
    pub fn policy_in_another_order() -> String {
        policy([earlier_verifier(), log_verifier(0)])
    }

    /// Everything that is published, by name.
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        files.insert("key".to_owned(), format!("{}\n", log_verifier(0)).into_bytes());
        for policy in &self.policies {
            files.insert(format!("policies/{}", policy_hash(policy)), policy.clone());
        }
        self.publish_notes(&mut files);
        for (k, earlier) in (1..).zip(&self.earlier) {
            earlier.publish(k, &self.leaves, &mut files);
        }
        self.publish_tree(&mut files);
        files
    }

    fn publish_notes(&self, files: &mut Files) {
        let roots = self.roots();
        let mut last = String::new();
        for number in 1..=self.sizes.len() {
            last = match &self.before {
                Some(before) if number <= before.0 => before.1.note(number),
                _ => self.note_over(number, roots[&self.sizes[number - 1]]),
            };
            files.insert(format!("checkpoints/{number}"), last.clone().into_bytes());
        }
        files.insert(
            "checkpoints/latest".to_owned(),
            format!("{}\n", self.sizes.len()).into_bytes(),
        );
        files.insert("checkpoint".to_owned(), last.into_bytes());
    }

    /// The roots at the published sizes, in one pass.
    fn roots(&self) -> BTreeMap<u64, Hash> {
        let mut range = CompactRange::new();
        let mut roots = BTreeMap::from([(0, range.root())]);
        for leaf in &self.leaves {
            range.append(leaf_hash(leaf));
            if self.sizes.binary_search(&range.size()).is_ok() {
                roots.insert(range.size(), range.root());
            }
        }
        roots
    }

    /// Tiles and bundles of the last published size.
    fn publish_tree(&self, files: &mut Files) {
        let size = self.sizes.last().copied().unwrap_or(0);
        let (mut range, mut hashes) = (CompactRange::new(), BTreeMap::new());
        for leaf in self.leaves.iter().take(size as usize) {
            range.append_with(leaf_hash(leaf), &mut |node, hash| {
                hashes.insert(node, hash);
            });
        }
        for tile in Tile::all(size) {
            let first = tile.index() * 256;
            let bytes = (first..first + u64::from(tile.width()))
                .flat_map(|index| *hashes[&node(tile.level() * 8, index)].as_bytes())
                .collect();
            files.insert(tile.path(), bytes);
            if tile.level() == 0 {
                let leaves = &self.leaves[first as usize..][..usize::from(tile.width())];
                let bundle =
                    encode_entries(leaves.iter().map(Vec::as_slice)).expect("entries of a few bytes");
                files.insert(entries_path(tile.index(), tile.width()), bundle);
            }
        }
    }
}

/// The root of the first `size` leaves.
pub(super) fn root(leaves: &[Vec<u8>], size: u64) -> Hash {
    let mut range = CompactRange::new();
    for leaf in leaves.iter().take(size as usize) {
        range.append(leaf_hash(leaf));
    }
    range.root()
}

fn policy([first, second]: [Verifier; 2]) -> String {
    let mut text = format!("# A policy for tests\nlog {first}\nlog {second}\n\n");
    for number in 0..WITNESSES.len() {
        text.push_str(&format!("witness w{number} {}\n", witness_key(number)));
    }
    text.push_str("group two-of-three 2 w0 w1 w2\nquorum two-of-three\n");
    text
}

/// A head that two of three have cosigned, whatever is under it.
pub fn head(size: u64, root: Hash) -> String {
    note((size, root), 0, two_in_turn(1), COSIGNED)
}

fn note((size, root): (u64, Hash), signed_by: u64, cosigners: &[usize], seconds: u64) -> String {
    let checkpoint = Checkpoint::new(ORIGIN, size, root).expect("a size that can be");
    let mut note = checkpoint
        .sign(log_key(signed_by), &|message| sign(signed_by, message))
        .expect("a note that can be signed");
    for witness in cosigners {
        note.push_str(&cosignature(*witness, &checkpoint.body(), seconds));
    }
    note
}

const fn node(level: u8, index: u64) -> pramaan_tlog::Node {
    pramaan_tlog::Node { level, index }
}

/// The name of an access policy.
pub(super) fn policy_hash(policy: &[u8]) -> Hash {
    Hash::from_bytes(Sha256::digest(policy).into())
}
