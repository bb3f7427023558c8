//! How a log is called where its origin cannot stand: in a path.

use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of an origin line without its line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OriginHash([u8; 32]);

impl OriginHash {
    pub fn of(origin: &str) -> Self {
        Self(Sha256::digest(origin).into())
    }

    /// From sixty-four lower-case hexadecimal digits; nothing else names a log.
    pub fn parse(text: &str) -> Option<Self> {
        let hash = Self(hex::decode(text).ok()?.try_into().ok()?);
        (hash.to_string() == text).then_some(hash)
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for OriginHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_one_spelling_only() {
        // printf %s log.example/1 | sha256sum
        let hash = OriginHash::of("log.example/1");
        assert_eq!(
            hash.to_string(),
            "fc4dafa3f2d4604aae1fa59b9b5a7f83946e6e16a6aee48affb4acd08d1305a0"
        );
        assert_eq!(OriginHash::parse(&hash.to_string()), Some(hash));
        for wrong in [
            "",
            "..",
            "00",
            &hash.to_string().to_uppercase(),
            &format!("{hash}0"),
        ] {
            assert_eq!(OriginHash::parse(wrong), None, "{wrong}");
        }
    }
}
