//! Publishing: the newest committed head, once a second at most, with the signatures of the witnesses; and each day's root.

use pramaan_domain::time::Timestamp;
use pramaan_store::outside::KeptHead;
use pramaan_store::public_log::{self, Publication, Tiles};
use pramaan_store::{Db, StoreError, day_index};
use pramaan_tlog::{Checkpoint, Hash, Note, consistency_plan, verify_consistency};

use super::cosigner::{Consistency, Proving};
use crate::App;

/// How long witnesses are not asked again while nothing is new, in seconds: that they answer is worth knowing.
const ASKED_AGAIN_SECONDS: i64 = 60;

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    Now(Publication),
    /// Nothing is new, or another node was first.
    Nothing,
}

/// Whether the log goes on from a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continued {
    Yes,
    /// The log ends before it: entries that somebody has seen are lost.
    Behind {
        ours: u64,
    },
    /// Another log of the same name.
    No,
}

impl App {
    /// Publishes the head that this node last saw committed, when it is new.
    ///
    /// # Errors
    /// `Unwitnessed` while fewer witnesses sign than the policy asks for, and `LogDamaged` when the newest entries in the
    /// database do not give the head that was signed over them: nothing is published then.
    pub async fn publish_log(&self) -> Result<Published, StoreError> {
        self.0.log.goes_on()?;
        let Some(head) = self.0.log.known_head() else {
            return Ok(Published::Nothing);
        };
        let now = self.now();
        let newest = self.newest_publication().await?;
        let is_new = newest
            .as_ref()
            .is_none_or(|newest| newest.size < head.edge.size());
        let witnessed = &self.0.witnessed;
        witnessed.tell(now);
        if !is_new && (!witnessed.cosigners.are_there() || witnessed.seconds_since(now) < ASKED_AGAIN_SECONDS)
        {
            return Ok(Published::Nothing);
        }
        if is_new {
            self.as_signed(&head).await?;
        }
        let note = self.cosigned(&head, now).await?;
        match is_new {
            true => self.publish(head, note, now).await,
            false => Ok(Published::Nothing),
        }
    }

    /// Counts from the newest publication, which the witnesses signed: a restart earns no time without them.
    pub async fn count_from_last_publication(&self) -> Result<(), StoreError> {
        if let Some(newest) = self.newest_publication().await? {
            self.0.witnessed.since(newest.at.min(self.now()));
        }
        Ok(())
    }

    /// Whether this log continues a head that somebody has seen of it.
    pub async fn continues(&self, seen: &Checkpoint) -> Result<Continued, StoreError> {
        let Some(head) = self.0.log.known_head() else {
            return Ok(Continued::Behind { ours: 0 });
        };
        let (ours, root) = (head.edge.size(), head.edge.root());
        if seen.size() > ours {
            return Ok(Continued::Behind { ours });
        }
        let proofs = Proofs {
            db: self.0.db.clone(),
            size: ours,
        };
        let path = proofs.from(seen.size()).await?;
        let continued = verify_consistency(seen.size(), ours, &path, seen.root(), &root);
        Ok(match continued {
            Ok(()) => Continued::Yes,
            Err(_) => Continued::No,
        })
    }

    /// Compares the newest entries with the head before anybody is promised them.
    async fn as_signed(&self, head: &KeptHead) -> Result<(), StoreError> {
        let (size, root) = (head.edge.size(), head.edge.root());
        let compared = self.0.db.read("app::public_log::as_signed", move |tx| {
            Box::pin(async move { public_log::edge_gives(tx, size, root).await })
        });
        compared.await
    }

    /// The head's note with the lines of the witnesses under it.
    async fn cosigned(&self, head: &KeptHead, now: Timestamp) -> Result<String, StoreError> {
        let proofs = Proofs {
            db: self.0.db.clone(),
            size: head.edge.size(),
        };
        let witnessed = &self.0.witnessed;
        let cosigned = witnessed
            .cosigners
            .cosign(&head.checkpoint, &proofs)
            .await
            .map_err(|few| {
                tracing::warn!(reason = %few, "the head of the access log waits for its witnesses");
                StoreError::Unwitnessed {
                    seconds: witnessed.seconds_since(now),
                }
            })?;
        witnessed.signed(now);
        let lines: String = cosigned.lines.iter().map(|line| format!("{line}\n")).collect();
        let note = format!("{}{lines}", head.checkpoint);
        // What does not read as a note would be published for ever.
        Note::parse(note.as_bytes()).map_err(|_| StoreError::corrupt("access_publication", "note"))?;
        Ok(note)
    }

    async fn publish(&self, head: KeptHead, note: String, now: Timestamp) -> Result<Published, StoreError> {
        let origin = self.0.log.origin();
        let published = self.0.db.write("app::public_log::publish", move |tx| {
            Box::pin(async move {
                public_log::keep_policy(tx, &pramaan_policy::matrix()).await?;
                public_log::publish(tx, &origin, &head, &note, now).await
            })
        });
        Ok(published.await?.map_or(Published::Nothing, Published::Now))
    }

    /// Roots the days that have ended, oldest first, each in a transaction of its own; answers how many. A server that was off
    /// for a year owes them all: whoever asks for their list meanwhile is told that the log is late.
    ///
    /// # Errors
    /// As `day_index::root_next`: a day whose leaves do not give the signed head gets no root.
    pub async fn root_days(&self) -> Result<usize, StoreError> {
        let mut rooted = 0;
        while let Some(_day) =
            day_index::root_next(&self.0.db, &self.0.sealer, &self.0.log, self.now()).await?
        {
            rooted += 1;
        }
        Ok(rooted)
    }
}

/// Consistency proofs out of the database's tiles.
struct Proofs {
    db: Db,
    size: u64,
}

impl Consistency for Proofs {
    fn from(&self, old: u64) -> Proving<'_> {
        let size = self.size;
        Box::pin(self.db.read("app::public_log::consistency", move |tx| {
            Box::pin(async move { consistency(tx, old, size).await })
        }))
    }
}

async fn consistency(tx: &mut pramaan_store::Tx, old: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    let damaged = || StoreError::corrupt("access_node", "hash");
    let plan = consistency_plan(old, size).map_err(|_| damaged())?;
    let mut tiles = Tiles::of(size);
    tiles.fetch(tx, plan.nodes()).await?;
    plan.prove(|node| tiles.node(node).ok_or_else(damaged))
}
