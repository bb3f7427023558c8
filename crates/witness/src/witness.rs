//! A checkpoint in, a cosignature out; between them the head is on disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use pramaan_tlog::{AddCheckpoint, Checkpoint, Note, with_line};

use crate::folder::Writing;
use crate::judge::judge;
use crate::{Folder, FolderError, Head, Log, OriginHash, Refusal, Served};

/// Seconds since 1970, UTC.
pub trait Clock: Send + Sync {
    fn seconds(&self) -> u64;
}

impl<F: Fn() -> u64 + Send + Sync> Clock for F {
    fn seconds(&self) -> u64 {
        self()
    }
}

/// The witness over its folder, which nobody else may serve at the same time. It holds no state of its own: what counts is
/// what is on disk, so a restart changes nothing.
pub struct Witness {
    served: Served,
    clock: Box<dyn Clock>,
    /// One head of a log at a time: what was checked against must be what is replaced.
    turns: Mutex<HashMap<OriginHash, Arc<Mutex<()>>>>,
}

impl Witness {
    pub fn new(served: Served, clock: Box<dyn Clock>) -> Self {
        Self {
            served,
            clock,
            turns: Mutex::default(),
        }
    }

    pub fn folder(&self) -> &Folder {
        self.served.folder()
    }

    /// Answers the body of `add-checkpoint` with the line of a cosignature. The head is durably written down before.
    ///
    /// Blocks on the disk.
    ///
    /// # Errors
    /// One [`Refusal`] for each answer that the protocol knows.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<String, Refusal> {
        let request = AddCheckpoint::decode(body).map_err(malformed)?;
        let note = Note::parse(&request.note).map_err(malformed)?;
        let log = OriginHash::of(note.text().lines().next().unwrap_or_default());
        let known = self.folder().log(log)?.ok_or(Refusal::UnknownLog)?;
        let signed = note.only(known.verifier()).map_err(|_| Refusal::NotSigned)?;
        let offered = Checkpoint::parse_body(note.text()).map_err(malformed)?;
        self.in_turn(log, |writing| self.decide(writing, &request, &offered, &signed))
    }

    /// The newest head of a log with the log's signature and ours; none when the log is not known or was never cosigned.
    ///
    /// # Errors
    /// When the disk does not say.
    pub fn newest(&self, log: OriginHash) -> Result<Option<Head>, FolderError> {
        Ok(self.folder().log(log)?.map(Log::into_head).unwrap_or_default())
    }

    fn decide(
        &self,
        writing: &Writing<'_>,
        request: &AddCheckpoint,
        offered: &Checkpoint,
        signed: &str,
    ) -> Result<String, Refusal> {
        let newest = writing.head()?;
        let cosigned = newest.as_ref().map(|head| &head.checkpoint);
        if let Some(cosigned) = cosigned
            && cosigned.size() == offered.size()
            && cosigned.root() != offered.root()
        {
            tracing::error!(
                size = offered.size(),
                "a log signed two heads of one size: it forked"
            );
            writing.keep_fork(signed)?;
        }
        judge(request, offered, cosigned)?;
        // What was signed stays the earlier, whatever the clock says now.
        let signed_last = newest.as_ref().map_or(0, |head| head.seconds);
        let line = self
            .folder()
            .key()
            .cosign(&offered.body(), self.clock.seconds().max(signed_last))
            .map_err(FolderError::Cosigning)?;
        let cosigned = with_line(signed, &line).map_err(FolderError::Cosigning)?;
        // Ed25519 gives one signature a second: whoever repeats a head as fast as they can costs us no disk.
        if newest.is_none_or(|newest| newest.note != cosigned) {
            writing.replace_head(&cosigned)?;
        }
        Ok(line)
    }

    fn in_turn<T>(
        &self,
        log: OriginHash,
        work: impl FnOnce(&Writing<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(log).or_default())
        };
        // A panic within left the disk as it was, or with the new head: both are right.
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        work(&self.served.writing(log))
    }
}

fn malformed(error: impl std::error::Error) -> Refusal {
    Refusal::Malformed(error.to_string())
}
