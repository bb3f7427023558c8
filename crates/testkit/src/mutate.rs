//! Damaged inputs: what a parser gets to see when the one who sends it is careless or hostile.
//!
//! Nothing is learnt from what a parser does with them; that is libFuzzer's work (docs/fuzzing.md). The same seed gives
//! the same inputs in every run.

use pramaan_keys::Entropy;

use crate::SeededEntropy;

/// Longer inputs are cut: parsers have limits of their own, and the loop is to be quick.
const LONGEST: usize = 64 * 1024;

/// What breaks parsers of numbers, texts, quotes, lengths and nesting.
const TOKENS: [&[u8]; 22] = [
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\n\n",
    b"--",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"[[[[[[[[",
    b"null",
    b"-1",
    b"18446744073709551616",
    b"1e999",
    b"0000-00-00",
    b"%",
    b"%00",
    b"=",
    b";",
];

/// An endless stream of inputs made from seeds.
#[derive(Debug)]
pub struct Mutator {
    chance: SeededEntropy,
    seeds: Vec<Vec<u8>>,
}

impl Mutator {
    /// `seeds` are whole, valid inputs; an empty one is added.
    pub fn new(seed: u64, mut seeds: Vec<Vec<u8>>) -> Self {
        seeds.push(Vec::new());
        Self {
            chance: SeededEntropy::new(seed),
            seeds,
        }
    }

    /// A seed with one to eight damages.
    pub fn input(&self) -> Vec<u8> {
        let mut input = self.seed();
        for _ in 0..=self.below(8) {
            self.damage(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn seed(&self) -> Vec<u8> {
        let chosen = self.seeds.get(self.below(self.seeds.len()));
        chosen.cloned().unwrap_or_default()
    }

    fn damage(&self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let until = at + self.below((input.len() - at).min(64) + 1);
        match self.below(8) {
            0 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 => {
                let byte = u8::try_from(self.below(256)).unwrap_or_default();
                input.insert(at, byte);
            }
            2 => drop(input.drain(at..until)),
            3 => {
                let again: Vec<u8> = input.drain(at..until).collect();
                let twice = again.iter().chain(&again).copied();
                drop(input.splice(at..at, twice));
            }
            4 => input.truncate(at),
            5 => {
                let other = self.seed();
                let tail = other.get(self.below(other.len() + 1)..).unwrap_or_default();
                input.truncate(at);
                input.extend_from_slice(tail);
            }
            6 => drop(input.splice(at..until, self.token())),
            _ => drop(input.splice(at..at, self.token())),
        }
    }

    fn token(&self) -> impl Iterator<Item = u8> + use<> {
        let token: &'static [u8] = TOKENS.get(self.below(TOKENS.len())).copied().unwrap_or_default();
        token.iter().copied()
    }

    /// A number below `limit`, which is not 0.
    fn below(&self, limit: usize) -> usize {
        let mut bytes = [0; 4];
        self.chance.fill(&mut bytes);
        u32::from_le_bytes(bytes) as usize % limit.max(1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn inputs(seed: u64) -> Vec<Vec<u8>> {
        let mutator = Mutator::new(seed, vec![b"{\"a\": 1}".to_vec(), b"x=y&z=1".to_vec()]);
        (0..500).map(|_| mutator.input()).collect()
    }

    #[test]
    fn a_seed_repeats_and_inputs_are_many() {
        assert_eq!(inputs(1), inputs(1));
        assert_ne!(inputs(1), inputs(2));
        let different: BTreeSet<_> = inputs(1).into_iter().collect();
        assert!(different.len() > 400, "{}", different.len());
    }

    #[test]
    fn nothing_grows_without_end() {
        let mutator = Mutator::new(3, vec![vec![b'a'; LONGEST]]);
        assert!((0..100).all(|_| mutator.input().len() <= LONGEST));
    }
}
