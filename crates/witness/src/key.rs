//! The witness's own key.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use pramaan_keys::SecretKey;
use pramaan_tlog::{CosignatureVerifier, NoteError, cosign};

/// An Ed25519 key under the witness's name. It signs cosignatures and nothing else.
pub struct WitnessKey {
    key: SigningKey,
    verifier: CosignatureVerifier,
}

impl WitnessKey {
    /// `name` is a host and perhaps a path, such as `witness.example.org`.
    ///
    /// # Errors
    /// [`NoteError::Name`] for a name that no note can hold.
    pub fn new(name: &str, secret: &SecretKey) -> Result<Self, NoteError> {
        let key = SigningKey::from_bytes(secret.expose());
        let verifier = CosignatureVerifier::new(name, key.verifying_key().as_bytes())?;
        Ok(Self { key, verifier })
    }

    /// What logs and auditors are given to know the witness by.
    pub const fn verifier(&self) -> &CosignatureVerifier {
        &self.verifier
    }

    /// The line on the checkpoint with this text at `seconds` since 1970.
    pub(crate) fn cosign(&self, text: &str, seconds: u64) -> Result<String, NoteError> {
        let (name, public_key) = (self.verifier.name(), self.verifier.public_key());
        cosign(text, name, public_key, seconds, &|message| {
            self.key.sign(message).to_bytes()
        })
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessKey({})", self.verifier.name())
    }
}
