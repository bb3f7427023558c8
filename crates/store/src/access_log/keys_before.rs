//! The keys of the logs that this one continues, compared with those that a folder knows to have ended in it. A log that
//! published nothing has no other proof of its key.

use super::checked::Finding;
use crate::StoreError;
use crate::public_log;

type Key = [u8; 32];

/// Names the rows whose keys are not among those that the folder knows to have `ended` in it, or not in their order.
pub async fn check_keys_before(db: &crate::Db, ended: &[Key]) -> Result<Vec<Finding>, StoreError> {
    let read = db.read("store::access_log::check_keys_before", |tx| {
        Box::pin(public_log::readable_before(tx))
    });
    let (before, _) = read.await?;
    let keys: Vec<Key> = before
        .iter()
        .map(|before| *before.verifier.public_key())
        .collect();
    let unlike = before.iter().zip(fitting(&keys, ended)).filter(|(_, fits)| !fits);
    Ok(unlike
        .map(|(before, _)| Finding::BeforeKey { k: before.k })
        .collect())
}

/// Which of the keys are in the longest row of them that is in `ended` too, in one order. The folder may know of a log that the
/// database never had, and one altered row is not to make the others look altered. Of two such rows of the same length it is the
/// one with more keys in the place, counted from the front or from the back, that they have in the other.
fn fitting(keys: &[Key], ended: &[Key]) -> Vec<bool> {
    let both = keys.len().min(ended.len());
    let worth = |i: usize, j: usize| {
        let in_its_place = i == j || keys.len() - i == ended.len() - j;
        both + 1 + usize::from(in_its_place)
    };
    // For each key, and one behind the last: what is to be had of it and those after it, by where in `ended` one begins.
    let mut had = vec![vec![0; ended.len() + 1]];
    for (i, key) in keys.iter().enumerate().rev() {
        let after = had.last().map_or(&[][..], Vec::as_slice);
        let mut here = vec![0; ended.len() + 1];
        let mut best = 0;
        for (j, other) in ended.iter().enumerate().rev() {
            let taken = match key == other {
                true => at(after, j + 1) + worth(i, j),
                false => 0,
            };
            best = best.max(at(after, j)).max(taken);
            if let Some(here) = here.get_mut(j) {
                *here = best;
            }
        }
        had.push(here);
    }
    let mut from = 0;
    let pairs = had.iter().rev().zip(had.iter().rev().skip(1));
    pairs
        .map(|(here, after)| {
            if at(here, from) == at(after, from) {
                return false;
            }
            while at(here, from) == at(here, from + 1) {
                from += 1;
            }
            from += 1;
            true
        })
        .collect()
}

fn at(row: &[usize], place: usize) -> usize {
    row.get(place).copied().unwrap_or_default()
}
