//! What is wrong with an extract: the same short words in every program that checks one.

use std::fmt;

use crate::leaf::Day;

/// Which step failed, in the order in which the steps are taken (docs/extract.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The file is not an extract.
    Format,
    /// The parts are of different logs.
    Origin,
    /// The log's key is not the trusted one.
    Key,
    /// The checkpoint is not signed by the log.
    Signature,
    /// The checkpoint is not the trusted one.
    Checkpoint,
    /// The view keys are not those of the days' months.
    Month,
    /// A day is left out, twice, or out of order.
    Day,
    /// An entry is left out, twice, or out of order.
    Number,
    /// A leaf is not what it should be.
    Leaf,
    /// An entry is about somebody else, or of another day or number.
    Tag,
    /// What is told of an entry is not what was sealed.
    Detail,
    /// What was sealed says something else than the public leaf.
    Words,
    /// A leaf is not in the log under the checkpoint.
    Inclusion,
    /// An entry is not in the index of its day.
    Present,
    /// The day's index may hold a further entry about the person.
    Absent,
}

impl Check {
    /// Each once, in order.
    pub const ALL: [Self; 15] = [
        Self::Format,
        Self::Origin,
        Self::Key,
        Self::Signature,
        Self::Checkpoint,
        Self::Month,
        Self::Day,
        Self::Number,
        Self::Leaf,
        Self::Tag,
        Self::Detail,
        Self::Words,
        Self::Inclusion,
        Self::Present,
        Self::Absent,
    ];

    /// The stable word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Origin => "origin",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Checkpoint => "checkpoint",
            Self::Month => "month",
            Self::Day => "day",
            Self::Number => "number",
            Self::Leaf => "leaf",
            Self::Tag => "tag",
            Self::Detail => "detail",
            Self::Words => "words",
            Self::Inclusion => "inclusion",
            Self::Present => "present",
            Self::Absent => "absent",
        }
    }
}

/// Where in the extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    File,
    /// By its place in the log.
    Entry(u64),
    Day(Day),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("file"),
            Self::Entry(index) => write!(f, "entry {index}"),
            Self::Day(day) => write!(f, "day {day}"),
        }
    }
}

/// An extract does not show what it is said to show. Printed, it is `CHECK PLACE: sentence`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {place}: {why}", check.name())]
pub struct ExtractError {
    pub check: Check,
    pub place: Place,
    /// A sentence without its full stop.
    pub why: String,
}

impl Check {
    pub(super) fn fails(self, place: Place, why: impl fmt::Display) -> ExtractError {
        ExtractError {
            check: self,
            place,
            why: why.to_string(),
        }
    }

    /// For `map_err`.
    pub(super) fn at<E: fmt::Display>(self, place: Place) -> impl FnOnce(E) -> ExtractError {
        move |why| self.fails(place, why)
    }
}
