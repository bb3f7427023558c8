//! A leaf binds the service to a detail row that it does not show.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::Hash;

/// Thirty-two random bytes, kept sealed with the detail: without them a likely detail could be guessed and confirmed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// Takes over random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// `SHA-256(salt ‖ detail)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Commitment(Hash);

impl Commitment {
    pub fn to(salt: &Salt, detail: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(salt.0).chain_update(detail).finalize();
        Self(Hash::from_bytes(hash.into()))
    }

    /// Whether this is what the leaf was made over.
    pub fn holds(&self, salt: &Salt, detail: &[u8]) -> bool {
        Self::to(salt, detail) == *self
    }

    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Hash::from_bytes(bytes))
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}
