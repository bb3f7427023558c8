//! Logins of citizens that were ended by their owners, as this node knows them: one of a page, or all of a household.

mod everywhere;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use pramaan_domain::id::{HouseholdId, LoginId};
use pramaan_domain::time::Timestamp;
use pramaan_store::ended_login::{self, EndedHousehold};

use crate::{App, Refusal};

pub use everywhere::{AllEnded, Door, Ended, KnownDevice, KnownDevices, Newcomers, Proof, Told};
pub use pramaan_store::known_device::Confirmed;

/// How far back each look goes behind the one before: clocks of nodes differ, and a commit takes its time.
const OVERLAP_SECONDS: i64 = 15;
/// By how much the clocks of two nodes may differ: what began on one so shortly after the end on another is ended with it.
const CLOCKS_DIFFER_SECONDS: i64 = 5;
/// Between two times at which what is over is forgotten: that walks the whole map.
const FORGET_SECONDS: i64 = 60;

/// Kept as long as a token of such a login could still be shown.
#[derive(Default)]
pub(crate) struct EndedLogins {
    known: RwLock<HashMap<LoginId, Timestamp>>,
    households: RwLock<HashMap<HouseholdId, EndedHousehold>>,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    /// When the last look that succeeded began; none before the first.
    heard: Option<Timestamp>,
    forgotten: Option<Timestamp>,
    /// Ended here, and not written down yet.
    unwritten: Vec<LoginId>,
}

impl EndedLogins {
    pub(crate) fn has(&self, login: LoginId) -> bool {
        // A writer that panicked left a whole map behind.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.contains_key(&login)
    }

    /// Whether a login of a household, by its name and its beginning, was ended with all the others.
    pub(crate) fn has_household(&self, household: HouseholdId, (visit, began): (LoginId, Timestamp)) -> bool {
        let households = self.households.read().unwrap_or_else(PoisonError::into_inner);
        households.get(&household).is_some_and(|end| {
            let last = end.ended_at.plus_seconds(CLOCKS_DIFFER_SECONDS);
            end.spared != Some(visit) && began <= last
        })
    }

    /// Of two ends of one household the later counts; of two at one instant the one that is learnt last.
    fn learn_households(&self, ended: impl IntoIterator<Item = EndedHousehold>) {
        let mut households = self.households.write().unwrap_or_else(PoisonError::into_inner);
        for end in ended {
            let known = households.entry(end.household).or_insert(end);
            if known.ended_at <= end.ended_at {
                *known = end;
            }
        }
    }

    fn learn(&self, ended: impl IntoIterator<Item = (LoginId, Timestamp)>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(ended);
    }

    fn forget(&self, before: Timestamp) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, ended_at| *ended_at >= before);
        let mut households = self.households.write().unwrap_or_else(PoisonError::into_inner);
        households.retain(|_, end| end.ended_at >= before);
    }

    /// Notes a look that succeeded; whether what is over is to be forgotten with it.
    fn is_time_to_forget(&self, now: Timestamp) -> bool {
        let mut progress = self.progress();
        progress.heard = Some(now);
        let due = progress
            .forgotten
            .is_none_or(|last| last.plus_seconds(FORGET_SECONDS) <= now);
        if due {
            progress.forgotten = Some(now);
        }
        due
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Ends the login of a citizen's pages behind a token, here at once and at other nodes within a second: whoever has a
    /// copy of the cookie has nothing. A token of no such login, or of one that was ended before, changes nothing.
    ///
    /// # Errors
    /// `Unavailable` when it could not be written down yet: until it is, it has ended at this node only.
    pub async fn end_page_login(&self, token: &str) -> Result<(), Refusal> {
        let login = self.page_login(token);
        let Some(login) = login.filter(|login| !self.0.ended_logins.has(*login)) else {
            return Ok(());
        };
        self.0.ended_logins.learn([(login, self.now())]);
        let written = self.write_ended(vec![login]).await;
        if written.is_err() {
            self.0.ended_logins.progress().unwritten.push(login);
        }
        written
    }

    async fn write_ended(&self, ended: Vec<LoginId>) -> Result<(), Refusal> {
        let now = self.now();
        let written = self.0.db.write("app::ended_logins::end", move |tx| {
            Box::pin(async move {
                for login in ended {
                    ended_login::insert(tx, login, now).await?;
                }
                Ok::<_, Refusal>(())
            })
        });
        written.await
    }

    /// Writes down what could not be written before, and hears of logins that other nodes ended; the first time, and after
    /// an outage, of all that matter.
    pub async fn hear_of_ended_logins(&self) -> Result<(), Refusal> {
        let (now, logins) = (self.now(), &self.0.ended_logins);
        let unwritten = logins.progress().unwritten.clone();
        if !unwritten.is_empty() {
            self.write_ended(unwritten.clone()).await?;
            logins.progress().unwritten.retain(|one| !unwritten.contains(one));
        }
        let all = now.plus_seconds(-self.0.page_logins.citizen_seconds - OVERLAP_SECONDS);
        let heard = logins.progress().heard;
        let from = heard.map_or(all, |heard| heard.plus_seconds(-OVERLAP_SECONDS).max(all));
        let ended = self.0.db.read("app::ended_logins::since", move |tx| {
            Box::pin(async move {
                let ended = ended_login::since(tx, from).await?;
                Ok::<_, Refusal>((ended, ended_login::households_since(tx, from).await?))
            })
        });
        let (ended, households) = ended.await?;
        logins.learn(ended);
        logins.learn_households(households);
        if logins.is_time_to_forget(now) {
            logins.forget(all);
        }
        Ok(())
    }
}
