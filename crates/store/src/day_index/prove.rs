//! Proofs out of the kept index of a day: a few rows, and no scan of the log.

use std::collections::HashMap;

use pramaan_tlog::leaf::Day;
use pramaan_tlog::{
    AbsenceProof, DayProof, Hash, InclusionProof, Node, SubjectTag, inclusion_plan, tags_root,
};

use super::{LEVELS_OF_A_PART, TAGS_OF_A_PART};
use crate::StoreError;
use crate::db::Tx;
use crate::public_log::number;

/// A day that has a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rooted {
    pub day: Day,
    /// Where the root's leaf is in the log.
    pub index: u64,
    /// Tags of the day.
    pub count: u64,
}

impl Rooted {
    /// The rooted days of `from..=to`, ascending.
    pub async fn between(tx: &mut Tx, from: Day, to: Day) -> Result<Vec<Self>, StoreError> {
        let rows = tx
            .query(
                "-- store::day_index::between
                 select day, idx, tags from access_day where day >= $1 and day <= $2 order by day",
                &[i64::from(from.number()).into(), i64::from(to.number()).into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let positive =
                    |column| u64::try_from(row.int(column)?).map_err(|_| row.inconsistent(column, "a count"));
                Ok(Self {
                    day: Day::new(u32::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a day"))?),
                    index: positive(1)?,
                    count: positive(2)?,
                })
            })
            .collect()
    }
}

/// Proves of each tag, in their order, that the day has it or has it not.
pub async fn prove(tx: &mut Tx, rooted: Rooted, tags: &[SubjectTag]) -> Result<Vec<DayProof>, StoreError> {
    let mut kept = Kept {
        rooted,
        parts: HashMap::new(),
        nodes: HashMap::new(),
    };
    let mut proofs = Vec::with_capacity(tags.len());
    for tag in tags {
        proofs.push(kept.prove(tx, *tag).await?);
    }
    Ok(proofs)
}

/// What was read of one day.
struct Kept {
    rooted: Rooted,
    parts: HashMap<u64, Vec<SubjectTag>>,
    nodes: HashMap<Node, Hash>,
}

impl Kept {
    async fn prove(&mut self, tx: &mut Tx, tag: SubjectTag) -> Result<DayProof, StoreError> {
        let part = self.part_of(tx, tag).await?;
        let held = self.part(tx, part).await?;
        let first = part * TAGS_OF_A_PART;
        match held.binary_search(&tag) {
            Ok(place) => Ok(DayProof::Present(self.inclusion(tx, first + place as u64).await?)),
            Err(place) => {
                let place = first + place as u64;
                let left = match place.checked_sub(1) {
                    Some(left) => Some(self.inclusion(tx, left).await?),
                    None => None,
                };
                let right = match place < self.rooted.count {
                    true => Some(self.inclusion(tx, place).await?),
                    false => None,
                };
                Ok(DayProof::Absent(AbsenceProof { left, right }))
            }
        }
    }

    /// The row in which the tag is, if it is anywhere.
    async fn part_of(&self, tx: &mut Tx, tag: SubjectTag) -> Result<u64, StoreError> {
        let row = tx
            .query_opt(
                "-- store::day_index::part_of
                 select part from access_day_tags where day = $1 and first <= $2
                 order by part desc limit 1",
                &[self.day().into(), tag.as_bytes().to_vec().into()],
            )
            .await?;
        match row {
            Some(row) => u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a number")),
            None => Ok(0),
        }
    }

    async fn inclusion(&mut self, tx: &mut Tx, place: u64) -> Result<InclusionProof, StoreError> {
        let damaged = || StoreError::corrupt("access_day_tags", "tags");
        let plan = inclusion_plan(place, self.rooted.count).map_err(|_| damaged())?;
        for node in plan.nodes() {
            match node.level < LEVELS_OF_A_PART {
                true => drop(self.part(tx, part_under(node)).await?),
                false => self.node(tx, node).await?,
            }
        }
        let path = plan.prove(|node| self.hash(node).ok_or_else(damaged))?;
        let part = self.part(tx, place / TAGS_OF_A_PART).await?;
        let within = usize::try_from(place % TAGS_OF_A_PART).unwrap_or(usize::MAX);
        Ok(InclusionProof {
            tag: *part.get(within).ok_or_else(damaged)?,
            index: place,
            path,
        })
    }

    fn hash(&self, node: Node) -> Option<Hash> {
        if node.level >= LEVELS_OF_A_PART {
            return self.nodes.get(&node).copied();
        }
        let part = part_under(node);
        let first = usize::try_from((node.index << node.level) - part * TAGS_OF_A_PART).ok()?;
        let tags = self.parts.get(&part)?.get(first..first + (1 << node.level))?;
        Some(tags_root(tags))
    }

    async fn part(&mut self, tx: &mut Tx, part: u64) -> Result<&[SubjectTag], StoreError> {
        if !self.parts.contains_key(&part) {
            let row = tx
                .query_opt(
                    "-- store::day_index::part
                     select tags from access_day_tags where day = $1 and part = $2",
                    &[self.day().into(), number(part).into()],
                )
                .await?;
            let tags = match row {
                Some(row) => {
                    let (tags, rest) = row.blob(0)?.as_chunks::<16>();
                    if !rest.is_empty() {
                        return Err(row.inconsistent(0, "tags"));
                    }
                    tags.iter().copied().map(SubjectTag::from_bytes).collect()
                }
                // An empty day has no rows.
                None => Vec::new(),
            };
            self.parts.insert(part, tags);
        }
        Ok(self.parts.get(&part).map_or(&[], Vec::as_slice))
    }

    async fn node(&mut self, tx: &mut Tx, node: Node) -> Result<(), StoreError> {
        if self.nodes.contains_key(&node) {
            return Ok(());
        }
        let row = tx
            .query_opt(
                "-- store::day_index::node
                 select hash from access_day_node where day = $1 and level = $2 and idx = $3",
                &[
                    self.day().into(),
                    i64::from(node.level).into(),
                    number(node.index).into(),
                ],
            )
            .await?;
        if let Some(row) = row {
            self.nodes.insert(node, Hash::from_bytes(row.array(0)?));
        }
        Ok(())
    }

    fn day(&self) -> i64 {
        i64::from(self.rooted.day.number())
    }
}

/// The row of tags that a node below the rows lies over.
fn part_under(node: Node) -> u64 {
    (node.index << node.level) >> LEVELS_OF_A_PART
}
