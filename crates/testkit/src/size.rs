//! How much a test does: the same code at smoke size in CI and at full size under `cargo xtask long`.
//!
//! This is the only place that reads `PRAMAAN_LONG`. A test asks for a number and never for the environment, so no test
//! has a branch that only one of the sizes runs.

use std::sync::OnceLock;

/// Set to `1` by `cargo xtask long`; absent or empty means smoke size.
pub const VARIABLE: &str = "PRAMAAN_LONG";

/// How many times as many cases a property is tried with at full size.
const MORE_CASES: u32 = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// What `cargo test` and CI run: each test within seconds.
    Smoke,
    /// What `cargo xtask long` runs: minutes.
    Full,
}

impl Size {
    /// The size of this run.
    ///
    /// # Panics
    /// When the variable has another value than `1`: a typing error must not pass as a full-size run.
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test process is told how much to do"
    )]
    pub fn of_this_run() -> Self {
        static SIZE: OnceLock<Size> = OnceLock::new();
        *SIZE.get_or_init(|| Self::parse(std::env::var(VARIABLE).ok().as_deref()))
    }

    #[expect(
        clippy::panic,
        reason = "tests have no other way to refuse their configuration"
    )]
    fn parse(value: Option<&str>) -> Self {
        match value {
            None | Some("") => Self::Smoke,
            Some("1") => Self::Full,
            Some(other) => panic!("{VARIABLE} is {other:?}: set it to 1 for full size, or unset it"),
        }
    }

    fn pick<T>(self, smoke: T, full: T) -> T {
        match self {
            Self::Smoke => smoke,
            Self::Full => full,
        }
    }
}

/// `smoke` in CI, `full` under `cargo xtask long`.
pub fn sized<T>(smoke: T, full: T) -> T {
    Size::of_this_run().pick(smoke, full)
}

/// How many cases a property is tried with: `smoke` in CI, many times as many under `cargo xtask long`.
pub fn cases(smoke: u32) -> u32 {
    sized(smoke, smoke.saturating_mul(MORE_CASES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_one_means_full() {
        assert_eq!(Size::parse(None), Size::Smoke);
        assert_eq!(Size::parse(Some("")), Size::Smoke);
        assert_eq!(Size::parse(Some("1")), Size::Full);
        let refused = std::panic::catch_unwind(|| Size::parse(Some("yes")));
        assert!(refused.is_err(), "a typing error is no smoke run");
    }

    #[test]
    fn the_size_picks_the_number() {
        assert_eq!(Size::Smoke.pick(4_000, 100_000), 4_000);
        assert_eq!(Size::Full.pick(4_000, 100_000), 100_000);
    }
}
