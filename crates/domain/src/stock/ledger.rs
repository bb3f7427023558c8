//! The balances of one batch at one centre.

use std::collections::BTreeMap;

use super::{Account, Movement, Side};

/// In one movement at most: no centre holds more of a batch.
pub const MOST_DOSES: u32 = 1_000_000;

/// A number of doses that moves: 1 to [`MOST_DOSES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Doses(u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number of doses: give a whole number from 1 to 1000000")]
pub struct ParseDoses;

impl Doses {
    pub const ONE: Self = Self(1);

    pub fn new(number: i64) -> Result<Self, ParseDoses> {
        match u32::try_from(number) {
            Ok(number) if (1..=MOST_DOSES).contains(&number) => Ok(Self(number)),
            _ => Err(ParseDoses),
        }
    }

    pub fn parse(text: &str) -> Result<Self, ParseDoses> {
        let number: u32 = text.trim().parse().map_err(|_| ParseDoses)?;
        Self::new(number.into())
    }

    pub fn get(self) -> i64 {
        self.0.into()
    }
}

/// There are fewer doses than were to be moved. Nothing moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} doses cannot be taken from {there}: no stock goes below zero")]
pub struct Short {
    pub account: Account,
    pub there: i64,
    pub wanted: i64,
}

/// The balance of every account: what came into it less what left it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger(BTreeMap<Account, i64>);

impl Ledger {
    /// As they were kept.
    pub fn of(balances: impl IntoIterator<Item = (Account, i64)>) -> Self {
        Self(balances.into_iter().filter(|(_, doses)| *doses != 0).collect())
    }

    /// The sums of these movements, whatever comes of them.
    pub fn sum(movements: impl IntoIterator<Item = Movement>) -> Self {
        let mut ledger = Self::default();
        for movement in movements {
            ledger.shift(movement);
        }
        ledger
    }

    /// # Errors
    /// `Short` when a held or gone account would fall below zero.
    pub fn apply(&mut self, movement: Movement) -> Result<(), Short> {
        let ((from, to), wanted) = (movement.ends(), movement.doses.get());
        if from.side() != Side::Source && self.balance(from) < wanted {
            return Err(Short {
                account: from,
                there: self.balance(from),
                wanted,
            });
        }
        // Taking back a receipt cannot take back more than was received.
        if to.side() == Side::Source && -self.balance(to) < wanted {
            return Err(Short {
                account: to,
                there: -self.balance(to),
                wanted,
            });
        }
        self.shift(movement);
        Ok(())
    }

    fn shift(&mut self, movement: Movement) {
        let ((from, to), doses) = (movement.ends(), movement.doses.get());
        for (account, change) in [(from, -doses), (to, doses)] {
            let balance = self.0.entry(account).or_default();
            *balance += change;
            if *balance == 0 {
                self.0.remove(&account);
            }
        }
    }

    pub fn balance(&self, account: Account) -> i64 {
        self.0.get(&account).copied().unwrap_or(0)
    }

    /// Accounts with doses in them, in their order.
    pub fn balances(&self) -> impl Iterator<Item = (Account, i64)> + '_ {
        self.0.iter().map(|(account, doses)| (*account, *doses))
    }

    /// All doses that ever came in.
    pub fn came(&self) -> i64 {
        -self.side(Side::Source)
    }

    /// Closed and open.
    pub fn held(&self) -> i64 {
        self.side(Side::Held)
    }

    /// Used, wasted and returned.
    pub fn gone(&self) -> i64 {
        self.side(Side::Gone)
    }

    fn side(&self, side: Side) -> i64 {
        let of_side = self.0.iter().filter(|(account, _)| account.side() == side);
        of_side.map(|(_, doses)| doses).sum()
    }
}
