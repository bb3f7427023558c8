//! The five root keys in memory, and the [`KeyStore`] that they make.

use ed25519_dalek::{Signer, SigningKey};
use zeroize::Zeroizing;

use crate::letter::{LETTER_KEY, LetterBox};
use crate::reference::ReferenceIds;
use crate::{
    BlindIndex, DirectoryIndex, Entropy, IndexKind, KeyEpoch, KeyError, KeyStore, MacKind, SealPurpose,
    SecretKey, context, envelope,
};

/// The roots as they are stored.
pub(crate) struct Roots {
    pub(crate) sealing: SecretKey,
    pub(crate) index: SecretKey,
    pub(crate) token: SecretKey,
    pub(crate) log: SecretKey,
    pub(crate) certificate: SecretKey,
}

/// The roots as they are used: one derived key per job, made once.
pub(crate) struct Ring {
    epoch: KeyEpoch,
    sealing: SecretKey,
    wrapping: SecretKey,
    letters: LetterBox,
    index: SecretKey,
    /// Index keys of the epochs from 2 on, each over the index before.
    later: Vec<SecretKey>,
    codes: SecretKey,
    token: SecretKey,
    references: ReferenceIds,
    log: SigningKey,
    certificate: SigningKey,
}

impl Ring {
    pub(crate) fn new(epoch: KeyEpoch, roots: &Roots) -> Self {
        Self {
            epoch,
            sealing: roots.sealing.derive("seal"),
            wrapping: roots.sealing.derive("wrap"),
            letters: LetterBox::new(&roots.sealing),
            index: roots.index.derive("index"),
            later: Vec::new(),
            codes: roots.token.derive("mac"),
            token: roots.token.derive("token/hs256"),
            references: ReferenceIds::new(&roots.index),
            log: SigningKey::from_bytes(roots.log.expose()),
            certificate: SigningKey::from_bytes(roots.certificate.expose()),
        }
    }
}

impl Ring {
    /// With the index keys of later epochs, in their order.
    pub(crate) fn with_later_indexes(mut self, keys: &[SecretKey]) -> Self {
        self.later = keys.iter().map(|key| key.derive("index/later")).collect();
        self
    }
}

fn moved(key: &SecretKey, before: &[u8]) -> BlindIndex {
    let mac = key.mac(&[before]);
    let (index, _) = mac.split_first_chunk().unwrap_or((&[0; 16], &[]));
    BlindIndex::from_bytes(*index)
}

/// What holds a ring is a key store.
pub(crate) trait HoldsRing: Send + Sync {
    fn ring(&self) -> &Ring;
}

impl<T: HoldsRing> KeyStore for T {
    fn epoch(&self) -> KeyEpoch {
        self.ring().epoch
    }

    fn index(&self, kind: IndexKind, value: &[u8]) -> BlindIndex {
        let mac = self.ring().index.mac(&[kind.label().as_bytes(), value]);
        let (index, _) = mac.split_first_chunk().unwrap_or((&[0; 16], &[]));
        BlindIndex::from_bytes(*index)
    }

    fn directory_of(&self, first: BlindIndex) -> DirectoryIndex {
        let first = DirectoryIndex {
            now: first,
            before: None,
        };
        let next = |before: DirectoryIndex, key| DirectoryIndex {
            now: moved(key, before.now.as_bytes()),
            before: Some(before.now),
        };
        self.ring().later.iter().fold(first, next)
    }

    fn moved_index(&self, before: &[u8]) -> Option<BlindIndex> {
        self.ring().later.last().map(|key| moved(key, before))
    }

    fn index_epoch(&self) -> KeyEpoch {
        let later = u32::try_from(self.ring().later.len()).unwrap_or(u32::MAX);
        KeyEpoch(later.saturating_add(1))
    }

    fn mac(&self, kind: MacKind, parts: &[&[u8]]) -> [u8; 32] {
        self.ring().codes.mac(&[kind.label().as_bytes(), &context(parts)])
    }

    fn wrap(&self, key: &SecretKey, context: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let ring = self.ring();
        envelope::seal(&ring.wrapping, ring.epoch, context, key.expose(), entropy)
    }

    fn unwrap_key(&self, wrapped: &[u8], context: &[u8]) -> Result<SecretKey, KeyError> {
        let ring = self.ring();
        let opened = envelope::open(&ring.wrapping, ring.epoch, context, wrapped)?;
        let bytes = opened
            .as_slice()
            .try_into()
            .map_err(|_| KeyError::NotAKey(opened.len()))?;
        Ok(SecretKey::from_bytes(bytes))
    }

    fn seal(&self, purpose: SealPurpose, context: &[u8], plaintext: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let ring = self.ring();
        envelope::seal(
            &ring.sealing.derive(purpose.label()),
            ring.epoch,
            context,
            plaintext,
            entropy,
        )
    }

    fn open(
        &self,
        purpose: SealPurpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let ring = self.ring();
        envelope::open(&ring.sealing.derive(purpose.label()), ring.epoch, context, sealed)
    }

    fn letter_key(&self) -> [u8; LETTER_KEY] {
        self.ring().letters.public()
    }

    fn open_letter(&self, context: &[u8], letter: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.ring().letters.open(context, letter)
    }

    fn sign_log(&self, message: &[u8]) -> [u8; 64] {
        self.ring().log.sign(message).to_bytes()
    }

    fn log_public_key(&self) -> [u8; 32] {
        self.ring().log.verifying_key().to_bytes()
    }

    fn sign_certificate(&self, message: &[u8]) -> [u8; 64] {
        self.ring().certificate.sign(message).to_bytes()
    }

    fn certificate_public_key(&self) -> [u8; 32] {
        self.ring().certificate.verifying_key().to_bytes()
    }

    fn sign_token(&self, signing_input: &[u8]) -> [u8; 32] {
        self.ring().token.mac_raw(signing_input)
    }

    fn reference_id(&self, serial: u64) -> Result<u64, KeyError> {
        self.ring().references.id(serial)
    }

    fn is_reference_id(&self, candidate: u64) -> bool {
        self.ring().references.recognises(candidate)
    }
}
