//! How many of whom: a tree of groups, in which each witness stands at one place at most.

use super::Met;

/// The rule that says whether those who cosigned are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// Each refers only to those before it, so that nothing goes round in circles.
    pub(super) parts: Vec<Part>,
    /// Which part decides; nothing when no cosignature is asked for.
    pub(super) decides: Option<usize>,
}

/// Something that can be said to have witnessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The witness with this place in the file.
    Witness(usize),
    /// At least so many of these earlier parts.
    Group { least: usize, members: Vec<usize> },
}

impl Quorum {
    /// No cosignature is asked for.
    pub const fn none() -> Self {
        Self {
            parts: Vec::new(),
            decides: None,
        }
    }

    /// Whether no cosignature is asked for.
    pub const fn is_none(&self) -> bool {
        self.decides.is_none()
    }

    /// Whether the witnesses (by their place in the file) that `cosigned` are enough.
    pub fn met(&self, cosigned: impl Fn(usize) -> bool) -> Met {
        let Some(decides) = self.decides else {
            return Met::Yes;
        };
        // Members come before their groups, so one pass in the order of the file suffices, however deep the groups are.
        let mut witnessed: Vec<bool> = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let yes = match part {
                Part::Witness(place) => cosigned(*place),
                Part::Group { least, members } => {
                    let by = members
                        .iter()
                        .filter(|member| witnessed.get(**member) == Some(&true));
                    by.count() >= *least
                }
            };
            witnessed.push(yes);
        }
        match witnessed.get(decides) {
            Some(true) => Met::Yes,
            _ => Met::No,
        }
    }
}
