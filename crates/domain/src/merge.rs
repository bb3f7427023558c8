//! Two records of one person, joined by a link and never rewritten: who belongs together, and how alike two names are.
//!
//! A *course* is everybody whom links connect. A link joins two courses and never two members of one, so links make no
//! circle, and taking one away leaves exactly the two courses that it had joined, in whatever order links come and go.

use std::collections::BTreeSet;

/// Records of one course at most: more of one person's than anybody has telephones.
pub const MOST: usize = 6;

/// What is to become of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// They are one person's: read as one course.
    Join,
    /// They are not, or no longer to be read so.
    Part,
}

impl Act {
    pub const ALL: [Self; 2] = [Self::Join, Self::Part];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Part => "part",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == text)
    }
}

/// Why two records are not joined or parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefusal {
    #[error("these two records are one course already")]
    OneAlready,
    #[error("these two records are not joined to each other")]
    NotJoined,
    #[error("more than six records would be one course")]
    TooMany,
}

/// The links that hold now, each once, whichever end is named first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links<P>(BTreeSet<(P, P)>);

impl<P> Default for Links<P> {
    fn default() -> Self {
        Self(BTreeSet::new())
    }
}

impl<P: Copy + Ord> Links<P> {
    /// Links that are known to hold.
    pub fn of(pairs: impl IntoIterator<Item = (P, P)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(one, other)| ordered(one, other))
                .collect(),
        )
    }

    /// Everybody of somebody's course, themselves among them.
    pub fn course(&self, of: P) -> BTreeSet<P> {
        let mut course = BTreeSet::from([of]);
        loop {
            let touches = |(one, other): &&(P, P)| course.contains(one) != course.contains(other);
            let Some((one, other)) = self.0.iter().find(touches).copied() else {
                return course;
            };
            course.extend([one, other]);
        }
    }

    /// The one member by whom a course is named: the least. No link says who it is, so none can say it wrong.
    pub fn canonical(&self, of: P) -> P {
        self.course(of).into_iter().next().unwrap_or(of)
    }

    /// # Errors
    /// `OneAlready` for two of one course, `TooMany`.
    pub fn join(&mut self, one: P, other: P) -> Result<(), MergeRefusal> {
        let course = self.course(one);
        if course.contains(&other) {
            return Err(MergeRefusal::OneAlready);
        }
        if course.len() + self.course(other).len() > MOST {
            return Err(MergeRefusal::TooMany);
        }
        self.0.insert(ordered(one, other));
        Ok(())
    }

    /// # Errors
    /// `NotJoined` for two that no link joins directly.
    pub fn part(&mut self, one: P, other: P) -> Result<(), MergeRefusal> {
        match self.0.remove(&ordered(one, other)) {
            true => Ok(()),
            false => Err(MergeRefusal::NotJoined),
        }
    }
}

fn ordered<P: Ord>(one: P, other: P) -> (P, P) {
    if one <= other { (one, other) } else { (other, one) }
}

/// How alike two names are, whoever wrote them down and in which script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Likeness {
    /// Letter for letter, but for case and blanks.
    Same,
    /// By their sound: another spelling, another script, another order, a title.
    Alike,
    Different,
}

/// Compares names. Says nothing of who somebody is: people do.
pub fn likeness(one: &str, other: &str) -> Likeness {
    let folded = |name: &str| {
        name.to_lowercase()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    if folded(one) == folded(other) {
        return Likeness::Same;
    }
    let (one, other) = (sound(one), sound(other));
    match !one.is_empty() && one == other {
        true => Likeness::Alike,
        false => Likeness::Different,
    }
}

/// The consonants of each word as one ear hears them, in the order of the alphabet. Titles and what a word of vowels alone
/// would leave are left out.
fn sound(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let words = name.split(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '\'' | ','));
    let mut words: Vec<String> = words
        .filter(|word| !TITLES.contains(word))
        .map(skeleton)
        .filter(|word| !word.is_empty())
        .collect();
    words.sort();
    words
}

const TITLES: [&str; 14] = [
    "shri",
    "sri",
    "smt",
    "shrimati",
    "kumari",
    "mr",
    "mrs",
    "ms",
    "dr",
    "md",
    "श्री",
    "श्रीमती",
    "कुमारी",
    "डॉ",
];

/// A word's first vowel, if it begins with one, and its consonants, each class by one letter and none twice in a row. An `h`
/// after another consonant only breathes on it.
fn skeleton(word: &str) -> String {
    let mut bones = String::new();
    let mut before = None;
    for (at, letter) in word.chars().enumerate() {
        let class = match class(letter) {
            Some('a') if at > 0 => None,
            Some('h') if before.is_some_and(|before| before != 'a') => before,
            class => class,
        };
        if let Some(class) = class.filter(|class| Some(*class) != before) {
            bones.push(class);
        }
        before = class;
    }
    bones
}

