//! The bytes of a sealed value, and how a context becomes associated data.
//!
//! `version (1) ‖ key epoch (4, big endian) ‖ nonce (12, random) ‖ AES-256-GCM-SIV ciphertext and tag (16)`
//! (RFC 8452). The header and the context are authenticated, so a value cannot be moved to another row, column,
//! purpose or epoch. The length is not hidden: pad before sealing where a length tells something.

use aes_gcm_siv::aead::{Aead, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use zeroize::Zeroizing;

use crate::{Entropy, KeyEpoch, KeyError, SecretKey, bytes};

const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEADER: usize = 5;

/// Joins the parts of a context so that no two lists of parts give the same bytes: each is preceded by its length
/// (8 bytes, big endian).
pub fn context(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        joined.extend_from_slice(&(part.len() as u64).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

pub(crate) fn seal(
    key: &SecretKey,
    epoch: KeyEpoch,
    bound: &[u8],
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Vec<u8> {
    let header = header(epoch);
    let nonce: [u8; NONCE] = bytes(entropy);
    let payload = Payload {
        msg: plaintext,
        aad: &context(&[&header, bound]),
    };
    let Ok(ciphertext) = cipher(key).encrypt(&Nonce::from(nonce), payload) else {
        unreachable!(
            "AES-GCM-SIV refuses only above 64 GiB, more than a field, a page or a machine's memory holds"
        )
    };
    let mut sealed = Vec::with_capacity(HEADER + NONCE + ciphertext.len());
    sealed.extend_from_slice(&header);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    sealed
}

pub(crate) fn open(
    key: &SecretKey,
    epoch: KeyEpoch,
    bound: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let (found, nonce, ciphertext) = split(sealed)?;
    if found != epoch {
        return Err(KeyError::Epoch {
            sealed: found.0,
            held: epoch.0,
        });
    }
    let payload = Payload {
        msg: ciphertext,
        aad: &context(&[&header(epoch), bound]),
    };
    let opened = cipher(key).decrypt(&Nonce::from(nonce), payload);
    opened.map(Zeroizing::new).map_err(|_| KeyError::Rejected)
}

/// The epoch that a sealed value, or a wrapped key, says that it was made in. It is not proven before it is opened.
pub fn epoch(sealed: &[u8]) -> Result<KeyEpoch, KeyError> {
    split(sealed).map(|(epoch, ..)| epoch)
}

fn split(sealed: &[u8]) -> Result<(KeyEpoch, [u8; NONCE], &[u8]), KeyError> {
    let truncated = KeyError::Truncated {
        length: sealed.len(),
        shortest: HEADER + NONCE + TAG,
    };
    let (version, rest) = sealed.split_first().ok_or(truncated)?;
    if *version != VERSION {
        return Err(KeyError::Version(*version));
    }
    let (epoch, rest) = rest.split_first_chunk::<4>().ok_or(truncated)?;
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(truncated)?;
    if ciphertext.len() < TAG {
        return Err(truncated);
    }
    Ok((KeyEpoch(u32::from_be_bytes(*epoch)), *nonce, ciphertext))
}

fn header(epoch: KeyEpoch) -> [u8; HEADER] {
    let [a, b, c, d] = epoch.0.to_be_bytes();
    [VERSION, a, b, c, d]
}

fn cipher(key: &SecretKey) -> Aes256GcmSiv {
    Aes256GcmSiv::new(&(*key.expose()).into())
}
