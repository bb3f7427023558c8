//! Tiles compared with what the entries give. Level 0 is compared bundle by bundle; those above as they fill.

use super::bundle::perfect_root;
use super::{Check, Failure, Finding, Place, Published, read};
use crate::{Hash, Tile};

/// Longest tile, in bytes.
const MAX_TILE: usize = 256 * 32;

/// The hashes of the tile that is being filled, for each level from 1 on.
#[derive(Default)]
pub(super) struct Above {
    levels: Vec<Filling>,
}

#[derive(Default)]
struct Filling {
    /// Tiles of this level that were full and compared.
    compared: u64,
    hashes: Vec<Hash>,
}

impl Above {
    /// Takes the root of a full bundle.
    pub(super) fn add<P: Published>(
        &mut self,
        published: &P,
        size: u64,
        root: Hash,
    ) -> Result<(), Failure<P::Error>> {
        let mut rising = Some(root);
        for level in 1.. {
            let Some(hash) = rising else { break };
            if self.levels.len() < usize::from(level) {
                self.levels.push(Filling::default());
            }
            let Some(filling) = self.levels.get_mut(usize::from(level) - 1) else {
                break;
            };
            filling.hashes.push(hash);
            rising = if filling.hashes.len() == 256 {
                let hashes = std::mem::take(&mut filling.hashes);
                let index = filling.compared;
                filling.compared += 1;
                one(published, level, index, size, &hashes)?;
                Some(perfect_root(hashes))
            } else {
                None
            };
        }
        Ok(())
    }

    /// Compares the tiles at the right edge.
    pub(super) fn finish<P: Published>(&self, published: &P, size: u64) -> Result<(), Failure<P::Error>> {
        for (level, filling) in (1..).zip(&self.levels) {
            if !filling.hashes.is_empty() {
                one(published, level, filling.compared, size, &filling.hashes)?;
            }
        }
        Ok(())
    }
}

fn one<P: Published>(
    published: &P,
    level: u8,
    index: u64,
    size: u64,
    hashes: &[Hash],
) -> Result<(), Failure<P::Error>> {
    match Tile::of_size(level, index, size) {
        Some(tile) => compare(published, tile, hashes),
        None => unreachable!("so many hashes of this level are in a tree of this size"),
    }
}

/// Checks that a published tile holds these hashes and nothing else.
pub(super) fn compare<P: Published>(
    published: &P,
    tile: Tile,
    hashes: &[Hash],
) -> Result<(), Failure<P::Error>> {
    let place = || Place::Tile(tile);
    let wrong = |sentence: String| Err(Finding::new(Check::Tile, place(), sentence).into());
    let Some(bytes) = read::file(published, &tile.path(), MAX_TILE, Check::Tile, place)? else {
        return wrong("it is not there".to_owned());
    };
    let (found, rest) = bytes.as_chunks::<32>();
    if found.len() != hashes.len() || !rest.is_empty() {
        return wrong(format!(
            "it has {} bytes and should have {}",
            bytes.len(),
            hashes.len() * 32
        ));
    }
    let differs = found
        .iter()
        .zip(hashes)
        .position(|(found, hash)| found != hash.as_bytes());
    let Some(at) = differs else { return Ok(()) };
    let number = tile.index() * 256 + at as u64;
    wrong(if tile.level() == 0 {
        format!("its hash number {at} is not that of entry {number}: the entry was altered, or the tile")
    } else {
        format!("its hash number {at} is not that of the tiles below it")
    })
}
