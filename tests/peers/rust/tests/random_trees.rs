//! Our tree beside two that others wrote, on random entries: the same roots, the same inclusion and consistency proofs, the
//! same tiles, byte for byte; and each accepts the proofs of the others.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use pramaan_tlog::{
    CompactRange, Hash, Node, Tile, leaf_hash, prove_consistency, prove_inclusion, verify_consistency,
    verify_inclusion,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sha2::Sha256;
use std::collections::HashMap;

/// Our tree, with every node.
struct Ours {
    nodes: HashMap<Node, Hash>,
    roots: Vec<Hash>,
}

impl Ours {
    fn over(entries: &[Vec<u8>]) -> Self {
        let (mut range, mut nodes) = (CompactRange::new(), HashMap::new());
        let mut roots = vec![range.root()];
        for entry in entries {
            range.append_with(leaf_hash(entry), &mut |node, hash| {
                nodes.insert(node, hash);
            });
            roots.push(range.root());
        }
        Self { nodes, roots }
    }

    fn read(&self, node: Node) -> Result<Hash, pramaan_tlog::ProofError> {
        Ok(self.nodes[&node])
    }
}

/// The tree of tlog_tiles, a port of Go's.
#[derive(Default)]
struct Ported(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for Ported {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

impl Ported {
    fn over(entries: &[Vec<u8>]) -> Self {
        let mut tree = Self::default();
        for (number, entry) in (0..).zip(entries) {
            let hashes = tlog_tiles::stored_hashes(number, entry, &tree).unwrap();
            tree.0.extend(hashes);
        }
        tree
    }
}

fn theirs(hash: &Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(*hash.as_bytes())
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

fn ported(hashes: Vec<tlog_tiles::Hash>) -> Vec<Hash> {
    hashes.into_iter().map(|hash| Hash::from_bytes(hash.0)).collect()
}

fn entries() -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(vec(any::<u8>(), 0..40), 1..600)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn roots_and_proofs_are_those_of_tlog_tiles(entries in entries(), at: Index, old: Index) {
        let (ours, other) = (Ours::over(&entries), Ported::over(&entries));
        let size = entries.len() as u64;
        for (size, root) in (0..).zip(&ours.roots) {
            prop_assert_eq!(tlog_tiles::tree_hash(size, &other).unwrap(), theirs(root));
        }
        let (root, at) = (ours.roots[entries.len()], at.index(entries.len()) as u64);
        let proof = prove_inclusion(at, size, |node| ours.read(node)).unwrap();
        prop_assert_eq!(&ported(tlog_tiles::prove_record(size, at, &other).unwrap()), &proof);
        let hash = leaf_hash(&entries[at as usize]);
        prop_assert!(verify_inclusion(&hash, at, size, &proof, &root).is_ok());

        let old = old.index(entries.len()) as u64 + 1;
        let proof = prove_consistency(old, size, |node| ours.read(node)).unwrap();
        prop_assert_eq!(&ported(tlog_tiles::prove_tree(size, old, &other).unwrap()), &proof);
        prop_assert!(verify_consistency(old, size, &proof, &ours.roots[old as usize], &root).is_ok());
    }

    #[test]
    fn roots_and_proofs_are_those_of_ct_merkle(entries in entries(), at: Index, old: Index) {
        let ours = Ours::over(&entries);
        let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for (entry, root) in entries.iter().zip(&ours.roots[1..]) {
            other.push(entry.clone());
            let theirs = other.root();
            prop_assert_eq!(theirs.as_bytes().as_slice(), root.as_bytes());
        }
        let (size, at) = (entries.len() as u64, at.index(entries.len()));
        let proof = prove_inclusion(at as u64, size, |node| ours.read(node)).unwrap();
        let theirs = other.prove_inclusion(at);
        prop_assert_eq!(theirs.as_bytes(), bytes(&proof));
        let old = old.index(entries.len()) + 1;
        let proof = prove_consistency(old as u64, size, |node| ours.read(node)).unwrap();
        let theirs = other.prove_consistency(entries.len() - old);
        prop_assert_eq!(theirs.as_bytes(), bytes(&proof));
    }

    /// The tiles of a tree, hash by hash and name by name (theirs name the height as well).
    #[test]
    fn tiles_are_those_of_tlog_tiles(entries in entries()) {
        let (ours, other) = (Ours::over(&entries), Ported::over(&entries));
        for tile in Tile::all(entries.len() as u64) {
            let same = tlog_tiles::Tile::new(8, tile.level(), tile.index(), u32::from(tile.width()), false);
            prop_assert_eq!(same.path().replacen("tile/8/", "tile/", 1), tile.path());
            let first = tile.index() * 256;
            let hashes: Vec<_> = (first..first + u64::from(tile.width()))
                .map(|index| ours.nodes[&Node { level: tile.level() * 8, index }])
                .collect();
            prop_assert_eq!(same.read_data(&other).unwrap(), bytes(&hashes));
        }
    }
}
