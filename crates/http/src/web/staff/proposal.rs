//! What two people do, in words: the lines of a list that waits for a second person, and how it went.

use askama::Template;
use axum::response::Response;
use pramaan_app::Staff;
use pramaan_app::proposal::{MayDecide, Waiting};
use pramaan_domain::id::ProposalId;
use pramaan_domain::time::Timestamp;
use serde::Deserialize;

use super::duty::{HOME, Nav};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

/// A kind of proposal: where its pages are and what they call it.
#[derive(Debug)]
pub(super) struct Proposals {
    pub(super) path: &'static str,
    pub(super) title: &'static str,
    /// The text of a line, and its word for what is proposed.
    pub(super) line: (&'static str, &'static str),
    /// Title and text of how it went.
    pub(super) texts: fn(How) -> (&'static str, &'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Done,
    Waits,
    Approved,
    Declined,
}

impl How {
    const ALL: [Self; 4] = [Self::Done, Self::Waits, Self::Approved, Self::Declined];

    const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Waits => "waits",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

/// One that waits.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) note: &'static str,
    pub(super) href: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/proposal_done.html")]
pub(super) struct ProposalDonePage {
    page: Page,
    nav: Nav,
    kind: &'static Proposals,
    how: How,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    how: Option<String>,
}

impl Proposals {
    /// Where one is decided on.
    pub(super) fn proposal(&self, id: ProposalId) -> String {
        format!("{}/proposal/{id}", self.path)
    }

    /// Where it is told how it went.
    pub(super) fn told(&self, how: How) -> String {
        format!("{}/done?how={}", self.path, how.code())
    }

    pub(super) fn done(
        &'static self,
        page: Page,
        staff: &Staff,
        asked: Result<Query<Asked>, CowinError>,
    ) -> Response {
        let code = asked.ok().and_then(|Query(asked)| asked.how).unwrap_or_default();
        let how = How::ALL.into_iter().find(|how| how.code() == code);
        render(&ProposalDonePage {
            page,
            nav: Nav::of(staff, HOME),
            kind: self,
            how: how.unwrap_or(How::Done),
        })
    }

    pub(super) fn line<A>(&self, locale: Locale, act: String, one: &Waiting<A>) -> Line {
        let (text, word) = self.line;
        let says = [
            (word, act),
            ("code", one.staff_code.clone()),
            ("at", words::instant(locale, one.proposed_at)),
        ];
        Line {
            text: locale.t_with(text, &says),
            note: match one.decide {
                MayDecide::Yes => "correction-line-decide",
                MayDecide::Own => "correction-line-own",
                MayDecide::No => "correction-line-manager",
            },
            href: (one.decide == MayDecide::Yes).then(|| self.proposal(one.id)),
        }
    }
}

impl ProposalDonePage {
    fn texts(&self) -> (&'static str, &'static str) {
        (self.kind.texts)(self.how)
    }
}

/// Who proposed it, and when.
pub(super) fn by(locale: Locale, staff_code: &str, at: Timestamp) -> String {
    let by = [
        ("code", staff_code.to_owned()),
        ("at", words::instant(locale, at)),
    ];
    locale.t_with("correction-proposed-by", &by)
}

#[cfg(test)]
impl ProposalDonePage {
    pub(super) fn samples(page: &Page, kind: &'static Proposals) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let sample = |how| Self {
            page: page.clone(),
            nav,
            kind,
            how,
        };
        How::ALL.map(sample).into()
    }
}

/// One of each that may be decided, or not.
#[cfg(test)]
pub(super) fn waiting_samples<A>(acts: impl IntoIterator<Item = A>) -> Vec<Waiting<A>> {
    let may = [MayDecide::Yes, MayDecide::Own, MayDecide::No];
    let sample = |(decide, act)| Waiting {
        id: ProposalId::from_bytes([7; 16]),
        act,
        staff_code: "MH-0001".to_owned(),
        proposed_at: Timestamp::from_seconds(1_795_321_800),
        decide,
    };
    may.into_iter().zip(acts).map(sample).collect()
}
