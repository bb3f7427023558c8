//! What the other records of a course decide for one that is being booked, and what of it the phone that asks may hear.
//!
//! A join shows no phone anybody new: of a record that a login does not see it hears neither vaccine nor day nor seat, and of a
//! private one not even how many doses there are.

use std::collections::HashMap;

use pramaan_domain::access::Purpose;
use pramaan_domain::dose::{DoseNumber, GivenDose};
use pramaan_domain::id::PersonId;
use pramaan_domain::time::Timestamp;
use pramaan_store::dose::Given;
use pramaan_store::member::Subject;
use pramaan_store::private_member::{self, Privacy};
use pramaan_store::{Sealer, StoreError, Tx};

use crate::dashboard::Relative;
use crate::merge::{Others, one_course, rules_cause};
use crate::principal::Citizen;
use crate::private_member::Sighted;
use crate::{App, Refusal};

/// Whether the phone that asks shows every record of the courses that it asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Records {
    AllShown,
    SomeElsewhere,
}

/// The other records of one course with the receipts that open them, and which of them the phone does not show.
pub(super) struct Unopened {
    pub(super) others: Others,
    pub(super) unseen: Vec<Subject>,
}

/// Their doses.
pub(super) struct Elsewhere {
    seen: Vec<Given>,
    unseen: Vec<Given>,
    /// `Private` when one of the unseen is.
    privacy: Privacy,
}

impl Unopened {
    pub(super) fn new(others: Others, shows: impl Fn(Subject) -> bool) -> Self {
        let unseen = others.members().iter().copied();
        Self {
            unseen: unseen.filter(|other| !shows(*other)).collect(),
            others,
        }
    }

    pub(super) async fn doses(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Elsewhere, StoreError> {
        let mut found = Elsewhere {
            seen: Vec::new(),
            unseen: Vec::new(),
            privacy: Privacy::Open,
        };
        for subject in &self.unseen {
            if private_member::pin_hash(tx, sealer, *subject).await?.is_some() {
                found.privacy = Privacy::Private;
            }
        }
        for (person, doses) in self.others.doses_each(tx, sealer, now).await? {
            match self.unseen.iter().any(|(_, unseen)| *unseen == person) {
                true => found.unseen.extend(doses),
                false => found.seen.extend(doses),
            }
        }
        Ok(found)
    }
}

impl Elsewhere {
    /// The dose that is due by the whole course.
    ///
    /// # Errors
    /// What `decide` says of the doses that are shown; `AnotherRecord` where only the others speak against it.
    pub(super) fn due(
        &self,
        own: &[Given],
        decide: impl Fn(&[Given]) -> Result<DoseNumber, Refusal>,
    ) -> Result<DoseNumber, Refusal> {
        let shown = one_course(own, &self.seen);
        if self.unseen.is_empty() {
            return decide(&shown);
        }
        let whole = decide(&one_course(&shown, &self.unseen));
        match (whole, decide(&shown)) {
            (Ok(due), Ok(alone)) if due == alone => Ok(due),
            // A yes to the second tells of a first.
            (Ok(due), _) if self.privacy == Privacy::Open => Ok(due),
            (_, Err(own)) => Err(own),
            (_, Ok(_)) => Err(Refusal::AnotherRecord),
        }
    }
}

impl App {
    /// The doses in records of these members that this phone does not show, by which the number of the dose that is due is
    /// offered; nobody without such a record, and nobody of whose others one is private. Not to be shown.
    ///
    /// # Errors
    /// `Unavailable` when the log cannot be written: then nothing is opened.
    pub async fn doses_elsewhere(
        &self,
        citizen: &Citizen,
        family: &[Relative],
        request: &'static str,
    ) -> Result<HashMap<PersonId, Vec<GivenDose>>, Refusal> {
        let members = family
            .iter()
            .map(|relative| (relative.person.household, relative.person.person));
        let members: Vec<Subject> = members.collect();
        let joined = self.courses(members.clone()).await?;
        if joined.is_empty() {
            return Ok(HashMap::new());
        }
        let seen = self.seen(citizen).await?;
        let shows = |other: Subject| seen.iter().map(Sighted::subject).any(|one| one == other);
        let cause = rules_cause(Purpose::Booking, request);
        let mut unopened = Vec::new();
        for member in members
            .into_iter()
            .filter(|(_, person)| joined.contains_key(person))
        {
            unopened.push((member.1, Unopened::new(self.others(member, &cause).await?, shows)));
        }
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::appointment::elsewhere", move |tx| {
            Box::pin(async move {
                let mut found = HashMap::new();
                for (person, unopened) in unopened {
                    let doses = unopened.doses(tx, &sealer, now).await?;
                    if doses.privacy == Privacy::Open && !doses.unseen.is_empty() {
                        let doses = doses.seen.iter().chain(&doses.unseen);
                        found.insert(person, doses.map(Given::for_rules).collect());
                    }
                }
                Ok::<_, Refusal>(found)
            })
        });
        opened.await
    }
}
