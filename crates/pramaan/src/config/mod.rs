//! What an operator may turn, in `pramaan.toml`: docs/pramaan.example.toml shows every key with its default.
//!
//! Unknown keys are refused, and so is nought: a budget of nothing would lock everybody out. `demo` has budgets of its own.

mod database;
mod log;
mod server;
mod within;

use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use pramaan_app::budget::{Budget, OtpBudgets, Silence, Widths};
use pramaan_app::staff::StaffLoginBudgets;
use serde::{Deserialize, Serialize};

pub(crate) use database::Database;
pub(crate) use log::Log;
pub(crate) use server::{PageLogins, Server};
use within::Within;

/// So many in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Width {
    count: NonZeroU32,
    seconds: NonZeroU32,
}

/// One-time passwords: requests for them and wrong guesses at them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Otp {
    nation: Width,
    nation_parts: u8,
    silent_days: NonZeroU16,
    asking: Act,
    guessing: Act,
}

/// What one act with a one-time password is counted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Act {
    mobile: Width,
    mobile_day: Width,
    reserve: Width,
    reserve_day: Width,
    neighbours: Width,
    neighbours_day: Width,
    device: Width,
    network: Width,
    partner: Width,
}

/// Tries of staff logins, and how many may wait for their turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StaffLogins {
    device: Width,
    known_device_tries: NonZeroU32,
    network_of_code: Width,
    code: Width,
    code_day: Width,
    network: Width,
    strangers_waiting: u16,
    known_waiting: u16,
}

/// Requests of any kind: of one network, and of this machine, which may be a proxy that stands for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Requests {
    network: Width,
    this_machine: Width,
}

impl Width {
    fn of(budget: Budget) -> Self {
        let whole = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            count: whole(budget.count),
            seconds: whole(budget.seconds),
        }
    }

    fn budget(self) -> Budget {
        Budget::new(self.count.get(), self.seconds.get())
    }

    pub(crate) fn requests(self) -> pramaan_http::limit::Budget {
        pramaan_http::limit::Budget {
            requests: self.count.get(),
            per: Duration::from_secs(self.seconds.get().into()),
        }
    }
}

impl Default for Otp {
    fn default() -> Self {
        let budgets = OtpBudgets::default();
        Self {
            nation: Width::of(budgets.nation),
            nation_parts: budgets.nation_parts,
            silent_days: NonZeroU16::new(budgets.silence.in_days()).unwrap_or(NonZeroU16::MIN),
            asking: Act::of(budgets.asking),
            guessing: Act::of(budgets.guessing),
        }
    }
}

impl From<&Otp> for OtpBudgets {
    fn from(otp: &Otp) -> Self {
        Self {
            asking: otp.asking.widths(),
            guessing: otp.guessing.widths(),
            nation: otp.nation.budget(),
            nation_parts: otp.nation_parts,
            silence: Silence::days(otp.silent_days.get()),
        }
    }
}

impl Act {
    fn of(widths: Widths) -> Self {
        Self {
            mobile: Width::of(widths.mobile),
            mobile_day: Width::of(widths.mobile_day),
            reserve: Width::of(widths.reserve),
            reserve_day: Width::of(widths.reserve_day),
            neighbours: Width::of(widths.neighbours),
            neighbours_day: Width::of(widths.neighbours_day),
            device: Width::of(widths.device),
            network: Width::of(widths.network),
            partner: Width::of(widths.partner),
        }
    }

    fn widths(&self) -> Widths {
        Widths {
            mobile: self.mobile.budget(),
            mobile_day: self.mobile_day.budget(),
            reserve: self.reserve.budget(),
            reserve_day: self.reserve_day.budget(),
            neighbours: self.neighbours.budget(),
            neighbours_day: self.neighbours_day.budget(),
            device: self.device.budget(),
            network: self.network.budget(),
            partner: self.partner.budget(),
        }
    }
}

impl Default for StaffLogins {
    fn default() -> Self {
        let budgets = StaffLoginBudgets::default();
        Self {
            device: Width::of(budgets.device),
            known_device_tries: NonZeroU32::new(budgets.known_device_tries).unwrap_or(NonZeroU32::MIN),
            network_of_code: Width::of(budgets.network_of_code),
            code: Width::of(budgets.code),
            code_day: Width::of(budgets.code_day),
            network: Width::of(budgets.network),
            strangers_waiting: budgets.strangers_waiting,
            known_waiting: budgets.known_waiting,
        }
    }
}

impl From<&StaffLogins> for StaffLoginBudgets {
    fn from(logins: &StaffLogins) -> Self {
        Self {
            device: logins.device.budget(),
            known_device_tries: logins.known_device_tries.get(),
            network_of_code: logins.network_of_code.budget(),
            code: logins.code.budget(),
            code_day: logins.code_day.budget(),
            network: logins.network.budget(),
            strangers_waiting: logins.strangers_waiting,
            known_waiting: logins.known_waiting,
        }
    }
}

impl Default for Requests {
    /// A /24 of IPv4 may stand for thousands behind one carrier address; a proxy, for more than two cores can answer.
    fn default() -> Self {
        Self {
            network: Width::of(Budget::new(6_000, 60)),
            this_machine: Width::of(Budget::new(12_000_000, 60)),
        }
    }
}

impl Requests {
    pub(crate) fn shield(&self) -> crate::host::Shield {
        crate::host::Shield {
            everyone: self.network.requests(),
            loopback: self.this_machine.requests(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Settings;

    const EXAMPLE: &str = include_str!("../../../../docs/pramaan.example.toml");

    /// Every key, and no other, with the value that it has when it is left out.
    #[test]
    fn the_example_shows_every_key_with_its_default() {
        let example: Settings = toml::from_str(EXAMPLE).unwrap();
        let bare = format!("origin = {:?}\nissuer = {:?}\n", example.origin, example.issuer);
        let defaults: Settings = toml::from_str(&bare).unwrap();
        assert_eq!(example, defaults);
        let shown: toml::Table = EXAMPLE.parse().unwrap();
        let all: toml::Table = toml::to_string(&defaults).unwrap().parse().unwrap();
        assert_eq!(shown, all, "a key is missing in the example");
        assert!(all.len() > 4, "{all}");
    }

    #[test]
    fn a_changed_width_is_used_and_the_others_stay() {
        let text = EXAMPLE.replace(
            "code_day = { count = 100, seconds = 86400 }",
            "code_day = { count = 7, seconds = 60 }",
        );
        assert_ne!(text, EXAMPLE);
        let settings: Settings = toml::from_str(&text).unwrap();
        let budgets = pramaan_app::staff::StaffLoginBudgets::from(&settings.staff_logins);
        assert_eq!((budgets.code_day.count, budgets.code_day.seconds), (7, 60));
        assert_eq!(
            budgets.code,
            pramaan_app::staff::StaffLoginBudgets::default().code
        );
    }

    #[test]
    fn unknown_keys_and_nought_are_refused_by_name() {
        for (added, named) in [
            ("[otp]\nmobil = { count = 1, seconds = 1 }", "mobil"),
            ("[otp]\nnation = { count = 0, seconds = 1 }", "nonzero"),
            ("[staff_logins]\ncode = { count = 1 }", "seconds"),
            ("[request]\n", "request"),
        ] {
            let text = format!("origin = \"a\"\nissuer = \"b\"\n{added}");
            let refused = toml::from_str::<Settings>(&text).unwrap_err().to_string();
            assert!(refused.contains(named), "{added}: {refused}");
        }
    }
}
