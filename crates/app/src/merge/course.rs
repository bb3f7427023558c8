//! The other records of a course, where rules decide about one of them: their doses only, each under an entry of its own.

use std::collections::HashMap;

use pramaan_domain::access::Basis;
use pramaan_domain::access::Purpose;
use pramaan_domain::id::PersonId;
use pramaan_domain::time::Timestamp;
use pramaan_store::dose::{self, Given};
use pramaan_store::merge::{self, Subject};
use pramaan_store::{Receipt, Sealer, StoreError, Tx};

use super::DOSES;
use crate::delivery::machine;
use crate::open::Cause;
use crate::{App, Refusal};

/// The doses of the others of one course, ready to be opened.
pub(crate) struct Others {
    of: Subject,
    members: Vec<Subject>,
    receipts: Vec<Receipt>,
}

impl App {
    /// The others of each person's course; most people have none. Opens nothing.
    pub(crate) async fn courses(&self, of: Vec<Subject>) -> Result<HashMap<PersonId, Vec<Subject>>, Refusal> {
        let sealer = self.0.sealer.clone();
        let found = self.0.db.read("app::merge::courses", move |tx| {
            Box::pin(async move { merge::courses(tx, &sealer, &of).await })
        });
        Ok(found.await?)
    }

    /// Entries for the others of somebody's course, for the same cause as their own, naming only the doses.
    pub(crate) async fn others(&self, of: Subject, cause: &Cause) -> Result<Others, Refusal> {
        let members = self.courses(vec![of]).await?.remove(&of.1).unwrap_or_default();
        let cause = Cause {
            fields: DOSES,
            ..cause.clone()
        };
        let receipts = match members.is_empty() {
            true => Vec::new(),
            false => self.receipts(&cause, &members).await?,
        };
        Ok(Others {
            of,
            members,
            receipts,
        })
    }
}

/// Why the rules look at the doses of a course's other records when somebody who may not see them asks.
pub(crate) fn rules_cause(purpose: Purpose, request: &'static str) -> Cause {
    Cause {
        actor: machine(),
        basis: Basis::DutyOfLaw,
        purpose,
        fields: DOSES,
        request,
        reason: None,
    }
}

impl Others {
    pub(crate) fn members(&self) -> &[Subject] {
        &self.members
    }

    /// Opens them.
    pub(crate) async fn doses(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Vec<Given>, StoreError> {
        let opened = self.doses_each(tx, sealer, now).await?;
        Ok(opened.into_iter().flat_map(|(_, doses)| doses).collect())
    }

    /// The same by whose they are.
    pub(crate) async fn doses_each(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Vec<(PersonId, Vec<Given>)>, StoreError> {
        dose::given(tx, sealer, self.receipts, now).await
    }

    /// The same under the lock of the whole course.
    ///
    /// # Errors
    /// `Serialization` when the course changed since the entries were written: run the work again.
    pub(crate) async fn doses_locked(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Vec<Given>, StoreError> {
        let mut now_others = merge::lock(tx, sealer, &[self.of]).await?;
        match now_others.remove(&self.of.1).unwrap_or_default() == self.members {
            true => self.doses(tx, sealer, now).await,
            false => Err(StoreError::Serialization),
        }
    }
}

/// Doses of one course, oldest first.
pub(crate) fn one_course(own: &[Given], others: &[Given]) -> Vec<Given> {
    let mut all: Vec<Given> = own.iter().chain(others).cloned().collect();
    all.sort_by_key(|given| (given.facts.given_at, given.recorded_at));
    all
}
