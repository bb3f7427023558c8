//! Logins of citizens' pages that were ended by their owners, as this node knows them.

use std::collections::HashMap;
use std::sync::RwLock;

use pramaan_domain::id::LoginId;
use pramaan_domain::time::Timestamp;
use pramaan_store::ended_login;

use crate::{App, Refusal};

/// How far back each look goes: clocks of nodes differ, and a commit takes its time.
const OVERLAP_SECONDS: i64 = 60;

/// Kept as long as a token of such a login could still be shown.
#[derive(Default)]
pub(crate) struct EndedLogins(RwLock<HashMap<LoginId, Timestamp>>);

impl EndedLogins {
    pub(crate) fn has(&self, login: LoginId) -> bool {
        // A writer that panicked left a whole map behind.
        let known = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.contains_key(&login)
    }

    fn learn(&self, ended: impl IntoIterator<Item = (LoginId, Timestamp)>, forget_before: Timestamp) {
        let mut known = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.extend(ended);
        known.retain(|_, ended_at| *ended_at >= forget_before);
    }

    fn newest(&self) -> Option<Timestamp> {
        let known = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.values().max().copied()
    }
}

impl App {
    /// Ends the login of a citizen's pages behind a token, here at once and at other nodes within a second: whoever has a
    /// copy of the cookie has nothing. A token of no such login changes nothing.
    ///
    /// # Errors
    /// `Unavailable` when it could not be written down: it has ended at this node only.
    pub async fn end_page_login(&self, token: &str) -> Result<(), Refusal> {
        let Some(login) = self.page_login(token) else {
            return Ok(());
        };
        let now = self.now();
        self.0.ended_logins.learn([(login, now)], self.forget_before(now));
        let ended = self.0.db.write("app::ended_logins::end", move |tx| {
            Box::pin(async move { Ok::<_, Refusal>(ended_login::insert(tx, login, now).await?) })
        });
        ended.await
    }

    /// Hears of logins that other nodes ended. The first time, of all that matter.
    pub async fn hear_of_ended_logins(&self) -> Result<(), Refusal> {
        let now = self.now();
        let all = self.forget_before(now);
        let newest = self.0.ended_logins.newest();
        let from = newest.map_or(all, |newest| {
            newest.min(now).plus_seconds(-OVERLAP_SECONDS).max(all)
        });
        let ended = self.0.db.read("app::ended_logins::since", move |tx| {
            Box::pin(ended_login::since(tx, from))
        });
        let ended = ended.await?;
        self.0.ended_logins.learn(ended, all);
        Ok(())
    }

    /// Tokens live on for so long after their login was ended.
    fn forget_before(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(-self.0.page_logins.citizen_seconds - OVERLAP_SECONDS)
    }
}
