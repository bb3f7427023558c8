//! A disk that remembers which bytes are safe and which are only on their way.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;

use crate::journal::{Change, FileKind, Operation};

/// Smallest piece that a disk writes as a whole.
const SECTOR: usize = 512;
const PAGE: usize = 4096;

/// The files of one database, between two operations.
#[derive(Debug, Clone)]
pub struct Disk(BTreeMap<FileKind, File>);

#[derive(Debug, Clone, Default)]
struct File {
    /// What is safe. `None`: no folder entry is.
    safe: Option<Vec<u8>>,
    /// What has been asked for since the last sync, oldest first.
    pending: Vec<Change>,
}

/// What is found after a power cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains(BTreeMap<FileKind, Vec<u8>>);

impl Default for Disk {
    /// An empty database file, safely in its folder: so the seam leaves it before SQLite opens it.
    fn default() -> Self {
        let database = File {
            safe: Some(Vec::new()),
            pending: Vec::new(),
        };
        Self(BTreeMap::from([(FileKind::Database, database)]))
    }
}

impl Disk {
    /// What the program asked for next.
    pub fn apply(&mut self, operation: &Operation) {
        let file = self.0.entry(operation.file).or_default();
        match &operation.change {
            Change::Sync => {
                let created = file.pending.contains(&Change::Create);
                file.sync();
                if created {
                    self.sync_folder();
                }
            }
            Change::Delete { folder_synced: true } => *file = File::default(),
            change => file.pending.push(change.clone()),
        }
    }

    /// SQLite's Unix file system does this with the first sync of a log or journal that it created. Since the files are
    /// in one folder, it makes creations and deletions of all of them safe.
    fn sync_folder(&mut self) {
        for file in self.0.values_mut() {
            file.sync_entry();
        }
    }

    /// Cuts the power: one of the many things that may be found then.
    pub fn cut(&self, chance: &mut ChaCha20Rng) -> Remains {
        let fate = Fate::draw(chance);
        let found = |file: &File| file.found(fate, chance);
        let mut found = found;
        Remains(
            self.0
                .iter()
                .filter_map(|(kind, file)| Some((*kind, found(file)?)))
                .collect(),
        )
    }
}

impl Remains {
    /// Puts the files where `database` is to be.
    pub fn write(&self, database: &Path) -> io::Result<()> {
        for (kind, bytes) in &self.0 {
            let mut path = database.as_os_str().to_owned();
            path.push(kind.suffix());
            std::fs::write(path, bytes)?;
        }
        Ok(())
    }
}

/// How one power cut treats what was on its way.
#[derive(Debug, Clone, Copy)]
struct Fate {
    /// Pieces of a write live or die by themselves: sectors (torn pages) or whole pages.
    piece: usize,
    /// Of 256 pieces as many survive.
    surviving: u32,
}

impl Fate {
    fn draw(chance: &mut ChaCha20Rng) -> Self {
        let piece = if below(chance, 2) == 0 { SECTOR } else { PAGE };
        let surviving = match below(chance, 4) {
            0 => 0,
            1 => 256,
            _ => below(chance, 256),
        };
        Self { piece, surviving }
    }

    fn survives(self, chance: &mut ChaCha20Rng) -> bool {
        below(chance, 256) < self.surviving
    }
}

impl File {
    fn sync(&mut self) {
        let mut bytes = self.safe.take().unwrap_or_default();
        for change in self.pending.drain(..) {
            replay(&mut bytes, &change);
        }
        self.safe = Some(bytes);
    }

    fn sync_entry(&mut self) {
        let is_deletion = |change: &Change| matches!(change, Change::Delete { .. });
        if let Some(last) = self.pending.iter().rposition(is_deletion) {
            self.pending.drain(..=last);
            self.safe = None;
        }
        if self.pending.contains(&Change::Create) {
            self.pending.retain(|change| *change != Change::Create);
            self.safe.get_or_insert_default();
        }
    }

    fn found(&self, fate: Fate, chance: &mut ChaCha20Rng) -> Option<Vec<u8>> {
        let mut found = self.safe.clone();
        let mut writes = Vec::new();
        for change in &self.pending {
            match change {
                Change::Write { offset, data } => writes.extend(pieces(*offset, data, fate.piece)),
                // Changes of folder and size are not reordered with the writes around them, but may be lost.
                other => {
                    scatter(&mut found, &mut writes, fate, chance);
                    if fate.survives(chance) {
                        match other {
                            Change::Delete { .. } => found = None,
                            other => replay(found.get_or_insert_default(), other),
                        }
                    }
                }
            }
        }
        scatter(&mut found, &mut writes, fate, chance);
        found
    }
}

