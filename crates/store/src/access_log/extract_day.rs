//! What a day's index says of one person, also where it says something else than what is kept here.

use pramaan_tlog::{AbsenceProof, DayProof, InclusionProof};

use crate::StoreError;
use crate::day_index::{self, Rooted};
use crate::db::Tx;
use crate::tag_key::TagKey;

/// Entries that a day's index may have of a person beyond those that are kept, before looking for the last is given up.
const FURTHER: u32 = 64;

/// How many entries of a person a day has in the log, proven.
pub(super) struct Indexed {
    /// Of the person's tags 0, 1, 2… in that order.
    pub(super) present: Vec<InclusionProof>,
    /// Of the tag after them.
    pub(super) absent: AbsenceProof,
}

/// Proves the tags of a day, from the first to the first that is not there. `kept` is how many
/// entries there should be; when somebody removed some here, the index still has them, and the proofs say so.
///
/// # Errors
/// `Corrupt` for an index that has far more than are kept, or that cannot be proven from.
pub(super) async fn indexed(
    tx: &mut Tx,
    rooted: Rooted,
    (key, kept): (&TagKey, u32),
) -> Result<Indexed, StoreError> {
    let mut present = Vec::new();
    let expected = kept.saturating_add(1);
    for numbers in [0..expected, expected..expected.saturating_add(FURTHER)] {
        let tags = numbers.map(|i| key.tag(rooted.day, i));
        let tags = tags.collect::<Result<Vec<_>, _>>()?;
        for proof in day_index::prove(tx, rooted, &tags).await? {
            match proof {
                DayProof::Present(proof) => present.push(proof),
                DayProof::Absent(absent) => return Ok(Indexed { present, absent }),
            }
        }
    }
    Err(StoreError::corrupt("access_day_tags", "tags"))
}
