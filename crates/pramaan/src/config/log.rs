//! Who countersigns the log's heads, and how long the log goes on without them.

use std::path::{Path, PathBuf};

use anyhow::bail;
use pramaan_app::public_log::Freshness;
use serde::{Deserialize, Serialize};

use super::Within;

/// The log of accesses, towards its witnesses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Log {
    /// A C2SP tlog-policy file; a relative path begins at the data folder. Empty for a log without witnesses.
    witnesses: PathBuf,
    alarm_seconds: Within<10, 86_400>,
    stop_seconds: Within<10, 604_800>,
}

impl Default for Log {
    fn default() -> Self {
        let Freshness {
            alarm_seconds,
            stop_seconds,
        } = Freshness::default();
        Self {
            witnesses: PathBuf::new(),
            alarm_seconds: Within::of(alarm_seconds),
            stop_seconds: Within::of(stop_seconds),
        }
    }
}

impl Log {
    /// Where the policy is, when there are witnesses.
    pub(crate) fn policy(&self, data: &Path) -> Option<PathBuf> {
        let named = !self.witnesses.as_os_str().is_empty();
        named.then(|| data.join(&self.witnesses))
    }

    pub(crate) fn freshness(&self) -> anyhow::Result<Freshness> {
        let freshness = Freshness {
            alarm_seconds: self.alarm_seconds.get().into(),
            stop_seconds: self.stop_seconds.get().into(),
        };
        if freshness.alarm_seconds >= freshness.stop_seconds {
            bail!(
                "[log] alarm_seconds = {} must be less than stop_seconds = {}: somebody is to hear of it before nothing opens",
                freshness.alarm_seconds,
                freshness.stop_seconds
            );
        }
        Ok(freshness)
    }
}
