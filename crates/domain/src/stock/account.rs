//! The accounts of a batch at a centre, and what may move between them.

use super::Doses;

/// Where doses of a batch are, or where they came from or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// From the store above, against a paper or a carrier.
    Received,
    /// A count found more than the ledger had: more doses were drawn from vials than their label says, for one.
    Found,
    /// Doses that were given though the ledger has none of them.
    Untracked,
    /// Closed vials.
    OnHand,
    /// Left in open vials.
    Open,
    Used,
    /// Sent back or on to another centre.
    Returned,
    Wasted(Waste),
}

/// Why doses were wasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Waste {
    Expired,
    /// Left in an open vial past its time, or at the end of the session.
    OpenVial,
    Broken,
    ColdChain,
    Recalled,
    /// A count found less than the ledger had.
    CountShortfall,
    /// In words.
    Other,
}

/// What an account's balance may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Doses come from here: it is at or below zero.
    Source,
    /// They are at the centre.
    Held,
    /// They are gone.
    Gone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an account of the stock ledger")]
pub struct ParseAccount;

impl Waste {
    pub const ALL: [Self; 7] = [
        Self::Expired,
        Self::OpenVial,
        Self::Broken,
        Self::ColdChain,
        Self::Recalled,
        Self::CountShortfall,
        Self::Other,
    ];

    /// The word that [`Account::parse`] reads.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expired => "wasted_expired",
            Self::OpenVial => "wasted_open_vial",
            Self::Broken => "wasted_broken",
            Self::ColdChain => "wasted_cold_chain",
            Self::Recalled => "wasted_recalled",
            Self::CountShortfall => "wasted_count",
            Self::Other => "wasted_other",
        }
    }

    pub fn parse(text: &str) -> Result<Self, ParseAccount> {
        let found = Self::ALL.into_iter().find(|waste| waste.code() == text);
        found.ok_or(ParseAccount)
    }
}

impl Account {
    pub const PLAIN: [Self; 7] = [
        Self::Received,
        Self::Found,
        Self::Untracked,
        Self::OnHand,
        Self::Open,
        Self::Used,
        Self::Returned,
    ];

    pub fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN.into_iter().chain(Waste::ALL.map(Self::Wasted))
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Found => "found",
            Self::Untracked => "untracked",
            Self::OnHand => "on_hand",
            Self::Open => "open",
            Self::Used => "used",
            Self::Returned => "returned",
            Self::Wasted(waste) => waste.code(),
        }
    }

    pub fn parse(text: &str) -> Result<Self, ParseAccount> {
        let found = Self::all().find(|account| account.code() == text);
        found.ok_or(ParseAccount)
    }

    pub const fn side(self) -> Side {
        match self {
            Self::Received | Self::Found | Self::Untracked => Side::Source,
            Self::OnHand | Self::Open => Side::Held,
            Self::Used | Self::Returned | Self::Wasted(_) => Side::Gone,
        }
    }
}

/// What people do with doses. Each has one pair of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    Receive,
    /// More than the ledger had.
    CountMore,
    OpenVial,
    Use,
    UseUntracked,
    /// Of closed vials.
    Waste(Waste),
    /// Of open vials.
    WasteOpen(Waste),
    Return,
}

/// Whether it is done, or undone by a later entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    Done,
    Undone,
}

impl Act {
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [
            Self::Receive,
            Self::CountMore,
            Self::OpenVial,
            Self::Use,
            Self::UseUntracked,
            Self::Return,
        ];
        let wastes = Waste::ALL
            .into_iter()
            .flat_map(|waste| [Self::Waste(waste), Self::WasteOpen(waste)]);
        plain.into_iter().chain(wastes)
    }

    /// From where to where.
    pub const fn ends(self) -> (Account, Account) {
        match self {
            Self::Receive => (Account::Received, Account::OnHand),
            Self::CountMore => (Account::Found, Account::OnHand),
            Self::OpenVial => (Account::OnHand, Account::Open),
            Self::Use => (Account::Open, Account::Used),
            Self::UseUntracked => (Account::Untracked, Account::Used),
            Self::Waste(waste) => (Account::OnHand, Account::Wasted(waste)),
            Self::WasteOpen(waste) => (Account::Open, Account::Wasted(waste)),
            Self::Return => (Account::OnHand, Account::Returned),
        }
    }

    pub const fn of(self, doses: Doses) -> Movement {
        Movement {
            act: self,
            direction: Direction::Done,
            doses,
        }
    }
}

/// So many doses from one account to another: one line of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    pub act: Act,
    pub direction: Direction,
    pub doses: Doses,
}

impl Movement {
    /// The movement between two accounts, if doses may move so at all.
    pub fn between(from: Account, to: Account, doses: Doses) -> Option<Self> {
        let is = |ends: (Account, Account)| ends == (from, to);
        Act::all().find_map(|act| {
            let (source, target) = act.ends();
            let direction = match (is((source, target)), is((target, source))) {
                (true, _) => Direction::Done,
                (_, true) => Direction::Undone,
                _ => return None,
            };
            Some(Self {
                act,
                direction,
                doses,
            })
        })
    }

    pub const fn ends(self) -> (Account, Account) {
        let (from, to) = self.act.ends();
        match self.direction {
            Direction::Done => (from, to),
            Direction::Undone => (to, from),
        }
    }

    /// What takes it back: a correction is an entry of its own.
    #[must_use]
    pub const fn reversed(self) -> Self {
        let direction = match self.direction {
            Direction::Done => Direction::Undone,
            Direction::Undone => Direction::Done,
        };
        Self { direction, ..self }
    }
}
