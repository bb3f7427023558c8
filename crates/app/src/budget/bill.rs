//! What one act is counted against, and whether the counts leave room for it.

use std::collections::HashMap;

use pramaan_keys::IndexKind;
use pramaan_store::Sealer;
use pramaan_store::budget::Charge;
use pramaan_store::known_device::{Acquaintance, DeviceOfNumber};

use super::{Budget, OtpBudgets, Widths};
use crate::origin::Origin;

/// Who is behind a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    Directly,
    ThroughPartner,
}

/// Whether the counts have the act in them already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Yes,
    NotYet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    Over,
}

/// Always the same lines in the same order for one origin, whatever the number.
pub(crate) struct Bill {
    lines: Vec<Line>,
    /// What being known by the device alone is worth here.
    by_device: Purse,
}

struct Line {
    charge: Charge,
    limit: u32,
    purse: Purse,
}

/// Which lines must all have room.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purse {
    Everybody,
    Owner,
    Neighbours,
}

/// The stable names of one act's counters.
struct Kinds {
    mobile: &'static str,
    mobile_day: &'static str,
    reserve: &'static str,
    reserve_day: &'static str,
    neighbours: &'static str,
    neighbours_day: &'static str,
    device: &'static str,
    network: &'static str,
    partner: &'static str,
}

const ASKING: Kinds = Kinds {
    mobile: "otp.mobile",
    mobile_day: "otp.mobile-day",
    reserve: "otp.reserve",
    reserve_day: "otp.reserve-day",
    neighbours: "otp.neighbours",
    neighbours_day: "otp.neighbours-day",
    device: "otp.device",
    network: "otp.network",
    partner: "otp.partner",
};
const GUESSING: Kinds = Kinds {
    mobile: "guess.mobile",
    mobile_day: "guess.mobile-day",
    reserve: "guess.reserve",
    reserve_day: "guess.reserve-day",
    neighbours: "guess.neighbours",
    neighbours_day: "guess.neighbours-day",
    device: "guess.device",
    network: "guess.network",
    partner: "guess.partner",
};

impl Bill {
    /// For a request for a one-time password.
    pub(crate) fn asking(
        budgets: &OtpBudgets,
        sealer: &Sealer,
        who: (&Origin, Asker),
        device: &DeviceOfNumber,
    ) -> Self {
        let mut bill = Self::new((&ASKING, &budgets.asking), sealer, who, device);
        let [part] = sealer.random::<1>();
        let parts = budgets.nation_parts.max(1);
        let nation = Budget::new(
            budgets.nation.count.div_ceil(parts.into()),
            budgets.nation.seconds,
        );
        bill.lines
            .push(line("otp.nation", vec![part % parts], nation, Purse::Everybody));
        bill
    }

    /// For a guess at one.
    pub(crate) fn guessing(
        budgets: &OtpBudgets,
        sealer: &Sealer,
        who: (&Origin, Asker),
        device: &DeviceOfNumber,
    ) -> Self {
        Self::new((&GUESSING, &budgets.guessing), sealer, who, device)
    }

    fn new(
        (kinds, widths): (&Kinds, &Widths),
        sealer: &Sealer,
        (origin, asker): (&Origin, Asker),
        device: &DeviceOfNumber,
    ) -> Self {
        let index = |kind, value: &[u8]| sealer.keys.index(kind, value).as_bytes().to_vec();
        let mobile = device.mobile_ix().to_vec();
        let mut lines = vec![
            line(kinds.mobile, mobile.clone(), widths.mobile, Purse::Everybody),
            line(kinds.mobile_day, mobile, widths.mobile_day, Purse::Everybody),
        ];
        let reserves = origin.reserves();
        if let Some(own) = reserves.own {
            let own = device.alike(sealer, &own);
            lines.push(line(kinds.reserve, own.clone(), widths.reserve, Purse::Owner));
            lines.push(line(kinds.reserve_day, own, widths.reserve_day, Purse::Owner));
        }
        if let Some(shared) = reserves.neighbours {
            let shared = device.alike(sealer, &shared);
            lines.push(line(
                kinds.neighbours,
                shared.clone(),
                widths.neighbours,
                Purse::Neighbours,
            ));
            lines.push(line(
                kinds.neighbours_day,
                shared,
                widths.neighbours_day,
                Purse::Neighbours,
            ));
        }
        let from = index(IndexKind::Device, origin.device());
        match asker {
            Asker::Directly => {
                lines.push(line(kinds.device, from, widths.device, Purse::Everybody));
                let network = index(IndexKind::NetworkPrefix, origin.network());
                lines.push(line(kinds.network, network, widths.network, Purse::Everybody));
            }
            Asker::ThroughPartner => lines.push(line(kinds.partner, from, widths.partner, Purse::Everybody)),
        }
        let by_device = if origin.is_one_device() {
            Purse::Owner
        } else {
            Purse::Neighbours
        };
        Self { lines, by_device }
    }

    pub(crate) fn charges(&self) -> Vec<Charge> {
        self.lines.iter().map(|line| line.charge.clone()).collect()
    }

    /// Whether there is room in the budgets of everybody, or else in the reserve of one who is known for the number.
    pub(crate) fn allows(
        &self,
        counts: &HashMap<String, i64>,
        counted: Counted,
        acquaintance: Acquaintance,
    ) -> Verdict {
        let pending = match counted {
            Counted::Yes => 0,
            Counted::NotYet => 1,
        };
        let has_room = |line: &Line| {
            counts
                .get(line.charge.kind)
                .is_some_and(|count| count.saturating_add(pending) <= i64::from(line.limit))
        };
        let all = |purse| {
            let mut of_it = self.lines.iter().filter(|line| line.purse == purse).peekable();
            of_it.peek().is_some() && of_it.all(has_room)
        };
        let reserve = match acquaintance {
            Acquaintance::Stranger => None,
            Acquaintance::SameDevice => Some(self.by_device),
            Acquaintance::SameLogin => Some(Purse::Owner),
        };
        if all(Purse::Everybody) || reserve.is_some_and(all) {
            Verdict::Allowed
        } else {
            Verdict::Over
        }
    }
}

fn line(kind: &'static str, subject: Vec<u8>, budget: Budget, purse: Purse) -> Line {
    let charge = Charge {
        kind,
        subject,
        window_seconds: budget.seconds.into(),
    };
    Line {
        charge,
        limit: budget.count,
        purse,
    }
}
