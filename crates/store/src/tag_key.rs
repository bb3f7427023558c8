//! A person's key of tags, and the view keys that come of it: the one place where a day's tag is computed.
//!
//! A view key recognises a month's entries about the person. They can have it made anew: from the next day on their tags come
//! of another, and who was given the old one recognises nothing more. Each time is an epoch; the days on which epochs began
//! stand beside the wrapped key, which is bound to them, so that nobody takes one away or puts one in.

use std::fmt;

use pramaan_keys::SecretKey;
use pramaan_tlog::extract::ViewKey;
use pramaan_tlog::leaf::Day;
use pramaan_tlog::{SubjectTag, month_key, subject_tag};

use crate::StoreError;

/// The key, and since when which epoch holds.
pub(crate) struct TagKey {
    key: SecretKey,
    epochs: Epochs,
}

impl TagKey {
    pub(crate) const fn new(key: SecretKey, epochs: Epochs) -> Self {
        Self { key, epochs }
    }

    /// The person's `i`-th tag of the day.
    pub(crate) fn tag(&self, day: Day, i: u32) -> Result<SubjectTag, StoreError> {
        Ok(subject_tag(&self.view_key(day)?, day, i))
    }

    /// One key for each month of these days, and one for each epoch that began within them.
    pub(crate) fn view_keys(&self, from: Day, to: Day) -> Result<Vec<ViewKey>, StoreError> {
        let mut keys: Vec<ViewKey> = Vec::new();
        for day in (from.number()..=to.number()).map(Day::new) {
            let key = self.view_key(day)?;
            if keys.last().is_none_or(|last| last.key != key) {
                keys.push(ViewKey { from: day, key });
            }
        }
        Ok(keys)
    }

    /// For what else is sealed for the person beside their tags.
    pub(crate) fn derive(&self, label: &str) -> SecretKey {
        self.key.derive(label)
    }

    fn view_key(&self, day: Day) -> Result<[u8; 32], StoreError> {
        let month = day.year_month().ok_or(StoreError::corrupt("access_head", "at"))?;
        Ok(month_key(self.key.expose(), month, self.epochs.on(day)))
    }
}

/// The first days of a person's epochs 1, 2, 3…, ascending; before all of them it is epoch 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Epochs(Vec<Day>);

impl Epochs {
    /// From what is kept: days since 1970, ascending, a space between.
    pub(crate) fn parse(kept: &str) -> Option<Self> {
        let days: Vec<Day> = kept
            .split(' ')
            .map(|day| day.parse().ok().map(Day::new))
            .collect::<Option<_>>()?;
        let epochs = Self(days);
        let ascend = epochs.0.is_sorted_by(|one, next| one < next);
        (ascend && epochs.to_string() == kept).then_some(epochs)
    }

    /// The newest one's first day.
    pub(crate) fn newest(&self) -> Option<Day> {
        self.0.last().copied()
    }

    /// With one more, from that day on; nothing when there is one from that day or a later one already.
    pub(crate) fn with(&self, from: Day) -> Option<Self> {
        let follows = self.newest().is_none_or(|newest| newest < from);
        follows.then(|| Self(self.0.iter().copied().chain([from]).collect()))
    }

    fn on(&self, day: Day) -> u32 {
        u32::try_from(self.0.partition_point(|from| *from <= day)).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Epochs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<String> = self.0.iter().map(|day| day.number().to_string()).collect();
        f.write_str(&days.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs(days: &[u32]) -> Epochs {
        Epochs(days.iter().copied().map(Day::new).collect())
    }

    #[test]
    fn an_epoch_holds_from_its_first_day_on() {
        let epochs = epochs(&[20_756, 20_760]);
        let on = |day| epochs.on(Day::new(day));
        assert_eq!(
            [on(20_755), on(20_756), on(20_759), on(20_760), on(30_000)],
            [0, 1, 1, 2, 2]
        );
        assert_eq!(epochs.with(Day::new(20_760)), None, "one a day");
        assert_eq!(epochs.with(Day::new(20_761)).unwrap().0.len(), 3);
        assert_eq!(Epochs::parse(&epochs.to_string()), Some(epochs));
        for bad in ["", "2 1", "1 1", "1  2", "01", "-1", "1,2", "4294967296"] {
            assert_eq!(Epochs::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn months_and_epochs_have_keys_of_their_own() {
        let key = |days: &[u32]| TagKey::new(SecretKey::from_bytes([7; 32]), epochs(days));
        // 2026-10-30 to 2026-11-06.
        let (from, to) = (Day::new(20_756), Day::new(20_763));
        let begins = |days: &[u32]| {
            let keys = key(days).view_keys(from, to).unwrap();
            keys.iter().map(|key| key.from.number()).collect::<Vec<_>>()
        };
        assert_eq!(begins(&[]), [20_756, 20_758]);
        assert_eq!(begins(&[20_700]), [20_756, 20_758]);
        assert_eq!(begins(&[20_758]), [20_756, 20_758], "on the first of a month");
        assert_eq!(begins(&[20_757, 20_761]), [20_756, 20_757, 20_758, 20_761]);
        let (before, after) = (key(&[]), key(&[20_761]));
        let same = |day| before.tag(Day::new(day), 0).unwrap() == after.tag(Day::new(day), 0).unwrap();
        assert_eq!([same(20_760), same(20_761), same(20_763)], [true, false, false]);
    }
}
