//! How many one-time passwords may be asked for, and how often guessed wrong: by mobile, by device, by network, by
//! partner and in the whole nation.
//!
//! Widths only; counting is `store::budget`'s. Whoever has logged in for the number before has a reserve besides, so that
//! no stranger, neighbour or nationwide flood locks the owner out. Which reserve is [`crate::origin::Origin`]'s to say.

mod bill;

pub use pramaan_store::household::Silence;

pub(crate) use bill::{Asker, Bill, Counted, Verdict};

/// At most `count` in any window of `seconds` that begins with its first request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub count: u32,
    pub seconds: u32,
}

impl Budget {
    pub const fn new(count: u32, seconds: u32) -> Self {
        Self { count, seconds }
    }
}

/// Telephone companies give a number away again after ninety days.
const SILENT_DAYS: u16 = 90;
const TEN_MINUTES: u32 = 600;
const DAY: u32 = 86_400;

/// The budgets of one kind of act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Widths {
    /// One mobile number, whoever acts.
    pub mobile: Budget,
    pub mobile_day: Budget,
    /// One number, from one client that has logged in for it before and has something to show for it.
    pub reserve: Budget,
    pub reserve_day: Budget,
    /// One number, from an address and user agent that have logged in for it before, without anything to show.
    pub neighbours: Budget,
    pub neighbours_day: Budget,
    /// One device, whatever the numbers.
    pub device: Budget,
    /// One network: an IPv4 /24 or an IPv6 /48. Carriers put thousands of people behind one.
    pub network: Budget,
    /// One partner, in place of device and network: its servers speak for many people.
    pub partner: Budget,
}

impl Widths {
    /// The same for everything.
    pub const fn all(budget: Budget) -> Self {
        Self {
            mobile: budget,
            mobile_day: budget,
            reserve: budget,
            reserve_day: budget,
            neighbours: budget,
            neighbours_day: budget,
            device: budget,
            network: budget,
            partner: budget,
        }
    }
}

/// The budgets of one-time passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtpBudgets {
    /// Of requests for one.
    pub asking: Widths,
    /// Of wrong guesses, over all transactions: whoever asks again does not get three fresh guesses for ever.
    pub guessing: Widths,
    /// Requests of everybody together: what the SMS gateways can carry.
    pub nation: Budget,
    /// Into how many counters the nation's budget is split, so that requests do not queue for one row. Each holds an equal
    /// part, and a request is counted in one at random.
    pub nation_parts: u8,
    /// After how many days without one a number opens nothing by the next alone.
    pub silence: Silence,
}

impl Default for OtpBudgets {
    fn default() -> Self {
        Self {
            asking: Widths {
                mobile: Budget::new(5, TEN_MINUTES),
                mobile_day: Budget::new(30, DAY),
                reserve: Budget::new(10, TEN_MINUTES),
                reserve_day: Budget::new(100, DAY),
                neighbours: Budget::new(3, TEN_MINUTES),
                neighbours_day: Budget::new(10, DAY),
                device: Budget::new(30, TEN_MINUTES),
                network: Budget::new(1_000, TEN_MINUTES),
                partner: Budget::new(60_000, 60),
            },
            guessing: Widths {
                mobile: Budget::new(9, TEN_MINUTES),
                mobile_day: Budget::new(30, DAY),
                reserve: Budget::new(9, TEN_MINUTES),
                reserve_day: Budget::new(30, DAY),
                neighbours: Budget::new(3, TEN_MINUTES),
                neighbours_day: Budget::new(6, DAY),
                device: Budget::new(30, TEN_MINUTES),
                // Each asking may end in three wrong guesses: nobody's network is closed by honest mistakes or by one phone.
                network: Budget::new(3_000, TEN_MINUTES),
                partner: Budget::new(180_000, 60),
            },
            nation: Budget::new(300_000, 60),
            nation_parts: 16,
            silence: Silence::days(SILENT_DAYS),
        }
    }
}

impl OtpBudgets {
    /// Wide enough for a demonstration from one machine: twenty a mobile in ten minutes, two thousand a minute in all.
    pub const fn demo() -> Self {
        let widths = Widths {
            mobile: Budget::new(20, TEN_MINUTES),
            mobile_day: Budget::new(2_880, DAY),
            reserve: Budget::new(20, TEN_MINUTES),
            reserve_day: Budget::new(2_880, DAY),
            neighbours: Budget::new(20, TEN_MINUTES),
            neighbours_day: Budget::new(2_880, DAY),
            ..Widths::all(Budget::new(2_000, 60))
        };
        Self {
            asking: widths,
            guessing: widths,
            nation: Budget::new(2_000, 60),
            nation_parts: 1,
            silence: Silence::days(SILENT_DAYS),
        }
    }
}
