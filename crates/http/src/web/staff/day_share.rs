//! How many lines of each list of the day stand on its screen at once: a page stays light however many people are there.

/// A list of people on the screen of the day, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Waiting,
    Tables,
    Observing,
    ToCome,
    Left,
    Away,
    NoShows,
}

/// Where the reader of the screen is: on a later page of one list, at the beginning of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) list: Shown,
    pub(super) from: usize,
}

/// Which lines of a list are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: usize,
    pub(super) until: usize,
}

/// Lines on the screen, of all lists together.
const LINES: usize = 27;
/// Lines that each list has before any has more.
const EACH: usize = 2;

impl Shown {
    pub(super) const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Tables,
        Self::Observing,
        Self::ToCome,
        Self::Left,
        Self::Away,
        Self::NoShows,
    ];

    /// The list's name on the page and in links.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Tables => "tables",
            Self::Observing => "observing",
            Self::ToCome => "to-come",
            Self::Left => "left",
            Self::Away => "away",
            Self::NoShows => "no-shows",
        }
    }

    pub(super) fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.id() == id)
    }
}

impl Reading {
    /// Nothing is read on: those who are here come before those to come.
    pub(super) const BEGINNING: Self = Self {
        list: Shown::Waiting,
        from: 0,
    };
}

/// The lines of each list, by its length. Whoever read further than a list is long now sees its last lines.
///
/// Each has a few; the rest goes to the list that is being read, then in the order of the screen.
pub(super) fn windows(length: impl Fn(Shown) -> usize, reading: Reading) -> [(Shown, Window); 7] {
    let begins = |list: Shown| match list == reading.list {
        true if reading.from < length(list) => reading.from,
        true => length(list).saturating_sub(EACH),
        false => 0,
    };
    let mut shared = Shown::ALL.map(|list| {
        let from = begins(list);
        let until = length(list).min(from + EACH);
        (list, Window { from, until })
    });
    let mut left = LINES - EACH * Shown::ALL.len();
    for of_reading in [true, false] {
        for (list, window) in &mut shared {
            if (*list == reading.list) != of_reading {
                continue;
            }
            let more = (length(*list) - window.until).min(left);
            window.until += more;
            left -= more;
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_line_of_every_list_is_reached_and_no_page_has_too_many(
            lengths in proptest::array::uniform7(0_usize..200),
            which in 0_usize..7,
        ) {
            let length = |list: Shown| lengths[Shown::ALL.iter().position(|one| *one == list).unwrap()];
            let list = Shown::ALL[which];
            let mut from = 0;
            loop {
                let all = windows(length, Reading { list, from });
                let lines: usize = all.iter().map(|(_, window)| window.until - window.from).sum();
                prop_assert!(lines <= LINES, "{lines}");
                for (list, window) in all {
                    prop_assert!(window.until <= length(list));
                    prop_assert!(length(list) == 0 || window.until > window.from);
                }
                let (_, window) = all[which];
                prop_assert_eq!(window.from, from, "the next page begins where this one ended");
                from = window.until;
                if from == length(list) {
                    break;
                }
            }
        }
    }

    #[test]
    fn who_is_here_comes_before_who_is_to_come() {
        let length = |list| match list {
            Shown::Waiting | Shown::Tables => 4,
            Shown::Observing => 6,
            _ => 90,
        };
        let lines = windows(length, Reading::BEGINNING).map(|(_, window)| window.until);
        assert_eq!(lines, [4, 4, 6, 7, 2, 2, 2]);
    }

    #[test]
    fn who_read_further_than_the_list_is_long_now_sees_its_end() {
        let reading = Reading {
            list: Shown::Observing,
            from: 40,
        };
        let windows = windows(|_| 7, reading);
        let (_, observing) = windows[2];
        assert_eq!((observing.from, observing.until), (5, 7));
        assert_eq!(windows[0].1.from, 0);
    }
}
