//! The key store seam: everything that a stolen database must not contain.
//!
//! [`KeyStore`] seals, wraps, indexes and signs; [`FileKeyStore`] keeps its keys in files, [`MemoryKeyStore`] is for
//! tests and benches, and a hardware module can stand behind the same trait later. [`SecretKey`] is one random key,
//! such as a person's. Nothing here decides who may open what: that is the access log's receipt.
//!
//! Five root keys, one file each, so that each can be rotated or moved into hardware alone:
//!
//! | root | what it does |
//! |---|---|
//! | sealing | wraps the keys of persons; seals what belongs to no person, one derived key per [`SealPurpose`]; opens letters that browsers sealed |
//! | index | blind indexes, one label per [`IndexKind`]; reference ids |
//! | token | signs bearer tokens; one label per [`MacKind`] for codes and links |
//! | log | Ed25519 signatures over the heads of the access log |
//! | certificate | Ed25519 signatures over certificates |

mod entropy;
mod envelope;
mod epochs;
mod error;
mod file;
mod kind;
mod letter;
mod memory;
mod permutation;
mod reference;
mod ring;
mod secret;
mod store;
mod successor;

pub use entropy::{Entropy, bytes};
pub use envelope::{context, epoch as epoch_of};
pub use epochs::{Root, Standing};
pub use error::KeyError;
pub use file::{FileKeyStore, KeyFileError};
pub use kind::{BlindIndex, DirectoryIndex, IndexKind, KeyEpoch, MacKind, SealPurpose};
pub use letter::{LETTER_KEY, seal_letter};
pub use memory::MemoryKeyStore;
pub use permutation::Permutation;
pub use reference::SERIALS;
pub use secret::SecretKey;
pub use store::KeyStore;
pub use successor::EndedKey;
pub use zeroize::Zeroizing;

/// Compares two secrets in a time that depends only on their lengths.
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(left, right).into()
}
