//! Publishing: the newest committed head, once a second at most, with the signatures of the witnesses.

use pramaan_domain::time::Timestamp;
use pramaan_store::StoreError;
use pramaan_store::outside::KeptHead;
use pramaan_store::public_log::{self, Mark, Publication};
use pramaan_tlog::Note;

use super::compare::Proofs;
use super::progress::Unpublished;
use crate::App;

/// How long witnesses are not asked again while nothing is new, in seconds: that they answer is worth knowing.
const ASKED_AGAIN_SECONDS: i64 = 60;
/// Heads are published so far apart at least, whichever node publishes them; microseconds.
const APART: i64 = 1_000_000;

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    Now(Publication),
    /// Nothing is new, or another node was first.
    Nothing,
}

/// Why a head is published.
#[derive(Debug, Clone, Copy)]
enum Occasion {
    /// There are new entries.
    Grown,
    /// This is the newest publication, over as many, and witnesses that are asked now are not on it.
    Lacking(Mark),
}

impl App {
    /// Publishes the head that this node last saw committed, when it is new. What was published last is compared with what
    /// this node knows to be published: who writes the database cannot end or turn back publication unseen. A head that was
    /// published without enough of the witnesses is published once more with them: auditors look at the newest.
    ///
    /// # Errors
    /// `Uncosigned` while fewer witnesses sign than the policy asks for, and `LogDamaged` when the newest entries in the
    /// database do not give the head that was signed over them: nothing is published then. `Unanswered` while the witnesses
    /// have not said since the start what they have seen. `Fork` stops the log.
    pub async fn publish_log(&self) -> Result<Published, StoreError> {
        self.0.log.goes_on()?;
        let now = self.now();
        self.0.witnessed.tell(now);
        self.hear_witnesses().await?;
        let Some(head) = self.0.log.known_head() else {
            return Ok(Published::Nothing);
        };
        let size = head.edge.size();
        self.0.progress.tell(size, now);
        let last = self.last_publication().await?;
        let published = last.as_ref().map_or(0, |last| last.size);
        if last.is_some() {
            self.0.progress.saw(published, size, now);
        }
        match &last {
            Some(last) if published == size && !self.lacks_witnesses(last) => {
                self.ask_again(&head, now).await
            }
            Some(_) if published > size => Ok(Published::Nothing),
            Some(last) if self.is_of_another(last, now) => Ok(Published::Nothing),
            Some(last) if published == size => self.publish(head, Occasion::Lacking(last.mark()), now).await,
            _ => self.publish(head, Occasion::Grown, now).await,
        }
    }

    /// What is committed and not published, for whoever watches the server.
    pub fn unpublished(&self) -> Unpublished {
        let size = self.0.log.known_head().map_or(0, |head| head.edge.size());
        self.0.progress.unpublished(size, self.now())
    }

    /// The newest publication, compared with what is known, and remembered. When enough witnesses are on it, they signed then.
    async fn last_publication(&self) -> Result<Option<Publication>, StoreError> {
        let known = self.0.log.published().known();
        let read = self.of_log(move |tx, sealer, origin| {
            Box::pin(async move { public_log::last(tx, (&sealer, &origin), known).await })
        });
        let last = self.0.log.observe(read.await)?;
        if let Some(last) = &last {
            self.remember(last).await?;
            let witnessed = &self.0.witnessed;
            if self.0.progress.is_first_look(last.number) && witnessed.cosigners.are_enough_on(&last.note) {
                witnessed.signed(last.at.min(self.now()));
            }
        }
        Ok(last)
    }

    /// A file that cannot be written is told of; the process remembers all the same.
    ///
    /// # Errors
    /// `Fork` when the file knows another text of this number: another server gave it.
    async fn remember(&self, publication: &Publication) -> Result<(), StoreError> {
        let (published, mark) = (self.0.log.published().clone(), publication.mark());
        if published.known() == Some(mark) {
            return Ok(());
        }
        let kept = tokio::task::spawn_blocking(move || published.keep(mark)).await;
        match kept {
            Ok(Err(error @ StoreError::Fork(_))) => self.0.log.observe(Err(error)),
            Ok(Err(error)) => {
                tracing::error!(%error, "what was published is not kept outside the database");
                Ok(())
            }
            Ok(Ok(_)) | Err(_) => Ok(()),
        }
    }

    /// Whether another node published a moment ago: together the nodes publish once a second, too.
    fn is_of_another(&self, last: &Publication, now: Timestamp) -> bool {
        let age = now.micros().saturating_sub(last.at.micros());
        (0..APART).contains(&age) && !self.0.progress.is_own(last.number)
    }

    /// Whether the newest publication is to be made anew with the witnesses that are asked now. By one node once: two nodes whose
    /// policies differ would go on for ever.
    fn lacks_witnesses(&self, last: &Publication) -> bool {
        let cosigners = &self.0.witnessed.cosigners;
        cosigners.are_there() && !self.0.progress.is_anew(last.size) && !cosigners.are_enough_on(&last.note)
    }

    /// Has the head signed again that is published already.
    async fn ask_again(&self, head: &KeptHead, now: Timestamp) -> Result<Published, StoreError> {
        let witnessed = &self.0.witnessed;
        if witnessed.cosigners.are_there() && witnessed.seconds_since(now) >= ASKED_AGAIN_SECONDS {
            self.cosigned(head, now).await?;
            witnessed.signed(now);
        }
        Ok(Published::Nothing)
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
        let cosigned = witnessed.cosigners.cosign(&head.checkpoint, &proofs).await;
        self.heed_disputes().await?;
        let cosigned = cosigned.map_err(|few| {
            if self.0.progress.waits.is_new(&few.reason) {
                tracing::warn!(reason = %few, "the head of the access log waits for its witnesses");
            }
            witnessed.uncosigned(now)
        })?;
        self.0.progress.waits.end();
        let lines: String = cosigned.lines.iter().map(|line| format!("{line}\n")).collect();
        let note = format!("{}{lines}", head.checkpoint);
        // What does not read as a note would be published for ever.
        Note::parse(note.as_bytes()).map_err(|_| StoreError::corrupt("access_publication", "note"))?;
        Ok(note)
    }

    async fn publish(
        &self,
        head: KeptHead,
        occasion: Occasion,
        now: Timestamp,
    ) -> Result<Published, StoreError> {
        self.as_signed(&head).await?;
        let note = self.cosigned(&head, now).await?;
        let (known, size) = (self.0.log.published().known(), head.edge.size());
        let (origin, sealer) = (self.0.log.origin(), self.0.sealer.clone());
        let published = self.0.db.write("app::public_log::publish", move |tx| {
            Box::pin(async move {
                public_log::keep_policy(tx, &pramaan_policy::matrix()).await?;
                let of = (&sealer, &*origin);
                match occasion {
                    Occasion::Grown => public_log::publish(tx, of, &head, &note, known, now).await,
                    Occasion::Lacking(last) => {
                        public_log::publish_anew(tx, of, &head, &note, last, now).await
                    }
                }
            })
        });
        let Some(publication) = self.0.log.observe(published.await)? else {
            return Ok(Published::Nothing);
        };
        if matches!(occasion, Occasion::Lacking(_)) {
            self.0.progress.gave_anew(size);
        }
        self.remember(&publication).await?;
        self.0.witnessed.signed(now);
        self.0.progress.gave(publication.number);
        self.0.progress.saw(size, size, now);
        Ok(Published::Now(publication))
    }
}
