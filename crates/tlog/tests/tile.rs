//! Tiles and entry bundles: addresses, and proofs made from nothing but published files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::collections::HashMap;

use common::{leaves, naive_path, naive_subproof};
use pramaan_tlog::{
    BundleError, CompactRange, Hash, Node, ProofError, Tile, decode_entries, encode_entries, entries_path,
    prove_consistency, prove_inclusion,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// What a server that keeps only every eighth level would publish.
fn published(leaves: &[Hash]) -> HashMap<String, Vec<u8>> {
    let (mut range, mut stored) = (CompactRange::new(), HashMap::new());
    for leaf in leaves {
        range.append_with(*leaf, &mut |node, hash| {
            if node.level % 8 == 0 {
                stored.insert((node.level / 8, node.index), hash);
            }
        });
    }
    Tile::all(leaves.len() as u64)
        .map(|tile| {
            let first = tile.index() * 256;
            let hashes = (first..first + u64::from(tile.width())).map(|index| stored[&(tile.level(), index)]);
            (tile.path(), hashes.flat_map(|hash| *hash.as_bytes()).collect())
        })
        .collect()
}

fn read_from<'a>(
    files: &'a HashMap<String, Vec<u8>>,
    size: u64,
) -> impl Fn(Node) -> Result<Hash, ProofError> + 'a {
    move |node| {
        let (tile, under) = Tile::holding(node, size).expect("a proof asks only for complete nodes");
        Ok(tile.node(&files[&tile.path()], under).expect("the tile is whole"))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(24)))]

    #[test]
    fn published_files_are_enough_for_any_proof(size in 1_u64..1_500, at: Index, old: Index) {
        let all = leaves(size);
        let files = published(&all);
        let (at, old) = (at.index(size as usize), old.index(size as usize) + 1);
        let read = read_from(&files, size);
        prop_assert_eq!(prove_inclusion(at as u64, size, &read).unwrap(), naive_path(at, &all));
        prop_assert_eq!(prove_consistency(old as u64, size, &read).unwrap(), naive_subproof(old, &all, true));
    }

    #[test]
    fn a_path_reads_back(level in 0_u8..4, index in 0_u64..1 << 20, width in 1_u64..=256) {
        let size = ((index << 8) + width) << (8 * level);
        let tile = Tile::of_size(level, index, size).unwrap();
        prop_assert_eq!(u64::from(tile.width()), width);
        prop_assert_eq!(Tile::parse(&tile.path()), Some(tile));
    }

    #[test]
    fn a_bundle_reads_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..=256)) {
        let bundle = encode_entries(entries.iter().map(Vec::as_slice)).unwrap();
        prop_assert_eq!(decode_entries(&bundle).unwrap(), entries);
    }
}

#[test]
fn a_tree_of_three_levels_has_the_tiles_of_the_specification() {
    let paths: Vec<_> = Tile::all(70_000).map(|tile| tile.path()).collect();
    assert_eq!(paths.len(), 274 + 2 + 1);
    assert_eq!(paths[0], "tile/0/000");
    assert_eq!(paths[273], "tile/0/273.p/112");
    assert_eq!(paths[274..], ["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(Tile::all(0).count(), 0);
}

#[test]
fn paths_are_written_as_the_specification_says_and_read_only_so() {
    let tile = Tile::of_size(0, 1_234_067, 1_234_067 * 256 + 41).unwrap();
    assert_eq!(tile.path(), "tile/0/x001/x234/067.p/41");
    assert_eq!(entries_path(1_234_067, 256), "tile/entries/x001/x234/067");
    assert_eq!(entries_path(0, 1), "tile/entries/000.p/1");
    for wrong in [
        "tile/0/1",
        "tile/0/0001",
        "tile/0/x000/001",
        "tile/0/001/234",
        "tile/0/x001",
        "tile/00/000",
        "tile/8/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/+1",
        "tile/0/+01",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/x99999999999999999999/000",
        "tile/entries/000",
        "",
    ] {
        assert_eq!(Tile::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_node_that_is_not_complete_is_in_no_tile() {
    assert!(Tile::holding(Node { level: 3, index: 1 }, 16).is_some());
    assert!(Tile::holding(Node { level: 3, index: 1 }, 15).is_none());
    assert!(Tile::holding(Node { level: 8, index: 0 }, 255).is_none());
    assert!(
        Tile::holding(
            Node {
                level: 255,
                index: u64::MAX
            },
            1 << 62
        )
        .is_none()
    );
    let (tile, under) = Tile::holding(Node { level: 0, index: 0 }, 2).unwrap();
    assert_eq!(tile.node(&[0; 63], under.clone()), None, "too short a file");
    assert_eq!(tile.node(&[0; 96], under), None, "too long a file");
}

#[test]
fn a_broken_bundle_is_refused() {
    assert_eq!(decode_entries(&[0]), Err(BundleError::Cut));
    assert_eq!(decode_entries(&[0, 2, 1]), Err(BundleError::Cut));
    assert_eq!(decode_entries(&[0; 2 * 257]), Err(BundleError::Many));
    let long = vec![0; 65_536];
    assert_eq!(encode_entries([long.as_slice()]), Err(BundleError::Long(65_536)));
    assert!(encode_entries([&long[1..]]).is_ok());
    assert_eq!(encode_entries([[].as_slice(); 257]), Err(BundleError::Many));
}
