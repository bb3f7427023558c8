//! "This was not right": a person objects to one entry of their list of accesses, and the district answers within
//! [`ANSWER_DAYS`] at most.
//!
//! The district sees a list without words and opens one objection at a time, by duty of law and with an entry. It opens what
//! was objected to and nothing else: no name, no record. Whoever looked does not answer.

mod citizen;
mod clock;
mod district;

pub use pramaan_domain::objection::{ANSWER_DAYS, Ground, OPEN_AT_MOST, Standing, Words, due};
use pramaan_domain::time::Timestamp;
use pramaan_store::objection::Objection;
pub use pramaan_store::objection::{After, Answer, Waiting, Wanted};

pub use citizen::{Objecting, Whose, may_object};
pub(crate) use clock::Clock;
pub use district::{Answerer, LISTED, ObjectionList, OpenObjection, Waits};

use crate::access_list::{Line, told};

/// An objection in the words of the list of accesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objected {
    /// The entry, as it stood in the list.
    pub about: Line,
    pub ground: Ground,
    pub words: Words,
    pub made_at: Timestamp,
    /// Until when it has to be answered.
    pub due_at: Timestamp,
    pub standing: Standing,
    pub answer: Option<Answer>,
}

impl Objected {
    pub(crate) fn of(objection: Objection, now: Timestamp) -> Self {
        let answered_at = objection.answer.as_ref().map(|answer| answer.at);
        Self {
            about: told(objection.index, &objection.detail),
            ground: objection.ground,
            words: objection.words,
            made_at: objection.made_at,
            due_at: due(objection.made_at),
            standing: Standing::at(objection.made_at, answered_at, now),
            answer: objection.answer,
        }
    }
}
