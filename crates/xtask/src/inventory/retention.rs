//! How long the rows of a table are kept: `N days after COLUMN`, `stays: REASON`, or for one column `until WHEN`.

use std::fmt;

use anyhow::{Context, Result, bail};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Retention {
    /// The retention job deletes the row.
    Days { days: u32, after: String },
    /// Nothing goes with time.
    Stays(String),
    /// One column is blanked sooner than its row goes.
    Until(String),
}

impl Retention {
    pub(super) fn parse(text: &str) -> Result<Self> {
        if let Some(reason) = text.strip_prefix("stays: ").filter(|reason| !reason.is_empty()) {
            return Ok(Self::Stays(reason.to_owned()));
        }
        if let Some((days, after)) = text.split_once(" days after ") {
            let days = days
                .parse()
                .with_context(|| format!("`{days}` is no number of days"))?;
            let after = after.to_owned();
            return Ok(Self::Days { days, after });
        }
        match text.strip_prefix("until ").filter(|when| !when.is_empty()) {
            Some(when) => Ok(Self::Until(when.to_owned())),
            None => bail!("`{text}` is neither `N days after COLUMN` nor `stays: REASON` nor `until WHEN`"),
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days { days: 0, after } => write!(f, "until {after}"),
            Self::Days { days, after } => write!(f, "{days} days after {after}"),
            Self::Stays(reason) => write!(f, "stays: {reason}"),
            Self::Until(when) => write!(f, "until {when}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_a_period_or_a_reason() {
        let written = |text| Retention::parse(text).map(|said| said.to_string());
        assert_eq!(written("7 days after at").unwrap(), "7 days after at");
        assert_eq!(written("0 days after ends_at").unwrap(), "until ends_at");
        assert_eq!(written("stays: the log").unwrap(), "stays: the log");
        for wrong in ["", "long", "stays: ", "many days after at", "until "] {
            assert!(written(wrong).is_err(), "{wrong}");
        }
    }
}
