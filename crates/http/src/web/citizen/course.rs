//! What the rules say about a member whose records were joined, as far as the phone may hear it.

use pramaan_app::appointment::{DosesElsewhere, Unseen};
use pramaan_domain::dose::GivenDose;
use pramaan_domain::rules::{Answer, Question};

/// What comes next, and how much of it is told.
pub(super) enum ByCourse {
    /// By records that this phone shows: all of it.
    Explained(Answer),
    /// By a record that it does not show, too: the number of the dose, and that it may be booked.
    NumberOnly(Answer),
    /// Such a record speaks against a dose that those shown would allow. Nothing is told.
    Closed,
}

/// What comes next, the doses counted, and how.
pub(super) struct Course {
    pub(super) says: ByCourse,
    /// What the records say that this phone shows.
    pub(super) shown: Answer,
    /// Those that the telling may count: of the records shown, and of the others only where their number is told.
    pub(super) doses: Vec<GivenDose>,
    pub(super) unseen: Others,
}

/// What else there is that this phone does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    Nothing,
    Open,
    Private,
}

impl Course {
    /// Of a member whose own doses are in the question.
    pub(super) fn new(
        own: &Question,
        elsewhere: Option<DosesElsewhere>,
        ask: impl Fn(&Question) -> Answer,
    ) -> Self {
        let with = |doses: &[GivenDose]| Question {
            doses: doses.to_vec(),
            ..own.clone()
        };
        let (shown, unseen) = match elsewhere {
            None => (Vec::new(), Unseen::Nothing),
            Some(DosesElsewhere { shown, unseen }) => (shown, unseen),
        };
        let mut doses = [own.doses.clone(), shown].concat();
        let shown = ask(&with(&doses));
        let (says, unseen) = match unseen {
            Unseen::Nothing => (ByCourse::Explained(shown.clone()), Others::Nothing),
            // A yes or no by these tells as much: nothing was given there.
            Unseen::Open(others) if others.is_empty() => {
                (ByCourse::Explained(shown.clone()), Others::Nothing)
            }
            Unseen::Private => (closed(&shown), Others::Private),
            Unseen::Open(others) => {
                let all = [doses.clone(), others].concat();
                let whole = ask(&with(&all));
                let says = match whole.verdict.may_book() {
                    true => {
                        doses = all;
                        ByCourse::NumberOnly(whole)
                    }
                    false => closed(&shown),
                };
                (says, Others::Open)
            }
        };
        Self {
            says,
            shown,
            doses,
            unseen,
        }
    }
}

/// What the shown records say against a dose is told; what only others do is not.
fn closed(shown: &Answer) -> ByCourse {
    match shown.verdict.may_book() {
        true => ByCourse::Closed,
        false => ByCourse::Explained(shown.clone()),
    }
}
