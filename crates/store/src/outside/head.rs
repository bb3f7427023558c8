//! The last head that this node saw committed, in a file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pramaan_tlog::{CompactRange, Verifier};
use tokio::sync::watch;

use super::continued::{check, is_signed, opens};
use super::file::{self, Writer};
use super::published::{Published, path_beside};
use super::{Fork, Seen};
use crate::StoreError;
use crate::access_log::Head;
use crate::access_log::committed::Stopped;
use crate::db::Db;
use crate::sealer::Sealer;

/// How long the writer rests after each write, in milliseconds: as long as writes succeed, the file is at most this, and
/// one sync, behind.
pub const HEAD_PAUSE_MILLIS: u64 = 100;
const FORM: &str = "pramaan-log-head/1";

/// A signed checkpoint and the right edge of its tree, so that what came later can be hashed on to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptHead {
    pub edge: CompactRange,
    pub checkpoint: String,
}

impl From<&Head> for KeptHead {
    fn from(head: &Head) -> Self {
        Self {
            edge: head.edge.clone(),
            checkpoint: head.checkpoint.clone(),
        }
    }
}

impl KeptHead {
    /// A line that names the form, a line with the edge in hexadecimal digits, and the checkpoint as it is published.
    fn to_text(&self) -> String {
        let edge: String = self
            .edge
            .to_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{FORM}\n{edge}\n{}", self.checkpoint)
    }

    /// Trusts nothing that the log's key did not sign.
    fn parse(text: &str, origin: &str, sealer: &Sealer) -> Option<Self> {
        let (edge, checkpoint) = edge(text)?;
        opens(sealer, origin, &edge, checkpoint).then(|| Self {
            edge,
            checkpoint: checkpoint.to_owned(),
        })
    }
}

