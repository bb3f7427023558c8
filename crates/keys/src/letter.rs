//! Letters: what a browser seals for this installation, so that from then on only this installation reads it.
//!
//! `ephemeral public key (65, uncompressed P-256) ‖ nonce (12) ‖ AES-256-GCM ciphertext and tag (16)`. The key is
//! HKDF-SHA256 of the ECDH secret, with both public keys as `info`, so that a letter fits one recipient. The context is
//! authenticated, not stored. Browsers have no AES-GCM-SIV and five-year-old ones no X25519: hence these primitives, and each
//! key is used for one message only, so that a nonce cannot come twice. Not for what this program seals itself.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey as Scalar};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Entropy, KeyError, SecretKey, bytes};

/// Bytes of an uncompressed public key.
pub const LETTER_KEY: usize = 65;
const NONCE: usize = 12;
const TAG: usize = 16;
const SHORTEST: usize = LETTER_KEY + NONCE + TAG;
const SALT: &[u8] = b"pramaan letter v1";
/// Of 2^32 keys one is no number below the order of the curve: then the next is taken.
const TRIES: u8 = 8;

/// The recipient's half: made from a root key, so that it needs no file of its own.
pub(crate) struct LetterBox {
    secret: Scalar,
    public: [u8; LETTER_KEY],
}

impl LetterBox {
    pub(crate) fn new(root: &SecretKey) -> Self {
        let candidate = |at: u8| Scalar::from_slice(root.derive(&format!("letter/{at}")).expose()).ok();
        let Some(secret) = (0..TRIES).find_map(candidate) else {
            unreachable!("eight keys in turn are no scalars: one chance in 2^256")
        };
        let public = public_bytes(&secret.public_key());
        Self { secret, public }
    }

    pub(crate) fn public(&self) -> [u8; LETTER_KEY] {
        self.public
    }

    pub(crate) fn open(&self, context: &[u8], letter: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let truncated = KeyError::Truncated {
            length: letter.len(),
            shortest: SHORTEST,
        };
        if letter.len() < SHORTEST {
            return Err(truncated);
        }
        let (sender, rest) = letter.split_first_chunk::<LETTER_KEY>().ok_or(truncated)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(truncated)?;
        let point = PublicKey::from_sec1_bytes(sender).map_err(|_| KeyError::Rejected)?;
        let key = shared(&self.secret, &point, sender, &self.public);
        let payload = Payload {
            msg: ciphertext,
            aad: context,
        };
        let opened = cipher(&key).decrypt(&Nonce::from(*nonce), payload);
        opened.map(Zeroizing::new).map_err(|_| KeyError::Rejected)
    }
}

/// The sender's half, as assets/offline.js does it; `None` for a public key that is none.
pub fn seal_letter(
    recipient: &[u8; LETTER_KEY],
    context: &[u8],
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Option<Vec<u8>> {
    let point = PublicKey::from_sec1_bytes(recipient).ok()?;
    let ephemeral = Scalar::from_slice(&bytes::<32>(entropy)).ok()?;
    let sender = public_bytes(&ephemeral.public_key());
    let key = shared(&ephemeral, &point, &sender, recipient);
    let nonce: [u8; NONCE] = bytes(entropy);
    let payload = Payload {
        msg: plaintext,
        aad: context,
    };
    let ciphertext = cipher(&key).encrypt(&Nonce::from(nonce), payload).ok()?;
    Some([&sender[..], &nonce, &ciphertext].concat())
}

fn shared(secret: &Scalar, with: &PublicKey, sender: &[u8], recipient: &[u8]) -> Zeroizing<[u8; 32]> {
    let agreed = secret.diffie_hellman(with);
    let mut key = Zeroizing::new([0; 32]);
    let info = [sender, recipient].concat();
    if Hkdf::<Sha256>::new(Some(SALT), agreed.raw_secret_bytes())
        .expand(&info, &mut *key)
        .is_err()
    {
        unreachable!("HKDF-SHA256 gives up to 8,160 bytes and 32 were asked for")
    }
    key
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(&(*key).into())
}

fn public_bytes(key: &PublicKey) -> [u8; LETTER_KEY] {
    let encoded = key.to_sec1_bytes();
    let mut public = [0; LETTER_KEY];
    // The boxed form of this curve is uncompressed: 65 bytes, and a shorter one leaves a key that no letter fits.
    for (slot, byte) in public.iter_mut().zip(encoded.iter()) {
        *slot = *byte;
    }
    public
}
