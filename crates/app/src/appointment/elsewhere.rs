//! What the other records of a course decide for one that is being booked, and what of it the phone that asks may hear.
//!
//! A join shows no phone anybody new: of a record that a login does not see it hears neither vaccine nor day nor seat, and of a
//! private one not even how many doses there are.

use std::collections::HashMap;

use pramaan_domain::access::Purpose;
use pramaan_domain::dose::{DoseNumber, GivenDose};
use pramaan_domain::id::PersonId;
use pramaan_domain::time::Timestamp;
use pramaan_store::dose::{self, Given};
use pramaan_store::member::Subject;
use pramaan_store::private_member::{self, Privacy};
use pramaan_store::{Sealer, StoreError, Tx};

use crate::dashboard::Relative;
use crate::merge::{Others, one_course, rules_cause};
use crate::open::Cause;
use crate::principal::Citizen;
use crate::private_member::subjects;
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
            privacy: privacy_of(tx, sealer, &self.unseen).await?,
        };
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

/// The doses in the other records of a member's course. Not to be shown.
#[derive(Debug, Clone)]
pub struct DosesElsewhere {
    /// In records that this phone shows, too.
    pub shown: Vec<GivenDose>,
    pub unseen: Unseen,
}

/// The doses in records that this phone does not show.
#[derive(Debug, Clone)]
pub enum Unseen {
    /// It shows the whole course.
    Nothing,
    /// By these the number of the dose that is due is told, and nothing else.
    Open(Vec<GivenDose>),
    /// One of the records is private: not even that. Nothing was opened.
    Private,
}

impl App {
    /// The doses in the other records of these members' courses; nobody whose record was joined with none.
    ///
    /// # Errors
    /// `Unavailable` when the log cannot be written: then nothing is opened.
    pub async fn doses_elsewhere(
        &self,
        citizen: &Citizen,
        family: &[Relative],
        request: &'static str,
    ) -> Result<HashMap<PersonId, DosesElsewhere>, Refusal> {
        let members = family
            .iter()
            .map(|relative| (relative.person.household, relative.person.person));
        let joined = self.courses(members.collect()).await?;
        if joined.is_empty() {
            return Ok(HashMap::new());
        }
        let seen = subjects(&self.seen(citizen).await?);
        let cause = rules_cause(Purpose::Booking, request);
        let mut found = HashMap::with_capacity(joined.len());
        for (person, others) in joined {
            let (shown, unseen): (Vec<_>, Vec<_>) = others.into_iter().partition(|one| seen.contains(one));
            let unseen = match self.privacy_among(&unseen).await? {
                _ if unseen.is_empty() => Unseen::Nothing,
                Privacy::Private => Unseen::Private,
                Privacy::Open => Unseen::Open(self.doses_for_rules(&unseen, &cause).await?),
            };
            let shown = self.doses_for_rules(&shown, &cause).await?;
            found.insert(person, DosesElsewhere { shown, unseen });
        }
        Ok(found)
    }

    /// `Private` when one of these is. Opens nothing.
    async fn privacy_among(&self, of: &[Subject]) -> Result<Privacy, Refusal> {
        let (sealer, of) = (self.0.sealer.clone(), of.to_vec());
        let found = self.0.db.read("app::appointment::privacy_among", move |tx| {
            Box::pin(async move { privacy_of(tx, &sealer, &of).await })
        });
        Ok(found.await?)
    }

    /// The doses of these, each under an entry of its own.
    async fn doses_for_rules(&self, of: &[Subject], cause: &Cause) -> Result<Vec<GivenDose>, Refusal> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let receipts = self.receipts(cause, of).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::appointment::elsewhere", move |tx| {
            Box::pin(async move { dose::given(tx, &sealer, receipts, now).await })
        });
        let opened: Vec<(PersonId, Vec<Given>)> = opened.await?;
        let doses = opened.iter().flat_map(|(_, doses)| doses);
        Ok(doses.map(Given::for_rules).collect())
    }
}

async fn privacy_of(tx: &mut Tx, sealer: &Sealer, of: &[Subject]) -> Result<Privacy, StoreError> {
    for subject in of {
        if private_member::pin_hash(tx, sealer, *subject).await?.is_some() {
            return Ok(Privacy::Private);
        }
    }
    Ok(Privacy::Open)
}
