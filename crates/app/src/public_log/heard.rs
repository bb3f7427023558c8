//! What the witnesses have seen of the log: asked before anything is signed after a start, and when one of them disagrees.
//!
//! All of a folder may have been put back to an older state, database, keys and kept head alike. Then only they can tell.

use pramaan_store::{StoreError, outside};

use super::compare::compare;
use super::cosigner::{Dispute, Seen};
use crate::App;

impl App {
    /// Begins a node whose log has witnesses: nothing is signed or opened until enough of them have said what they have seen,
    /// and nothing is opened until they have signed what is published. For a log without witnesses there is nothing to do.
    ///
    /// # Errors
    /// `Fork` when one has signed what this log does not hold. Too few answers are none: they are asked on, and the node holds
    /// doses meanwhile.
    pub async fn begin_with_witnesses(&self) -> Result<(), StoreError> {
        if !self.0.witnessed.cosigners.are_there() {
            return Ok(());
        }
        self.0.log.hold();
        self.0.witnessed.wait();
        match self.hear_witnesses().await {
            Err(StoreError::Unanswered) => Ok(()),
            other => other,
        }
    }

    /// Asks until enough have answered once, and then lets the log go on; whoever was erased before a backup was restored is
    /// erased again first.
    pub(super) async fn hear_witnesses(&self) -> Result<(), StoreError> {
        if !self.0.witnessed.is_awaited() {
            return Ok(());
        }
        let answers = self.0.witnessed.cosigners.seen().await;
        self.stop_when_contradicted(&answers.seen).await?;
        if let Err(few) = answers.enough {
            if self.0.progress.waits.is_new(&few.reason) {
                tracing::error!(
                    reason = %few,
                    "too few witnesses say what they have seen of the access log: nothing is signed or opened until they do; doses \
                     are held"
                );
            }
            return Err(StoreError::Unanswered);
        }
        self.erase_again().await?;
        self.0.progress.waits.end();
        self.0.witnessed.answered();
        self.0.log.release();
        Ok(())
    }

    async fn erase_again(&self) -> Result<(), StoreError> {
        let Some(known) = self.0.log.known_head() else {
            return Ok(());
        };
        let (db, sealer, origin) = (&self.0.db, &self.0.sealer, self.0.log.origin());
        let (list, policy) = (&self.0.erasures, self.0.policy_hash);
        let again = outside::erase_again(db, sealer, &origin, known, list, policy, self.now()).await?;
        if again > 0 {
            tracing::warn!(
                again,
                "people who had been erased were in the database again, as after restoring a backup: erased again"
            );
        }
        self.0.log.catch_up(db, sealer).await
    }

    /// Stops the log when the database does not hold what a witness shows, with both signatures on it.
    async fn stop_when_contradicted(&self, seen: &[Seen]) -> Result<u64, StoreError> {
        let (known, origin) = (self.0.log.known_head(), self.0.log.origin());
        let compared = compare(&self.0.db, &self.0.sealer, &origin, known, seen).await;
        Ok(self.0.log.observe(compared)?.edge.size())
    }

    /// What witnesses said against the log is believed when they show a head that our own key signed; a claim without is an
    /// alarm. Another node's head, which the database holds by now, is neither. Who disagrees all the time is asked once a minute.
    pub(super) async fn heed_disputes(&self) -> Result<(), StoreError> {
        let cosigners = &self.0.witnessed.cosigners;
        let disputes = cosigners.disputes();
        if disputes.is_empty() {
            self.0.progress.disputes.end();
            return Ok(());
        }
        let disagree: Vec<_> = disputes.iter().map(|dispute| dispute.witness.as_str()).collect();
        if !self.0.progress.asked.is_due(&disagree, self.now()) {
            return Ok(());
        }
        let answers = cosigners.seen().await;
        let size = self.stop_when_contradicted(&answers.seen).await?;
        let claims = disputes
            .iter()
            .filter(|dispute| dispute.ahead.is_none_or(|theirs| theirs > size));
        let claims: Vec<String> = claims
            .map(|Dispute { witness, reason, .. }| format!("{witness}: {reason}"))
            .collect();
        let claims = claims.join("; ");
        if self.0.progress.disputes.is_new(&claims) && !claims.is_empty() {
            tracing::error!(
                claims,
                "ALARM: a witness disagrees with the access log, and shows no head that does"
            );
        }
        Ok(())
    }
}
