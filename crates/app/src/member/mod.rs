//! Which phone sees whom, and how that changes: at a site with the document in hand, by a second proof after long silence,
//! and by the report that a number belongs to somebody else now.
//!
//! Who is seen is decided by `store::member` alone. None of these asks the phone that somebody leaves, and none tells it.
//!
//! What a desk changes of what else opens a record (cards, documents, PINs and codes to choose one) is written down by the same
//! entries, and told to the phone that sees the person.

mod change;
mod desk;
mod number;
mod proof;

pub use change::{PhoneChange, Present};
pub(crate) use desk::DeskChanged;
pub use number::Reported;
pub use proof::{PaperNumber, SecondProof};

use pramaan_domain::access::{ActorClass, Basis, FieldSet, Purpose};
use pramaan_store::member::Subject;
use pramaan_store::{AccessEntry, Actor};

use crate::App;

/// On whose word phones change.
#[derive(Clone)]
pub(crate) struct Word {
    pub(crate) actor: Actor,
    pub(crate) basis: Basis,
    pub(crate) request: &'static str,
    /// What stands beside it in the person's list: the card that was shown.
    pub(crate) reason: Option<String>,
}

impl Word {
    /// A list that the operator was given.
    fn of_operator(request: &'static str) -> Self {
        let actor = Actor {
            class: ActorClass::Operator,
            organisation: 0,
            district: 0,
            staff: String::new(),
            device: String::new(),
        };
        Self {
            actor,
            basis: Basis::DutyOfLaw,
            request,
            reason: None,
        }
    }
}

impl App {
    /// After how many days without a one-time password a number shows nobody by the password alone.
    pub fn silent_days(&self) -> u16 {
        self.0.otp_budgets.silence.in_days()
    }

    /// What the log keeps of it, sealed: who did it, where and why; and the person's own list shows it.
    pub(crate) fn contact_changed(&self, word: &Word, subjects: &[Subject]) -> Vec<AccessEntry> {
        let entry = |(household, person): &Subject| AccessEntry {
            household: *household,
            person: *person,
            actor: word.actor.clone(),
            basis: word.basis,
            purpose: Purpose::Contact,
            fields: FieldSet::EMPTY,
            policy_hash: self.0.policy_hash,
            request: word.request,
            reason: word.reason.clone(),
        };
        subjects.iter().map(entry).collect()
    }
}
