//! The roots of the days that have ended, and that none of them goes missing here.

use pramaan_store::{StoreError, day_index};

use crate::App;

impl App {
    /// Roots the days that have ended, oldest first, each in a transaction of its own; answers how many. A server that was off
    /// for a year owes them all: whoever asks for their list meanwhile is told that the log is late.
    ///
    /// # Errors
    /// As `day_index::root_next`: a day whose leaves do not give the signed head gets no root. `Corrupt` when days that were
    /// rooted have no row any more.
    pub async fn root_days(&self) -> Result<usize, StoreError> {
        let rooted = self.root_next_days().await;
        // The log has a root that the rows lack: this node may have begun after they were deleted.
        match &rooted {
            Ok(_) => self.0.progress.days_are_gone(false),
            Err(StoreError::Corrupt {
                table: "access_day", ..
            }) => self.0.progress.days_are_gone(true),
            // Says nothing about the rows.
            Err(_) => {}
        }
        rooted
    }

    async fn root_next_days(&self) -> Result<usize, StoreError> {
        self.days_are_kept().await?;
        let mut rooted = 0;
        // A day's index is made under the head's lock.
        let db = self.0.db.unhurried();
        while let Some(_day) = day_index::root_next(&db, &self.0.sealer, &self.0.log, self.now()).await? {
            rooted += 1;
        }
        Ok(rooted)
    }

    /// Refuses while a rooted day has no row any more: an extract would call it open.
    ///
    /// # Errors
    /// `Corrupt`, with an alarm.
    pub(crate) async fn days_are_whole(&self) -> Result<(), StoreError> {
        match self.0.progress.are_days_gone() {
            true => Err(days_gone()),
            false => self.days_are_kept().await,
        }
    }

    /// Whether each day that this node saw rooted is still there.
    async fn days_are_kept(&self) -> Result<(), StoreError> {
        let rooted = self.of_log(|tx, _, _| Box::pin(day_index::rooted(tx)));
        let rooted = rooted.await?.map_or(0, |day| day.number());
        if self.0.progress.saw_rooted(rooted) > rooted {
            tracing::error!(
                "ALARM: rows of access_day were deleted: bring them back from a backup, and look for who can write the database"
            );
            return Err(days_gone());
        }
        Ok(())
    }
}

fn days_gone() -> StoreError {
    StoreError::corrupt("access_day", "idx")
}
