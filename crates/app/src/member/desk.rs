//! What staff change at a desk of what opens a record, other than its phone: each leaves an entry on the person's own list, in
//! the commit that makes the change, and news to their number.

use pramaan_domain::access::Basis;
use pramaan_domain::id::MessageId;
use pramaan_domain::time::Timestamp;
use pramaan_store::member::Subject;
use pramaan_store::outside::KeptHead;
use pramaan_store::{AccessEntry, AccessLog, Sealer, StoreError, Tx};

use super::Word;
use crate::message::{Addressed, Message, queue};
use crate::{App, Refusal, Staff};

/// An entry and a message that wait for the change that they tell of.
pub(crate) struct DeskChange {
    log: AccessLog,
    entries: Vec<AccessEntry>,
    news: Option<Addressed>,
}

/// What was written, to be [made known](App::desk_changed) after the commit; nothing, where nothing changed.
#[derive(Default)]
pub(crate) struct DeskChanged {
    head: Option<KeptHead>,
    queued: Vec<MessageId>,
}

impl App {
    /// Prepares to say that this member of staff changed by what a record opens. The number is opened for the message, if
    /// there is one. `reason` is what the entry says besides, such as the number of the card that was shown.
    ///
    /// # Errors
    /// `Unavailable` when the log cannot be written: then change nothing.
    pub(crate) async fn desk_change(
        &self,
        staff: &Staff,
        subject: Subject,
        (reason, request): (Option<String>, &'static str),
    ) -> Result<DeskChange, Refusal> {
        let addressee = self.mobile_to_notify(subject, request).await?;
        let word = Word {
            actor: staff.actor(),
            basis: Basis::SiteEvidence,
            request,
            reason,
        };
        Ok(DeskChange {
            log: self.0.log.clone(),
            entries: self.contact_changed(&word, &[subject]),
            news: addressee.map(|to| Message::SharedNews.for_household(to)),
        })
    }

    /// To be called after the commit.
    pub(crate) async fn desk_changed(&self, changed: DeskChanged) {
        self.note(changed.head);
        self.deliver_now(&changed.queued).await;
    }
}

impl DeskChange {
    /// Writes both in the transaction of the change, as the last thing in it. Lock the person first.
    ///
    /// # Errors
    /// As `ContactChanges::append`: then the change must not be committed.
    pub(crate) async fn write(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<DeskChanged, StoreError> {
        let queued = queue(tx, sealer, self.news, now).await?;
        let changes = self.log.contact_changes(self.entries, now);
        let head = changes.append(tx, sealer).await?;
        Ok(DeskChanged { head, queued })
    }
}
