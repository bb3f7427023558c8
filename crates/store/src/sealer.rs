//! Sealing at the edge: the keys and the chance that every sealed column needs.

use std::sync::Arc;

use pramaan_keys::{Entropy, KeyStore, SecretKey};

/// The key store and the source of chance, handed together to every function that seals or opens.
#[derive(Clone)]
pub struct Sealer {
    pub keys: Arc<dyn KeyStore>,
    pub entropy: Arc<dyn Entropy>,
}

impl Sealer {
    pub fn new(keys: Arc<dyn KeyStore>, entropy: Arc<dyn Entropy>) -> Self {
        Self { keys, entropy }
    }

    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    pub(crate) fn new_key(&self) -> SecretKey {
        SecretKey::generate(&*self.entropy)
    }
}

/// What a sealed value is bound to: moving it to another column, row or version makes it unreadable.
pub(crate) fn context(table: &str, column: &str, subject: impl std::fmt::Display) -> Vec<u8> {
    format!("{table}|{column}|{subject}|v1").into_bytes()
}
