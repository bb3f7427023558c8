//! A keyed permutation of the numbers below any bound: sequence numbers become unguessable without ever colliding.
//!
//! A number is split into two digits of base `⌈√size⌉`; each Feistel round adds a keyed function of one digit to the
//! other; a result outside the bound is permuted again until it falls inside (cycle walking: the square is at most a
//! little larger than the bound, so almost never). It hides order and count; it is not encryption of the number.

use crate::SecretKey;

const ROUNDS: u8 = 10;

/// A bijection on `0..size`, fixed by a key.
#[derive(Debug)]
pub struct Permutation {
    key: SecretKey,
    size: u64,
    base: u64,
}

impl Permutation {
    /// `size` may be anything up to 2^62 (beyond it the two digits would no longer multiply within 64 bits).
    pub fn new(key: SecretKey, size: u64) -> Option<Self> {
        if size == 0 || size > 1 << 62 {
            return None;
        }
        let root = size.isqrt();
        let base = if root * root == size { root } else { root + 1 };
        Some(Self { key, size, base })
    }

    /// Where `value` goes; nothing when it is not below the size.
    pub fn apply(&self, value: u64) -> Option<u64> {
        if value >= self.size {
            return None;
        }
        let mut image = self.pass(value);
        // Ends: the passes from a number below `size` run through a cycle that contains that number.
        while image >= self.size {
            image = self.pass(image);
        }
        Some(image)
    }

    fn pass(&self, value: u64) -> u64 {
        let (mut left, mut right) = (value / self.base, value % self.base);
        for round in 0..ROUNDS {
            (left, right) = (right, (left + self.round(round, right)) % self.base);
        }
        left * self.base + right
    }

    fn round(&self, round: u8, half: u64) -> u64 {
        let mac = self
            .key
            .mac(&[&self.size.to_be_bytes(), &[round], &half.to_be_bytes()]);
        residue(&mac, self.base)
    }
}

/// A number below `modulus` from a keyed hash. Sixteen bytes, so that the bias stays below 2^-64.
pub(crate) fn residue(mac: &[u8; 32], modulus: u64) -> u64 {
    let wide = mac
        .iter()
        .take(16)
        .fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    (wide % u128::from(modulus)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_below_a_small_size_appears_once() {
        for size in (1..=70).chain([97, 100, 101, 1000, 4095, 4096, 4097]) {
            let permutation = Permutation::new(SecretKey::from_bytes([3; 32]), size).unwrap();
            let mut images: Vec<u64> = (0..size).map(|value| permutation.apply(value).unwrap()).collect();
            images.sort_unstable();
            assert_eq!(images, (0..size).collect::<Vec<_>>(), "size {size}");
            assert_eq!(permutation.apply(size), None);
        }
    }

    #[test]
    fn another_key_or_size_is_another_permutation() {
        let images = |key, size| {
            let permutation = Permutation::new(SecretKey::from_bytes([key; 32]), size).unwrap();
            (0..20)
                .map(|value| permutation.apply(value).unwrap())
                .collect::<Vec<_>>()
        };
        assert_ne!(images(1, 1 << 40), images(2, 1 << 40));
        assert_ne!(images(1, 1 << 40), images(1, (1 << 40) - 1));
    }

    #[test]
    fn impossible_sizes_are_refused() {
        assert!(Permutation::new(SecretKey::from_bytes([1; 32]), 0).is_none());
        assert!(Permutation::new(SecretKey::from_bytes([1; 32]), (1 << 62) + 1).is_none());
        let largest = Permutation::new(SecretKey::from_bytes([1; 32]), 1 << 62).unwrap();
        assert!(largest.apply((1 << 62) - 1).unwrap() < 1 << 62);
    }
}
