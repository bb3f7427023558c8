//! Keys and chance that write down each call: what was asked, over how many bytes, never which.

use std::sync::Arc;

use pramaan_keys::{
    BlindIndex, DirectoryIndex, Entropy, IndexKind, KeyEpoch, KeyError, KeyStore, LETTER_KEY, MacKind,
    SealPurpose, SecretKey, Standing, Zeroizing,
};
use pramaan_store::Sealer;
use pramaan_store::db::Transcript;

/// The same sealer, writing down what is asked of it.
pub(super) fn transcribed(sealer: Sealer, transcript: &Transcript) -> Sealer {
    let keys = Arc::new(Keys {
        inner: sealer.keys,
        transcript: transcript.clone(),
    });
    let entropy = Arc::new(Chance {
        inner: sealer.entropy,
        transcript: transcript.clone(),
    });
    Sealer::new(keys, entropy)
}

struct Chance {
    inner: Arc<dyn Entropy>,
    transcript: Transcript,
}

impl Entropy for Chance {
    fn fill(&self, buf: &mut [u8]) {
        self.transcript.add(format!("entropy {}", buf.len()));
        self.inner.fill(buf);
    }
}

struct Keys {
    inner: Arc<dyn KeyStore>,
    transcript: Transcript,
}

impl KeyStore for Keys {
    fn epoch(&self) -> KeyEpoch {
        self.inner.epoch()
    }

    fn sealing_epoch(&self) -> KeyEpoch {
        self.inner.sealing_epoch()
    }

    fn index(&self, kind: IndexKind, value: &[u8]) -> BlindIndex {
        self.transcript.add(format!("index {kind:?} {}", value.len()));
        self.inner.index(kind, value)
    }

    fn directory(&self, kind: IndexKind, value: &[u8]) -> DirectoryIndex {
        self.transcript.add(format!("index {kind:?} {}", value.len()));
        self.inner.directory(kind, value)
    }

    fn directory_of(&self, first: BlindIndex) -> DirectoryIndex {
        self.inner.directory_of(first)
    }

    fn moved_index(&self, before: &[u8]) -> Option<BlindIndex> {
        self.inner.moved_index(before)
    }

    fn index_epoch(&self) -> KeyEpoch {
        self.inner.index_epoch()
    }

    fn mac(&self, kind: MacKind, parts: &[&[u8]]) -> [u8; 32] {
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        self.transcript.add(format!("mac {kind:?} {lengths:?}"));
        self.inner.mac(kind, parts)
    }

    fn wrap(&self, key: &SecretKey, context: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        self.transcript.add("wrap");
        self.inner.wrap(key, context, entropy)
    }

    fn unwrap_key(&self, wrapped: &[u8], context: &[u8]) -> Result<SecretKey, KeyError> {
        self.transcript.add("unwrap_key");
        self.inner.unwrap_key(wrapped, context)
    }

    fn seal(&self, purpose: SealPurpose, context: &[u8], plaintext: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        self.transcript
            .add(format!("seal {purpose:?} {}", plaintext.len()));
        self.inner.seal(purpose, context, plaintext, entropy)
    }

    fn open(
        &self,
        purpose: SealPurpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.transcript.add(format!("open {purpose:?} {}", sealed.len()));
        self.inner.open(purpose, context, sealed)
    }

    fn letter_key(&self) -> [u8; LETTER_KEY] {
        self.inner.letter_key()
    }

    fn open_letter(&self, context: &[u8], letter: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.transcript.add(format!("open_letter {}", letter.len()));
        self.inner.open_letter(context, letter)
    }

    fn sign_log(&self, message: &[u8]) -> [u8; 64] {
        self.transcript.add("sign_log");
        self.inner.sign_log(message)
    }

    fn log_public_key(&self) -> [u8; 32] {
        self.inner.log_public_key()
    }

    fn sign_certificate(&self, message: &[u8]) -> [u8; 64] {
        self.transcript.add("sign_certificate");
        self.inner.sign_certificate(message)
    }

    fn certificate_public_key(&self) -> [u8; 32] {
        self.inner.certificate_public_key()
    }

    fn certificate_public_keys(&self) -> Vec<([u8; 32], Standing)> {
        self.inner.certificate_public_keys()
    }

    fn is_token(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        self.transcript.add("is_token");
        self.inner.is_token(signing_input, signature)
    }

    fn sign_token(&self, signing_input: &[u8]) -> [u8; 32] {
        self.transcript.add("sign_token");
        self.inner.sign_token(signing_input)
    }

    fn reference_id(&self, serial: u64) -> Result<u64, KeyError> {
        self.inner.reference_id(serial)
    }

    fn is_reference_id(&self, candidate: u64) -> bool {
        self.inner.is_reference_id(candidate)
    }
}
