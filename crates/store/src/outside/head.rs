//! The last head that this node saw committed, and whether the database's log continues it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pramaan_tlog::{Checkpoint, CompactRange, Verifier, leaf_hash};
use tokio::sync::watch;

use super::Fork;
use super::file::{self, Writer};
use crate::StoreError;
use crate::access_log::{self, Head};
use crate::db::{Db, Tx};
use crate::sealer::Sealer;

/// How long the writer rests after each write, in milliseconds: as long as writes succeed, the file is at most this, and
/// one sync, behind.
pub const HEAD_PAUSE_MILLIS: u64 = 100;
/// Leaves read at once while a log is compared.
const CHUNK: u64 = 10_000;
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
        let verifier = Verifier::new(origin, &sealer.keys.log_public_key()).ok()?;
        let signed = Checkpoint::open(checkpoint.as_bytes(), &verifier).ok()?;
        let whole = signed.size() == edge.size() && *signed.root() == edge.root();
        whole.then(|| Self {
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

    /// Keeps `head`, unless what is kept is larger: a server and the commands beside it write the same file, and none takes
    /// back what another has seen committed.
    pub fn write(&self, head: &KeptHead) -> Result<(), StoreError> {
        self.written(|| {
            let writer = Writer::lock(&self.0)?;
            match self.held()? > Some(head.edge.size()) {
                true => Ok(()),
                false => writer.replace(head.to_text().as_bytes()),
            }
        })
    }

    /// Keeps the head of a log that was adopted, even when a larger one is given up with it.
    pub fn adopt(&self, head: &KeptHead) -> Result<(), StoreError> {
        self.written(|| Writer::lock(&self.0)?.replace(head.to_text().as_bytes()))
    }

    fn written(&self, write: impl FnOnce() -> io::Result<()>) -> Result<(), StoreError> {
        write().map_err(|error| file::failed("writing", &self.0, &error))
    }

    /// How many entries the kept head is over; `None` when there is none, or none that reads. Trusts the number: a wrong
    /// one is found at the next start, which asks for the signature.
    fn held(&self) -> io::Result<Option<u64>> {
        match std::fs::read_to_string(&*self.0) {
            Ok(text) => Ok(edge(&text).map(|(edge, _)| edge.size())),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Writes each new head, the newest only where several came meanwhile, until the sender is dropped. One that could not
    /// be written is tried again after the pause, with what is newest then.
    pub(crate) async fn follow(self, mut heads: watch::Receiver<Option<KeptHead>>) {
        let mut failing = false;
        while heads.changed().await.is_ok() {
            let Some(head) = heads.borrow_and_update().clone() else {
                continue;
            };
            let file = self.clone();
            let written = tokio::task::spawn_blocking(move || file.write(&head)).await;
            if let Ok(Err(error)) = &written {
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
            failing = matches!(written, Ok(Err(_)));
            tokio::time::sleep(Duration::from_millis(HEAD_PAUSE_MILLIS)).await;
        }
    }
}

/// Keeps the head as it is committed now, unless a larger one is kept.
pub async fn keep(db: &Db, origin: &str, file: &HeadFile) -> Result<(), StoreError> {
    let origin = origin.to_owned();
    let head = db.read("store::outside::keep", move |tx| {
        Box::pin(async move { access_log::head(tx, &origin).await })
    });
    let head = head.await?.ok_or(StoreError::NoLog)?;
    file.write(&KeptHead::from(&head))
}

/// Refuses a log that does not continue `kept`. Reads the leaves since then, and no others.
///
/// # Errors
/// `Fork` when the log is shorter, is another one, or is not empty while nothing was kept.
pub async fn check(db: &Db, origin: &str, kept: Option<KeptHead>) -> Result<(), StoreError> {
    let origin = origin.to_owned();
    db.read("store::outside::check", move |tx| {
        Box::pin(async move {
            let head = access_log::head(tx, &origin).await?.ok_or(StoreError::NoLog)?;
            let found = head.edge.size();
            let Some(kept) = kept else {
                return match found {
                    0 => Ok(()),
                    found => Err(Fork::Unknown { found }.into()),
                };
            };
            let (mut edge, kept) = (kept.edge.clone(), kept.edge.size());
            if found < kept {
                return Err(Fork::Behind { kept, found }.into());
            }
            while edge.size() < found {
                let before = edge.size();
                extend(tx, &origin, &mut edge, found).await?;
                if edge.size() == before {
                    break;
                }
            }
            match edge.size() == found && edge.root() == head.edge.root() {
                true => Ok(()),
                false => Err(Fork::Differs { kept, found }.into()),
            }
        })
    })
    .await
}

/// Hashes the next leaves on.
async fn extend(tx: &mut Tx, origin: &str, edge: &mut CompactRange, found: u64) -> Result<(), StoreError> {
    let number = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
    let until = found.min(edge.size() + CHUNK);
    let rows = tx
        .query(
            "-- store::outside::extend
             select leaf from access_leaf where origin = $1 and idx >= $2 and idx < $3 order by idx",
            &[origin.into(), number(edge.size()).into(), number(until).into()],
        )
        .await?;
    for row in rows {
        edge.append(leaf_hash(row.blob(0)?));
    }
    Ok(())
}
