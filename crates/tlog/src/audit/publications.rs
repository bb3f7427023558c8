//! The published heads: each signed, numbered without gaps, never smaller than the one before.

use std::num::NonZeroUsize;

use super::{Check, Failure, Finding, Place, Progress, Published, in_order, read};
use crate::note::MAX_NOTE;
use crate::policy::{Endorsed, Met, Policy};
use crate::{Checkpoint, Hash};

/// The heads of a log, in the order of their sizes, each size once.
#[derive(Debug)]
pub(super) struct Heads {
    pub(super) origin: String,
    pub(super) heads: Vec<Head>,
    /// How many are numbered.
    pub(super) publications: u64,
    /// How many of these lack the policy's quorum.
    pub(super) without_quorum: u64,
    /// The newest note.
    pub(super) newest: Endorsed,
}

/// What the entries must give.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) size: u64,
    pub(super) root: Hash,
    /// Where it was first read.
    pub(super) place: Place,
}

impl Heads {
    pub(super) const fn size(&self) -> u64 {
        self.newest.checkpoint.size()
    }
}

/// Reads and checks every publication and the newest note.
pub(super) fn publications<P: Published>(
    published: &P,
    policy: &Policy,
    workers: NonZeroUsize,
    progress: &mut dyn FnMut(Progress),
) -> Result<Heads, Failure<P::Error>> {
    let latest = read::latest(published)?;
    let (mut row, mut without_quorum, mut done) = (Row::default(), 0, 0);
    in_order::run(
        latest,
        workers,
        |before| numbered(published, policy, before + 1),
        |endorsed| {
            let endorsed = endorsed?;
            done += 1;
            row.add(&endorsed.checkpoint, Place::Publication(done))?;
            without_quorum += u64::from(endorsed.quorum == Met::No);
            progress(Progress::Publications { done, of: latest });
            Ok::<(), Failure<P::Error>>(())
        },
    )?;
    let newest =
        note(published, policy, "checkpoint", || Place::Newest)?.ok_or(Failure::NoLog("checkpoint"))?;
    row.add(&newest.checkpoint, Place::Newest)?;
    if newest.quorum == Met::No {
        let sentence = format!(
            "{} of the {} witnesses in the policy cosigned it, and these are not enough",
            newest.cosigned.iter().flatten().count(),
            newest.cosigned.len()
        );
        return Err(Finding::new(Check::Quorum, Place::Newest, sentence).into());
    }
    Ok(Heads {
        origin: newest.checkpoint.origin().to_owned(),
        heads: row.heads,
        publications: latest,
        without_quorum,
        newest,
    })
}

fn numbered<P: Published>(
    published: &P,
    policy: &Policy,
    number: u64,
) -> Result<Endorsed, Failure<P::Error>> {
    let place = || Place::Publication(number);
    note(published, policy, &format!("checkpoints/{number}"), place)?.ok_or_else(|| {
        let sentence = "it is not there, though a later one is: publications are numbered without gaps";
        Finding::new(Check::Publication, place(), sentence).into()
    })
}

pub(super) fn note<P: Published>(
    published: &P,
    policy: &Policy,
    name: &str,
    place: impl Fn() -> Place,
) -> Result<Option<Endorsed>, Failure<P::Error>> {
    let Some(bytes) = read::file(published, name, MAX_NOTE, Check::Signature, &place)? else {
        return Ok(None);
    };
    let endorsed = policy.open(&bytes);
    let endorsed = endorsed.map_err(|error| Finding::new(Check::Signature, place(), error.to_string()))?;
    Ok(Some(endorsed))
}

/// The heads so far.
#[derive(Default)]
pub(super) struct Row {
    origin: Option<String>,
    pub(super) heads: Vec<Head>,
}

impl Row {
    pub(super) fn add(&mut self, checkpoint: &Checkpoint, place: Place) -> Result<(), Finding> {
        let wrong = |place, sentence| Err(Finding::new(Check::Publication, place, sentence));
        if self.origin.get_or_insert_with(|| checkpoint.origin().to_owned()) != checkpoint.origin() {
            return wrong(
                place,
                "it is of another log than the first publication".to_owned(),
            );
        }
        let (size, root) = (checkpoint.size(), *checkpoint.root());
        match self.heads.last() {
            Some(before) if size < before.size => {
                let sentence = format!(
                    "it has {size} entries and {} had {} before it: the log was rolled back",
                    before.place, before.size
                );
                return wrong(place, sentence);
            }
            Some(before) if size == before.size && root != before.root => {
                let sentence = format!(
                    "it has the size of {} and another root: the log was forked",
                    before.place
                );
                return wrong(place, sentence);
            }
            Some(before) if size == before.size => {}
            _ => self.heads.push(Head { size, root, place }),
        }
        Ok(())
    }
}
