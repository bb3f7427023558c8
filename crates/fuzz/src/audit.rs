//! What an auditor reads: the files of a published log, one of which is a stranger's; policies; receipts.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::LazyLock;

use pramaan_testkit::published::{Log, Story};
use pramaan_tlog::audit::{Published, audit};
use pramaan_tlog::policy::{MAX_POLICY, Policy};
use pramaan_tlog::{Hash, ProofFile, leaf_hash, verify_inclusion};

/// A log, what is published of it by name, and whom its auditor trusts.
struct Small {
    log: Log,
    files: Vec<(String, Vec<u8>)>,
    policy: Policy,
}

/// Five entries and one publication: small, because every input is audited whole.
static SMALL: LazyLock<Small> = LazyLock::new(|| {
    let mut log = Story::new().log;
    log.leaves.truncate(5);
    log.policies.truncate(1);
    (log.sizes, log.earlier) = (vec![5], None);
    let files = log.files().into_iter().collect();
    let policy = Policy::parse(Log::policy().as_bytes());
    let policy = policy.unwrap_or_else(|error| panic!("the seed policy: {error}"));
    Small { log, files, policy }
});

/// The published files, one of them replaced.
struct Replaced<'a>(BTreeMap<&'a str, &'a [u8]>);

impl Published for Replaced<'_> {
    type Error = std::convert::Infallible;

    fn read(&self, name: &str, _: usize) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.0.get(name).map(|bytes| bytes.to_vec()))
    }
}

/// An audit of a log of which one file, named by the first byte, is the rest of the input.
///
/// # Panics
/// When another tile, bundle or access policy than the true one passes.
pub fn fuzz_log_audit(bytes: &[u8]) -> bool {
    let Small { files, policy, .. } = &*SMALL;
    let Some((which, content)) = bytes.split_first() else {
        return false;
    };
    let mut served: BTreeMap<&str, &[u8]> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let Some((name, truth)) = files.get(usize::from(*which) % files.len()) else {
        return false;
    };
    served.insert(name.as_str(), content);
    let outcome = audit(&Replaced(served), Some(policy), NonZeroUsize::MIN, &mut |_| ());
    let is_bound = name.starts_with("tile/") || name.starts_with("policies/");
    if outcome.is_ok() && is_bound {
        assert_eq!(truth, content, "another {name} passed");
    }
    outcome.is_ok()
}

/// A policy file. A quorum that asks for nobody is met by nobody.
///
/// # Panics
/// When adding a cosignature makes a quorum fail that was met.
pub fn fuzz_log_policy(bytes: &[u8]) -> bool {
    assert!(bytes.len() <= MAX_POLICY, "inputs are short");
    let Ok(policy) = Policy::parse(bytes) else {
        return false;
    };
    let quorum = policy.quorum();
    for fewer in 0..policy.witnesses().len().min(8) {
        let met = quorum.met(|witness| witness < fewer);
        let more = quorum.met(|witness| witness <= fewer);
        assert!(!met.is_met() || more.is_met(), "one cosignature more is too much");
    }
    assert_eq!(quorum.is_none(), quorum.met(|_| false).is_met());
    true
}

/// A receipt. What is read is written again byte for byte, and whatever verifies is the one that is true.
///
/// # Panics
/// When a receipt has two spellings, or one verifies for an entry that is not there.
pub fn fuzz_log_proof(bytes: &[u8]) -> bool {
    let Small { log, policy, .. } = &*SMALL;
    let Ok(proof) = ProofFile::parse(bytes) else {
        return false;
    };
    let entry = |index: usize| log.leaves.get(index).map(|leaf| leaf_hash(leaf));
    assert!(
        proof.verify(&leaf_hash(b"never logged"), policy).is_err(),
        "an entry that is not there"
    );
    if let Some(hash) = entry(1).filter(|hash| proof.verify(hash, policy).is_ok()) {
        let again = verify_inclusion(&hash, 1, 5, &proof.path, &log.root(5));
        assert_eq!((proof.index, again), (1, Ok(())), "another place");
    }
    assert_eq!(
        proof.to_string().as_bytes(),
        bytes,
        "a receipt with two spellings"
    );
    true
}

pub(crate) fn files() -> Vec<Vec<u8>> {
    let files = &SMALL.files;
    (0..)
        .zip(files)
        .map(|(which, (_, bytes))| [&[which], bytes.as_slice()].concat())
        .collect()
}

pub(crate) fn policies() -> Vec<Vec<u8>> {
    vec![
        Log::policy().into_bytes(),
        b"quorum none\n".to_vec(),
        b"# nobody\n\t \nquorum none\n".to_vec(),
    ]
}

pub(crate) fn proofs() -> Vec<Vec<u8>> {
    let log = &SMALL.log;
    let hash = |range: std::ops::Range<usize>| {
        let mut edge = pramaan_tlog::CompactRange::new();
        log.leaves
            .iter()
            .take(range.end)
            .skip(range.start)
            .for_each(|leaf| edge.append(leaf_hash(leaf)));
        edge.root()
    };
    // Of five: the sibling, the pair beside, the fifth.
    let path: Vec<Hash> = vec![hash(0..1), hash(2..4), hash(4..5)];
    let proof = ProofFile {
        extra: Some(b"anything".to_vec()),
        index: 1,
        path,
        checkpoint: log.note(1),
    };
    let plain = ProofFile {
        extra: None,
        ..proof.clone()
    };
    vec![proof.to_string().into_bytes(), plain.to_string().into_bytes()]
}
