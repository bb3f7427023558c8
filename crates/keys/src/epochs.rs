//! A key and those that came after it. Nothing that was ever made is forgotten: something may still be under it.

use crate::KeyEpoch;

/// One of the root keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// Seals what belongs to no person's key, and wraps the keys of persons.
    Sealing,
    /// Finds people by numbers that are not stored.
    Index,
    /// Signs bearer tokens, and binds rows and codes.
    Token,
    /// Signs the heads of the access log.
    Log,
    /// Signs certificates.
    Certificate,
}

impl Root {
    /// Each once, in the order in which their files are made.
    pub const ALL: [Self; 5] = [
        Self::Sealing,
        Self::Index,
        Self::Token,
        Self::Log,
        Self::Certificate,
    ];

    /// As commands and files call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sealing => "sealing",
            Self::Index => "index",
            Self::Token => "token",
            Self::Log => "log",
            Self::Certificate => "certificate",
        }
    }
}

/// Whether a key is still what it was when it was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody else is known to have it.
    Believed,
    /// Somebody else may have it: what was signed with it proves nothing any more.
    Stolen,
}

/// The keys of one root, in the order in which they were made. The first is epoch 1.
pub(crate) struct Epochs<T> {
    first: (T, Standing),
    later: Vec<(T, Standing)>,
}

impl<T> Epochs<T> {
    pub(crate) fn new(first: (T, Standing), later: Vec<(T, Standing)>) -> Self {
        Self { first, later }
    }

    #[cfg(test)]
    pub(crate) fn only(key: T) -> Self {
        Self::new((key, Standing::Believed), Vec::new())
    }

    /// The one that makes what is new.
    pub(crate) fn newest(&self) -> &T {
        &self.later.last().unwrap_or(&self.first).0
    }

    pub(crate) fn newest_epoch(&self) -> KeyEpoch {
        let later = u32::try_from(self.later.len()).unwrap_or(u32::MAX);
        KeyEpoch(later.saturating_add(1))
    }

    pub(crate) fn of(&self, KeyEpoch(epoch): KeyEpoch) -> Option<&T> {
        let place = usize::try_from(epoch.checked_sub(1)?).ok()?;
        self.oldest_first().nth(place).map(|(key, _)| key)
    }

    /// The newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &(T, Standing)> {
        self.later.iter().rev().chain([&self.first])
    }

    fn oldest_first(&self) -> impl Iterator<Item = &(T, Standing)> {
        [&self.first].into_iter().chain(&self.later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_is_found_by_its_number_and_no_other() {
        let keys = Epochs::new(
            ("one", Standing::Stolen),
            vec![("two", Standing::Believed), ("three", Standing::Believed)],
        );
        assert_eq!((keys.newest(), keys.newest_epoch()), (&"three", KeyEpoch(3)));
        let of = |epoch| keys.of(KeyEpoch(epoch)).copied();
        assert_eq!(
            [of(0), of(1), of(2), of(3), of(4)],
            [None, Some("one"), Some("two"), Some("three"), None]
        );
        let order: Vec<_> = keys.newest_first().map(|(key, _)| *key).collect();
        assert_eq!(order, ["three", "two", "one"]);
        assert_eq!(Epochs::only("one").newest_epoch(), KeyEpoch(1));
    }
}