/// The sound of a letter, Latin or Devanagari; `a` stands for every vowel that can begin a word. Other scripts stand for
/// themselves.
fn class(letter: char) -> Option<char> {
    Some(match letter {
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'अ'..='औ' => 'a',
        'य' => return None,
        'k' | 'q' | 'c' | 'x' | 'क' | 'ख' | 'च' | 'छ' => 'k',
        'g' | 'ग' | 'घ' => 'g',
        'j' | 'z' | 'ज' | 'झ' => 'j',
        't' | 'ट' | 'ठ' | 'त' | 'थ' => 't',
        'd' | 'ड' | 'ढ' | 'द' | 'ध' => 'd',
        'n' | 'ङ' | 'ञ' | 'ण' | 'न' | 'ं' | 'ँ' => 'n',
        'p' | 'f' | 'प' | 'फ' => 'p',
        'b' | 'ब' | 'भ' => 'b',
        'm' | 'म' => 'm',
        'r' | 'र' | 'ृ' => 'r',
        'l' | 'ल' | 'ळ' => 'l',
        'v' | 'w' | 'व' => 'v',
        's' | 'श' | 'ष' | 'स' => 's',
        'h' | 'ह' => 'h',
        letter if letter.is_alphabetic() && !('\u{900}'..='\u{97F}').contains(&letter) => letter,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_merge_makes_no_circle_and_a_course_has_one_canonical_member() {
        let mut links = Links::default();
        links.join(3, 2).unwrap();
        links.join(2, 9).unwrap();
        assert_eq!(links.join(9, 3), Err(MergeRefusal::OneAlready));
        assert_eq!([2, 3, 9].map(|of| links.canonical(of)), [2, 2, 2]);
        assert_eq!(links.part(9, 3), Err(MergeRefusal::NotJoined), "only through 2");
        links.part(2, 3).unwrap();
        assert_eq!([2, 3, 9].map(|of| links.canonical(of)), [2, 3, 2]);
    }

    #[test]
    fn a_seventh_record_is_not_merged() {
        let mut links = Links::default();
        for other in 1..6 {
            links.join(0, other).unwrap();
        }
        assert_eq!(links.join(6, 3), Err(MergeRefusal::TooMany));
    }

    #[test]
    fn names_are_alike_by_sound_across_spellings_scripts_and_order() {
        use Likeness::{Alike, Different, Same};
        for (one, other, expected) in [
            ("Asha Devi", "asha  DEVI", Same),
            ("Asha Devi", "Aasha Devee", Alike),
            ("Asha Devi", "Smt. Asha Devi", Alike),
            ("Asha Devi", "Devi Asha", Alike),
            ("Asha Devi", "आशा देवी", Alike),
            ("Mohammad Yusuf", "Mohammed Yusuf", Alike),
            ("Lakshmi", "Laxmi", Different),
            ("Lalita Pawar", "Lalitha Pavar", Alike),
            ("Asha Devi", "Usha Rani", Different),
            ("Asha Devi", "Asha", Different),
        ] {
            assert_eq!(likeness(one, other), expected, "{one} and {other}");
            assert_eq!(likeness(other, one), expected, "{other} and {one}");
        }
    }

    proptest! {
        #[test]
        fn any_sequence_of_merges_and_unmerges_undone_restores_the_start(
            before in prop::collection::vec((0_u8..10, 0_u8..10), 0..8),
            acts in prop::collection::vec((any::<bool>(), 0_u8..10, 0_u8..10), 0..40),
        ) {
            let mut links = Links::default();
            for (one, other) in before {
                let _ = links.join(one, other);
            }
            let start = links.clone();
            let mut done = Vec::new();
            for (joins, one, other) in acts {
                let act = if joins { links.join(one, other) } else { links.part(one, other) };
                if act.is_ok() {
                    done.push((joins, one, other));
                }
                // Everybody is in exactly one course, whoever is asked.
                for of in 0..10 {
                    let course = links.course(of);
                    prop_assert!(course.iter().all(|member| links.course(*member) == course));
                    prop_assert!(course.len() <= MOST);
                }
            }
            for (joined, one, other) in done.into_iter().rev() {
                let undone = if joined { links.part(one, other) } else { links.join(one, other) };
                prop_assert_eq!(undone, Ok(()));
            }
            prop_assert_eq!(links, start);
        }
    }
}
