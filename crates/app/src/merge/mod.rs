//! Two records of one person: found by the document or on the person's other telephone, compared side by side, joined by two
//! people of a centre and parted by two. Joined, their doses are one course wherever rules decide; nothing of either is
//! rewritten, and each telephone goes on seeing only what it saw.

mod candidate;
mod compare;
mod course;
mod list;
mod propose;
mod second;
mod spare;

pub use candidate::{CANDIDATES_AT_ONCE, OtherPhone};
pub use compare::{Agreement, Agrees, Compared, History, Side};
pub(crate) use course::{Others, one_course, rules_cause};
pub use pramaan_domain::merge::{Act, Likeness, MergeRefusal};
pub use pramaan_store::merge::{Told, What};
pub use propose::Wanted;
pub use second::{Decision, ProposedMerge};
pub(crate) use spare::Spares;

use pramaan_domain::access::{Field, FieldSet};

/// What is compared: who it is and what was given.
const COMPARED: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::Gender,
    Field::DocumentType,
    Field::DocumentLastFour,
    Field::Doses,
]);
/// What tells which members of a telephone may be the same person.
const BY_NAME: FieldSet = FieldSet::of(&[Field::Name, Field::BirthYear, Field::Gender]);
const NAME: FieldSet = FieldSet::of(&[Field::Name]);
const DOSES: FieldSet = FieldSet::of(&[Field::Doses]);
