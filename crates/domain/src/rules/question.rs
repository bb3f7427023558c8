//! What is asked: may this person have a dose on this day?

use serde::Deserialize;

use crate::birth::Birth;
use crate::centre::CentreKind;
use crate::dose::{GivenDose, primary_doses};
use crate::time::CivilDate;
use crate::vaccine::Vaccine;

/// Why somebody may come before others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    #[default]
    General,
    /// Health care worker.
    Hcw,
    /// Front-line worker.
    Flw,
    /// Has to travel abroad.
    Traveller,
}

/// Where the dose would be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    Govt,
    Private,
}

/// Whether the person has one of the twenty listed comorbidities, with a doctor's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Comorbid {
    #[default]
    No,
    Yes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseQuestion {
    #[error("unknown group: give general, hcw, flw or traveller")]
    Group,
    #[error("unknown channel: give govt or private")]
    Channel,
}

impl Group {
    pub fn parse(text: &str) -> Result<Self, ParseQuestion> {
        match text {
            "general" => Ok(Self::General),
            "hcw" => Ok(Self::Hcw),
            "flw" => Ok(Self::Flw),
            "traveller" => Ok(Self::Traveller),
            _ => Err(ParseQuestion::Group),
        }
    }

    /// The word that [`Self::parse`] reads.
    pub fn code(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Hcw => "hcw",
            Self::Flw => "flw",
            Self::Traveller => "traveller",
        }
    }
}

impl Channel {
    pub fn parse(text: &str) -> Result<Self, ParseQuestion> {
        match text {
            "govt" => Ok(Self::Govt),
            "private" => Ok(Self::Private),
            _ => Err(ParseQuestion::Channel),
        }
    }
}

impl From<CentreKind> for Channel {
    fn from(kind: CentreKind) -> Self {
        match kind {
            CentreKind::Government => Self::Govt,
            CentreKind::Private => Self::Private,
        }
    }
}

/// `None` for channel and vaccine means "any": the answer says whether there is some way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The day of the dose.
    pub on: CivilDate,
    pub birth: Birth,
    pub group: Group,
    pub comorbid: Comorbid,
    pub channel: Option<Channel>,
    /// The day on which the appointment was booked, for changes that leave bookings valid.
    pub booked_on: Option<CivilDate>,
    /// Recovery from COVID-19 proven by a laboratory.
    pub recovered: Option<CivilDate>,
    pub vaccine: Option<Vaccine>,
    /// In any order.
    pub doses: Vec<GivenDose>,
}

impl Question {
    /// Somebody of the general group with nothing else known, for a first dose.
    pub fn new(on: CivilDate, birth: Birth) -> Self {
        Self {
            on,
            birth,
            group: Group::default(),
            comorbid: Comorbid::default(),
            channel: None,
            booked_on: None,
            recovered: None,
            vaccine: None,
            doses: Vec::new(),
        }
    }
}

/// The next step of a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    First,
    /// A further dose of the primary series after `last`, which began with `first`.
    Series {
        first: GivenDose,
        last: GivenDose,
        third: Third,
    },
    Precaution {
        last: GivenDose,
    },
    Nothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Third {
    No,
    Yes,
}

pub(super) fn next(doses: &[GivenDose]) -> Next {
    let (Some(first), Some(last)) = (doses.iter().min(), doses.iter().max()) else {
        return Next::First;
    };
    let (given, needed) = (doses.len(), primary_doses(*first));
    if given < needed {
        let third = if given == 2 { Third::Yes } else { Third::No };
        Next::Series {
            first: *first,
            last: *last,
            third,
        }
    } else if given == needed {
        Next::Precaution { last: *last }
    } else {
        Next::Nothing
    }
}
