//! What phones send that had no line: each entry sealed by the browser for this installation, under a name of its own.

use std::str::FromStr;

use pramaan_keys::{LETTER_KEY, Zeroizing};

use crate::{App, Refusal};

/// The name that a phone gave one entry: sixteen random bytes, so that the entry is kept once, however often it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId([u8; 16]);

impl RequestId {
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for RequestId {
    type Err = Refusal;

    /// Thirty-two hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let invalid = || Refusal::Invalid {
            field: "id",
            sentence: "name the entry by 32 hexadecimal digits, drawn by chance".to_owned(),
        };
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(invalid());
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| invalid())?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl App {
    /// The public key, an uncompressed point of P-256, for which a phone seals what it keeps.
    pub fn letter_key(&self) -> [u8; LETTER_KEY] {
        self.0.sealer.keys.letter_key()
    }

    /// What a phone sealed under this name; none when it was not sealed for this installation or was changed. It was typed
    /// by who sends it and is nothing of a record.
    pub fn read_letter(&self, id: RequestId, letter: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.0.sealer.keys.open_letter(id.as_bytes(), letter).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offline_entry_is_named_by_sixteen_bytes() {
        let id: RequestId = "000102030405060708090a0b0c0d0e0F".parse().unwrap();
        let bytes: Vec<u8> = (0..16).collect();
        assert_eq!(id.as_bytes().as_slice(), bytes);
        for bad in [
            "",
            "00",
            "+00102030405060708090a0b0c0d0e0f",
            &"0".repeat(33),
            &"न".repeat(32),
        ] {
            assert!(bad.parse::<RequestId>().is_err(), "{bad}");
        }
    }
}
