//! What runs beside the requests: one table, from which the server starts each and the tests run each.

use std::time::Duration;

use pramaan_store::StoreError;

use crate::{App, Refusal};

/// A run that failed is tried again so soon at the latest: a database that was away for a moment costs no hour.
const SOON: Duration = Duration::from_secs(10);

/// A job of every server. Several servers on one database run it each; every run is safe beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Job {
    /// Sends what is queued, soon after it was.
    DeliverMessages,
    /// What is kept no longer than it is needed goes within the hour.
    EraseWhatIsDue,
    /// What was typed while nothing could be opened is recorded soon after the log's return, and after a start.
    SettleHeldDoses,
    /// What other processes changed is seen within a second.
    RefreshAvailability,
    /// Who logged out elsewhere is logged out here within a second.
    HearOfEndedLogins,
    /// What the log promised is there for everybody within a second.
    PublishLog,
    /// A day's index is rooted in the log soon after the day.
    RootDays,
    /// How many objections wait, for whoever watches the server.
    CountObjections,
}

impl Job {
    pub const ALL: [Self; 8] = [
        Self::DeliverMessages,
        Self::EraseWhatIsDue,
        Self::SettleHeldDoses,
        Self::RefreshAvailability,
        Self::HearOfEndedLogins,
        Self::PublishLog,
        Self::RootDays,
        Self::CountObjections,
    ];

    /// Its name in policy/openings.txt.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeliverMessages => "deliver-messages",
            Self::EraseWhatIsDue => "erase-what-is-due",
            Self::SettleHeldDoses => "settle-held-doses",
            Self::RefreshAvailability => "refresh-availability",
            Self::HearOfEndedLogins => "hear-of-ended-logins",
            Self::PublishLog => "publish-log",
            Self::RootDays => "root-days",
            Self::CountObjections => "count-objections",
        }
    }

    /// Between two runs; messages wake their job besides.
    const fn pause(self) -> Duration {
        Duration::from_secs(match self {
            Self::DeliverMessages
            | Self::RefreshAvailability
            | Self::HearOfEndedLogins
            | Self::PublishLog => 1,
            Self::EraseWhatIsDue => 3600,
            Self::SettleHeldDoses | Self::RootDays | Self::CountObjections => 60,
        })
    }

    /// Tells the operator that a run failed.
    fn complain(self, error: &Refusal) {
        match self {
            Self::DeliverMessages => tracing::error!(%error, "messages stay queued"),
            Self::EraseWhatIsDue => {
                tracing::error!(%error, "what is due for erasure was not erased; it is tried again");
            }
            Self::SettleHeldDoses => {
                tracing::error!(%error, "held doses wait on; they are tried again, each after its pause");
            }
            Self::RefreshAvailability => tracing::error!(%error, "availability may be old"),
            Self::CountObjections => {
                tracing::error!(%error, "objections were not counted; the figures are old")
            }
            Self::HearOfEndedLogins => {
                tracing::error!(%error, "who logged out at another node may still be logged in here");
            }
            // Told once by whoever watches the witnesses, not with every second.
            Self::PublishLog if waits(error) => {}
            Self::PublishLog => tracing::error!(%error, "the access log is not published; it is tried again"),
            // Nothing is signed until the witnesses have answered; that is told already.
            Self::RootDays if waits(error) => {}
            Self::RootDays => {
                tracing::error!(%error, "a day that has ended has no root in the access log; it is tried again");
            }
        }
    }

    /// Runs it once.
    pub async fn run(self, app: &App) -> Result<(), Refusal> {
        match self {
            Self::DeliverMessages => app.deliver_due().await.map(drop).map_err(Refusal::from),
            Self::EraseWhatIsDue => app.retain().await.map(drop),
            Self::SettleHeldDoses => app.settle_held_doses().await.map(drop),
            Self::RefreshAvailability => app.refresh_availability().await,
            Self::HearOfEndedLogins => app.hear_of_ended_logins().await,
            Self::PublishLog => app.publish_log().await.map(drop).map_err(Refusal::from),
            Self::RootDays => app.root_days().await.map(drop).map_err(Refusal::from),
            Self::CountObjections => app.count_objections().await,
        }
    }
}

/// Whether publication waits for the witnesses.
const fn waits(error: &Refusal) -> bool {
    matches!(
        error,
        Refusal::Unavailable(StoreError::Uncosigned { .. } | StoreError::Unanswered)
    )
}

impl App {
    /// Runs a job, again and again, until `stop` is ready. Messages that were begun with are finished.
    pub async fn keep_at(&self, job: Job, stop: impl Future<Output = ()>) {
        match job {
            Job::DeliverMessages => self.deliver_until(stop).await,
            job => tokio::select! { () = stop => {}, () = self.repeat(job) => {} },
        }
    }

    async fn repeat(&self, job: Job) {
        let mut every = tokio::time::interval(job.pause());
        // After a run that took long, as when a witness is slow, none is made up for.
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            every.tick().await;
            if let Err(error) = job.run(self).await {
                job.complain(&error);
                every.reset_after(job.pause().min(SOON));
            }
        }
    }
}