/// Lets some of the writes reach the disk, in any order. A file that has no folder entry cannot be written to.
fn scatter(
    found: &mut Option<Vec<u8>>,
    writes: &mut Vec<(usize, &[u8])>,
    fate: Fate,
    chance: &mut ChaCha20Rng,
) {
    while !writes.is_empty() {
        let (offset, data) = writes.swap_remove(below(chance, writes.len() as u32) as usize);
        if let Some(bytes) = found.as_mut().filter(|_| fate.survives(chance)) {
            write(bytes, offset, data);
        }
    }
}

/// The parts of a write that fall into different pieces of the disk.
fn pieces(offset: usize, data: &[u8], piece: usize) -> Vec<(usize, &[u8])> {
    let mut parts = Vec::new();
    let (mut at, mut rest) = (offset, data);
    while !rest.is_empty() {
        let length = (piece - at % piece).min(rest.len());
        let (part, after) = rest.split_at(length);
        parts.push((at, part));
        at += length;
        rest = after;
    }
    parts
}

fn replay(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { offset, data } => write(bytes, *offset, data),
        Change::Truncate { size } => bytes.resize(*size, 0),
        Change::Create | Change::Sync => {}
        Change::Delete { .. } => bytes.clear(),
    }
}

fn write(bytes: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    if let Some(target) = bytes.get_mut(offset..end) {
        target.copy_from_slice(data);
    }
}

fn below(chance: &mut ChaCha20Rng, limit: u32) -> u32 {
    ((u64::from(chance.next_u32()) * u64::from(limit)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    fn operation(file: FileKind, change: Change) -> Operation {
        Operation { file, change, end: 0 }
    }

    fn written(file: FileKind, offset: usize, byte: u8) -> Operation {
        let data = vec![byte; PAGE];
        operation(file, Change::Write { offset, data })
    }

    /// What each of many power cuts leaves of a file.
    fn cuts(disk: &Disk, file: FileKind) -> Vec<Option<Vec<u8>>> {
        let mut chance = ChaCha20Rng::seed_from_u64(1);
        (0..500)
            .map(|_| disk.cut(&mut chance).0.get(&file).cloned())
            .collect()
    }

    #[test]
    fn what_was_synced_is_always_found() {
        let mut disk = Disk::default();
        disk.apply(&operation(FileKind::Wal, Change::Create));
        disk.apply(&written(FileKind::Wal, 0, 7));
        disk.apply(&operation(FileKind::Wal, Change::Sync));
        assert!(
            cuts(&disk, FileKind::Wal)
                .iter()
                .all(|found| *found == Some(vec![7; PAGE]))
        );
    }

    #[test]
    fn what_was_not_synced_is_found_whole_torn_or_not_at_all() {
        let mut disk = Disk::default();
        disk.apply(&written(FileKind::Database, 0, 1));
        disk.apply(&operation(FileKind::Database, Change::Sync));
        disk.apply(&written(FileKind::Database, 0, 2));
        let found: Vec<_> = cuts(&disk, FileKind::Database).into_iter().flatten().collect();
        assert!(found.contains(&vec![1; PAGE]));
        assert!(found.contains(&vec![2; PAGE]));
        assert!(found.iter().any(|page| page.contains(&1) && page.contains(&2)));
        let whole_sectors = |page: &Vec<u8>| {
            page.chunks(SECTOR)
                .all(|sector| sector.iter().all(|b| *b == sector[0]))
        };
        assert!(found.iter().all(whole_sectors));
    }

    #[test]
    fn writes_are_reordered() {
        let mut disk = Disk::default();
        disk.apply(&written(FileKind::Database, 0, 1));
        disk.apply(&written(FileKind::Database, PAGE, 2));
        let found: Vec<_> = cuts(&disk, FileKind::Database).into_iter().flatten().collect();
        assert!(
            found
                .iter()
                .any(|bytes| bytes.len() == 2 * PAGE && bytes.starts_with(&[0]))
        );
    }

    #[test]
    fn a_folder_entry_that_was_not_synced_may_be_missing_or_come_back() {
        let mut disk = Disk::default();
        disk.apply(&operation(FileKind::Wal, Change::Create));
        disk.apply(&written(FileKind::Wal, 0, 1));
        let found = cuts(&disk, FileKind::Wal);
        assert!(found.contains(&None) && found.iter().any(Option::is_some));
        disk.apply(&operation(FileKind::Wal, Change::Sync));
        let folder_synced = false;
        disk.apply(&operation(FileKind::Wal, Change::Delete { folder_synced }));
        let found = cuts(&disk, FileKind::Wal);
        assert!(found.contains(&None) && found.contains(&Some(vec![1; PAGE])));
        disk.apply(&operation(FileKind::RollbackJournal, Change::Create));
        disk.apply(&operation(FileKind::RollbackJournal, Change::Sync));
        assert!(cuts(&disk, FileKind::Wal).iter().all(Option::is_none));
    }
}
