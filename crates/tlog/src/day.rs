//! The index of a day: a Merkle tree over the day's subject tags in ascending order, rooted in a log entry.
//!
//! A person who knows their tags 0, 1, 2… of a day proves completeness with inclusion of 0…n−1 and absence of n: one
//! or two kilobytes and no scan of the log. Whoever scans can rebuild the tree, since each access leaf carries its tag
//! and its hour.

use crate::hash::fold;
use crate::leaf::{Day, DayRoot};
use crate::node::perfect;
use crate::{
    Hash, Node, ProofError, SubjectTag, empty_root, inclusion_plan, leaf_hash, node_hash, subject_tag,
    verify_inclusion,
};

/// Nodes below this level are computed when asked for, which keeps the index at 20 bytes for each tag.
const KEPT_FROM: u8 = 4;

/// A day has the same tag twice: one of the two reads would be hidden from the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("indexing a day: the tag {0:?} occurs twice, so a person's counter was used twice")]
pub struct DuplicateTag(pub SubjectTag);

/// A day's proofs do not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DayProofError {
    #[error("the proof of a tag's place: {0}")]
    Place(#[from] ProofError),
    #[error("the proof is about another tag than the one asked for")]
    OtherTag,
    #[error("the neighbours do not enclose the absent tag")]
    NotEnclosed,
    #[error("the day's root says that it has no tags, and is not the root of an empty tree")]
    NotEmpty,
}

/// A tag and its place in the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    pub tag: SubjectTag,
    pub index: u64,
    pub path: Vec<Hash>,
}

/// The neighbours between which an absent tag would stand. Before the first tag there is only a right one, after the
/// last only a left one, in an empty day neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceProof {
    pub left: Option<InclusionProof>,
    pub right: Option<InclusionProof>,
}

/// The answer about one tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayProof {
    Present(InclusionProof),
    Absent(AbsenceProof),
}

/// One day's tags, sorted, ready to prove.
#[derive(Debug, Clone)]
pub struct DayIndex {
    day: Day,
    tags: Vec<SubjectTag>,
    /// The complete nodes of level `KEPT_FROM` and above.
    levels: Vec<Vec<Hash>>,
}

impl DayIndex {
    /// The index over all tags of the day, in any order.
    pub fn new(day: Day, mut tags: Vec<SubjectTag>) -> Result<Self, DuplicateTag> {
        tags.sort_unstable();
        let twice = tags
            .iter()
            .zip(tags.iter().skip(1))
            .find(|(one, next)| one == next);
        if let Some((tag, _)) = twice {
            return Err(DuplicateTag(*tag));
        }
        let mut levels = Vec::new();
        let mut row: Vec<Hash> = tags
            .as_chunks::<{ 1 << KEPT_FROM }>()
            .0
            .iter()
            .map(|tags| tags_root(tags))
            .collect();
        while !row.is_empty() {
            let above = row
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[left, right]| node_hash(left, right))
                .collect();
            levels.push(std::mem::replace(&mut row, above));
        }
        Ok(Self { day, tags, levels })
    }

    /// What the log entry of the day says.
    pub fn root(&self) -> DayRoot {
        let subtrees: Vec<Hash> = perfect(0, self.count())
            .into_iter()
            .filter_map(|node| self.node(node))
            .collect();
        DayRoot {
            day: self.day,
            count: self.count(),
            root: fold(&subtrees).unwrap_or_else(empty_root),
        }
    }

    /// Proves that the tag is in the day, or that it is not.
    pub fn prove(&self, tag: SubjectTag) -> DayProof {
        match self.tags.binary_search(&tag) {
            Ok(place) => match self.inclusion(place) {
                Some(proof) => DayProof::Present(proof),
                None => unreachable!("the tag was found at this place"),
            },
            Err(place) => DayProof::Absent(AbsenceProof {
                left: place.checked_sub(1).and_then(|place| self.inclusion(place)),
                right: self.inclusion(place),
            }),
        }
    }

    /// The day's tags in ascending order.
    pub fn tags(&self) -> &[SubjectTag] {
        &self.tags
    }

    fn count(&self) -> u64 {
        self.tags.len() as u64
    }

    fn inclusion(&self, place: usize) -> Option<InclusionProof> {
        let index = place as u64;
        let plan = inclusion_plan(index, self.count()).ok()?;
        let path = plan.prove(|node| self.node(node).ok_or(())).ok()?;
        Some(InclusionProof {
            tag: *self.tags.get(place)?,
            index,
            path,
        })
    }

    /// The hash of a complete node of the day's tree; nothing for one that is not complete.
    pub fn node(&self, node: Node) -> Option<Hash> {
        if let Some(kept) = node.level.checked_sub(KEPT_FROM) {
            return self
                .levels
                .get(usize::from(kept))?
                .get(node.index as usize)
                .copied();
        }
        let first = (node.index << node.level) as usize;
        self.tags.get(first..first + (1 << node.level)).map(tags_root)
    }
}

