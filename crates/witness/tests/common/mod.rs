//! A log without a server, and a witness in a folder of its own.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pramaan_keys::{KeyStore, MemoryKeyStore};
use pramaan_testkit::SeededEntropy;
use pramaan_tlog::{
    AddCheckpoint, Checkpoint, CompactRange, Hash, Node, Verifier, consistency_plan, leaf_hash, node_hash,
};
use pramaan_witness::{Folder, Served, Witness};

pub(crate) const ORIGIN: &str = "log.example/1";
pub(crate) const WITNESS: &str = "witness.example/w1";
pub(crate) const NOW: u64 = 1_790_000_000;

/// A log of numbered leaves. Its heads are signed on demand, those of a forked history too.
pub(crate) struct FakeLog {
    origin: &'static str,
    keys: MemoryKeyStore,
    leaves: Vec<Hash>,
}

impl FakeLog {
    pub(crate) fn new(size: u64) -> Self {
        Self::of(ORIGIN, size)
    }

    pub(crate) fn of(origin: &'static str, size: u64) -> Self {
        Self {
            origin,
            keys: MemoryKeyStore::new(&SeededEntropy::new(4)),
            leaves: (0..size).map(|number| leaf_hash(&number.to_be_bytes())).collect(),
        }
    }

    /// The same log, if it had written something else at `place`.
    pub(crate) fn forked(size: u64, place: usize) -> Self {
        let mut log = Self::new(size);
        log.leaves[place] = leaf_hash(b"something else");
        log
    }

    pub(crate) fn verifier(&self) -> Verifier {
        Verifier::new(self.origin, &self.keys.log_public_key()).unwrap()
    }

    pub(crate) fn checkpoint(&self, size: u64) -> Checkpoint {
        let mut range = CompactRange::new();
        self.leaves
            .iter()
            .take(size as usize)
            .for_each(|leaf| range.append(*leaf));
        Checkpoint::new(self.origin, size, range.root()).unwrap()
    }

    pub(crate) fn note(&self, size: u64) -> String {
        self.signed(&self.checkpoint(size))
    }

    pub(crate) fn signed(&self, checkpoint: &Checkpoint) -> String {
        checkpoint
            .sign(self.keys.log_public_key(), &|message| self.keys.sign_log(message))
            .unwrap()
    }

    pub(crate) fn proof(&self, old: u64, new: u64) -> Vec<Hash> {
        consistency_plan(old, new)
            .unwrap()
            .prove(|node| Ok::<_, ()>(self.node(node)))
            .unwrap()
    }

    /// A request that an honest log would make.
    pub(crate) fn request(&self, old: u64, new: u64) -> Vec<u8> {
        body(old, self.proof(old, new), &self.note(new))
    }

    fn node(&self, node: Node) -> Hash {
        let first = (node.index << node.level) as usize;
        let mut hashes = self.leaves[first..first + (1 << node.level)].to_vec();
        while hashes.len() > 1 {
            hashes = hashes
                .chunks(2)
                .map(|pair| node_hash(&pair[0], &pair[1]))
                .collect();
        }
        hashes[0]
    }
}

pub(crate) fn body(old_size: u64, proof: Vec<Hash>, note: &str) -> Vec<u8> {
    let request = AddCheckpoint {
        old_size,
        proof,
        note: note.as_bytes().to_vec(),
    };
    request.encode().unwrap()
}

/// A witness's folder that knows the log, and is not served.
pub(crate) fn folder(path: &Path) -> Folder {
    let folder = Folder::create(path, WITNESS, &SeededEntropy::new(9)).unwrap();
    folder.add_log(&FakeLog::new(0).verifier()).unwrap();
    folder
}

pub(crate) fn served(path: &Path) -> Served {
    Folder::open(path).unwrap().serve().unwrap()
}

/// A witness whose clock stands until it is set.
pub(crate) struct Witnessing {
    pub(crate) path: tempfile::TempDir,
    pub(crate) witness: Arc<Witness>,
    pub(crate) clock: Arc<AtomicU64>,
}

impl Witnessing {
    pub(crate) fn new() -> Self {
        let path = tempfile::tempdir().unwrap();
        drop(folder(path.path()));
        Self::over(path)
    }

    /// Another process over the same folder.
    pub(crate) fn restarted(self) -> Self {
        let Self { path, witness, .. } = self;
        assert_eq!(Arc::strong_count(&witness), 1, "the one before has ended");
        drop(witness);
        Self::over(path)
    }

    fn over(path: tempfile::TempDir) -> Self {
        let clock = Arc::new(AtomicU64::new(NOW));
        let hand = Arc::clone(&clock);
        let witness = Witness::new(
            served(path.path()),
            Box::new(move || hand.load(Ordering::Relaxed)),
        );
        Self {
            path,
            witness: Arc::new(witness),
            clock,
        }
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Where the log's files are.
    pub(crate) fn inside(&self, name: &str) -> std::path::PathBuf {
        let hash = pramaan_witness::OriginHash::of(ORIGIN).to_string();
        self.path.path().join("logs").join(hash).join(name)
    }
}
