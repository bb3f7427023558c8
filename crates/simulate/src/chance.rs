//! Chance that repeats itself: a number for each seed, topic and index, without a state that would have to be kept.
//!
//! The mixing function of SplitMix64 (Steele, Lea, Flood, 2014). It makes people look different; it keeps no secret.

use std::fmt;

/// Which of the possible nations it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seed(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a seed: give a whole number from 0 to 18446744073709551615")]
pub struct ParseSeed;

impl Seed {
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    pub fn parse(text: &str) -> Result<Self, ParseSeed> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            text.parse().map(Self).map_err(|_| ParseSeed)
        } else {
            Err(ParseSeed)
        }
    }

    pub fn number(self) -> u64 {
        self.0
    }

    /// What chance says about one thing. The same question has the same answer; topics know nothing of each other.
    pub(crate) fn draw(self, topic: Topic, index: u64) -> Draw {
        Draw(mix(mix(mix(self.0) ^ topic as u64) ^ index))
    }

    /// As [`Seed::draw`], but spread evenly (Weyl's sequence of the golden section): any row of neighbouring indexes has about
    /// the shares that are drawn by.
    pub(crate) fn spread(self, topic: Topic, index: u64) -> Draw {
        Draw(self.draw(topic, 0).0.wrapping_add(index.wrapping_mul(GOLDEN)))
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Topic {
    HouseholdSizes = 1,
    Vaccine,
    Pincode,
    SessionId,
    HouseholdId,
    PersonId,
    FamilyName,
    GivenName,
    Gender,
    Age,
    DocumentType,
    DocumentNumber,
    FirstDose,
}

/// One drawn number, of which further ones are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw(u64);

impl Draw {
    /// A number below `limit`, each as likely as another to one part in 2⁶⁴ ÷ `limit`; 0 when the limit is 0.
    pub(crate) fn below(self, limit: u64) -> u64 {
        let product = u128::from(self.0) * u128::from(limit);
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// The next number about the same thing.
    pub(crate) fn next(self) -> Self {
        Self(mix(self.0))
    }

    /// One of them, `None` of none.
    pub(crate) fn one_of<T>(self, them: &[T]) -> Option<&T> {
        let at = usize::try_from(self.below(u64::try_from(them.len()).ok()?)).ok()?;
        them.get(at)
    }

    /// One of them, as often as its weight says; `None` when all weights are 0.
    pub(crate) fn weighted<T: Copy>(self, them: impl Iterator<Item = (T, u64)> + Clone) -> Option<T> {
        let mut left = self.below(them.clone().map(|(_, weight)| weight).sum());
        for (thing, weight) in them {
            match left.checked_sub(weight) {
                Some(rest) => left = rest,
                None => return Some(thing),
            }
        }
        None
    }

    /// Sixteen bytes for an id.
    pub(crate) fn bytes(self) -> [u8; 16] {
        let both = u128::from(self.0) << 64 | u128::from(self.next().0);
        both.to_be_bytes()
    }
}

/// 2⁶⁴ divided by the golden section.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(GOLDEN);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_whole_numbers() {
        assert_eq!(Seed::parse("17").unwrap(), Seed::new(17));
        assert_eq!(Seed::parse(&u64::MAX.to_string()).unwrap().number(), u64::MAX);
        for bad in ["", "-1", "+1", "1.0", "18446744073709551616", "१"] {
            assert_eq!(Seed::parse(bad), Err(ParseSeed), "{bad:?}");
        }
    }

    #[test]
    fn the_mixing_function_is_splitmix64() {
        // The first three numbers of the published generator from seed 1234567.
        let stream: Vec<u64> = (0..3)
            .map(|n| mix(GOLDEN.wrapping_mul(n).wrapping_add(1_234_567)))
            .collect();
        assert_eq!(
            stream,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn one_question_has_one_answer_and_two_have_two() {
        let answer = |seed, topic, index| Seed::new(seed).draw(topic, index).0;
        assert_eq!(answer(1, Topic::Age, 5), answer(1, Topic::Age, 5));
        assert_ne!(answer(1, Topic::Age, 5), answer(2, Topic::Age, 5));
        assert_ne!(answer(1, Topic::Age, 5), answer(1, Topic::Gender, 5));
        assert_ne!(answer(1, Topic::Age, 5), answer(1, Topic::Age, 6));
    }

    #[test]
    fn weights_are_kept() {
        let weights = [('a', 700), ('b', 0), ('c', 300)];
        let drawn: Vec<_> = (0..10_000)
            .filter_map(|n| Seed::new(3).draw(Topic::Age, n).weighted(weights.into_iter()))
            .collect();
        let share = |wanted| drawn.iter().filter(|c| **c == wanted).count();
        assert_eq!((drawn.len(), share('b')), (10_000, 0));
        assert!((6_800..7_200).contains(&share('a')), "{}", share('a'));
        assert_eq!(Draw(9).weighted([('a', 0)].into_iter()), None);
        assert_eq!(Draw(9).one_of::<u8>(&[]), None);
        assert_eq!(Draw(u64::MAX).below(0), 0);
    }
}
