//! What the witnesses of a log have seen of it, asked before anything is signed that could give up what they saw.
//!
//! A folder and a database that were rolled back together know of no loss; only the witnesses do. So a log is neither ended
//! nor adopted while so few of them answer that a quorum may have seen more.

use anyhow::bail;
use pramaan_app::public_log::Answers;
use pramaan_store::outside::{MOST_ENTRIES, Seen};
use pramaan_store::{Db, Sealer};
use pramaan_tlog::Verifier;

use crate::cli::Place;
use crate::data::Settings;
use crate::say;
use crate::witnesses::LogPolicy;

/// What becomes of a command when too few witnesses answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silence {
    IsRefused,
    /// The operator said so, and the entry of the log says it too.
    IsTold,
}

/// What was answered.
pub(crate) struct Testimony {
    /// The newest heads that witnesses showed, each once.
    pub(crate) seen: Vec<Seen>,
    /// When those who answered are too few.
    silent: Option<Silent>,
}

/// Who did not answer, and why.
struct Silent {
    names: Vec<String>,
    why: String,
}

impl Testimony {
    /// Asks the witnesses of the policy that the settings name what they have seen of `of`; without a policy nobody is there to
    /// be asked.
    pub(crate) async fn asked(
        place: &Place,
        log: (&Db, &Sealer, &Settings),
        of: &Verifier,
    ) -> anyhow::Result<Self> {
        let Some(policy) = LogPolicy::of(&place.data, log).await? else {
            return Ok(Self {
                seen: Vec::new(),
                silent: None,
            });
        };
        let Answers {
            seen,
            silent: names,
            enough,
        } = policy.seen_of(of).await;
        let mut seen: Vec<_> = seen
            .iter()
            .map(|shown| Seen {
                size: shown.checkpoint.size(),
                root: *shown.checkpoint.root(),
            })
            .collect();
        seen.sort_unstable_by_key(|seen| seen.size);
        seen.dedup();
        let silent = enough.err().map(|few| Silent {
            names,
            why: few.reason,
        });
        Ok(Self { seen, silent })
    }

    /// What was answered about two logs: who is silent about either is named, once.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.seen.extend(other.seen);
        self.silent = match (self.silent, other.silent) {
            (Some(one), Some(two)) => Some(one.and(two)),
            (one, two) => one.or(two),
        };
        self
    }

    /// Those of its heads that a log could have.
    pub(crate) fn credible(&self) -> impl Iterator<Item = Seen> {
        self.seen.iter().copied().filter(is_credible)
    }

    /// Gives up those that no log could have: the thief of a key had them signed, who need not show entries for them. Answers the
    /// reason as the entry of the log is to have it.
    pub(crate) fn without_what_is_made_up(&self, reason: String) -> String {
        self.seen.iter().filter(|seen| !is_credible(seen)).fold(reason, |reason, made_up| {
            let Seen { size, root } = made_up;
            say::line(&format!(
                "not believed: a witness shows a head over {size} entries, more than any log can have. Whoever has the log's key made it \
                 up; of entries that are lost it says nothing"
            ));
            format!("{reason} (not believed: a head over {size} entries with the root {root})")
        })
    }

    /// Answers the reason as the entry of the log is to have it.
    ///
    /// # Errors
    /// A sentence for the operator when too few answered and silence is refused.
    pub(crate) fn heard(&self, silence: Silence, reason: String) -> anyhow::Result<String> {
        let Some(Silent { names, why }) = &self.silent else {
            return Ok(reason);
        };
        if silence == Silence::IsRefused {
            bail!(
                "too few witnesses say what they have seen of the log, so nothing was changed: see that they are reached and give the \
                 command again, or give up what only they have seen with --without-witnesses, which the entry of the log will say \
                 ({why})"
            );
        }
        say::line(&format!(
            "too few witnesses said what they have seen of the log ({why}): if that is more than the database has, it is given up \
             without a bridge that says so, and what they have signed contradicts this log; its entry says that they were not heard"
        ));
        Ok(format!(
            "{reason} (by --without-witnesses; not heard: {})",
            names.join(", ")
        ))
    }
}

impl Silent {
    fn and(mut self, other: Self) -> Self {
        for name in other.names {
            if !self.names.contains(&name) {
                self.names.push(name);
            }
        }
        if self.why != other.why {
            self.why = format!("{}; {}", self.why, other.why);
        }
        self
    }
}

const fn is_credible(seen: &Seen) -> bool {
    seen.size <= MOST_ENTRIES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silent(names: &[&str]) -> Testimony {
        let why: Vec<_> = names
            .iter()
            .map(|name| format!("{name}: it could not be reached"))
            .collect();
        Testimony {
            seen: Vec::new(),
            silent: Some(Silent {
                names: names.iter().map(|name| (*name).to_owned()).collect(),
                why: why.join("; "),
            }),
        }
    }

    #[test]
    fn the_entry_says_that_witnesses_were_not_heard_and_only_then() {
        let reason = || "the disk burnt".to_owned();
        let refused = silent(&["w/1", "w/2"]).heard(Silence::IsRefused, reason());
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("w/2: it could not be reached"), "{refused}");
        let told = silent(&["w/1", "w/2"]).heard(Silence::IsTold, reason()).unwrap();
        assert_eq!(
            told,
            "the disk burnt (by --without-witnesses; not heard: w/1, w/2)"
        );
        let enough = Testimony {
            seen: Vec::new(),
            silent: None,
        };
        for silence in [Silence::IsRefused, Silence::IsTold] {
            assert_eq!(enough.heard(silence, reason()).unwrap(), reason());
        }
    }

    #[test]
    fn who_is_silent_about_either_of_two_logs_is_named_once() {
        let enough = || Testimony {
            seen: Vec::new(),
            silent: None,
        };
        let heard = |both: Testimony| both.heard(Silence::IsTold, "the disk burnt".to_owned()).unwrap();
        for (both, names) in [
            (
                silent(&["w/1", "w/2"]).and(silent(&["w/2", "w/3"])),
                "w/1, w/2, w/3",
            ),
            (enough().and(silent(&["w/3"])), "w/3"),
            (silent(&["w/1"]).and(enough()), "w/1"),
        ] {
            let said = format!("the disk burnt (by --without-witnesses; not heard: {names})");
            assert_eq!(heard(both), said);
        }
    }
}
