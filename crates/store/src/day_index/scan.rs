//! Reading a day's tags out of the leaves, and the tree on with them.

use pramaan_tlog::leaf::{Day, Leaf};
use pramaan_tlog::{CompactRange, SubjectTag, leaf_hash};

use super::due::Next;
use crate::StoreError;
use crate::db::Tx;
use crate::public_log::number;

/// What was read so far.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    pub(super) day: Day,
    pub(super) tags: Vec<SubjectTag>,
    /// The tree over everything read.
    pub(super) edge: CompactRange,
    /// The tree before the first entry of a later day, when there was one.
    after: Option<CompactRange>,
    /// Whether a root of this day or of a later one was met.
    is_rooted: bool,
}

impl Scan {
    pub(super) fn from(next: Next) -> Self {
        Self {
            day: next.day,
            tags: Vec::new(),
            edge: next.edge,
            after: None,
            is_rooted: false,
        }
    }

    /// Whether the log has the day's root, or a later one's, already: another node was first, or, when nothing is kept of it,
    /// somebody has deleted that.
    pub(super) const fn is_rooted(&self) -> bool {
        self.is_rooted
    }

    /// The tree after the day's last entry.
    pub(super) fn end(&self) -> &CompactRange {
        self.after.as_ref().unwrap_or(&self.edge)
    }

    /// Reads up to `most` further leaves, none from number `until` on; answers how many it read.
    pub(super) async fn read(&mut self, tx: &mut Tx, until: u64, most: u64) -> Result<usize, StoreError> {
        let from = self.edge.size();
        let to = until.min(from.saturating_add(most));
        let rows = tx
            .query(
                "-- store::day_index::read
                 select leaf from access_leaf where idx >= $1 and idx < $2 order by idx",
                &[number(from).into(), number(to).into()],
            )
            .await?;
        for row in &rows {
            self.take(row.blob(0)?)?;
        }
        Ok(rows.len())
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let corrupt = || StoreError::corrupt("access_leaf", "leaf");
        let leaf = Leaf::from_bytes(bytes).map_err(|_| corrupt())?;
        if let Leaf::DayRoot(root) = &leaf
            && root.day >= self.day
        {
            self.is_rooted = true;
        }
        if let Some(day) = leaf.hour().map(pramaan_tlog::leaf::Hour::day) {
            if day > self.day && self.after.is_none() {
                self.after = Some(self.edge.clone());
            }
            // Hours never fall, so an entry of the day after one of a later day was put there by somebody.
            if day < self.day || (day == self.day && self.after.is_some()) {
                return Err(corrupt());
            }
            if let Leaf::Access(access) = leaf
                && day == self.day
            {
                self.tags.push(access.subject);
            }
        }
        self.edge.append(leaf_hash(bytes));
        Ok(())
    }
}
