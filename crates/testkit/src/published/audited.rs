//! A published log, audited, and the disclosures that stand in it: what any stranger can have.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::num::NonZeroUsize;

use pramaan_tlog::audit::{Published, audit};
use pramaan_tlog::leaf::{AccessKind, Leaf};
use pramaan_tlog::{Tile, decode_entries, entries_path};

/// The detail commitments of all disclosures by the number of their entry.
pub type Commitments = BTreeMap<u64, [u8; 32]>;

/// Audits what `read` answers for names of docs/log.md, with the key that lies there, and reads the disclosures.
///
/// # Errors
/// What the auditor says, when it finds anything.
pub fn audited(read: impl Fn(&str) -> Option<Vec<u8>> + Sync) -> Result<Commitments, String> {
    let files = Read(&read);
    let report = audit(&files, None, NonZeroUsize::MIN, &mut |_| {});
    let report = report.map_err(|failure| format!("{failure:?}"))?;
    let mut found = Commitments::new();
    for number in 0..report.entries.div_ceil(256) {
        let bundle = bundle(&read, number, report.entries)?;
        let entries = decode_entries(&bundle).map_err(|error| error.to_string())?;
        for (entry, index) in entries.into_iter().zip(number * 256..) {
            let leaf = Leaf::from_bytes(entry).map_err(|error| error.to_string())?;
            if let Leaf::Access(access) = leaf
                && access.kind == AccessKind::Disclosure
            {
                found.insert(index, *access.circumstances.detail.as_bytes());
            }
        }
    }
    Ok(found)
}

fn bundle(read: &impl Fn(&str) -> Option<Vec<u8>>, number: u64, size: u64) -> Result<Vec<u8>, String> {
    let tile = Tile::of_size(0, number, size).ok_or("no such tile")?;
    let name = entries_path(number, tile.width());
    read(&name).ok_or(format!("{name} is not there"))
}

struct Read<'a, F>(&'a F);

impl<F: Fn(&str) -> Option<Vec<u8>> + Sync> Published for Read<'_, F> {
    type Error = Infallible;

    fn read(&self, name: &str, _: usize) -> Result<Option<Vec<u8>>, Infallible> {
        Ok((self.0)(name))
    }
}
