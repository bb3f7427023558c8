//! Chance as an argument. Only the binary asks the operating system.

/// A source of random bytes fit for keys.
pub trait Entropy: Send + Sync {
    /// Overwrites all of `buf`. A source that cannot must not return.
    fn fill(&self, buf: &mut [u8]);
}

/// `N` bytes from `entropy`.
pub fn bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut buf = [0; N];
    entropy.fill(&mut buf);
    buf
}