impl DayRoot {
    /// Checks that `tag` is in the day.
    pub fn verify_present(&self, tag: SubjectTag, proof: &InclusionProof) -> Result<(), DayProofError> {
        if proof.tag != tag {
            return Err(DayProofError::OtherTag);
        }
        self.verify_place(proof)
    }

    /// Checks that `tag` is not in the day.
    pub fn verify_absent(&self, tag: SubjectTag, proof: &AbsenceProof) -> Result<(), DayProofError> {
        for neighbour in proof.left.iter().chain(&proof.right) {
            self.verify_place(neighbour)?;
        }
        let place = |neighbour: &InclusionProof| (neighbour.tag, neighbour.index);
        self.verify_between(
            tag,
            proof.left.as_ref().map(place),
            proof.right.as_ref().map(place),
        )
    }

    /// Checks that a tag would stand between these neighbours, each given with its place, of which it is known that they are
    /// in the day: see [`AbsenceProof`].
    pub fn verify_between(
        &self,
        tag: SubjectTag,
        left: Option<(SubjectTag, u64)>,
        right: Option<(SubjectTag, u64)>,
    ) -> Result<(), DayProofError> {
        let enclosed = match (left, right) {
            (Some((left, at)), Some((right, after))) => {
                left < tag && tag < right && at.checked_add(1) == Some(after)
            }
            (Some((left, at)), None) => left < tag && at.checked_add(1) == Some(self.count),
            (None, Some((right, at))) => tag < right && at == 0,
            (None, None) => {
                return if self.is_empty() {
                    Ok(())
                } else {
                    Err(DayProofError::NotEmpty)
                };
            }
        };
        if enclosed {
            Ok(())
        } else {
            Err(DayProofError::NotEnclosed)
        }
    }

    /// Checks that a person had exactly as many entries in the day as there are inclusion proofs, in the order of the
    /// person's counter, followed by the absence of the next.
    pub fn verify_complete(
        &self,
        month_key: &[u8; 32],
        present: &[InclusionProof],
        next: &AbsenceProof,
    ) -> Result<(), DayProofError> {
        let mut i = 0;
        for proof in present {
            self.verify_present(subject_tag(month_key, self.day, i), proof)?;
            i += 1;
        }
        self.verify_absent(subject_tag(month_key, self.day, i), next)
    }

    fn verify_place(&self, proof: &InclusionProof) -> Result<(), DayProofError> {
        let leaf = leaf_hash(proof.tag.as_bytes());
        Ok(verify_inclusion(
            &leaf,
            proof.index,
            self.count,
            &proof.path,
            &self.root,
        )?)
    }

    fn is_empty(&self) -> bool {
        self.count == 0 && self.root == empty_root()
    }
}

/// The hash of the perfect subtree over a power of two of tags, which are in ascending order.
pub fn tags_root(tags: &[SubjectTag]) -> Hash {
    match tags {
        [] => empty_root(),
        [tag] => leaf_hash(tag.as_bytes()),
        _ => {
            let (left, right) = tags.split_at(tags.len() / 2);
            node_hash(&tags_root(left), &tags_root(right))
        }
    }
}
