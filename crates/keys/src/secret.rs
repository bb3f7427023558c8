//! One random 256-bit key and what can be done with it.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Entropy, KeyEpoch, KeyError, context, envelope};

/// A key of its own carries no epoch: it is replaced, never rotated in place.
const NO_EPOCH: KeyEpoch = KeyEpoch(0);
const SALT: &[u8] = b"pramaan keys v1";

/// Thirty-two secret bytes, wiped when dropped. Not `Clone`, never printed.
///
/// Give each key one job: to use one secret for sealing and for macs, [`derive`](Self::derive) two keys from it.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut key = Self([0; 32]);
        entropy.fill(&mut key.0);
        key
    }

    /// Takes over bytes that are already a uniformly random key.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves, for primitives that take raw bytes. Do not copy them into anything that outlives the key.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts and authenticates `plaintext` together with `context`, which must say where the value belongs (table,
    /// column, owner: see [`context`](crate::context())). 33 bytes longer than the plaintext.
    pub fn seal(&self, context: &[u8], plaintext: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        envelope::seal(self, NO_EPOCH, context, plaintext, entropy)
    }

    /// The plaintext, if `sealed` was made by this key for this context and is unchanged.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        envelope::open(self, NO_EPOCH, context, sealed)
    }

    /// HMAC-SHA256 over the length-prefixed parts.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac_raw(&context(parts))
    }

    /// A key for one job, independent of this one to whoever does not hold it (HKDF-SHA256, `label` as info).
    pub fn derive(&self, label: &str) -> Self {
        let mut derived = Self([0; 32]);
        if Hkdf::<Sha256>::new(Some(SALT), &self.0)
            .expand(label.as_bytes(), &mut derived.0)
            .is_err()
        {
            unreachable!("HKDF-SHA256 gives up to 8,160 bytes and 32 were asked for")
        }
        derived
    }

    /// HMAC-SHA256 over bytes as they are, where a standard such as HS256 says so.
    pub(crate) fn mac_raw(&self, message: &[u8]) -> [u8; 32] {
        // RFC 2104 pads a short key with zeros up to the block; doing it here makes the construction infallible.
        let mut block = Zeroizing::new([0; 64]);
        for (slot, byte) in block.iter_mut().zip(&self.0) {
            *slot = *byte;
        }
        let mut mac = Hmac::<Sha256>::new(&(*block).into());
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_mac_is_hmac_sha256() {
        // RFC 4231 test case 2 has a short key; its key padded with zeros to 32 bytes is the same HMAC key.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = SecretKey(key).mac_raw(b"what do ya want for nothing?");
        assert_eq!(
            hex::encode(mac),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", SecretKey([7; 32])), "SecretKey(…)");
    }
}
