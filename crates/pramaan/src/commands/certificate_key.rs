//! `pramaan certificate-key`: the public key with which others check what this folder signed.

use std::path::PathBuf;
use std::process::ExitCode;

use pramaan_store::Sealer;
use sha2::{Digest, Sha256};

use crate::cli::Place;
use crate::{data, say};

/// Bytes of the SHA-256 that people compare by voice.
const COMPARED: usize = 8;

pub(crate) fn run(data: PathBuf) -> anyhow::Result<ExitCode> {
    let (sealer, _) = data::open_keys(&Place { data, database: None })?;
    let key = PublicKey::of(&sealer);
    say::line(&key.hex);
    say::line(&format!("fingerprint {}", key.fingerprint));
    Ok(ExitCode::SUCCESS)
}

/// What everybody may know of the key that signs certificates.
pub(crate) struct PublicKey {
    /// 64 digits, what `verify-certificate --key` takes.
    hex: String,
    /// The first eight bytes of the key's SHA-256, in groups of two.
    fingerprint: String,
}

impl PublicKey {
    pub(crate) fn of(sealer: &Sealer) -> Self {
        let key = sealer.keys.certificate_public_key();
        let digest = Sha256::digest(key);
        let groups: Vec<String> = digest.as_slice().chunks(2).take(COMPARED / 2).map(hex).collect();
        Self {
            hex: hex(&key),
            fingerprint: groups.join(" "),
        }
    }

    /// As `init` and `serve` say it.
    pub(crate) fn line(&self) -> String {
        format!(
            "certificates are checked with the public key {} (fingerprint {})",
            self.hex, self.fingerprint
        )
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