/// The edge, and the checkpoint after it, whoever signed it.
fn edge(text: &str) -> Option<(CompactRange, &str)> {
    let (edge, checkpoint) = text.strip_prefix(FORM)?.strip_prefix('\n')?.split_once('\n')?;
    Some((CompactRange::from_bytes(&bytes(edge)?).ok()?, checkpoint))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    let byte = |[high, low]: &[u32; 2]| u8::try_from(high * 16 + low).ok();
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

/// The file `log-head` of a data folder.
#[derive(Debug, Clone)]
pub struct HeadFile(Arc<Path>);

impl HeadFile {
    pub fn at(path: PathBuf) -> Self {
        Self(path.into())
    }

    /// What was kept; `None` when there is no such file.
    ///
    /// # Errors
    /// `Fork::Foreign` for a file that this folder's log key did not sign.
    pub fn read(&self, origin: &str, sealer: &Sealer) -> Result<Option<KeptHead>, StoreError> {
        match std::fs::read_to_string(&self.0) {
            Ok(text) => match KeptHead::parse(&text, origin, sealer) {
                Some(kept) => Ok(Some(kept)),
                None => Err(Fork::Foreign.into()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file::failed("reading", &self.0, &error)),
        }
    }

    /// What was kept of the log with this key; `None` when there is no such file, or another log's key signed what is there.
    pub fn seen(&self, log: &Verifier) -> Result<Option<Seen>, StoreError> {
        let read = self
            .held(0)
            .map_err(|error| file::failed("reading", &self.0, &error))?;
        let kept = read.as_deref().and_then(edge);
        let signed = kept.filter(|(edge, checkpoint)| is_signed(log, edge, checkpoint));
        Ok(signed.map(|(edge, _)| Seen::from(&edge)))
    }

    /// Keeps `head`, unless what is kept is larger: a server and the commands beside it write the same file, and none takes
    /// back what another has seen committed.
    ///
    /// # Errors
    /// `Fork::Differs` when another head of this size is kept, `Fork::Foreign` when what is kept and not smaller was not
    /// signed with these keys.
    pub fn write(&self, head: &KeptHead, origin: &str, sealer: &Sealer) -> Result<Kept, StoreError> {
        let failed = |error| file::failed("writing", &self.0, &error);
        let writer = Writer::lock(&self.0).map_err(failed)?;
        if let Some(text) = self.held(head.edge.size()).map_err(failed)?
            && text != head.to_text()
        {
            let held = KeptHead::parse(&text, origin, sealer).ok_or(Fork::Foreign)?;
            let (kept, found) = (held.edge.size(), head.edge.size());
            if kept > found {
                return Ok(Kept::Larger(held));
            }
            if held.edge != head.edge {
                return Err(Fork::Differs { kept, found }.into());
            }
        }
        writer.replace(head.to_text().as_bytes()).map_err(failed)?;
        Ok(Kept::Written)
    }

    /// Keeps the head of a log that was adopted, even when a larger one is given up with it, and forgets what was published
    /// of the log before.
    pub fn adopt(&self, head: &KeptHead) -> Result<(), StoreError> {
        Writer::lock(&self.0)
            .and_then(|writer| {
                // First: a head without it is the log before, which is refused as before.
                remove(&path_beside(&self.0))?;
                writer.replace(head.to_text().as_bytes())
            })
            .map_err(|error| file::failed("writing", &self.0, &error))
    }

    /// What this folder knows to be published.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn published(&self, origin: &str, sealer: &Sealer) -> Result<Published, StoreError> {
        Published::beside(&self.0, origin, sealer)
    }

    /// What is kept, when it reads as a head over `size` entries or more, whoever signed it.
    fn held(&self, size: u64) -> io::Result<Option<String>> {
        match std::fs::read_to_string(&*self.0) {
            Ok(text) => {
                let reaches = edge(&text).is_some_and(|(edge, _)| edge.size() >= size);
                Ok(reaches.then_some(text))
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What became of a head that was to be kept.
#[must_use = "a larger head that the database does not continue is a fork"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    Written,
    /// Nothing was written: this head of ours is kept, and is larger. Either another process has written it meanwhile, or
    /// the database has lost entries.
    Larger(KeptHead),
}

/// Keeps the heads of one process.
pub(crate) struct HeadWriter {
    pub(crate) file: HeadFile,
    pub(crate) db: Db,
    pub(crate) sealer: Sealer,
    pub(crate) origin: Arc<str>,
    pub(crate) stopped: Stopped,
}

impl HeadWriter {
    /// Writes each new head, the newest only where several came meanwhile, until the sender is dropped. One that could not
    /// be written is tried again after the pause, with what is newest then.
    pub(crate) async fn follow(self, mut heads: watch::Receiver<Option<KeptHead>>) {
        let mut failing = false;
        while heads.changed().await.is_ok() {
            let Some(head) = heads.borrow_and_update().clone() else {
                continue;
            };
            let written = self.write(head).await;
            if let Err(error) = &written {
                if !failing {
                    // What is served stays right; only a database that is rolled back meanwhile would not be noticed.
                    tracing::error!(%error, "the head of the access log is not kept outside the database: trying on");
                }
                // Once nobody appends any more, whoever ends the process writes for the last time.
                if heads.has_changed().is_ok() {
                    heads.mark_changed();
                }
            } else if failing {
                tracing::warn!("the head of the access log is kept outside the database again");
            }
            failing = written.is_err();
            tokio::time::sleep(Duration::from_millis(HEAD_PAUSE_MILLIS)).await;
        }
    }

    /// Stops the log when a head is kept that the database does not continue.
    async fn write(&self, head: KeptHead) -> Result<(), StoreError> {
        let (file, origin, sealer) = (self.file.clone(), Arc::clone(&self.origin), self.sealer.clone());
        let written = tokio::task::spawn_blocking(move || file.write(&head, &origin, &sealer)).await;
        match written {
            Err(_) => Err(StoreError::unavailable("writing log-head was given up")),
            // Whoever altered the file is on this machine; the next start refuses it.
            Ok(Err(foreign @ StoreError::Fork(Fork::Foreign))) => Err(foreign),
            Ok(Ok(Kept::Larger(larger))) => {
                let found = check(&self.db, &self.sealer, &self.origin, Some(larger)).await;
                self.stopped.observe(found).map(drop)
            }
            Ok(other) => self.stopped.observe(other).map(drop),
        }
    }
}

/// Keeps the head as it is committed now, if it continues the one that is kept; answers it.
///
/// # Errors
/// As [`check`]: what was kept stays.
pub async fn keep(db: &Db, sealer: &Sealer, origin: &str, file: &HeadFile) -> Result<KeptHead, StoreError> {
    let head = check(db, sealer, origin, file.read(origin, sealer)?).await?;
    match file.write(&head, origin, sealer)? {
        Kept::Written => Ok(head),
        // A server beside this wrote it meanwhile, so the database must have it by now.
        Kept::Larger(larger) => check(db, sealer, origin, Some(larger)).await,
    }
}
