//! The seam itself.

use zeroize::Zeroizing;

use crate::letter::LETTER_KEY;
use crate::{
    BlindIndex, DirectoryIndex, Entropy, IndexKind, KeyEpoch, KeyError, MacKind, SealPurpose, SecretKey,
    Standing,
};

/// The installation's root keys, as operations. Held as `Arc<dyn KeyStore>`; every method may be called from any
/// thread, does no input or output and takes microseconds.
///
/// A `context` says where a sealed value belongs (table, column, owner), is authenticated and not stored; compose one
/// with [`context`](crate::context()).
pub trait KeyStore: Send + Sync {
    /// The epoch of the indexes that are never moved to a later key.
    fn epoch(&self) -> KeyEpoch;

    /// The epoch under which new values are sealed and keys of persons wrapped. What was sealed in an earlier one opens.
    fn sealing_epoch(&self) -> KeyEpoch;

    /// The blind index of a value. Normalise first: equal means equal bytes.
    fn index(&self, kind: IndexKind, value: &[u8]) -> BlindIndex;

    /// The index of a value in a directory of people, under the newest index key: `HMAC(new, old)` over the index under the
    /// key before, so that rows are moved without any plaintext.
    fn directory(&self, kind: IndexKind, value: &[u8]) -> DirectoryIndex {
        self.directory_of(self.index(kind, value))
    }

    /// The same of a value that was forgotten, from its index under the first key.
    fn directory_of(&self, first: BlindIndex) -> DirectoryIndex;

    /// What an index of the epoch before is under the newest index key; `None` when there was only one.
    fn moved_index(&self, before: &[u8]) -> Option<BlindIndex>;

    /// How many index keys there were.
    fn index_epoch(&self) -> KeyEpoch;

    /// A keyed hash over the length-prefixed parts. Compare with [`equal`](crate::equal()).
    fn mac(&self, kind: MacKind, parts: &[&[u8]]) -> [u8; 32];

    /// Seals a person's key for storage.
    fn wrap(&self, key: &SecretKey, context: &[u8], entropy: &dyn Entropy) -> Vec<u8>;

    /// The key that [`wrap`](Self::wrap) sealed for the same context.
    fn unwrap_key(&self, wrapped: &[u8], context: &[u8]) -> Result<SecretKey, KeyError>;

    /// Seals a value that belongs to no person's key. 33 bytes longer than the plaintext.
    fn seal(&self, purpose: SealPurpose, context: &[u8], plaintext: &[u8], entropy: &dyn Entropy) -> Vec<u8>;

    /// The plaintext that [`seal`](Self::seal) sealed for the same purpose and context.
    fn open(
        &self,
        purpose: SealPurpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError>;

    /// The public key, an uncompressed point of P-256, for which browsers seal what they keep until there is a line.
    fn letter_key(&self) -> [u8; LETTER_KEY];

    /// The plaintext that [`seal_letter`](crate::seal_letter) sealed for [`letter_key`](Self::letter_key) and the context.
    fn open_letter(&self, context: &[u8], letter: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError>;

    /// Ed25519 over a head of the access log. Never two heads of one size and different roots: the log sees to that.
    fn sign_log(&self, message: &[u8]) -> [u8; 64];
    fn log_public_key(&self) -> [u8; 32];

    /// Ed25519 over the signing input of a certificate.
    fn sign_certificate(&self, message: &[u8]) -> [u8; 64];
    /// The key that signs now.
    fn certificate_public_key(&self) -> [u8; 32];

    /// Every key that ever signed, the newest first, and whether what it signed is still believed.
    fn certificate_public_keys(&self) -> Vec<([u8; 32], Standing)>;

    /// HMAC-SHA256 over the signing input of a bearer token (HS256, RFC 7518 section 3.2).
    fn sign_token(&self, signing_input: &[u8]) -> [u8; 32];

    /// Whether `signature` is that of a bearer token of ours: by the key that signs now, or by the one before unless that was
    /// stolen.
    fn is_token(&self, signing_input: &[u8], signature: &[u8]) -> bool;

    /// The fourteen-digit reference id of a serial below [`SERIALS`](crate::SERIALS): different serials give different
    /// ids, and an id tells nothing about its serial.
    fn reference_id(&self, serial: u64) -> Result<u64, KeyError>;

    /// Whether this installation can have given out `candidate`: the keyed tag fits. Asks no database; of random
    /// numbers one in ten thousand passes.
    fn is_reference_id(&self, candidate: u64) -> bool;
}
