//! A whole number between two bounds, both of them allowed.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub(crate) struct Within<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> Within<LEAST, MOST> {
    /// A default of the program's own, brought within the bounds.
    pub(super) fn of(number: impl TryInto<u32>) -> Self {
        Self(number.try_into().unwrap_or(MOST).clamp(LEAST, MOST))
    }

    pub(super) fn get(self) -> u32 {
        self.0
    }
}

impl<const LEAST: u32, const MOST: u32> TryFrom<u32> for Within<LEAST, MOST> {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        match (LEAST..=MOST).contains(&number) {
            true => Ok(Self(number)),
            false => Err(format!("{number} is not allowed here: take {LEAST} to {MOST}")),
        }
    }
}

impl<const LEAST: u32, const MOST: u32> From<Within<LEAST, MOST>> for u32 {
    fn from(within: Within<LEAST, MOST>) -> Self {
        within.0
    }
}
